// What a change takes away or hides does not take the focus along: that goes on to the
// same place in the next row, or in the one before, else to the part it stood in. Never
// to another button, which does something else. Before all these comes an `heir`, if any.
function keepingFocus(change, heir) {
  const next = successors(document.activeElement);
  if (heir) next.splice(1, 0, heir);
  change();
  const isThere = (one) => one?.isConnected && one.checkVisibility();
  const now = document.activeElement;
  if (!next.length || (now !== document.body && isThere(now))) return;
  const main = document.querySelector("main");
  const to = next.find(isThere) ?? main?.querySelector("[data-focus]") ?? main;
  if (!to) return;
  if (to.tabIndex < 0) to.tabIndex = -1;
  to.focus({ preventScroll: !to.matches("a, input") });
}

function successors(focused) {
  if (!focused || focused === document.body) return [];
  const row = focused.matches("a, input") ? focused.closest("li") : null;
  const rows = row ? [...row.parentElement.children] : [];
  const at = rows.indexOf(row);
  const others = row ? [...rows.slice(at + 1), ...rows.slice(0, at).reverse()] : [];
  const parts = [];
  for (let one = focused.parentElement; one && !one.matches("main, body"); one = one.parentElement) {
    if (one.matches("section, aside, [data-live-part]")) parts.push(one);
  }
  const alike = others.map((other) => other.querySelector(focused.localName)).filter(Boolean);
  return [focused, ...alike, ...parts];
}
