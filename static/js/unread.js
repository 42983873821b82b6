// The count of unread notifications in the title and in the icon, as the server writes
// them. Whoever hears of another count dispatches `baton:unread` on the document, with
// the count as it is shown in `detail.count`: "3", "99+", or nothing.
document.addEventListener("baton:unread", ({ detail }) => {
  const count = detail?.count || "";
  const title = document.title.replace(/^(Error: )?\(\d+\+?\) /, "$1");
  document.title = count ? `(${count}) ${title}` : title;
  const icon = document.querySelector("link[rel=icon][data-calm]");
  const address = count ? icon?.dataset.calling : icon?.dataset.calm;
  if (icon && icon.getAttribute("href") !== address) icon.setAttribute("href", address);
});
