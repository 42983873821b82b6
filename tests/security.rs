//! What holds for every page, whoever asks: headers, addresses, bounds, what is
//! told when something fails, and what becomes of markup that people type.

mod escaping;
mod failures;
mod headers;
mod hosts;
mod logs;

use crate::support::{Cast, Instance, Page};

/// A page of every kind: of the doors, the frame, the settings, a conversation,
/// a customer's, and what goes wrong.
fn pages(instance: &Instance, cast: &Cast) -> Vec<Page> {
    let id = cast.owned_by(instance, &cast.agent);
    let stranger = instance.browser();
    let admin = &cast.admin.browser;
    let mut pages: Vec<Page> = ["/login", "/forgot-password", "/register", "/no-such-page"]
        .into_iter()
        .map(|path| stranger.get_once(path))
        .collect();
    let inside = [
        "/inbox?view=all",
        "/notifications",
        "/workspaces",
        "/settings/team",
        "/settings/team/invite",
        "/settings/billing",
        "/settings/workspace",
        "/settings/workspace/export",
        "/settings/inboxes",
        "/settings/profile",
        "/no-such-page",
        "/conversations/987654321",
    ];
    pages.extend(inside.into_iter().map(|path| admin.get_once(path)));
    pages.push(admin.get_once(&format!("/conversations/{id}")));
    // A redirect, somebody who may not, a form that is refused, another site's.
    pages.push(stranger.get_once("/inbox"));
    pages.push(cast.agent.browser.get_once("/settings/team"));
    pages.push(stranger.post_once("/login", &[("email", "nobody"), ("password", "x")]));
    pages.push(stranger.request("POST", "/login", &[], Some("")));
    pages
}
