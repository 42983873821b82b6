// What comes while the thread is scrolled up was not seen. Until it is, the forms go on
// naming the message that was, so that the server holds a reply to it, and a button at
// the thread's foot leads there.
function isThreadAtEnd() {
  const NEAR = 48;
  // The thread is scrolled from its end upwards; in a low window its pane is scrolled, too.
  const box = document.getElementById("messages");
  return !box || (Math.abs(box.scrollTop) < NEAR && box.getBoundingClientRect().bottom > NEAR);
}
{
  const thread = () => document.getElementById("messages");
  const fields = (of) => of.querySelectorAll("[name=last_message]");
  // The way to earlier messages tells it, too.
  const put = (of, id) => {
    for (const field of fields(of)) field.value = id;
    const earlier = of.querySelector("a[data-earlier]");
    earlier?.setAttribute("href", earlier.getAttribute("href").replace(/shown=\d+/, `shown=${id}`));
  };

  let unseen = null;
  let button = null;
  const offer = () => {
    if (button?.isConnected) return;
    button = Object.assign(document.createElement("button"), { type: "button", textContent: "New message" });
    button.className = "button thread-newest";
    button.addEventListener("click", () => {
      thread().scrollTop = 0;
      thread().scrollIntoView({ block: "nearest" });
      thread().focus({ preventScroll: true });
    });
    thread().after(button);
  };

  document.addEventListener("baton:fresh", ({ detail: { fresh } }) => {
    const [shown] = fields(document);
    const [newest] = fields(fresh);
    if (!shown || !newest || shown.value === newest.value || isThreadAtEnd()) return;
    unseen = newest.value;
    put(fresh, shown.value);
    offer();
  });

  const look = () => {
    if (unseen === null || !isThreadAtEnd()) return;
    put(document, unseen);
    unseen = null;
    button?.remove();
  };
  document.addEventListener("scroll", look, true);
  document.addEventListener("baton:moved", look);
}
