//! Machines that write: what they say is kept, and calls nobody up.

use baton::channels::email::Received;
use baton::db::schema::deliveries;
use diesel::prelude::*;

use super::{HANNA, answers};
use crate::support::{Cast, EmailInbox, Instance, Member};

fn unread(instance: &Instance, member: &Member) -> i64 {
    let of = member.membership_id;
    instance.count(&format!("SELECT count(*) FROM notifications WHERE membership_id = {of}"))
}

/// A conversation that the Agent answered and resolved.
fn resolved(instance: &Instance, cast: &Cast, inbox: &EmailInbox) -> (i64, i64) {
    let (id, _) = inbox.takes(instance, inbox.mail(HANNA, "Rear hanger", "In stock?").raw());
    let reply = answers(instance, &cast.agent, id, "reply-1@baton.example");
    cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved");
    (id, reply)
}

fn status(instance: &Instance, id: i64) -> String {
    let is = |status: &str| {
        let sql =
            format!("SELECT count(*) FROM conversations WHERE id = {id} AND status = '{status}'");
        instance.count(&sql) == 1
    };
    ["open", "resolved"].into_iter().find(|known| is(known)).unwrap_or("snoozed").to_owned()
}

/// What a mail server says when it gives up.
pub fn bounce(inbox: &EmailInbox, of: &str, action: &str) -> String {
    let report = format!(
        "--r\nContent-Type: text/plain\n\nIt was not delivered.\n--r\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.sprocket.example\n\n\
         Final-Recipient: rfc822; hanna@customer.example\nAction: {action}\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--r\nContent-Type: message/rfc822\n\n\
         Message-ID: <{of}>\nSubject: Re: Rear hanger\n\nYes, it is.\n--r--"
    );
    let kind = "multipart/report; report-type=delivery-status; boundary=r";
    let mail = inbox.mail("Mail System <mailer-daemon@sprocket.example>", "Undelivered", &report);
    mail.with("Content-Type", kind).with("Return-Path", "<>").raw()
}

#[test]
fn an_answer_by_itself_joins_and_calls_nobody() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = resolved(&instance, &cast, &inbox);
    let told = unread(&instance, &cast.agent);
    for header in
        [("Auto-Submitted", "auto-replied"), ("X-Autoreply", "yes"), ("Return-Path", "<>")]
    {
        let mail = inbox.mail(HANNA, "Away", header.0).with(header.0, header.1);
        let (joined, _) = inbox.takes(&instance, mail.answering("reply-1@baton.example").raw());
        assert_eq!(joined, id, "{header:?}");
        assert_eq!(status(&instance, id), "resolved", "{header:?}");
        assert_eq!(unread(&instance, &cast.agent), told, "{header:?}");
    }
    cast.agent.open(id).expect(200, "Sent automatically");
    // A list that people write on is no answering machine, and no person either.
    let mail = inbox.mail(HANNA, "Re: Rear hanger", "On the list").with("List-Id", "<l.example>");
    inbox.takes(&instance, mail.answering("reply-1@baton.example").raw());
    assert_eq!(status(&instance, id), "open");
    assert_eq!(instance.count("SELECT count(*) FROM mails WHERE is_automatic"), 4);
    let others = "SELECT count(*) FROM deliveries WHERE kind <> 'notifications'";
    assert_eq!(instance.count(others), 0, "no mail answers any");
}

#[test]
fn a_bounce_marks_the_reply_and_tells_its_author() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = resolved(&instance, &cast, &inbox);
    inbox.takes(&instance, bounce(&inbox, "reply-1@baton.example", "failed"));
    let page = cast.agent.open(id);
    page.expect(200, "hanna@customer.example: 550 5.1.1 User unknown");
    page.expect(200, "Not delivered").expect(200, "Mail System");
    assert_eq!(status(&instance, id), "resolved", "its author knows, and decides");
    let notices = cast.agent.get("/notifications");
    notices.expect(200, "The reply to Hanna Lindqvist may not have arrived");
    // Said again, it is known.
    let told = unread(&instance, &cast.agent);
    inbox.takes(&instance, bounce(&inbox, "reply-1@baton.example", "failed"));
    assert_eq!(unread(&instance, &cast.agent), told);
}

#[test]
fn what_is_merely_late_is_no_bounce() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = resolved(&instance, &cast, &inbox);
    let (joined, _) = inbox.takes(&instance, bounce(&inbox, "reply-1@baton.example", "delayed"));
    assert_eq!(joined, id);
    assert_eq!(instance.count("SELECT count(*) FROM mails WHERE bounced_at IS NOT NULL"), 0);
}

#[test]
fn a_bounce_of_elsewhere_marks_nothing() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = resolved(&instance, &cast, &inbox);
    let workspace = cast.other_workspace_id;
    let other = EmailInbox::create(&instance, workspace, "Support", "support@rival.example");
    let (elsewhere, _) = other.takes(&instance, bounce(&other, "reply-1@baton.example", "failed"));
    assert_ne!(elsewhere, id);
    assert_eq!(instance.count("SELECT count(*) FROM mails WHERE bounced_at IS NOT NULL"), 0);
}

#[test]
fn a_bounce_that_nobody_would_hear_of_comes_back_to_everybody() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = resolved(&instance, &cast, &inbox);
    let remove = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&remove).form("Remove member").submit().expect(200, "Mia Chen");
    inbox.takes(&instance, bounce(&inbox, "reply-1@baton.example", "failed"));
    assert_eq!(status(&instance, id), "open");
}

#[test]
fn the_secrets_that_baton_mails_to_a_member_are_not_read_in_the_queue() {
    let (instance, cast) = Instance::with_cast();
    // An Administrator signs in with the address that the whole team answers from.
    let shared = EmailInbox::create(&instance, cast.workspace_id, "Ana", "ana@sprocket.example");
    let form = instance.browser().get("/forgot-password").form("Send link");
    form.with("Email address", "ana@sprocket.example").submit();
    let form = cast.admin.get("/settings/team/invite").form("Send invite");
    form.with("Email address", "new@sprocket.example").submit();
    for kind in ["reset_password", "invitation"] {
        let arrives = as_sent(&instance, &shared, kind);
        assert_eq!(shared.tries(&instance, arrives).expect("taken"), Received::Known, "{kind}");
    }
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 0);
}

#[test]
fn what_one_team_mails_to_another_of_the_same_installation_arrives() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let rival = EmailInbox::create(&instance, cast.other_workspace_id, "Rival", "hi@rival.example");
    let (id, _) = inbox.takes(&instance, inbox.mail("hi@rival.example", "Offer", "?").raw());
    cast.agent.open(id).form("Claim and send").with("Reply", "Gladly.").submit();
    rival.takes(&instance, as_sent(&instance, &rival, "reply"));
}

/// The mail of a delivery of this kind, as it comes to an inbox.
fn as_sent(instance: &Instance, inbox: &EmailInbox, kind: &str) -> String {
    let word: String = instance.read(|conn| {
        let of_kind = deliveries::table.filter(deliveries::kind.eq(kind));
        of_kind.select(deliveries::local_part).first(conn)
    });
    let mail =
        inbox.mail("Baton <baton@sprocket.example>", "For you", "https://a.example/?token=x");
    mail.with("Message-ID", &format!("<{word}@sprocket.example>")).raw()
}

#[test]
fn a_bounce_is_told_its_owner_and_its_author_where_they_see_it() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Rear hanger", "In stock?").raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    cast.manager.assigns(id, "Lukas Brandt").expect(200, "Assigned to Lukas Brandt.");
    let told = "SELECT count(*) FROM notifications WHERE kind = 'reply_not_sent'";
    inbox.takes(&instance, bounce(&inbox, "reply-1@baton.example", "failed"));
    assert_eq!(instance.count(told), 1, "it is out of its author's sight");
    let notices = cast.other_agent.get("/notifications");
    notices.expect(200, "The reply to Hanna Lindqvist may not have arrived");
    // The author is told beside an owner who is another.
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Front hanger", "And this?").raw());
    answers(&instance, &cast.manager, id, "reply-2@baton.example");
    cast.manager.assigns(id, "Mia Chen").expect(200, "Assigned to Mia Chen.");
    inbox.takes(&instance, bounce(&inbox, "reply-2@baton.example", "failed"));
    assert_eq!(instance.count(told), 3);
}

#[test]
fn a_bounce_of_what_nobody_owns_comes_back_to_everybody_and_its_author_is_told() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Rear hanger", "In stock?").raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    cast.agent.open(id).form("Release").submit().expect(200, "Released.");
    cast.manager.open(id).form("Resolve").submit().expect(200, "Resolved");
    instance.execute("UPDATE conversations SET assignee_id = NULL, owned_since = NULL");
    inbox.takes(&instance, bounce(&inbox, "reply-1@baton.example", "failed"));
    assert_eq!(status(&instance, id), "open");
    let notices = cast.agent.get("/notifications");
    notices.expect(200, "The reply to Hanna Lindqvist may not have arrived");
}
