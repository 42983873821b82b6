//! What a member has not seen of what customers wrote.

use baton::policy::Role;

use super::{fill, unread};
use crate::support::{Instance, add_member};

#[test]
fn opening_marks_a_conversation_as_read_for_oneself_only() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let list = |member: &crate::support::Member| unread(&member.get("/inbox?view=unassigned"));
    assert_eq!(list(&cast.agent), ["Hanna Lindqvist"]);
    cast.agent.open(id);
    assert!(list(&cast.agent).is_empty());
    assert_eq!(list(&cast.other_agent), ["Hanna Lindqvist"]);
}

#[test]
fn what_nobody_has_looked_at_yet_stays_unread() {
    let (instance, cast) = Instance::with_cast();
    let path = format!("/conversations/{}", cast.waiting(&instance));
    let browser = &cast.agent.browser;
    assert_eq!(browser.request("HEAD", &path, &[], None).status, 200);
    for purpose in ["prefetch", "prefetch;prerender"] {
        let page = browser.request("GET", &path, &[("Sec-Purpose", purpose)], None);
        assert_eq!(page.status, 200);
    }
    assert_eq!(unread(&cast.agent.get("/inbox?view=unassigned")), ["Hanna Lindqvist"]);
}

#[test]
fn what_the_customer_adds_is_unread_again() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let page = cast.agent.open(id).form("Claim").submit();
    assert!(unread(&cast.agent.get("/inbox")).is_empty());
    cast.customer_adds(&customer, "Hello?");
    assert_eq!(unread(&cast.agent.get("/inbox")), ["Hanna Lindqvist"]);
    // A form of the page from before shows nothing of it.
    page.form("Add note").with("Note", "Wait.").submit();
    assert!(unread(&cast.agent.get("/inbox")).is_empty(), "the page that came back shows it");
}

#[test]
fn what_colleagues_write_is_not_marked() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.manager.open(id);
    cast.agent.open(id).form("Claim and send").with("Reply", "Two are left.").submit();
    cast.agent.open(id).form("Add note").with("Note", "A regular.").submit();
    assert!(unread(&cast.manager.get("/inbox?view=all")).is_empty());
    assert!(unread(&cast.agent.get("/inbox?view=mine")).is_empty());
}

#[test]
fn an_earlier_page_of_the_thread_marks_nothing() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let newest = instance.count("SELECT max(id) FROM messages");
    cast.agent.get(&format!("/conversations/{id}?messages_before={newest}"));
    assert_eq!(unread(&cast.agent.get("/inbox")), ["Hanna Lindqvist"]);
}

#[test]
fn what_came_before_one_joined_is_not_ones_to_catch_up_with() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=2);
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let email = "nia@sprocket.example";
    let nia = add_member(&instance, cast.workspace_id, "Nia Okoro", email, Role::Agent);
    assert!(unread(&nia.get("/inbox")).is_empty());
    // Not even when a colleague touches it later.
    cast.manager.open(id).form("Add note").with("Note", "A regular.").submit();
    assert!(unread(&nia.get("/inbox")).is_empty());
    let page = cast.manager.open(id).form("Claim and send").with("Reply", "It is.").submit();
    page.form("Release").submit();
    assert!(unread(&nia.get("/inbox")).is_empty());
    cast.customer_adds(&customer, "Good, I take it.");
    assert_eq!(unread(&nia.get("/inbox")), ["Hanna Lindqvist"]);
}
