//! A mail holds a link that lets somebody in: with `tls=required` it goes to the
//! right server over an encrypted connection, or not at all.

use super::{Runner, invite};
use crate::support::{Cast, Dovecot, Instance, MailServer};

/// A certificate that nobody vouches for, and its key.
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outbox/tls/self-signed.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outbox/tls/self-signed.key.pem");

/// One that the authority of the tests vouches for.
const VOUCHED_FOR: [&str; 2] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mailboxes/tls/localhost.pem"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mailboxes/tls/localhost.key.pem"),
];

#[track_caller]
fn expect_not_delivered(server: &MailServer, url: &str, why: &str) {
    let url = url.replace("PORT", &server.address.port().to_string());
    let instance = Instance::start_with(|config| config.smtp_url = url.parse().ok());
    let cast = Cast::create(&instance);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    // It may be an operator's mistake, so it is tried again.
    let put_off =
        "SELECT count(*) FROM deliveries WHERE last_error IS NOT NULL AND failed_at IS NULL";
    instance.wait_for_count(1, put_off);
    let nora = cast.admin.get("/settings/team").row("nora@sprocket.example");
    assert!(nora.says("Mail not delivered") && nora.says(why), "{}", nora.text());
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn no_mail_goes_over_a_connection_that_is_not_encrypted() {
    // An operator has no form, but an address.
    let server = MailServer::start();
    let choose = "Choose TLS with its port, usually 465 (smtps:// in BATON_SMTP_URL).";
    expect_not_delivered(&server, "smtp://127.0.0.1:PORT?tls=required", choose);
    let choose = "the port that goes with this one (smtps:// or ?tls= in BATON_SMTP_URL).";
    expect_not_delivered(&server, "smtps://127.0.0.1:PORT", choose);
}

#[test]
fn no_mail_goes_to_a_server_that_nobody_vouches_for() {
    // It is one as `openssl req -x509` makes it.
    let server = MailServer::with_certificate(CERTIFICATE, KEY);
    let why = "The certificate of localhost is that of an authority, not of a server.";
    expect_not_delivered(&server, "smtp://localhost:PORT?tls=required", why);
}

#[test]
fn an_authority_of_ones_own_is_believed_of_the_installations_server_too() {
    let server = MailServer::with_certificate(VOUCHED_FOR[0], VOUCHED_FOR[1]);
    let why = "is from an authority that Baton does not trust.";
    expect_not_delivered(&server, "smtp://localhost:PORT?tls=required", why);
    let url = format!("smtp://localhost:{}?tls=required", server.address.port());
    let instance = Instance::start_with(|config| {
        Dovecot::is_trusted_by(config);
        config.smtp_url = url.parse().ok();
    });
    let cast = Cast::create(&instance);
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    server.wait_for("nora@sprocket.example");
}
