// Ctrl+Enter sends the form one is writing in; with Shift, a reply resolves what it answers.
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (event.isComposing || event.repeat) return;
  const field = event.target.closest?.("textarea");
  if (!field?.form || field.readOnly) return;
  event.preventDefault();
  // Through the button, so that it can say that it is busy.
  const last = event.shiftKey ? field.form.querySelector("[name=and_resolve]") : null;
  const send = "button:not([type=button], [formaction], [name=and_resolve])";
  field.form.requestSubmit(last ?? field.form.querySelector(send));
});
