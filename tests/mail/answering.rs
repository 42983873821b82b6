//! What the next reply is, of whatever came in.

use baton::db::schema::mails;
use diesel::prelude::*;

use super::{HANNA, answers, tag};
use crate::support::{Cast, EmailInbox, Instance};

fn place() -> (Instance, Cast, EmailInbox) {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    (instance, cast, inbox)
}

#[test]
fn whoever_wrote_to_others_with_us_as_a_blind_copy_is_answered_alone() {
    let (instance, cast, inbox) = place();
    let mail = inbox.mail(HANNA, "Complaint", "Your ropes broke.");
    let mail = mail.with("To", "Supplier <info@supplier.example>").with("Cc", "jo@x.example");
    let (id, _) = inbox.takes(&instance, mail.raw());
    let page = cast.agent.open(id);
    page.expect(200, "To Hanna Lindqvist <hanna@customer.example>");
    assert_eq!(page.attribute("#reply-cc", "value"), "");
    // The message says whom it went to.
    let facts = page.all(".mail-facts").concat();
    assert!(facts.contains("To Supplier <info@supplier.example>"), "{facts}");
    assert!(facts.contains("Cc jo@x.example"), "{facts}");
    // An alias that hands on to us is told too, and gets no copy.
    let mail = inbox.mail(HANNA, "Ropes", "In stock?").with("To", "info@sprocket.example");
    let (id, _) = inbox.takes(&instance, mail.with("Delivered-To", &inbox.address).raw());
    let page = cast.agent.open(id);
    assert_eq!(page.attribute("#reply-cc", "value"), "");
    assert!(page.all(".mail-facts").concat().contains("To info@sprocket.example"));
    // The inbox itself is not worth a word, in whatever form.
    for to in ["Support <SUPPORT@sprocket.example>", "support+7-ab@sprocket.example"] {
        let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, to, "Hello").with("To", to).raw());
        let facts = cast.agent.open(id).all(".mail-facts").concat();
        assert!(!facts.contains("To "), "{facts}");
    }
}

/// Subject and references of the newest mail that left a conversation.
fn sent(instance: &Instance, header_id: &str) -> (String, String) {
    instance.read(|conn| {
        let ours = mails::table.filter(mails::header_id.eq(header_id));
        ours.select((mails::subject, mails::refs)).first(conn)
    })
}

#[test]
fn a_subject_does_not_grow_with_each_answer() {
    let (instance, cast, inbox) = place();
    let mail = inbox.mail(HANNA, "AW: AW: Late parcel", "Where is it?");
    let (id, _) = inbox.takes(&instance, mail.raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    assert_eq!(sent(&instance, "reply-1@baton.example").0, "Re: Late parcel");
    let again = inbox.mail(HANNA, &format!("AW: Re: Late parcel {}", tag(&instance, id)), "Still?");
    inbox.takes(&instance, again.raw());
    answers(&instance, &cast.agent, id, "reply-2@baton.example");
    assert_eq!(sent(&instance, "reply-2@baton.example").0, "Re: Late parcel");
}

#[test]
fn what_answers_an_automatic_answer_refers_to_it() {
    let (instance, cast, inbox) = place();
    let mail =
        inbox.mail(HANNA, "Your request", "We got it.").with("Auto-Submitted", "auto-replied");
    let mail = mail.with("Message-ID", "<auto@customer.example>");
    let (id, _) = inbox.takes(&instance, mail.raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    assert_eq!(sent(&instance, "reply-1@baton.example").1, "auto@customer.example");
}

#[test]
fn the_list_shows_what_they_wrote_between_our_words_and_not_those() {
    let (instance, cast, inbox) = place();
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Rope", "In stock?").raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    let text = "On Tue, 24 Nov 2026 at 10:00, Support <support@sprocket.example> wrote:\n\n\
                > In which colour?\n\nBlue, please.\n\n> How many?\n\nTwo.";
    let mail = inbox.mail(HANNA, "Re: Rope", text).answering("reply-1@baton.example");
    assert_eq!(inbox.takes(&instance, mail.raw()).0, id);
    let list = cast.agent.get("/inbox?view=mine");
    list.expect(200, "Blue, please. Two.");
    assert!(!list.says("In which colour?") && !list.says("wrote:"), "{}", list.text());
    cast.agent.open(id).expect(200, "In which colour?");
}
