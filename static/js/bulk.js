// Many rows of the list at once: Shift checks all from the last one on, one box
// checks the whole page, and the bar says how many there are.
{
  const form = document.querySelector("form.bulk");
  // Asked each time: the list moves by itself.
  const picks = () => [...form.querySelectorAll("input.pick")];
  const page = form?.querySelector("[data-page]");
  const all = form?.elements.all;
  const count = form?.querySelector("[data-count]");
  let last = null;

  const tell = () => {
    const rows = picks();
    const checked = rows.filter((row) => row.checked).length;
    page.firstElementChild.checked = checked === rows.length;
    page.firstElementChild.indeterminate = checked > 0 && checked < rows.length;
    count.textContent = all.checked ? "All selected" : checked > 0 ? `${checked} selected` : "";
  };

  form?.addEventListener("click", (event) => {
    const rows = picks();
    const row = rows.indexOf(event.target);
    if (row < 0) return;
    const start = rows.indexOf(last);
    if (event.shiftKey && start >= 0) {
      const [from, to] = [Math.min(row, start), Math.max(row, start)];
      for (const one of rows.slice(from, to + 1)) one.checked = event.target.checked;
    }
    last = event.target;
  });

  form?.addEventListener("change", (event) => {
    if (event.target === page.firstElementChild) {
      for (const row of picks()) row.checked = event.target.checked;
    }
    tell();
  });

  if (form) {
    page.hidden = false;
    tell();
    // A page that comes back from the browser's memory keeps its boxes.
    addEventListener("pageshow", tell);
  }
}
