// Drafts: what is typed in a form with data-draft is kept on the server, with the version
// that this page has seen. Where another page was quicker, both texts are shown and one
// is chosen. Without script the server keeps what it could not send.
{
  const PAUSE = 800;
  // Longer than that, nobody is told that it is saved.
  const STALE = 2500;
  const PATIENCE = 8000;
  // A browser takes no more along while a page goes away.
  const PARTING = 60_000;
  const forms = new WeakMap();
  let isOver = false;

  const formOf = (target) => target?.closest?.("form[data-draft]");
  const isText = (target) => ["body", "cc"].includes(target?.name) && formOf(target);
  // Who else a reply goes to, where that is not as of the last mail.
  const copiesOf = ({ elements: { cc, cc_offered: offered } }) => (cc && cc.value !== offered.value ? cc.value : null);
  const putCopies = ({ elements: { cc, cc_offered: offered } }, copies) => {
    if (cc) cc.value = copies ?? offered.value;
  };
  const stateOf = (form) => {
    if (!forms.has(form)) forms.set(form, { timer: 0, stale: 0, typed: 0, kept: 0, isBusy: false, isSent: false, notice: null });
    return forms.get(form);
  };
  const say = (form, words) => {
    const line = form.querySelector("[data-draft-state]");
    if (line && line.textContent !== words) line.textContent = words;
  };

  const later = (form) => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(save, PAUSE, form);
  };

  // The last save of a page does not wait for the one before: the server knows its own.
  // One that asks says again what is kept, to hear whether it still is.
  const save = async (form, { isLast = false, isAsking = false } = {}) => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    if (isOver && !isLast) {
      if (state.typed > state.kept) say(form, "Not saved");
      return;
    }
    const isKept = state.typed === state.kept && (!isAsking || state.isSent);
    if (isKept || state.notice || (state.isBusy && !isLast)) return;
    const { typed } = state;
    const { workspace, submission, draft, body: field } = form.elements;
    const body = new URLSearchParams({
      workspace: workspace.value,
      kind: form.dataset.kind,
      page: submission.value,
      version: draft.value,
      text: field.value,
    });
    const copies = copiesOf(form);
    if (copies !== null) body.append("cc", copies);
    state.isBusy = true;
    try {
      const keepalive = String(body).length < PARTING;
      const signal = isLast ? null : AbortSignal.timeout(PATIENCE);
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive, signal, redirect: "error" });
      // Everything else is a page, e.g. of a workspace that one has left.
      if (!answer.headers.get("content-type")?.startsWith("application/json")) throw new Error("no answer");
      const { version, text, cc } = await answer.json();
      if (answer.ok) {
        draft.value = version;
        state.kept = Math.max(state.kept, typed);
        // What was typed meanwhile is not.
        if (state.kept === state.typed) {
          clearTimeout(state.stale);
          state.stale = 0;
          say(form, version ? "Draft saved" : "");
        }
      } else if (state.kept < typed || (isAsking && (text || state.typed > typed))) {
        ask(form, { version, text, cc });
      } else if (isAsking) {
        clear(form);
      }
    } catch {
      if (state.typed > state.kept) say(form, "Not saved");
    } finally {
      state.isBusy = false;
      if (state.typed > Math.max(typed, state.kept)) later(form);
    }
  };

  const put = (form, text) => {
    const field = form.elements.body;
    field.value = text;
    field.focus();
  };
  // What was sent from another page is not to be sent from this one too.
  const clear = (form) => {
    form.elements.body.value = "";
    form.elements.draft.value = 0;
    say(form, "Sent or cleared in another tab");
  };
  const changed = (form) => {
    stateOf(form).typed += 1;
    save(form);
  };

  // Something to decide, above the form.
  const notice = (form, words, other, choices) => {
    const box = document.createElement("div");
    box.className = "flash is-warn";
    box.setAttribute("role", "alert");
    // The page that moves by itself leaves it here, as long as its form stays.
    box.dataset.own = "";
    const gone = new AbortController();
    const close = () => {
      gone.abort();
      box.remove();
    };
    document.addEventListener("baton:moved", () => form.isConnected || close(), { signal: gone.signal });
    box.append(Object.assign(document.createElement("p"), { textContent: words }));
    if (other) {
      const text = Object.assign(document.createElement("p"), { className: "draft-other", textContent: other, tabIndex: 0 });
      box.append(text);
    }
    for (const [label, act] of choices) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: label });
      button.addEventListener("click", () => {
        close();
        stateOf(form).notice = null;
        act();
      });
      box.append(button);
    }
    form.before(box);
    return close;
  };

  const ask = (form, { version, text, cc }) => {
    const state = stateOf(form);
    const { cc_offered: offered } = form.elements;
    const copied = copiesOf(form) === cc ? "" : `Cc: ${(cc ?? offered.value) || "nobody"}\n\n`;
    const keep = () => {
      form.elements.draft.value = version;
      put(form, form.elements.body.value);
      changed(form);
    };
    const take = () => {
      const [mine, copies] = [form.elements.body.value, copiesOf(form)];
      form.elements.draft.value = text ? version : 0;
      state.kept = state.typed;
      put(form, text);
      if (text) putCopies(form, cc);
      say(form, text ? "Draft saved" : "");
      const back = [
        "Bring mine back",
        () => {
          put(form, mine);
          putCopies(form, copies);
          changed(form);
        },
      ];
      const close = notice(form, "Your own text was replaced.", "", [back, ["OK", () => form.elements.body.focus()]]);
      form.addEventListener("input", close, { once: true });
    };
    say(form, "Not saved");
    state.notice = text
      ? notice(form, "This was changed in another tab or on another device. The text there is:", copied + text, [
          ["Use the other text", take],
          ["Keep mine", keep],
        ])
      : notice(form, "This was sent or cleared in another tab or on another device.", "", [
          ["Clear it here", take],
          ["Keep mine", keep],
        ]);
  };

  const drafts = () => document.querySelectorAll("form[data-draft]");
  const saveAll = (how) => {
    for (const form of drafts()) save(form, how);
  };

  document.addEventListener("input", ({ target }) => {
    const form = isText(target);
    if (!form) return;
    const state = stateOf(form);
    state.typed += 1;
    state.stale ||= setTimeout(() => {
      state.stale = 0;
      const line = form.querySelector("[data-draft-state]");
      if (state.typed > state.kept && line?.textContent === "Draft saved") say(form, "");
    }, STALE);
    later(form);
  });
  // Whoever leaves the field may be about to leave the page.
  document.addEventListener("focusout", ({ target }) => {
    const form = isText(target);
    if (form) save(form);
  });
  addEventListener("submit", ({ target, defaultPrevented }) => {
    if (defaultPrevented) return;
    for (const form of drafts()) {
      // What is sent is no draft any more.
      if (form === target) Object.assign(stateOf(form), { kept: stateOf(form).typed, isSent: true });
      else save(form, { isLast: true });
    }
  });
  addEventListener("pagehide", () => saveAll({ isLast: true }));
  // What could not be kept while there was no connection.
  addEventListener("online", () => saveAll());
  document.addEventListener("baton:connection", ({ detail }) => detail.isCut || saveAll());
  // Something happened there: it may be that another page sent what this one shows.
  document.addEventListener("baton:news", ({ detail: { name, id } }) => {
    for (const form of drafts()) {
      const isMeant = name === "everything" || form.dataset.draft === `/conversations/${id}/draft`;
      if (isMeant && name !== "presence" && form.elements.draft.value > 0) save(form, { isAsking: true });
    }
  });
  document.addEventListener("baton:ended", () => {
    isOver = true;
    saveAll();
  });
  // A browser that reloads a page may put a text back that is not the server's.
  addEventListener("pageshow", () => {
    for (const form of drafts()) {
      const { body: field, draft } = form.elements;
      const isRestored = field.value !== field.defaultValue && draft.value === draft.defaultValue;
      if (isRestored && stateOf(form).typed === 0) draft.value = 0;
    }
  });
}
