//! A mailbox that does not work for long is told those who can mend it.

use baton::App;
use baton::db::Utc;
use baton::models::mailbox::outage;
use baton::policy::Role;
use chrono::TimeDelta;

use super::{MAILS, PASSWORD, connect, mail, reading_installation, wait_for, wait_for_words};
use crate::outbox::{after_two_minutes, with_mail_server};
use crate::push::{device_of, sent, with_push_service};
use crate::races::at_once;
use crate::support::{Cast, Dovecot, EmailInbox, Instance, MailServer, Member, add_member, join};

/// Nobody listens there.
const NOWHERE: u16 = 1;
const NOTICES: &str = "SELECT count(*) FROM notifications";
const OUTAGES: &str = "SELECT count(*) FROM mailbox_outages";
/// 09:12 in Berlin, where the workspace is.
const THAT_DAY: &str = "2026-11-24 08:12:00";
const HEADLINE: &str = "Support mail cannot be read since 24 Nov, 09:12";
const REFUSED: &str = "The server refused the sign-in: “No”.";

/// One of a mailbox's servers has not worked since this moment.
fn fails(instance: &Instance, inbox_id: i64, server: &str, since: &str) {
    instance.execute(&format!(
        "INSERT INTO mailbox_outages (workspace_id, inbox_id, server, since, reason)
         SELECT workspace_id, id, '{server}', '{since}', '{REFUSED}' FROM inboxes
         WHERE id = {inbox_id}"
    ));
}

/// An inbox whose mailbox cannot be read, and is tried again another day; its page.
fn unreadable(instance: &Instance, cast: &Cast) -> String {
    let inbox =
        EmailInbox::create(instance, cast.workspace_id, "Support mail", "support@sprocket.example");
    instance.execute("UPDATE mailboxes SET next_attempt_at = '2099-01-01 00:00:00'");
    fails(instance, inbox.id, "imap", THAT_DAY);
    format!("/settings/inboxes/{}", inbox.id)
}

/// As the background does.
fn tell(instance: &Instance) {
    let now = Utc::now();
    if instance.read(|conn| outage::is_any_untold(conn, now)) {
        instance.write(|conn| outage::tell(conn, now));
    }
}

/// What the bell leads to.
fn told(member: &Member) -> Vec<String> {
    let headlines = member.get("/notifications").all(".notices .notice b");
    headlines.iter().map(|one| one.trim_start_matches("Unread. ").to_owned()).collect()
}

#[test]
fn administrators_are_told_until_it_works_again() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    dovecot.forgets_its_user();
    connect(&cast, dovecot.tls_port, "TLS");
    let path = format!("/settings/inboxes/{}", instance.newest_inbox());
    wait_for_words(&cast, &path, "Not connected since");
    assert_eq!(instance.count(NOTICES), 0, "mail servers are restarted, too");

    instance.execute(&format!("UPDATE mailbox_outages SET since = '{THAT_DAY}'"));
    wait_for(&instance, 1, NOTICES);
    let page = cast.admin.get("/notifications");
    page.expect(200, HEADLINE).expect(200, "The server refused the sign-in: “");
    assert_eq!(page.attribute(".notices a", "href"), path);
    assert_eq!(page.all("#unread").len(), 1);
    for other in [&cast.manager, &cast.agent] {
        assert!(told(other).is_empty(), "{} cannot mend it", other.name);
    }
    cast.manager.get("/settings/inboxes").row("Support mail").expect(200, "Not connected");
    let page = cast.admin.get(&path);
    page.expect(200, "Not connected since 24 Nov, 09:12. Next try:");
    assert!(page.all("#unread").is_empty(), "it was read by that");

    dovecot.knows_its_user();
    dovecot.deliver(mail("Rear hanger"));
    cast.admin.get(&path).form("Test connection").submit().expect(200, "The connection works");
    wait_for(&instance, 1, MAILS);
    wait_for(&instance, 0, OUTAGES);
    assert!(told(&cast.admin).is_empty());
}

#[test]
fn what_lasts_less_than_a_quarter_of_an_hour_or_is_about_to_be_tried_is_not_told() {
    let (instance, cast) = Instance::with_cast();
    unreadable(&instance, &cast);
    let since = |minutes| {
        let at = Utc::now().minus(TimeDelta::minutes(minutes)).to_chrono();
        let at = at.format("%Y-%m-%d %H:%M:%S%.6f");
        instance.execute(&format!("UPDATE mailbox_outages SET since = '{at}'"));
        tell(&instance);
        instance.count(NOTICES)
    };
    assert_eq!(since(14), 0);
    // Baton was away in the meantime, perhaps.
    instance.execute("UPDATE mailboxes SET next_attempt_at = '2026-01-01 00:00:00'");
    assert_eq!(since(16), 0);
    instance.execute("UPDATE mailboxes SET next_attempt_at = '2099-01-01 00:00:00'");
    instance.execute("UPDATE mailboxes SET leased_until = '2099-01-01 00:00:00'");
    assert_eq!(since(16), 0, "it is being tried");
    instance.execute("UPDATE mailboxes SET leased_until = NULL");
    assert_eq!(since(16), 1);
    assert_eq!(since(60), 1, "once");
}

#[test]
fn of_several_nodes_one_tells_each_administrator_once() {
    let (instance, cast) = Instance::with_cast();
    let nia = add_member(
        &instance,
        cast.workspace_id,
        "Nia Okoro",
        "nia@sprocket.example",
        Role::Administrator,
    );
    instance
        .execute(&format!("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = {}", nia.user_id));
    unreadable(&instance, &cast);
    let other = App::open((*instance.app.config).clone()).expect("a second node opens");
    let nodes = [&instance.app.db, &other.db].into_iter().cycle().take(8);
    let now = Utc::now();
    at_once(
        nodes
            .map(|db| move || db.change_now(|conn| outage::tell(conn, now)).expect("it works"))
            .collect(),
    );
    assert_eq!(instance.count(NOTICES), 2);
    assert_eq!(told(&cast.admin), [HEADLINE]);
    assert_eq!(told(&nia), ["Support mail cannot be read since 24 Nov, 17:12"]);
}

#[test]
fn it_is_mailed_with_the_way_to_the_inbox_to_those_who_still_can_mend_it() {
    let (server, instance, cast) = with_mail_server();
    let nia = add_member(
        &instance,
        cast.workspace_id,
        "Nia Okoro",
        "nia@sprocket.example",
        Role::Administrator,
    );
    let path = unreadable(&instance, &cast);
    tell(&instance);
    let demoted =
        format!("UPDATE memberships SET role = 'manager' WHERE id = {}", nia.membership_id);
    instance.execute(&demoted);
    after_two_minutes(&instance);
    let mail = server.only_mail("ana@sprocket.example");
    assert_eq!(mail.subject(), format!("{HEADLINE}: {REFUSED}"));
    assert!(mail.plain().contains(&format!("{}{path}\n", instance.base)), "{}", mail.plain());
    assert!(server.taken_for("nia@sprocket.example").is_empty());
    // Nor does her page lead there.
    let page = nia.get("/notifications");
    page.expect(200, HEADLINE);
    assert!(page.all(".notices a").is_empty());
}

#[test]
fn what_works_again_by_then_is_not_mailed() {
    let (server, instance, cast) = with_mail_server();
    let path = unreadable(&instance, &cast);
    tell(&instance);
    cast.admin.get(&path).form("Archive inbox").submit().expect(200, "Archived Support mail.");
    assert!(told(&cast.admin).is_empty(), "it is not to be read any more");
    after_two_minutes(&instance);
    assert!(server.mails().is_empty());
}

#[test]
fn what_a_browser_fetches_ahead_reads_nothing() {
    let (instance, cast) = Instance::with_cast();
    let path = unreadable(&instance, &cast);
    tell(&instance);
    let ahead = [("Sec-Purpose", "prefetch")];
    assert_eq!(cast.admin.browser.request("GET", &path, &ahead, None).status, 200);
    assert_eq!(cast.admin.get("/inbox").all("#unread").len(), 1);
    assert!(cast.admin.get(&path).all("#unread").is_empty());
}

#[test]
fn browsers_show_it() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.admin, &service, "ana");
    let path = unreadable(&instance, &cast);
    tell(&instance);
    sent(&instance);
    let shown = device.read(&service.only());
    assert_eq!(shown["title"], HEADLINE);
    assert_eq!(shown["body"], REFUSED);
    assert_eq!(shown["url"], path);
}

#[test]
fn only_administrators_choose_how_they_are_told() {
    let (instance, cast) = Instance::with_cast();
    let occasion = "The mail of an inbox cannot be read or sent";
    for member in [&cast.manager, &cast.agent] {
        let page = member.get("/settings/profile");
        assert!(!page.says(occasion) && !page.says("the mail of an inbox"), "{}", member.name);
    }
    let page = cast.admin.get("/settings/profile");
    page.expect(200, "a customer replies or the mail of an inbox cannot be read or sent");
    let form = page.form("Save profile");
    assert_eq!(form.value("notify_mailbox_failing"), Some("both"));
    form.with(occasion, "None").submit().expect(200, "Your profile is saved.");
    unreadable(&instance, &cast);
    tell(&instance);
    assert!(told(&cast.admin).is_empty());
}

#[test]
fn other_settings_of_a_server_begin_anew_and_the_rest_changes_nothing() {
    let (instance, cast) = Instance::with_cast();
    connect(&cast, NOWHERE, "TLS");
    instance.execute("UPDATE mailboxes SET next_attempt_at = '2099-01-01 00:00:00'");
    let id = instance.newest_inbox();
    fails(&instance, id, "imap", THAT_DAY);
    tell(&instance);
    let form = || cast.admin.get(&format!("/settings/inboxes/{id}")).form("Save inbox");
    form().with("Signature", "Yours, Sprocket").submit().expect(200, "Saved Support mail.");
    assert_eq!(told(&cast.admin), [HEADLINE]);
    form().with("IMAP password", PASSWORD).submit().expect(200, "Saved Support mail.");
    assert!(told(&cast.admin).is_empty());
    assert_eq!(instance.count(OUTAGES), 0);
}

#[test]
fn a_test_of_the_kept_server_tells_that_it_sends_again() {
    let (instance, cast) = Instance::with_cast();
    let server = MailServer::start();
    super::connecting(&cast, "Save inbox", NOWHERE, "TLS")
        .with("SMTP host", "127.0.0.1")
        .with("SMTP port", &server.address.port().to_string())
        .with("SMTP security", "None")
        .submit()
        .expect(200, "Added Support mail.");
    let id = instance.newest_inbox();
    fails(&instance, id, "smtp", THAT_DAY);
    tell(&instance);
    assert_eq!(told(&cast.admin), ["Replies from Support mail cannot be sent since 24 Nov, 09:12"]);
    cast.manager.get("/settings/inboxes").row("Support mail").expect(200, "Cannot send");
    let path = format!("/settings/inboxes/{id}");
    cast.manager.get(&path).expect(200, &format!("Cannot send since 24 Nov, 09:12. {REFUSED}"));
    let test = || cast.admin.get(&path).form("Test connection");
    test().with("SMTP port", &NOWHERE.to_string()).submit();
    assert_eq!(instance.count(OUTAGES), 1, "another server says nothing of this one");
    test().submit().expect(200, "The connection does not work");
    assert_eq!(instance.count(OUTAGES), 0, "that is the other server");
    assert!(told(&cast.admin).is_empty());
}

#[test]
fn who_is_in_another_workspace_is_offered_the_way_to_the_inbox() {
    let (instance, cast) = Instance::with_cast();
    let path = unreadable(&instance, &cast);
    join(&instance, cast.other_workspace_id, cast.admin.user_id, Role::Administrator);
    let there = cast.other_workspace_id.to_string();
    cast.admin.browser.post("/workspaces/switch", &[("workspace_id", &there)]);
    let page = cast.admin.get(&path);
    page.expect(409, "That belongs to Sprocket & Co");
    page.form("Switch to Sprocket & Co").submit().expect(200, "You are in Sprocket & Co now.");
    // To those of other workspaces it does not exist.
    assert_eq!(cast.outsider.get(&path).status, 404);
}
