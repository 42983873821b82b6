//! A member answers a mail, and the customer gets it.

use super::{MIA, Place};
use crate::outbox::after_two_minutes;
use crate::support::EmailInbox;

#[test]
fn an_answer_to_a_notification_goes_to_the_customer_once_and_without_what_it_quotes() {
    let place = Place::new();
    let (id, mail) = place.told();
    assert!(mail.header("Reply-To").starts_with("support+m"), "{}", mail.header("Reply-To"));
    assert!(mail.plain().contains("your text goes to Hanna Lindqvist as your reply"));
    let answer =
        place.answer(&mail, "Mia Chen <Mia@Sprocket.example>", "Two are left.\n\nShall I?");
    place.arrives(&answer);
    place.arrives(&answer);
    let page = place.cast.agent.open(id);
    let bubbles = place.bubbles(id);
    assert_eq!(bubbles.len(), 3, "{bubbles:?}");
    assert!(bubbles[2].contains("Two are left.") && bubbles[2].contains("Shall I?"));
    assert!(!page.says("On Tue, 24 Nov"), "{}", page.text());
    assert_eq!(page.all("#unread"), Vec::<String>::new(), "whoever answers has read it");
    after_two_minutes(&place.instance);
    assert_eq!(place.server.taken_for(MIA).len(), 1, "nothing came back");
}

#[test]
fn an_answer_is_the_last_mail_of_its_inbox_once() {
    let place = Place::new();
    let (_, mail) = place.told();
    let inbox = || place.cast.admin.get(&format!("/settings/inboxes/{}", place.inbox.id));
    inbox().expect(200, "No mail has come in yet.");
    let answer = place.answer(&mail, MIA, "Two are left.");
    place.arrives(&answer);
    inbox().expect(200, "Last mail: just now");
    place.instance.execute("UPDATE mailboxes SET last_mail_at = '2020-01-01 00:00:00'");
    place.arrives(&answer);
    inbox().expect(200, "Last mail: 1 Jan 2020");
}

#[test]
fn an_answer_claims_what_nobody_owns_and_reopens_what_was_resolved() {
    let place = Place::new();
    let (id, mail) = place.told();
    place.cast.agent.open(id).form("Resolve").submit();
    place.cast.agent.open(id).form("Release").submit();
    place.arrives(&place.answer(&mail, MIA, "Two are left."));
    let page = place.cast.agent.open(id);
    page.expect(200, "You own this").expect(200, "Mia Chen claimed this");
    assert!(page.has_button("Resolve"), "it is open");
}

#[test]
fn where_the_mailbox_takes_no_plus_addresses_the_subject_says_it() {
    let place = Place::new();
    place.instance.execute("UPDATE mailboxes SET has_plus_addresses = FALSE");
    let (id, mail) = place.told();
    assert_eq!(mail.header("Reply-To"), "support@sprocket.example");
    assert!(mail.subject().contains("[#m"), "{}", mail.subject());
    place.arrives(&place.answer(&mail, MIA, "Two are left."));
    assert_eq!(place.bubbles(id).len(), 3);
}

#[test]
fn files_of_an_answer_go_along() {
    let place = Place::new();
    let (id, mail) = place.told();
    let answer = place.answer(&mail, MIA, "");
    let raw = answer
        .with("MIME-Version", "1.0")
        .with("Content-Type", "multipart/mixed; boundary=\"b\"")
        .raw();
    let (head, _) = raw.split_once("\r\n\r\n").expect("headers and a text");
    let raw = format!(
        "{head}\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere is the plan.\r\n\
         --b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; \
         filename=\"plan.txt\"\r\n\r\nNine o'clock\r\n--b--\r\n"
    );
    place.inbox.tries(&place.instance, raw).expect("it is taken");
    let page = place.cast.agent.open(id);
    page.expect(200, "Here is the plan.").expect(200, "plan.txt");
    let left = "SELECT count(*) FROM attachments WHERE message_id IS NULL";
    assert_eq!(place.instance.count(left), 0, "nothing waits any more");
}

#[test]
fn another_workspaces_inbox_knows_nothing_of_it() {
    let place = Place::new();
    let (id, mail) = place.told();
    let theirs = EmailInbox::create(
        &place.instance,
        place.cast.other_workspace_id,
        "Help",
        "help@rival.example",
    );
    let answer = place.answer(&mail, MIA, "Two are left.");
    let (other, _) = theirs.takes(&place.instance, answer.raw());
    assert_ne!(other, id);
    assert_eq!(place.bubbles(id).len(), 2);
}

#[test]
fn an_answer_goes_out_again_by_mail_to_a_customer_of_a_chat_who_went_away() {
    let place = Place::new();
    let (_, mail) = place.told();
    place.arrives(&place.answer(&mail, MIA, "Two are left."));
    let mailed = place.mailed(super::HANNA);
    assert!(mailed.plain().contains("Mia Chen:\nTwo are left."), "{}", mailed.plain());
}

#[test]
fn what_looks_like_a_quoted_mail_or_a_signature_in_the_middle_goes_along() {
    let place = Place::new();
    let (id, mail) = place.told();
    let pick_up = "Dear Hanna, your pick-up:\n\nFrom: Hauptstr. 1\nTo: Kiel\nDate: 3 December\n\n\
                   The price is 90 EUR.";
    place.arrives(&place.answer(&mail, MIA, pick_up));
    place.arrives(&place.answer(&mail, MIA, "In red.\n--\nOr in blue, which is cheaper."));
    let bubbles = place.bubbles(id);
    assert!(bubbles[2].contains("Hauptstr. 1") && bubbles[2].contains("90 EUR"), "{bubbles:?}");
    assert!(bubbles[3].contains("which is cheaper"), "{bubbles:?}");
}

#[test]
fn a_mention_quotes_its_note_and_takes_no_answer_to_the_customer() {
    let place = Place::new();
    let (id, _) = place.told();
    let page = place.cast.agent.open(id).form("Send reply").with("Reply", "Two are left.").submit();
    page.expect(200, "Two are left.");
    let form = place.cast.manager.open(id).form("Add note");
    form.with("Note", "@Mia Chen is the blue one left?").submit().expect(200, "Note added.");
    let mail = place.mailed(MIA);
    let plain = mail.plain();
    assert!(plain.contains("> @Mia Chen is the blue one left?"), "{plain}");
    assert!(!plain.contains("Two are left."), "{plain}");
    assert!(plain.contains("An answer to this mail reaches nobody"), "{plain}");
    assert_eq!(mail.header("Reply-To"), "");
}

#[test]
fn who_may_not_reply_is_not_offered_to() {
    let place = Place::new();
    let (id, hanna) =
        place.cast.customer_writes(&place.instance, "Hanna Lindqvist", "Is it in stock?");
    place.cast.manager.open(id).form("Claim").submit().expect(200, "You own this");
    place.cast.customer_adds(&hanna, "Hello?");
    // What is left of it is that it was taken, which the Manager wants by mail.
    let form = place.cast.manager.get("/settings/profile").form("Save profile");
    form.with("A conversation of yours goes to another member", "Mail").submit();
    place.cast.admin.open(id).form("Take over").submit().expect(200, "You own this");
    let mail = place.mailed("gil@sprocket.example");
    assert!(mail.subject().starts_with("Ana Silva took this from you"), "{}", mail.subject());
    assert_eq!(mail.header("Reply-To"), "");
}
