// Ctrl+Enter sends the form one is writing in.
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (event.isComposing || event.repeat) return;
  const field = event.target.closest?.("textarea");
  if (!field?.form || field.readOnly) return;
  event.preventDefault();
  // Through the button, so that it can say that it is busy.
  field.form.requestSubmit(field.form.querySelector("button:not([type=button], [formaction])"));
});
