//! Where a mailbox's own server does not let replies leave, those are told who can mend it.

use baton::db::Utc;
use baton::models::mailbox::{self, outage};

use super::{HANNA, Post};
use crate::support::{Answer, MailServer};

const OUTAGES: &str = "SELECT count(*) FROM mailbox_outages";

/// Lets the inbox send by this server as this user; empty for none.
fn sends_by(post: &Post, own: &MailServer, user: &str) {
    let form = post.cast.admin.get(&page_of(post)).form("Save inbox");
    let form = form
        .with("SMTP host", "127.0.0.1")
        .with("SMTP port", &own.address.port().to_string())
        .with("SMTP security", "None")
        .with("SMTP user", user);
    let form = if user.is_empty() { form } else { form.with("SMTP password", "open sesame") };
    form.submit().expect(200, "Saved Support.");
}

fn page_of(post: &Post) -> String {
    format!("/settings/inboxes/{}", post.inbox.id)
}

#[test]
fn a_refused_sign_in_is_told_until_a_reply_leaves() {
    let post = Post::new();
    let own = MailServer::that_asks_who();
    sends_by(&post, &own, "ana");
    let id = post.owned();
    let _runner = post.run();
    post.replies(id, "It left.");
    post.wait_for_words(&post.cast.agent, id, "The server refused the sign-in");
    let list = || post.cast.manager.get("/settings/inboxes").row("Support");
    list().expect(200, "Cannot send");
    post.instance.execute("UPDATE mailbox_outages SET since = '2026-11-24 08:12:00'");
    let page = post.cast.manager.get(&page_of(&post));
    page.expect(200, "Cannot send since 24 Nov, 09:12. The server refused the sign-in");
    let notices = "SELECT count(*) FROM notifications WHERE kind = 'mailbox_failing'";
    post.instance.wait_for_count(1, notices);
    let told = || post.cast.admin.get("/notifications");
    told().expect(200, "Replies from Support cannot be sent since 24 Nov, 09:12");
    // Another try is the same outage.
    post.hurry();
    let again = "SELECT count(*) FROM deliveries WHERE attempts = 2 AND leased_until IS NULL";
    post.instance.wait_for_count(1, again);
    assert_eq!(post.instance.count(OUTAGES), 1);

    own.lets_in(true);
    post.hurry();
    own.wait_for(HANNA);
    post.instance.wait_for_count(0, OUTAGES);
    assert!(!told().says("cannot be sent") && !list().says("Cannot send"));
}

#[test]
fn a_server_that_wants_a_sign_in_where_none_is_set_is_told() {
    let post = Post::new();
    let own = MailServer::start();
    own.answers(Answer::Refuse(530, "Authentication required"));
    sends_by(&post, &own, "");
    let id = post.owned();
    let _runner = post.run();
    post.replies(id, "It left.");
    post.wait_for_words(&post.cast.agent, id, "The server wants us to sign in first");
    post.cast.admin.get("/settings/inboxes").row("Support").expect(200, "Cannot send");
}

#[test]
fn the_server_of_the_installation_is_its_operators() {
    let server = MailServer::that_asks_who();
    let post = Post::with(|config| {
        config.smtp_url = format!("smtp://ana:wrong@{}", server.address).parse().ok();
    });
    let id = post.owned();
    let _runner = post.run();
    post.replies(id, "It left.");
    post.wait_for_words(&post.cast.agent, id, "The server refused the sign-in");
    assert_eq!(post.instance.count(OUTAGES), 0);
}

#[test]
fn what_other_settings_did_says_nothing_of_these() {
    let post = Post::new();
    sends_by(&post, &MailServer::start(), "ana");
    let of = (post.inbox.workspace_id, post.inbox.id);
    let before = post.instance.read(|conn| mailbox::find(conn, of.0, of.1)).expect("a mailbox");
    let fails = || {
        post.instance.write(|conn| outage::sends_nothing(conn, &before, "No.", Utc::now()));
        post.instance.count(OUTAGES)
    };
    assert_eq!(fails(), 1);
    let form = post.cast.admin.get(&page_of(&post)).form("Save inbox");
    form.with("SMTP password", "the right one").submit().expect(200, "Saved Support.");
    assert_eq!(post.instance.count(OUTAGES), 0);
    assert_eq!(fails(), 0);
}
