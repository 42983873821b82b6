//! Settings → Quick replies.

use baton::models::membership::Barred;
use baton::models::quick_reply::{self, Details, Refusal, Scope};

use super::{LIST, add, adding};
use crate::support::{Instance, Member};

#[test]
fn a_manager_adds_changes_and_deletes_a_quick_reply() {
    let (instance, cast) = Instance::with_cast();
    cast.manager.get(LIST).expect(200, "No quick replies yet");
    add(&instance, &cast.manager, "hours", "We open at nine.");
    let row = cast.admin.get(LIST).row("hours");
    row.expect(200, "We open at nine.").expect(200, "All inboxes, not used yet");
    let form = row.click("Edit").form("Save quick reply");
    assert_eq!(form.value("text"), Some("We open at nine."));
    let list = form.with("Name", "opening hours").with("Text", "We open at ten.").submit();
    list.expect(200, "Saved the quick reply opening hours.");
    list.row("opening hours").expect(200, "We open at ten.");
    let page = list.row("opening hours").click("Delete");
    page.expect(200, "A quick reply, not used yet.");
    let list = page.form("Delete quick reply").submit();
    list.expect(200, "Deleted the quick reply opening hours.").expect(200, "No quick replies yet");
    for (kind, by, about) in [
        ("quick_reply_added", "Gil Roth", "hours"),
        ("quick_reply_changed", "Ana Silva", "hours"),
        ("quick_reply_deleted", "Ana Silva", "opening hours"),
    ] {
        let found = instance.count(&format!(
            "SELECT count(*) FROM audit_entries
             WHERE kind = '{kind}' AND actor_name = '{by}' AND about = '{about}'"
        ));
        assert_eq!(found, 1, "{kind}");
    }
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_the_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast.manager, "hours", "We open at nine.");
    let long = "x".repeat(5001);
    for (name, text, field, reason) in [
        ("  ", "Hello", "name", "Please fill this in."),
        ("HOURS", "Hello", "name", "There is already a quick reply named hours."),
        ("new", " \n ", "text", "Please fill this in."),
        ("new", long.as_str(), "text", "This is longer than 5000 characters: it has 5001."),
        (
            "new",
            "Hi {{contact.nickname}} and {{first_name|you}}",
            "text",
            "Nothing is known for {{contact.nickname}} and {{first_name|you}}. \
             Use the placeholders that are listed below.",
        ),
    ] {
        let page = adding(&cast.manager, name, text).submit();
        assert_eq!(page.status, 422, "{name} {reason}");
        assert_eq!(page.all(&format!("#{field}-error")), [reason]);
        let form = page.form("Save quick reply");
        assert_eq!(form.value("name"), Some(name));
        assert_eq!(form.value("text"), Some(text));
    }
    assert_eq!(instance.count("SELECT count(*) FROM quick_replies"), 1);
}

#[test]
fn the_preview_shows_both_customers_and_stores_nothing() {
    let (instance, cast) = Instance::with_cast();
    let text = "Hello {{contact.first_name|there}}, {{agent.name}} of {{workspace.name}}.";
    let form = cast.manager.get(&format!("{LIST}/new")).form("Preview");
    let page = form.with("Name", "hello").with("Text", text).submit();
    page.expect(200, "Hello Hanna, Gil Roth of Sprocket & Co.");
    page.expect(200, "Hello there, Gil Roth of Sprocket & Co.");
    assert_eq!(page.form("Save quick reply").value("text"), Some(text));
    assert_eq!(instance.count("SELECT count(*) FROM quick_replies"), 0);
    let page = page.form("Preview").with("Text", "Dear {{contact.name}}").submit();
    page.expect(200, "Dear Hanna Lindqvist").expect(200, "Not filled in {{contact.name}}");
    // Where the customer does not matter, one preview is enough.
    let page = page.form("Preview").with("Text", "<b>Bye</b>").submit();
    assert_eq!(page.all(".preview-text"), ["<b>Bye</b>"]);
}

#[test]
fn a_quick_reply_is_offered_in_the_inboxes_chosen_for_it() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.manager.get("/settings/inboxes/new").form("Save inbox");
    page.with("Name", "Workshop").submit().expect(200, "Added Workshop.");
    let workshop = instance.newest_inbox().to_string();
    let form = adding(&cast.manager, "bench", "Come by.").set("scope", "some");
    let page = form.submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#inboxes-error"), ["Choose at least one inbox."]);
    let foreign = instance.first_inbox(cast.other_workspace_id);
    let page = form.clone().set("inbox", &foreign.to_string()).submit();
    assert_eq!(page.all("#inboxes-error"), ["Choose an inbox that still exists."]);
    let list = form.set("inbox", &workshop).submit();
    list.row("bench").expect(200, "Workshop, not used yet");
    let form = list.row("bench").click("Edit").form("Save quick reply");
    assert_eq!((form.value("scope"), form.value("inbox")), (Some("some"), Some(workshop.as_str())));
    add(&instance, &cast.manager, "hours", "We open at nine.");
    // A conversation of the other inbox is offered the general one alone.
    let id = cast.waiting(&instance);
    let offered = cast.agent.open(id).form("Insert");
    assert_eq!(offered.options("Quick reply"), ["Quick reply", "hours"]);
    instance.execute(&format!("UPDATE conversations SET inbox_id = {workshop}, visitor_id = NULL"));
    let offered = cast.agent.open(id).form("Insert");
    assert_eq!(offered.options("Quick reply"), ["Quick reply", "bench", "hours"]);
}

#[test]
fn two_at_one_quick_reply_do_not_undo_each_other() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast.manager, "hours", "We open at nine.");
    let edit = |of: &Member| of.get(LIST).row("hours").click("Edit").form("Save quick reply");
    let (renamed, reworded) = (edit(&cast.manager), edit(&cast.admin));
    renamed.with("Name", "opening").submit().expect(200, "Saved the quick reply");
    reworded.with("Text", "We open at ten.").submit().expect(200, "Saved the quick reply");
    cast.manager.get(LIST).row("opening").expect(200, "We open at ten.");
    // Saved as it is, it is not a change.
    let changes = "SELECT count(*) FROM audit_entries WHERE kind = 'quick_reply_changed'";
    assert_eq!(instance.count(changes), 2);
    cast.manager.get(LIST).row("opening").click("Edit").form("Save quick reply").submit();
    assert_eq!(instance.count(changes), 2);
}

#[test]
fn what_was_written_is_kept_where_the_role_was_taken_meanwhile() {
    let (instance, cast) = Instance::with_cast();
    let form = adding(&cast.manager, "hours", "We open at nine.");
    let id = cast.manager.membership_id;
    instance.execute(&format!("UPDATE memberships SET role = 'agent' WHERE id = {id}"));
    let page = form.submit();
    page.expect(403, "Your role does not include Quick replies");
    assert_eq!(page.all("textarea"), ["We open at nine."]);
}

#[test]
fn agents_use_quick_replies_and_write_none() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast.manager, "hours", "We open at nine.");
    for path in ["", "/new", &format!("/{id}"), &format!("/{id}/delete")] {
        let page = cast.agent.get(&format!("{LIST}{path}"));
        page.expect(403, "Your role does not include Quick replies");
    }
    assert_eq!(cast.agent.get("/settings/profile").find_link("Quick replies"), None);
    for path in [format!("{LIST}/{id}"), format!("{LIST}/{id}/delete")] {
        assert_eq!(cast.outsider.get(&path).status, 404, "{path}");
    }
    assert!(!cast.outsider.get(LIST).says("hours"));
}

#[test]
fn whoever_lost_the_role_or_the_membership_meanwhile_changes_none() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast.manager, "hours", "We open at nine.");
    let details = Details { name: "Other".into(), body: "Text".into(), scope: Scope::AllInboxes };
    let ws = cast.workspace_id;
    for (member, reason) in [
        (&cast.agent, Refusal::Barred(Barred::NotAllowed)),
        (&cast.outsider, Refusal::Barred(Barred::MembershipEnded)),
    ] {
        let (by, refused) = (member.at(ws), Err(reason));
        assert_eq!(instance.verb(|c| quick_reply::add(c, by, &details).map(|_| ())), refused);
        assert_eq!(instance.verb(|c| quick_reply::change(c, by, id, (&details, None))), refused);
        assert_eq!(instance.verb(|c| quick_reply::delete(c, by, id).map(|_| ())), refused);
    }
    assert_eq!(instance.count("SELECT count(*) FROM quick_replies WHERE name = 'hours'"), 1);
}
