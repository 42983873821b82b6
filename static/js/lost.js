// The page of who lost a conversation follows it: it says so and leads there once they may
// see it again, as when an assignment was taken back, and no more once it is gone again.
{
  const now = (lost, isBack) => {
    if (isBack === lost.hidden) return;
    const back = document.querySelector("[data-lost-back]");
    keepingFocus(() => {
      lost.hidden = isBack;
      back.hidden = !isBack;
      document.querySelectorAll("[data-owner]").forEach((words) => words.remove());
      lost.querySelector("h2").textContent = "Somebody else owns this now";
    });
    const shown = isBack ? back : lost;
    document.querySelector("[data-lost-said]").textContent = shown.querySelector("h2").textContent;
  };

  document.addEventListener("baton:news", async ({ detail: { name, id } }) => {
    const lost = document.querySelector("[data-lost]");
    if (!lost) return;
    const isOurs = id === Number(lost.dataset.lost);
    if (isOurs && name === "conversation") now(lost, true);
    if (isOurs && name === "gone") now(lost, false);
    // What was missed is to be asked for.
    if (name !== "everything") return;
    const address = `/conversations/${lost.dataset.lost}`;
    const response = await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (response?.ok || response?.status === 404) now(lost, response.ok);
  });
}
