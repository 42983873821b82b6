//! Who else a reply goes to is part of its draft, where its author changed that.

use super::{AT_THE_DESK, ON_THE_PHONE, Typing, field, json, other_text};
use crate::support::{Cast, EmailInbox, Instance, Page};

const HANNA: &str = "Hanna Lindqvist <hanna@customer.example>";
const TEXT: &str = "Confidential: only for Hanna";

/// Hanna's mail with two others in Cc, in a conversation that the Agent owns.
fn with_copies() -> (Instance, Cast, EmailInbox, i64) {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail(HANNA, "Late order", "Where is it?").with("Message-ID", "<m1@c.example>");
    let mail = mail.with("Cc", "Bob <bob@x.example>, spy@x.example");
    let (id, _) = inbox.takes(&instance, mail.raw());
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    (instance, cast, inbox, id)
}

fn cc(page: &Page) -> String {
    page.attribute("#reply-cc", "value")
}

#[test]
fn a_changed_cc_comes_back_with_its_text() {
    let (_instance, cast, _, id) = with_copies();
    assert_eq!(cc(&cast.agent.open(id)), "Bob <bob@x.example>, spy@x.example");
    Typing { cc: Some(""), ..AT_THE_DESK }.saves(&cast.agent, id, TEXT);
    let page = cast.agent.open(id);
    assert_eq!((field(&page, "Send reply"), cc(&page)), (TEXT.to_owned(), String::new()));
    assert_eq!(page.form("Send reply").value("draft"), Some("1"));
    // As far as it is typed, whether it is an address or not.
    let desk = Typing { version: 1, cc: Some("bob@x.example, jo"), ..AT_THE_DESK };
    assert_eq!(desk.saves(&cast.agent, id, TEXT), 2);
    assert_eq!(cc(&cast.agent.open(id)), "bob@x.example, jo");
    // A Manager who sees the conversation has a Cc of their own.
    assert!(!cast.manager.open(id).body.contains("bob@x.example, jo"));
    let refused = Typing { version: 2, cc: Some("a\u{7}b"), ..AT_THE_DESK };
    assert_eq!(refused.save(&cast.agent, id, TEXT).status, 422);
}

#[test]
fn another_tab_is_asked_about_another_cc() {
    let (_instance, cast, _, id) = with_copies();
    Typing { cc: Some(""), ..AT_THE_DESK }.saves(&cast.agent, id, TEXT);
    for version in [0, 1] {
        let phone = Typing { version, cc: Some("spy@x.example"), ..ON_THE_PHONE };
        let told = phone.save(&cast.agent, id, TEXT);
        if version == 0 {
            assert_eq!(other_text(&told), TEXT);
            assert_eq!(json(&told)["cc"], "");
        } else {
            assert_eq!(told.status, 200, "it has seen what it changes");
        }
    }
    let desk = Typing { version: 1, cc: Some(""), ..AT_THE_DESK };
    let told = desk.save(&cast.agent, id, TEXT);
    assert_eq!((other_text(&told), &json(&told)["cc"]), (TEXT.to_owned(), &"spy@x.example".into()));
}

#[test]
fn an_untouched_cc_follows_the_last_mail() {
    let (instance, cast, inbox, id) = with_copies();
    AT_THE_DESK.saves(&cast.agent, id, "Dear all,");
    let tag = format!("[#{}]", baton::models::thread_token::token(&instance.app.signer, id));
    let mail = inbox.mail(HANNA, &format!("Re: {tag}"), "And Jo.").with("Cc", "jo@x.example");
    assert_eq!(inbox.takes(&instance, mail.raw()).0, id);
    let page = cast.agent.open(id);
    assert_eq!(
        (field(&page, "Send reply"), cc(&page)),
        ("Dear all,".into(), "jo@x.example".into())
    );
    assert_eq!(instance.count("SELECT count(*) FROM drafts WHERE cc IS NULL"), 1);
    // Once it is sent, nothing of it stays.
    page.form("Send reply").with("Cc", "").submit().expect(200, "Sending in 10 seconds.");
    assert_eq!(instance.count("SELECT count(*) FROM drafts WHERE cc IS NULL AND body = ''"), 1);
}

#[test]
fn a_changed_cc_is_kept_without_script() {
    let (instance, cast, _, id) = with_copies();
    let form = || cast.agent.open(id).form("Send reply");
    let page = form().with("Reply", "Hi {{contact.nickname}}!").with("Cc", "").submit();
    page.expect(422, "Fill in {{contact.nickname}}");
    let page = cast.agent.open(id);
    assert_eq!(
        (field(&page, "Send reply").as_str(), cc(&page).as_str()),
        ("Hi {{contact.nickname}}!", "")
    );
    crate::quick_replies::add(&instance, &cast.manager, "hours", "We open at nine.");
    let insert = cast.agent.open(id).form("Insert").with("Quick reply", "hours");
    let page = insert.with("Reply", "Hi!").with("Cc", "jo@x.example").submit();
    assert_eq!(page.form("Send reply").value("draft"), Some("2"), "the page has seen its own");
    assert_eq!(cc(&cast.agent.open(id)), "jo@x.example");
    // What was not touched is nothing that was chosen.
    instance.execute("DELETE FROM drafts");
    form().with("Reply", "Hi {{contact.nickname}}!").submit().expect(422, "Fill in");
    assert_eq!(instance.count("SELECT count(*) FROM drafts WHERE cc IS NULL"), 1);
}

#[test]
fn undo_gives_the_cc_back_with_the_text() {
    let (instance, cast, _, id) = with_copies();
    let sent = cast.agent.open(id).form("Send reply").with("Reply", TEXT).with("Cc", "").submit();
    sent.form("Undo").submit().expect(200, "Your text is back in the composer.");
    let page = cast.agent.open(id);
    assert_eq!((field(&page, "Send reply"), cc(&page)), (TEXT.to_owned(), String::new()));
    // With another text that was begun since, it goes to those who were to have both.
    let form = page.form("Send reply").with("Cc", "Bob <bob@x.example>, jo@x.example");
    let sent = form.submit();
    Typing { cc: Some("bob@x.example, gil@x.example"), ..ON_THE_PHONE }.saves(
        &cast.agent,
        id,
        "Bob!",
    );
    sent.form("Undo").submit().expect(200, "Bob!");
    let page = cast.agent.open(id);
    assert_eq!(field(&page, "Send reply"), format!("{TEXT}\n\nBob!"));
    assert_eq!(cc(&page), "Bob <bob@x.example>");
    // A Cc that was left as it was is as of the last mail again.
    instance.execute("DELETE FROM drafts");
    let sent = cast.agent.open(id).form("Send reply").with("Reply", "Dear all,").submit();
    sent.form("Undo").submit().expect(200, "Dear all,");
    assert_eq!(instance.count("SELECT count(*) FROM drafts WHERE cc IS NULL AND body <> ''"), 1);
    assert_eq!(cc(&cast.agent.open(id)), "Bob <bob@x.example>, spy@x.example");
}
