//! Which conversation a mail belongs to.

use super::{HANNA, answers, tag};
use crate::support::{EmailInbox, Instance};
use baton::channels::email::Received;

#[test]
fn a_mail_begins_a_conversation_in_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail(HANNA, "Rear hanger", "Is it in stock?\n\n-- \nHanna");
    let (id, _) = inbox.takes(&instance, mail.raw());
    let list = cast.agent.get("/inbox?view=unassigned");
    list.expect(200, "Hanna Lindqvist").expect(200, "Rear hanger");
    let page = cast.agent.open(id);
    page.expect(200, "Is it in stock?").expect(200, "Rear hanger").expect(200, "Email");
    page.expect(200, "hanna@customer.example");
    // The next mail of the same address is another conversation with the same contact.
    let (next, _) = inbox.takes(&instance, inbox.mail(HANNA, "Invoice", "Please.").raw());
    assert_ne!(next, id);
    let contacts = "SELECT count(*) FROM contacts WHERE email = 'hanna@customer.example'";
    assert_eq!(instance.count(contacts), 1);
}

#[test]
fn the_same_mail_is_taken_once() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let raw = inbox.mail(HANNA, "Rear hanger", "Is it in stock?").raw();
    inbox.takes(&instance, &raw);
    for again in [raw.clone(), raw.replace("\r\n", "\n"), format!("Received: from b\r\n{raw}")] {
        assert_eq!(inbox.tries(&instance, again).expect("taken"), Received::Known);
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
    // And nothing waits for it.
    assert_eq!(instance.count("SELECT count(*) FROM attachments"), 0);
    // Another text under the same Message-ID is another mail.
    inbox.takes(&instance, raw.replace("in stock", "sold"));
}

#[test]
fn an_answer_to_our_mail_joins_its_conversation_and_reopens_it() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Rear hanger", "In stock?").raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved");
    let answer = inbox.mail(HANNA, "Re: Rear hanger", "Then I take it.");
    let (joined, _) = inbox.takes(&instance, answer.answering("reply-1@baton.example").raw());
    assert_eq!(joined, id);
    let page = cast.agent.open(id);
    page.expect(200, "Then I take it.").expect(200, "Hanna Lindqvist reopened this");
    cast.agent.get("/notifications").expect(200, "Hanna Lindqvist replied");
}

#[test]
fn a_token_in_the_subject_or_the_address_finds_the_conversation() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Rear hanger", "In stock?").raw());
    let tag = tag(&instance, id);
    let by_subject = inbox.mail(HANNA, &format!("Re: Rear hanger {tag}"), "By subject");
    assert_eq!(inbox.takes(&instance, by_subject.raw()).0, id);
    let token = tag.trim_matches(['[', ']', '#']);
    let to = format!("Support <support+{token}@sprocket.example>");
    let by_address = inbox.mail(HANNA, "Hello", "By address").with("To", &to);
    assert_eq!(inbox.takes(&instance, by_address.raw()).0, id);
    let delivered = inbox.mail(HANNA, "Hello", "By the server's word").with("Delivered-To", &to);
    assert_eq!(inbox.takes(&instance, delivered.raw()).0, id);
    let forged = tag.replace("[#", "[#1");
    let by_forgery = inbox.mail(HANNA, &format!("Re: {forged}"), "Forged");
    assert_ne!(inbox.takes(&instance, by_forgery.raw()).0, id);
    let by_text = inbox.mail(HANNA, "Re: Rear hanger", "By text alone");
    assert_ne!(inbox.takes(&instance, by_text.raw()).0, id);
}

#[test]
fn a_stolen_id_or_token_opens_nothing_elsewhere() {
    let (instance, cast) = Instance::with_cast();
    let ours = cast.email_inbox(&instance);
    let (id, _) = ours.takes(&instance, ours.mail(HANNA, "Rear hanger", "In stock?").raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    let theirs =
        EmailInbox::create(&instance, cast.other_workspace_id, "Support", "support@rival.example");
    let second =
        EmailInbox::create(&instance, cast.workspace_id, "Sales", "sales@sprocket.example");
    for inbox in [&theirs, &second] {
        let by_id = inbox.mail("Eve <eve@rival.example>", "Re: Rear hanger", "Let me in");
        let (elsewhere, _) = inbox.takes(&instance, by_id.answering("reply-1@baton.example").raw());
        assert_ne!(elsewhere, id);
        let subject = format!("Re: {}", tag(&instance, id));
        let by_token = inbox.mail("Eve <eve@rival.example>", &subject, "Let me in again");
        assert_ne!(inbox.takes(&instance, by_token.raw()).0, id);
    }
    // Of a mail to both inboxes, the token of the one leads nowhere in the other, where it
    // goes on with what it answers.
    let asked =
        second.mail(HANNA, "Price", "How much?").with("Message-ID", "<asked@customer.example>");
    let (there, _) = second.takes(&instance, asked.raw());
    let subject = format!("Re: Price {}", tag(&instance, id));
    let both = second.mail(HANNA, &subject, "And how long?").answering("asked@customer.example");
    assert_eq!(second.takes(&instance, both.raw()).0, there);
    // Nor does the id of a mail that came in, which its writer chose.
    let own = ours.mail(HANNA, "One", "One").with("Message-ID", "<chosen@customer.example>");
    let (first, _) = ours.takes(&instance, own.raw());
    let other = ours.mail("Eve <eve@rival.example>", "Re: One", "Two");
    let (other, _) = ours.takes(&instance, other.answering("chosen@customer.example").raw());
    assert_ne!(other, first);
}

#[test]
fn whoever_answers_from_another_address_is_named() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Rear hanger", "In stock?").raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    let mail = inbox.mail("Piet Mulder <piet@customer.example>", "Re: Rear hanger", "I pay it.");
    let (joined, _) = inbox.takes(&instance, mail.answering("reply-1@baton.example").raw());
    assert_eq!(joined, id);
    let page = cast.agent.open(id);
    page.expect(200, "Piet Mulder").expect(200, "piet@customer.example");
    let contacts = "SELECT count(*) FROM contacts WHERE email = 'piet@customer.example'";
    assert_eq!(instance.count(contacts), 0, "they are no contact by that");
}
