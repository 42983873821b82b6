// Quick replies: typing /name in a reply offers those whose names fit, and Insert
// puts a text where the cursor is. Without script, Insert is a button of the form.
arriving("select[data-quick-replies]", (select) => {
  const field = document.getElementById("reply");
  if (field?.form) quickReplies(select, field);
});

function quickReplies(select, field) {
  const replies = choicesOf(select);
  const put = (text) => field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");

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

  suggest(field, {
    id: "quick-reply",
    label: "Quick replies",
    one: "quick reply fits",
    many: "quick replies fit",
    find: (before) => {
      const word = before.match(/(?:^|\s)(\/(?!\s)[^/\n]{0,60})$/)?.[1];
      return word && { word, found: fitting(replies, word.slice(1)) };
    },
    take: ({ id, name }, word, say) => {
      insert(id)
        .then(() => say(`${name} inserted`))
        .catch(() => {
          put(word);
          say(`${name} could not be inserted`);
        });
    },
  });

  const button = field.form.querySelector("button[formaction]");
  let asksServer = false;
  button?.addEventListener("click", (event) => {
    if (asksServer || !select.value) return;
    event.preventDefault();
    // A field without the focus may forget where its cursor was.
    field.focus();
    const before = field.value.slice(0, field.selectionStart);
    if (before && !/\s$/.test(before)) put("\n");
    insert(select.value)
      .then(() => (select.value = ""))
      .catch(() => {
        // The way without script says what is wrong, and keeps the text.
        asksServer = true;
        button.click();
      });
  });
}
