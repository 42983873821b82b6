//! Without a mail server: one private file per mail.

use std::os::unix::fs::PermissionsExt;

use super::{Runner, invite, wait_until_empty};
use crate::support::{Instance, sign_in};

#[test]
fn without_a_mail_server_mails_are_private_files_and_the_team_page_offers_the_link() {
    let (instance, cast) = Instance::with_cast();
    let _runner = Runner::start(&instance.app);
    invite(&cast, "nora@sprocket.example").expect(200, "copy its link and hand it over");
    wait_until_empty(&instance);
    let folder = instance.dir.path().join("mail");
    let mode = |path: &std::path::Path| {
        std::fs::metadata(path).expect("it exists").permissions().mode() & 0o777
    };
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].extension().and_then(|e| e.to_str()), Some("eml"));
    assert_eq!(mode(&files[0]), 0o600);
    let raw = std::fs::read(&files[0]).expect("our file");
    let mail = mail_parser::MessageParser::default().parse(&raw).expect("a mail");
    let link = format!("{}{}", instance.base, instance.mailed_invitation("nora@sprocket.example"));
    assert!(mail.body_text(0).expect("plain text").contains(&link));

    let team = cast.admin.get("/settings/team");
    team.expect(200, "No mail server is set up");
    let nora = team.row("nora@sprocket.example");
    nora.expect(200, "Not mailed").expect(200, "its mail is a file in the data folder");
    nora.click("Copy link").expect(200, "Invitation link");
}

#[test]
fn a_test_mail_that_became_a_file_sets_up_no_mail() {
    let (instance, cast) = Instance::with_cast();
    let _runner = Runner::start(&instance.app);
    let settings = || cast.admin.get("/settings/workspace");
    settings().form("Send test mail").submit().expect(200, "written to the data folder");
    wait_until_empty(&instance);
    settings().expect(200, "Test mail written to the data folder just now");
    assert!(!settings().says("accepted by the mail server"));
    // Also where a server is named afterwards.
    let server = instance.node_with(|config| {
        config.smtp_url = "smtp://127.0.0.1:9".parse().ok();
    });
    let browser = server.browser();
    sign_in(&browser, &cast.admin.email);
    let ana = browser.get("/inbox");
    assert!(!ana.says("Mail goes out."), "{}", ana.text());
    assert!(ana.has_button("Send test mail"), "{}", ana.text());
}
