//! Resolve and reopen.

use super::activity;
use crate::support::{Instance, Page};

fn listed(page: &Page) -> Vec<String> {
    page.all(".rows .row-name")
}

#[test]
fn a_conversation_is_resolved_and_reopened_and_keeps_its_owner() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id).form("Resolve").submit();
    page.expect(200, "Resolved.").expect(200, "You own this");
    assert_eq!(activity(&page)[0], "Mia Chen resolved this");
    assert!(!page.has_button("Resolve") && !page.has_button("Snooze"));
    assert!(listed(&cast.agent.get("/inbox?view=mine")).is_empty());
    assert_eq!(listed(&cast.agent.get("/inbox?view=mine&status=resolved")), ["Hanna Lindqvist"]);
    let page = page.form("Reopen").submit();
    page.expect(200, "Reopened.").expect(200, "You own this");
    assert_eq!(activity(&page)[0], "Mia Chen reopened this");
    assert_eq!(listed(&cast.agent.get("/inbox?view=mine")), ["Hanna Lindqvist"]);
}

#[test]
fn whoever_may_see_a_conversation_may_resolve_it() {
    let (instance, cast) = Instance::with_cast();
    let owned = cast.owned_by(&instance, &cast.agent);
    let form = cast.manager.open(owned).form("Resolve");
    assert_eq!(form.submit_as(&cast.other_agent.browser).status, 409);
    form.submit().expect(200, "Resolved.").expect(200, "Mia Chen owns this");
    let waiting = cast.waiting(&instance);
    cast.other_agent.open(waiting).form("Resolve").submit().expect(200, "Resolved.");
    cast.agent.open(waiting).form("Reopen").submit().expect(200, "Reopened.");
}

#[test]
fn resolving_twice_is_resolving_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Resolve");
    form.submit().expect(200, "Resolved.");
    form.submit().expect(200, "Resolved.");
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE kind = 'resolved'"), 1);
}

#[test]
fn a_customers_message_reopens_and_the_owner_stays() {
    let (instance, cast) = Instance::with_cast();
    for button in ["Resolve", "Snooze"] {
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        let page = cast.agent.open(id).form("Claim").submit();
        page.form(button).submit();
        cast.customer_adds(&customer, "Are you there?");
        let page = cast.agent.open(id);
        page.expect(200, "You own this").expect(200, "Are you there?");
        assert_eq!(activity(&page)[0], "Hanna Lindqvist reopened this");
        assert!(page.has_button("Resolve") && !page.has_button("Reopen"));
    }
}
