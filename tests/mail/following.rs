//! What follows a mail that came in, before anybody has answered it.

use super::HANNA;
use baton::channels::email::NotReceived;
use baton::models::receive::Refusal;

use crate::support::{Cast, EmailInbox, Instance, TestMail};

/// Hanna's mail, with Piet in Cc, and its conversation.
fn asked() -> (Instance, Cast, EmailInbox, i64) {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail(HANNA, "Late order", "Where is it?");
    let mail = mail.with("Message-ID", "<asked@customer.example>").with("Cc", PIET);
    let (id, _) = inbox.takes(&instance, mail.raw());
    (instance, cast, inbox, id)
}

const PIET: &str = "Piet Mulder <piet@customer.example>";
const EVE: &str = "Eve <eve@rival.example>";

/// A mail that refers to Hanna's, to the inbox and to Piet.
fn following(inbox: &EmailInbox, from: &str, text: &str) -> TestMail {
    let mail = inbox.mail(from, "Re: Late order", text).with("Cc", PIET);
    mail.answering("asked@customer.example")
}

#[test]
fn what_the_customer_adds_joins_the_conversation() {
    let (instance, cast, inbox, id) = asked();
    let also = following(&inbox, HANNA, "It is order 17.");
    assert_eq!(inbox.takes(&instance, also.raw()).0, id);
    let to = "support+x@sprocket.example, Piet <PIET@customer.example>";
    let also = following(&inbox, "HANNA@customer.example", "Hello?").with("Cc", to);
    assert_eq!(inbox.takes(&instance, also.raw()).0, id);
    cast.agent.open(id).expect(200, "It is order 17.").expect(200, "Hello?");
    // It is as any other message: it brings back what was put away, and tells its owner.
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved.");
    let also = following(&inbox, HANNA, "Still nothing.");
    assert_eq!(inbox.takes(&instance, also.raw()).0, id);
    cast.agent.open(id).expect(200, "Hanna Lindqvist reopened this");
    cast.agent.get("/notifications").expect(200, "Hanna Lindqvist replied");
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 1);
}

#[test]
fn who_was_in_the_mail_and_answers_to_all_joins_and_becomes_no_contact() {
    let (instance, cast, inbox, id) = asked();
    let all = format!("{HANNA}, {}", inbox.address);
    let answer = following(&inbox, PIET, "I have it here.").with("To", &all).with("Cc", "");
    assert_eq!(inbox.takes(&instance, answer.raw()).0, id);
    let page = cast.agent.open(id);
    page.expect(200, "piet@customer.example").expect(200, "I have it here.");
    assert_eq!(page.attribute("#reply-cc", "value"), PIET);
    assert_eq!(instance.count("SELECT count(*) FROM contacts WHERE email LIKE 'piet@%'"), 0);
    // What is for the team alone is no part of what the customer is answered.
    let alone = following(&inbox, PIET, "Between us:").with("Cc", "").raw();
    assert_ne!(inbox.takes(&instance, alone).0, id);
}

#[test]
fn an_id_that_others_know_or_chose_opens_nothing() {
    let (instance, cast, inbox, id) = asked();
    let begins_another = |why: &str, mail: TestMail| {
        assert_ne!(inbox.takes(&instance, mail.raw()).0, id, "{why}");
    };
    let all = format!("{HANNA}, {}", inbox.address);
    begins_another("a stranger", following(&inbox, EVE, "1"));
    begins_another("a stranger, to all", following(&inbox, EVE, "2").with("To", &all));
    // In the customer's name: nobody new may get what is answered.
    for header in ["Reply-To", "Cc"] {
        let both = format!("{PIET}, {EVE}");
        begins_another(header, following(&inbox, HANNA, header).with(header, &both));
    }
    let alone = following(&inbox, HANNA, "For you alone").with("Cc", "");
    begins_another("nor is anybody answered whom she left out", alone);
    let mail = following(&inbox, HANNA, "4").with("To", &format!("{EVE}, {}", inbox.address));
    begins_another("To", mail);
    begins_another("no address", following(&inbox, "Hanna", "5"));
    // Another inbox, and another workspace, know no such mail.
    let theirs =
        EmailInbox::create(&instance, cast.other_workspace_id, "Support", "support@rival.example");
    let sales = EmailInbox::create(&instance, cast.workspace_id, "Sales", "sales@sprocket.example");
    for other in [theirs, sales] {
        let mail = following(&other, HANNA, "6").with("To", &other.address);
        assert_ne!(other.takes(&instance, mail.raw()).0, id);
    }
    // Eve has written in the name of an id that Hanna refers to, with Hanna in Cc: what
    // Hanna writes to the team alone does not come to Eve's conversation.
    let trap = inbox.mail(EVE, "Hello", "Hello").with("Message-ID", "<hers@customer.example>");
    let (trap, _) = inbox.takes(&instance, trap.with("Cc", HANNA).raw());
    let mail = inbox.mail(HANNA, "Fwd: Order", "My card is …").answering("hers@customer.example");
    assert_ne!(inbox.takes(&instance, mail.raw()).0, trap);
    // Nor to one that Eve began in Hanna's name, with herself in it.
    for (n, header) in ["Reply-To", "Cc"].into_iter().enumerate() {
        let id = format!("forged-{n}@customer.example");
        let trap = inbox.mail(HANNA, "Order", "Hello").with("Message-ID", &format!("<{id}>"));
        let (trap, _) = inbox.takes(&instance, trap.with(header, EVE).raw());
        let mail = inbox.mail(HANNA, "Fwd: Order", "My card is …").answering(&id);
        assert_ne!(inbox.takes(&instance, mail.raw()).0, trap, "{header}");
    }
}

#[test]
fn what_is_put_aside_and_what_answers_by_itself_goes_as_before() {
    let (instance, cast, inbox, id) = asked();
    let away = following(&inbox, HANNA, "Away").with("Auto-Submitted", "auto-replied");
    assert_ne!(inbox.takes(&instance, away.raw()).0, id);
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    cast.agent.open(id).form("Mark as spam").submit().expect(200, "Marked as spam.");
    let (next, _) = inbox.takes(&instance, following(&inbox, HANNA, "Really.").raw());
    assert_ne!(next, id, "what is not spam is seen");
    cast.agent.open(id).form("Not spam").submit().expect(200, "Marked as not spam.");
    instance.execute("UPDATE contacts SET blocked_at = CURRENT_TIMESTAMP");
    let (blocked, _) = inbox.takes(&instance, following(&inbox, HANNA, "Blocked.").raw());
    let is_spam =
        format!("SELECT count(*) FROM conversations WHERE id = {blocked} AND spam_at IS NOT NULL");
    assert_eq!(instance.count(&is_spam), 1);
    instance.execute("UPDATE contacts SET blocked_at = NULL");
    instance.execute("UPDATE inboxes SET archived_at = CURRENT_TIMESTAMP");
    let refused = inbox.tries(&instance, following(&inbox, HANNA, "Archived.").raw());
    assert!(matches!(refused, Err(NotReceived::Refused(Refusal::Archived))), "{refused:?}");
}
