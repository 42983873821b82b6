// After news the page fetches itself, and takes over what changed in the parts that
// move: place, selection, focus and what is being typed stay.
{
  const main = () => document.querySelector("main");
  const partsOf = (of) => of.querySelectorAll("[data-live-part]");
  const conversation = () => Number(main()?.dataset.conversation ?? 0);

  // Where this page is to be had. One that answers a form stands at the form's address.
  const address = () => {
    const own = main()?.dataset.address;
    const isOwn = !own || new URL(own, location.href).pathname === location.pathname;
    return isOwn ? location.href : own;
  };

  const isTyped = (field) => {
    if (field.matches("select")) {
      return [...field.options].some((option) => option.selected !== option.defaultSelected);
    }
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  };
  // When the choices of a select were made is told with them.
  const tellsOfTyped = (node) => {
    const beside = node.name === "offered" && node.nextElementSibling?.querySelector("select");
    return Boolean(beside) && isTyped(beside);
  };
  const isKept = (node) =>
    node.matches?.("[data-live-keep]") ||
    tellsOfTyped(node) ||
    (node.matches?.("textarea, select, input:not([type=hidden])") && isTyped(node));
  const OWN = ["open", "hidden", "aria-busy", "tabindex", "data-by-key"];
  // "All that match" was ticked for another list.
  const untickAll = (part, fresh) => {
    const [old, now] = [part, fresh].map((one) => one.querySelector("form.bulk"));
    const address = now?.getAttribute("action");
    if (old && old.getAttribute("action") !== address) old.elements.all.checked = false;
  };
  const morph = (part, fresh) => {
    untickAll(part, fresh);
    // What was said here stays where it is: above what may come and go below it.
    const said = part.querySelector(".list-flash");
    if (said && !fresh.querySelector(".list-flash")) {
      fresh.querySelector(".pane-scroll")?.prepend(said.cloneNode(true));
    }
    Idiomorph.morph(part, part.tagName === fresh.tagName ? fresh : fresh.innerHTML, {
      // The list is the main part of one page, and beside it on the next.
      morphStyle: part.tagName === fresh.tagName ? "outerHTML" : "innerHTML",
      callbacks: {
        beforeNodeMorphed: (node) => !isKept(node),
        beforeNodeRemoved: (node) => !node.matches?.(".thread-flash, .list-flash, [data-own]"),
        beforeAttributeUpdated: (name) => !OWN.includes(name),
      },
    });
  };

  // Nothing moves from under a pointer that is on its way to it.
  const STILL = 1500;
  let pointed = 0;
  addEventListener("pointermove", ({ target }) => {
    if (target.closest?.(".list-pane")) pointed = Date.now();
  });
  const isAimedAt = (part) => part.matches(".list-pane:hover") && Date.now() - pointed < STILL;

  // A number is said now and then, and only when there are more.
  const numberOf = (count) => parseInt(count ?? "0", 10) || 0;
  const sayingMore = (first, words) => {
    let [heard, now, saying] = [first, first, 0];
    return (count) => {
      now = count;
      heard = Math.min(heard, now);
      if (now === heard || saying) return;
      saying = setTimeout(() => {
        saying = 0;
        const more = now - heard;
        heard = now;
        if (more > 0) announce(words(now, more));
      }, 3000);
    };
  };
  const sayUnread = sayingMore(
    numberOf(document.getElementById("unread")?.textContent),
    (unread) => `${unread} unread ${unread === 1 ? "notification" : "notifications"}`,
  );
  // The view that the list shows, and how many it has.
  const listed = () => {
    const tab = document.querySelector(".list-head .tabs [aria-current]:has(.num)");
    return tab && { name: tab.firstChild.textContent.trim(), count: tab.querySelector(".num").textContent };
  };
  const sayListed = sayingMore(numberOf(listed()?.count), (_, more) => `${more} more in ${listed()?.name}`);

  // What becomes of a mail is said; that it is on its way says the page that it came from.
  const fatesOfMails = () =>
    new Map([...document.querySelectorAll(".message:has(.mail-state)")].map((message) => {
      const said = [...message.querySelectorAll(".mail-state :is(b, b + span)")];
      return [message.id, said.map((one) => one.textContent.trim()).join(". ")];
    }));
  const sayFates = (before) => {
    const fates = [...fatesOfMails()].filter(([id, fate]) => before.has(id) && before.get(id) !== fate);
    const words = new Set(fates.map(([, fate]) => fate).filter((fate) => !fate.startsWith("Sending")));
    if (words.size) announce([...words].join(". "));
  };

  // Whoever has to say something about a page before it is taken over.
  const arrived = (fresh) => document.dispatchEvent(new CustomEvent("baton:fresh", { detail: { fresh } }));
  const named = (of, name) => of.querySelector(`[data-live-part="${name}"]`);
  const takePart = (part, fresh) => {
    const { livePart: name } = part.dataset;
    const next = named(fresh, name);
    if (!next) part.remove();
    else if (name === "composers") takeComposers(part, next);
    else if (isAimedAt(part)) soon(STILL);
    else morph(part, next);
  };
  const take = (fresh) => {
    arrived(fresh);
    const fates = fatesOfMails();
    keepingFocus(() => partsOf(document).forEach((part) => takePart(part, fresh)));
    sayFates(fates);
    sayListed(numberOf(listed()?.count));
    // A part that is new here has its place only where it stands in no other one.
    for (const next of fresh.querySelectorAll("body > [data-live-part]")) {
      if (!named(document, next.dataset.livePart)) document.body.append(next);
    }
    const count = fresh.querySelector("#unread")?.firstChild?.textContent.trim() ?? "";
    document.dispatchEvent(new CustomEvent("baton:unread", { detail: { count } }));
    const id = fresh.body.dataset.live;
    if (id) document.dispatchEvent(new CustomEvent("baton:seen", { detail: { id } }));
    document.dispatchEvent(new CustomEvent("baton:moved"));
  };

  // While the owner stays, only what the thread shows now is new to the composer.
  const takeComposers = (part, next) => {
    if (part.dataset.version !== next.dataset.version) {
      exchange();
      return;
    }
    const [old, now] = [part, next].map((one) => one.querySelector("[name=last_message]"));
    if (old && now) old.value = now.value;
  };

  // The owner changed: the server says what can be done now, with what was typed.
  const exchange = async () => {
    const old = document.getElementById("composers");
    const form = old?.querySelector("form.composer");
    const data = form ? new FormData(form) : new FormData();
    const typed = old?.querySelector("#reply")?.value ?? "";
    data.set("body", typed);
    data.set("note", old?.querySelector("#note")?.value ?? "");
    data.set("workspace", document.querySelector("main [name=workspace]")?.value ?? "");
    const response = await fetch(`/conversations/${conversation()}/now${location.search}`, {
      method: "POST",
      body: data,
    }).catch(() => null);
    if (response && isSignedOut(response)) return tellOfSignOut(response);
    if (response?.status === 404) {
      return tellOfTheEnd("This conversation no longer exists.", "/inbox", "Go to Inbox");
    }
    if (!response || (!response.ok && response.status !== 409)) return soon(5000);
    const fresh = parse(await response.text());
    if (isElsewhere(fresh)) return tellOfTheSwitch(fresh);
    arrived(fresh);
    const part = document.getElementById("composers");
    const next = fresh.getElementById("composers");
    if (part && next) {
      const field = part.querySelector("#reply");
      const { selectionStart, selectionEnd } = field ?? {};
      const isIn = field === document.activeElement;
      const late = field?.value ?? typed;
      // The server has said what becomes of it.
      if (field) field.value = field.defaultValue;
      keepingFocus(() => morph(part, next));
      const now = document.getElementById("reply");
      if (now && late !== typed) now.value = late;
      if (isIn && now) {
        now.focus({ preventScroll: true });
        now.setSelectionRange(selectionStart, selectionEnd);
      }
    } else {
      keepingFocus(() => {
        main().replaceWith(fresh.querySelector("main"));
        document.getElementById("details")?.remove();
        document.getElementById("snooze-menu")?.remove();
      });
      document.body.className = fresh.body.className;
      // The list beside it is another one now.
      soon(50);
    }
    document.dispatchEvent(new CustomEvent("baton:moved"));
    const words = document.querySelector(".holding strong, .lost h2, .not-yours strong");
    announce(words?.textContent ?? "");
  };

  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  const hasEnded = () => document.getElementById("the-end") !== null;
  // The page moves no more, and says why. What is typed stays.
  const tellOfTheEnd = (words, to, label) => {
    if (hasEnded()) return;
    const box = Object.assign(document.createElement("div"), { id: "the-end", className: "toast" });
    box.setAttribute("role", "alert");
    const way = Object.assign(document.createElement("a"), { href: to, textContent: label });
    way.className = "button";
    box.append(Object.assign(document.createElement("span"), { textContent: words }), way);
    document.body.append(box);
  };
  const isSignedOut = (response) => new URL(response.url).pathname === "/login";
  const tellOfSignOut = (response) => {
    const way = new URL(response.url);
    const { pathname, search } = new URL(address(), location.href);
    way.searchParams.set("next", pathname + search);
    tellOfTheEnd("You are signed out, so this page no longer updates.", way.href, "Sign in");
    document.dispatchEvent(new CustomEvent("baton:ended"));
  };

  // Another tab went to another workspace, or signed in as somebody else, and this one's
  // session with it: what comes now is that one's.
  const workspaceOf = (page) => page.body.dataset.live?.split("-")[0];
  const nameOf = (page) => page.querySelector(".rail-workspace")?.lastChild.textContent ?? "";
  const userOf = (page) => page.body.dataset.user;
  const personOf = (page) => page.querySelector(".rail-who")?.title.replace(/, [^,]*$/, "") ?? "";
  const differs = (fresh, of) => {
    const [own, now] = [document, fresh].map(of);
    return own !== undefined && now !== undefined && own !== now;
  };
  const isElsewhere = (fresh) => differs(fresh, userOf) || differs(fresh, workspaceOf);
  const tellOfTheSwitch = (fresh) => {
    const { pathname, search } = new URL(address(), location.href);
    if (differs(fresh, userOf)) {
      const words = `${personOf(fresh)} is signed in here now, so this page of ${personOf(document)} no longer updates.`;
      tellOfTheEnd(words, "/inbox", "Go to Inbox");
    } else {
      const words = `You are in ${nameOf(fresh)} now, so this page of ${nameOf(document)} no longer updates.`;
      tellOfTheEnd(words, `/workspaces?next=${encodeURIComponent(pathname + search)}`, "Switch back");
    }
    document.dispatchEvent(new CustomEvent("baton:ended"));
  };

  // What did not come is asked for again, more and more seldom.
  const PATIENCE = [5000, 10000, 20000, 60000];
  let failures = 0;
  const later = () => soon(PATIENCE[Math.min(failures++, PATIENCE.length - 1)]);
  const mayPass = ({ status }) => status === 408 || status === 429 || status >= 500;
  // An answer that is no page of ours, as of a proxy on the way.
  const isForeign = (fresh) => Boolean(document.body.dataset.live) && !fresh.body.dataset.live;

  // What is below a thread that is scrolled up is not read by asking for it, but once its
  // end is in view.
  let isLeftUnread = false;
  const fetchPage = async () => {
    isLeftUnread = !isThreadAtEnd();
    const headers = isLeftUnread ? { "Baton-Unread": "1" } : {};
    const response = await fetch(address(), { cache: "no-store", headers });
    return { response, text: await response.text() };
  };
  const readLeft = () => {
    if (!isLeftUnread || isLooking || !isThreadAtEnd()) return;
    isLeftUnread = false;
    soon(50);
  };
  document.addEventListener("scroll", readLeft, true);
  const look = async () => {
    const { response, text } = (await fetchPage().catch(() => null)) ?? {};
    if (!response || mayPass(response)) return later();
    if (isSignedOut(response)) return tellOfSignOut(response);
    if (response.status === 404 && conversation()) return exchange();
    const { pathname } = new URL(response.url);
    const fresh = parse(text);
    if (isElsewhere(fresh)) return tellOfTheSwitch(fresh);
    if (response.ok && isForeign(fresh)) return later();
    failures = 0;
    if (response.status === 403) {
      tellOfTheEnd("Your role no longer includes this page, so it no longer updates.", "/inbox", "Go to Inbox");
      return;
    }
    if (response.ok && pathname === new URL(address(), location.href).pathname) take(fresh);
  };

  // One at a time: an older answer would undo a newer one. What is news meanwhile is
  // looked at afterwards.
  let isLooking = false;
  let isNewsLeft = false;
  const refresh = async () => {
    if (hasEnded()) return;
    if (isLooking) {
      isNewsLeft = true;
      return;
    }
    isLooking = true;
    try {
      await look();
    } finally {
      isLooking = false;
      readLeft();
      if (isNewsLeft) soon(50);
      isNewsLeft = false;
    }
  };

  // Several pieces of news close together are one look, which waits while nobody sees it.
  let due = null;
  let isStale = false;
  const soon = (ms) => {
    const when = Date.now() + ms;
    if (due && due.when <= when) return;
    clearTimeout(due?.timer);
    const timer = setTimeout(() => {
      due = null;
      isStale = document.hidden;
      if (!isStale) refresh();
    }, ms);
    due = { when, timer };
  };
  document.addEventListener("visibilitychange", () => {
    if (isStale && !document.hidden) soon(0);
  });

  document.addEventListener("baton:news", ({ detail: { name, id, unread, isRefused } }) => {
    if (name === "presence" || hasEnded()) return;
    // Whether the session has ended is to be known even where nobody looks.
    if (isRefused) return refresh();
    if (name === "notification") {
      sayUnread(unread);
      const count = unread > 99 ? "99+" : unread > 0 ? String(unread) : "";
      document.dispatchEvent(new CustomEvent("baton:unread", { detail: { count } }));
    }
    if (name === "gone" && id === conversation()) exchange();
    // Beside the count in the rail, nothing of most pages moves.
    const isQuiet = partsOf(document).length < 2 && name !== "everything";
    if (isQuiet && name !== "notification") return;
    // One's own conversation at once; a list that moves all the time, once a second.
    soon(id === conversation() || name === "notification" ? 50 : 700 + Math.random() * 600);
  });
}
