// After a write, reading goes on at what happened, or at what is wrong in the form.
{
  const WRONG = "[aria-invalid=true], [aria-describedby~=form-error][autofocus], .field-error[autofocus]";
  const wrong = document.querySelector(WRONG);
  // In the folded panel it would not be seen.
  if (wrong && !wrong.checkVisibility()) wrong.closest("[popover]")?.showPopover();
  wrong?.focus();
  const news = document.querySelector("[data-focus]");
  if (news && !wrong && !location.hash) {
    if (!news.matches("a, button, input, textarea, select")) news.tabIndex = -1;
    news.focus({ preventScroll: true });
  }
  // Where the address leads elsewhere, it is said once the page has been read out.
  if (news?.matches("[role=status]") && location.hash) {
    setTimeout(() => announce(news.querySelector("p").textContent), 1000);
  }
  // What can be undone for a while offers it no longer than that.
  arriving("form[data-seconds]", (form) => {
    const end = Date.now() + form.dataset.seconds * 1000;
    const left = form.parentElement.querySelector("[data-seconds-left]");
    const tick = setInterval(() => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      if (left && seconds > 0 && left.textContent !== String(seconds)) left.textContent = seconds;
      if (seconds > 0 && form.isConnected) return;
      clearInterval(tick);
      // What only counted down has nothing more to say.
      keepingFocus(() => (left && form.closest(".flash") || form).remove());
    }, 250);
  });
}
