// What is chosen in the list's filter shows at once; its button is for those without script.
document.addEventListener("change", ({ target }) => {
  if (target.matches(".list-filter select")) target.form.requestSubmit();
});

// Saved views stand in one line that scrolls on a phone: the one that is open is in sight.
{
  const views = document.querySelector(".saved-views");
  const open = views?.querySelector("[aria-current]");
  if (open) views.scrollLeft = open.offsetLeft - views.offsetLeft;
}
