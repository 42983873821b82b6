// After a write, reading goes on at what happened.
{
  const news = document.querySelector("[data-focus]");
  if (news && !location.hash) {
    if (!news.matches("a, button, input, textarea, select")) news.tabIndex = -1;
    news.focus({ preventScroll: true });
  }
  // What can be undone for a while offers it no longer than that.
  arriving("form[data-seconds]", (form) => {
    setTimeout(() => form.remove(), form.dataset.seconds * 1000);
  });
}
