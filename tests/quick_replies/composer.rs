//! Quick replies in a conversation, with script off and as a script asks for them.

use super::{LIST, add};
use crate::support::{Instance, Page};

const HELLO: &str = "Hello {{contact.first_name|there}}, {{agent.name}} here.";

/// What stands in the field *Reply*.
fn typed(page: &Page) -> String {
    page.form("Insert").value("body").unwrap_or_default().to_owned()
}

fn times_used(instance: &Instance, id: i64) -> i64 {
    instance.count(&format!("SELECT times_used FROM quick_replies WHERE id = {id}"))
}

#[test]
fn a_text_comes_after_what_was_typed_filled_for_this_customer() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    assert!(!cast.agent.open(id).has_button("Insert"), "there is nothing to insert");
    add(&instance, &cast.manager, "hello", HELLO);
    instance.execute("UPDATE users SET public_name = 'Mia from Sprocket' WHERE name = 'Mia Chen'");
    let form = cast.agent.open(id).form("Insert").with("Quick reply", "hello");
    assert_eq!(typed(&form.submit()), "Hello Hanna, Mia from Sprocket here.");
    let page = form.with("Reply", "Good morning!").submit();
    assert_eq!(typed(&page), "Good morning!\nHello Hanna, Mia from Sprocket here.");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
    page.form("Send reply").submit().expect(200, "Reply sent.");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
}

#[test]
fn what_was_sent_with_it_is_counted_once_and_what_was_only_tried_is_not() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let hello = add(&instance, &cast.manager, "hello", HELLO);
    let other = add(&instance, &cast.manager, "hours", "We open at nine.");
    let page = cast.agent.open(id).form("Insert").with("Quick reply", "hello").submit();
    assert_eq!(times_used(&instance, hello), 0);
    // Held for a newer message: it is not forgotten what the text was made with.
    cast.manager.open(id).form("Take over").submit();
    cast.manager.open(id).form("Assign").with("Assign to", "Mia Chen").submit();
    let form = page.form("Send reply");
    form.submit().expect(200, "Reply sent.");
    form.submit();
    assert_eq!(times_used(&instance, hello), 1, "a double click is one reply");
    assert_eq!(times_used(&instance, other), 0);
    cast.manager.get(LIST).row("hello").expect(200, "used 1 time");
}

#[test]
fn a_placeholder_that_is_left_stops_the_reply_and_keeps_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let dear = add(&instance, &cast.manager, "dear", "Dear {{contact.name}}, hello.");
    instance.execute("UPDATE contacts SET name = 'desk@harbour.example'");
    let page = cast.agent.open(id).form("Insert").with("Quick reply", "dear").submit();
    assert_eq!(typed(&page), "Dear {{contact.name}}, hello.");
    let page = page.form("Send reply").submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#reply-error"), ["Fill in {{contact.name}} before you send this."]);
    assert_eq!(typed(&page), "Dear {{contact.name}}, hello.");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
    let page = page.form("Send reply").with("Reply", "Dear harbour, hello.").submit();
    page.expect(200, "Reply sent.");
    assert_eq!(times_used(&instance, dear), 1);
    // Braces that are nobody's placeholder are what the customer asked about.
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Write {{ product.title }}.");
    form.submit().expect(200, "Reply sent.");
}

#[test]
fn a_placeholder_in_an_unassigned_reply_claims_nothing() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "Hi {{contact.nickname}}!");
    form.submit().expect(422, "Fill in {{contact.nickname}} before you send this.");
    cast.agent.open(id).expect(200, "Nobody owns this yet");
}

#[test]
fn without_a_choice_nothing_is_inserted_and_nothing_lost() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let hello = add(&instance, &cast.manager, "hello", HELLO);
    let form = cast.agent.open(id).form("Insert").with("Reply", "Good morning!");
    let page = form.submit();
    page.expect(422, "Choose a quick reply to insert.");
    assert_eq!(typed(&page), "Good morning!");
    add(&instance, &cast.manager, "other", "Other");
    let form = form.with("Quick reply", "hello");
    cast.manager.get(&format!("{LIST}/{hello}/delete")).form("Delete quick reply").submit();
    let page = form.submit();
    page.expect(422, "That quick reply no longer exists.");
    assert_eq!(typed(&page), "Good morning!");
}

#[test]
fn whoever_lost_the_conversation_while_inserting_keeps_the_text() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    add(&instance, &cast.manager, "hello", HELLO);
    let open = |by: &crate::support::Member| {
        by.open(id).form("Insert").with("Quick reply", "hello").with("Reply", "Good morning!")
    };
    let (agents, managers) = (open(&cast.agent), open(&cast.manager));
    cast.other_agent.open(id).form("Claim").submit();
    let page = agents.submit();
    page.expect(409, "Lukas Brandt claimed this first");
    assert_eq!(page.all("textarea#kept"), ["Good morning!"]);
    assert!(!page.body.contains("rear hanger"), "the thread is not theirs to read");
    let page = managers.submit();
    page.expect(200, "Only Lukas Brandt can reply here.");
    assert_eq!(page.all("textarea#reply"), ["Good morning! Hello Hanna, Gil Roth here."]);
}

#[test]
fn a_script_gets_the_filled_text_of_conversations_that_the_member_sees() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let hello = add(&instance, &cast.manager, "hello", HELLO);
    let path = format!("/conversations/{id}/quick-reply?reply={hello}");
    let answer = cast.agent.get(&path);
    assert_eq!(answer.body, "Hello Hanna, Mia Chen here.");
    assert!(answer.header("content-type").starts_with("text/plain"));
    assert_eq!(cast.other_agent.get(&path).status, 404);
    assert_eq!(cast.outsider.get(&path).status, 404);
    let foreign = add(&instance, &cast.outsider, "theirs", "Secret");
    for wrong in [format!("reply={foreign}"), "reply=x".into(), String::new()] {
        let path = format!("/conversations/{id}/quick-reply?{wrong}");
        assert_eq!(cast.agent.get(&path).status, 404, "{wrong}");
    }
}
