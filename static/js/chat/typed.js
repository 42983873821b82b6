// What a customer types and has not sent yet outlives the page: a reload, another
// conversation, and the way to another page of the site around a frame.
const typed = (() => {
  "use strict";

  const PLACE = `baton-chat:${location.pathname}`;
  // The texts by conversation, and where somebody typed last.
  let kept = { at: "", texts: {} };
  let save = (text) => {
    try { sessionStorage.setItem(PLACE, text); } catch { /* kept on this page alone */ }
  };
  const store = () => save(JSON.stringify(kept));

  const restore = (text) => {
    try {
      const { at, texts } = JSON.parse(text);
      kept = { at: kept.at || String(at), texts: { ...texts, ...kept.texts } };
    } catch { /* there is nothing yet */ }
  };

  // Who keeps it instead, where it is not the browser's own storage.
  const begin = (keeper) => {
    if (keeper) save = keeper;
    else try { restore(sessionStorage.getItem(PLACE)); } catch { /* it is forbidden */ }
  };

  const formIn = (within) => within.querySelector("form.chat-form");
  const fieldsIn = (within) => [...within.querySelectorAll("textarea[name], input.input[name]")];
  const placeOf = (form) => form.elements.conversation?.value ?? "new";

  const keep = (form) => {
    const at = placeOf(form);
    kept.texts[at] = Object.fromEntries(fieldsIn(form).map(({ name, value }) => [name, value]));
    kept.at = at;
    store();
  };

  const forget = (at) => {
    delete kept.texts[at];
    if (kept.at === at) kept.at = "";
    store();
  };

  const squeezed = (text) => text.replace(/\s+/g, "");
  const hasArrived = ({ sent, message }) => {
    const newest = [...document.querySelectorAll(".message.is-customer .bubble")].at(-1);
    return sent && newest && squeezed(newest.textContent) === squeezed(message);
  };

  const refill = () => {
    const form = formIn(document);
    const texts = form && kept.texts[placeOf(form)];
    if (!texts) return;
    // It was on its way when the page went.
    if (hasArrived(texts)) return forget(placeOf(form));
    for (const field of fieldsIn(form)) field.value ||= texts[field.name] ?? "";
  };

  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form && form === formIn(document) && fieldsIn(form).includes(target)) keep(form);
  });
  // With another file it is another message.
  document.addEventListener("baton:file", ({ target }) => {
    delete kept.texts[placeOf(target.closest("form"))]?.sent;
  });

  // A form goes now. What was on its way when a page went is the same message: it is
  // stored once.
  const send = (form) => {
    const at = placeOf(form);
    const { message, submission } = form.elements;
    submission.value = kept.texts[at]?.sent ?? submission.value;
    keep(form);
    kept.texts[at].sent = submission.value;
    store();
    return { form, at, message: message.value, items: new Set(form.querySelectorAll("[data-attached] > li")) };
  };

  // What is typed and attached while a message is on its way stays for the next one.
  const takeAlong = ({ form, at, message, items }, main, isTaken) => {
    if (isTaken) forget(at);
    const next = formIn(main);
    if (!next) return;
    const now = form.elements.message.value;
    if (now !== message) {
      const field = next.elements.message;
      const more = now.startsWith(message) ? now.slice(message.length).trimStart() : now;
      // A message that was refused comes back.
      field.value = field.value ? now : more;
      keep(next);
    }
    const list = next.querySelector("[data-attached]");
    for (const item of form.querySelectorAll("[data-attached] > li")) {
      if (!items.has(item)) list.append(item);
    }
  };

  return {
    begin, restore, refill, send, takeAlong,
    isThere: () => fieldsIn(document).some((field) => field.value),
    lastPlace: () => (kept.texts[kept.at]?.message ? kept.at : ""),
  };
})();
