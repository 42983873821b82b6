//! Mails that come from our own address: what a group or a form hands on, and what a
//! colleague writes with another program.

use super::{HANNA, answers};
use crate::support::{Cast, EmailInbox, Instance, TestMail};

const US: &str = "Sprocket Website <support@sprocket.example>";

fn place() -> (Instance, Cast, EmailInbox) {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    (instance, cast, inbox)
}

/// Whether somebody waits in a conversation, as the list has it.
fn waits(cast: &Cast, id: i64) -> bool {
    let list = cast.manager.get("/inbox?view=all&order=waiting");
    list.body.contains(&format!("/conversations/{id}"))
}

/// What Nora wrote to the group, as the group hands it on.
fn by_group(inbox: &EmailInbox, text: &str) -> TestMail {
    inbox
        .mail("\"'Nora Quist' via Support\" <support@sprocket.example>", "Broken hinge", text)
        .with("Reply-To", "nora@quist.example")
        .with("Precedence", "list")
        .with("List-Id", "<support.sprocket.example>")
        .with("List-Unsubscribe", "<mailto:support+unsubscribe@googlegroups.example>")
}

/// What somebody wrote into the form on our site.
fn by_form(inbox: &EmailInbox, customer: &str) -> TestMail {
    inbox.mail(US, "Contact form", &format!("Hello, I am {customer}")).with("Reply-To", customer)
}

#[test]
fn whoever_writes_to_a_group_of_ours_waits_and_is_no_machine() {
    let (instance, cast, inbox) = place();
    let mail = by_group(&inbox, "It broke.").with("Message-ID", "<one@quist.example>");
    let (id, _) = inbox.takes(&instance, mail.raw());
    assert!(waits(&cast, id));
    let page = cast.agent.open(id);
    page.expect(200, "Nora Quist").expect(200, "To Nora Quist <nora@quist.example>");
    assert!(!page.says("Sent automatically") && !page.says("via Support"), "{}", page.text());
    // What she adds calls the owner, as any customer's mail does.
    page.form("Claim").submit().expect(200, "You own this");
    let also = by_group(&inbox, "Hello?").answering("one@quist.example");
    assert_eq!(inbox.takes(&instance, also.raw()).0, id);
    cast.agent.get("/notifications").expect(200, "Nora Quist replied");
}

#[test]
fn a_group_of_ours_that_keeps_the_senders_address_is_known_by_its_own() {
    let (instance, cast, inbox) = place();
    let of_ours = |from: &str| {
        inbox.mail(from, "Hinge", "It broke.").with("List-Id", "<support.sprocket.example>")
    };
    let mail = of_ours(HANNA)
        .with("List-Post", "<https://g.example/post>, <mailto:support@sprocket.example>");
    let (id, _) = inbox.takes(&instance, mail.raw());
    assert!(waits(&cast, id) && !cast.agent.open(id).says("Sent automatically"));
    let mail = of_ours(HANNA).with("List-Post", "<mailto:bikes@lists.example>");
    let (id, _) = inbox.takes(&instance, mail.raw());
    assert!(!waits(&cast, id) && cast.agent.open(id).says("Sent automatically"));
}

#[test]
fn whoever_fills_in_a_form_of_a_service_waits() {
    let (instance, cast, inbox) = place();
    let form = |from: &str| {
        let mail = inbox.mail(from, "A question", "Blue?").with("Reply-To", HANNA);
        mail.with("Auto-Submitted", "auto-generated")
    };
    let (id, _) = inbox.takes(&instance, form("Form <no-reply@forms.example>").raw());
    assert!(waits(&cast, id) && !cast.agent.open(id).says("Sent automatically"));
}

#[test]
fn newsletters_and_programs_stay_what_they_are() {
    let (instance, cast, inbox) = place();
    let shop = "Shop <news@shop.example>";
    let unsubscribe = "<https://shop.example/u>";
    for (from, headers) in [
        (shop, vec![("List-Unsubscribe", unsubscribe)]),
        (shop, vec![("List-Unsubscribe", unsubscribe), ("Reply-To", "help@inbound.example")]),
        (shop, vec![("Precedence", "bulk"), ("Reply-To", "help@inbound.example")]),
        (shop, vec![("Auto-Submitted", "auto-generated")]),
        (shop, vec![("Auto-Submitted", "auto-generated"), ("Reply-To", "a@mail.shop.example")]),
        // Our own, which goes to many, with answers to whoever sends it for us.
        (US, vec![("Precedence", "bulk"), ("Reply-To", "us1@inbound.example")]),
        (US, vec![("List-Unsubscribe", unsubscribe), ("Reply-To", "support@sprocket.example")]),
    ] {
        let mail =
            headers.iter().fold(inbox.mail(from, "New parts", "Hello"), |mail, (name, value)| {
                mail.with(name, value)
            });
        let (id, _) = inbox.takes(&instance, mail.raw());
        assert!(!waits(&cast, id), "{from} {headers:?}");
        cast.agent.open(id).expect(200, "Sent automatically");
    }
}

#[test]
fn everybody_who_fills_in_our_form_is_a_contact_of_their_own() {
    let (instance, cast, inbox) = place();
    let (carla, _) =
        inbox.takes(&instance, by_form(&inbox, "Carla Weiss <carla@weiss.example>").raw());
    let (dora, _) = inbox.takes(&instance, by_form(&inbox, "dora@blum.example").raw());
    let page = cast.agent.open(carla);
    page.expect(200, "To Carla Weiss <carla@weiss.example>");
    assert!(!page.all(".thread").concat().contains("Website"), "{}", page.text());
    cast.agent.open(dora).expect(200, "To dora@blum.example");
    cast.agent.get("/contacts").expect(200, "Carla Weiss").expect(200, "dora@blum.example");
    // *Block* blocks the one.
    let contact = format!("SELECT contact_id FROM conversations WHERE id = {carla}");
    let contact = instance.count(&contact);
    cast.agent.get(&format!("/contacts/{contact}")).form("Block").submit();
    for (who, is_spam) in [("carla@weiss.example", 1), ("dora@blum.example", 0)] {
        let (id, _) = inbox.takes(&instance, by_form(&inbox, who).with("Subject", "Again").raw());
        let sql =
            format!("SELECT count(*) FROM conversations WHERE id = {id} AND spam_at IS NOT NULL");
        assert_eq!(instance.count(&sql), is_spam, "{who}");
    }
}

#[test]
fn an_address_that_is_typed_into_a_form_opens_nothing() {
    let (instance, cast, inbox) = place();
    let mail = inbox.mail(HANNA, "Order 17", "My card is …");
    let mail = mail.with("Message-ID", "<asked@customer.example>").with("Cc", "piet@x.example");
    let (id, _) = inbox.takes(&instance, mail.raw());
    // As with From: the id of her mail does, where it is among the same people, and no other.
    let typed = by_form(&inbox, HANNA).answering("asked@customer.example");
    let (next, _) = inbox.takes(&instance, typed.raw());
    assert_ne!(next, id);
    let page = cast.agent.open(next);
    assert!(!page.all(".thread").concat().contains("My card is"), "{}", page.text());
    assert_eq!(page.attribute("#reply-cc", "value"), "");
    // Two addresses are nobody's, and it stays the form's.
    let two = by_form(&inbox, &format!("{HANNA}, Eve <eve@rival.example>"));
    let (two, _) = inbox.takes(&instance, two.raw());
    let sql = format!(
        "SELECT count(*) FROM conversations JOIN contacts ON contacts.id = contact_id
         WHERE conversations.id = {two} AND email = 'support@sprocket.example'"
    );
    assert_eq!(instance.count(&sql), 1);
}

#[test]
fn what_a_colleague_writes_elsewhere_stays_in_the_thread_and_calls_nobody() {
    let (instance, cast, inbox) = place();
    let mail = inbox.mail(HANNA, "Late parcel", "Where is it?");
    let mail = mail.with("Message-ID", "<asked@customer.example>");
    let (id, _) = inbox.takes(&instance, mail.raw());
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
    let told = cast.agent.get("/notifications").text();
    let ours =
        inbox.mail("Support <support@sprocket.example>", "Re: Late parcel", "It is on its way.");
    let ours = ours.with("To", HANNA).with("Cc", &inbox.address);
    let (joined, _) = inbox.takes(&instance, ours.answering("asked@customer.example").raw());
    assert_eq!(joined, id);
    let page = cast.agent.open(id);
    page.expect(200, "It is on its way.")
        .expect(200, "To Hanna Lindqvist <hanna@customer.example>");
    assert!(!page.says("Sent automatically"), "{}", page.text());
    assert!(!waits(&cast, id), "the customer did not ask");
    assert_eq!(cast.agent.get("/notifications").text(), told);
    // Nor does it reopen what is done, or count when that is opened again.
    cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved");
    let again = inbox.mail("Support <support@sprocket.example>", "Re: Late parcel", "It is there.");
    let again = again.with("To", HANNA).with("Cc", &inbox.address);
    inbox.takes(&instance, again.answering("asked@customer.example").raw());
    cast.agent.open(id).form("Reopen").submit().expect(200, "Reopened");
    assert!(!waits(&cast, id));
    // Hanna's next mail does.
    let also = inbox.mail(HANNA, "Re: Late parcel", "No, it is not.");
    inbox.takes(&instance, also.answering("reply-1@baton.example").raw());
    assert!(waits(&cast, id));
}

#[test]
fn a_conversation_with_our_own_address_says_why_it_has_nobody_to_reply_to() {
    let (instance, cast, inbox) = place();
    let mail = inbox.mail("Support <support@sprocket.example>", "For all", "Read this.");
    let (id, _) = inbox.takes(&instance, mail.raw());
    let page = cast.agent.open(id);
    page.expect(200, "nobody yet: this contact has the address of one of your inboxes");
    let page = page.form("Claim and send").with("Reply", "I have.").submit();
    page.expect(422, "Nobody knows where to reply to this contact.").expect(422, "I have.");
}
