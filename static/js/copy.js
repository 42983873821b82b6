// <button data-copy="ID" hidden>: copies the field with that id. Without script
// the button stays hidden, and the field can be selected by hand.
arriving("button[data-copy]", (button) => {
  const field = document.getElementById(button.dataset.copy);
  if (!field) return;
  const heard = document.createElement("span");
  heard.className = "small muted";
  heard.setAttribute("role", "status");
  button.after(heard);
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      heard.textContent = "Copied.";
    } catch {
      // No permission, or not a secure page: the text is selected already.
      heard.textContent = "Press Ctrl+C to copy.";
    }
  });
});
