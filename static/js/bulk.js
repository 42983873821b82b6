// Many rows of the list at once: Shift checks all from the last one on, one box
// checks the whole page, and the bar says how many there are. Everything is asked anew
// each time, since the list moves by itself.
{
  const formOf = (target) => target.closest?.("form.bulk");
  const picks = (form) => [...form.querySelectorAll("input.pick")];
  const whole = (form) => form.querySelector("[data-page]");
  let last = null;

  const tell = (form) => {
    const rows = picks(form);
    const checked = rows.filter((row) => row.checked).length;
    const page = whole(form).firstElementChild;
    whole(form).hidden = false;
    page.checked = checked > 0 && checked === rows.length;
    page.indeterminate = checked > 0 && checked < rows.length;
    const words = checked > 0 ? `${checked} selected` : "";
    form.querySelector("[data-count]").textContent =
      form.elements.all.checked ? "All selected" : words;
  };
  const tellAll = () => document.querySelectorAll("form.bulk").forEach(tell);

  document.addEventListener("click", (event) => {
    const form = formOf(event.target);
    const rows = form ? picks(form) : [];
    const row = rows.indexOf(event.target);
    if (row < 0) return;
    const start = rows.indexOf(last);
    if (event.shiftKey && start >= 0) {
      const [from, to] = [Math.min(row, start), Math.max(row, start)];
      for (const one of rows.slice(from, to + 1)) one.checked = event.target.checked;
    }
    last = event.target;
  });

  document.addEventListener("change", (event) => {
    const form = formOf(event.target);
    if (!form) return;
    const page = whole(form).firstElementChild;
    if (event.target === page) {
      for (const row of picks(form)) row.checked = page.checked;
    }
    // Without any, the bar is gone, and what was changed in it.
    keepingFocus(() => tell(form), picks(form).find((row) => row === last) ?? picks(form)[0]);
  });

  tellAll();
  // A page that comes back from the browser's memory keeps its boxes.
  addEventListener("pageshow", tellAll);
  document.addEventListener("baton:moved", tellAll);
}
