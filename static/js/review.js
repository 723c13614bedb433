/* 审核 by keyboard: J/K move, X ticks, A passes, R returns, O opens. The buttons do the same without it. */
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

  var keys = {
    j: function () { show(at + 1); },
    k: function () { show(at - 1); },
    x: function (row) { row.querySelector(".tick").checked = !row.querySelector(".tick").checked; tally(); },
    a: function (row) { (tally() ? bulk.querySelector("[value=pass]") : row.querySelector(".pass")).click(); },
    r: function (row) {
      var box = row.querySelector(".return-box");
      box.open = true;
      box.querySelector("input").focus();
    },
    o: function (row) { row.querySelector(".open").click(); }
  };
  keys.ArrowRight = keys.j;
  keys.ArrowLeft = keys.k;

  document.addEventListener("keydown", function (event) {
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
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
