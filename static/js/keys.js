// Single keys, for those who have them on. `data-key` on a button, link or field names
// the key that presses or enters it: what is not on the page does nothing.
{
  const list = document.getElementById("shortcuts");
  // Where typing means something else. Boxes to check are none of these.
  const TYPING =
    "textarea, select, [contenteditable]:not([contenteditable=false]), " +
    "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])";

  const rows = () => [...document.querySelectorAll("a.row")].filter((row) => row.checkVisibility());
  const placeOf = (row) => new URL(row.href).pathname;

  // The last row that the keys were at. What was opened from here is kept in the
  // browser's history, for those who come back.
  let place = history.state?.row;
  const last = (all) => all.find((row) => placeOf(row) === place);

  // The row that the keys stand at: the focused one, the last one, the open one.
  function rowNow(all) {
    const focused = document.activeElement?.closest?.("a.row");
    if (all.includes(focused)) return focused;
    return last(all) ?? all.find((row) => row.matches("[aria-current]"));
  }

  // Where that row stood in which list, also for the page that comes after a claim: when
  // it is gone, what moved up into the gap is next.
  const STOOD = "baton-stood";
  const listOf = (row) => new URL(row.href).search;
  function keepPlace() {
    const all = rows();
    const at = all.indexOf(rowNow(all));
    if (at < 0) return;
    const stood = { at, list: listOf(all[at]), place: placeOf(all[at]) };
    try { sessionStorage.setItem(STOOD, JSON.stringify(stood)); } catch { /* from the top then */ }
  }
  function stood() {
    try { return JSON.parse(sessionStorage.getItem(STOOD)) ?? {}; } catch { return {}; }
  }
  // The one that is next in a list in which the keys stand nowhere.
  function entry(all, by) {
    const { at, list, place: former } = stood();
    const isGone = all.length > 0 && listOf(all[0]) === list && !all.some((row) => placeOf(row) === former);
    if (!isGone) return all[0];
    return all[Math.min(Math.max(by < 0 ? at - 1 : at, 0), all.length - 1)];
  }

  function go(to) {
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const all = rows();
    const now = all.indexOf(rowNow(all));
    const next = now < 0 ? entry(all, by) : all[now + by];
    if (!next) return;
    go(next);
    place = placeOf(next);
    keepPlace();
  }

  // What lies in the folded panel is shown first, so that one sees what happens.
  function show(element) {
    const folded = element.closest("[popover]");
    if (folded && !element.checkVisibility()) folded.showPopover();
  }

  function press(key) {
    // The page's own comes after the one in the navigation.
    const element = [...document.querySelectorAll(`[data-key="${key}"]`)].at(-1);
    if (!element) return false;
    show(element);
    if (element.matches("button, a")) element.click();
    else {
      element.focus();
      if (element.type === "search") element.select();
    }
    return true;
  }

  // The list of keys, which comes from its page once.
  async function explain() {
    list.showModal();
    if (list.querySelector("[data-keys]")) return;
    list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(list.dataset.page);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const keys = page.querySelector("[data-keys]");
      if (!answer.ok || !keys) throw new Error(String(answer.status));
      list.append(keys);
    } catch {
      location.assign(list.dataset.page);
    } finally {
      list.removeAttribute("aria-busy");
    }
  }

  // The letter on a key, also with Caps Lock on, or where the layout has other letters.
  function letterOf({ key, code, shiftKey }) {
    if (/^[A-Z]$/.test(key)) return shiftKey ? key : key.toLowerCase();
    return key.length === 1 && key > "~" && !shiftKey && /^Key/.test(code) ? code.at(-1).toLowerCase() : key;
  }

  function act(event) {
    const key = letterOf(event);
    if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else if (event.repeat) return false;
    else if (key === "?") explain();
    else if (/^[abcenrs/]$/.test(key)) return press(key);
    else return false;
    return true;
  }

  function heard(event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A dialog keeps its keys to itself.
    if (document.querySelector("dialog[open]")) return;
    const field = event.target.closest?.(TYPING);
    // A search field is emptied first, as everywhere.
    if (field && event.key === "Escape" && !(field.type === "search" && field.value)) field.blur();
    if (!field && act(event)) event.preventDefault();
  }

  if (list) {
    document.addEventListener("keydown", heard);
    document.addEventListener("click", (event) => {
      const row = event.target.closest?.("a.row");
      // By key, not by pointer.
      if (!row || event.detail > 0) return;
      place = placeOf(row);
      history.replaceState({ ...history.state, row: place }, "");
    });
    keepPlace();
    document.addEventListener("baton:moved", keepPlace);
    // Also where the page comes from the browser's memory.
    addEventListener("pageshow", () => {
      const row = document.activeElement === document.body && last(rows());
      if (row) go(row);
    });
  }
}
