// The list stands where it was scrolled to, from page to page, for as long as the tab is
// open. The conversation that was opened elsewhere is brought into sight in it.
{
  const KEY = "baton-list-place";
  const pane = () => document.querySelector(".list-pane");
  const scroller = () => {
    const inner = pane()?.querySelector(".pane-scroll");
    // In a low window the whole list scrolls.
    return inner && getComputedStyle(inner).overflowY === "visible" ? pane() : inner;
  };
  // Which list it is stands in the addresses of its rows.
  const address = () => {
    const row = pane()?.querySelector("a.row");
    return row && new URL(row.href).search;
  };
  const open = () => pane()?.querySelector("a.row[aria-current]");
  const read = () => {
    try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; }
  };
  const keep = () => {
    const [box, list] = [scroller(), address()];
    if (!list || !box.checkVisibility()) return;
    const place = { list, top: box.scrollTop, open: open()?.pathname };
    try { sessionStorage.setItem(KEY, JSON.stringify(place)); } catch { /* from the top then */ }
  };

  const box = scroller();
  if (box?.checkVisibility() && address()) {
    const { list, top, open: before } = read();
    // Whoever asks for the inbox anew begins at its top.
    const isAnew = !location.search && performance.getEntriesByType("navigation")[0]?.type === "navigate";
    const isSame = list === address() && !isAnew;
    if (isSame) box.scrollTop = top;
    const row = open();
    if (row && (!isSame || before !== row.pathname)) row.scrollIntoView({ block: "nearest" });
  }
  // A phone shows the list alone, and leaves it with a press on a row.
  addEventListener("pagehide", keep);
}
