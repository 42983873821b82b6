// Mentions: typing @ in a note offers the members who may see the conversation, and
// Insert puts the name that the select shows where the cursor is. Without script it
// mentions whom it names.
arriving("select[data-mentions]", (select) => {
  mentions(select, document.getElementById(select.dataset.mentions));
});

function mentions(select, field) {
  const members = choicesOf(select);
  const put = ({ name }) => {
    field.setRangeText(`@${name} `, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  suggest(field, {
    id: "mention",
    label: "Members",
    one: "member fits",
    many: "members fit",
    find: (before) => {
      const word = before.match(/(?:^|[^\p{L}\p{N}])(@[^@\n]{0,60})$/u)?.[1];
      return word && { word, found: fitting(members, word.slice(1)) };
    },
    take: (member, word, say) => {
      put(member);
      say(`${member.name} mentioned`);
    },
  });
  const button = select.parentElement.querySelector("[data-insert-mention]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const member = members.find(({ id }) => id === select.value);
    select.value = "";
    if (!member) return;
    field.focus();
    const before = field.value.slice(0, field.selectionStart);
    if (before && !/\s$/.test(before)) field.setRangeText(" ", field.selectionStart, field.selectionEnd, "end");
    put(member);
  });
}
