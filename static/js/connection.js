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
  // Before anybody else hears of it, and takes it for sent.
  addEventListener("submit", (event) => {
    if (navigator.onLine || !event.target.querySelector("textarea:not([readonly])")) return;
    event.preventDefault();
    line.textContent = "No connection. Your text is kept: try again in a moment.";
  }, { capture: true });
}
