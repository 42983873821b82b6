// What comes by itself is said to those who do not see it. Nobody finds it at the page's
// end later, when it may not be so any more.
const announcer = document.body.appendChild(document.createElement("p"));
announcer.className = "visually-hidden";
announcer.setAttribute("role", "status");
let unsaying = 0;
function announce(words) {
  announcer.textContent = words;
  clearTimeout(unsaying);
  unsaying = setTimeout(() => announcer.replaceChildren(), 5000);
}
