//! A mail holds a link that lets somebody in: with `tls=required` it goes to the
//! right server over an encrypted connection, or not at all.

use super::{Runner, invite};
use crate::support::{Cast, Instance, MailServer};

/// A certificate that nobody vouches for, and its key.
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outbox/tls/self-signed.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outbox/tls/self-signed.key.pem");

#[track_caller]
fn expect_not_delivered(server: &MailServer, host: &str) {
    let url = format!("smtp://{host}:{}?tls=required", server.address.port());
    let instance = Instance::start_with(|config| config.smtp_url = url.parse().ok());
    let cast = Cast::create(&instance);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    // It may be an operator's mistake, so it is tried again.
    let put_off =
        "SELECT count(*) FROM deliveries WHERE last_error IS NOT NULL AND failed_at IS NULL";
    instance.wait_for_count(1, put_off);
    let nora = cast.admin.get("/settings/team").row("nora@sprocket.example");
    assert!(nora.says("Mail not delivered"), "{}", nora.text());
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn no_mail_goes_over_a_connection_that_is_not_encrypted() {
    expect_not_delivered(&MailServer::start(), "127.0.0.1");
}

#[test]
fn no_mail_goes_to_a_server_that_nobody_vouches_for() {
    expect_not_delivered(&MailServer::with_certificate(CERTIFICATE, KEY), "localhost");
}
