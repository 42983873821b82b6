//! A customer of a chat answers a mail that brought them what the team said.

use baton::channels::email::Received;
use baton::models::receive::{self, IncomingMail, Writer};
use baton::models::reply_token::Answer;

use super::{HANNA, MIA, Place};
use crate::outbox::after_two_minutes;
use crate::support::{Browser, Mail};

/// A chat in which Mia answered somebody who went away; and the mail that tells them.
fn answered(place: &Place) -> (i64, Mail) {
    let (id, mail, _) = answered_in(place);
    (id, mail)
}

/// The same, with the browser in which the chat is.
fn answered_in(place: &Place) -> (i64, Mail, Browser) {
    let (id, browser) =
        place.cast.customer_writes(&place.instance, "Hanna Lindqvist", "Is it in stock?");
    let form = place.cast.agent.open(id).form("Claim and send").with("Reply", "Two are left.");
    form.submit().expect(200, "Two are left.");
    (id, place.mailed(HANNA), browser)
}

#[test]
fn an_answer_joins_the_chat_and_calls_its_owner() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    assert!(mail.plain().contains("To go on, answer this mail"), "{}", mail.plain());
    assert!(mail.plain().contains("If you did not write in this chat, do not answer."));
    place.cast.agent.open(id).form("Resolve").submit();
    let answer = place.answer(&mail, HANNA, "Then keep one for me.");
    place.arrives(&answer);
    let page = place.cast.agent.open(id);
    let bubbles = page.all(".thread .message:not(.is-note) .bubble");
    assert_eq!(bubbles, ["Is it in stock?", "Two are left.", "Then keep one for me."]);
    assert!(page.has_button("Resolve"), "it is open again");
    page.expect(200, &format!("By mail from {HANNA}"));
    assert!(!page.says("Confirmed"), "the mailbox is theirs, and the chat may not be");
    // The same mail once more is known.
    let again = place.inbox.tries(&place.instance, answer.raw()).expect("it is taken");
    assert_eq!(again, Received::Known);
    assert_eq!(place.bubbles(id).len(), 3);
    let told = place.cast.agent.get("/notifications");
    told.expect(200, "Hanna Lindqvist replied");
}

#[test]
fn an_answer_that_only_quotes_says_nothing() {
    let place = Place::new();
    let (_, mail) = answered(&place);
    place.arrives(&place.answer(&mail, HANNA, ""));
    assert_eq!(place.instance.count("SELECT count(*) FROM messages"), 2);
}

#[test]
fn nothing_of_an_answer_is_lost_that_looks_like_a_quoted_mail() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    let text = "Then please deliver.\nFrom: your shop\nTo: Hauptstr. 1\nDate: Friday at 6\n\
                My phone is 123";
    place.arrives(&place.answer(&mail, HANNA, text));
    let said = place.bubbles(id).pop().unwrap_or_default();
    assert!(said.contains("Friday at 6") && said.contains("My phone is 123"), "{said}");
    assert!(!said.contains("24 Nov"), "{said}");
}

#[test]
fn what_is_mailed_is_shown_in_the_chat_only_to_who_opened_the_mail_there() {
    let place = Place::new();
    let (id, mail, browser) = answered_in(&place);
    let file = "Content-Type: text/plain\r\nContent-Disposition: attachment; \
                filename=\"mine.txt\"\r\n\r\nMine";
    let raw = place.answer_with(&mail, HANNA, "I did not write that.", file);
    assert_eq!(place.inbox.tries(&place.instance, raw).expect("it is taken"), Received::Answered);
    assert_eq!(place.bubbles(id).len(), 3);
    let chat = place.cast.chat_path();
    let news = format!("{chat}/messages?conversation={id}&after=0");
    let file_id = place.instance.count("SELECT id FROM attachments");
    let file = format!("{chat}/files/{file_id}/mine.txt");
    let is_shown = |to: &Browser| {
        let shown = [
            to.get(&chat).says("I did not write that."),
            to.get(&news).says("I did not write that."),
            to.get(&file).status == 200,
        ];
        assert!(shown.iter().all(|one| *one == shown[0]), "{shown:?}");
        shown[0]
    };
    assert!(!is_shown(&browser), "whoever began the chat may have typed any address");
    let link = mail.link();
    let path = link.strip_prefix(&place.instance.base).expect("a link to the installation");
    let other = place.instance.browser();
    other.get(path).expect(404, "This conversation cannot be opened in this browser.");
    let (_, tom) = place.cast.customer_writes(&place.instance, "Tom Berger", "Hello");
    tom.get(path);
    assert!(!is_shown(&other) && !is_shown(&tom) && !is_shown(&browser));
    assert!(!place.cast.agent.open(id).says("Confirmed"));
    // A token of the same mail for something else.
    let plain = mail.plain();
    let (_, stops) = plain.split_once("/unsubscribe?token=").expect("a link that ends them");
    let (page, _) = path.split_once("&proof=").expect("a token");
    browser.get(&format!("{page}&proof={}", stops.trim()));
    assert!(!is_shown(&browser));
    browser.get(path).expect(200, "I did not write that.");
    assert!(is_shown(&browser));
    place.cast.agent.open(id).expect(200, "Confirmed");
    let contact =
        place.instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    let path = format!("/contacts/{contact}");
    place.cast.agent.get(&path).expect(200, "Confirmed: a mail to it was opened in the browser");
    // Another address than the one that was proved is not.
    let form = place.cast.agent.get(&path).form("Save contact");
    form.with("Email address", "hanna@elsewhere.example").submit().expect(200, "Saved");
    assert!(!place.cast.agent.open(id).says("Confirmed"));
}

#[test]
fn whoever_answers_from_another_address_joins_nothing() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    let answer = place.answer(&mail, "eve@rival.example", "Then keep one for me.");
    let (begun, _) = place.inbox.takes(&place.instance, answer.raw());
    assert_ne!(begun, id);
    assert_eq!(place.bubbles(id).len(), 2);
}

#[test]
fn an_absence_notice_is_kept_and_calls_nobody() {
    let place = Place::new();
    let (id, mail) = answered(&place);
    place.cast.agent.open(id).form("Resolve").submit();
    let away = place.answer(&mail, HANNA, "I am away until Monday.");
    place.arrives(&away.with("Auto-Submitted", "auto-replied"));
    assert_eq!(place.bubbles(id).len(), 3);
    let page = place.cast.agent.open(id);
    assert!(page.has_button("Reopen"), "{}", page.text());
    after_two_minutes(&place.instance);
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

#[test]
fn an_answer_whose_file_is_gone_is_not_taken_without_it() {
    let place = Place::new();
    let (id, _) = answered(&place);
    let letter = IncomingMail {
        header_id: "<answer@customer.example>".to_owned(),
        refs: Vec::new(),
        named: None,
        answer: Some(Answer::Visitor { conversation_id: id }),
        subject: "Re: Stock".to_owned(),
        from_name: "Hanna Lindqvist".to_owned(),
        from_address: HANNA.to_owned(),
        to_list: String::new(),
        cc_list: String::new(),
        reply_to: None,
        list: String::new(),
        body: "Here is the picture.".to_owned(),
        own: "Here is the picture.".to_owned(),
        quoted: String::new(),
        has_html: false,
        has_remote_images: false,
        writer: Writer::Person,
        bounce: None,
        came_at: None,
        fingerprint: "a mail".to_owned(),
        files: vec!["swept-away-meanwhile".to_owned()],
        quoting_file: None,
        original: ("swept-away-too".to_owned(), 1),
    };
    let inbox = (place.inbox.workspace_id, place.inbox.id);
    let signer = &place.instance.app.signer;
    let taken = place.instance.verb(|conn| receive::take(conn, signer, inbox, &letter));
    assert_eq!(taken, Err(receive::Refusal::Gone));
    assert_eq!(place.bubbles(id), ["Is it in stock?", "Two are left."]);
}
