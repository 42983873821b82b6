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
  field.form.append(list, heard);
  suggesting.set(field, [list, heard]);
  field.setAttribute("aria-autocomplete", "list");

  let word = "";
  let found = [];
  let at = 0;

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
        // Before the field would lose the focus.
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          at = index;
          pick();
        });
        return item;
      }),
    );
    const place = field.getBoundingClientRect();
    list.hidden = false;
    list.style.left = `${place.left}px`;
    list.style.bottom = `${innerHeight - place.top + 4}px`;
    field.setAttribute("aria-controls", list.id);
    heard.textContent = found.length === 1 ? `1 ${one}` : `${found.length} ${many}`;
    mark(0);
  };

  field.addEventListener("input", offer);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
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
