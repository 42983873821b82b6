//! The first steps in a new workspace.

use super::listed;
use crate::support::{Instance, PASSWORD, found, sign_in};

#[test]
fn a_new_workspace_shows_its_administrator_the_first_steps() {
    let instance = Instance::start();
    let (_, ana) = found(&instance, "Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let page = ana.get("/inbox");
    page.expect(200, "This is where your customers’ messages arrive")
        .expect(200, "Try your chat")
        .expect(200, "Invite your team")
        .expect(200, "1 of 3 seats used.")
        .expect(200, "Set up mail")
        .expect(200, "BATON_SMTP_URL is not set");
    let chat = page.link("Open the chat page (in a new tab)");
    let form = instance.browser().get(&chat).form("Send");
    form.with("Your name", "Ana herself")
        .with("Email address", "ana@sprocket.example")
        .with("Message", "Is anybody here?")
        .submit()
        .expect(200, "Is anybody here?");
    let page = ana.get("/inbox");
    assert_eq!(listed(&page), ["Ana herself"]);
    page.expect(200, "Try your chat , done").expect(200, "Invite your team");
    let form = page.click("Invite member").form("Send invite");
    form.with("Email address", "mia@sprocket.example").with("Role", "Agent").submit();
    let page = ana.get("/inbox");
    assert!(!page.says("Try your chat") && !page.says("Invite your team"));
    page.expect(200, "No conversation open");
    // It opened on Unassigned, where the hint would say what the list says.
    assert!(!page.says("One is waiting"));
    ana.get("/inbox?view=mine").expect(200, "One is waiting in Unassigned.");
}

#[test]
fn with_a_mail_server_the_last_step_is_a_test_mail() {
    let instance = Instance::start_with(|config| {
        config.smtp_url = "smtp://127.0.0.1:9".parse().ok();
    });
    let (_, ana) = found(&instance, "Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let page = ana.get("/inbox");
    page.expect(200, "The test goes to ana@sprocket.example.");
    assert!(page.has_button("Send test mail"));
    // Once a mail has gone out, the step is done.
    page.form("Send test mail").submit();
    let now = "UPDATE deliveries SET sent_at = created_at";
    assert_eq!(instance.execute(now), 1);
    // What an inbox's own server took says nothing of this one.
    instance.execute("UPDATE deliveries SET kind = 'reply'");
    assert!(ana.get("/inbox").has_button("Send test mail"));
    instance.execute("UPDATE deliveries SET kind = 'test'");
    let page = ana.get("/inbox");
    page.expect(200, "Mail goes out.");
    assert!(!page.has_button("Send test mail"));
}

#[test]
fn the_steps_lead_to_no_chat_that_is_closed() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE inboxes SET archived_at = CURRENT_TIMESTAMP");
    let page = cast.admin.get("/inbox");
    page.expect(200, "No chat is open to customers.");
    assert_eq!(page.find_link("Open the chat page (in a new tab)"), None);
    page.row("Try your chat").click("Inboxes").expect(200, "Website chat");
}

#[test]
fn others_see_the_inbox_and_not_the_steps() {
    let (_instance, cast) = Instance::with_cast();
    for member in [&cast.manager, &cast.agent] {
        let page = member.get("/inbox");
        page.expect(200, "No conversation open");
        assert!(!page.says("Try your chat"));
    }
    cast.admin.get("/inbox").expect(200, "Try your chat");
}

#[test]
fn whoever_signs_in_is_in_the_inbox() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let page = browser.get("/conversations/1");
    page.expect(200, "Sign in");
    sign_in(&browser, &cast.agent.email);
    let form = instance.browser().get("/login").form("Sign in");
    let form = form.with("Email address", &cast.agent.email).with("Password", PASSWORD);
    form.submit().expect(200, "Nobody is waiting.");
}
