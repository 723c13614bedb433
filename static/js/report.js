/* 我的填报 and one report: rows open in place, drafts save themselves, nothing typed is lost.
   Everything works without this script, one page a report. For Chromium 86 and later. */
(function () {
  "use strict";

  var QUIET = 2000;              // milliseconds without typing before a draft is sent
  var PREFIX = "unsaved-report:";
  var LOCAL = "，已暂存在本机";

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  var clock = window.keptForms.clock;

  // What was typed and not saved lies in this browser by user and report (keep.js, which every page has before this).
  var store = window.keptForms.store;
  store.key = function (user, report) { return PREFIX + user + ":" + report; };

  // --- one form ----------------------------------------------------------------------------------------------

  function Draft(form) {
    this.form = form;
    this.user = form.closest("[data-user]").dataset.user;
    this.key = store.key(this.user, form.dataset.report);
    this.state = form.querySelector(".save-state");
    this.saved = this.contents();
    this.last = JSON.stringify(this.saved);
    this.timer = null;
    this.busy = false;
    this.stopped = Boolean(form.closest(".conflict"));
    if (this.stopped) {  // both texts are on the page; what is sent from here replaces what was kept
      form.addEventListener("submit", store.drop.bind(null, this.key));
      return;
    }
    this.offer();
    form.addEventListener("input", this.typed.bind(this));
    form.addEventListener("change", this.typed.bind(this));
    form.addEventListener("submit", this.submitted.bind(this));
  }

  Draft.prototype.fields = function () {
    return all("input[type=text], input:not([type]), textarea, input[type=checkbox]", this.form).filter(function (field) {
      return field.name && field.name !== "note" && field.name !== "reasons";
    });
  };

  Draft.prototype.contents = function () {
    var values = {};
    this.fields().forEach(function (field) {
      values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    });
    return values;
  };

  Draft.prototype.version = function () { return this.form.elements.seen_version; };
  Draft.prototype.isDirty = function () { return JSON.stringify(this.contents()) !== JSON.stringify(this.saved); };

  Draft.prototype.say = function (text, isBad, link) {
    this.state.textContent = text;
    this.state.classList.toggle("bad", Boolean(isBad));
    if (link) { this.state.appendChild(link); }
  };

  Draft.prototype.typed = function () {
    var now = JSON.stringify(this.contents());
    if (now === this.last) { return; }  // leaving a box is no typing
    this.last = now;
    if (!this.isDirty()) { store.drop(this.key); this.say(""); return; }  // all taken back
    this.keep();
    if (this.stopped) { return; }
    this.say("正在填写……");
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(this.send.bind(this), QUIET);
  };

  Draft.prototype.keep = function (isSent) {
    return store.write(this.key, {
      at: Date.now(), version: this.version().value, fields: this.contents(), sent: isSent === true
    });
  };

  Draft.prototype.send = function (leaving) {
    var draft = this, sent = this.contents(), body, token;
    window.clearTimeout(this.timer);
    if (this.stopped || !this.isDirty()) { return Promise.resolve(); }
    if (this.busy) { this.timer = window.setTimeout(this.send.bind(this), QUIET); return Promise.resolve(); }
    this.busy = true;
    body = new FormData(this.form);
    token = cookieToken();
    if (token) { body.set("csrfmiddlewaretoken", token); }  // signing in again made a new one
    if (leaving !== true) { this.say("正在保存……"); }
    this.sending = window.fetch(this.form.dataset.draft, {
      method: "POST", body: new URLSearchParams(body), credentials: "same-origin", redirect: "manual",
      keepalive: leaving === true, headers: { "X-Requested-With": "fetch" }
    }).then(function (response) { return draft.answered(response, sent); })
      .catch(function () { draft.failed("连接已中断，恢复后会自动再试"); draft.retry(); })
      .then(function () { draft.busy = false; });
    return this.sending;
  };

  Draft.prototype.retry = function () {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(this.send.bind(this), QUIET * 5);
  };

  Draft.prototype.answered = function (response, sent) {
    var draft = this;
    if (response.type === "opaqueredirect") { this.failed("登录已过期", this.signIn()); this.retry(); return null; }
    if (response.status === 403) {
      return response.json().then(
        function (answer) { draft.stopped = true; draft.failed(answer.refused); },
        function () { draft.failed("登录已更换，请重新登录", draft.signIn()); }
      );
    }
    if (!response.ok) { this.failed("服务器暂时不能保存"); this.retry(); return null; }
    return response.json().then(function (answer) { draft.stored(answer, sent); });
  };

  Draft.prototype.stored = function (answer, sent) {
    var bad = Object.keys(answer.errors || {});
    if (answer.conflict) { this.stopped = true; this.failed("他人刚刚改动了这份报告", this.compareButton()); return; }
    if (!answer.version) { this.failed(answer.errors[bad[0]][0]); return; }
    this.version().value = answer.version;
    this.saved = sent;
    if (this.isDirty()) { this.keep(); this.timer = window.setTimeout(this.send.bind(this), QUIET); }
    else if (bad.length) { this.keep(); } else { store.drop(this.key); }
    this.annotate(answer);
    if (bad.length) { this.say("其余已保存 " + answer.saved_at + "，标出的一处没有保存", true); }
    else { this.say("已保存 " + answer.saved_at); }
  };

  Draft.prototype.annotate = function (answer) {
    var form = this.form;
    all("[data-error]", form).forEach(function (place) {
      place.textContent = ((answer.errors || {})[place.dataset.error] || []).join("");
    });
    all("[data-warning]", form).forEach(function (place) {
      place.textContent = answer.warnings.filter(function (warning) { return warning[0] === place.dataset.warning; })
        .map(function (warning) { return warning[1]; }).join("");
    });
    all(".compare", form).forEach(function (place) {
      var html = answer.differences[place.dataset.name] || "";  // escaped by the server
      place.hidden = !html;
      place.querySelector(".compared").innerHTML = html;
    });
  };

  Draft.prototype.failed = function (reason, link) {
    this.say("未能保存" + (this.keep() ? LOCAL : "，请先复制下来") + "：" + reason, true, link);
  };

  Draft.prototype.signIn = function () {
    var link = document.createElement("a");
    var place = window.location.pathname + (document.querySelector(".worklist") ? "#report-" + this.form.dataset.report : "");
    link.href = this.form.dataset.login + "?next=" + encodeURIComponent(place);
    link.textContent = "重新登录";
    return link;
  };

  Draft.prototype.compareButton = function () {
    var button = document.createElement("button");
    button.type = "submit";
    button.className = "button small";
    button.textContent = "查看两份内容";
    return button;
  };

  /* What this browser still holds is offered, never put in without being asked. */
  Draft.prototype.offer = function () {
    var kept = store.read(this.key), box = this.form.querySelector(".restore"), draft = this;
    if (!kept || !kept.fields) { return; }
    if (JSON.stringify(kept.fields) === JSON.stringify(this.saved)) { store.drop(this.key); return; }
    box.hidden = false;
    box.querySelector(".restore-text").textContent = "您有 " + clock(kept.at) + " 填写而没有保存的内容"
      + (kept.version !== this.version().value ? "；此后这份报告又有保存，恢复后请核对。" : "。");
    box.querySelector(".restore-yes").addEventListener("click", function () { draft.restore(kept); box.hidden = true; });
    box.querySelector(".restore-no").addEventListener("click", function () { store.drop(draft.key); box.hidden = true; });
  };

  Draft.prototype.restore = function (kept) {
    this.fields().forEach(function (field) {
      if (!(field.name in kept.fields)) { return; }
      if (field.type === "checkbox") { field.checked = kept.fields[field.name]; } else { field.value = kept.fields[field.name]; }
    });
    this.version().value = kept.version;  // if somebody saved since, both texts are shown
    refresh(this.form);
    this.send();
  };

  Draft.prototype.submitted = function (event) {
    var button = event.submitter, draft = this;
    window.clearTimeout(this.timer);
    if (button && button.classList.contains("save")) {  // stay on the page
      event.preventDefault();
      if (this.isDirty()) { this.send(); } else { this.say("没有新的改动，已经保存过了"); }
      return;
    }
    if (this.busy) {  // a draft is under way: what follows it must know its version
      event.preventDefault();
      this.sending.then(function () { draft.form.requestSubmit(button); });
      return;
    }
    this.keep(true);
    this.stopped = true;
    window.addEventListener("pageshow", function (shown) { if (shown.persisted) { draft.stopped = false; } });
  };

  function cookieToken() {
    var match = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    return match ? match[1] : "";
  }

  // --- small aids of a form ----------------------------------------------------------------------------------

  function percent(text) {
    var plain = text.normalize("NFKC").replace("%", "").trim(), number = Number(plain);
    return plain && number >= 0 && number <= 100 ? number : null;
  }

  function refresh(form) {
    var slider = form.querySelector(".slider"), number = form.elements.completion_percent;
    slider.hidden = false;
    slider.value = percent(number.value) || 0;
    all("textarea", form).forEach(count);
    all(".carry, .switch", form).forEach(function (aid) { aid.hidden = false; });
    unchanged(form);
    all(".box", form).forEach(function (box) {
      var area = box.querySelector("textarea"), yes = box.querySelector(".switch input[value=yes]");
      if (!yes) { return; }
      if (area.value) { yes.checked = true; }
      box.querySelector(".box-body").hidden = !yes.checked && !form.closest(".conflict");
    });
  }

  function count(area) {
    var place = area.parentNode.querySelector(".length");
    if (place) { place.textContent = Array.from(area.value.replace(/\s/g, "")).length + " 字"; }
  }

  function unchanged(form) {
    var row = form.querySelector(".unchanged-row"), isTicked = form.elements.unchanged.checked;
    all("label[for], input[type=text]", row).forEach(function (part) { part.hidden = !isTicked; });
    row.querySelector(".ready").hidden = isTicked && Boolean(form.elements.unchanged_reason.value);
  }

  function put(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function assist(form) {
    var number = form.elements.completion_percent, slider = form.querySelector(".slider");
    form.addEventListener("input", function (event) {
      if (event.target === slider) { put(number, slider.value); }
      else if (event.target === number) { slider.value = percent(number.value) || 0; }
      else if (event.target.tagName === "TEXTAREA") { count(event.target); }
    });
    form.addEventListener("change", function (event) {
      if (event.target === form.elements.unchanged) { unchanged(form); if (event.target.checked) { form.elements.unchanged_reason.focus(); } }
      if (event.target.closest(".switch")) { difficulty(event.target); }
    });
    form.addEventListener("click", function (event) {
      var carry = event.target.closest(".carry"), reason = event.target.closest(".reason");
      if (carry) { put(document.getElementById(carry.dataset.target), carry.closest(".box-beside").querySelector(".beside-text").textContent); }
      if (reason) { form.elements.unchanged.checked = true; put(form.elements.unchanged_reason, reason.textContent); unchanged(form); }
    });
    refresh(form);
  }

  function difficulty(choice) {
    var box = choice.closest(".box"), area = box.querySelector("textarea");
    box.querySelector(".box-body").hidden = choice.value === "no";
    if (choice.value === "no") { area.dataset.before = area.value; put(area, ""); }
    else { if (area.dataset.before) { put(area, area.dataset.before); } area.focus(); }
  }

  // --- files -------------------------------------------------------------------------------------------------

  function sendFile(event) {
    var form = event.target.closest(".evidence-form"), section;
    if (!form) { return; }
    event.preventDefault();
    section = form.closest(".evidence");
    all("button", section).forEach(function (button) { button.disabled = true; });
    window.fetch(form.action, {
      method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual",
      headers: { "X-Requested-With": "fetch" }
    }).then(function (response) {
      if (!response.ok) { throw new Error("refused"); }
      return response.text();
    }).then(function (html) { section.outerHTML = html; }).catch(function () {
      var note = document.createElement("p");
      note.className = "field-error";
      note.textContent = "附件没有处理成功，请检查网络和登录状态后再试。";
      section.insertBefore(note, section.children[1] || null);
      all("button", section).forEach(function (button) { button.disabled = false; });
    });
  }

  // --- rows that open in place -------------------------------------------------------------------------------

  var drafts = [];

  function begin(root) {
    all(".entry-form", root).forEach(function (form) { assist(form); drafts.push(new Draft(form)); });
  }

  function openRow(event) {
    var row = event.target, body = row.querySelector && row.querySelector(".work-body");
    if (!body || !row.open || body.dataset.loaded) { return; }
    body.dataset.loaded = "yes";
    window.fetch(body.dataset.src, { credentials: "same-origin", redirect: "manual" }).then(function (response) {
      if (!response.ok) { throw new Error("refused"); }
      return response.text();
    }).then(function (html) { body.innerHTML = html; begin(body); }).catch(function () {
      window.location.href = body.dataset.src.split("?")[0];
    });
  }

  /* What went off with 提交 and arrived need not be kept; say whether nothing is left to offer. */
  function forgetSent(user, report, isEditable) {
    var key = store.key(user, report), kept = store.read(key);
    if (kept && kept.sent && !isEditable) { store.drop(key); }
    return !kept || (kept.sent && !isEditable);
  }

  function openWanted(list) {
    var wanted = document.getElementById(window.location.hash.slice(1));
    all(".work", list).forEach(function (row) {
      if (forgetSent(list.dataset.user, row.dataset.report, row.dataset.editable)) { return; }
      var mark = document.createElement("span");
      mark.className = "kept";
      mark.textContent = "有未保存的内容";
      row.querySelector(".work-title").appendChild(mark);
    });
    if (wanted && wanted.classList.contains("work")) { wanted.open = true; wanted.scrollIntoView(); }
  }

  all(".report-alone").forEach(function (page) {
    forgetSent(page.dataset.user, page.dataset.report, page.querySelector(".entry-form, .typed"));
  });
  begin(document);
  document.addEventListener("submit", sendFile);
  all(".worklist").forEach(function (list) {
    list.addEventListener("toggle", openRow, true);
    openWanted(list);
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { drafts.forEach(function (draft) { draft.send(true); }); }
  });
  window.addEventListener("online", function () { drafts.forEach(function (draft) { draft.send(); }); });
})();
