/* 整表填报: cells save themselves, a block copied from a workbook lands where it is pasted, rows are handed in without
   leaving the page. Everything works without this script, as one form. For Chromium 86 and later. */
(function () {
  "use strict";

  var QUIET = 1200;               // milliseconds without typing before a row is sent
  var PREFIX = "unsaved-report:"; // as report.js: what is kept here is offered on the report's own page too
  var CELLS = ["completion_percent", "progress", "difficulties", "next_steps"];
  var LABELS = { completion_percent: "完成率", progress: "目前进展情况", difficulties: "存在的困难", next_steps: "下一步工作措施" };
  var EXTRA = ["unchanged", "unchanged_reason"];
  var store = window.keptForms.store, clock = window.keptForms.clock;
  var form = document.querySelector(".entry-table"), rows = [], done = [];

  if (!form) { return; }

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function make(tag, text, name) {
    var element = document.createElement(tag);
    if (text) { element.textContent = text; }
    if (name) { element.className = name; }
    return element;
  }
  function cookieToken() {
    var match = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    return match ? match[1] : form.elements.csrfmiddlewaretoken.value;
  }
  function percent(text) {
    var plain = text.normalize("NFKC").replace("%", "").trim();
    return plain === "" ? null : Number(plain);
  }

  // --- one row -----------------------------------------------------------------------------------------------

  function Row(element) {
    this.element = element;
    this.prefix = element.dataset.prefix;
    this.key = PREFIX + form.dataset.user + ":" + element.dataset.report;
    this.saved = this.contents();
    this.timer = null;
    this.busy = null;
    this.stopped = false;
    this.bare = true;  // nothing was sent yet
  }

  Row.prototype.field = function (name) { return form.elements[this.prefix + name]; };
  Row.prototype.part = function (selector) { return this.element.querySelector(selector); };
  Row.prototype.cell = function (name, kind) { return this.part("[data-" + kind + "='" + name + "']"); };
  Row.prototype.contents = function () {
    var row = this, values = {};
    CELLS.concat(EXTRA).forEach(function (name) {
      var field = row.field(name);
      values[name] = field.type === "checkbox" ? field.checked : field.value;
    });
    return values;
  };
  Row.prototype.isDirty = function () { return JSON.stringify(this.contents()) !== JSON.stringify(this.saved); };
  Row.prototype.isBegun = function () {
    var now = this.contents();
    return Boolean(now.completion_percent.trim() || now.progress.trim() || now.unchanged);
  };
  Row.prototype.say = function (text, isBad, link) {
    var place = this.part(".row-state");
    place.textContent = text;
    place.classList.toggle("bad", Boolean(isBad));
    if (link) { place.appendChild(link); }
  };
  Row.prototype.keep = function () {
    return store.write(this.key, { at: Date.now(), version: this.field("seen_version").value, fields: this.contents() });
  };

  Row.prototype.typed = function () {
    this.shape();
    window.clearTimeout(this.timer);
    if (!this.isDirty()) { store.drop(this.key); return; }
    this.keep();
    if (this.stopped) { return; }
    this.say("正在填写……");
    this.timer = window.setTimeout(this.send.bind(this), QUIET);
  };

  /* The reason is asked for where nothing is new, and last period's rate goes along. */
  Row.prototype.shape = function () {
    var isUnchanged = this.field("unchanged").checked;
    this.field("unchanged_reason").hidden = !isUnchanged;
    all("textarea", this.element).forEach(grow);
  };

  Row.prototype.body = function () {
    var row = this, body = new URLSearchParams();
    body.set("csrfmiddlewaretoken", cookieToken());
    body.set(this.prefix + "seen_version", this.field("seen_version").value);
    CELLS.concat(EXTRA).forEach(function (name) {
      var field = row.field(name);
      if (field.type !== "checkbox") { body.set(field.name, field.value); } else if (field.checked) { body.set(field.name, "on"); }
    });
    return body;
  };

  /* Send the row; `handIn` hands it in as well. Returns a promise that never fails. */
  Row.prototype.send = function (handIn, leaving) {
    var row = this, sent, body;
    window.clearTimeout(this.timer);
    if (this.busy) { return this.busy.then(function () { return row.send(handIn); }); }
    if (this.stopped || (!this.isDirty() && handIn !== true)) { return Promise.resolve(); }
    sent = this.contents();
    body = this.body();
    if (handIn === true) { body.append("submit", this.element.dataset.report); }
    if (leaving !== true) { this.say(handIn === true ? "正在提交……" : "正在保存……"); }
    this.busy = window.fetch(form.action, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual", keepalive: leaving === true,
      headers: { "X-Requested-With": "fetch" }
    }).then(function (response) { return row.answered(response, sent); })
      .catch(function () { row.failed("连接已中断，恢复后会自动再试"); row.retry(); })
      .then(function () { row.busy = null; });
    return this.busy;
  };

  Row.prototype.retry = function () { this.timer = window.setTimeout(this.send.bind(this), QUIET * 8); };

  Row.prototype.answered = function (response, sent) {
    var row = this, link;
    if (response.type === "opaqueredirect") {
      link = make("a", "重新登录");
      link.href = form.dataset.login + "?next=" + encodeURIComponent(window.location.pathname);
      this.failed("登录已过期", link);
      this.retry();
      return null;
    }
    if (!response.ok) { this.failed("服务器暂时不能保存"); this.retry(); return null; }
    return response.json().then(function (answer) {
      var mine = answer.rows[row.element.dataset.report];
      if (!mine) { row.stopped = true; row.failed("这一项已经不能填写，请刷新页面"); return; }
      row.taken(mine, sent);
    });
  };

  Row.prototype.failed = function (reason, link) {
    this.say((this.keep() ? "未能保存，已暂存在本机：" : "未能保存，请先复制下来：") + reason, true, link);
  };

  Row.prototype.taken = function (answer, sent) {
    var row = this, bad = Object.keys(answer.errors);
    this.annotate(answer);
    if (answer.conflict) { this.conflicted(answer); return; }
    this.field("seen_version").value = answer.version;
    if (answer.sent) { this.leave(answer.state); return; }
    this.saved = sent;
    if (this.isDirty()) { this.keep(); this.timer = window.setTimeout(this.send.bind(this), QUIET); }
    else if (bad.length) { this.keep(); } else { store.drop(this.key); }
    this.say(bad.length ? "其余已保存 " + answer.saved_at + "，标出的要改" : "已保存 " + answer.saved_at + "，未提交", bad.length > 0);
    row.part(".choose").hidden = true;
  };

  Row.prototype.annotate = function (answer) {
    var row = this;
    all("[data-error]", this.element).forEach(function (place) {
      var texts = answer.errors[place.dataset.error] || [];
      if (place.dataset.error === "__all__") { texts = texts.concat(answer.errors.seen_version || []); }
      place.textContent = texts.join("");
    });
    all("[data-warning]", this.element).forEach(function (place) {
      place.textContent = answer.warnings.filter(function (one) { return one[0] === place.dataset.warning; })
        .map(function (one) { return one[1]; }).join("");
    });
    this.question();
    CELLS.forEach(function (name) {
      var place = row.cell(name, "stored"), isOther = answer.conflict && answer.stored[name] !== row.field(name).value;
      place.hidden = !isOther;
      place.textContent = isOther ? "已保存的：" + (answer.stored[name] || "（空）") : "";
    });
  };

  /* 0.8 where 80 was meant: one click. */
  Row.prototype.question = function () {
    var row = this, field = this.field("completion_percent"), value = percent(field.value), place, button;
    if (!(value > 0 && value < 1)) { return; }
    place = this.cell("completion_percent", "warning");
    button = make("button", "改为 " + Math.round(value * 1000) / 10 + "%", "button small");
    button.type = "button";
    button.addEventListener("click", function () { put(field, String(Math.round(value * 1000) / 10)); row.send(); });
    place.appendChild(button);
  };

  Row.prototype.conflicted = function (answer) {
    var row = this;
    this.stopped = true;
    this.keep();
    this.say(answer.conflict, true);
    this.part(".choose").hidden = false;
    this.part(".take-mine").onclick = function () { row.settle(answer.version); row.saved = {}; row.send(); };
    this.part(".take-stored").onclick = function () {
      CELLS.forEach(function (name) { row.field(name).value = answer.stored[name].replace("%", ""); });
      row.settle(answer.version);
      row.saved = row.contents();
      store.drop(row.key);
      row.say("用的是已保存的内容");
    };
  };

  Row.prototype.settle = function (version) {
    this.field("seen_version").value = version;
    this.stopped = false;
    this.part(".choose").hidden = true;
    all("[data-stored]", this.element).forEach(function (place) { place.hidden = true; });
    this.shape();
  };

  /* Handed in: the row stays where it is, to be read, and is no longer written. */
  Row.prototype.leave = function (state) {
    this.stopped = true;
    store.drop(this.key);
    this.element.classList.add("sent");
    all("textarea, input", this.element).forEach(function (field) { if (field.type === "checkbox") { field.disabled = true; } else { field.readOnly = true; } });
    all("button", this.element).forEach(function (button) { button.hidden = true; });
    this.say("已提交，" + state);
    count();
  };

  // --- the table ---------------------------------------------------------------------------------------------

  function rowOf(target) {
    var element = target.closest && target.closest(".entry-row");
    return element ? rows.filter(function (row) { return row.element === element; })[0] : null;
  }
  function nameOf(field) { var row = rowOf(field); return row && field.name ? field.name.slice(row.prefix.length) : ""; }
  function open() { return rows.filter(function (row) { return !row.element.classList.contains("sent"); }); }
  function count() { form.querySelector(".left").textContent = open().length; }
  function grow(area) {
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 2, 320) + "px";
  }
  function put(field, value) {
    if (field.type === "checkbox") { field.checked = value; } else { field.value = value; }
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* Changes of several cells at once can be taken back together. */
  function change(list) {
    list.forEach(function (one) { one.before = one.field.value; });
    done.push(list);
    list.forEach(function (one) { put(one.field, one.after); });
    form.querySelector(".undo").disabled = false;
  }
  function undo() {
    var list = done.pop();
    form.querySelector(".undo").disabled = !done.length;
    if (list) { list.forEach(function (one) { put(one.field, one.before); }); list[0].field.focus(); }
  }

  function fillDown(field) {
    var row = rowOf(field), name = row && nameOf(field), list = open(), above = list[list.indexOf(row) - 1];
    if (above && CELLS.indexOf(name) >= 0) { change([{ field: field, after: above.field(name).value }]); }
  }

  // --- a block from a workbook -------------------------------------------------------------------------------

  /* What Excel and WPS put on the clipboard: tabs, line ends, and cells with line ends in quotation marks. */
  function cellsOf(text) {
    var lines = [[]], cell = "", isQuoted = false, isStart = true, i, sign;
    text = text.replace(/\r\n?/g, "\n");
    for (i = 0; i < text.length; i += 1) {
      sign = text[i];
      if (isQuoted) {
        if (sign !== "\"") { cell += sign; } else if (text[i + 1] === "\"") { cell += sign; i += 1; } else { isQuoted = false; }
      } else if (sign === "\"" && isStart && closes(text, i)) { isQuoted = true; isStart = false; }
      else if (sign === "\t" || sign === "\n") {
        lines[lines.length - 1].push(cell);
        cell = "";
        isStart = true;
        if (sign === "\n") { lines.push([]); }
      } else { cell += sign; isStart = false; }
    }
    if (cell || lines[lines.length - 1].length) { lines[lines.length - 1].push(cell); } else { lines.pop(); }
    return lines;
  }
  function closes(text, start) {  // a cell that only begins with a quotation mark is none in quotation marks
    var match = /^"(?:[^"]|"")*"(?=[\t\n]|$)/.exec(text.slice(start));
    return match !== null;
  }

  function refusal(name, text) {
    var number;
    if (name !== "completion_percent" || !text.trim()) { return ""; }
    number = percent(text);
    if (!(number >= 0 && number <= 100)) { return "不是 0 到 100 的数"; }
    if (Math.abs(number * 10 - Math.round(number * 10)) > 1e-9) { return "最多一位小数"; }
    return "";
  }

  function landing(field, lines) {
    var list = open(), first = list.indexOf(rowOf(field)), left = CELLS.indexOf(nameOf(field)), found = [];
    lines.forEach(function (line, down) {
      line.forEach(function (text, across) {
        var row = list[first + down], name = CELLS[left + across];
        if (!row) { if (text.trim()) { found.push({ place: "第 " + (down + 1) + " 行", text: text, why: "下面没有这么多行了" }); } return; }
        if (!name) { if (text.trim()) { found.push({ place: row.element.dataset.title, text: text, why: "右边没有这么多列了" }); } return; }
        found.push({
          place: row.element.dataset.title, label: LABELS[name], text: text.trim(), why: refusal(name, text),
          field: row.field(name)
        });
      });
    });
    return found;
  }

  function preview(field, lines) {
    var box = form.querySelector(".paste-preview"), found = landing(field, lines), table = make("table", "", "grid"), body, yes, no;
    var good = found.filter(function (one) { return one.field && !one.why; });
    box.textContent = "";
    box.appendChild(make("h2", "粘贴到这里：" + good.length + " 格" + (good.length < found.length ? "，另有 " + (found.length - good.length) + " 格放不进去" : "")));
    body = table.createTBody();
    found.forEach(function (one) {
      var line = body.insertRow(), end = line.insertCell();
      line.insertBefore(make("th", one.place), end);
      end.textContent = one.label || "";
      line.insertCell().textContent = one.text;
      line.insertCell().appendChild(make("span", one.why ? "放不进去：" + one.why : (one.field.value && one.field.value !== one.text ? "替换：" + one.field.value : ""), one.why ? "field-error" : "was"));
    });
    box.appendChild(table);
    yes = make("button", "放入 " + good.length + " 格", "button primary paste-yes");
    no = make("button", "取消", "button paste-no");
    [yes, no].forEach(function (button) { button.type = "button"; box.appendChild(button); });
    yes.disabled = !good.length;
    yes.addEventListener("click", function () {
      box.hidden = true;
      change(good.map(function (one) { return { field: one.field, after: one.text }; }));
      field.focus();
    });
    no.addEventListener("click", function () { box.hidden = true; field.focus(); });
    box.hidden = false;
    (good.length ? yes : no).focus();
    box.scrollIntoView({ block: "nearest" });
  }

  function pasted(event) {
    var field = event.target, text, lines;
    if (CELLS.indexOf(nameOf(field)) < 0 || field.readOnly) { return; }
    text = event.clipboardData.getData("text/plain");
    lines = cellsOf(text);
    if (lines.length * (lines[0] || []).length < 2 && !/^"[\s\S]*"\s*$/.test(text)) { return; }  // one cell, as it is
    if (lines.length > 1 && lines.every(function (line) { return line.length === 1; }) && field.tagName === "TEXTAREA"
      && text.indexOf("\t") < 0 && !/\n$/.test(text)) { return; }  // several lines of running text are one cell's
    event.preventDefault();
    if (lines.length === 1 && lines[0].length === 1) { change([{ field: field, after: lines[0][0] }]); return; }
    preview(field, lines);
  }

  // --- keys --------------------------------------------------------------------------------------------------

  function atEdge(field, isDown) {
    if (field.tagName !== "TEXTAREA") { return true; }
    return isDown ? field.selectionStart === field.value.length : field.selectionEnd === 0;
  }

  function pressed(event) {
    var field = event.target, name = nameOf(field), list, next, isDown = event.key === "ArrowDown";
    if (event.key === "Escape") { all(".paste-preview, .submit-preview", form).forEach(function (box) { box.hidden = true; }); return; }
    if (CELLS.indexOf(name) < 0 || event.isComposing) { return; }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d") { event.preventDefault(); fillDown(field); return; }
    if (event.key === "Enter" && field.tagName !== "TEXTAREA") { event.preventDefault(); isDown = true; }
    else if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.ctrlKey || event.shiftKey || !atEdge(field, isDown)) { return; }
    list = open();
    next = list[list.indexOf(rowOf(field)) + (isDown ? 1 : -1)];
    if (next) { event.preventDefault(); next.field(name).focus(); }
  }

  // --- handing in --------------------------------------------------------------------------------------------

  function saveAll() { return Promise.all(open().map(function (row) { return row.send(); })); }

  function askSubmit() {
    var box = form.querySelector(".submit-preview"), begun = open().filter(function (row) { return row.isBegun(); });
    saveAll().then(function () {
      var lacking = begun.filter(function (row) { return lacks(row); }), ready, yes, no;
      ready = begun.filter(function (row) { return lacking.indexOf(row) < 0; });
      box.textContent = "";
      box.appendChild(make("h2", ready.length ? "提交 " + ready.length + " 项？提交后由科室负责人或办公室审核，审核前可以撤回。" : "没有可以提交的项"));
      if (lacking.length) { box.appendChild(make("p", "另有 " + lacking.length + " 项还要改，见标出的格子；它们只保存，不提交。")); }
      yes = make("button", "提交 " + ready.length + " 项", "button primary submit-yes");
      no = make("button", "再看看", "button submit-no");
      [yes, no].forEach(function (button) { button.type = "button"; box.appendChild(button); });
      yes.disabled = !ready.length;
      yes.addEventListener("click", function () {
        box.hidden = true;
        ready.reduce(function (before, row) { return before.then(function () { return row.send(true); }); }, Promise.resolve());
      });
      no.addEventListener("click", function () { box.hidden = true; });
      box.hidden = false;
      (ready.length ? yes : no).focus();
      box.scrollIntoView({ block: "nearest" });
    });
  }

  /* Say in the row what it lacks; the server says the same of a row that is handed in. */
  function lacks(row) {
    var now = row.contents(), found = false;
    function miss(name, text) { row.cell(name, "error").textContent = text; found = true; }
    if (row.stopped) { return true; }
    if (!now.completion_percent.trim()) { miss("completion_percent", "请填写完成率"); }
    else if (refusal("completion_percent", now.completion_percent)) { found = true; }
    if (!now.unchanged && !now.progress.trim() && !row.part(".row-tasks")) { miss("progress", "请填写目前进展情况"); }
    if (now.unchanged && !now.unchanged_reason.trim()) { miss("unchanged_reason", "请写明原因"); }
    return found || row.isDirty();
  }

  function submitted(event) {
    var button = event.submitter;
    event.preventDefault();
    if (button && button.classList.contains("submit-row")) {
      var row = rowOf(button);
      if (!lacks(row) || row.isDirty()) { row.send(true); } else { row.say("还有要填的，见标出的格子", true); }
    } else if (button && button.classList.contains("submit-all")) { askSubmit(); } else { saveAll(); }
  }

  // --- what this browser still holds -------------------------------------------------------------------------

  function offer() {
    var box = form.querySelector(".restore"), kept = [];
    rows.forEach(function (row) {
      var value = store.read(row.key);
      if (!value || !value.fields) { return; }
      if (JSON.stringify(value.fields) === JSON.stringify(row.saved)) { store.drop(row.key); return; }
      kept.push([row, value]);
    });
    if (!kept.length) { return; }
    box.hidden = false;
    box.querySelector(".restore-text").textContent = "您有 " + kept.length + " 项 " + clock(kept[0][1].at) + " 填写而没有保存的内容。";
    box.querySelector(".restore-yes").addEventListener("click", function () {
      box.hidden = true;
      kept.forEach(function (pair) {
        CELLS.concat(EXTRA).forEach(function (name) { if (name in pair[1].fields) { put(pair[0].field(name), pair[1].fields[name]); } });
        pair[0].field("seen_version").value = pair[1].version;  // if somebody saved since, both texts are shown
        pair[0].send();
      });
    });
    box.querySelector(".restore-no").addEventListener("click", function () {
      box.hidden = true;
      kept.forEach(function (pair) { store.drop(pair[0].key); });
    });
  }

  rows = all(".entry-row", form).map(function (element) { return new Row(element); });
  rows.forEach(function (row) { row.shape(); });
  all(".aids, .table-hint, .carry", form).forEach(function (aid) { aid.hidden = false; });
  offer();
  form.addEventListener("input", function (event) { var row = rowOf(event.target); if (row) { row.typed(); } });
  form.addEventListener("change", function (event) {
    var row = rowOf(event.target), last, rate;
    if (!row) { return; }
    if (event.target === row.field("unchanged") && event.target.checked) {
      last = row.part(".last-rate");
      rate = row.field("completion_percent");
      if (last && !rate.value && last.dataset.last !== "未填") { put(rate, last.dataset.last.replace("%", "")); }
      row.shape();
      row.field("unchanged_reason").focus();
    }
    row.typed();
  });
  form.addEventListener("focusout", function (event) { var row = rowOf(event.target); if (row && row.isDirty() && !row.stopped) { row.send(); } });
  form.addEventListener("paste", pasted);
  form.addEventListener("keydown", pressed);
  form.addEventListener("submit", submitted);
  form.addEventListener("click", function (event) {
    var carry = event.target.closest(".carry"), row = carry && rowOf(carry);
    if (row) { change([{ field: carry.closest(".cell").querySelector("textarea"), after: carry.closest(".last").querySelector(".last-text").textContent }]); }
    if (event.target.closest(".undo")) { undo(); }
    if (event.target.closest(".fill-down") && focused) { fillDown(focused); focused.focus(); }
  });
  var focused = null;
  form.addEventListener("focusin", function (event) { if (CELLS.indexOf(nameOf(event.target)) >= 0) { focused = event.target; } });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { rows.forEach(function (row) { row.send(false, true); }); }
  });
  window.addEventListener("online", function () { rows.forEach(function (row) { row.send(); }); });
})();
