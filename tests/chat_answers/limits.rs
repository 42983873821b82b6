//! An address that somebody typed is nobody's proof: what keeps strangers' mailboxes quiet.

use baton::models::chat::answers::MOST_UNPROVED;

use super::{HANNA, replies};
use crate::outbox::{after_two_minutes, with_mail_server};
use crate::support::Instance;

#[test]
fn writing_alone_mails_nobody() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..5 {
        cast.waiting(&instance);
    }
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0);
}

#[test]
fn spam_and_blocked_contacts_get_none_whatever_came_before() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    cast.agent.open(id).form("Mark as spam").submit().expect(200, "Marked as spam.");
    after_two_minutes(&instance);
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Hello?");
    replies(&cast.agent, id, "Two are left.");
    let contact = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    let page = cast.agent.get(&format!("/contacts/{contact}"));
    page.form("Block").submit().expect(200, "Blocked");
    after_two_minutes(&instance);
    replies(&cast.agent, id, "Hello?");
    after_two_minutes(&instance);
    assert!(server.mails().is_empty());
}

#[test]
fn an_address_gets_so_many_mails_a_day_and_no_more_however_many_chats_name_it() {
    let (server, instance, cast) = with_mail_server();
    let most = usize::try_from(MOST_UNPROVED).expect("a small number");
    for _ in 0..most + 2 {
        let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        replies(&cast.agent, id, "Two are left.");
    }
    after_two_minutes(&instance);
    assert_eq!(server.taken_for(HANNA).len(), most);
    // Tomorrow is another day, and another address has its own count.
    let (id, _) = cast.customer_writes(&instance, "Tom Berger", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    instance.execute(
        "UPDATE deliveries SET created_at = '2020-01-01 00:00:00' WHERE kind = 'chat_answers'",
    );
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    after_two_minutes(&instance);
    server.only_mail("tom.berger@customer.example");
    assert_eq!(server.taken_for(HANNA).len(), most + 1);
}

#[test]
fn a_reader_ends_them_for_good_whoever_types_the_address() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    after_two_minutes(&instance);
    let header = server.only_mail(HANNA).header("List-Unsubscribe");
    let link = header.trim_start_matches('<').trim_end_matches('>');
    let path = link.strip_prefix(&instance.base).expect("a link to the installation");
    let reader = instance.browser();
    let page = reader.get(path);
    page.expect(200, "so answers that are not read there come by mail");
    assert_eq!(instance.count("SELECT count(*) FROM mail_stops"), 0, "looking ends nothing");
    replies(&cast.agent, id, "Shall I keep one?");
    page.form("Stop mail").submit().expect(200, "Mail stopped");
    let answer = reader.request("POST", path, &[], Some("List-Unsubscribe=One-Click"));
    assert_eq!((answer.status, instance.count("SELECT count(*) FROM mail_stops")), (200, 1));
    let (other, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    replies(&cast.agent, other, "Yes.");
    after_two_minutes(&instance);
    server.only_mail(HANNA);
    // Another workspace's chat is another matter.
    let theirs = instance.count(&format!(
        "SELECT count(*) FROM mail_stops WHERE workspace_id = {}",
        cast.other_workspace_id
    ));
    assert_eq!(theirs, 0);
}

#[test]
fn each_conversation_is_mailed_to_the_address_that_was_given_for_it() {
    let (server, instance, cast) = with_mail_server();
    let (id, browser) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let form = browser.get(&format!("/chat/{}?new", cast.chat_key)).form("Send");
    form.with("Email address", "second@elsewhere.example")
        .with("Message", "Another matter")
        .submit()
        .expect(200, "Another matter");
    replies(&cast.agent, id, "Two are left.");
    after_two_minutes(&instance);
    let mail = server.only_mail(HANNA);
    assert!(mail.plain().contains("Two are left."), "{}", mail.plain());
    assert_eq!(server.mails().len(), 1, "nobody else gets it");
    // Its link confirms that address, and its reader ends the mails to it.
    let shown = browser.get(mail.link().strip_prefix(&instance.base).expect("our own"));
    shown.expect(200, "Two are left.");
    let confirmed = "SELECT count(*) FROM contacts WHERE proved_email = '";
    assert_eq!(instance.count(&format!("{confirmed}{HANNA}'")), 1);
    assert_eq!(instance.count(&format!("{confirmed}second@elsewhere.example'")), 0);
}

#[test]
fn an_address_that_the_team_corrects_gets_what_waits_and_what_follows() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvst", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    let form = cast.agent.open(id).form("Save contact");
    form.with("Email address", HANNA).submit().expect(200, HANNA);
    after_two_minutes(&instance);
    replies(&cast.agent, id, "Shall I keep one?");
    after_two_minutes(&instance);
    assert_eq!(server.taken_for(HANNA).len(), 2);
    assert_eq!(server.mails().len(), 2, "none goes to the address with the mistake");
    // Who is not to be mailed any more is not.
    let form = cast.agent.open(id).form("Save contact");
    form.with("Email address", "").submit().expect(200, "Not given");
    replies(&cast.agent, id, "Hello?");
    after_two_minutes(&instance);
    assert_eq!(server.mails().len(), 2);
}
