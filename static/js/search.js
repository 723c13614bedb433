/* 搜索 while typing: what is found is shown after a short pause, the address follows, arrows lead through the hits.
   Without this script the form sends itself as before. For Chromium 86 and later. */
(function () {
  "use strict";

  var PAUSE = 180;  // milliseconds without typing
  var form = document.querySelector("form[role=search]"), box = form && form.querySelector("input[type=search]");
  var found = document.getElementById("found"), said = document.querySelector(".said"), count = document.querySelector(".found-count");
  var timer = null, asked = null, shown = box && box.value;
  if (!box || !found || !window.fetch) { return; }

  function tell() {
    var hits = Number(found.querySelectorAll(".hits > li").length), isMore = found.querySelector(".more, .pages"), empty = found.querySelector(".empty h2");
    said.textContent = hits ? "找到 " + hits + " 个事项" + (isMore ? "，还有更多" : "") : (empty ? empty.textContent : "");
    count.textContent = hits && !isMore ? hits + " 个事项" : "";
  }

  function ask() {
    var query = new URLSearchParams(new FormData(form)), text = box.value;
    if (text === shown) { return; }
    if (asked) { asked.abort(); }
    asked = new AbortController();
    window.fetch("?" + query, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" }, signal: asked.signal }).then(function (response) {
      if (!response.ok || response.redirected) { throw new Error("refused"); }
      return response.text();
    }).then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      found.replaceChildren.apply(found, Array.prototype.slice.call(page.body.childNodes));
      shown = text;
      window.history.replaceState(null, "", "?" + query);
      document.title = (text ? "搜索：" + text : "搜索") + document.title.slice(document.title.lastIndexOf(" – "));
      tell();
    }).catch(function (error) {
      if (error.name !== "AbortError") { said.textContent = "没有查到，请按“查询”再试"; }
    });
  }

  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  }

  box.addEventListener("input", function (event) { if (!event.isComposing) { later(); } });
  box.addEventListener("compositionend", later);  // letters of an input method are not words yet

  document.addEventListener("keydown", function (event) {
    var links = Array.prototype.slice.call(found.querySelectorAll(".hits h2 a")), at = links.indexOf(document.activeElement);
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (document.activeElement !== box && at < 0) { return; }
    if (event.key === "ArrowDown" && links[at + 1]) { event.preventDefault(); links[at + 1].focus(); }
    if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (links[at - 1] || box).focus(); }
    if (event.key === "Escape" && at >= 0) { event.preventDefault(); box.focus(); }
  });
})();
