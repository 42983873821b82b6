// Small comforts on the team's pages. Every page works without this file.
(() => {
  "use strict";

  // Ctrl+Enter sends the form one is writing in.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.closest?.("textarea")?.form;
    if (!form || event.target.readOnly) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button:not([type=button])"));
  });

  // A pressed button turns a ring. It is not disabled: that would drop its
  // name from the form, and a second press is harmless, because the form
  // carries the id of its submission.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = event.submitter ?? event.target.querySelector("button:not([type=button])");
    button?.setAttribute("aria-busy", "true");
  });
  // Coming back by the browser's Back shows the page as it was left: at rest.
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // <button data-copy="id of a field" hidden>: without script the field itself
  // is selectable, so the button is only shown here.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field) continue;
    button.hidden = false;
    const heard = document.createElement("span");
    heard.className = "visually-hidden";
    heard.setAttribute("role", "status");
    button.after(heard);
    button.addEventListener("click", async () => {
      const text = field.value ?? field.textContent;
      try {
        await navigator.clipboard.writeText(text);
        heard.textContent = "Copied.";
        button.classList.add("is-copied");
        setTimeout(() => { heard.textContent = ""; button.classList.remove("is-copied"); }, 2_000);
      } catch {
        field.select?.(); // not allowed to write there: Ctrl+C is one key away
      }
    });
  }

  // After a write the focus goes to what it said.
  const spoken = document.querySelector("[data-focus]");
  if (spoken && !location.hash) {
    if (!spoken.matches("a, button, input, textarea, select")) spoken.tabIndex = -1;
    spoken.focus({ preventScroll: true });
  }
})();
