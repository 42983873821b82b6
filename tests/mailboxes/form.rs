//! Settings → Inboxes → Add inbox → Email.

use baton::models::inbox::{self, ConnectRefusal};
use baton::models::mailbox::{Details, NewServer};
use baton::models::membership::{Barred, MemberId};
use secrecy::ExposeSecret;

use super::{PASSWORD, connect, connecting, installation};
use crate::support::{Cast, Dovecot, Instance, MailServer, Member, Page};

/// Nobody listens there.
const NOWHERE: u16 = 1;
const INBOXES: &str = "/settings/inboxes";

/// How each step went, such as `IMAP Login failed`.
fn steps(page: &Page) -> Vec<String> {
    page.all(".trial li")
        .iter()
        .map(|step| step.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[track_caller]
fn edit(cast: &Cast) -> Page {
    cast.admin.get(INBOXES).row("Support mail").click("Edit")
}

#[test]
fn an_address_is_connected_and_its_passwords_are_never_shown_again() {
    let (instance, cast) = installation();
    let page = connecting(&cast, "Save inbox", NOWHERE, "TLS")
        .with("Sender name", "Sprocket Support")
        .with("Signature", "Ana\r\nSprocket & Co")
        .with("SMTP host", "smtp.sprocket.example")
        .with("SMTP user", "support")
        .with("SMTP password", "another secret")
        .submit();
    page.expect(200, "Added Support mail.").expect(200, "Connecting");
    let form = page.form("Save inbox");
    for (name, value) in [
        ("name", "Support mail"),
        ("address", "support@sprocket.example"),
        ("sender_name", "Sprocket Support"),
        ("signature", "Ana\nSprocket & Co"),
        ("imap_host", "localhost"),
        ("imap_port", "1"),
        ("imap_security", "tls"),
        ("imap_user", "ana"),
        ("imap_password", ""),
        ("smtp_host", "smtp.sprocket.example"),
        ("smtp_port", "587"),
        ("smtp_security", "starttls"),
        ("smtp_user", "support"),
        ("smtp_password", ""),
    ] {
        assert_eq!(form.value(name), Some(value), "{name}");
    }
    let export = cast.admin.get("/settings/workspace/export").body;
    let log = cast.admin.get("/settings/audit-log");
    log.expect(200, "Added an inbox").expect(200, "Support mail");
    for secret in [PASSWORD, "another secret"] {
        assert!(!page.body.contains(secret) && !export.contains(secret));
        assert!(!log.body.contains(secret));
    }
    let kept = "SELECT count(*) FROM mailboxes WHERE imap_password LIKE '1.%'
                AND smtp_password LIKE '1.%' AND imap_password <> smtp_password";
    assert_eq!(instance.count(kept), 1);
    cast.admin.get(INBOXES).row("Support mail").expect(200, "Email, no conversations yet");
}

#[test]
fn what_is_wrong_stands_beside_its_field() {
    let (instance, cast) = installation();
    let page = cast.admin.get(&format!("{INBOXES}/new/email"));
    assert!(page.all(".field-error").is_empty(), "nothing is wrong before anything is typed");
    let page = page
        .form("Save inbox")
        .with("Email address", "nobody")
        .with("IMAP host", "imaps://mail.example.com")
        .with("SMTP host", "mail.example.com")
        .with("SMTP port", "70000")
        .with("SMTP user", "u\u{7}")
        .submit();
    assert_eq!(page.status, 422);
    for (field, words) in [
        ("name", "Please fill this in."),
        ("address", "This is not an email address."),
        ("imap_host", "This is not the name of a server. Write it like mail.example.com."),
        ("imap_user", "Please fill this in."),
        ("smtp_port", "Type a number from 1 to 65535."),
        ("smtp_user", "This contains control characters. Please remove them."),
    ] {
        assert_eq!(page.all(&format!("#{field}-error")), [words], "{field}");
    }
    assert_eq!(page.form("Save inbox").value("imap_host"), Some("imaps://mail.example.com"));
    let no_password = connecting(&cast, "Save inbox", NOWHERE, "TLS").with("IMAP password", "");
    let page = no_password.submit();
    assert_eq!(
        (page.status, page.all("#imap_password-error")),
        (422, vec!["Type the password.".to_owned()])
    );
    assert_eq!(instance.count("SELECT count(*) FROM mailboxes"), 0);

    connect(&cast, NOWHERE, "TLS");
    let again = connecting(&cast, "Save inbox", NOWHERE, "TLS").submit();
    assert_eq!(again.status, 422);
    assert_eq!(again.all("#address-error"), ["Another inbox has this address."]);
    // A password that was typed need not be typed again to correct something else.
    let other = again.form("Save inbox").with("Email address", "sales@sprocket.example");
    other.with("Name", "Sales mail").submit().expect(200, "Added Sales mail.");
}

#[test]
fn a_password_that_is_kept_goes_to_the_server_that_it_was_typed_for_alone() {
    let (instance, cast) = installation();
    connect(&cast, NOWHERE, "TLS");
    edit(&cast)
        .form("Save inbox")
        .with("Signature", "Ana")
        .submit()
        .expect(200, "Saved Support mail.");
    for (field, value) in [
        ("IMAP host", "evil.example"),
        ("IMAP port", "1143"),
        ("IMAP user", "gil"),
        ("IMAP security", "None"),
    ] {
        for button in ["Save inbox", "Test connection"] {
            let page = edit(&cast).form(button).with(field, value).submit();
            assert_eq!(page.status, 422, "{field}, {button}");
            page.expect(422, "type the password again");
        }
    }
    assert_eq!(instance.count("SELECT count(*) FROM mailboxes WHERE imap_host = 'localhost'"), 1);
    let page = edit(&cast)
        .form("Save inbox")
        .with("IMAP host", "mail.sprocket.example")
        .with("IMAP password", "a new secret")
        .submit();
    page.expect(200, "Saved Support mail.");
    let log = cast.admin.get("/settings/audit-log");
    log.expect(200, "mail.sprocket.example, port 1, TLS, as ana").expect(200, "IMAP password");
    assert!(!log.body.contains("a new secret"));
}

#[test]
fn the_test_of_a_connection_names_every_step() {
    let (instance, cast) = installation();
    let dovecot = Dovecot::start();
    let mails = MailServer::start();
    let form = |port, security| connecting(&cast, "Test connection", port, security);
    let page = form(dovecot.tls_port, "TLS")
        .with("SMTP host", "127.0.0.1")
        .with("SMTP port", &mails.address.port().to_string())
        .with("SMTP security", "None")
        .submit();
    page.expect(200, "The connection works");
    assert_eq!(
        steps(&page),
        [
            "Name works",
            "Connect works",
            "TLS works",
            "Login works",
            "Folder works",
            "Name works",
            "Connect works"
        ]
    );
    assert_eq!(instance.count("SELECT count(*) FROM mailboxes"), 0, "nothing is saved yet");
    // What was typed is there, and the password need not be typed again.
    assert!(!page.body.contains(PASSWORD));
    page.form("Save inbox").submit().expect(200, "Added Support mail.");
    let page = edit(&cast).form("Test connection").submit();
    page.expect(200, "The connection works");
    let page = form(dovecot.port, "STARTTLS").submit();
    page.expect(200, "The connection works");
    let page = form(dovecot.port, "None").submit();
    assert_eq!(steps(&page), ["Name works", "Connect works", "Login works", "Folder works"]);
    assert_eq!(mails.mails().len(), 0, "no mail is sent to try");
}

#[test]
fn the_step_that_failed_is_told_in_words_with_what_to_do() {
    let (_instance, cast) = installation();
    let dovecot = Dovecot::start();
    let form = |port, security| connecting(&cast, "Test connection", port, security);
    let failed = |page: Page, at: usize, words: &str| {
        page.expect(200, "The connection does not work");
        let steps = steps(&page);
        assert!(steps[..at].iter().all(|step| step.ends_with("works")), "{steps:?}");
        assert!(steps[at].contains("failed") && steps[at].contains(words), "{steps:?}");
        assert!(steps[at + 1..].iter().all(|step| step.ends_with("not tried")), "{steps:?}");
    };
    let page = form(993, "TLS").with("IMAP host", "nowhere.invalid").submit();
    failed(page, 0, "There is no server named nowhere.invalid.");
    let page = form(NOWHERE, "TLS").submit();
    failed(page, 1, "localhost does not accept connections on port 1. Check the port.");
    let page = form(dovecot.port, "TLS").submit();
    failed(page, 2, "does not answer with TLS on this port");
    let page = form(dovecot.tls_port, "TLS").with("IMAP host", "127.0.0.1").submit();
    failed(page, 2, "The certificate is not for 127.0.0.1.");
    let page = form(dovecot.tls_port, "TLS").with("IMAP password", "guessed").submit();
    failed(
        page,
        3,
        "The server refused the sign-in: “[AUTHENTICATIONFAILED] Authentication failed.”",
    );
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let dovecot = Dovecot::start();
    // Without the authority of the tests.
    let (_instance, cast) = Instance::with_cast();
    for (port, security) in [(dovecot.tls_port, "TLS"), (dovecot.port, "STARTTLS")] {
        let page = connecting(&cast, "Test connection", port, security).submit();
        let steps = steps(&page);
        assert!(steps[2].contains("an authority that Baton does not trust"), "{steps:?}");
        assert_eq!(steps[3], "Login not tried");
    }
}

#[test]
fn an_installation_may_keep_its_network_to_itself() {
    let dovecot = Dovecot::start();
    let instance = Instance::start_with(|config| config.mail_servers.may_be_private = false);
    let cast = Cast::create(&instance);
    let page = connecting(&cast, "Test connection", dovecot.port, "None").submit();
    let steps = steps(&page);
    assert!(steps[1].contains("localhost is in a private network."), "{steps:?}");
}

#[test]
fn tries_of_a_mail_server_are_counted() {
    let (instance, cast) = installation();
    for _ in 0..30 {
        connecting(&cast, "Test connection", NOWHERE, "TLS").submit().expect(200, "does not work");
    }
    assert_eq!(connecting(&cast, "Test connection", NOWHERE, "TLS").submit().status, 429);
    drop(instance);
}

#[test]
fn managers_see_how_it_goes_and_no_server() {
    let (instance, cast) = installation();
    connect(&cast, NOWHERE, "TLS");
    let id = instance.newest_inbox();
    let page = cast.manager.get(INBOXES).row("Support mail").click("Edit");
    page.expect(200, "support@sprocket.example").expect(200, "Connecting");
    assert!(!page.says("IMAP host") && !page.has_button("Test connection"));
    let named = page.form("Save inbox").with("Name", "Help mail").submit();
    named.expect(200, "Saved Help mail.");
    let empty = named.form("Save inbox").with("Name", " ").submit();
    assert_eq!(
        (empty.status, empty.all("#name-error")),
        (422, vec!["Please fill this in.".to_owned()])
    );
    assert!(!cast.manager.get(&format!("{INBOXES}/new")).says("Email"));
    let refused = "Your role does not include connecting a channel";
    cast.manager.get(&format!("{INBOXES}/new/email")).expect(403, refused);
    for path in ["new/email".to_owned(), format!("{id}/connection")] {
        let page = cast
            .manager
            .browser
            .post(&format!("{INBOXES}/{path}"), &[("imap_host", "evil.example")]);
        page.expect(403, refused);
    }
    // What a chat has is not there.
    for path in ["look", "hours"] {
        assert_eq!(cast.admin.get(&format!("{INBOXES}/{id}/{path}")).status, 404, "{path}");
    }
    let links = cast.admin.get(&format!("{INBOXES}/{id}")).all(".page-tabs a");
    assert_eq!(links, ["Inbox", "Who sees it"]);
    assert_eq!(cast.outsider.get(&format!("{INBOXES}/{id}")).status, 404);
    let foreign =
        cast.outsider.browser.post(&format!("{INBOXES}/{id}/connection"), &[("name", "x")]);
    assert_eq!(foreign.status, 404);
    let chat = instance.count("SELECT min(id) FROM inboxes");
    let not_mail = cast.admin.browser.post(
        &format!("{INBOXES}/{chat}/connection"),
        &[("workspace", &cast.workspace_id.to_string()), ("name", "x")],
    );
    assert_eq!(not_mail.status, 404);
}

#[test]
fn the_verbs_look_again_who_asks_and_what_it_is_for() {
    let (instance, cast) = installation();
    let signer = instance.app.signer.clone();
    let imap = NewServer {
        host: "mail.example.com".to_owned(),
        user: "ana".to_owned(),
        password: PASSWORD.into(),
        ..NewServer::default()
    };
    let details = Details { address: "a@sprocket.example".to_owned(), imap, ..Details::default() };
    let add = |by: MemberId, details: &Details| {
        let verb = |conn: &mut _| inbox::add_email(conn, &signer, by, "A", details);
        instance.verb(verb)
    };
    let own = cast.workspace_id;
    let refused = |member: &Member| add(member.at(own), &details);
    assert_eq!(refused(&cast.manager), Err(ConnectRefusal::Barred(Barred::NotAllowed)));
    assert_eq!(refused(&cast.outsider), Err(ConnectRefusal::Barred(Barred::MembershipEnded)));
    let id = add(cast.admin.at(own), &details).expect("it is added");
    let change = |by: MemberId| {
        let verb = |conn: &mut _| inbox::change_email(conn, &signer, by, id, ("B", &details));
        instance.verb(verb)
    };
    assert_eq!(change(cast.manager.at(own)), Err(ConnectRefusal::Barred(Barred::NotAllowed)));
    let elsewhere = cast.outsider.at(cast.other_workspace_id);
    assert_eq!(change(elsewhere), Err(ConnectRefusal::NotFound));
    assert_eq!(change(cast.admin.at(own)), Ok(()));
    let mailbox =
        instance.read(|conn| baton::models::mailbox::find(conn, own, id)).expect("it is there");
    let password = mailbox.password(&signer, baton::models::mailbox::Protocol::Imap);
    assert_eq!(password.expect("it opens").expose_secret(), PASSWORD);
    // The same address may be another workspace's too: it answers for itself alone.
    assert!(add(elsewhere, &details).is_ok());
}
