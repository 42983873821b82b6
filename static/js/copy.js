// <button data-copy="ID" hidden>: copies the field with that id. Without script
// the button stays hidden, and the field can be selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field) continue;
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    const words = button.querySelector("[data-words]") ?? button;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      words.textContent = "Copied";
    } catch {
      // No permission, or not a secure page: the text is selected already.
      words.textContent = "Press Ctrl+C";
    }
  });
}
