/* Nothing typed is lost: the text of every form stays in this browser until the server has taken it in, and is offered
   again when its page is opened next. For Chromium 86 and later; without this script nothing else changes.
   report.js keeps the reports' own forms, which save themselves, in the same store. */
(function () {
  "use strict";

  var KEEP_DAYS = 30, PAUSE = 400, TWICE = 2000;   // days text stays; milliseconds without typing, between two clicks
  var OURS = "unsaved-form:", PREFIXES = [OURS, "unsaved-report:"];
  var FIELD = "kept-form", COOKIE = "taken-form";  // config/kept_forms.py
  var TYPED = "textarea, select, input:not([type]), input[type=text], input[type=number], input[type=date], input[type=time],"
    + " input[type=email], input[type=url], input[type=tel], input[type=checkbox], input[type=radio]";
  var WORDS = "textarea, input:not([type]), input[type=text]";

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function clock(time) {
    var d = new Date(time), day = new Date().toDateString() === d.toDateString() ? "" : (d.getMonth() + 1) + "月" + d.getDate() + "日 ";
    return day + two(d.getHours()) + ":" + two(d.getMinutes());
  }

  var store = {
    read: function (key) {
      try { return JSON.parse(window.localStorage.getItem(key)); } catch (error) { return null; }
    },
    write: function (key, value) {
      try { window.localStorage.setItem(key, JSON.stringify(value)); return true; } catch (error) { return false; }
    },
    drop: function (key) { try { window.localStorage.removeItem(key); } catch (error) { /* none kept */ } },
    keys: function (prefixes) {
      try {
        return Object.keys(window.localStorage).filter(function (key) {
          return prefixes.some(function (prefix) { return key.indexOf(prefix) === 0; });
        });
      } catch (error) { return []; }  // storage is switched off
    }
  };
  window.keptForms = { store: store, clock: clock };

  function sweep() {
    var oldest = Date.now() - KEEP_DAYS * 86400000;
    store.keys(PREFIXES).forEach(function (key) {
      var value = store.read(key);
      if (value && value.at < oldest) { store.drop(key); }
    });
  }

  /* The server names the form it has taken in. */
  function forgetTaken() {
    var match = new RegExp("(?:^|; )" + COOKIE + "=([a-z0-9]+)").exec(document.cookie);
    if (!match) { return; }
    store.keys([OURS]).forEach(function (key) {
      var value = store.read(key);
      if (value && value.mark === match[1]) { store.drop(key); }
    });
    document.cookie = COOKIE + "=; path=/; max-age=0; samesite=lax";
  }

  // --- one form ----------------------------------------------------------------------------------------------

  function Kept(form, key) {
    this.form = form;
    this.key = key;
    this.first = JSON.stringify(this.contents());
    this.timer = null;
    this.offer();
    form.addEventListener("input", this.typed.bind(this));
    form.addEventListener("change", this.typed.bind(this));
    form.addEventListener("submit", this.sent.bind(this));
  }

  Kept.prototype.fields = function () {
    return all(TYPED, this.form).filter(function (field) { return field.name && field.autocomplete !== "one-time-code"; });
  };

  Kept.prototype.contents = function () {
    var values = {};
    this.fields().forEach(function (field) {
      if (field.type === "radio") { if (field.checked) { values[field.name] = field.value; } }
      else if (field.type === "checkbox") { values[field.name + "=" + field.value] = field.checked; }
      else if (field.multiple) { values[field.name] = all("option:checked", field).map(function (option) { return option.value; }); }
      else { values[field.name] = field.value; }
    });
    return values;
  };

  Kept.prototype.typed = function () {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(this.keep.bind(this), PAUSE);
  };

  Kept.prototype.keep = function (mark) {
    var now = this.contents();
    window.clearTimeout(this.timer);
    if (JSON.stringify(now) === this.first) { store.drop(this.key); return; }  // all taken back
    store.write(this.key, { at: Date.now(), fields: now, mark: mark || "" });
  };

  Kept.prototype.sent = function () {
    var mark = (Date.now().toString(36) + Math.random().toString(36).slice(2)).slice(0, 16), field;
    this.keep(mark);
    field = this.form.elements[FIELD];
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = FIELD;
      this.form.appendChild(field);
    }
    field.value = mark;
  };

  /* What this browser still holds is offered, never put in without being asked. */
  Kept.prototype.offer = function () {
    var kept = store.read(this.key), mine = this, box, yes, no;
    if (!kept || !kept.fields) { return; }
    if (JSON.stringify(kept.fields) === this.first) { return; }  // shown again with its errors: kept until it is taken
    box = document.createElement("p");
    box.className = "notice restore-form";
    box.setAttribute("role", "status");
    box.textContent = "这台电脑上留有您 " + clock(kept.at) + " 在这里填写而没有保存的内容。 ";
    yes = this.button("恢复", function () { mine.restore(kept.fields); box.remove(); });
    no = this.button("不要了", function () { store.drop(mine.key); box.remove(); });
    box.appendChild(yes);
    box.appendChild(document.createTextNode(" "));
    box.appendChild(no);
    this.form.insertBefore(box, this.form.firstChild);
  };

  Kept.prototype.button = function (label, act) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  };

  Kept.prototype.restore = function (values) {
    this.fields().forEach(function (field) {
      var name = field.type === "checkbox" ? field.name + "=" + field.value : field.name;
      if (!(name in values)) { return; }
      if (field.type === "radio") { field.checked = field.value === values[name]; }
      else if (field.type === "checkbox") { field.checked = values[name]; }
      else if (field.multiple) { all("option", field).forEach(function (option) { option.selected = values[name].indexOf(option.value) >= 0; }); }
      else { field.value = values[name]; }
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  /* A form is known by its page, where it sends to, and which of those with words it is. */
  function begin() {
    var person = document.querySelector("meta[name=person]"), counted = {};
    if (!person) { return; }
    all("form").forEach(function (form) {
      var place;
      if (form.method !== "post" || form.classList.contains("entry-form") || form.querySelector("input[type=password]")) { return; }
      if (!all(WORDS, form).some(function (field) { return field.name && field.autocomplete !== "one-time-code"; })) { return; }
      place = window.location.pathname + ">" + (form.getAttribute("action") || "");
      counted[place] = (counted[place] || 0) + 1;
      new Kept(form, OURS + person.content + ":" + place + "#" + counted[place]);
    });
  }

  /* A double click sends once. */
  function once() {
    document.addEventListener("submit", function (event) {
      if (Date.now() - (event.target.dataset.sentAt || 0) < TWICE) { event.preventDefault(); event.stopImmediatePropagation(); }
    }, true);
    window.addEventListener("submit", function (event) {
      if (!event.defaultPrevented) { event.target.dataset.sentAt = Date.now(); }
    });
  }

  once();
  sweep();
  forgetTaken();
  begin();
})();
