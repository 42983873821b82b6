//! An inbox that takes mail, from its form to the customer's answer: with a real IMAP
//! server, and an SMTP server that wants TLS.

use mail_parser::MimeHeaders;

use crate::support::{Cast, Dovecot, Instance, Mail, MailServer};
use crate::window::{Script, Window};

const HANNA: &str = "hanna@customer.example";
const OFFER: &[u8] = b"Two rear hangers, 17.90 each";

#[test]
fn an_inbox_is_connected_and_a_customer_is_answered_by_mail_with_script() {
    the_job_by_mail(Script::On);
}

#[test]
fn an_inbox_is_connected_and_a_customer_is_answered_by_mail_without_script() {
    the_job_by_mail(Script::Off);
}

fn the_job_by_mail(script: Script) {
    let instance = Instance::start_with_jobs_and(Dovecot::is_trusted_by);
    let cast = Cast::create(&instance);
    let (dovecot, smtp) = (Dovecot::start(), smtp_server());

    let ana = Window::of(&cast.admin, script);
    connect_an_inbox(&ana, &dovecot, &smtp);

    // A customer writes, and an agent finds it in the queue.
    dovecot.deliver(hannas_mail());
    let mia = Window::of(&cast.agent, script);
    appears(&mia, "/inbox?view=unassigned", "Hanna Lindqvist");
    mia.open_row("Hanna Lindqvist");
    mia.sees("Is the rear hanger in stock?");
    mia.press("Claim");
    mia.sees("You own this");

    // She answers with a file; after ten seconds it is with the customer's server.
    let file = instance.dir.path().join("Offer.txt");
    std::fs::write(&file, OFFER).expect("the folder is there");
    mia.fill("Reply", "Yes, two of them. The offer is in the file.");
    mia.attach("Attach files", &file);
    if script == Script::On {
        // It goes ahead of the form.
        mia.sees("Offer.txt");
    }
    mia.press("Send reply");
    mia.sees("Sending in");
    let reply = smtp.wait_for(HANNA);
    is_the_answer_with_the_file(&reply);
    let conversation = mia.path();
    appears(&mia, &conversation, "Sent");

    // What the customer's program makes of that mail comes back into the conversation.
    dovecot.deliver(hannas_answer_to(&reply));
    appears(&mia, &conversation, "Please put both aside.");
    mia.sees("Is the rear hanger in stock?");
    mia.sees("You own this");
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 1);
    assert_eq!(dovecot.mails(), (2, 0), "nothing is changed in the mailbox");
}

fn smtp_server() -> MailServer {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mailboxes/tls");
    MailServer::with_certificate(
        &format!("{folder}/localhost.pem"),
        &format!("{folder}/localhost.key.pem"),
    )
}

fn connect_an_inbox(ana: &Window, dovecot: &Dovecot, smtp: &MailServer) {
    ana.go("/settings/inboxes");
    ana.follow("Add inbox");
    ana.follow("Email");
    ana.fill("Name", "Support");
    ana.fill("Email address", "support@sprocket.example");
    ana.fill("IMAP host", "localhost");
    ana.fill("IMAP port", &dovecot.tls_port.to_string());
    ana.choose("IMAP security", "TLS");
    ana.fill("IMAP user", "ana");
    ana.fill("IMAP password", Dovecot::PASSWORD);
    ana.fill("SMTP host", "localhost");
    ana.fill("SMTP port", &smtp.address.port().to_string());
    ana.choose("SMTP security", "STARTTLS");
    ana.press("Test connection");
    ana.sees("The connection works");
    ana.press("Save inbox");
    ana.sees("Added Support.");
    let page = ana.path();
    appears(ana, &page, "Connected since");
}

/// Opens a page again and again until it says these words, as people do who wait.
#[track_caller]
fn appears(window: &Window, path: &str, words: &str) {
    let found = window.until(|| {
        window.go(path);
        window.text().contains(words).then_some(())
    });
    assert!(found.is_some(), "no {words:?} at {path}: {}", window.text());
}

fn hannas_mail() -> String {
    format!(
        "From: Hanna Lindqvist <{HANNA}>\r\nTo: support@sprocket.example\r\n\
         Subject: Rear hanger\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\
         Message-ID: <asked@customer.example>\r\n\r\nIs the rear hanger in stock?\r\n"
    )
}

#[track_caller]
fn is_the_answer_with_the_file(reply: &Mail) {
    assert_eq!(reply.sender, "support@sprocket.example");
    assert_eq!(reply.header("In-Reply-To"), "<asked@customer.example>");
    let plain = reply.plain();
    assert!(plain.starts_with("Yes, two of them. The offer is in the file."), "{plain}");
    let parsed = reply.parsed();
    let file = parsed.attachment(0).expect("a file");
    assert_eq!(file.attachment_name(), Some("Offer.txt"));
    assert_eq!(file.contents(), OFFER);
}

fn hannas_answer_to(reply: &Mail) -> String {
    let answered = reply.header("Message-ID");
    format!(
        "From: Hanna Lindqvist <{HANNA}>\r\nTo: support@sprocket.example\r\n\
         Subject: AW: Offer\r\nDate: Tue, 24 Nov 2026 11:00:00 +0000\r\n\
         Message-ID: <answered@customer.example>\r\nIn-Reply-To: {answered}\r\n\
         References: <asked@customer.example> {answered}\r\n\r\nPlease put both aside.\r\n"
    )
}
