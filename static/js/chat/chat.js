// The customer's chat page: hears of new messages and asks for them while somebody
// looks, says when somebody types, and,
// when the page stands in a frame on another site, carries the visitor's
// token. Without this file the page works as plain forms and links.
(() => {
  "use strict";

  const POLL = 5_000;
  // While the stream tells what is new.
  const CALM_POLL = 60_000;
  const SLOWEST_POLL = 60_000;
  const page = () => document.querySelector("[data-chat]");
  const log = () => document.querySelector("[data-messages]");
  if (!page()) return;

  const embedded = page().hasAttribute("data-embed") && window.parent !== window;
  let token = null;      // who the visitor is, when embedded
  let hostOrigin = null; // the site around the frame, known from its first message
  let isShown = true;    // a frame goes on after its chat was closed
  let isStranger = embedded; // no page was asked for with a token yet
  let isStored = true;   // the page around can keep the token

  const tell = (type, more) => {
    if (hostOrigin) window.parent.postMessage({ type, ...more }, hostOrigin);
  };

  const request = (url, options = {}) => {
    const headers = new Headers(options.headers);
    if (embedded && token) headers.set("X-Baton-Visitor", token);
    return fetch(url, { ...options, headers, credentials: "same-origin" }).then((response) => {
      adopt(response.headers.get("X-Baton-Visitor"));
      return response;
    });
  };

  // The server gave (or renewed) a token: the page around keeps it.
  const adopt = (fresh) => {
    if (!embedded || !fresh || fresh === token) return;
    token = fresh;
    tell("baton:visitor", { token });
  };

  // A file goes ahead of its form (files.js).
  document.addEventListener("baton:file", ({ detail }) => {
    if (embedded && token) detail.setRequestHeader("X-Baton-Visitor", token);
  });

  // --- new messages -------------------------------------------------------

  let timer = 0;
  let stream = null;
  const usual = () => (!isShown || stream?.readyState === EventSource.OPEN ? CALM_POLL : POLL);
  let pause = POLL;

  // Its place counts from the end (`is-from-end`).
  const toEnd = (box) => { box.scrollTop = 0; };
  const nearEnd = (box) => Math.abs(box.scrollTop) < 80;

  const parsed = (html) => Object.assign(document.createElement("template"), { innerHTML: html }).content;

  const append = (box, fragment) => {
    const list = box.querySelector("ol");
    const follow = nearEnd(box);
    for (const item of fragment.querySelectorAll("li[data-message]")) {
      if (!list.querySelector(`li[data-message="${CSS.escape(item.dataset.message)}"]`)) list.append(item);
    }
    if (follow) toEnd(box);
  };

  const poll = async () => {
    const box = log();
    if (!box || document.hidden) return;
    const last = [...box.querySelectorAll("[data-message]")].at(-1)?.dataset.message ?? "0";
    const url = new URL(box.dataset.messages, location.href);
    url.searchParams.set("after", last);
    // What nobody looks at is not read: its answer goes by mail as well.
    const isPeek = !isShown;
    if (isPeek) url.searchParams.set("peek", "1");
    try {
      const response = await request(url);
      if (response.ok) {
        const fragment = parsed(await response.text());
        pause = usual();
        if (!isPeek) append(box, fragment);
        // It is said once. Once the chat is open again, this is looked at.
        else if (fragment.querySelector(".message:not(.is-customer)")) return tell("baton:news");
      } else if (response.status === 404 || response.status === 410) {
        return; // the chat is closed, or no longer ours: nothing will come
      } else {
        pause = Math.min(pause * 2, SLOWEST_POLL);
      }
    } catch {
      pause = Math.min(pause * 2, SLOWEST_POLL);
    }
    schedule();
  };

  const schedule = (delay = pause) => {
    clearTimeout(timer);
    if (log() && !document.hidden) timer = setTimeout(poll, delay);
  };

  const lookAgain = () => {
    pause = usual();
    schedule(document.hidden ? pause : 0);
    listen();
  };
  document.addEventListener("visibilitychange", lookAgain);
  addEventListener("online", lookAgain);

  // What is older goes above what is there, which stays where it is in view.
  const showEarlier = async (link) => {
    const box = log();
    const more = link.closest("li");
    if (more.getAttribute("aria-busy") === "true") return;
    more.setAttribute("aria-busy", "true");
    try {
      const response = await request(link.href);
      if (!response.ok) throw new Error("no such page");
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const items = [...page.querySelectorAll(".thread > :is(.message, .thread-more:first-child)")];
      const hadFocus = more.contains(document.activeElement);
      const place = box.scrollTop;
      // A log reads out what comes to it, which is meant for what is new.
      box.setAttribute("aria-live", "off");
      more.replaceWith(...items.map((item) => document.adoptNode(item)));
      box.scrollTop = place;
      if (hadFocus) (box.querySelector(".thread-more a") ?? box).focus({ preventScroll: true });
      setTimeout(() => box.removeAttribute("aria-live"), 1_000);
    } catch {
      more.removeAttribute("aria-busy");
      say("No connection. Try again in a moment.");
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".thread-more a");
    if (!link || !log() || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    showEarlier(link);
  });

  // --- the stream: that there is something new, and who writes -----------------

  const listen = () => {
    const address = log()?.dataset.live;
    if (stream && stream.address !== address) stream = stream.close() ?? null;
    if (!address || stream || document.hidden) return;
    stream = Object.assign(new EventSource(address), { address });
    stream.addEventListener("here", () => schedule(0));
    stream.addEventListener("message", () => schedule(0));
    stream.addEventListener("presence", () => tellHere());
    stream.addEventListener("error", ({ target }) => {
      if (pause === CALM_POLL) schedule((pause = POLL));
      if (target.readyState === EventSource.CLOSED && stream === target) {
        stream = null;
        setTimeout(listen, SLOWEST_POLL * (0.5 + Math.random() / 2));
      }
    });
  };

  // After the last key somebody counts as typing for this long.
  const TYPING = 6_000;
  let typedAt = 0;
  let typing = 0;
  const isTyping = () => Date.now() - typedAt < TYPING;
  const tellHere = async () => {
    const box = document.querySelector("[data-here]");
    const { conversation, submission } = box?.closest("form").elements ?? {};
    if (!conversation || document.hidden || !isShown) return;
    const body = new URLSearchParams({
      conversation: conversation.value,
      page: submission.value,
      writing: isTyping() ? "reply" : "nothing",
    });
    const answer = await request(box.dataset.here, { method: "POST", body }).catch(() => null);
    const words = answer?.ok ? await answer.text().catch(() => "") : "";
    if (box.innerHTML !== words) box.innerHTML = words;
    clearTimeout(typing);
    if (isTyping() || words) typing = setTimeout(tellHere, POLL);
  };
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea[name=message]")) return;
    const before = isTyping();
    typedAt = target.value.trim() ? Date.now() : 0;
    if (before !== isTyping()) tellHere();
  });

  // --- pages come by fetch: only it can carry the token of a frame, and only after it
  // is what was typed still there when there was no connection ------------------

  const say = (text) => {
    const status = document.querySelector("[data-chat-status]");
    if (!status) return;
    status.textContent = text;
    status.hidden = !text;
  };

  const refusal = () => document.querySelector("main [aria-invalid=true], main [data-focus]");
  const show = async (response, moveFocus, sent) => {
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    const main = next.querySelector("main");
    if (!main || response.status >= 500) throw new Error("not a page");
    document.title = next.title;
    if (sent) typed.takeAlong(sent, main, response.ok);
    // The focus is moved below; browsers refuse it to a page that asks for it in a frame.
    for (const field of main.querySelectorAll("[autofocus]")) field.autofocus = false;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    document.body.className = next.body.className;
    // In a frame nobody sees the address, and each page begins with the token.
    if (!embedded) history.replaceState(null, "", response.url);
    pause = POLL;
    isStranger = embedded && !token;
    arrive();
    if (moveFocus) (refusal() ?? main.querySelector("textarea"))?.focus();
  };

  const follow = async (url, options, moveFocus, sent) => {
    try {
      await show(await request(url, options), moveFocus, sent);
      return true;
    } catch {
      say("No connection. Your text is kept: try again in a moment.");
      return false;
    }
  };

  const ownPath = (url) => url.origin === location.origin && url.pathname === location.pathname;

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const url = new URL(form.action);
    if (event.defaultPrevented || !ownPath(url)) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    say("");
    // Outside of the part that is exchanged: a log that is new reads nothing out.
    const said = document.querySelector("[data-chat-said]");
    said.textContent = "";
    // The page that comes has another name: this one is not written on any more.
    typedAt = 0;
    tellHere();
    const sent = typed.send(form);
    const body = new URLSearchParams(new FormData(form, event.submitter));
    await askAround();
    if (!await follow(url, { method: "POST", body }, true, sent)) form.removeAttribute("aria-busy");
    else if (log() && !refusal()) said.textContent = "Sent.";
  });

  // Before somebody writes for the first time: they may have done so in another tab.
  let heard = null;
  const askAround = () => new Promise((resolve) => {
    if (!embedded || token || !hostOrigin) return resolve();
    heard = resolve;
    tell("baton:ready");
    setTimeout(resolve, 500);
  });

  // The page that a visitor wants to see: where they were typing, or their latest.
  const wanted = () => {
    const url = new URL(`${location.pathname}?embed=1`, location.href);
    const at = typed.lastPlace();
    if (at) url.searchParams.set(at === "new" ? "new" : "conversation", at);
    return url;
  };

  const isSending = () => document.querySelector("main form[aria-busy=true]") !== null;

  const embed = () => {
    // Also where a tab was asked for: only the frame knows who the visitor is.
    const stay = (event) => {
      const link = event.target.closest?.("main a[href]");
      if (!link || event.defaultPrevented || event.button > 1) return;
      const url = new URL(link.href);
      if (!ownPath(url)) return;
      event.preventDefault();
      follow(url, {}, true);
    };
    document.addEventListener("click", stay);
    document.addEventListener("auxclick", stay);

    window.addEventListener("message", ({ data, origin, source }) => {
      if (source !== window.parent || data?.type !== "baton:visitor") return;
      if (hostOrigin && origin !== hostOrigin) return;
      if (!hostOrigin) typed.restore(data.kept);
      hostOrigin = origin;
      isShown = data.open !== false;
      isStored = data.stored !== false;
      tellWhereAnswers();
      if (!token && typeof data.token === "string") token = data.token;
      heard?.();
      // Known here: show their conversation instead of the form, unless they
      // have begun to type.
      if (token && isStranger && isShown && !typed.isThere() && !isSending()) {
        isStranger = false;
        follow(wanted(), {}, false).then((isThere) => { isStranger = !isThere; });
        return;
      }
      typed.refill();
      lookAgain();
      tellHere();
    });

    // Holds no secret, and the site is not known yet: any parent may hear it.
    window.parent.postMessage({ type: "baton:ready" }, "*");
  };

  // --- both ----------------------------------------------------------------

  // Escape closes what lies on top: the menu, then the chat where it stands in a frame.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const menu = document.querySelector(".chat-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else tell("baton:close");
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const menu = target.closest(".chat-menu[open]");
    if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
  });

  // Where the token goes with this page, nobody comes back to the answer.
  const tellWhereAnswers = () => {
    for (const one of document.querySelectorAll("[data-stored]")) {
      one.hidden = (one.dataset.stored === "yes") !== isStored;
    }
  };

  const arrive = () => {
    tellWhereAnswers();
    typed.refill();
    if (log()) toEnd(log());
    schedule();
    listen();
    tellHere();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.closest?.("textarea")?.form;
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // A frame on another site may have no storage: the page around keeps it there.
  typed.begin(embedded ? (text) => tell("baton:kept", { kept: text }) : null);
  if (embedded) embed();
  arrive();
})();
