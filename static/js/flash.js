// After a write, reading starts at what happened.
document.querySelector("[data-flash]")?.focus({ preventScroll: true });
