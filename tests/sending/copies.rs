//! Who else gets a reply.

use super::{HANNA, NO_SUCH, Post, hannas};
use crate::support::Answer;

#[test]
fn those_in_cc_stay_in_it_and_can_be_changed() {
    let post = Post::new();
    let own = post.inbox.address.clone();
    let mail = hannas(&post.inbox).with("Cc", &format!("Jo Berg <jo@x.example>, {own}"));
    let (id, _) = post.inbox.takes(&post.instance, mail.raw());
    post.cast.agent.open(id).form("Claim").submit();
    let page = post.cast.agent.open(id);
    assert_eq!(page.attribute("#reply-cc", "value"), "Jo Berg <jo@x.example>");
    let _runner = post.run();
    page.form("Send reply")
        .with("Reply", "It left.")
        .with("Cc", "Gil <gil@x.example>, jo@x.example")
        .submit()
        .expect(200, "Cc Gil <gil@x.example>, jo@x.example");
    post.hurry();
    let mail = post.wait();
    assert_eq!(mail.recipients, [HANNA, "gil@x.example", "jo@x.example"]);
    assert_eq!(mail.header("Cc"), "\"Gil\" <gil@x.example>, <jo@x.example>");
    let page = post.wait_for_words(&post.cast.agent, id, "Sent");
    let kept = page.attribute("#reply-cc", "value");
    assert_eq!(kept, "Gil <gil@x.example>, jo@x.example", "for the next reply");
    page.form("Send reply").with("Reply", "Bye.").with("Cc", "").submit();
    assert_eq!(post.cast.agent.open(id).attribute("#reply-cc", "value"), "");
}

#[test]
fn whom_a_mail_was_to_besides_is_said_at_it() {
    let post = Post::new();
    let (id, _) = post.inbox.takes(&post.instance, hannas(&post.inbox).raw());
    assert!(!post.cast.agent.open(id).says(&format!("To {}", post.inbox.address)));
    let both = format!("{}, Kim Solberg <kim@x.example>", post.inbox.address);
    let mail = hannas(&post.inbox).with("To", &both).with("Message-ID", "<two@customer.example>");
    let (id, _) = post.inbox.takes(&post.instance, mail.raw());
    let page = post.cast.agent.open(id);
    page.expect(200, &format!("To {}, Kim Solberg <kim@x.example>", post.inbox.address));
}

#[test]
fn all_of_a_reply_to_what_another_owns_comes_along_when_it_is_taken_over() {
    let post = Post::new();
    let (id, _) = post.inbox.takes(&post.instance, hannas(&post.inbox).raw());
    let manager = &post.cast.manager;
    let form = manager.open(id).form("Claim and send").set("used", "7");
    let form = form.with("Reply", "It left.").with("Cc", "gil@x.example");
    let form = form.attach("Attach files", "slip.txt", b"of today");
    post.cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let page = form.submit();
    page.expect(409, "Your reply was not sent. Mia Chen owns this now.");
    page.expect(409, "slip.txt");
    let page = page.form("Take over").submit();
    page.expect(200, "your text is kept below");
    let form = page.form("Send reply");
    assert_eq!(form.value("used"), Some("7"));
    let page = form.submit();
    page.expect(200, "Sending in 10 seconds.").expect(200, "Cc gil@x.example");
    assert_eq!(page.all(".thread a.attachment .one-line"), ["slip.txt"]);
}

#[test]
fn a_file_alone_comes_along_too_when_it_is_taken_over() {
    let post = Post::new();
    let (id, _) = post.inbox.takes(&post.instance, hannas(&post.inbox).raw());
    let form = post.cast.manager.open(id).form("Claim and send");
    let form = form.attach("Attach files", "slip.txt", b"of today");
    post.cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let page = form.submit().form("Take over").submit();
    let page = page.form("Send reply").submit();
    page.expect(200, "Sending in 10 seconds.").expect(200, "slip.txt");
}

#[test]
fn what_is_no_address_is_told_beside_the_field_and_the_text_stays() {
    let post = Post::new();
    let id = post.owned();
    let form = || post.cast.agent.open(id).form("Send reply").with("Reply", "It left.");
    let many: Vec<String> = (0..21).map(|n| format!("a{n}@x.example")).collect();
    for (typed, told) in [
        ("jo@x.example, jo", "“jo” is not an email address."),
        ("jo@x.example\r\nBcc: eve@x.example", "“Bcc: eve@x.example” is not an email address."),
        (&many.join(", "), "That is more than 20 addresses."),
    ] {
        let page = form().with("Cc", typed).submit();
        page.expect(422, told).expect(422, "It left.");
    }
    assert_eq!(post.instance.count("SELECT count(*) FROM mails"), 1, "Hanna's alone");
}

/// A reply to Hanna, with Jo and Gil in Cc.
fn with_copies(post: &Post) -> i64 {
    let id = post.owned();
    post.cast
        .agent
        .open(id)
        .form("Send reply")
        .with("Reply", "It left.")
        .with("Cc", "jo@x.example, gil@x.example")
        .submit()
        .expect(200, "Sending in 10 seconds.");
    post.hurry();
    id
}

#[test]
fn one_copy_that_is_refused_keeps_nobody_else_from_the_mail() {
    let post = Post::new();
    post.server.answers_to("jo@x.example", NO_SUCH);
    let id = with_copies(&post);
    let _runner = post.run();
    assert_eq!(post.wait().recipients, [HANNA, "gil@x.example"]);
    let page = post.wait_for_words(&post.cast.agent, id, "Not delivered to jo@x.example: ");
    page.expect(200, "No such mailbox here");
    assert!(!page.has_button("Try again"), "the others would get it twice");
    let notices = post.cast.agent.get("/notifications");
    notices.expect(200, "The reply to jo@x.example may not have arrived");
    let next = post.cast.agent.open(id).attribute("#reply-cc", "value");
    assert_eq!(next, "jo@x.example, gil@x.example", "for its author to change");
}

#[test]
fn without_the_customer_nobody_gets_a_copy() {
    let post = Post::new();
    post.server.answers_to(HANNA, NO_SUCH);
    let id = with_copies(&post);
    let _runner = post.run();
    let page = post.wait_for_words(&post.cast.agent, id, "Not sent");
    page.expect(200, "No such mailbox here");
    assert!(post.server.mails().is_empty());
    let notices = post.cast.agent.get("/notifications");
    notices.expect(200, "The reply to Hanna Lindqvist may not have arrived");
}

#[test]
fn a_copy_that_is_put_off_puts_off_the_mail_and_the_last_answers_count() {
    let post = Post::new();
    post.server.answers_to("jo@x.example", NO_SUCH);
    post.server.answers_to("gil@x.example", Answer::Refuse(450, "Greylisted"));
    let id = with_copies(&post);
    let _runner = post.run();
    post.wait_for_words(&post.cast.agent, id, "Not sent yet").expect(200, "Greylisted");
    assert!(post.server.mails().is_empty());
    post.server.answers(Answer::Take);
    post.hurry();
    assert_eq!(post.wait().recipients, [HANNA, "jo@x.example", "gil@x.example"]);
    let page = post.wait_for_words(&post.cast.agent, id, "Sent");
    assert!(!page.says("Not delivered"), "{}", page.text());
}

#[test]
fn of_more_than_a_mail_takes_the_composer_says_so() {
    let post = Post::new();
    for (n, says_so) in [(20, false), (21, true)] {
        let many: Vec<String> = (0..n).map(|n| format!("a{n}@x.example")).collect();
        let mail = hannas(&post.inbox).with("Message-ID", &format!("<{n}@customer.example>"));
        let (id, _) = post.inbox.takes(&post.instance, mail.with("Cc", &many.join(", ")).raw());
        let page = post.cast.agent.open(id);
        assert_eq!(page.attribute("#reply-cc", "value"), many[..20].join(", "));
        assert_eq!(page.says("The last mail had more people in Cc."), says_so, "{n}");
    }
}

#[test]
fn whoever_asks_for_answers_at_two_addresses_gets_them_at_both() {
    let post = Post::new();
    let mail = hannas(&post.inbox).with("Reply-To", "Office <office@x.example>, shop@x.example");
    let (id, _) = post.inbox.takes(&post.instance, mail.raw());
    let page = post.cast.agent.open(id);
    page.expect(200, "Replies go to Office <office@x.example>, shop@x.example");
    assert_eq!(page.attribute("#reply-cc", "value"), "shop@x.example");
    page.form("Claim and send").with("Reply", "It left.").submit();
    let _runner = post.run();
    post.hurry();
    let mail = post.server.wait_for("office@x.example");
    assert_eq!(mail.recipients, ["office@x.example", "shop@x.example"]);
}

#[test]
fn an_answer_that_is_asked_for_at_the_inbox_itself_goes_to_the_sender() {
    let post = Post::new();
    crate::support::EmailInbox::create(
        &post.instance,
        post.cast.workspace_id,
        "Sales",
        "sales@sprocket.example",
    );
    let _runner = post.run();
    for (n, ours) in
        ["support@sprocket.example", "Sales <sales+new@sprocket.example>"].into_iter().enumerate()
    {
        let mail = hannas(&post.inbox).with("Message-ID", &format!("<{n}@customer.example>"));
        let (id, _) = post.inbox.takes(&post.instance, mail.with("Reply-To", ours).raw());
        post.cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
        post.replies(id, "It left.").expect(200, HANNA);
        post.server.wait_for(HANNA);
        post.wait_for_words(&post.cast.agent, id, "Sent");
    }
    assert!(post.server.mails().iter().all(|mail| mail.recipients == [HANNA]));
}

#[test]
fn a_reply_quotes_nothing_that_the_customer_did_not_get() {
    let post = Post::new();
    let mail = hannas(&post.inbox).with("Cc", "sven@supplier.example");
    let (id, _) = post.inbox.takes(&post.instance, mail.raw());
    post.cast.agent.open(id).form("Claim").submit();
    let tag = crate::mail::tag(&post.instance, id);
    let own = post.inbox.mail("Sven <sven@supplier.example>", &tag, "She is a late payer.");
    assert_eq!(post.inbox.takes(&post.instance, own.raw()).0, id);
    let away =
        post.inbox.mail(HANNA, &tag, "I am on the beach.").with("Auto-Submitted", "auto-replied");
    assert_eq!(post.inbox.takes(&post.instance, away.raw()).0, id);
    let _runner = post.run();
    let form = post.cast.agent.open(id).form("Send reply").with("Reply", "It left.").with("Cc", "");
    form.submit().expect(200, "Sending");
    post.hurry();
    let mail = post.wait();
    assert_eq!(mail.recipients, [HANNA]);
    for part in [mail.plain(), mail.html()] {
        assert!(part.contains("Where is it?"), "{part}");
        assert!(!part.contains("late payer") && !part.contains("beach"), "{part}");
    }
}

#[test]
fn what_came_by_a_form_or_a_list_is_answered_where_it_says() {
    let post = Post::new();
    for (name, value) in
        [("Feedback-ID", "1.eu-west-1.x:AmazonSES"), ("List-Id", "<help.x.example>")]
    {
        let form = post.inbox.mail("Form <no-reply@forms.example>", "A question", "Blue?");
        let form = form.with("Reply-To", HANNA).with(name, value);
        let (id, _) =
            post.inbox.takes(&post.instance, form.with("Message-ID", &format!("<{name}@x>")).raw());
        let page = post.cast.agent.open(id).form("Claim").submit();
        page.expect(200, &format!("To {HANNA}"));
    }
    assert_eq!(
        post.instance.count("SELECT count(*) FROM conversations WHERE waiting_since IS NULL"),
        1
    );
}
