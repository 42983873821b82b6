//! What the export says of mail.

use super::SETTINGS;
use crate::support::Instance;

#[test]
fn the_export_holds_what_messages_were_as_mails_and_no_servers() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    instance.execute(
        "UPDATE mailboxes SET sender_name = 'Sprocket help', smtp_host = 'smtp.secret.example',
         imap_host = 'imap.secret.example', imap_user = 'secret-user', imap_password = 'sealed'",
    );
    let mail = inbox
        .mail("Hanna Lindqvist <hanna@customer.example>", "Late order", "Where is it?")
        .with("Message-ID", "<asked@customer.example>")
        .with("Cc", "Jo Berg <jo@x.example>");
    let (id, _) = inbox.takes(&instance, mail.raw());
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "It left.");
    form.submit().expect(200, "It left.");
    instance.execute("UPDATE mails SET unreached = 'jo@x.example: No.' WHERE has_html");
    let page = cast.admin.get(SETTINGS).click("Export");
    let file: serde_json::Value = serde_json::from_str(&page.body).expect("well-formed JSON");
    let inboxes = file["inboxes"].as_array().expect("a list");
    let mailbox = |kind: &str| {
        let found = inboxes.iter().find(|inbox| inbox["kind"] == kind);
        found.expect("one of this kind")["mailbox"].clone()
    };
    let own = serde_json::json!({
        "address": "support@sprocket.example", "sender_name": "Sprocket help",
    });
    assert_eq!((mailbox("email"), mailbox("web_chat")), (own, serde_json::Value::Null));
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
