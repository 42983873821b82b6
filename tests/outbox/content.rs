//! What the mails say, and that their links do what they promise.

use super::{Runner, invite, wait_until_empty, with_mail_server};
use crate::support::{Mail, sign_in};

/// The path of a link to the installation.
#[track_caller]
fn path_in(mail: &Mail, base: &str) -> String {
    let link = mail.link();
    link.strip_prefix(base).unwrap_or_else(|| panic!("{link} is not at {base}")).to_owned()
}

#[test]
fn an_invitation_arrives_in_two_forms_and_its_link_lets_one_in() {
    let (server, instance, cast) = with_mail_server();
    let _runner = Runner::start(&instance.app);
    invite(&cast, " Nora@Sprocket.example")
        .expect(200, "Invitation sent to nora@sprocket.example.");
    let mail = server.wait_for("nora@sprocket.example");

    assert_eq!(mail.sender, "baton@baton.example");
    assert_eq!(mail.recipients, ["nora@sprocket.example"]);
    assert_eq!(mail.header("From"), "Baton <baton@baton.example>");
    assert_eq!(mail.header("To"), "nora@sprocket.example");
    assert_eq!(mail.subject(), "Ana Silva invites you to Sprocket & Co on Baton");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(
        mail.header("Message-ID").ends_with("@baton.example>"),
        "{}",
        mail.header("Message-ID")
    );
    let date = mail.parsed().date().expect("a date").to_timestamp();
    let now = baton::db::Utc::now().to_chrono().timestamp();
    assert!((now - 120..=now).contains(&date), "{date} is not about {now}");
    assert!(mail.header("Content-Type").starts_with("multipart/alternative"));

    let plain = mail.plain();
    for words in ["Ana Silva (ana@sprocket.example)", "as Agent", "The link works once, until"] {
        assert!(plain.contains(words), "{words:?} is missing from {plain}");
    }
    let html = scraper::Html::parse_document(&mail.html());
    let button = scraper::Selector::parse("a").expect("a selector");
    let targets: Vec<_> = html.select(&button).filter_map(|a| a.attr("href")).collect();
    assert!(!targets.is_empty() && targets.iter().all(|to| *to == mail.link()), "{targets:?}");

    let nora = instance.browser();
    let path = path_in(&mail, &instance.base);
    // Who only looks, or whose mail program does, uses nothing up.
    nora.get(&path).expect(200, "Join Sprocket & Co");
    nora.get(&path)
        .form("Accept invitation")
        .with("Your name", "Nora Lind")
        .with("Password", "velvet otter piano 42")
        .submit()
        .expect(200, "Inbox");
    let team = cast.admin.get("/settings/team");
    assert!(team.row("nora@sprocket.example").says("Active"), "{}", team.text());
    assert!(instance.is_proved("nora@sprocket.example"));
}

#[test]
fn a_forgotten_password_is_mended_by_mail() {
    let (server, instance, _cast) = with_mail_server();
    let _runner = Runner::start(&instance.app);
    let mia = instance.browser();
    let forgot = mia.get("/forgot-password");
    let page = forgot.form("Send link").with("Email address", "mia@sprocket.example").submit();
    assert!(!page.body.contains("token="), "the link is never shown on a page");
    let mail = server.wait_for("mia@sprocket.example");
    assert_eq!(mail.subject(), "Choose a new password for Baton");
    let path = path_in(&mail, &instance.base);
    mia.get(&path)
        .form("Save password")
        .with("New password", "velvet otter piano 42")
        .submit()
        .expect(200, "Inbox");
    assert_eq!(instance.browser().get(&path).all("form").len(), 0, "it works once");
}

#[test]
fn the_test_mail_tells_how_it_went() {
    let (server, instance, cast) = with_mail_server();
    let _runner = Runner::start(&instance.app);
    let page = cast.admin.get("/settings/workspace");
    page.form("Send test mail")
        .submit()
        .expect(200, "A test mail to ana@sprocket.example is on its way.");
    let mail = server.wait_for("ana@sprocket.example");
    assert_eq!(mail.subject(), "Test mail from Sprocket & Co");
    assert!(mail.plain().contains("Ana Silva sent this test"));
    wait_until_empty(&instance);
    cast.admin.get("/settings/workspace").expect(200, "accepted by the mail server.");
}

#[test]
fn a_new_address_is_proved_by_the_mail_that_goes_there() {
    let (server, instance, cast) = with_mail_server();
    let _runner = Runner::start(&instance.app);
    cast.agent
        .get("/settings/profile")
        .form("Change address")
        .with("New address", "mia.chen@sprocket.example")
        .with("Current password", crate::support::PASSWORD)
        .submit();
    let mail = server.wait_for("mia.chen@sprocket.example");
    let path = path_in(&mail, &instance.base);
    cast.agent.get(&path).form("Confirm address").submit();
    sign_in(&instance.browser(), "mia.chen@sprocket.example");
}

#[test]
fn names_travel_whole_and_cannot_add_a_header() {
    let (server, instance, cast) = with_mail_server();
    // No form takes a line break in a name; what if one were there all the same?
    instance.execute(&format!(
        "UPDATE users SET name = 'Ána Sílva\r\nBcc: eve@rival.example\r\n\r\nEvil' WHERE id = {}",
        cast.admin.user_id
    ));
    instance.execute("UPDATE workspaces SET name = 'Käse & <b>Söhne</b> 株式会社'");
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example");
    let mail = server.wait_for("nora@sprocket.example");
    assert_eq!(mail.recipients, ["nora@sprocket.example"]);
    assert_eq!(mail.header("Bcc"), "");
    assert_eq!(
        mail.subject(),
        "Ána Sílva Bcc: eve@rival.example Evil invites you to Käse & <b>Söhne</b> 株式会社 on Baton"
    );
    assert!(mail.plain().contains("Join Käse & <b>Söhne</b> 株式会社"), "{}", mail.plain());
    assert!(!mail.html().contains("<b>Söhne"), "{}", mail.html());
}

#[test]
fn an_address_with_a_second_line_is_refused_at_the_form() {
    let (_server, instance, cast) = with_mail_server();
    let page = invite(&cast, "nora@sprocket.example\r\nBcc: eve@rival.example");
    page.expect(422, "control characters");
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0);
}

#[test]
fn the_old_address_reads_who_is_signed_in_with_which_one_now() {
    let (server, instance, cast) = with_mail_server();
    let _runner = Runner::start(&instance.app);
    let form = cast.agent.get("/settings/profile").form("Change address");
    form.with("New address", "mia@home.example")
        .with("Current password", crate::support::PASSWORD)
        .submit();
    let path = path_in(&server.wait_for("mia@home.example"), &instance.base);
    cast.agent.get(&path).form("Confirm address").submit().expect(200, "From now on you sign in");
    let mail = server.wait_for("mia@sprocket.example");
    assert_eq!(mail.subject(), "Your address for Baton was changed");
    for text in [mail.plain(), mail.html()] {
        for words in ["Mia Chen", "mia@home.example", "mia@sprocket.example"] {
            assert!(text.contains(words), "{words:?} is missing from {text}");
        }
    }
    wait_until_empty(&instance);
}
