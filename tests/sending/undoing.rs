//! *Undo*: nothing leaves, and everything is as it was.

use baton::models::thread_token;

use super::{HANNA, Post, reply};
use crate::races::at_once;

/// What a reply changes, but for the time at which somebody looked.
const STANDS: &str = "SELECT count(*) FROM conversations c WHERE c.id = {id}
    AND c.last_message_id = c.last_customer_message_id AND c.preview = 'Where is it?'";

fn stands(post: &Post, id: i64) -> bool {
    post.instance.count(&STANDS.replace("{id}", &id.to_string())) == 1
}

#[test]
fn a_reply_that_is_taken_back_is_in_the_composer_and_never_leaves() {
    let post = Post::new();
    let id = post.owned();
    let form = post.cast.agent.open(id).form("Send reply");
    let sent = form
        .with("Reply", "It left *today*.")
        .with("Cc", "jo@x.example")
        .attach("Attach files", "plan.txt", b"the plan")
        .submit();
    sent.expect(200, "Sending in 10 s");
    let undo = sent.form("Undo");
    let page = undo.submit();
    page.expect(200, "Your text is back in the composer.").expect(200, "plan.txt");
    assert_eq!(page.all("textarea#reply"), ["It left *today*."]);
    assert_eq!(page.attribute("#reply-cc", "value"), "jo@x.example");
    assert!(stands(&post, id));
    for table in ["deliveries", "report_facts WHERE kind IN ('reply', 'answered')"] {
        assert_eq!(post.instance.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    // Once more, as an impatient person presses: the text is there again.
    assert_eq!(undo.submit().all("textarea#reply"), ["It left *today*."]);

    let _runner = post.run();
    page.form("Send reply").submit().expect(200, "Sending in 10 s");
    post.hurry();
    let mail = post.wait();
    let parsed = mail.parsed();
    assert_eq!(parsed.attachment_count(), 1);
    let file = parsed.attachment(0).expect("a file");
    let is_text = mail_parser::MimeHeaders::is_content_type(file, "text", "plain");
    assert!(is_text, "a mail program shows it");
    assert_eq!(post.server.mails().len(), 1);
}

#[test]
fn what_a_reply_reopened_is_resolved_again() {
    let post = Post::new();
    let id = post.owned();
    post.cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved.");
    let resolved = "SELECT count(*) FROM report_facts WHERE kind = 'resolved'";
    assert_eq!(post.instance.count(resolved), 1);
    let sent = reply(&post.cast.agent, id, "One thing more.");
    sent.form("Undo").submit().expect(200, "One thing more.");
    let status =
        format!("SELECT count(*) FROM conversations WHERE id = {id} AND status = 'resolved'");
    assert_eq!(post.instance.count(&status), 1);
    assert_eq!(post.instance.count(resolved), 1, "the reports count it once");
    assert_eq!(post.instance.count("SELECT count(*) FROM report_facts WHERE kind = 'reopened'"), 0);
}

#[test]
fn a_last_word_that_is_taken_back_leaves_the_conversation_open() {
    let post = Post::new();
    let id = post.owned();
    let form = post.cast.agent.open(id).form("Send and resolve").with("Reply", "It left.");
    let sent = form.submit();
    sent.expect(200, "Resolved. Sending in 10 seconds.");
    // As after a double click: the same page again, and no second mail.
    form.submit();
    assert_eq!(post.instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
    let page = sent.form("Undo").submit();
    page.expect(200, "Your text is back in the composer.");
    assert!(page.has_button("Resolve"));
    assert!(stands(&post, id));
    let facts = "SELECT count(*) FROM report_facts WHERE kind IN ('resolved', 'reopened', 'reply')";
    assert_eq!(post.instance.count(facts), 0);
}

#[test]
fn who_takes_a_last_word_back_is_beside_the_same_list_again() {
    let post = Post::new();
    let id = post.owned();
    let page = post.cast.agent.get(&format!("/conversations/{id}?view=mine&order=waiting"));
    let sent = page.form("Send and resolve").with("Reply", "It left.").submit();
    let page = sent.form("Undo").submit();
    page.expect(200, "Your text is back in the composer.");
    let address = page.attribute("main", "data-address");
    assert_eq!(address, format!("/conversations/{id}?view=mine&order=waiting"));
}

#[test]
fn undoing_a_reply_takes_nothing_back_that_happened_since() {
    let post = Post::new();
    let id = post.owned();
    let first = reply(&post.cast.agent, id, "First.");
    let undo = first.form("Undo");
    reply(&post.cast.agent, id, "Second.").expect(200, "Second.");
    let tag = format!("[#{}]", thread_token::token(&post.instance.app.signer, id));
    let another = post.inbox.mail(HANNA, &format!("Re: Late order {tag}"), "Hello?");
    assert_eq!(post.inbox.takes(&post.instance, another.raw()).0, id);
    post.cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved.");
    undo.submit().expect(200, "First.");
    let newest = format!(
        "SELECT count(*) FROM conversations WHERE id = {id} AND status = 'resolved'
         AND last_message_id = (SELECT max(id) FROM messages WHERE conversation_id = {id})"
    );
    assert_eq!(post.instance.count(&newest), 1);
    let replies = "SELECT count(*) FROM report_facts WHERE kind IN ('reply', 'answered')";
    assert_eq!(post.instance.count(replies), 2, "the second one is the first response now");
    assert_eq!(post.instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
}

#[test]
fn only_its_author_takes_a_reply_back_and_only_before_it_leaves() {
    let post = Post::new();
    let id = post.owned();
    let undo = reply(&post.cast.agent, id, "It left.").form("Undo");
    for member in [&post.cast.manager, &post.cast.outsider, &post.cast.other_agent] {
        let page = member.open(id);
        assert!(!page.has_button("Undo"), "{}", page.text());
        let path = format!(
            "/conversations/{id}/messages/{}/undo",
            post.instance.count("SELECT max(id) FROM messages")
        );
        let status = member.browser.post_once(&path, &[]).status;
        assert!([404, 409].contains(&status), "{}: {status}", member.name);
    }
    let _runner = post.run();
    post.hurry();
    post.wait();
    undo.submit().expect(409, "It is already on its way.");
    assert_eq!(post.instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
}

#[test]
fn a_reply_is_taken_back_by_its_author_whoever_owns_the_conversation_by_then() {
    let post = Post::new();
    let (id, _) = post.inbox.takes(&post.instance, super::hannas(&post.inbox).raw());
    post.cast.manager.open(id).form("Resolve").submit().expect(200, "Resolved.");
    let form = post.cast.agent.open(id).form("Claim and send");
    let undo = form.with("Reply", "It left *today*.").submit().form("Undo");
    post.cast.manager.open(id).form("Take over").submit().expect(200, "You own this");
    // Once more, as an impatient person presses.
    for _ in 0..2 {
        let page = undo.submit();
        page.expect(200, "Gil Roth took this over").expect(200, "Your reply was not sent.");
        assert_eq!(page.all("textarea#kept"), ["It left *today*."]);
        assert!(!page.says("Where is it?"), "nothing of the thread: {}", page.text());
    }
    assert!(stands(&post, id));
    for table in ["deliveries", "messages WHERE kind = 'reply'", "drafts WHERE body <> ''"] {
        assert_eq!(post.instance.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    let theirs = format!(
        "SELECT count(*) FROM conversations WHERE id = {id} AND status = 'open'
         AND assignee_id = {}",
        post.cast.manager.membership_id
    );
    assert_eq!(post.instance.count(&theirs), 1, "it stays where its owner has it");
    let page = post.cast.manager.open(id);
    assert!(!page.says("It left"), "{}", page.text());

    // Whoever sees it all the same finds the text beside it.
    let sent = reply(&post.cast.manager, id, "It left yesterday.");
    post.cast.admin.open(id).form("Take over").submit().expect(200, "You own this");
    let page = sent.form("Undo").submit();
    page.expect(200, "Not sent.").expect(200, "Where is it?");
    assert_eq!(page.all("textarea#reply"), ["It left yesterday."]);
    assert_eq!(post.instance.count("SELECT count(*) FROM deliveries"), 0);
}

#[test]
fn what_has_left_is_not_taken_back_from_a_conversation_that_is_another_s() {
    let post = Post::new();
    let id = post.owned();
    let undo = reply(&post.cast.agent, id, "It left.").form("Undo");
    post.cast.manager.open(id).form("Take over").submit().expect(200, "You own this");
    let _runner = post.run();
    post.hurry();
    post.wait();
    let page = undo.submit();
    page.expect(409, "It is already on its way.");
    assert!(!page.says("Where is it?"), "{}", page.text());
    assert_eq!(post.instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
}

#[test]
fn a_reply_is_either_taken_back_or_sent() {
    let post = Post::new();
    let _runner = post.run();
    let id = post.owned();
    for round in 0..6 {
        let sent = reply(&post.cast.agent, id, "Now.");
        let message = post.instance.count("SELECT max(id) FROM messages");
        let undo = sent.form("Undo");
        let before = post.server.mails().len();
        let hurry = || {
            post.hurry();
            None
        };
        let press = || Some(undo.submit_once().status);
        type Side<'a> = Box<dyn FnOnce() -> Option<u16> + Send + 'a>;
        let sides: Vec<Side<'_>> = vec![Box::new(hurry), Box::new(press)];
        let undone = at_once(sides).contains(&Some(303));
        let left = format!(
            "SELECT count(*) FROM deliveries WHERE reply_id = {message} AND sent_at IS NULL"
        );
        post.instance.wait_for_count(0, &left);
        let mails = post.server.mails().len() - before;
        assert_eq!(mails, usize::from(!undone), "round {round}");
    }
}
