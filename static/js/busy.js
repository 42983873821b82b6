// What was pressed says so at once, until the next page is there, and pressing it again
// does nothing for a while. Whoever insists after that may: the server tells the copies
// apart, and a page that got stuck must not keep what was written. And what was sent is
// not put back into the form by the browser for whoever goes back to its page: it would
// be sent again, and a filter would name another list than the one that is shown.
{
  const STUCK_MS = 5000;
  const pressed = new WeakMap();

  // Answers whether it was pressed a moment ago.
  const isAgain = (element) => {
    const now = performance.now();
    if (now - (pressed.get(element) ?? -Infinity) < STUCK_MS) return true;
    pressed.set(element, now);
    element.setAttribute("aria-busy", "true");
    return false;
  };

  addEventListener("submit", (event) => {
    const { submitter, target } = event;
    // After a dialog's form, or one that answers with a file, the page stays.
    if (event.defaultPrevented || target.matches("[method=dialog], [data-download]")) return;
    if (submitter?.matches(".button") && isAgain(submitter)) event.preventDefault();
    else target.autocomplete = "off";
  });

  // A row that is being opened, unless in another tab.
  addEventListener("click", (event) => {
    const row = event.target.closest?.("a.row");
    if (!row || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    for (const other of document.querySelectorAll("a.row[aria-busy]")) {
      if (other === row) continue;
      pressed.delete(other);
      other.removeAttribute("aria-busy");
    }
    if (isAgain(row)) event.preventDefault();
  });

  // A page that comes back from the browser's memory is not busy any more.
  addEventListener("pageshow", () => {
    for (const element of document.querySelectorAll(".button[aria-busy], a.row[aria-busy]")) {
      pressed.delete(element);
      element.removeAttribute("aria-busy");
    }
  });
}
