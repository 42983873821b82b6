// <button data-copy="ID" hidden>: copies the field with that id. Without script
// the button stays hidden, and the field can be selected by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field) continue;
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
}
