//! Mails that do not leave: told at the message, to the author, and tried again.

use std::time::Duration;

use baton::db::Utc;
use baton::models::delivery::reply;
use chrono::TimeDelta;

use super::{HANNA, NO_SUCH, Post, hannas, reply as replies};
use crate::races::at_once;
use crate::support::{Answer, Form, Runner};

/// The Agent's reply to Hanna leaves, and her server answers so.
fn replied(answer: Answer) -> (Post, i64, Runner) {
    let post = Post::new();
    let id = post.owned();
    post.server.answers(answer);
    let runner = post.run();
    post.replies(id, "It left.");
    (post, id, runner)
}

#[test]
fn a_refused_reply_is_told_to_its_author_and_tried_again_by_hand() {
    let (post, id, _runner) = replied(NO_SUCH);
    let page = post.wait_for_words(&post.cast.agent, id, "Not sent");
    page.expect(200, "No such mailbox here");
    let told = post.cast.agent.get("/notifications");
    told.expect(200, "The reply to Hanna Lindqvist may not have arrived");
    let others = post.cast.manager.open(id);
    others.expect(200, "Not sent");
    assert!(!others.has_button("Try again"), "another owns it");

    post.server.answers(Answer::Take);
    page.form("Try again").submit().expect(200, "Sending again.");
    let mail = post.wait();
    post.wait_for_words(&post.cast.agent, id, "Sent");
    page.form("Try again").submit().expect(200, "already on its way, or was sent");
    assert_eq!(post.server.taken_for(HANNA).len(), 1);
    let header = post.instance.count(&format!(
        "SELECT count(*) FROM mails WHERE '<' || header_id || '>' = '{}'",
        mail.header("Message-ID")
    ));
    assert_eq!(header, 1);
}

#[test]
fn whoever_tries_again_what_another_owns_by_now_is_told_so() {
    let post = Post::new();
    let id = post.owned();
    let manager = &post.cast.manager;
    manager.open(id).form("Take over").submit().expect(200, "You own this");
    post.server.answers(NO_SUCH);
    let _runner = post.run();
    replies(manager, id, "It left.").expect(200, "Sending in 10 seconds.");
    post.hurry();
    let page = post.wait_for_words(manager, id, "No such mailbox here");
    post.cast.admin.open(id).form("Take over").submit().expect(200, "You own this");
    let page = page.form("Try again").submit();
    page.expect(409, "Ana Silva owns this now. Nothing was changed.");
    assert!(!page.says("claimed for you"));
}

#[test]
fn what_is_put_off_is_tried_again_by_itself_with_the_same_message_id() {
    let (post, id, _runner) = replied(Answer::RefuseInTheEnd(451, "Come back later"));
    post.wait_for_words(&post.cast.agent, id, "Not sent yet").expect(200, "Come back later");
    post.server.answers(Answer::Take);
    post.hurry();
    post.wait();
    let ids: Vec<String> = post.server.mails().iter().map(|m| m.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_recipient_who_is_put_off_is_nobodys_fault() {
    let (post, id, _runner) = replied(Answer::Refuse(450, "Greylisted"));
    post.wait_for_words(&post.cast.agent, id, "Greylisted").expect(200, "Not sent yet");
    post.server.answers(Answer::Take);
    post.hurry();
    post.wait();
    post.wait_for_words(&post.cast.agent, id, "Sent");
}

#[test]
fn of_sixty_four_who_try_again_one_sends() {
    let (post, id, runner) = replied(NO_SUCH);
    let page = post.wait_for_words(&post.cast.agent, id, "Not sent");
    drop(runner);
    post.server.answers(Answer::Take);
    let forms: Vec<Form> = (0..64).map(|_| page.form("Try again")).collect();
    let _runner = post.run();
    let pages = at_once(forms.iter().map(|form| || form.submit_once().status).collect());
    assert!(pages.iter().all(|status| *status == 303), "{pages:?}");
    post.wait();
    let left = "SELECT count(*) FROM deliveries WHERE kind = 'reply' AND sent_at IS NULL";
    post.instance.wait_for_count(0, left);
    assert_eq!(post.server.taken_for(HANNA).len(), 1);
}

#[test]
fn who_may_not_reply_may_not_try_again() {
    let (post, id, _runner) = replied(NO_SUCH);
    let page = post.wait_for_words(&post.cast.agent, id, "Not sent");
    let seen = page.attribute("input[name=seen]", "value");
    let message = post.instance.count("SELECT max(id) FROM messages");
    let path = format!("/conversations/{id}/messages/{message}/send");
    for member in [&post.cast.manager, &post.cast.other_agent, &post.cast.outsider] {
        let status = member.browser.post_once(&path, &[("seen", &seen)]).status;
        assert!([404, 409].contains(&status), "{}: {status}", member.name);
    }
    let failed = "SELECT count(*) FROM deliveries WHERE failed_at IS NOT NULL";
    assert_eq!(post.instance.count(failed), 1);
    assert!(replies(&post.cast.agent, id, "Another.").says("Sending in 10 seconds."));
}

#[test]
fn where_anyone_may_sign_up_nobody_sends_by_the_server_of_the_installation() {
    let post = Post::with(|config| config.signups_open = true);
    let id = post.owned();
    let _runner = post.run();
    post.replies(id, "It left.");
    let page = post.wait_for_words(&post.cast.agent, id, "Not sent");
    page.expect(200, "This inbox has no SMTP server of its own.");
    assert!(post.server.taken_for(HANNA).is_empty());
    let form = format!("/settings/inboxes/{}/connection", post.inbox.id);
    assert!(!post.cast.admin.get(&form).says("the mail server of this installation"));
}

#[test]
fn an_address_that_the_server_cannot_take_is_told_at_the_reply() {
    let post = Post::new();
    let mail = hannas(&post.inbox).with("From", "Jörg <jörg@customer.example>");
    let (id, _) = post.inbox.takes(&post.instance, mail.raw());
    let _runner = post.run();
    let page = post.cast.agent.open(id).form("Claim and send").with("Reply", "It left.").submit();
    page.expect(200, "Sending in 10 seconds.");
    post.hurry();
    let page = post.wait_for_words(&post.cast.agent, id, "Not sent");
    page.expect(200, "The mail server does not take addresses with letters such as ä.");
    let left = "SELECT count(*) FROM deliveries WHERE kind = 'reply' AND failed_at IS NULL";
    assert_eq!(post.instance.count(left), 0, "it would never pass");
}

#[test]
fn a_reply_finds_a_domain_with_other_letters() {
    let post = Post::new();
    let mail = hannas(&post.inbox).with("From", "Hanna <hanna@bücher.example>");
    let (id, _) = post.inbox.takes(&post.instance, mail.raw());
    let _runner = post.run();
    post.cast.agent.open(id).form("Claim and send").with("Reply", "It left.").submit();
    post.hurry();
    let mail = post.server.wait_for("hanna@xn--bcher-kva.example");
    assert_eq!(mail.header("To"), "\"Hanna\" <hanna@xn--bcher-kva.example>");
}

#[test]
fn a_reply_that_has_nowhere_to_go_is_refused_with_its_text() {
    let post = Post::new();
    let raw = format!("To: {}\r\nSubject: Late\r\n\r\nWhere is it?\r\n", post.inbox.address);
    let (id, _) = post.inbox.takes(&post.instance, raw);
    let page = post.cast.agent.open(id);
    page.expect(200, "nobody yet: this contact has no email address");
    assert_eq!(page.attribute("#reply-cc", "value"), "");
    let page = page.form("Claim and send").with("Reply", "It left.").submit();
    page.expect(422, "Add an email address under Edit contact.").expect(422, "It left.");
    let owned = "SELECT count(*) FROM conversations WHERE assignee_id IS NOT NULL";
    assert_eq!(post.instance.count(owned), 0, "nothing was claimed");
}

#[test]
fn a_database_that_fails_for_a_moment_breaks_off_no_mail_that_is_on_its_way() {
    let (post, _, _runner) = replied(Answer::TakeSilently);
    post.server.wait_until("the mail", |mails| mails.len() == 1);
    // For as long as it takes to try once to renew the lease.
    post.instance.execute("ALTER TABLE deliveries RENAME TO elsewhere");
    std::thread::sleep(Duration::from_secs(5));
    post.instance.execute("ALTER TABLE elsewhere RENAME TO deliveries");
    post.server.answers(Answer::Take);
    post.instance.wait_for_count(1, "SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL");
}

const SENT: &str = "SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL";
const NOTICES: &str = "SELECT count(*) FROM notifications WHERE kind = 'reply_not_sent'";

#[test]
fn a_reply_that_was_taken_while_the_database_was_away_is_known_to_have_left() {
    let (post, _, _runner) = replied(Answer::TakeSilently);
    post.server.wait_until("the mail", |mails| mails.len() == 1);
    post.instance.execute("ALTER TABLE deliveries RENAME TO elsewhere");
    post.server.answers(Answer::Take);
    std::thread::sleep(Duration::from_secs(2));
    // It was away for longer than the lease.
    post.instance.execute("UPDATE elsewhere SET leased_until = '2020-01-01 00:00:00'");
    post.instance.execute("ALTER TABLE elsewhere RENAME TO deliveries");
    post.instance.wait_for_count(1, SENT);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(post.instance.count(SENT), 1);
    assert_eq!(post.instance.count(NOTICES), 0);
    assert_eq!(post.server.taken_for(HANNA).len(), 1);
}

#[test]
fn what_another_node_took_for_unknown_is_mended_and_its_notice_taken_back() {
    let (post, id, _runner) = replied(Answer::TakeSilently);
    post.server.wait_until("the mail", |mails| mails.len() == 1);
    // As another node does after this one stood still.
    post.instance.write(|conn| {
        let later = Utc::now().plus(TimeDelta::minutes(1));
        reply::settle_broken_off(conn, later, &[])
    });
    // Another looks: who was told would have read it then.
    post.cast.manager.open(id).expect(200, "May not have been sent");
    // It was settled at a moment to come: what was told since then is told since now.
    post.instance.execute("UPDATE deliveries SET failed_at = '2020-01-01 00:00:00'");
    assert_eq!(post.instance.count(NOTICES), 1);
    // Until it has found its lease gone.
    std::thread::sleep(Duration::from_secs(5));
    post.server.answers(Answer::Take);
    post.instance.wait_for_count(1, SENT);
    assert_eq!(post.instance.count(NOTICES), 0);
    let page = post.cast.agent.open(id);
    assert!(!page.says("May not have been sent"), "{}", page.text());
}

#[test]
fn a_reply_that_failed_stays_with_its_message_when_other_mails_that_failed_are_swept() {
    let post = Post::new();
    let id = post.owned();
    post.replies(id, "It left.");
    post.instance.execute(
        "INSERT INTO deliveries (kind, recipient, message_id, attempts, next_attempt_at, created_at)
         VALUES ('test', 'ana@sprocket.example', 'another', 1, '2020-01-01 00:00:00',
                 '2020-01-01 00:00:00')",
    );
    post.instance.execute(
        "UPDATE deliveries SET failed_at = '2020-01-01 00:00:00', last_error = 'Nobody is there.'",
    );
    post.instance.sweep();
    assert_eq!(post.instance.count("SELECT count(*) FROM deliveries"), 1);
    post.cast.agent.open(id).expect(200, "Not sent").expect(200, "Nobody is there.");
}

#[test]
fn whoever_took_over_is_told_of_a_reply_that_failed() {
    let post = Post::new();
    let id = post.owned();
    post.server.answers(NO_SUCH);
    replies(&post.cast.agent, id, "It left.").expect(200, "Sending in 10 seconds.");
    post.cast.manager.open(id).form("Take over").submit().expect(200, "You own this");
    let _runner = post.run();
    post.hurry();
    post.wait_for_words(&post.cast.manager, id, "No such mailbox here");
    let words = "The reply to Hanna Lindqvist may not have arrived";
    post.cast.manager.get("/notifications").expect(200, words);
    assert!(!post.cast.agent.get("/notifications").says(words), "it is out of their sight");
}
