/* 责任科室 of many items: a column for every office, ticking many rows, the keyboard, one step back. Nothing is stored
   before 保存. Without this script ticks, two selects and the buttons do the same. For Chromium 86 and later. */
(function () {
  "use strict";

  var form = document.querySelector("form.assigning"), PAUSE = 900;  // milliseconds between letters of one name
  if (!form) { return; }
  document.documentElement.classList.add("js");

  function all(selector, root) { return Array.prototype.slice.call((root || form).querySelectorAll(selector)); }

  var office = form.elements.office, role = form.elements.role, rows = all(".assigning-row"), steps = [], last = null;
  var roles = all("option", role).map(function (option) { return option.value; });
  var words = {}, names = {}, offices = all("option", office).map(function (option) { return option.value; });
  all("option", role).forEach(function (option) { words[option.value] = option.textContent; });
  all("option", office).forEach(function (option) { names[option.value] = option.textContent; });

  // --- a name by its letters: 德育科 is d y k ---------------------------------------------------------------

  var FIRSTS = "a阿b八c嚓d哒e妸f发g旮h哈j讥k咔l垃m妈n拏o噢p妑q七r呥s仨t他w穵x夕y丫z帀";
  var order = new Intl.Collator("zh-Hans-u-co-pinyin");

  function letter(character) {
    var n, found = "";
    if (!/[\u4e00-\u9fff]/.test(character)) { return character.toLowerCase(); }
    for (n = 0; n < FIRSTS.length; n += 2) {
      if (order.compare(FIRSTS[n + 1], character) <= 0) { found = FIRSTS[n]; }
    }
    return found;
  }

  var letters = {}, typed = "", typedAt = 0;
  offices.forEach(function (key) { letters[key] = Array.prototype.map.call(names[key], letter).join(""); });

  /* The office whose letters begin with what was typed, else hold it. */
  function spelled(key) {
    var now = Date.now();
    typed = (now - typedAt > PAUSE ? "" : typed) + key.toLowerCase();
    typedAt = now;
    return offices.filter(function (one) { return letters[one].indexOf(typed) === 0; })[0]
      || offices.filter(function (one) { return letters[one].indexOf(typed) > 0; })[0];
  }

  // --- what a row has -----------------------------------------------------------------------------------------

  function box(row) { return row.querySelector("textarea"); }
  function parse(text) { try { return JSON.parse(text || "[]"); } catch (error) { return []; } }
  function has(row) { return parse(box(row).value); }
  function held(row, key) {
    var found = has(row).filter(function (pair) { return pair[0] === key; })[0];
    return found ? found[1] : "";
  }
  function sorted(pairs) {
    return pairs.map(function (pair, n) { return [roles.indexOf(pair[1]), n, pair]; }).sort(function (a, b) {
      return a[0] - b[0] || a[1] - b[1];
    }).map(function (each) { return each[2]; });
  }
  function same(one, other) {
    function text(pairs) { return JSON.stringify(pairs.map(String).sort()); }
    return text(one) === text(other);
  }
  function seen(row) { return parse(form.elements["seen-" + row.dataset.key].value); }
  function ticked() { return rows.filter(function (row) { return row.querySelector(".tick").checked; }); }

  function put(row, pairs) {
    box(row).value = JSON.stringify(sorted(pairs));
  }

  function give(row, key, value) {
    var pairs = has(row), at = pairs.map(function (pair) { return pair[0]; }).indexOf(key);
    if (!value) { put(row, pairs.filter(function (pair) { return pair[0] !== key; })); return; }
    if (at < 0) { pairs.push([key, value]); } else { pairs[at] = [key, value]; }
    put(row, pairs);
  }

  /* One step over some rows, which can be taken back as a whole. */
  function step(some, what, said) {
    var before = some.map(function (row) { return [row, box(row).value]; });
    some.forEach(what);
    before = before.filter(function (pair) { return box(pair[0]).value !== pair[1]; });
    if (before.length) {
      steps.push(before);
      box(before[0][0]).dispatchEvent(new Event("input", { bubbles: true }));  // keep.js keeps it
    }
    some.forEach(draw);
    tally();
    say(before.length ? before.length + " 项" + said : "没有改动");
  }

  function takeBack() {
    var before = steps.pop();
    if (!before) { return; }
    before.forEach(function (pair) { box(pair[0]).value = pair[1]; draw(pair[0]); });
    box(before[0][0]).dispatchEvent(new Event("input", { bubbles: true }));
    tally();
    say("已撤销一步，" + before.length + " 项");
  }

  function say(text) { form.querySelector(".said").textContent = text; }

  // --- what is shown ------------------------------------------------------------------------------------------

  function draw(row) {
    var chips = row.querySelector(".chips"), pairs = has(row), proposal = parse(row.dataset.proposal);
    chips.textContent = "";
    pairs.forEach(function (pair) {
      var chip = document.createElement("span"), word = document.createElement("span");
      chip.className = "chip role-" + pair[1];
      word.className = "role";
      word.textContent = words[pair[1]];
      chip.appendChild(word);
      chip.appendChild(document.createTextNode(names[pair[0]] || pair[0]));
      chips.appendChild(chip);
    });
    all(".cell", row).forEach(function (cell) {
      var value = held(row, cell.dataset.office);
      var isProposed = !pairs.length && proposal.some(function (pair) { return pair[0] === cell.dataset.office; });
      cell.className = "cell" + (value ? " role-" + value : "") + (isProposed ? " is-proposed" : "");
      cell.textContent = value ? words[value][0] : "";
      cell.setAttribute("aria-label", row.dataset.number + " " + names[cell.dataset.office] + "：" + (words[value] || (isProposed ? "空，建议的科室" : "空")));
    });
    row.classList.toggle("changed", !same(pairs, seen(row)));
    row.classList.toggle("ticked-row", row.querySelector(".tick").checked);
    if (row.querySelector(".proposal")) { row.querySelector(".proposal").hidden = same(pairs, proposal); }
  }

  function tally() {
    var changed = rows.filter(function (row) { return row.classList.contains("changed"); }).length, count = ticked().length;
    form.querySelector(".ticked").textContent = count ? "已勾选 " + count + " 项" : "勾选事项";
    form.querySelector(".changed").textContent = changed ? " " + changed + " 项改动" : "";
    form.querySelector(".take-back").hidden = !steps.length;
    form.querySelector(".tick-all").checked = count === rows.length;
  }

  function columns() {
    var head = form.querySelector("thead tr");
    offices.forEach(function (key) {
      var th = document.createElement("th"), button = document.createElement("button");
      th.scope = "col";
      th.className = "office-head";
      button.type = "button";
      button.dataset.office = key;
      button.textContent = names[key];
      button.tabIndex = -1;
      th.appendChild(button);
      head.appendChild(th);
    });
    all(".group th").forEach(function (cell) { cell.colSpan += offices.length; });
    rows.forEach(function (row) {
      row.dataset.number = row.querySelector(".title").textContent.trim().slice(0, 24);
      offices.forEach(function (key) {
        var cell = document.createElement("td");
        cell.dataset.office = key;
        cell.className = "cell";
        cell.tabIndex = -1;
        row.appendChild(cell);
      });
    });
    if (rows.length) { rows[0].querySelector(".cell").tabIndex = 0; }
    form.querySelector(".assigning-table").classList.add("with-offices");
    form.querySelector(".assigning-scroll").classList.add("wide");
    form.querySelector("table").setAttribute("role", "grid");
  }

  // --- what is done -------------------------------------------------------------------------------------------

  function over(row) { return row.querySelector(".tick").checked ? ticked() : [row]; }

  /* A cell takes the role chosen above, or the one given; pressed again it is empty. A ticked row speaks for all ticked. */
  function press(cell, value) {
    var row = cell.closest("tr"), key = cell.dataset.office, empty = !value && held(row, key) === role.value;
    step(over(row), function (one) { give(one, key, empty ? "" : value || role.value); },
      empty ? "去掉了" + names[key] : "由" + names[key] + words[value || role.value]);
  }

  var deeds = {
    apply: function (some) { step(some, function (row) { give(row, office.value, role.value); }, "由" + names[office.value] + words[role.value]); },
    remove: function (some) { step(some, function (row) { give(row, office.value, ""); }, "去掉了" + names[office.value]); },
    last_year: function (some) { step(some.filter(function (row) { return "lastYear" in row.dataset; }), adopt, "与上年相同"); },
    proposed: function (some) { step(some, adopt, "采纳了建议"); }
  };

  function adopt(row) { if (row.dataset.proposal) { put(row, parse(row.dataset.proposal)); } }
  function bare() { return rows.filter(function (row) { return !has(row).length; }); }

  form.addEventListener("click", function (event) {
    var button = event.target.closest("button"), cell = event.target.closest(".cell"), some = ticked(), name, one;
    if (cell) { focus(cell); press(cell); return; }
    if (event.target.classList.contains("tick")) { range(event.target.closest("tr"), event.shiftKey); return; }
    if (event.target.classList.contains("tick-all")) {
      rows.forEach(function (row) { row.querySelector(".tick").checked = event.target.checked; draw(row); });
      tally();
      return;
    }
    if (!button) { return; }
    if (button.classList.contains("take-back")) { takeBack(); return; }
    if (button.dataset.office) {
      office.value = button.dataset.office;
      if (some.length) { deeds.apply(some); } else { say("请先勾选事项"); }
      return;
    }
    name = (button.value || "").split(":");
    if (!deeds.hasOwnProperty(name[0])) { return; }
    event.preventDefault();
    one = name[1] && document.getElementById("row-" + name[1]);
    if (one) { deeds.proposed([one]); focusRow(one); return; }
    if (!some.length && (name[0] === "apply" || name[0] === "remove")) { say("请先勾选事项"); form.querySelector(".ticked").textContent = "请先勾选事项"; return; }
    deeds[name[0]](some.length ? some : bare());
  });

  function range(row, isRange) {
    var from = rows.indexOf(last), to = rows.indexOf(row), value = row.querySelector(".tick").checked;
    if (isRange && from >= 0) {
      rows.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (one) { one.querySelector(".tick").checked = value; draw(one); });
    }
    last = row;
    draw(row);
    tally();
  }

  function focusRow(row) { (row.querySelector(".tick")).focus({ preventScroll: true }); }

  function focus(cell) {
    all('.cell[tabindex="0"]').forEach(function (old) { old.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function beside(cell, down, right) {
    var row = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(cell.closest("tr")) + down))];
    var at = Math.max(0, Math.min(offices.length - 1, offices.indexOf(cell.dataset.office) + right));
    return all(".cell", row)[at];
  }

  var moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -999], End: [0, 999] };

  function tickWith(row, value) {
    row.querySelector(".tick").checked = value;
    draw(row);
    tally();
  }

  form.addEventListener("keydown", function (event) {
    var cell = event.target.closest(".cell"), found, move, next;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && steps.length) { event.preventDefault(); takeBack(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (event.target === office && /^[a-z]$/i.test(event.key)) {
      found = spelled(event.key);
      if (found) { event.preventDefault(); office.value = found; say(names[found]); }
      return;
    }
    if (!cell) { return; }
    move = moves[event.key];
    if (move) {
      next = beside(cell, move[0], move[1]);
      if (event.shiftKey && move[0]) { tickWith(cell.closest("tr"), true); tickWith(next.closest("tr"), true); }
      focus(next);
    } else if (event.key === " " && event.shiftKey) { tickWith(cell.closest("tr"), !cell.closest("tr").querySelector(".tick").checked); }
    else if (event.key === " " || event.key === "Enter") { press(cell); }
    else if (/^[1-9]$/.test(event.key) && roles[Number(event.key) - 1]) { press(cell, roles[Number(event.key) - 1]); }
    else if (event.key === "Delete" || event.key === "Backspace") { step(over(cell.closest("tr")), function (row) { give(row, cell.dataset.office, ""); }, "去掉了" + names[cell.dataset.office]); }
    else if (/^[a-z]$/i.test(event.key)) {
      found = spelled(event.key);
      if (found) { office.value = found; focus(all(".cell", cell.closest("tr"))[offices.indexOf(found)]); }
    } else { return; }
    event.preventDefault();
  });

  /* What keep.js puts back is shown. */
  form.addEventListener("change", function (event) {
    var row = event.target.closest(".assigning-row");
    if (row && event.target === box(row)) { draw(row); tally(); }
  });

  columns();
  rows.forEach(draw);
  all(".legend, .tick-all").forEach(function (part) { part.hidden = false; });
  tally();
})();
