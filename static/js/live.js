// Pages that are open hear what changed: one stream of server-sent events per browser,
// held by one tab, which tells the others. What came is told on as `baton:news`. Once the
// session has ended (`baton:ended`) no tab asks for more.
{
  const at = document.body.dataset.live;
  const [workspace] = (at ?? "").split("-");
  const numberOf = (id) => Number(id.split("-")[1]);
  let seen = at;

  const tell = (name, data) =>
    document.dispatchEvent(new CustomEvent("baton:news", { detail: { name, ...data } }));

  // What a page has seen already, from another tab or as it was made, is no news to it.
  const hear = ({ name, id, data }) => {
    // Who is where has no number, and is for this moment alone.
    if (name === "presence") return tell(name, data);
    // Another tab went to another workspace: the page finds out by looking.
    if (!id.startsWith(`${workspace}-`)) return tell("everything");
    const isNew = numberOf(id) > numberOf(seen);
    if (isNew) seen = id;
    if (name !== "here" && (isNew || name === "everything")) tell(name, data);
  };

  // A stream that comes back at once is not worth a word.
  const PATIENCE = 5000;
  let patience = 0;
  const tellOfConnection = (isCut) =>
    document.dispatchEvent(new CustomEvent("baton:connection", { detail: { isCut } }));

  const channel = "BroadcastChannel" in window && new BroadcastChannel(`baton-live-${workspace}`);
  const NAMES = ["here", "conversation", "gone", "notification", "everything", "presence"];

  let source = null;
  let again = 0;
  let isOver = false;
  const connection = (isCut) => {
    tellOfConnection(isCut);
    if (channel) channel.postMessage({ name: "connection", isCut });
  };
  const open = () => {
    if (isOver) return;
    source = new EventSource(`/live?after=${seen}`);
    for (const name of NAMES) {
      source.addEventListener(name, (event) => {
        const news = { name, id: event.lastEventId, data: JSON.parse(event.data) };
        hear(news);
        if (channel) channel.postMessage(news);
      });
    }
    source.addEventListener("open", () => {
      clearTimeout(patience);
      patience = 0;
      connection(false);
    });
    // The browser comes back by itself after a lost connection, but not after an answer
    // that is no stream: the session has ended, or the program is about to stop.
    source.addEventListener("error", () => {
      patience ||= setTimeout(() => {
        patience = 0;
        if (source.readyState === EventSource.CONNECTING) connection(true);
      }, PATIENCE);
      if (source.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, 5000 + Math.random() * 5000);
      tell("everything", { isRefused: true });
    });
  };

  // The lock is the tab's for as long as it is open and signed in; then another one's.
  let yieldTheLead = () => {};
  const lead = () =>
    new Promise((resolve) => {
      yieldTheLead = resolve;
      if (isOver) return resolve();
      if (channel) {
        channel.addEventListener("message", ({ data }) => {
          if (data.name === "who" && numberOf(data.id) < numberOf(seen)) {
            channel.postMessage({ name: "everything", id: seen, to: data.from });
          }
        });
      }
      open();
    });

  if (at && "EventSource" in window) {
    const me = crypto.randomUUID?.() ?? String(Math.random());
    if (channel) {
      channel.addEventListener("message", ({ data }) => {
        if (data.name === "ended") tell("everything", { isRefused: true });
        else if (data.name === "connection") tellOfConnection(data.isCut);
        else if (data.name !== "who" && (!data.to || data.to === me)) hear(data);
      });
      // What came since this page was made, before it listened.
      channel.postMessage({ name: "who", id: seen, from: me });
    }
    if (channel && navigator.locks) navigator.locks.request(`baton-live-${workspace}`, lead);
    else lead();
    document.addEventListener("baton:seen", ({ detail }) => {
      if (detail.id.startsWith(`${workspace}-`) && numberOf(detail.id) > numberOf(seen)) {
        seen = detail.id;
      }
    });
    document.addEventListener("baton:ended", () => {
      isOver = true;
      clearTimeout(again);
      clearTimeout(patience);
      source?.close();
      // Each of the others finds out for itself.
      if (channel) {
        channel.postMessage({ name: "ended" });
        channel.close();
      }
      yieldTheLead();
    }, { once: true });
  }
}
