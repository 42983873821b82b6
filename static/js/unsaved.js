// Whoever leaves a page with a longer text that was typed and not sent is asked first,
// where no draft keeps it.
{
  const typed = new Set();

  document.addEventListener("input", ({ target }) => {
    const form = target.matches("textarea") && target.closest("form:not([data-draft])");
    if (form) typed.add(form);
  });
  addEventListener("submit", ({ target, defaultPrevented }) => defaultPrevented || typed.delete(target));
  addEventListener("beforeunload", (event) => {
    if ([...typed].some((form) => form.isConnected)) event.preventDefault();
  });
}
