//! Notes: for the team alone.

use super::{activity, bubbles};
use crate::support::Instance;

#[test]
fn a_note_is_read_by_the_team_and_never_by_the_customer() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let page = cast.agent.open(id).form("Add note").with("Note", "She never pays.").submit();
    page.expect(200, "Note added.").expect(200, "only the team sees this");
    assert_eq!(activity(&page)[0], "Mia Chen added a note");
    assert_eq!(bubbles(&cast.manager.open(id)), ["Is it in stock?", "She never pays."]);
    let key = &cast.chat_key;
    let chat = customer.get(&format!("/chat/{key}"));
    let news = customer.get(&format!("/chat/{key}/messages?conversation={id}&after=0"));
    for page in [chat, news] {
        page.expect(200, "Is it in stock?");
        assert!(!page.body.contains("never pays"), "{}", page.body);
    }
}

#[test]
fn a_manager_adds_a_note_to_what_another_owns() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.manager.open(id).form("Add note").with("Note", "Be quick.").submit();
    cast.agent.open(id).expect(200, "Be quick.").expect(200, "You own this");
}

#[test]
fn an_agent_who_lost_the_conversation_keeps_the_note_they_wrote() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Add note").with("Note", "Ask the workshop.");
    cast.other_agent.open(id).form("Claim").submit();
    let page = form.submit();
    page.expect(409, "Your note was not added.").expect(409, "Lukas Brandt claimed this first");
    assert_eq!(page.all("textarea#kept"), ["Ask the workshop."]);
    assert!(!page.body.contains("rear hanger"), "the thread is not theirs to read");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'note'"), 0);
}

#[test]
fn a_note_reopens_nothing_and_claims_nothing() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.agent.open(id).form("Resolve").submit();
    let page = page.form("Add note").with("Note", "Done by phone.").submit();
    page.expect(200, "Note added.").expect(200, "Nobody owns this yet");
    assert!(page.has_button("Reopen"));
}
