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
    // Who never saw it is told nothing; who had its page open, who has it now.
    assert_eq!(form.submit_as(&cast.other_agent.browser).status, 404);
    let taken = cast.waiting(&instance);
    let late = cast.other_agent.open(taken).form("Resolve");
    cast.agent.open(taken).form("Claim").submit();
    late.submit().expect(409, "Mia Chen claimed this first");
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

#[test]
fn what_is_spam_by_now_is_not_resolved() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Resolve");
    cast.manager.open(id).form("Mark as spam").submit();
    form.submit().expect(409, "This was marked as spam meanwhile, so it was not resolved.");
    assert_eq!(instance.count("SELECT count(*) FROM conversations WHERE spam_at IS NULL"), 0);
}

/// What somebody who left had resolved is theirs no more once the team works on it again.
#[test]
fn what_a_departed_member_held_is_everybodys_once_it_is_reopened() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.other_agent);
    cast.other_agent.open(id).form("Resolve").submit();
    let team = cast.admin.get("/settings/team").row(&cast.other_agent.email).click("Remove");
    team.form("Remove member").submit();
    assert_eq!(cast.agent.open(id).status, 404);
    let page = cast.manager.open(id).form("Reopen").submit();
    let reopened = page.form("Undo").submit();
    reopened.expect(200, "Undone.");
    assert_eq!(cast.agent.open(id).status, 404, "as it was before");
    cast.manager.open(id).form("Reopen").submit();
    let page = cast.agent.open(id).form("Resolve").submit();
    page.expect(200, "Resolved.");
    page.form("Undo").submit().expect(200, "Undone.");
}

#[test]
fn whoever_puts_one_away_may_go_on_with_the_next_of_the_list() {
    let (instance, cast) = Instance::with_cast();
    let [ada, bo, cleo] = ["Ada", "Bo", "Cleo"]
        .map(|name| cast.customer_writes(&instance, name, &format!("{name} asks.")).0);
    let beside = |id: i64| cast.agent.get(&format!("/conversations/{id}?view=unassigned"));
    let page = beside(cleo).form("Snooze").submit();
    let page = page.expect(200, "Snoozed until").click("Next: Bo");
    page.expect(200, "Bo asks.");
    let page = page.form("Send and resolve").with("Reply", "It is.").submit();
    let page = page.expect(200, "Claimed, sent and resolved.").click("Next: Ada");
    let page = page.form("Resolve").submit();
    assert_eq!(page.expect(200, "Resolved.").find_link("Next: Bo"), None);
    assert!(!page.says("Next:"), "there is none: {}", page.text());
    // What was put away, or taken out of sight meanwhile, is not offered.
    for id in [ada, bo] {
        cast.agent.open(id).form("Reopen").submit().expect(200, "Reopened.");
    }
    let form = beside(ada).form("Resolve");
    assert_eq!(form.value("next"), None, "Bo is not in that list");
    let page = form.set("next", &bo.to_string()).submit();
    assert!(!page.says("Next:"), "{}", page.text());
}

#[test]
fn a_claim_keeps_the_way_to_the_next_of_the_list() {
    let (instance, cast) = Instance::with_cast();
    let asks = |name: &str| cast.customer_writes(&instance, name, &format!("{name} asks.")).0;
    let [ada, bo, _] = ["Ada", "Bo", "Cleo"].map(asks);
    let claimed = |id: i64, order: &str| {
        let path = format!("/conversations/{id}?view=unassigned{order}");
        cast.agent.get(&path).form("Claim").submit()
    };
    let page = claimed(bo, "").form("Resolve").submit();
    page.expect(200, "Resolved.").click("Next: Ada").expect(200, "Ada asks.");
    // Nothing came after it: the first that is left.
    let page = claimed(ada, "").form("Send and resolve").with("Reply", "It is.").submit();
    page.expect(200, "Sent and resolved.").click("Next: Cleo").expect(200, "Cleo asks.");
    let [dan, _] = ["Dan", "Eve"].map(asks);
    let page = claimed(dan, "&order=waiting").form("Resolve").submit();
    page.expect(200, "Resolved.").expect(200, "Next: Eve");
    let page = claimed(dan + 1, "").form("Snooze").submit();
    page.expect(200, "Snoozed until").expect(200, "Next: Cleo");
}
