// A list under a text field that offers what fits the word before the cursor.
// `find` answers { word, found } for the text before the cursor, or nothing;
// a choice is { id, name }; `take` puts the one that was chosen in place of the word.
const suggesting = new WeakMap();
function suggest(field, { id, label, one, many, find, take }) {
  // A field that was taken over into another form keeps what it offers.
  if (suggesting.has(field)) return field.form.append(...suggesting.get(field));
  const list = document.createElement("ul");
  list.className = "menu suggestions";
  list.id = `${id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.hidden = true;
  const heard = document.createElement("span");
  heard.className = "visually-hidden";
  heard.setAttribute("role", "status");
  for (const own of [list, heard]) own.dataset.own = "";
  // The field keeps the focus; and what picks is a click, so that a finger may scroll.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  field.form.append(list, heard);
  suggesting.set(field, [list, heard]);
  field.setAttribute("aria-autocomplete", "list");

  let word = "";
  let found = [];
  let at = 0;

  // Above the field, or below it where there is more room.
  const place = () => {
    const { left, top, bottom } = field.getBoundingClientRect();
    const below = innerHeight - bottom;
    const isAbove = top >= below;
    list.style.left = `${left}px`;
    list.style.top = isAbove ? "auto" : `${bottom + 4}px`;
    list.style.bottom = isAbove ? `${innerHeight - top + 4}px` : "auto";
    list.style.maxHeight = `min(16rem, ${(isAbove ? top : below) - 8}px)`;
  };
  const before = () => field.value.slice(0, field.selectionStart);
  const close = () => {
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
    field.removeAttribute("aria-controls");
  };
  const mark = (index) => {
    at = (index + found.length) % found.length;
    for (const [i, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(i === at));
    }
    list.children[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const pick = () => {
    const choice = found[at];
    close();
    field.setRangeText("", field.selectionStart - word.length, field.selectionEnd, "end");
    take(choice, word, (text) => (heard.textContent = text));
  };

  const offer = () => {
    const fits = find(before());
    if (!fits?.found.length) return close();
    ({ word, found } = fits);
    list.replaceChildren(
      ...found.map((choice, index) => {
        const item = document.createElement("li");
        item.id = `${id}-${choice.id}`;
        item.setAttribute("role", "option");
        item.textContent = choice.name;
        item.addEventListener("click", () => {
          at = index;
          pick();
        });
        return item;
      }),
    );
    list.hidden = false;
    place();
    field.setAttribute("aria-controls", list.id);
    heard.textContent = found.length === 1 ? `1 ${one}` : `${found.length} ${many}`;
    mark(0);
  };

  field.addEventListener("input", offer);
  field.addEventListener("blur", close);
  document.addEventListener("scroll", ({ target }) => list.hidden || target === list || place(), true);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const act = {
      ArrowDown: () => mark(at + 1),
      ArrowUp: () => mark(at - 1),
      Enter: pick,
      Tab: pick,
      Escape: close,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

// Those whose names hold a word, the ones that begin with it first.
function fitting(choices, word) {
  const typed = word.toLowerCase();
  const begins = ({ name }) => Number(name.toLowerCase().startsWith(typed));
  return choices
    .filter(({ name }) => name.toLowerCase().includes(typed))
    .sort((one, other) => begins(other) - begins(one));
}

// What a select offers, but for its first line.
function choicesOf(select) {
  return [...select.options]
    .filter((option) => option.value)
    .map((option) => ({ id: option.value, name: option.text }));
}
