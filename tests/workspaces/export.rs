//! What the export says of mail, and of what is set.

use serde_json::Value;

use super::SETTINGS;
use crate::support::{Cast, Instance, Page};

fn export(cast: &Cast) -> (Page, Value) {
    let page = cast.admin.get(SETTINGS).click("Export");
    let file = serde_json::from_str(&page.body).expect("well-formed JSON");
    (page, file)
}

#[test]
fn the_export_holds_what_messages_were_as_mails_and_no_servers() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    instance.execute(
        "UPDATE mailboxes SET sender_name = 'Sprocket help', signature = 'The Sprocket team',
         smtp_host = 'smtp.secret.example', imap_host = 'imap.secret.example',
         imap_user = 'secret-user', imap_password = 'sealed'",
    );
    let mail = inbox
        .mail("Hanna Lindqvist <hanna@customer.example>", "Late order", "Where is it?")
        .with("Message-ID", "<asked@customer.example>")
        .with("Cc", "Jo Berg <jo@x.example>");
    let (id, _) = inbox.takes(&instance, mail.raw());
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "It left.");
    form.submit().expect(200, "It left.");
    instance.execute("UPDATE mails SET unreached = 'jo@x.example: No.' WHERE has_html");
    let (page, file) = export(&cast);
    let inboxes = file["inboxes"].as_array().expect("a list");
    let mailbox = |kind: &str| {
        let found = inboxes.iter().find(|inbox| inbox["kind"] == kind);
        found.expect("one of this kind")["mailbox"].clone()
    };
    let own = serde_json::json!({
        "address": "support@sprocket.example", "sender_name": "Sprocket help",
        "signature": "The Sprocket team",
    });
    assert_eq!((mailbox("email"), mailbox("web_chat")), (own, Value::Null));
    let messages = &file["conversations"][0]["messages"];
    let (asked, answered) = (&messages[0]["mail"], &messages[1]["mail"]);
    assert_eq!(asked["message_id"], "asked@customer.example");
    assert_eq!(asked["subject"], "Late order");
    assert_eq!(asked["from_address"], "hanna@customer.example");
    assert_eq!(asked["to"][0], "support@sprocket.example");
    assert_eq!(asked["cc"][0], "Jo Berg <jo@x.example>");
    assert_eq!(answered["subject"], "Re: Late order");
    assert_eq!(answered["references"][0], "asked@customer.example");
    assert_eq!(answered["to"][0], "Hanna Lindqvist <hanna@customer.example>");
    assert_eq!(answered["unreached"][0], "jo@x.example: No.");
    assert!(!page.body.contains("secret") && !page.body.contains("sealed"));
}

#[test]
fn the_export_holds_what_is_set_and_who_is_blocked() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Buy my pills");
    instance
        .execute("UPDATE conversations SET status = 'resolved', spam_at = '2026-11-24 10:00:00'");
    instance.execute("UPDATE contacts SET blocked_at = '2026-11-24 11:00:00'");
    instance.execute("UPDATE workspaces SET working_hours = 'mon 09:00-17:00', session_days = 7");
    instance.execute(
        "UPDATE inboxes SET accent = 'teal', side = 'left', welcome_title = 'Hello there',
         button_label = 'Ask us', opening = 'own', working_hours = 'sat 10:00-14:00'",
    );
    let (_, file) = export(&cast);
    let (workspace, inbox) = (&file["workspace"], &file["inboxes"][0]);
    assert_eq!(workspace["working_hours"], "mon 09:00-17:00");
    assert_eq!(workspace["session_days"], 7);
    assert_eq!(workspace["agents_pass_on"], false);
    let look = serde_json::json!({
        "accent": "teal", "side": "left", "welcome_title": "Hello there",
        "button_label": "Ask us",
    });
    assert_eq!(inbox["look"], look);
    assert_eq!(inbox["opening"], "own");
    assert_eq!(inbox["working_hours"], "sat 10:00-14:00");
    assert_eq!(file["conversations"][0]["spam_at"], "2026-11-24T10:00:00Z");
    assert_eq!(file["contacts"][0]["blocked_at"], "2026-11-24T11:00:00Z");
}
