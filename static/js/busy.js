// A button that was pressed says so until the next page is there. The form
// still sends twice if someone insists: the server tells the copies apart.
addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.submitter?.matches(".button")) {
    event.submitter.setAttribute("aria-busy", "true");
  }
});

// A page that comes back from the browser's memory is not busy any more.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll(".button[aria-busy]")) {
    button.removeAttribute("aria-busy");
  }
});
