// What is told as so long ago goes on with the clock, in the server's words. What it said
// at first counts: the clock of this device may be wrong.
{
  const MINUTE = 60_000;
  const SPAN = /^(?:just now|(\d+) (min|h)(?: ago)?)$/;
  const told = new WeakMap();

  // Minutes ago as the page says it; by the moment itself only within the hour that it names.
  const minutesIn = (time, words) => {
    const [, count, unit] = words;
    if (!count) return 0;
    if (unit === "min") return Number(count);
    const exact = Math.floor((Date.now() - new Date(time.dateTime)) / MINUTE);
    return Math.min(Math.max(exact, count * 60), count * 60 + 59) || count * 60;
  };
  const worded = (time, minutes, ago) => {
    if (minutes < 1) return "just now";
    if (minutes < 60) return `${minutes} min${ago}`;
    if (minutes < 1440) return `${Math.floor(minutes / 60)} h${ago}`;
    if (time.title.startsWith("Waiting")) return "1 day";
    const [, day, month] = /(\d+) (\w{3})\w* \d+/.exec(time.title) ?? [];
    return day ? `${day} ${month}` : `24 h${ago}`;
  };
  // Customers read times on their own clock, wherever the team is.
  const isOfCustomer = document.querySelector("[data-chat]") !== null;
  const own = (time) => {
    const format = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
    const text = new Date(time.dateTime).toLocaleString("en-GB", format).replace(" at ", ", ");
    if (time.title && time.title !== text) time.title = text;
    if (time.matches("[data-own-clock]") && time.textContent !== text) time.textContent = text;
  };
  const tell = () => {
    if (isOfCustomer) document.querySelectorAll("time[datetime]").forEach(own);
    for (const time of document.querySelectorAll("time")) {
      const text = time.firstChild;
      const words = SPAN.exec(text?.data ?? "");
      if (!words) continue;
      let known = told.get(time);
      if (known?.text !== text.data) {
        const ago = time.matches(".row-time, [data-short]") ? "" : " ago";
        known = { minutes: minutesIn(time, words), since: Date.now(), ago };
        told.set(time, known);
      }
      const minutes = known.minutes + Math.floor((Date.now() - known.since) / MINUTE);
      known.text = worded(time, minutes, known.ago);
      // Within the text: a log reads out what is added to it.
      if (text.data !== known.text) text.data = known.text;
    }
  };

  tell();
  setInterval(tell, MINUTE / 4);
  document.addEventListener("visibilitychange", tell);
}
