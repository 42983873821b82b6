// What a pointer chooses in the list's filter shows at once. With keys one passes what one
// does not want: it shows on Enter, or by the button, and the focus comes back to it.
{
  const SELECT = ".list-filter select";
  const CHOSEN = "baton-filter";
  let isByKey = false;
  document.addEventListener("pointerdown", ({ target }) => {
    if (target.matches(SELECT)) isByKey = false;
  });
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!target.matches?.(SELECT)) return;
    isByKey = true;
    if (key !== "Enter" || !target.form.dataset.byKey) return;
    event.preventDefault();
    target.form.requestSubmit();
  });
  document.addEventListener("change", ({ target }) => {
    if (!target.matches(SELECT)) return;
    if (isByKey) target.form.dataset.byKey = target.name;
    else target.form.requestSubmit();
  });
  document.addEventListener("submit", ({ target }) => {
    if (!target.dataset.byKey) return;
    try { sessionStorage.setItem(CHOSEN, target.dataset.byKey); } catch { /* from the top then */ }
  });
  try {
    const name = sessionStorage.getItem(CHOSEN);
    sessionStorage.removeItem(CHOSEN);
    document.querySelector(`.list-filter [name="${name}"]`)?.focus();
  } catch { /* nothing is kept */ }
}

// Saved views stand in one line that scrolls on a phone: the one that is open is in sight.
{
  const views = document.querySelector(".saved-views");
  const open = views?.querySelector("[aria-current]");
  if (open) views.scrollLeft = open.offsetLeft - views.offsetLeft;
}
