// Quick replies: typing /name in a reply offers those whose names fit, and Insert
// puts a text where the cursor is. Without script, Insert is a button of the form.
{
  const select = document.querySelector("select[data-quick-replies]");
  const field = document.getElementById("reply");
  if (select && field?.form) quickReplies(select, field);
}

function quickReplies(select, field) {
  const replies = [...select.options]
    .filter((option) => option.value)
    .map((option) => ({ id: option.value, name: option.text }));
  const list = document.createElement("ul");
  list.className = "menu quick-reply-list";
  list.id = "quick-reply-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Quick replies");
  list.hidden = true;
  const heard = document.createElement("span");
  heard.className = "visually-hidden";
  heard.setAttribute("role", "status");
  field.form.append(list, heard);
  field.setAttribute("aria-autocomplete", "list");

  // The / and what was typed after it, up to the cursor.
  let typed = null;
  let found = [];
  let at = 0;

  const put = (text) => field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
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

  const offer = () => {
    typed = before().match(/(?:^|\s)(\/(?!\s)[^/\n]{0,60})$/)?.[1] ?? null;
    const word = typed?.slice(1).toLowerCase();
    found = typed === null ? [] : replies.filter(({ name }) => name.toLowerCase().includes(word));
    if (found.length === 0) return close();
    const begins = ({ name }) => Number(name.toLowerCase().startsWith(word));
    found.sort((one, other) => begins(other) - begins(one));
    list.replaceChildren(
      ...found.map(({ id, name }, index) => {
        const item = document.createElement("li");
        item.id = `quick-reply-${id}`;
        item.setAttribute("role", "option");
        item.textContent = name;
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
    heard.textContent =
      found.length === 1 ? "1 quick reply fits" : `${found.length} quick replies fit`;
    mark(0);
  };

  // Puts a text where the cursor is once it has come.
  const insert = async (id) => {
    const answer = await fetch(`${select.dataset.quickReplies}?reply=${id}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    put(text);
    const used = document.createElement("input");
    Object.assign(used, { type: "hidden", name: "used", value: id });
    field.form.append(used);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const pick = () => {
    const { id, name } = found[at];
    const word = typed;
    close();
    field.setRangeText("", field.selectionStart - word.length, field.selectionEnd, "end");
    insert(id)
      .then(() => (heard.textContent = `${name} inserted`))
      .catch(() => {
        put(word);
        heard.textContent = `${name} could not be inserted`;
      });
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

  const button = field.form.querySelector("button[formaction]");
  let asksServer = false;
  button?.addEventListener("click", (event) => {
    if (asksServer || !select.value) return;
    event.preventDefault();
    if (before() && !/\s$/.test(before())) put("\n");
    insert(select.value)
      .then(() => (select.value = ""))
      .catch(() => {
        // The way without script says what is wrong, and keeps the text.
        asksServer = true;
        button.click();
      });
  });
}
