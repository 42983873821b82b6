// What lies over the page is closed once the keyboard goes on behind it.
document.addEventListener("focusin", ({ target }) => {
  const open = document.querySelector("[popover]:popover-open");
  if (open && !open.contains(target) && target.matches(":focus-visible")) open.hidePopover();
});
// Where the details are a sheet, a label put on in it leaves it open for the next one.
{
  const SHEET = "baton-sheet";
  const details = document.querySelector("#details[popover]");
  addEventListener("submit", ({ target, defaultPrevented }) => {
    const isLabel = /\/(un)?label$/.test(new URL(target.action, location.href).pathname);
    if (defaultPrevented || !isLabel || !target.closest("#details:popover-open")) return;
    try { sessionStorage.setItem(SHEET, location.pathname); } catch { /* closed then */ }
  });
  const reopen = () => {
    try {
      if (sessionStorage.getItem(SHEET) !== location.pathname) return;
      sessionStorage.removeItem(SHEET);
    } catch { return; }
    if (details.checkVisibility()) return;
    details.showPopover();
    details.querySelector("[name=label]:not([type=hidden])")?.focus();
  };
  if (details) reopen();
}
