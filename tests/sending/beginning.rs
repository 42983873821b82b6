//! *New conversation*: a member writes first.

use super::{HANNA, Post};
use crate::races::at_once;
use crate::support::{EmailInbox, Form, Member, Page};

fn form(member: &Member) -> Form {
    member
        .get("/inbox")
        .click("New conversation")
        .form("Send")
        .with("To", HANNA)
        .with("Subject", "Your order")
        .with("Message", "It is **ready**.")
}

fn conversation(page: &Page) -> i64 {
    let path = page.path.split(['?', '#']).next().expect("a path");
    path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a conversation's page")
}

#[test]
fn whoever_begins_a_conversation_owns_it_and_the_customer_gets_a_mail() {
    let post = Post::new();
    let _runner = post.run();
    for member in [&post.cast.admin, &post.cast.manager, &post.cast.agent] {
        let page = form(member).submit();
        page.expect(200, "Sending in 10 seconds.").expect(200, "You own this");
        page.expect(200, &format!("{} started this", member.name));
    }
    post.hurry();
    post.wait();
    let mail = post.server.taken_for(HANNA).remove(0);
    assert!(mail.subject().starts_with("Your order [#"), "{}", mail.subject());
    assert_eq!(mail.header("In-Reply-To"), "");
    assert!(mail.html().contains("<strong>ready</strong>"));
    let contacts = format!("SELECT count(*) FROM contacts WHERE email = '{HANNA}'");
    assert_eq!(post.instance.count(&contacts), 1, "one contact, whoever writes to her");
    let answered = "SELECT count(*) FROM report_facts WHERE kind = 'answered'";
    assert_eq!(post.instance.count(answered), 0, "nobody has asked anything yet");
}

#[test]
fn the_address_of_a_merged_contact_leads_to_the_one_that_is_left() {
    let post = Post::new();
    let contact = |id: i64| {
        let of = format!("SELECT contact_id FROM conversations WHERE id = {id}");
        post.instance.count(&of)
    };
    let mail = |from: &str| {
        let raw = post.inbox.mail(from, "Late order", "Where is it?").raw();
        contact(post.inbox.takes(&post.instance, raw).0)
    };
    let (gone, left) = (mail(HANNA), mail("hanna@other.example"));
    let merge = post.cast.agent.get(&format!("/contacts/{gone}/merge?into={left}"));
    merge.form("Merge").submit().expect(200, "Merged into");
    let page = form(&post.cast.agent).submit();
    assert_eq!(contact(conversation(&page)), left);
    post.cast.agent.get(&format!("/contacts/{left}")).form("Block").submit();
    form(&post.cast.agent).submit().expect(422, "blocked");
}

#[test]
fn a_double_click_begins_one() {
    let post = Post::new();
    let form = form(&post.cast.agent);
    let pages = at_once((0..8).map(|_| || form.submit_once().status).collect());
    assert_eq!(pages, [303; 8]);
    assert_eq!(post.instance.count("SELECT count(*) FROM conversations"), 1);
    assert_eq!(post.instance.count("SELECT count(*) FROM deliveries"), 1);
    assert_eq!(post.instance.count("SELECT count(*) FROM contacts"), 1);
}

#[test]
fn a_file_that_was_forgotten_is_not_swallowed_with_the_form_that_had_none() {
    let post = Post::new();
    let form = form(&post.cast.agent);
    let first = conversation(&form.submit());
    let forgotten = form.clone().attach("Attach files", "plan.txt", b"the plan");
    let page = forgotten.submit();
    page.expect(200, "Sending in 10 seconds.").expect(200, "plan.txt");
    assert_ne!(conversation(&page), first);
    assert_eq!(conversation(&form.submit()), first, "the first one, once more");
}

#[test]
fn a_file_alone_is_a_message() {
    let post = Post::new();
    let _runner = post.run();
    let wordless = form(&post.cast.agent).with("Message", "");
    let page = wordless.attach("Attach files", "plan.txt", b"the plan").submit();
    page.expect(200, "Sending in 10 seconds.").expect(200, "plan.txt");
    post.hurry();
    post.wait();
    let mail = post.server.taken_for(HANNA).remove(0);
    let parsed = mail.parsed();
    assert_eq!(parsed.attachment(0).expect("a file").contents(), b"the plan");
}

#[test]
fn what_is_wrong_is_told_beside_its_field_and_the_text_stays() {
    let post = Post::new();
    let wrong = form(&post.cast.agent).with("To", "hanna").with("Subject", " ").submit();
    wrong.expect(422, "This is not an email address.").expect(422, "Please fill this in.");
    assert_eq!(wrong.all("textarea"), ["It is **ready**."]);
    form(&post.cast.agent)
        .with("To", "Support@Sprocket.example")
        .submit()
        .expect(422, "This is one of your own inboxes.");
    form(&post.cast.agent).with("Message", "").submit().expect(422, "Please fill this in.");
    let left = form(&post.cast.agent).with("Message", "Hello {{contact.name}}, {{agent.name}}");
    let left = left.submit();
    left.expect(422, "Fill in {{contact.name}} and {{agent.name}} before you send this.");
    assert_eq!(left.all("textarea"), ["Hello {{contact.name}}, {{agent.name}}"]);
    let page = form(&post.cast.agent);
    post.instance.execute("UPDATE inboxes SET archived_at = CURRENT_TIMESTAMP");
    page.submit().expect(422, "No mail leaves from here yet");
    assert_eq!(post.instance.count("SELECT count(*) FROM conversations"), 0);
}

#[test]
fn others_get_a_copy_of_it_and_of_what_follows() {
    let post = Post::new();
    let _runner = post.run();
    let copies = format!("jo@x.example; Gil <gil@x.example>, {HANNA}");
    let wrong = form(&post.cast.agent).with("Cc", "jo@x.example, gil").submit();
    wrong.expect(422, "“gil” is not an email address.");
    assert_eq!(wrong.attribute("#cc", "value"), "jo@x.example, gil");
    let page = form(&post.cast.agent).with("Cc", &copies).submit();
    let id = conversation(&page);
    post.hurry();
    assert_eq!(post.wait().recipients, [HANNA, "jo@x.example", "gil@x.example"]);
    let next = post.cast.agent.open(id).attribute("#reply-cc", "value");
    assert_eq!(next, "jo@x.example, Gil <gil@x.example>");
}

#[test]
fn a_blocked_contact_is_not_written_to() {
    let post = Post::new();
    form(&post.cast.agent).submit().expect(200, "You own this");
    post.instance.execute("UPDATE contacts SET blocked_at = CURRENT_TIMESTAMP");
    form(&post.cast.agent).submit().expect(422, "This contact is blocked.");
}

#[test]
fn nobody_writes_from_an_inbox_they_do_not_see() {
    let post = Post::new();
    let theirs = EmailInbox::create(
        &post.instance,
        post.cast.other_workspace_id,
        "Theirs",
        "help@rival.example",
    );
    let send = |member: &Member, inbox: i64| {
        let form = form(member);
        form.set("inbox", &inbox.to_string()).submit()
    };
    send(&post.cast.agent, theirs.id).expect(422, "Choose an inbox that mail leaves from.");
    let chat = post.instance.count("SELECT min(id) FROM inboxes WHERE kind = 'web_chat'");
    send(&post.cast.agent, chat).expect(422, "Choose an inbox that mail leaves from.");
    let open = form(&post.cast.agent);
    post.instance
        .execute(&format!("UPDATE inboxes SET is_restricted = TRUE WHERE id = {}", post.inbox.id));
    open.submit().expect(422, "No mail leaves from here yet");
    form(&post.cast.manager).submit().expect(200, "You own this");
    post.cast.outsider.get("/conversations/new").expect(200, "help@rival.example");
}

#[test]
fn a_conversation_that_is_taken_back_is_gone_and_its_text_is_in_the_form() {
    let post = Post::new();
    let page = form(&post.cast.agent).with("Cc", "jo@x.example").submit();
    let id = conversation(&page);
    let back = page.form("Undo").submit();
    assert_eq!(back.attribute("#cc", "value"), "jo@x.example");
    back.expect(200, "New conversation").expect(200, "Not sent.");
    assert_eq!(back.all("textarea"), ["It is **ready**."]);
    assert_eq!(back.attribute("#subject", "value"), "Your order");
    assert_eq!(post.cast.agent.open(id).status, 404);
    assert_eq!(post.instance.count("SELECT count(*) FROM deliveries"), 0);
    assert_eq!(post.instance.count("SELECT count(*) FROM report_facts"), 0);
    back.form("Send").submit().expect(200, "You own this");
}

#[test]
fn a_contact_is_written_to_from_their_page() {
    let post = Post::new();
    form(&post.cast.agent).submit().expect(200, "You own this");
    let contact = post.instance.count("SELECT max(id) FROM contacts");
    let page = post.cast.agent.get(&format!("/contacts/{contact}")).click("New conversation");
    assert_eq!(page.attribute("#to", "value"), HANNA);
}
