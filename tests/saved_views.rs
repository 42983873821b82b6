//! Saved views: a list or a search under a name, one's own or the team's.

use crate::support::{Instance, Member, Page};

const VIEWS: &str = "/saved-views";

/// Saves the page at an address under a name.
#[track_caller]
fn save(by: &Member, address: &str, name: &str, shared: bool) -> Page {
    let form = by.get(address).click("Save view").form("Save view").with("View name", name);
    let form = if shared { form.check("Share with the team") } else { form };
    form.submit()
}

/// The names of the views beside the inbox.
fn beside(page: &Page) -> Vec<String> {
    let names = page.all("nav[aria-label='Saved views'] a");
    // The last link is an icon.
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

#[test]
fn a_list_is_saved_and_opened_by_its_name() {
    let (instance, cast) = Instance::with_cast();
    let page = save(&cast.agent, "/inbox?view=unassigned&status=snoozed", "Sleeping", false);
    page.expect(200, "Saved the view Sleeping.");
    assert_eq!(beside(&page), ["Sleeping"]);
    let page = cast.agent.get("/inbox").click("Sleeping");
    assert_eq!(page.all("nav[aria-label=Status] [aria-current]"), ["Snoozed"]);
    assert_eq!(page.all("nav[aria-label='Saved views'] [aria-current]"), ["Sleeping"]);
    assert!(beside(&cast.manager.get("/inbox")).is_empty(), "it is not theirs");
    assert_eq!(instance.count("SELECT count(*) FROM saved_views"), 1);
}

#[test]
fn a_search_is_saved_with_its_filter() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Ivo", "A question");
    let page = save(&cast.agent, "/search?q=question&status=open", "Open questions", false);
    page.expect(200, "Saved the view Open questions.").expect(200, "Ivo");
    let page = cast.agent.get("/inbox").click("Open questions");
    let form = page.form("Search");
    assert_eq!((form.value("q"), form.value("status")), (Some("question"), Some("open")));
    assert_eq!(page.all(".found .row-name"), ["Ivo"]);
}

#[test]
fn managers_share_views_with_everybody_and_agents_do_not() {
    let (_instance, cast) = Instance::with_cast();
    save(&cast.manager, "/inbox?view=unassigned", "Queue", true).expect(200, "Saved");
    save(&cast.manager, "/inbox?view=all&status=resolved", "All done", true).expect(200, "Saved");
    assert_eq!(beside(&cast.admin.get("/inbox")), ["All done", "Queue"]);
    // An Agent has no view All, and so no view that shows it.
    assert_eq!(beside(&cast.agent.get("/inbox")), ["Queue"]);
    assert!(beside(&cast.outsider.get("/inbox")).is_empty());
    let page = cast.agent.get("/inbox").click("Save view");
    assert!(!page.says("Share with the team"));
    let form = page.form("Save view").with("View name", "Mine").set("shared", "yes");
    form.submit().expect(403, "Your role does not include sharing views with the team");
    let row = cast.agent.get(VIEWS).row("Queue");
    assert_eq!(row.find_link("Edit"), None);
    let edit = cast.admin.get(VIEWS).row("Queue").link("Edit");
    cast.agent.get(&edit).expect(403, "Your role does not include");
    let delete = format!("{edit}/delete");
    cast.agent.get(&delete).expect(403, "Your role does not include");
    cast.agent.browser.post(&delete, &[]).expect(403, "Your role does not include");
    cast.outsider.get(&edit).expect(404, "There is nothing here");
    assert_eq!(cast.outsider.browser.post(&delete, &[]).status, 404);
}

#[test]
fn a_view_is_renamed_and_deleted() {
    let (_instance, cast) = Instance::with_cast();
    save(&cast.agent, "/inbox?view=mine", "Mine", false);
    let page = cast.agent.get(VIEWS).row("Mine").click("Edit");
    let page = page.form("Save view").with("View name", " My own ").submit();
    page.expect(200, "Saved the view My own.");
    let page = page.row("My own").click("Edit").click("Delete view");
    page.expect(200, "Delete “My own”?").expect(200, "It leaves your list.");
    let page = page.form("Delete view").submit();
    page.expect(200, "Deleted the view My own.").expect(200, "No views yet");
}

#[test]
fn whoever_deletes_a_view_of_the_team_is_told_that_everybody_loses_it() {
    let (_instance, cast) = Instance::with_cast();
    save(&cast.manager, "/inbox?view=unassigned", "Queue", true).expect(200, "Saved");
    let page = cast.admin.get(VIEWS).row("Queue").click("Edit").click("Delete view");
    page.expect(200, "It leaves everybody’s list.");
    assert_eq!(beside(&cast.agent.get("/inbox")), ["Queue"], "nothing is deleted yet");
    page.click("Cancel").expect(200, "Share with the team");
    page.form("Delete view").submit().expect(200, "Deleted the view Queue.");
    assert!(beside(&cast.agent.get("/inbox")).is_empty());
}

#[test]
fn a_name_that_is_taken_or_none_is_told_beside_the_field() {
    let (instance, cast) = Instance::with_cast();
    save(&cast.manager, "/inbox?view=unassigned", "Queue", true);
    let long = "x".repeat(61);
    for (name, reason) in [
        ("", "Please fill this in."),
        ("  QUEUE ", "There is already a view named Queue."),
        (long.as_str(), "This is longer than 60 characters: it has 61."),
    ] {
        let page = save(&cast.agent, "/inbox?view=mine", name, false);
        assert_eq!(page.status, 422, "{name}");
        assert_eq!(page.all("#name-error"), [reason]);
        let form = page.form("Save view");
        assert_eq!(
            (form.value("name"), form.value("address")),
            (Some(name), Some("/inbox?view=mine"))
        );
    }
    assert_eq!(instance.count("SELECT count(*) FROM saved_views"), 1);
}

#[test]
fn a_view_of_the_team_gets_no_name_that_its_owner_keeps_for_themselves() {
    let (_instance, cast) = Instance::with_cast();
    save(&cast.manager, "/inbox?view=unassigned", "Queue", true).expect(200, "Saved");
    save(&cast.manager, "/inbox?view=mine", "Waiting", false).expect(200, "Saved");
    let page = cast.admin.get(VIEWS).row("Queue").click("Edit");
    let page = page.form("Save view").with("View name", "waiting").submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#name-error"), ["There is already a view named waiting."]);
    // What somebody else keeps for themselves is in nobody's way.
    save(&cast.agent, "/inbox?view=mine", "Asleep", false).expect(200, "Saved");
    let page = cast.admin.get(VIEWS).row("Queue").click("Edit");
    page.form("Save view").with("View name", "Asleep").submit().expect(200, "Saved the view");
}

#[test]
fn what_a_view_names_may_be_gone_and_that_is_said() {
    let (instance, cast) = Instance::with_cast();
    let new = cast.manager.get("/settings/labels/new").form("Save label");
    new.with("Name", "Refund").set("colour", "red").submit();
    let label = instance.count("SELECT max(id) FROM labels");
    cast.waiting(&instance);
    save(&cast.agent, &format!("/inbox?view=unassigned&label={label}"), "Refunds", false);
    cast.manager.get(&format!("/settings/labels/{label}/delete")).form("Delete label").submit();
    let page = cast.agent.get("/inbox").click("Refunds");
    page.expect(200, "The label of this view no longer exists. Choose another one.");
    assert!(!page.says("Hanna Lindqvist"));
    let page = cast.agent.get("/inbox?view=unassigned&inbox=999999");
    page.expect(200, "The inbox of this view no longer exists.");
    assert!(!page.says("Hanna Lindqvist"));
}

#[test]
fn the_views_of_a_label_follow_it_into_another_one() {
    let (instance, cast) = Instance::with_cast();
    for name in ["Urgent", "VIP"] {
        let new = cast.manager.get("/settings/labels/new").form("Save label");
        new.with("Name", name).set("colour", "red").submit().expect(200, "Added the label");
    }
    let vip = instance.count("SELECT max(id) FROM labels");
    let urgent = vip - 1;
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Add label").with("Label", "Urgent");
    form.submit().expect(200, "Added the label Urgent.");
    let list = format!("/inbox?view=unassigned&label={urgent}");
    save(&cast.agent, &list, "Urgent ones", false).expect(200, "Saved");
    let search = format!("/search?q=hanger&label={urgent}&status=open");
    save(&cast.manager, &search, "Urgent hangers", true).expect(200, "Saved");
    save(&cast.manager, "/search?q=label%3D1", "About labels", false).expect(200, "Saved");
    let delete = format!("/settings/labels/{urgent}/delete");
    cast.manager.get(&delete).expect(200, "2 saved views use it, and will show nothing.");

    let merge = cast.manager.get(&format!("/settings/labels/{urgent}/merge"));
    let form = merge.form("Merge labels").with("Merge into", "VIP");
    form.submit().expect(200, "Merged Urgent into VIP");
    let page = cast.agent.get("/inbox").click("Urgent ones");
    page.expect(200, "Hanna Lindqvist");
    assert_eq!(page.path, format!("/inbox?view=unassigned&label={vip}"));
    let page = cast.agent.get("/inbox").click("Urgent hangers");
    assert_eq!(page.all(".found .row-name"), ["Hanna Lindqvist"]);
    assert_eq!(page.path, format!("/search?q=hanger&label={vip}&status=open"));
    let page = cast.manager.get("/inbox").click("About labels");
    assert_eq!(page.path, "/search?q=label%3D1");
    let delete = format!("/settings/labels/{vip}/delete");
    cast.manager.get(&delete).expect(200, "2 saved views use it");
}

#[test]
fn only_a_list_or_a_search_can_be_saved() {
    let (instance, cast) = Instance::with_cast();
    let fields = [("name", "Elsewhere"), ("address", "https://evil.example/?view=mine")];
    cast.agent.browser.post("/saved-views/new", &fields).expect(200, "Saved");
    let inbox = "SELECT count(*) FROM saved_views WHERE address = '/inbox?view=mine'";
    assert_eq!(instance.count(inbox), 1);
}
