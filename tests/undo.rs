//! *Undo*: for ten seconds, by whoever did it, and only where nothing changed since.

use crate::conversations::newest_activity;
use crate::support::{Instance, Member, Page};

fn over(instance: &Instance) {
    instance.execute("UPDATE undos SET until = '2020-01-01 00:00:00'");
}

/// Unread notifications of a member.
fn unread(instance: &Instance, of: &Member) -> i64 {
    instance.count(&format!(
        "SELECT count(*) FROM notifications WHERE membership_id = {} AND read_at IS NULL",
        of.membership_id
    ))
}

fn owner(instance: &Instance, id: i64) -> i64 {
    instance.count(&format!("SELECT coalesce(assignee_id, 0) FROM conversations WHERE id = {id}"))
}

#[test]
fn a_claim_is_undone_and_the_conversation_is_back_in_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.agent.open(id).form("Claim").submit();
    page.expect(200, "Claimed. You own this now.");
    let page = page.form("Undo").submit();
    page.expect(200, "Undone.").expect(200, "Nobody owns this now");
    assert_eq!(newest_activity(&page), "Mia Chen released this");
    assert!(!page.has_button("Undo"), "an undo is not undone");
}

#[test]
fn an_assignment_is_undone_with_what_was_told_of_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.assigns(id, "Lukas Brandt");
    assert_eq!([&cast.agent, &cast.other_agent].map(|one| unread(&instance, one)), [1, 1]);
    page.form("Undo").submit().expect(200, "Mia Chen owns this");
    assert_eq!([&cast.agent, &cast.other_agent].map(|one| unread(&instance, one)), [0, 0]);
    assert_eq!(cast.other_agent.open(id).status, 404);

    // Whoever has read of it is told that it is no longer so.
    let page = cast.manager.assigns(id, "Lukas Brandt");
    cast.other_agent.open(id).expect(200, "You own this");
    cast.agent.browser.post("/notifications/read", &[]);
    let page = page.form("Undo").submit();
    assert_eq!(newest_activity(&page), "Gil Roth assigned this to Mia Chen");
    assert_eq!([&cast.agent, &cast.other_agent].map(|one| unread(&instance, one)), [1, 1]);
    cast.agent.get("/notifications").expect(200, "Gil Roth assigned this to you");
}

#[test]
fn release_and_take_over_are_undone_too() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id).form("Release").submit();
    page.form("Undo").submit().expect(200, "You own this");
    let page = cast.manager.open(id).form("Take over").submit();
    page.expect(200, "You own this");
    page.form("Undo").submit().expect(200, "Mia Chen owns this");
    assert_eq!(owner(&instance, id), cast.agent.membership_id);
}

#[test]
fn a_step_is_undone_and_the_row_stands_where_it_stood() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Ivo Martens", "A dent.");
    cast.customer_writes(&instance, "Nia Okoro", "Opening hours?");
    let stands = |how: &str| {
        instance.count(&format!("SELECT count(*) FROM conversations WHERE id = {id} AND {how}"))
    };
    // Opening reads: who is unread is no matter here.
    let names = |page: &Page| page.all(".rows .row-name").join(", ").replace("Unread. ", "");
    let before = names(&cast.manager.get("/inbox?view=unassigned"));
    for (button, done, undone) in [
        ("Resolve", "Resolved.", "Gil Roth reopened this"),
        ("Snooze", "Snoozed until", "Gil Roth reopened this"),
        ("Mark as spam", "Marked as spam.", "Gil Roth marked this as not spam"),
    ] {
        let page = cast.manager.open(id).form(button).submit();
        page.expect(200, done);
        let page = page.form("Undo").submit();
        page.expect(200, "Undone.");
        assert_eq!(newest_activity(&page), undone);
        assert_eq!(stands("status = 'open' AND snoozed_until IS NULL AND spam_at IS NULL"), 1);
        assert_eq!(names(&cast.manager.get("/inbox?view=unassigned")), before, "{button}");
    }
    // Back to a snooze, with its time.
    cast.manager.open(id).form("Snooze").set("until", "next-week").submit();
    let until = cast.manager.open(id).all(".panel-section p.small.muted").concat();
    assert!(until.starts_with("Until"), "{until}");
    let page = cast.manager.open(id).form("Reopen").submit();
    let page = page.form("Undo").submit();
    assert_eq!(page.all(".panel-section p.small.muted").concat(), until);
}

#[test]
fn a_label_is_undone_whichever_way_it_went() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let new = cast.manager.get("/settings/labels/new").form("Save label");
    new.with("Name", "Refund").set("colour", "red").submit();
    let chips = |page: &Page| page.all(".chips .label-chip");
    let page = cast.agent.open(id).form("Add label").with("Label", "Refund").submit();
    let page = page.form("Undo").submit();
    assert!(chips(&page).is_empty());
    assert_eq!(newest_activity(&page), "Mia Chen removed the label Refund");
    let page = page
        .form("Add label")
        .with("Label", "Refund")
        .submit()
        .form("Remove label Refund")
        .submit();
    let undo = page.form("Undo");
    assert_eq!(chips(&undo.submit()), ["Refund"]);

    // Somebody else's label is not taken off.
    let undo = {
        cast.agent.open(id).form("Remove label Refund").submit();
        cast.agent.open(id).form("Add label").with("Label", "Refund").submit().form("Undo")
    };
    cast.manager.open(id).form("Remove label Refund").submit();
    cast.manager.open(id).form("Add label").with("Label", "Refund").submit();
    undo.submit().expect(409, "The label of it was changed meanwhile. Nothing was changed.");
    assert_eq!(chips(&cast.agent.open(id)), ["Refund"]);
}

#[test]
fn after_ten_seconds_it_is_too_late() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.agent.open(id).form("Resolve").submit();
    let seconds = page.attribute("form[data-seconds]", "data-seconds");
    assert_eq!(seconds, "10");
    over(&instance);
    page.form("Undo").submit().expect(409, "Too late to undo");
    assert_eq!(newest_activity(&cast.agent.open(id)), "Mia Chen resolved this");
}

#[test]
fn it_works_once_and_a_second_press_says_so() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let undo = cast.agent.open(id).form("Resolve").submit().form("Undo");
    undo.submit().expect(200, "Undone.");
    over(&instance);
    undo.submit().expect(200, "It has already been undone.");
    cast.agent.open(id).form("Resolve").submit();
    undo.submit();
    assert_eq!(newest_activity(&cast.agent.open(id)), "Mia Chen resolved this");
}

#[test]
fn nobody_undoes_what_another_did() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let undo = cast.agent.open(id).form("Resolve").submit().form("Undo");
    for other in [&cast.admin, &cast.manager, &cast.other_agent] {
        assert_eq!(undo.submit_as(&other.browser).status, 404, "{}", other.name);
    }
    assert_eq!(cast.outsider.browser.post(undo.action(), &[]).status, 404);
    assert_eq!(newest_activity(&cast.agent.open(id)), "Mia Chen resolved this");
}

#[test]
fn what_moved_since_stays_as_it_is() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let undo = cast.manager.assigns(id, "Lukas Brandt").form("Undo");
    cast.admin.open(id).form("Take over").submit();
    undo.submit().expect(409, "Ana Silva took it over meanwhile. Nothing was changed.");
    assert_eq!(owner(&instance, id), cast.admin.membership_id);

    let (id, customer) = cast.customer_writes(&instance, "Nia Okoro", "Opening hours?");
    let undo = cast.agent.open(id).form("Snooze").submit().form("Undo");
    let chat = customer.get(&cast.chat_path()).form("Send");
    chat.with("Message", "Still there?").submit();
    undo.submit().expect(409, "It was reopened meanwhile.");

    // One that left the member's sight tells no more than who has it.
    let id = cast.waiting(&instance);
    let undo = cast.agent.open(id).form("Resolve").submit().form("Undo");
    cast.manager.assigns(id, "Lukas Brandt");
    undo.submit().expect(409, "It was assigned to Lukas Brandt meanwhile.");
}

#[test]
fn what_one_may_not_do_any_more_is_not_undone_either() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let undo = cast.manager.assigns(id, "Unassigned").form("Undo");
    let role = format!("/settings/team/members/{}/role", cast.manager.membership_id);
    cast.admin.browser.post(&role, &[("role", "agent")]);
    undo.submit().expect(409, "It is not for your role. Nothing was changed.");
    assert_eq!(owner(&instance, id), 0);
}

#[test]
fn an_agent_who_may_pass_on_takes_it_back_unseen() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE workspaces SET agents_pass_on = TRUE");
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.assigns(id, "Lukas Brandt");
    page.expect(200, "Assigned to Lukas Brandt.");
    assert_eq!(cast.agent.open(id).status, 404);
    page.form("Undo").submit().expect(200, "Undone.");
    cast.agent.open(id).expect(200, "You own this");
}

#[test]
fn a_member_who_left_does_not_get_it_back() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let undo = cast.manager.assigns(id, "Lukas Brandt").form("Undo");
    let remove = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.browser.post(&remove, &[]).expect(200, "Mia Chen");
    undo.submit().expect(409, "Mia Chen is no longer in the team. Nothing was changed.");
    assert_eq!(owner(&instance, id), cast.other_agent.membership_id);
}

#[test]
fn what_nobody_can_undo_any_more_is_swept() {
    let (instance, cast) = Instance::with_cast();
    cast.owned_by(&instance, &cast.agent);
    over(&instance);
    cast.owned_by(&instance, &cast.agent);
    instance.sweep();
    assert_eq!(instance.count("SELECT count(*) FROM undos"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM undo_changes"), 1);
}

#[test]
fn the_way_back_leads_nowhere_else() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let undo = cast.agent.open(id).form("Claim").submit().form("Undo");
    let sent = undo.set("back", "https://evil.example/").submit_once();
    assert_eq!(sent.location().as_deref(), Some("/inbox"));
}

#[test]
fn whoever_did_not_want_to_be_told_is_not_told_of_the_way_back() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.get("/settings/profile").form("Save profile");
    form.with("A conversation of yours goes to another member", "None").submit();
    let page = cast.manager.assigns(id, "Lukas Brandt");
    page.form("Undo").submit().expect(200, "Mia Chen owns this");
    assert_eq!(unread(&instance, &cast.agent), 0);
}

#[test]
fn who_has_read_that_it_became_theirs_is_told_of_its_way_back() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.manager.assigns(id, "Mia Chen");
    cast.agent.open(id).expect(200, "You own this");
    page.form("Undo").submit().expect(200, "Unassigned");
    let page = cast.agent.get("/notifications");
    page.expect(200, "Gil Roth gave this back to the queue");
}
