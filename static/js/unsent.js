// What was written in a form with data-draft waits in this tab for the next page of the
// same conversation: it may never have been sent, on a line that nobody knew was cut, or
// that page was made a moment before the draft was kept. The server knows what each page
// has sent, and is asked: what it has is never offered again. A form with data-unsent has no
// draft: all that its fields hold waits until it is sent, and whether its page sent it is
// asked on whichever page comes next.
{
  const KEY = "baton-unsent";
  const MOST = 10;
  const LONGEST = 50_000;
  const who = document.querySelector(".rail-who")?.title ?? "";
  const sent = new WeakSet();
  const asking = new Set();

  const forms = () => document.querySelectorAll("form[data-draft]");
  const whole = () => document.querySelectorAll("form[data-unsent]");
  const nameOf = ({ dataset: { draft, kind } }) => `${draft} ${kind}`;
  const all = () => {
    try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const keepAll = (texts) => {
    const newest = Object.fromEntries(Object.entries(texts).slice(-MOST));
    try { sessionStorage.setItem(KEY, JSON.stringify(newest)); } catch { /* nothing is kept */ }
  };
  const forget = (name) => {
    const texts = all();
    delete texts[name];
    keepAll(texts);
    return texts;
  };
  const keep = (form, isSent) => {
    const { workspace, submission, draft, body, cc, cc_offered: offered } = form.elements;
    const texts = forget(nameOf(form));
    if (!body.value.trim() || body.value.length > LONGEST) return;
    const copies = cc && cc.value !== offered.value ? cc.value : null;
    const [page, version, text] = [submission.value, draft.value, body.value];
    texts[nameOf(form)] = { who, workspace: workspace.value, page, version, text, copies, isSent };
    keepAll(texts);
  };

  // The fields that one fills, each with what it holds now and what its page put into it.
  const fieldsOf = (form) => [...form.elements].filter(({ name, type }) => name && !["hidden", "file", "submit"].includes(type));
  const isBox = ({ type }) => type === "radio" || type === "checkbox";
  const filled = (form) =>
    fieldsOf(form)
      .filter((field) => !isBox(field) || field.checked)
      .map(({ name, value, defaultValue = null }) => [name, value, defaultValue]);
  const keepWhole = (form) => {
    const name = form.getAttribute("action");
    const texts = forget(name);
    const fields = filled(form);
    const hasText = [...form.querySelectorAll("textarea")].some(({ value }) => value.trim());
    if (!hasText || JSON.stringify(fields).length > LONGEST) return;
    const { workspace, submission } = form.elements;
    const hasFiles = [...form.querySelectorAll("[type=file]")].some(({ files }) => files.length > 0);
    texts[name] = { who, workspace: workspace.value, page: submission.value, fields, hasFiles };
    keepAll(texts);
  };

  // Whether this page is what the server said to a form, and no page one went back to.
  const isAnswer = (form) => {
    const [page] = performance.getEntriesByType("navigation");
    const isOfForm = `${location.pathname}/draft` !== form.dataset.draft;
    return page?.type === "navigate" && (page.redirectCount > 0 || isOfForm);
  };

  const tell = (form, more = "") => {
    const box = Object.assign(document.createElement("div"), { className: "flash is-warn" });
    box.setAttribute("role", "alert");
    // The page that moves by itself leaves it here.
    box.dataset.own = "";
    const words = `What you wrote was not sent. It is in its field again.${more}`;
    const close = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: "OK" });
    close.addEventListener("click", () => {
      box.remove();
      form.querySelector("textarea").focus();
    });
    box.append(Object.assign(document.createElement("p"), { textContent: words }), close);
    form.before(box);
  };

  // Kept as the draft of the page it was written on, which the server refuses once that
  // page has sent it, or another page knows better. Under that page's own word it is sent
  // once, even where it is on its way still.
  const take = async (form) => {
    const kept = all()[nameOf(form)];
    if (!kept || asking.has(form)) return;
    const { workspace, submission, draft, body, cc } = form.elements;
    const isOurs = kept.who === who && kept.workspace === workspace.value;
    const isDone = kept.isSent ? isAnswer(form) : body.value === kept.text;
    if (!isOurs || isDone) {
      forget(nameOf(form));
      return;
    }
    asking.add(form);
    const shown = body.value;
    const { page, version, text, copies } = kept;
    const data = new URLSearchParams({ workspace: workspace.value, kind: form.dataset.kind, page, version, text });
    if (copies !== null) data.append("cc", copies);
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: data,
      redirect: "error",
      signal: AbortSignal.timeout(8000),
    }).catch(() => null);
    asking.delete(form);
    if (!answer || answer.status >= 500 || answer.status === 429 || sent.has(form)) return;
    const now = answer.ok ? await answer.json().catch(() => null) : null;
    forget(nameOf(form));
    // Whoever wrote on meanwhile is asked which of the two they want, as between two tabs.
    if (!now?.version || !form.isConnected || body.value !== shown) return;
    body.value = text;
    if (cc && copies !== null) cc.value = copies;
    draft.value = now.version;
    submission.value = page;
    const line = form.querySelector("[data-draft-state]");
    if (line) line.textContent = "Draft saved";
    if (kept.isSent) tell(form);
  };

  const said = (fields) => JSON.stringify(fields.map(([name, value]) => [name, value]));
  const isUntouched = (field) => {
    if (isBox(field)) return field.checked === field.defaultChecked;
    return field.defaultValue === undefined || field.value === field.defaultValue;
  };
  // Whether the page put something into a line that was not there when this was written: it
  // is to another contact.
  const isOther = (form, fields) =>
    fieldsOf(form).some((field) => {
      if (isBox(field) || !field.matches("input") || !field.defaultValue) return false;
      const [, ...known] = fields.find(([name]) => name === field.name) ?? [];
      return !known.includes(field.defaultValue);
    });
  const putBack = (form, { page, fields, hasFiles }) => {
    for (const field of fieldsOf(form)) {
      const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (isBox(field)) field.checked = values.includes(field.value);
      else if (values.length > 0) [field.value] = values;
    }
    // Under its own word it is sent once, even where it is on its way still.
    form.elements.submission.value = page;
    // Whoever leaves without sending it is asked.
    form.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
    tell(form, hasFiles ? " Choose the files again." : "");
  };
  const takeWhole = async (name, kept) => {
    if (asking.has(name) || kept.who !== who) return;
    asking.add(name);
    const query = new URLSearchParams({ workspace: kept.workspace, submission: kept.page });
    const signal = AbortSignal.timeout(8000);
    const answer = await fetch(`/sent?${query}`, { redirect: "error", signal }).catch(() => null);
    const { sent: isSent } = answer?.ok ? await answer.json().catch(() => ({})) : {};
    asking.delete(name);
    const form = [...whole()].find((one) => one.getAttribute("action") === name);
    if (isSent === undefined || (form && sent.has(form))) return;
    if (isSent || (form && said(filled(form)) === said(kept.fields))) {
      forget(name);
      return;
    }
    if (!form || !fieldsOf(form).every(isUntouched) || isOther(form, kept.fields)) return;
    forget(name);
    putBack(form, kept);
  };
  const takeAll = () => {
    forms().forEach(take);
    for (const [name, kept] of Object.entries(all())) if (kept.fields) takeWhole(name, kept);
  };

  addEventListener("submit", ({ target, defaultPrevented }) => {
    if (defaultPrevented) return;
    if (target.matches("[action='/logout'], [action$='/sign-out-everywhere']")) keepAll({});
    if (target.matches("form[data-unsent]")) keepWhole(target);
    else if (target.matches("form[data-draft]")) keep(target, true);
    else return;
    sent.add(target);
  });
  addEventListener("pagehide", () => {
    for (const form of forms()) {
      const { body } = form.elements;
      if (!sent.has(form) && body.value !== body.defaultValue) keep(form, false);
    }
  });
  // A page from the browser's memory still has what was written on it.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) for (const form of [...forms(), ...whole()]) sent.delete(form);
  });
  addEventListener("online", takeAll);
  document.addEventListener("baton:connection", ({ detail }) => detail.isCut || takeAll());
  // Whoever signs in next may be somebody else.
  if (location.pathname === "/login") keepAll({});
  takeAll();
}
