// *Pick a time* leads to the field for it, with the choice made.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pick-time]");
  const panel = button && document.getElementById(button.getAttribute("popovertarget"));
  const time = panel?.querySelector("form.snooze [name=time]");
  if (!time) return;
  event.preventDefault();
  button.closest("[popover]")?.hidePopover();
  panel.showPopover();
  time.form.elements.until.value = "time";
  time.focus();
});
