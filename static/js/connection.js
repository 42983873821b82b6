// Says that there is no connection, until it is back. What is written is not sent into
// nothing meanwhile: the form stays as it is.
if (document.body.dataset.live) {
  const line = document.body.appendChild(document.createElement("p"));
  line.className = "connection";
  line.setAttribute("role", "status");
  let isCut = false;
  const tell = () => {
    const words = isCut || !navigator.onLine ? "No connection. New messages will appear when it is back." : "";
    if (!words || !line.textContent) line.textContent = words;
  };
  tell();
  addEventListener("offline", tell);
  addEventListener("online", tell);
  document.addEventListener("baton:connection", ({ detail }) => {
    isCut = detail.isCut;
    tell();
  });
  // Before anybody else hears of it, and takes it for sent. A stream that is cut may be
  // all that is: then the server is asked first.
  let passed = null;
  addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form === passed || (navigator.onLine && !isCut)) return;
    if (!form.querySelector("textarea:not([readonly])")) return;
    event.preventDefault();
    const ask = () => fetch("/healthz", { cache: "no-store" }).then(({ ok }) => ok, () => false);
    const isThere = navigator.onLine && (await ask());
    if (!isThere) {
      line.textContent = "No connection. Your text is kept: try again in a moment.";
      return;
    }
    passed = form;
    form.requestSubmit(submitter);
    passed = null;
  }, { capture: true });
}
