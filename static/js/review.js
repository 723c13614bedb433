/* 审核 by keyboard: J/K move, X ticks, A passes, R returns, O opens. The buttons do the same without it.
   A asks first, for a key is pressed by mistake: an approval has its event and cannot be unsaid, and one held back for
   some seconds would be lost with the page while its reader thinks it done. Enter says yes, Escape or any other key no. */
(function () {
  "use strict";

  var rows = Array.prototype.slice.call(document.querySelectorAll(".review-row"));
  var bulk = document.getElementById("bulk");
  var at = -1;
  if (!bulk) { return; }

  function ticks() { return rows.map(function (row) { return row.querySelector(".tick"); }); }

  function show(index) {
    at = Math.max(0, Math.min(rows.length - 1, index));
    rows.forEach(function (row, number) { row.classList.toggle("current", number === at); });
    rows[at].focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function tally() {
    var ticked = ticks().filter(function (tick) { return tick.checked; }).length;
    bulk.querySelector(".ticked").textContent = ticked ? " " + ticked + " 份" : "";
    bulk.querySelector(".tick-all input").checked = ticked === rows.length;
    return ticked;
  }

  var asked = null, before = null;

  function forget() {
    if (asked) { asked.remove(); asked = null; }
  }

  function button(label, style, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "button small " + style;
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  /* Ask below the buttons of `place`; only a yes presses `target`. */
  function ask(target, place, words) {
    forget();
    before = document.activeElement;
    asked = document.createElement("p");
    asked.className = "ask";
    asked.setAttribute("role", "alertdialog");
    asked.setAttribute("aria-label", words);
    asked.appendChild(document.createTextNode(words + " "));
    asked.appendChild(button("确定（回车）", "primary", function () { forget(); target.click(); }));
    asked.appendChild(document.createTextNode(" "));
    asked.appendChild(button("不（Esc）", "quiet", refuse));
    place.appendChild(asked);
    asked.querySelector("button").focus();
    asked.scrollIntoView({ block: "nearest" });
  }

  function refuse() {
    forget();
    if (before && before.focus) { before.focus({ preventScroll: true }); }
  }

  var keys = {
    j: function () { show(at + 1); },
    k: function () { show(at - 1); },
    x: function (row) { row.querySelector(".tick").checked = !row.querySelector(".tick").checked; tally(); },
    a: function (row) {
      var count = tally();
      if (count) { ask(bulk.querySelector("[value=pass]"), bulk, "通过勾选的 " + count + " 份？"); return; }
      ask(row.querySelector(".pass"), row.querySelector(".entry-buttons"), row.querySelector(".pass").textContent + "“" + row.querySelector(".number").textContent + "”？");
    },
    r: function (row) {
      row.querySelector(".return-box").open = true;
      row.querySelector(".return-form input").focus();
    },
    o: function (row) { row.querySelector(".open").click(); }
  };
  keys.ArrowRight = keys.j;
  keys.ArrowLeft = keys.k;

  document.addEventListener("keydown", function (event) {
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (asked && event.key === "Escape") { event.preventDefault(); refuse(); return; }
    if (asked && event.target.closest(".ask") && /^(Enter| |Tab|Shift)$/.test(event.key)) {
      if (event.repeat && event.key !== "Tab") { event.preventDefault(); }  // a key held down says nothing
      return;
    }
    if (event.repeat && key === "a") { event.preventDefault(); return; }
    if (asked) { refuse(); if (key === "a") { event.preventDefault(); return; } }
    if (/^(TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.type === "text") { return; }
    if (!keys.hasOwnProperty(key)) { return; }
    event.preventDefault();
    if (at < 0 && key !== "j" && key !== "ArrowRight") { show(0); }
    keys[key](rows[Math.max(at, 0)]);
  });

  document.addEventListener("focusin", function (event) {
    var row = event.target.closest(".review-row");
    if (row && rows.indexOf(row) !== at) {
      at = rows.indexOf(row);
      rows.forEach(function (other) { other.classList.toggle("current", other === row); });
    }
  });

  document.addEventListener("change", function (event) {
    if (event.target.closest(".tick-all")) {
      ticks().forEach(function (tick) { tick.checked = event.target.checked; });
    }
    tally();
  });

  bulk.querySelector(".tick-all").hidden = false;
  bulk.querySelector(".legend").hidden = false;
  tally();
})();
