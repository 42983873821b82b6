//! Mails into one inbox, one after the other as a mailbox is read: how many it takes,
//! and how much memory, which must not grow with their number.

use std::time::{Duration, Instant};

use baton::App;
use baton::channels::email::{Received, receive};
use baton::models::{inbox, mailbox};

use crate::installation::Installation;
use crate::process;

/// After so many of them the caches are full, and memory is what it will be.
const WARM_AFTER: usize = 2_000;
/// Each writes again and again.
const CUSTOMERS: usize = 500;
/// The bytes of a file, in base64, that every tenth mail has with it.
const FILE: usize = 60_000;

/// How it went.
pub struct Mails {
    pub count: usize,
    pub elapsed: Duration,
    /// So many were taken before memory was looked at first.
    pub first: usize,
    /// In megabytes: after the first ones, and in the end.
    pub warm: f64,
    pub last: f64,
}

/// Takes mails by the way that `baton receive` and the reading of a mailbox share: to
/// the disk with their files, their originals and all that they cause. In this process,
/// so that no other work is measured.
///
/// # Panics
/// When a mail is not taken: then no number would mean anything.
pub fn run(installation: &Installation, count: usize) -> Mails {
    let app = installation.app(None);
    let place = email_inbox(&app, installation.workspace_id());
    let file = "QmF0b24u".repeat(FILE / 8);
    let first = WARM_AFTER.min(count / 2);
    let started = Instant::now();
    let (warm, last) = actix_web::rt::System::new().block_on(async {
        for n in 0..first {
            take(&app, place, &mail(n, &file)).await;
        }
        let warm = process::memory_of("self");
        for n in first..count {
            take(&app, place, &mail(n, &file)).await;
        }
        (warm, process::memory_of("self"))
    });
    Mails { count, elapsed: started.elapsed(), first, warm, last }
}

async fn take(app: &App, (workspace_id, inbox_id): (i64, i64), raw: &str) {
    let taken = receive(app, workspace_id, inbox_id, raw.as_bytes(), None).await;
    let taken = taken.expect("the mail is taken");
    assert!(matches!(taken, Received::Stored { .. }), "every mail is new: {taken:?}");
}

fn email_inbox(app: &App, workspace_id: i64) -> (i64, i64) {
    let details = mailbox::Details {
        address: "support@sprocket.example".to_owned(),
        ..mailbox::Details::default()
    };
    let created = app.db.change_now(|conn| {
        let id = inbox::create_email(conn, workspace_id, "Support")?;
        mailbox::create(conn, &app.signer, workspace_id, id, &details)?;
        Ok(id)
    });
    let id = created.expect("the database works");
    (workspace_id, id)
}

/// A mail as customers write them: text and HTML, what it answers quoted below, and now
/// and then a file.
fn mail(n: usize, file: &str) -> String {
    let customer = n % CUSTOMERS;
    let said = format!(
        "Hello,\r\n\r\nmy order {n} has not come yet, though it was to be here on Tuesday. \
         Could you look where it is?\r\n\r\nKind regards\r\nCustomer {customer}\r\n"
    );
    let quoted = "> Thank you for your order. It leaves us within two days.\r\n".repeat(20);
    let html = said.replace("\r\n", "<br>\r\n");
    let attached = if n.is_multiple_of(10) {
        let lines: Vec<&str> =
            file.as_bytes().chunks(76).filter_map(|line| str::from_utf8(line).ok()).collect();
        format!(
            "--outer\r\nContent-Type: application/pdf; name=\"order-{n}.pdf\"\r\n\
             Content-Disposition: attachment; filename=\"order-{n}.pdf\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            lines.join("\r\n")
        )
    } else {
        String::new()
    };
    format!(
        "From: Customer {customer} <customer.{customer}@mails.example>\r\n\
         To: support@sprocket.example\r\nSubject: Order {n}\r\n\
         Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{n}@mails.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n\
         --outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n\
         --inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{said}\r\n{quoted}\r\n\
         --inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <html><body><p>{html}</p><blockquote>{quoted}</blockquote></body></html>\r\n\
         --inner--\r\n{attached}--outer--\r\n"
    )
}
