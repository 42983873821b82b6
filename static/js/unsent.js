// What was written in a form with data-draft waits in this tab for the next page of the
// same conversation: it may never have been sent, on a line that nobody knew was cut, or
// that page was made a moment before the draft was kept. The server knows what each page
// has sent, and is asked: what it has is never offered again.
{
  const KEY = "baton-unsent";
  const MOST = 10;
  const LONGEST = 50_000;
  const who = document.querySelector(".rail-who")?.title ?? "";
  const sent = new WeakSet();
  const asking = new WeakSet();

  const forms = () => document.querySelectorAll("form[data-draft]");
  const nameOf = ({ dataset: { draft, kind } }) => `${draft} ${kind}`;
  const all = () => {
    try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const keepAll = (texts) => {
    const newest = Object.fromEntries(Object.entries(texts).slice(-MOST));
    try { sessionStorage.setItem(KEY, JSON.stringify(newest)); } catch { /* nothing is kept */ }
  };
  const forget = (form) => {
    const texts = all();
    delete texts[nameOf(form)];
    keepAll(texts);
    return texts;
  };
  const keep = (form, isSent) => {
    const { workspace, submission, draft, body, cc, cc_offered: offered } = form.elements;
    const texts = forget(form);
    if (!body.value.trim() || body.value.length > LONGEST) return;
    const copies = cc && cc.value !== offered.value ? cc.value : null;
    const [page, version, text] = [submission.value, draft.value, body.value];
    texts[nameOf(form)] = { who, workspace: workspace.value, page, version, text, copies, isSent };
    keepAll(texts);
  };

  // Whether this page is what the server said to a form, and no page one went back to.
  const isAnswer = (form) => {
    const [page] = performance.getEntriesByType("navigation");
    const isOfForm = `${location.pathname}/draft` !== form.dataset.draft;
    return page?.type === "navigate" && (page.redirectCount > 0 || isOfForm);
  };

  const tell = (form) => {
    const box = Object.assign(document.createElement("div"), { className: "flash is-warn" });
    box.setAttribute("role", "alert");
    // The page that moves by itself leaves it here.
    box.dataset.own = "";
    const words = "What you wrote was not sent. It is in its field again.";
    const close = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: "OK" });
    close.addEventListener("click", () => {
      box.remove();
      form.elements.body.focus();
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
      forget(form);
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
    forget(form);
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
  const takeAll = () => forms().forEach(take);

  addEventListener("submit", ({ target, defaultPrevented }) => {
    if (defaultPrevented) return;
    if (target.matches("[action='/logout'], [action$='/sign-out-everywhere']")) keepAll({});
    if (!target.matches("form[data-draft]")) return;
    keep(target, true);
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
    if (persisted) forms().forEach((form) => sent.delete(form));
  });
  addEventListener("online", takeAll);
  document.addEventListener("baton:connection", ({ detail }) => detail.isCut || takeAll());
  // Whoever signs in next may be somebody else.
  if (location.pathname === "/login") keepAll({});
  takeAll();
}
