//! Many of the list at once: *Assign selected*, *Label selected*, *Snooze selected*,
//! *Resolve selected*, *Reopen selected*, and what is spam.

use super::{fill, listed};
use crate::support::{Cast, Form, Instance, Member, Page, is_postgres};

const QUEUE: &str = "/inbox?view=unassigned";

/// Three conversations that wait, of `Ivo`, `Nia` and `Tom`; their ids.
fn three(instance: &Instance, cast: &Cast) -> [i64; 3] {
    ["Ivo", "Nia", "Tom"].map(|name| cast.customer_writes(instance, name, "Hello").0)
}

/// The queue's form, with these checked.
#[track_caller]
fn select(by: &Member, button: &str, names: &[&str]) -> Form {
    let form = by.get(QUEUE).form(button);
    names.iter().fold(form, |form, name| form.check(&format!("Select {name}")))
}

fn flash(page: &Page) -> String {
    page.all(".flash p").concat()
}

fn resolved(instance: &Instance) -> i64 {
    instance.count("SELECT count(*) FROM conversations WHERE status = 'resolved'")
}

#[test]
fn those_that_are_selected_are_resolved_and_the_others_stay() {
    let (instance, cast) = Instance::with_cast();
    three(&instance, &cast);
    let page = select(&cast.agent, "Resolve selected", &["Ivo", "Tom"]).submit();
    assert_eq!(flash(&page), "2 resolved.");
    assert_eq!(listed(&page), ["Nia"]);
    let page = page.form("Undo").submit();
    assert_eq!(flash(&page), "2 undone.");
    assert_eq!(listed(&page), ["Tom", "Nia", "Ivo"]);
}

/// From now on the database fails where this conversation is changed.
fn breaks_at(instance: &Instance, id: i64) {
    let when = format!("BEFORE UPDATE ON conversations FOR EACH ROW WHEN (NEW.id = {id})");
    if is_postgres() {
        instance.execute(
            "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql
             AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$",
        );
        instance.execute(&format!("CREATE TRIGGER broken {when} EXECUTE FUNCTION break()"));
    } else {
        let fails = "BEGIN SELECT RAISE(ABORT, 'broken'); END";
        instance.execute(&format!("CREATE TRIGGER broken {when} {fails}"));
    }
}

#[test]
fn what_was_done_before_the_database_failed_is_told_and_taken_back() {
    let (instance, cast) = Instance::with_cast();
    let [_, nia, _] = three(&instance, &cast);
    let form = select(&cast.agent, "Resolve selected", &["Ivo", "Nia", "Tom"]);
    breaks_at(&instance, nia);
    let page = form.submit();
    let left = " 2 were not tried, since the database failed.";
    assert_eq!(flash(&page), format!("1 resolved.{left}"));
    assert_eq!(resolved(&instance), 1);
    page.form("Undo").submit();
    assert_eq!(resolved(&instance), 0);
    // Where the first one fails, nothing was done.
    select(&cast.agent, "Resolve selected", &["Nia"]).submit().expect(500, "");
}

/// A button that is about one conversation does not take back what was done to many.
#[test]
fn an_assignment_of_many_is_not_offered_again_as_one() {
    let (instance, cast) = Instance::with_cast();
    let [one, ..] = three(&instance, &cast);
    let page = cast.manager.open(one);
    let form = select(&cast.manager, "Assign selected", &["Ivo", "Nia"]);
    form.with("Assign selected to", "Mia Chen").submit().expect(200, "2 assigned.");
    let page = page.form("Assign").with("Assign to", "Mia Chen").submit();
    assert_eq!(flash(&page), "Mia Chen already owns this.");
    assert!(!page.has_button("Undo"));
}

#[test]
fn they_are_assigned_labelled_and_snoozed() {
    let (instance, cast) = Instance::with_cast();
    let ids = three(&instance, &cast);
    let new = cast.manager.get("/settings/labels/new").form("Save label");
    new.with("Name", "Refund").set("colour", "red").submit();
    let form = select(&cast.manager, "Label selected", &["Ivo", "Nia"]);
    let page = form.with("Label for selected", "Refund").submit();
    assert_eq!(flash(&page), "2 labelled.");
    page.row("Ivo").expect(200, "Refund");
    let form = select(&cast.manager, "Label selected", &["Ivo", "Nia", "Tom"]);
    let page = form.with("Label for selected", "Refund").submit();
    assert_eq!(flash(&page), "1 labelled. 2 needed no change.");
    let page = page.form("Undo").submit();
    assert!(!page.row("Tom").says("Refund") && page.row("Ivo").says("Refund"));

    let form = select(&cast.manager, "Assign selected", &["Ivo", "Nia"]);
    let page = form.with("Assign selected to", "Mia Chen").submit();
    assert_eq!(flash(&page), "2 assigned.");
    assert_eq!(listed(&cast.agent.get("/inbox?view=mine")), ["Nia", "Ivo"]);
    let told = format!(
        "SELECT count(*) FROM notifications WHERE kind = 'assigned' AND membership_id = {}",
        cast.agent.membership_id
    );
    assert_eq!(instance.count(&told), 2);
    let page = page.form("Undo").submit();
    assert_eq!(listed(&page), ["Tom", "Nia", "Ivo"]);
    assert_eq!(instance.count(&told), 0);

    let form = select(&cast.agent, "Snooze selected", &["Tom"]).set("until", "tomorrow");
    assert_eq!(flash(&form.submit()), "1 snoozed.");
    let page = cast.agent.open(ids[2]);
    page.expect(200, "Mia Chen snoozed this until");
}

#[test]
fn each_list_offers_what_can_be_done_there() {
    let (instance, cast) = Instance::with_cast();
    let ids = three(&instance, &cast);
    let list = |query: &str| cast.agent.get(&format!("{QUEUE}{query}"));
    let offers = |query: &str| {
        let page = list(query);
        ["Snooze", "Resolve", "Reopen", "Mark as spam", "Not spam"]
            .into_iter()
            .filter(|words| page.has_button(&format!("{words} selected")))
            .collect::<Vec<_>>()
    };
    assert_eq!(offers(""), ["Snooze", "Resolve", "Mark as spam"]);
    let page = select(&cast.agent, "Mark as spam selected", &["Ivo"]).submit();
    assert_eq!(flash(&page), "1 marked as spam.");
    cast.agent.open(ids[1]).form("Snooze").submit();
    cast.agent.open(ids[2]).form("Resolve").submit();
    assert_eq!(offers("&status=spam"), ["Not spam"]);
    assert_eq!(offers("&status=snoozed"), ["Snooze", "Resolve", "Reopen", "Mark as spam"]);
    assert_eq!(offers("&status=resolved"), ["Reopen", "Mark as spam"]);
    for (query, button, name, said) in [
        ("&status=spam", "Not spam selected", "Ivo", "1 marked as not spam."),
        ("&status=snoozed", "Reopen selected", "Nia", "1 reopened."),
        ("&status=resolved", "Reopen selected", "Tom", "1 reopened."),
    ] {
        let form = list(query).form(button).check(&format!("Select {name}"));
        let page = form.submit();
        assert_eq!((flash(&page).as_str(), listed(&page)), (said, Vec::new()));
        assert!(listed(&list("")).contains(&name.to_owned()));
        let page = page.form("Undo").submit();
        assert_eq!(listed(&page), [name], "{query}: and back");
        // A double click, and the other list's page.
        list(query).form(button).check(&format!("Select {name}")).submit();
        let again = form.submit();
        assert!(again.says("needed no change") || again.says("meanwhile"), "{}", again.text());
    }
}

#[test]
fn an_agent_gives_back_what_is_theirs_and_nothing_else() {
    let (instance, cast) = Instance::with_cast();
    let ids = three(&instance, &cast);
    for id in &ids[..2] {
        cast.agent.open(*id).form("Claim").submit();
    }
    assert!(!cast.agent.get(QUEUE).has_button("Release selected"));
    assert!(!cast.manager.get("/inbox?view=mine").has_button("Release selected"));
    let form = cast.agent.get("/inbox?view=mine").form("Release selected");
    let form = form.check("Select Ivo").check("Select Nia");
    cast.manager.assigns(ids[1], "Lukas Brandt");
    let page = form.submit();
    assert_eq!(flash(&page), "1 released. 1 not: one was assigned to Lukas Brandt meanwhile.");
    assert_eq!(listed(&cast.other_agent.get(QUEUE)), ["Tom", "Ivo"]);
    let page = page.form("Undo").submit();
    assert_eq!(listed(&page), ["Ivo"]);
    // What a colleague owns stays theirs, whatever is sent.
    let theirs = format!("{}.{}", ids[1], 2);
    let sent = cast.agent.browser.post("/inbox/release?view=mine", &[("c", &theirs)]);
    sent.expect(409, "1 not: one is not yours.");
    cast.other_agent.open(ids[1]).expect(200, "You own this");
}

#[test]
fn a_line_says_what_was_not_done_and_why() {
    let (instance, cast) = Instance::with_cast();
    let ids = three(&instance, &cast);
    let form = select(&cast.manager, "Resolve selected", &["Ivo", "Nia", "Tom"]);
    cast.agent.open(ids[0]).form("Claim").submit();
    cast.agent.open(ids[1]).form("Snooze").submit();
    let page = form.submit();
    assert_eq!(
        flash(&page),
        "1 resolved. 2 not: Mia Chen claimed one meanwhile; one was snoozed meanwhile."
    );
    let status = format!("SELECT count(*) FROM conversations WHERE id = {} AND status", ids[0]);
    assert_eq!(instance.count(&format!("{status} = 'open'")), 1);

    // A double click: what the first one did is not in its own way.
    let page = form.submit();
    assert_eq!(
        flash(&page),
        "None resolved. 2 not: Mia Chen claimed one meanwhile; one was snoozed meanwhile. \
         1 needed no change."
    );
    assert!(!page.has_button("Undo"));

    // Nothing done at all: the list as it is now, and no way to undo anything.
    cast.agent.open(ids[2]).form("Reopen").submit();
    let form = select(&cast.manager, "Resolve selected", &["Tom"]);
    cast.agent.open(ids[2]).form("Claim").submit();
    let page = form.submit();
    page.expect(409, "None resolved. 1 not: Mia Chen claimed one meanwhile.");
    assert!(!page.has_button("Undo"));
}

#[test]
fn what_the_customer_wrote_meanwhile_is_not_put_away_unread() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Ivo", "Hello");
    cast.customer_writes(&instance, "Nia", "Hello");
    let waits = format!("SELECT count(*) FROM conversations WHERE id = {id} AND status = 'open'");
    for button in ["Resolve selected", "Snooze selected"] {
        let form = select(&cast.agent, button, &["Ivo"]).set("until", "tomorrow");
        // A note is no message.
        cast.agent.open(id).form("Add note").with("Note", "A regular.").submit();
        let chat = customer.get(&cast.chat_path()).form("Send");
        chat.with("Message", "Wait, it is urgent.").submit().expect(200, "Wait, it is urgent.");
        let page = form.submit();
        page.expect(409, "1 not: a new message came to one meanwhile.");
        assert_eq!(instance.count(&waits), 1, "{button}");
    }
    // The list that came back shows it.
    let form = select(&cast.agent, "Resolve selected", &["Ivo", "Nia"]);
    cast.agent.open(id).form("Add note").with("Note", "A regular.").submit();
    assert_eq!(flash(&form.submit()), "2 resolved.");
    assert_eq!(instance.count(&waits), 0);
}

#[test]
fn a_double_click_does_not_blame_anybody() {
    let (instance, cast) = Instance::with_cast();
    three(&instance, &cast);
    let assign = select(&cast.manager, "Assign selected", &["Ivo", "Nia"]);
    let assign = assign.with("Assign selected to", "Mia Chen");
    let snooze = select(&cast.manager, "Snooze selected", &["Ivo", "Nia"]).set("until", "tomorrow");
    let resolve = select(&cast.manager, "Resolve selected", &["Tom"]);
    for (form, first, second) in [
        (snooze, "2 snoozed.", "None snoozed. 2 needed no change."),
        (assign, "2 assigned.", "None assigned. 2 not: 2 were snoozed meanwhile."),
        (resolve, "1 resolved.", "None resolved. 1 needed no change."),
    ] {
        if first == "2 assigned." {
            assert_eq!(flash(&form.submit()), second);
            continue;
        }
        assert_eq!(flash(&form.submit()), first);
        assert_eq!(flash(&form.submit()), second);
    }
    let snoozed = "/inbox?view=unassigned&status=snoozed";
    let assign = cast.manager.get(snoozed).form("Assign selected").check("Select Ivo");
    let assign = assign.with("Assign selected to", "Mia Chen");
    assert_eq!(flash(&assign.submit()), "1 assigned.");
    assert_eq!(flash(&assign.submit()), "None assigned. 1 needed no change.");
    let lines = "SELECT count(*) FROM activities WHERE kind = 'snoozed'";
    assert_eq!(instance.count(lines), 2);
}

#[test]
fn an_agent_neither_assigns_nor_reaches_what_others_own() {
    let (instance, cast) = Instance::with_cast();
    let ids = three(&instance, &cast);
    let page = cast.agent.get(QUEUE);
    assert!(!page.has_button("Assign selected"));
    let form = select(&cast.agent, "Resolve selected", &["Ivo"]);
    let assignee = cast.agent.membership_id.to_string();
    let fields = [("c", format!("{}.0", ids[0])), ("assignee", assignee)];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = cast.agent.browser.post("/inbox/assign?view=unassigned", &fields);
    answer.expect(403, "Your role does not include");
    cast.other_agent.open(ids[0]).form("Claim").submit();
    let page = form.submit();
    assert_eq!(flash(&page), "None resolved. 1 not: Lukas Brandt claimed one meanwhile.");
    // Even with the version that it has now.
    let page = form.clone().set("c", &format!("{}.1", ids[0])).submit();
    assert_eq!(flash(&page), "None resolved. 1 not: one is not yours.");
    let page = form.set("c", "999999.0").submit();
    assert_eq!(flash(&page), "None resolved. 1 not: one is not yours.");
    let answer = cast
        .outsider
        .browser
        .post("/inbox/resolve?view=unassigned", &[("c", &format!("{}.0", ids[1]))]);
    assert_eq!(answer.status, 409);
    assert_eq!(resolved(&instance), 0);
}

#[test]
fn where_agents_may_pass_on_they_assign_what_is_theirs() {
    let (instance, cast) = Instance::with_cast();
    let ids = three(&instance, &cast);
    instance.execute("UPDATE workspaces SET agents_pass_on = TRUE");
    let form = select(&cast.agent, "Assign selected", &["Ivo"]);
    let page = form.with("Assign selected to", "Lukas Brandt").submit();
    assert_eq!(flash(&page), "None assigned. 1 not: one is not for your role.");
    cast.agent.open(ids[0]).form("Claim").submit();
    let form = cast.agent.get("/inbox?view=mine").form("Assign selected").check("Select Ivo");
    let page = form.with("Assign selected to", "Lukas Brandt").submit();
    assert_eq!(flash(&page), "1 assigned.");
    cast.other_agent.open(ids[0]).expect(200, "You own this");
}

#[test]
fn an_inbox_for_chosen_members_is_out_of_reach_of_the_others() {
    let (instance, cast) = Instance::with_cast();
    let ids = three(&instance, &cast);
    let one = select(&cast.agent, "Resolve selected", &["Ivo"]);
    let all = cast.agent.get(QUEUE).form("Resolve selected").check("All that match");
    cast.other_agent.open(ids[0]).form("Claim").submit();
    instance.execute("UPDATE inboxes SET is_restricted = TRUE");
    assert_eq!(flash(&one.submit()), "None resolved. 1 not: one is not yours.");
    assert_eq!(flash(&all.submit()), "None resolved.");
    assert_eq!(resolved(&instance), 0);
}

#[test]
fn what_is_missing_is_said_and_the_selection_kept() {
    let (instance, cast) = Instance::with_cast();
    three(&instance, &cast);
    let page = cast.manager.get(QUEUE).form("Resolve selected").submit();
    page.expect(422, "Select conversations first.");
    for (button, words) in
        [("Assign selected", "Choose an owner."), ("Snooze selected", "Choose a time.")]
    {
        let page = select(&cast.manager, button, &["Nia"]).submit();
        assert_eq!(page.status, 422);
        assert_eq!(page.all("#form-error"), [words]);
        assert_eq!(page.attribute(".pick[checked]", "aria-label"), "Select Nia");
    }
    let form = select(&cast.manager, "Assign selected", &["Nia"]);
    let page = form.clone().set("assignee", "999999").submit();
    assert_eq!(flash(&page), "None assigned. 1 not: that member is no longer in the team.");
    let page = form.set("c", "one.two").submit();
    assert_eq!(page.status, 422);
    assert_eq!(resolved(&instance), 0);
}

#[test]
fn all_that_match_are_those_of_when_the_page_was_made() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=120);
    let page = cast.agent.get(QUEUE);
    page.expect(200, "99+, at most 1000 at a time");
    let form = page.form("Resolve selected").check("All that match");
    let (later, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Am I late?");
    let page = form.submit();
    assert_eq!(flash(&page), "120 resolved.");
    assert_eq!(listed(&page), ["Hanna Lindqvist"]);
    cast.agent.open(later).expect(200, "Claim");
    let page = page.form("Undo").submit();
    assert_eq!(flash(&page), "120 undone.");
    assert_eq!(resolved(&instance), 0);
}

#[test]
fn more_than_can_be_done_at_once_are_done_in_turns() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast, 1..=1003);
    let form = cast.agent.get(QUEUE).form("Resolve selected").check("All that match");
    let page = form.submit();
    assert_eq!(
        flash(&page),
        "1000 resolved. There are more: select all that match again to go on."
    );
    assert_eq!(flash(&form.submit()), "3 resolved.");
}

#[test]
fn only_the_inbox_itself_offers_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    assert!(cast.manager.get("/inbox?view=unassigned").has_button("Assign selected"));
    assert!(!cast.manager.open(id).has_button("Assign selected"));
    assert!(!cast.manager.get("/inbox?view=mine").has_button("Resolve selected"), "it is empty");
}
