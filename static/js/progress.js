// While something goes on, its part of the page is made anew; once it has ended,
// the whole page is. Without script the browser loads it again by itself.
{
  const part = document.querySelector("[data-progress]");
  const again = async () => {
    try {
      const answer = await fetch(location.href);
      // The server is away for a moment, or was too busy.
      if (answer.status >= 500) throw new Error("no answer");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const news = page.querySelector("[data-progress]");
      if (!answer.ok || !news) return location.reload();
      part.replaceChildren(...news.childNodes);
    } catch {
      // It is asked again.
    }
    setTimeout(again, 1000);
  };
  if (part) setTimeout(again, 1000);
}
