//! What mail servers send back in other forms than the standard's.

use super::{HANNA, answers, tag};
use crate::support::{Cast, EmailInbox, Instance, Page};

/// A conversation that the Agent answered, with what the reply's Message-ID is.
fn answered() -> (Instance, Cast, EmailInbox, i64) {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "Rear hanger", "In stock?").raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    (instance, cast, inbox, id)
}

/// The notices of the Agent, who wrote the reply.
fn told(cast: &Cast) -> Page {
    cast.agent.get("/notifications")
}

const NOTICE: &str = "The reply to Hanna Lindqvist may not have arrived";

/// The headers of the reply as servers copy them below what they say.
const COPY: &str = "--- Originalnachricht ---\nReceived: from a by b (5.0.0); Tue, 24 Nov 2026\n\
    From: support@sprocket.example\nSubject: Re: Rear hanger\nX-Spam-Score: 512\n\
    Message-ID: <reply-1@baton.example>\nX-Rule: 550 points\n";

#[test]
fn what_a_server_still_tries_to_deliver_is_no_bounce_in_whatever_language() {
    let (instance, cast, inbox, id) = answered();
    let text = format!(
        "Ihre Nachricht an hanna@customer.example konnte noch nicht zugestellt werden.\n\
         Es wird weiter versucht. Sie müssen nichts tun.\n\n{COPY}"
    );
    let from = "Mail System <MAILER-DAEMON@sprocket.example>";
    let late = inbox.mail(from, "Verzoegerung bei der Zustellung", &text);
    assert_eq!(inbox.takes(&instance, late.raw()).0, id);
    assert!(!cast.agent.open(id).says("Not delivered"));
    assert!(!told(&cast).says(NOTICE));
}

#[test]
fn the_reason_is_what_the_server_said_and_not_what_it_copied() {
    let (instance, cast, inbox, id) = answered();
    let text = format!("I tried it 512 times.\nRemote host said: 552 5.2.2 Mailbox full\n\n{COPY}");
    let from = "MAILER-DAEMON@mx.customer.example";
    inbox.takes(&instance, inbox.mail(from, "failure notice", &text).raw());
    let state = cast.agent.open(id).all(".mail-state").concat();
    assert_eq!(state, "Not delivered Remote host said: 552 5.2.2 Mailbox full");
    told(&cast).expect(200, NOTICE);
}

#[test]
fn what_came_back_without_a_reason_is_told_so() {
    let (instance, cast, inbox, id) = answered();
    let from = "MAILER-DAEMON@mx.customer.example";
    let mail = inbox.mail(from, "Undelivered Mail", &format!("It came back.\n\n{COPY}"));
    inbox.takes(&instance, mail.raw());
    cast.agent.open(id).expect(200, "The receiving server sent it back.");
}

#[test]
fn a_postmasters_letter_with_our_mail_in_it_is_a_bounce() {
    let (instance, cast, inbox, id) = answered();
    let text = format!(
        "Die Nachricht konnte nicht zugestellt werden:\n\nhanna@customer.example\n\
         Grund: 550 Mailbox nicht vorhanden\n\n{COPY}"
    );
    let from = "Postmaster <postmaster@customer.example>";
    inbox.takes(&instance, inbox.mail(from, "Nicht zustellbar", &text).raw());
    cast.agent.open(id).expect(200, "Grund: 550 Mailbox nicht vorhanden");
    told(&cast).expect(200, NOTICE);
    // Their own letter is none.
    let own = inbox.mail(from, "Re: Rear hanger", "550 of you wrote to us.");
    let (joined, _) = inbox.takes(&instance, own.answering("reply-1@baton.example").raw());
    assert_eq!(joined, id);
    assert_eq!(
        instance.count("SELECT count(*) FROM notifications WHERE kind = 'reply_not_sent'"),
        1
    );
}

/// What a service says that gave our mail a Message-ID of its own.
fn by_service(inbox: &EmailInbox, headers: &str, to: &str, action: &str) -> String {
    let report = format!(
        "--r\nContent-Type: text/plain\n\nAn error occurred.\n--r\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.service.example\n\n\
         Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--r\nContent-Type: message/rfc822\n\n\
         Message-ID: <0102018c@service.example>\n{headers}\n\nYes, it is.\n--r--"
    );
    let from = "MAILER-DAEMON@eu-west-1.service.example";
    let mail = inbox.mail(from, "Delivery Status Notification (Failure)", &report);
    mail.with("Content-Type", "multipart/report; report-type=delivery-status; boundary=r")
        .with("Return-Path", "<>")
        .raw()
}

#[test]
fn a_bounce_through_a_service_that_renames_mails_is_known_by_our_token() {
    let (instance, cast, inbox, id) = answered();
    let tag = tag(&instance, id);
    let subject = format!("Subject: Re: Rear hanger {tag}");
    // What is late, or went to somebody else, marks nothing.
    let late = by_service(&inbox, &subject, "hanna@customer.example", "delayed");
    assert_eq!(inbox.takes(&instance, late).0, id);
    let other = by_service(&inbox, &subject, "jo@customer.example", "failed");
    assert_eq!(inbox.takes(&instance, other).0, id);
    assert!(!cast.agent.open(id).says("Not delivered"));
    // Nor is what has not left yet the one that came back.
    let form = cast.agent.open(id).form("Send reply");
    form.with("Reply", "And a second one.").submit().expect(200, "Sending in 10 s");
    inbox.takes(&instance, by_service(&inbox, &subject, "Hanna@Customer.example", "failed"));
    let marked = cast.agent.open(id).all(".mail-state");
    let marked: Vec<bool> = marked.iter().map(|state| state.contains("Not delivered")).collect();
    assert_eq!(marked, [true, false]);
    told(&cast).expect(200, NOTICE);
}

#[test]
fn a_token_in_the_address_for_answers_does_as_well_and_a_forged_one_does_not() {
    let (instance, cast, inbox, id) = answered();
    let token = tag(&instance, id);
    let token = token.trim_matches(['[', ']', '#']);
    let forged = format!("Reply-To: support+1{token}@sprocket.example");
    let forged = by_service(&inbox, &forged, "hanna@customer.example", "failed");
    assert_ne!(inbox.takes(&instance, forged).0, id);
    assert!(!cast.agent.open(id).says("Not delivered"));
    let answers = format!("Reply-To: Support <support+{token}@sprocket.example>");
    let bounce = by_service(&inbox, &answers, "hanna@customer.example", "failed");
    assert_eq!(inbox.takes(&instance, bounce).0, id);
    cast.agent.open(id).expect(200, "Not delivered");
}
