// Shows what Baton tells this browser while no page of it is in front, and opens what
// was told of.
const pages = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });
const here = (path) => {
  const url = new URL(path, self.location.origin);
  return url.origin === self.location.origin ? url : new URL("/inbox", self.location.origin);
};

const show = async (data) => {
  const { title, body, url, tag, sound } = data.json();
  // There the page's own counter tells.
  if ((await pages()).some((page) => page.focused && page.visibilityState === "visible")) return;
  return self.registration.showNotification(title, {
    body,
    tag,
    renotify: true,
    silent: !sound,
    // The newest there is, under whatever hash.
    icon: "/static/now/notice.png",
    data: { url },
  });
};

const open = async (path) => {
  const url = here(path);
  // A list that is named by its query is another one without.
  const isThere = ({ url: at }) => {
    const { pathname, search } = new URL(at);
    return pathname === url.pathname && (!url.search || search === url.search);
  };
  const page = (await pages()).find(isThere);
  return page ? page.focus() : self.clients.openWindow(url.href);
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/inbox"));
});
