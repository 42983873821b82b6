//! Answers with which the mail they answer comes along, as programs can be told to send it.

use baton::channels::email::Received;

use super::{HANNA, MIA, Place};
use crate::support::Mail;

/// The mail as a part of another one.
fn as_part(mail: &Mail) -> String {
    let raw = String::from_utf8_lossy(&mail.raw);
    format!("Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{raw}")
}

impl Place {
    #[track_caller]
    fn takes(&self, raw: String) {
        let received = self.inbox.tries(&self.instance, raw).expect("it is taken");
        assert_eq!(received, Received::Answered);
    }

    /// The files of the last message.
    fn files(&self, id: i64) -> Vec<String> {
        let left = "SELECT count(*) FROM attachments WHERE message_id IS NULL";
        assert_eq!(self.instance.count(left), 0, "nothing waits any more");
        self.cast.admin.open(id).all(".thread a.attachment .one-line")
    }
}

#[test]
fn the_mail_that_a_member_answers_does_not_go_on_to_the_customer() {
    let place = Place::new();
    let (id, mail) = place.told();
    let attached = as_part(&mail);
    assert!(attached.contains("/unsubscribe?") && attached.contains("support+m"));
    place.takes(place.answer_with(&mail, MIA, "Two are left.", &attached));
    assert_eq!((place.bubbles(id).len(), place.files(id)), (3, Vec::new()));
    // In the mail of a colleague, to whom it was handed on.
    let within = format!(
        "Content-Type: message/rfc822\r\n\r\nMessage-ID: <x@y.example>\r\nSubject: Fwd\r\n\
         Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n{attached}\r\n--c--"
    );
    place.takes(place.answer_with(&mail, MIA, "Three.", &within));
    // By its Message-ID alone.
    let bare = format!(
        "Content-Type: message/rfc822\r\n\r\nMessage-ID: {}\r\nFrom: Baton\r\n\r\nHello",
        mail.header("Message-ID")
    );
    place.takes(place.answer_with(&mail, MIA, "Four.", &bare));
    assert_eq!((place.bubbles(id).len(), place.files(id)), (5, Vec::new()));
    // Another mail goes along as before.
    let theirs = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <x@y.example>\r\n\
                  From: Supplier <s@y.example>\r\nSubject: Stock\r\n\r\nTwo are left.";
    place.takes(place.answer_with(&mail, MIA, "See below.", theirs));
    assert_eq!(place.files(id), ["Stock.eml"]);
}

#[test]
fn another_file_that_quotes_the_mail_sends_the_answer_back() {
    let place = Place::new();
    let (id, mail) = place.told();
    let html = mail.html().replace("\r\n", "\n").replace('\n', "\r\n");
    let part = format!(
        "Content-Type: text/html; charset=utf-8\r\nContent-Disposition: attachment; \
         filename=\"mail.html\"\r\n\r\n{html}"
    );
    place.takes(place.answer_with(&mail, MIA, "Two are left.", &part));
    assert_eq!((place.bubbles(id).len(), place.files(id)), (2, Vec::new()));
    let told = place.mailed(MIA);
    assert_eq!(told.subject(), "Your answer was not sent");
    let plain = told.plain();
    assert!(plain.contains("The file mail.html holds a part of the mail you answered"), "{plain}");
    assert!(plain.contains("Two are left."), "{plain}");
}

#[test]
fn the_mail_that_a_customer_answers_stays_theirs_too() {
    let place = Place::new();
    let (id, _) = place.cast.customer_writes(&place.instance, "Hanna Lindqvist", "Is it in stock?");
    let form = place.cast.agent.open(id).form("Claim and send").with("Reply", "Two are left.");
    form.submit();
    let mail = place.mailed(HANNA);
    place.takes(place.answer_with(&mail, HANNA, "One for me.", &as_part(&mail)));
    assert_eq!((place.bubbles(id).len(), place.files(id)), (3, Vec::new()));
}
