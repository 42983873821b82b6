//! A reply as the customer gets it.

use baton::models::thread_token;

use super::{HANNA, Post, hannas, reply};
use crate::support::EmailInbox;

#[test]
fn a_reply_goes_out_in_the_customers_thread() {
    let post = Post::new();
    let id = post.owned();
    post.cast.agent.open(id).expect(200, &format!("Hanna Lindqvist <{HANNA}>"));
    let _runner = post.run();
    post.replies(id, "It **left** this morning.");
    let mail = post.wait();
    let tag = format!("[#{}]", thread_token::token(&post.instance.app.signer, id));
    assert_eq!(mail.subject(), format!("Re: Late order {tag}"));
    assert_eq!(mail.sender, post.inbox.address);
    assert_eq!(mail.header("From"), format!("\"Support\" <{}>", post.inbox.address));
    assert_eq!(mail.header("Reply-To"), format!("\"Support\" <{}>", post.inbox.address));
    assert_eq!(mail.header("In-Reply-To"), "<asked@customer.example>");
    assert_eq!(mail.header("References"), "<older@customer.example> <asked@customer.example>");
    assert!(mail.header("Message-ID").ends_with("@sprocket.example>"));
    assert_eq!(mail.header("Auto-Submitted"), "", "a person wrote it");
    let plain = mail.plain();
    assert!(plain.starts_with("It **left** this morning."), "{plain}");
    assert!(plain.contains("Hanna Lindqvist wrote:\n> Where is it?"), "{plain}");
    assert!(mail.html().contains("<strong>left</strong>"), "{}", mail.html());
    let page = post.wait_for_words(&post.cast.agent, id, "Sent");
    assert!(!page.has_button("Undo") && !page.has_button("Try again"), "{}", page.text());
}

#[test]
fn a_reply_carries_the_signatures_of_its_author_and_the_mailbox_but_no_note() {
    let post = Post::new();
    post.instance.execute("UPDATE mailboxes SET signature = 'Sprocket & Co, Bergen'");
    post.instance.execute("UPDATE users SET signature = 'Mia' WHERE email LIKE 'mia@%'");
    let id = post.owned();
    let note = post.cast.agent.open(id).form("Add note").with("Note", "She is *furious*.");
    note.submit().expect(200, "furious");
    let _runner = post.run();
    post.replies(id, "Today.");
    let mail = post.wait();
    assert!(mail.plain().starts_with("Today.\n\n-- \nMia\nSprocket & Co, Bergen\n"));
    assert!(!mail.plain().contains("furious") && !mail.html().contains("furious"));
}

#[test]
fn signatures_are_markdown_and_stand_below_the_composer() {
    let post = Post::new();
    let id = post.owned();
    let signed = |page: &crate::support::Page| page.all(".composer-signature");
    assert!(signed(&post.cast.agent.open(id)).is_empty());
    let lines = "**Support**\nA <b> & c\nSprocket & Co\nBergen";
    post.instance.execute(&format!("UPDATE mailboxes SET signature = '{lines}'"));
    let page = post.cast.agent.open(id);
    assert_eq!(page.all(".composer-signature strong"), ["Support"]);
    assert!(page.all(".composer-signature[open]").is_empty(), "it is long");
    post.instance.execute("UPDATE mailboxes SET signature = '**Support**'");
    post.instance.execute("UPDATE users SET signature = 'Mia *Chen*' WHERE email LIKE 'mia@%'");
    let page = post.cast.agent.open(id);
    assert_eq!(page.all(".composer-signature[open] strong"), ["Support"]);
    assert_eq!(page.all(".composer-signature em"), ["Chen"]);
    assert!(signed(&post.cast.manager.open(id)).is_empty(), "they do not write here");
    let chat = post.cast.owned_by(&post.instance, &post.cast.agent);
    assert!(signed(&post.cast.agent.open(chat)).is_empty(), "no mail goes there");
    let _runner = post.run();
    post.replies(id, "Today.");
    let mail = post.wait();
    assert!(mail.plain().starts_with("Today.\n\n-- \nMia *Chen*\n**Support**\n"));
    assert!(mail.html().contains("<strong>Support</strong>"), "{}", mail.html());
}

#[test]
fn files_go_along_and_too_many_megabytes_do_not() {
    let post = Post::new();
    let id = post.owned();
    let large = vec![7; 13 * 1024 * 1024];
    let form = post.cast.agent.open(id).form("Send reply").with("Reply", "See the plan.");
    let form = form.attach("Attach files", "Plan für Hanna.pdf", &large);
    let twice = form.clone().attach("Attach files", "again.bin", &large).submit();
    twice.expect(422, "A mail takes 25 MB of files at most.").expect(422, "See the plan.");
    form.submit().expect(200, "Sending in 10 seconds.");
    post.hurry();
    let _runner = post.run();
    let mail = post.wait();
    let parsed = mail.parsed();
    let file = parsed.attachment(0).expect("a file");
    assert_eq!(mail_parser::MimeHeaders::attachment_name(file), Some("Plan für Hanna.pdf"));
    assert_eq!(file.contents(), large);
}

#[test]
fn a_mailbox_sends_by_its_own_server() {
    let post = Post::new();
    let own = crate::support::MailServer::start();
    post.instance.execute(&format!(
        "UPDATE mailboxes SET smtp_host = '127.0.0.1', smtp_port = {}, smtp_security = 'none'",
        own.address.port()
    ));
    let id = post.owned();
    let _runner = post.run();
    post.replies(id, "It left.");
    assert_eq!(own.wait_for(HANNA).sender, post.inbox.address);
    assert!(post.server.mails().is_empty());
}

#[test]
fn without_a_mail_server_a_reply_is_a_file_and_says_so_until_there_is_one() {
    const SILENT: &str = "No mail leaves from here yet";
    let instance = crate::support::Instance::start();
    let cast = crate::support::Cast::create(&instance);
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, hannas(&inbox).raw());
    let settings = format!("/settings/inboxes/{}", inbox.id);
    for member in [&cast.admin, &cast.manager] {
        member.get(&settings).expect(200, SILENT);
    }
    assert!(!cast.admin.get(&settings).says("the mail server of this installation"));
    cast.agent.get("/conversations/new").expect(200, "No mail leaves from Support yet.");
    cast.agent.open(id).expect(200, SILENT).form("Claim").submit();
    reply(&cast.agent, id, "It left.").expect(200, "Sending in 10 seconds.");
    instance.execute("UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00'");
    let _runner = crate::support::Runner::start(&instance.app);
    let ended = "SELECT count(*) FROM deliveries WHERE failed_at IS NOT NULL";
    instance.wait_for_count(1, ended);
    let files: Vec<_> = std::fs::read_dir(instance.dir.path().join("mail")).unwrap().collect();
    let file = files.into_iter().next().expect("a mail").unwrap();
    let raw = std::fs::read_to_string(file.path()).unwrap();
    assert!(raw.contains("It left.") && raw.contains(HANNA), "{raw}");
    let page = cast.agent.open(id);
    assert_eq!(page.all(".mail-state b"), ["Written to a file, not sent"]);
    page.expect(200, "There was no SMTP server for this inbox.");
    // Whoever wrote it knew before.
    let notices = "SELECT count(*) FROM notifications WHERE kind = 'reply_not_sent'";
    assert_eq!(instance.count(notices), 0);

    let own = crate::support::MailServer::start();
    instance.execute(&format!(
        "UPDATE mailboxes SET smtp_host = '127.0.0.1', smtp_port = {}, smtp_security = 'none'",
        own.address.port()
    ));
    assert!(!cast.admin.get(&settings).says(SILENT) && !cast.agent.open(id).says(SILENT));
    assert!(!cast.agent.get("/conversations/new").says("No mail leaves"));
    page.form("Try again").submit().expect(200, "Sending again.");
    assert!(own.wait_for(HANNA).plain().contains("It left."));
    instance.wait_for_count(0, ended);
    instance.wait_for_count(1, "SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL");
    assert_eq!(cast.agent.open(id).all(".mail-state b"), ["Sent"]);
}

#[test]
fn plus_addresses_carry_the_thread() {
    let post = Post::new();
    post.instance.execute("UPDATE mailboxes SET has_plus_addresses = TRUE");
    let id = post.owned();
    let _runner = post.run();
    post.replies(id, "It left.");
    let mail = post.wait();
    assert_eq!(mail.subject(), "Re: Late order");
    let to = mail.header("Reply-To");
    let address = to.split(['<', '>']).nth(1).expect("an address");
    assert_eq!(thread_token::in_address(&post.instance.app.signer, address), Some(id));
}

#[test]
fn a_chat_is_answered_in_the_chat() {
    let post = Post::new();
    let id = post.cast.owned_by(&post.instance, &post.cast.agent);
    reply(&post.cast.agent, id, "Yes.").expect(200, "Reply sent.");
    let replies = "SELECT count(*) FROM deliveries WHERE kind = 'reply'";
    assert_eq!(post.instance.count(replies), 0);
    assert_eq!(post.instance.count("SELECT count(*) FROM mails"), 0);
}

#[test]
fn only_the_owner_sends_mail() {
    let post = Post::new();
    let id = post.owned();
    let form = post.cast.agent.open(id).form("Send reply").with("Reply", "Mine.");
    post.cast.manager.open(id).form("Take over").submit().expect(200, "You own this");
    form.submit().expect(409, "Mine.");
    let theirs = EmailInbox::create(
        &post.instance,
        post.cast.other_workspace_id,
        "Theirs",
        "help@rival.example",
    );
    let (other, _) = theirs.takes(&post.instance, hannas(&theirs).raw());
    assert_eq!(post.cast.manager.open(other).status, 404);
    assert_eq!(post.instance.count("SELECT count(*) FROM deliveries"), 0);
}
