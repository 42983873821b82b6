// Does something to each element of a kind, once: to those of the page as it is, and to
// those that come when it moves by itself.
function arriving(selector, enhance) {
  const known = new WeakSet();
  const look = () => {
    for (const element of document.querySelectorAll(selector)) {
      if (known.has(element)) continue;
      known.add(element);
      enhance(element);
    }
  };
  look();
  document.addEventListener("baton:moved", look);
}
