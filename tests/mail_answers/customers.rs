//! A customer of a chat answers a mail that brought them what the team said.

use baton::channels::email::Received;

use super::{HANNA, MIA, Place};

/// A chat in which Mia answered somebody who went away; and the mail that tells them.
fn answered(place: &Place) -> (i64, crate::support::Mail) {
    let (id, _) = place.cast.customer_writes(&place.instance, "Hanna Lindqvist", "Is it in stock?");
    let form = place.cast.agent.open(id).form("Claim and send").with("Reply", "Two are left.");
    form.submit().expect(200, "Two are left.");
    (id, place.mailed(HANNA))
}

#[test]
fn an_answer_joins_the_chat_calls_its_owner_and_proves_the_address() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    assert!(mail.plain().contains("To go on, answer this mail"), "{}", mail.plain());
    assert!(!place.cast.agent.open(id).says("Confirmed"));
    place.cast.agent.open(id).form("Resolve").submit();
    let answer = place.answer(&mail, HANNA, "Then keep one for me.");
    place.arrives(&answer);
    let page = place.cast.agent.open(id);
    let bubbles = page.all(".thread .message:not(.is-note) .bubble");
    assert_eq!(bubbles, ["Is it in stock?", "Two are left.", "Then keep one for me."]);
    assert!(page.has_button("Resolve"), "it is open again");
    page.expect(200, "Confirmed");
    let contact =
        place.instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    let path = format!("/contacts/{contact}");
    place.cast.agent.get(&path).expect(200, "Confirmed: an answer came from this address.");
    // The same mail once more is known.
    let again = place.inbox.tries(&place.instance, answer.raw()).expect("it is taken");
    assert_eq!(again, Received::Known);
    assert_eq!(place.bubbles(id).len(), 3);
    let told = place.cast.agent.get("/notifications");
    told.expect(200, "Hanna Lindqvist replied");
    // Another address than the one that was proved is not.
    let form = place.cast.agent.get(&path).form("Save contact");
    form.with("Email address", "hanna@elsewhere.example").submit().expect(200, "Saved");
    assert!(!place.cast.agent.open(id).says("Confirmed"));
}

#[test]
fn whoever_answers_from_another_address_proves_nothing_and_joins_nothing() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    let answer = place.answer(&mail, "eve@rival.example", "Then keep one for me.");
    let (begun, _) = place.inbox.takes(&place.instance, answer.raw());
    assert_ne!(begun, id);
    assert_eq!(place.bubbles(id).len(), 2);
    assert_eq!(place.instance.count("SELECT count(*) FROM contacts WHERE proved_email <> ''"), 0);
}

#[test]
fn an_absence_notice_is_kept_and_proves_and_calls_nobody() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    place.cast.agent.open(id).form("Resolve").submit();
    let away = place.answer(&mail, HANNA, "I am away until Monday.");
    place.arrives(&away.with("Auto-Submitted", "auto-replied"));
    assert_eq!(place.bubbles(id).len(), 3);
    let page = place.cast.agent.open(id);
    assert!(page.has_button("Reopen") && !page.says("Confirmed"), "{}", page.text());
    place.after_two_minutes();
    assert_eq!(place.server.mails().len(), 1, "no mail answers it");
}

#[test]
fn the_owner_answers_the_answer_by_mail_and_so_on() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    place.arrives(&place.answer(&mail, HANNA, "Then keep one for me."));
    let told = place.mailed(MIA);
    assert!(told.subject().starts_with("Hanna Lindqvist replied"), "{}", told.subject());
    place.arrives(&place.answer(&told, MIA, "Done."));
    let mail = place.mailed(HANNA);
    assert!(mail.plain().contains("Done.") && !mail.plain().contains("Two are left."));
    assert_eq!(place.bubbles(id).len(), 4);
}
