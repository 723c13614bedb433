/* Importing: a file can be dropped, a line and its place in the tree light up together, corrections are sent and the
   page brought up to date without losing one's place. Everything works without this script. For Chromium 86 and later. */
(function () {
  "use strict";

  document.documentElement.classList.add("js");
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }

  // --- upload --------------------------------------------------------------------------------------------------

  function upload(form) {
    var input = form.querySelector("input[type=file]"), drop = form.querySelector(".drop"), depth = 0;
    var problem = form.querySelector("[data-size-error]"), button = form.querySelector("[type=submit]");

    function check() {
      var size = Array.prototype.reduce.call(input.files, function (sum, file) { return sum + file.size; }, 0);
      var isTooLarge = size > Number(form.dataset.max);
      problem.hidden = !isTooLarge;
      button.disabled = isTooLarge;
    }

    all(".drop-only", form).forEach(function (part) { part.hidden = false; });
    input.addEventListener("change", check);
    ["dragenter", "dragover", "dragleave", "drop"].forEach(function (name) {
      drop.addEventListener(name, function (event) {
        event.preventDefault();
        if (name === "dragenter") { depth += 1; }
        if (name === "dragleave") { depth -= 1; }
        if (name === "drop") {
          depth = 0;
          if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; check(); }
        }
        drop.classList.toggle("over", depth > 0);
      });
    });
    form.addEventListener("submit", function () {
      form.querySelector(".reading").textContent = "正在读取，大的文件要等几秒……";
      window.setTimeout(function () { button.disabled = true; }, 0);
    });
    window.addEventListener("pageshow", function (event) { if (event.persisted) { button.disabled = false; } });
  }

  // --- line and tree -------------------------------------------------------------------------------------------

  function isNarrow() { return window.matchMedia("(max-width: 900px)").matches; }

  function show(name) {
    all(".pane").forEach(function (pane) { pane.classList.toggle("is-hidden", !pane.classList.contains("pane-" + name)); });
    all("[data-pane]").forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.pane === name)); });
  }

  function into(element) {
    var pane = element.closest(".pane"), box, frame, low;
    if (!pane) { element.scrollIntoView({ block: "nearest" }); return; }
    if (isNarrow()) {
      show(pane.classList.contains("pane-tree") ? "tree" : "document");
      element.scrollIntoView({ block: "start" });
      return;
    }
    box = element.getBoundingClientRect();
    frame = pane.getBoundingClientRect();
    low = Math.min(frame.bottom, window.innerHeight) - (element.querySelector(".panel, .panel-form") ? 360 : 80);
    if (box.top < frame.top + 44 || box.top > low) { pane.scrollTop += box.top - frame.top - 60; }
  }

  /* Light up a place of the tree and the lines that went there; `from` is the side that was clicked and stays put. */
  function light(anchor, from, line) {
    var node = document.getElementById(anchor), first;
    all(".lit").forEach(function (element) { element.classList.remove("lit"); });
    all('.doc-line').forEach(function (row) {
      var isOwn = row.dataset.target === anchor || Boolean(row.querySelector('.piece[data-target="' + anchor + '"]'));
      if (isOwn) { row.classList.add("lit"); first = first || row; }
    });
    if (node) { node.classList.add("lit"); }
    if (line && !first) { first = document.getElementById("line-" + line); if (first) { first.classList.add("lit"); } }
    if (from === "document" && node) { into(node); }
    if (from === "tree" && first) { into(first); }
  }

  function clicked(event) {
    var open = event.target.closest("a[data-open]"), link, piece, node, button;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) { return; }
    if (open && window.fetch) { event.preventDefault(); follow(open.href); return; }
    if ((button = event.target.closest("[data-pane]"))) { show(button.dataset.pane); return; }
    link = event.target.closest('a[href^="#"]');
    if (link && link.closest(".doc-line")) { event.preventDefault(); light(link.hash.slice(1), "document"); focusOn(link.hash.slice(1)); return; }
    if (link && /^#line-/.test(link.hash)) {
      event.preventDefault();
      node = link.closest(".node");
      light(node ? node.id : "", "tree", link.hash.slice(6));
      if (!node) { into(document.querySelector(link.hash)); }
      focusOn(link.hash.slice(1));
      return;
    }
    piece = event.target.closest(".piece[data-target]");
    if (piece && !String(window.getSelection())) { light(piece.dataset.target, "document"); return; }
    node = event.target.closest(".node-item, .node-section");
    if (node && !event.target.closest("a, button, input, select, textarea, label, summary, .panel") && !String(window.getSelection())) {
      light(node.id, "tree", node.dataset.line);
    }
  }

  function focusOn(id) {
    var place = document.getElementById(id), link = place && (place.querySelector("a") || place);
    if (link && link.focus) { link.focus({ preventScroll: true }); }
  }

  // --- corrections ---------------------------------------------------------------------------------------------

  function places() {
    return all(".pane").map(function (pane) { return pane.scrollTop; }).concat(window.pageYOffset);
  }

  function put(html, url) {
    var fresh = new DOMParser().parseFromString(html, "text/html"), live = document.getElementById("live");
    var kept = places(), hash = (url.split("#")[1] || ""), notes, target, narrow = isNarrow(), shown;
    if (!fresh.getElementById("live")) { window.location.assign(url); return; }
    shown = document.querySelector("[data-pane][aria-pressed=true]");
    shown = shown ? shown.dataset.pane : "tree";
    live.replaceWith(document.adoptNode(fresh.getElementById("live")));
    all(".messages").forEach(function (old) { old.remove(); });
    notes = fresh.querySelector(".messages");
    if (notes) { document.getElementById("main").prepend(document.adoptNode(notes)); }
    document.querySelector(".live-status").textContent = notes ? notes.textContent.trim() : "已更新";
    all(".pane").forEach(function (pane, n) { pane.scrollTop = kept[n]; });
    window.scrollTo(0, kept[kept.length - 1]);
    ready();
    if (narrow) { show(shown); }
    target = hash && document.getElementById(hash);
    if (target) {
      if (target.classList.contains("node")) { light(target.id, narrow ? "" : "tree", target.dataset.line); }
      into(target);
      (target.querySelector("input:not([type=hidden]), textarea, a") || target).focus({ preventScroll: true });
    }
    window.history.replaceState(null, "", url);
  }

  function follow(href) {
    document.getElementById("live").classList.add("live", "busy");
    return window.fetch(href, { credentials: "same-origin" }).then(function (response) {
      if (!response.ok) { throw new Error("refused"); }
      return response.text().then(function (html) { put(html, href); });
    }).catch(function () { window.location.assign(href); });
  }

  function sent(event) {
    var form = event.target.closest("form[data-live]"), body, button = event.submitter, opened, at;
    if (!form || !window.fetch) { return; }
    event.preventDefault();
    body = new URLSearchParams(new FormData(form));
    if (button && button.name) { body.append(button.name, button.value); }
    opened = form.querySelector("[name=open]");
    at = form.querySelector("[name=anchor]");
    document.getElementById("live").classList.add("live", "busy");
    window.fetch(form.getAttribute("action"), { method: "POST", body: body, credentials: "same-origin" }).then(function (response) {
      if (!response.ok) { throw new Error("refused"); }
      return response.text().then(function (html) {
        var page = (response.redirected ? response.url : window.location.href.split("?")[0]).split("#")[0], anchor = (at && at.value) || (opened && opened.value) || "";
        put(html, page + (anchor ? "#" + anchor : ""));
      });
    }).catch(function () { form.submit(); });
  }

  function ready() {
    all(".pane-switch").forEach(function (part) { part.hidden = !isNarrow(); });
    if (isNarrow()) { show("tree"); } else { all(".is-hidden").forEach(function (pane) { pane.classList.remove("is-hidden"); }); }
  }

  all("form.upload").forEach(upload);
  if (document.getElementById("live")) {
    document.addEventListener("click", clicked);
    document.addEventListener("submit", sent);
    window.addEventListener("resize", function () { all(".pane-switch").forEach(function (part) { part.hidden = !isNarrow(); }); });
    ready();
    if (window.location.hash) {
      var start = document.querySelector(window.location.hash.replace(/[^#\w-]/g, ""));
      if (start) { into(start); }
    }
  }
}());
