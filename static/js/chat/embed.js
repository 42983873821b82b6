// The launcher a customer's site embeds:
//   <script async src="BASE/chat/KEY/embed.js"></script>
// It draws one button in a closed shadow root, outside the page's flow, and
// loads the chat's frame when the button is pressed for the first time.
// Third-party cookies do not arrive in a frame, so the visitor's token lives
// in this page's storage and is handed to the frame by message:
//   frame -> page  {type: "baton:ready"}           asks for what follows
//   page -> frame  {type: "baton:visitor", token, open, kept, stored}
//                  the token, or null; whether the chat is open; what was typed and
//                  not sent; whether the token outlives this page
//   frame -> page  {type: "baton:visitor", token}  a new one, to be kept
//   frame -> page  {type: "baton:kept", kept}      for the next page of the site
//   frame -> page  {type: "baton:news"}            an answer came while it was closed
//   frame -> page  {type: "baton:close"}           Escape was pressed inside
(() => {
  "use strict";

  // Only while the script itself runs does the page know which one it is.
  const script = document.currentScript;
  const address = script && /^((https?:\/\/[^/]+).*\/chat\/([\w-]+))\/embed\.js/.exec(script.src);
  if (!address) return;
  const [, chat, origin, key] = address;
  // The server puts in how this chat looks.
  const look = /*look*/{ "accent": "#21282c", "side": "right", "label": "" }/*look*/;
  const isLeft = look.side === "left";
  const storageKey = `baton-visitor:${key}`;

  // Storage may be forbidden or full: then the chat works for this page view.
  let remembered = null;
  let isStored = true;
  const recall = () => {
    try { return localStorage.getItem(storageKey) ?? remembered; } catch { isStored = false; }
    return remembered;
  };
  const remember = (token) => {
    remembered = token;
    try { localStorage.setItem(storageKey, token); } catch { isStored = false; }
  };

  // What the next page of this tab goes on with.
  const stateKey = `baton-chat:${key}`;
  const state = { open: false, kept: "" };
  try { Object.assign(state, JSON.parse(sessionStorage.getItem(stateKey))); } catch { /* as it is */ }
  const save = (change) => {
    Object.assign(state, change);
    try { sessionStorage.setItem(stateKey, JSON.stringify(state)); } catch { /* kept in memory */ }
  };

  // In pixels, and important: whatever the site says of its own text and of any element
  // ends here. The host is as high as the window, and lets clicks through.
  const css = `
    :host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; inset: ${isLeft ? "20px auto 20px 20px" : "20px 20px 20px auto"} !important;
      display: flex !important; align-items: flex-end !important; color-scheme: light dark !important; pointer-events: none !important; }
    div { display: flex; flex-direction: column; align-items: flex-${isLeft ? "start" : "end"}; max-height: 100%; }
    button { position: relative; flex: none; display: flex; align-items: center; justify-content: center; gap: 8px; min-width: 56px; max-width: calc(100vw - 40px); height: 56px; margin: 0; padding: 0; border: 0; border-radius: 28px;
      background: ${look.accent}; color: #fff; font: 600 15px/1.2 system-ui, sans-serif; box-shadow: 0 6px 20px rgb(0 0 0 / 0.28); cursor: pointer; pointer-events: auto; }
    button:hover { filter: brightness(1.15); }
    button.has-label { padding: 0 20px 0 16px; }
    .is-open button.has-label { padding: 0; }
    .is-open button span { display: none; }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px ${look.accent}; }
    svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
    .is-open .chat-icon, :not(.is-open) > button .close-icon { display: none; }
    .has-news button::after { content: ""; position: absolute; inset: 0 0 auto auto; width: 12px; height: 12px; border: 2px solid #fff; border-radius: 50%; background: #d3212d; }
    p { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
    iframe { display: none; flex: 0 1 704px; width: 368px; min-height: 0; margin: 0 0 12px; border: 1px solid rgb(128 128 128 / 0.35);
      border-radius: 12px; background: Canvas; box-shadow: 0 12px 36px rgb(0 0 0 / 0.25); pointer-events: auto; }
    .is-open iframe { display: block; }
    @media (max-width: 699px) {
      .is-open { position: fixed; inset: 0; max-height: none; background: Canvas; pointer-events: auto; }
      .is-open button { min-width: 52px; height: 52px; margin: 0 0 0 auto; border-radius: 0; background: none; color: CanvasText; box-shadow: none; }
      .is-open button:focus-visible { outline: 3px solid; outline-offset: -6px; box-shadow: none; }
      .is-open iframe { position: fixed; inset: 52px 0 0; width: 100%; height: calc(100% - 52px); margin: 0; border-width: 1px 0 0; border-radius: 0; box-shadow: none; }
    }
    @media print { :host { display: none !important; } }`;

  // Built node by node: a page may forbid innerHTML by Trusted Types.
  const icon = (name, path) => {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("class", name);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(ns, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  };

  const style = (root) => {
    try {
      // Constructed sheets are allowed where the page's policy forbids <style>.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(Object.assign(document.createElement("style"), { textContent: css }));
    }
  };

  const start = () => {
    // A site that changes its pages by script may run this again, and bring back a copy
    // of the button in which there is nothing.
    const made = (window[Symbol.for("baton-chats")] ??= {});
    for (const other of document.querySelectorAll(`baton-chat[data-chat="${key}"]`)) {
      if (other !== made[key]) other.remove();
    }
    if (made[key]) {
      if (!made[key].isConnected) document.documentElement.append(made[key]);
      return;
    }
    const host = made[key] = document.createElement("baton-chat");
    host.dataset.chat = key;
    const root = host.attachShadow({ mode: "closed" });
    style(root);

    const box = document.createElement("div");
    const button = document.createElement("button");
    button.type = "button";
    button.append(
      icon("chat-icon", "M4.5 5.5h15a1 1 0 0 1 1 1v9.5a1 1 0 0 1-1 1H11l-4.5 3.5V17h-2a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1z"),
      icon("close-icon", "M6 6l12 12M18 6L6 18"),
    );
    if (look.label) {
      button.className = "has-label";
      button.append(Object.assign(document.createElement("span"), { textContent: look.label }));
    }
    const news = document.createElement("p");
    news.setAttribute("role", "status");
    let frame = null;
    let isLoaded = false;
    let isReady = false;
    let isOpen = false;

    const tell = () => {
      if (!isReady) return;
      const told = { type: "baton:visitor", token: recall(), open: isOpen, kept: state.kept };
      frame.contentWindow?.postMessage({ ...told, stored: isStored }, origin);
    };

    const name = (hasNews) => {
      box.className = isOpen ? "is-open" : hasNews ? "has-news" : "";
      const chat = look.label || "Chat with us";
      button.setAttribute("aria-label", isOpen ? "Close chat" : hasNews ? `${chat}, new message` : chat);
      news.textContent = hasNews ? "New message in the chat" : "";
    };

    const show = (open, takesFocus = true) => {
      isOpen = open;
      if (open && !frame) {
        frame = document.createElement("iframe");
        frame.title = "Chat";
        frame.src = `${chat}?embed=1`;
        box.prepend(frame);
        // Only a page that is there takes the focus, unless it went elsewhere meanwhile.
        frame.addEventListener("load", () => {
          isLoaded = true;
          if (root.activeElement === button && isOpen) frame.focus();
        });
      }
      name(false);
      button.setAttribute("aria-expanded", String(open));
      tell();
      if (open !== state.open) save({ open });
      if (frame && takesFocus) (open && isLoaded ? frame : button).focus();
    };

    button.addEventListener("click", () => show(!isOpen));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") show(false);
    });

    // Over the whole page, it is closed once the keyboard goes on behind it.
    addEventListener("focusin", ({ target }) => {
      const isWhole = matchMedia("(max-width: 699px)").matches;
      if (isWhole && target !== host && isOpen) show(false, false);
    });

    addEventListener("message", ({ data, origin: from, source }) => {
      if (!frame || source !== frame.contentWindow || from !== origin) return;
      if (data?.type === "baton:ready") {
        isReady = true;
        tell();
      } else if (data?.type === "baton:visitor" && typeof data.token === "string") {
        remember(data.token);
        if (!isStored) tell();
      } else if (data?.type === "baton:kept" && typeof data.kept === "string") {
        save({ kept: data.kept });
      } else if (data?.type === "baton:news") {
        if (!isOpen) name(true);
      } else if (data?.type === "baton:close") {
        show(false);
      }
    });

    // Another tab of the site may have become somebody meanwhile.
    addEventListener("storage", (event) => {
      if (event.key === storageKey) tell();
    });
    addEventListener("pageshow", tell);

    box.append(button, news);
    root.append(box);
    // Beside the body: what a site does to its body moves nothing here.
    document.documentElement.append(host);
    // Over a whole small screen it would hide the page that somebody went to.
    show(state.open && matchMedia("(min-width: 700px)").matches, false);
  };

  if (document.body) start();
  else addEventListener("DOMContentLoaded", start, { once: true });
})();
