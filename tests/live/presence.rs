//! Who is at a conversation, and who writes.

use std::time::{Duration, Instant};

use crate::support::{Browser, Cast, Instance, Live, Member, Page, is_postgres, sign_in};

/// Longer than anybody may seem to be there after they went.
const GONE_BY: Duration = Duration::from_secs(15);

/// What an open page says of itself.
fn say(member: &Member, conversation: i64, writing: &str, is_gone: &str) -> Page {
    let page = format!("the-open-page-of-{}", member.membership_id);
    let fields = [("page", page.as_str()), ("writing", writing), ("is_gone", is_gone)];
    member.browser.post_once(&format!("/conversations/{conversation}/here"), &fields)
}

fn is_here(member: &Member, conversation: i64) -> Page {
    say(member, conversation, "nothing", "false")
}

fn customer_says(cast: &Cast, customer: &Browser, conversation: i64, writing: &str) -> Page {
    let id = conversation.to_string();
    let fields = [("conversation", &*id), ("page", "the-page-of-hanna"), ("writing", writing)];
    customer.post_once(&format!("/chat/{}/here", cast.chat_key), &fields)
}

fn customer_listens(cast: &Cast, customer: &Browser, conversation: i64) -> Live {
    let path = format!("/chat/{}/live?conversation={conversation}", cast.chat_key);
    let live = customer.listen(&path, "").expect("a stream");
    assert_eq!(live.next().words(), "here");
    live
}

#[test]
fn those_at_a_conversation_see_each_other_come_write_and_go() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let stream = cast.manager.listen();
    let elsewhere = cast.admin.listen();
    assert!(!is_here(&cast.manager, id).says("is here"), "nobody is told of themselves");
    let _own_arrival = stream.all();

    is_here(&cast.agent, id).expect(200, "Gil Roth is here");
    assert_eq!(stream.words(), [format!("presence {id}")]);
    is_here(&cast.manager, id).expect(200, "Mia Chen is here");
    say(&cast.agent, id, "note", "false");
    assert_eq!(stream.words(), [format!("presence {id}")]);
    is_here(&cast.manager, id).expect(200, "Mia Chen is writing a note…");
    say(&cast.agent, id, "reply", "false");
    is_here(&cast.manager, id).expect(200, "Mia Chen is writing…");
    say(&cast.agent, id, "nothing", "true").expect(204, "");
    assert!(!is_here(&cast.manager, id).says("Mia Chen"));
    // To whoever is at another page it is no news, and no event was stored.
    assert!(elsewhere.all().iter().all(|told| told.name != "presence"));
}

#[test]
fn who_says_nothing_more_is_gone_within_fifteen_seconds() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let stream = cast.manager.listen();
    is_here(&cast.agent, id);
    let start = Instant::now();
    is_here(&cast.manager, id).expect(200, "Mia Chen is here");
    while is_here(&cast.manager, id).says("Mia Chen") {
        assert!(start.elapsed() < GONE_BY, "she is still there");
        std::thread::sleep(Duration::from_millis(250));
    }
    let all = stream.words();
    assert_eq!(all.last(), Some(&format!("presence {id}")), "{all:?}");
}

#[test]
fn nobody_is_at_what_they_may_not_see_or_hears_of_it_any_more() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let stream = cast.other_agent.listen();
    is_here(&cast.other_agent, id).expect(200, "");
    let _own_arrival = stream.all();
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    assert_eq!(stream.words(), [format!("gone {id}")]);
    is_here(&cast.agent, id).expect(200, "");
    is_here(&cast.other_agent, id).expect(404, "");
    is_here(&cast.outsider, id).expect(404, "");
    say(&cast.agent, id, "reply", "false");
    assert!(stream.all().is_empty());
    assert!(!is_here(&cast.agent, id).says("Lukas Brandt"));
    // A reply is the owner's alone, whatever a page says.
    say(&cast.manager, id, "reply", "false");
    is_here(&cast.agent, id).expect(200, "Gil Roth is here");
}

#[test]
fn a_customer_hears_of_messages_and_of_who_writes_to_them_and_of_nothing_else() {
    let (instance, cast) = Instance::with_cast();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let stream = customer_listens(&cast, &hanna, id);
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let page = cast.agent.open(id);
    page.form("Add note").with("Note", "Look in the cellar.").submit().expect(200, "cellar");
    is_here(&cast.agent, id);
    say(&cast.agent, id, "note", "false");
    assert!(stream.all().is_empty(), "this is the team's");

    say(&cast.agent, id, "reply", "false");
    assert_eq!(stream.words(), ["presence"]);
    let said = customer_says(&cast, &hanna, id, "nothing");
    said.expect(200, "Mia Chen is writing…");
    let page = cast.agent.open(id);
    page.form("Send reply").with("Reply", "Two of them.").submit().expect(200, "Two of them.");
    let all = stream.all();
    assert_eq!(all.iter().map(|told| told.words()).collect::<Vec<_>>(), ["message"]);
    assert!(all[0].id.is_empty(), "no number tells how much the team does");

    let mia = cast.agent.listen();
    is_here(&cast.agent, id);
    let _own_arrival = mia.all();
    customer_says(&cast, &hanna, id, "reply").expect(200, "");
    assert_eq!(mia.words(), [format!("presence {id}")]);
    is_here(&cast.agent, id).expect(200, "Customer is writing…");
}

#[test]
fn the_stream_of_a_chat_is_its_customers_alone() {
    let (instance, cast) = Instance::with_cast();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let (_, tomas) = cast.customer_writes(&instance, "Tomas Novak", "My wheel is bent.");
    let path = format!("/chat/{}/live?conversation={id}", cast.chat_key);
    assert_eq!(tomas.listen(&path, "").err(), Some(404));
    assert_eq!(instance.browser().listen(&format!("{path}&pass=made-up"), "").err(), Some(404));
    customer_says(&cast, &tomas, id, "reply").expect(404, "");
    // It ends with the conversation.
    let stream = customer_listens(&cast, &hanna, id);
    instance.execute(&format!("DELETE FROM conversations WHERE id = {id}"));
    stream.ends();
}

#[test]
fn those_on_another_node_are_seen_too() {
    let (instance, cast) = Instance::with_cast();
    if !is_postgres() {
        // One process: there is nobody on another.
        return;
    }
    let id = cast.waiting(&instance);
    let node = instance.second_node();
    let there = Member { browser: node.browser(), ..cast.manager.clone() };
    sign_in(&there.browser, &there.email);
    let (stream, there_stream) = (cast.agent.listen(), there.listen());
    // A node hears the others from shortly after somebody listens there: pages say it again.
    let both_are_seen = || {
        let seen = is_here(&cast.agent, id).says("Gil Roth is here");
        is_here(&there, id).says("Mia Chen is here") && seen
    };
    let start = Instant::now();
    while !both_are_seen() {
        assert!(start.elapsed() < GONE_BY, "they do not see each other");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(stream.words().contains(&format!("presence {id}")));
    let _until_now = there_stream.all();
    say(&cast.agent, id, "reply", "false");
    assert!(there_stream.words().contains(&format!("presence {id}")));
    is_here(&there, id).expect(200, "Mia Chen is writing…");
}
