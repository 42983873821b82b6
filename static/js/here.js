// Who else is at this conversation. The page says every few seconds that it is open and
// what is typed in it; the answer is the part that shows the others.
{
  const EVERY = 5000;
  // After the last key somebody counts as typing for this long.
  const TYPING = 6000;
  const box = () => document.querySelector("[data-here]");
  const conversation = () => Number(document.querySelector("main")?.dataset.conversation ?? 0);

  let typing = { kind: "nothing", at: 0 };
  let isBusy = false;
  let isDue = false;
  let isOver = false;

  const writing = () => (Date.now() - typing.at < TYPING ? typing.kind : "nothing");
  const words = (isGone) => {
    const workspace = document.querySelector("main [name=workspace]")?.value ?? "";
    const { page } = box().dataset;
    return new URLSearchParams({ workspace, page, writing: writing(), is_gone: isGone });
  };

  // Who comes is said once. What they do goes on and off: that is for those who look.
  const others = () => [...box().querySelectorAll("[data-who]")];
  const show = (part) => {
    if (!box() || box().innerHTML === part) return;
    const before = others().map(({ dataset }) => dataset.who);
    box().innerHTML = part;
    const come = others().filter(({ dataset }) => !before.includes(dataset.who));
    if (come.length) announce(come.map((one) => one.textContent).join(", "));
  };

  const say = async () => {
    if (isOver || !box() || document.hidden) return;
    isDue = isBusy;
    if (isBusy) return;
    isBusy = true;
    const answer = await fetch(box().dataset.here, {
      method: "POST",
      body: words(false),
      redirect: "error",
    }).catch(() => null);
    const part = answer?.ok ? await answer.text().catch(() => "") : "";
    show(part);
    isBusy = false;
    if (isDue) say();
  };
  const leave = () => {
    if (box() && !isOver) navigator.sendBeacon(box().dataset.here, words(true));
  };

  let timer = 0;
  document.addEventListener("input", ({ target }) => {
    const form = target.name === "body" && target.closest("form[data-draft]");
    if (!form) return;
    const before = writing();
    typing = { kind: target.value.trim() ? form.dataset.kind : "nothing", at: Date.now() };
    if (before !== writing()) say();
    clearTimeout(timer);
    timer = setTimeout(say, TYPING + 50);
  });
  document.addEventListener("baton:news", ({ detail: { name, id } }) => {
    if (name === "presence" && id === conversation()) say();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : say()));
  addEventListener("pagehide", leave);
  const beat = setInterval(say, EVERY);
  document.addEventListener("baton:ended", () => {
    isOver = true;
    clearInterval(beat);
  });
  say();
}
