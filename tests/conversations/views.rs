//! The page of a conversation beside its list.

use super::bubbles;
use crate::support::Instance;

#[test]
fn the_list_that_one_came_from_stays_beside_the_conversation() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.customer_writes(&instance, "Ivo Martens", "A dent in the frame.");
    let list = cast.manager.get("/inbox?view=all");
    let link = list.attribute(".rows li:last-child a", "href");
    let page = cast.manager.get(&link);
    page.expect(200, "Is the rear hanger in stock?");
    assert_eq!(page.all(".rows .row-name").len(), 2);
    assert_eq!(page.attribute(".tabs [aria-current]", "href"), "/inbox?view=all");
    let page = page.form("Claim").submit();
    assert_eq!(page.attribute(".tabs [aria-current]", "href"), "/inbox?view=all");
    let row = page.attribute(".rows a[aria-current]", "href");
    assert_eq!(row, format!("/conversations/{id}?view=all"));
}

#[test]
fn a_page_that_was_opened_before_a_demotion_still_works() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.manager);
    let page = cast.manager.get(&format!("/conversations/{id}?view=all"));
    let form = page.form("Send reply").with("Reply", "On its way.");
    let path = format!("/settings/team/members/{}/role", cast.manager.membership_id);
    cast.admin.browser.post(&path, &[("role", "agent")]);
    form.submit().expect(200, "Reply sent.");
    assert!(!page.click("Inbox").says("Ana Silva"));
    cast.manager.get("/inbox?view=all").expect(403, "Your role does not include the view All");
}

/// As on a full disk, on which nothing can be written.
#[test]
fn a_conversation_that_cannot_be_marked_as_read_is_shown() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.manager.open(id);
    instance.execute("CREATE UNIQUE INDEX no_room ON conversation_reads (workspace_id)");
    cast.agent.open(id).expect(200, "Is the rear hanger in stock?");
    assert_eq!(instance.count("SELECT count(*) FROM conversation_reads"), 1);
}

#[test]
fn a_long_thread_is_read_in_pages_from_its_end() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes_a_lot(&instance);
    let page = cast.agent.open(id);
    let shown = bubbles(&page);
    assert_eq!((shown.len(), &*shown[0], &*shown[99]), (100, "Message 4", "Message 103"));
    let page = page.click("Show earlier messages");
    assert_eq!(bubbles(&page), ["Message 1", "Message 2", "Message 3"]);
    let page = page.click("Show newest messages");
    assert_eq!(bubbles(&page).len(), 100);
}

#[test]
fn what_is_written_on_an_earlier_page_of_the_thread_is_not_held() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes_a_lot(&instance);
    let page = cast.agent.open(id).click("Show earlier messages");
    page.form("Claim and send")
        .with("Reply", "Found it.")
        .submit()
        .expect(200, "Claimed and sent.");
}

#[test]
fn other_conversations_of_the_contact_are_listed_as_far_as_one_may_see_them() {
    let (instance, cast) = Instance::with_cast();
    let (first, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "A first question.");
    let chat = customer.get(&format!("/chat/{}?new=1", cast.chat_key));
    chat.form("Send").with("Message", "A second question.").submit();
    let second = instance.count("SELECT max(id) FROM conversations");
    assert_ne!(first, second);
    cast.agent.open(second).click("A first question.").expect(200, "Nobody owns this yet");
    cast.agent.open(first).form("Claim").submit();
    assert!(cast.agent.open(second).find_link("A first question.").is_some());
    assert!(!cast.other_agent.open(second).says("A first question."));
    assert!(cast.manager.open(second).find_link("A first question.").is_some());
}
