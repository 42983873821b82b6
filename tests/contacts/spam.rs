//! Spam: kept apart from everything, and taken back.

use super::{address, contact_of};
use crate::support::Instance;

#[test]
fn spam_is_in_no_list_but_its_own_and_can_be_taken_back() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.waiting(&instance);
    let page = cast.agent.open(id).form("Mark as spam").submit();
    page.expect(200, "Marked as spam.").expect(200, "Mia Chen marked this as spam");
    assert!(!page.has_button("Reopen"), "it is taken back instead");

    let rows = |query: &str| cast.manager.get(&format!("/inbox?view=all{query}")).all(".row-name");
    assert_eq!(rows("").len(), 1);
    assert_eq!(rows("&status=resolved"), [""; 0]);
    assert_eq!(rows("&status=spam").len(), 1);
    let inbox = cast.agent.get("/inbox?view=unassigned");
    assert_eq!(inbox.all("#count-unassigned"), ["1"]);
    let spam = inbox.click("Spam");
    assert_eq!(spam.all(".row-name").len(), 1);
    assert!(spam.attribute("a.row", "href").contains("status=spam"), "the list stays beside it");

    let page = cast.other_agent.open(id).form("Not spam").submit();
    page.expect(200, "Marked as not spam.").expect(200, "marked this as not spam");
    assert_eq!(rows("").len(), 2);
    assert_eq!(rows("&status=spam"), [""; 0]);
}

#[test]
fn what_is_written_to_spam_stays_there_and_nobody_is_told() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Buy my pills");
    cast.agent.open(id).form("Claim").submit();
    cast.agent.open(id).form("Mark as spam").submit().expect(200, "Marked as spam.");
    let chat = cast.chat_path();
    let page = customer.get(&chat).form("Send").with("Message", "Really cheap").submit();
    page.expect(200, "Really cheap");
    assert_eq!(cast.agent.get("/inbox?view=mine").all(".row-name"), [""; 0]);
    assert_eq!(instance.count("SELECT count(*) FROM notifications"), 0);
    cast.agent.open(id).expect(200, "Really cheap").expect(200, "Spam");
}

#[test]
fn an_answer_to_spam_makes_it_a_conversation_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id).form("Mark as spam").submit();
    page.form("Send reply").with("Reply", "No, thank you.").submit().expect(200, "Reply sent.");
    assert!(cast.agent.open(id).has_button("Mark as spam"));
    let marked = "SELECT count(*) FROM conversations WHERE spam_at IS NOT NULL";
    assert_eq!(instance.count(marked), 0);
}

#[test]
fn a_contact_shows_what_was_spam_as_such() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.agent.open(id).form("Mark as spam").submit();
    let page = cast.agent.get(&address(contact_of(&instance, id)));
    page.row("Is the rear hanger in stock?").expect(200, "Spam");
    assert!(!cast.agent.get("/contacts").row("Hanna").says("Last seen"));
}
