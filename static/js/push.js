// Settings, Profile: turns the notifications of this browser on and off. What is shown
// for which state stands on the page, in `data-push-when`.
{
  const KEY = "baton-sound";
  const kept = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const keep = (word) => {
    try { localStorage.setItem(KEY, word); } catch { /* silent then */ }
  };
  const section = document.getElementById("devices");
  const show = (state) => keepingFocus(() => {
    for (const part of section.querySelectorAll("[data-push-when]")) {
      part.hidden = !part.dataset.pushWhen.split(" ").includes(state);
    }
  });
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

  const subscribe = async () => {
    await navigator.serviceWorker.register("/service-worker.js");
    const { pushManager } = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: bytes(section.dataset.push) };
    return pushManager.subscribe(options).catch(async (error) => {
      // One that another installation's key was made for, at the same address.
      const old = await pushManager.getSubscription();
      if (!old) throw error;
      await old.unsubscribe();
      return pushManager.subscribe(options);
    });
  };

  const turnOn = async (form) => {
    const permission = await Notification.requestPermission();
    if (permission !== "granted") return show(permission === "denied" ? "denied" : "ready");
    const { endpoint, keys } = (await subscribe()).toJSON();
    Object.assign(form.elements.endpoint, { value: endpoint });
    Object.assign(form.elements.p256dh, { value: keys.p256dh });
    Object.assign(form.elements.auth, { value: keys.auth });
    form.submit();
  };
  const turnOff = async (form) => {
    try {
      const worker = await navigator.serviceWorker?.getRegistration("/");
      const subscription = await worker?.pushManager.getSubscription();
      await subscription?.unsubscribe();
    } catch { /* Nothing is sent to a browser that the server has forgotten. */ }
    form.submit();
  };

  const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (section) {
    keep(section.dataset.sound);
    if (!can) show("missing");
    else show(Notification.permission === "denied" ? "denied" : "ready");
    section.addEventListener("submit", (event) => {
      const { target: form, submitter } = event;
      const act = form.matches("[data-push-off]") ? turnOff : form.elements.endpoint && turnOn;
      if (!act) return;
      event.preventDefault();
      // The submit that follows names no button.
      const { name, value } = submitter;
      if (name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      // Disabled it would lose the focus.
      if (submitter.ariaBusy === "true") return;
      submitter.ariaBusy = "true";
      act(form).catch(() => show("failed")).finally(() => (submitter.ariaBusy = null));
    });
  }

  // In the page that one is looking at, where a notification would be one too many.
  const tone = () => {
    const context = new AudioContext();
    const gain = new GainNode(context, { gain: 0.04 });
    const sound = new OscillatorNode(context, { frequency: 660 });
    sound.connect(gain).connect(context.destination);
    gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.4);
    sound.addEventListener("ended", () => context.close());
    sound.start();
    sound.stop(context.currentTime + 0.4);
  };
  let known = parseInt(document.getElementById("unread")?.textContent ?? "0", 10);
  document.addEventListener("baton:news", ({ detail: { name, unread } }) => {
    if (name !== "notification") return;
    const isMore = unread > known;
    known = unread;
    const isHeard = document.hasFocus() && navigator.userActivation?.hasBeenActive;
    if (isMore && isHeard && kept() === "on") tone();
  });
}
