// What lies over the page is closed once the keyboard goes on behind it.
document.addEventListener("focusin", ({ target }) => {
  const open = document.querySelector("[popover]:popover-open");
  if (open && !open.contains(target) && target.matches(":focus-visible")) open.hidePopover();
});
