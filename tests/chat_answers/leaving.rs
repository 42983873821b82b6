//! When an answer is mailed, and when the chat has shown it already.

use baton::App;

use super::{HANNA, replies};
use crate::outbox::{after_two_minutes, make_due, wait_until_empty, with_mail_server};
use crate::support::Runner;

#[test]
fn who_went_away_gets_the_answers_in_one_mail_that_says_why() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "My own words");
    replies(&cast.agent, id, "Two are left.");
    let form = cast.agent.open(id).form("Send reply");
    form.with("Reply", "Shall I *keep* <one>?").submit().expect(200, "Shall I keep <one>?");
    cast.agent.open(id).form("Add note").with("Note", "She is a regular.").submit();
    assert!(server.mails().is_empty());
    after_two_minutes(&instance);
    let mail = server.only_mail(HANNA);
    assert_eq!(mail.subject(), "Sprocket & Co answered you in the chat");
    let parsed = mail.parsed();
    let from = parsed.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!(from.name(), Some("Sprocket & Co"));
    assert_eq!(from.address(), Some("baton@baton.example"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    let plain = mail.plain();
    for words in [
        "Mia Chen:\nTwo are left.",
        "Shall I *keep* <one>?",
        "You get this because hanna.lindqvist@customer.example was given in the chat",
        "An answer to this mail reaches nobody",
    ] {
        assert!(plain.contains(words), "{words:?} is missing from {plain}");
    }
    assert!(mail.html().contains("<em>keep</em> &#60;one&#62;?"), "{}", mail.html());
    let link = format!("{}/chat/{}?conversation={id}&proof=", instance.base, cast.chat_key);
    assert!(mail.link().starts_with(&link), "{}", mail.link());
    // What the customer typed may be to somebody else's address; notes are the team's.
    for words in ["My own words", "Hanna", "regular"] {
        assert!(!plain.contains(words) && !mail.html().contains(words), "{words}");
    }
}

#[test]
fn who_saw_the_answer_gets_no_mail_with_script_or_without() {
    let (server, instance, cast) = with_mail_server();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    // The page's script asks for what is new.
    let news = format!("/chat/{}/messages?conversation={id}&after=0", cast.chat_key);
    hanna.get(&news).expect(200, "Two are left.");
    after_two_minutes(&instance);
    // The page as a whole.
    replies(&cast.agent, id, "And a chain.");
    hanna.get(&cast.chat_path()).expect(200, "And a chain.");
    after_two_minutes(&instance);
    assert!(server.mails().is_empty());
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0, "they are dropped");
    // Who looks elsewhere sees nothing of it.
    replies(&cast.agent, id, "Shall I keep one?");
    hanna.get(&format!("/chat/{}?new", cast.chat_key));
    instance.browser().get(&news);
    after_two_minutes(&instance);
    let mail = server.only_mail(HANNA);
    assert!(mail.plain().contains("Shall I keep one?"));
    assert!(!mail.plain().contains("Two are left."), "that they have seen");
}

#[test]
fn each_answer_is_mailed_once() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    after_two_minutes(&instance);
    after_two_minutes(&instance);
    server.only_mail(HANNA);
    replies(&cast.agent, id, "Shall I keep one?");
    after_two_minutes(&instance);
    let mails = server.taken_for(HANNA);
    assert_eq!(mails.len(), 2);
    assert!(!mails[1].plain().contains("Two are left."), "{}", mails[1].plain());
}

#[test]
fn two_nodes_send_it_once() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    for text in ["One.", "Two.", "Three."] {
        replies(&cast.agent, id, text);
    }
    make_due(&instance);
    let other = App::open((*instance.app.config).clone()).expect("a second node opens");
    let _runners = [Runner::start(&instance.app), Runner::start(&other)];
    wait_until_empty(&instance);
    let plain = server.only_mail(HANNA).plain();
    assert!(["One.", "Two.", "Three."].iter().all(|text| plain.contains(text)), "{plain}");
}

#[test]
fn an_answer_that_comes_while_a_mail_leaves_gets_one_of_its_own() {
    let (server, instance, cast) = with_mail_server();
    server.answers_to("hanna", crate::support::Answer::RefuseInTheEnd(451, "Come back later"));
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    replies(&cast.agent, id, "Two are left.");
    make_due(&instance);
    let runner = Runner::start(&instance.app);
    instance.wait_for_count(
        1,
        "SELECT count(*) FROM deliveries WHERE attempts = 1 AND leased_until IS NULL",
    );
    replies(&cast.agent, id, "Shall I keep one?");
    server.answers_to("hanna", crate::support::Answer::Take);
    drop(runner);
    after_two_minutes(&instance);
    let plain: Vec<String> = server.taken_for(HANNA).iter().map(|mail| mail.plain()).collect();
    assert_eq!(plain.len(), 2);
    for text in ["Two are left.", "Shall I keep one?"] {
        assert_eq!(plain.concat().matches(text).count(), 1, "{plain:?}");
    }
}
