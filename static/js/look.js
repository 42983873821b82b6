// The preview of a chat follows its form at once; without script there is a button.
for (const form of document.querySelectorAll("form[data-look]")) {
  const preview = document.querySelector("[data-look-preview]");
  const title = preview.querySelector("[data-look-title]");
  form.addEventListener("input", () => {
    const { accent, side, welcome_title: name, button_label: label } = form.elements;
    preview.className = `card look-preview accent-${accent.value}${side.value === "left" ? " is-left" : ""}`;
    title.textContent = name.value.trim() || title.dataset.empty;
    preview.querySelector("[data-look-label]").textContent = label.value.trim();
  });
}
