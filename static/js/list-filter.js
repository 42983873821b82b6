// What is chosen in the list's filter shows at once; its button is for those without script.
document.addEventListener("change", ({ target }) => {
  if (target.matches(".list-filter select")) target.form.requestSubmit();
});
