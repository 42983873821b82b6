//! The forms of the team posted twice, as by a double click without script.

use super::{BO, TEAM, invite};
use crate::support::Instance;

#[test]
fn a_double_click_invites_once_and_both_are_told_the_same() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.admin.get("/settings/team/invite").form("Send invite");
    let form = form.with("Email address", BO).with("Role", "Manager");
    let told = "Invitation for bo@sprocket.example is ready.";
    form.submit().expect(200, told);
    let attempts = instance.count("SELECT count(*) FROM attempts");
    form.submit().expect(200, told);
    for (table, expected) in [("invitations", 1), ("deliveries", 1), ("attempts", attempts)] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), expected, "{table}");
    }
    let line = "SELECT count(*) FROM audit_entries WHERE kind = 'member_invited'";
    assert_eq!(instance.count(line), 1);
}

#[test]
fn another_form_for_the_same_address_is_told_that_it_is_invited() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE memberships SET role = 'administrator' WHERE role = 'manager'");
    let form = cast.admin.get("/settings/team/invite").form("Send invite");
    let form = form.with("Email address", BO).with("Role", "Manager");
    form.submit().expect(200, "Invitation for bo@sprocket.example is ready.");
    let already = "bo@sprocket.example is already invited.";
    invite(&cast.admin, BO, "Manager").expect(422, already);
    // The way back, and another role.
    form.clone().with("Role", "Agent").submit().expect(422, already);
    // A colleague who has the same form's id.
    let submission = form.value("submission").expect("the form has one").to_owned();
    let theirs = cast.manager.get("/settings/team/invite").form("Send invite");
    let theirs = theirs.with("Email address", BO).with("Role", "Manager");
    theirs.set("submission", &submission).submit().expect(422, already);
    // Another address from the same page is another invitation.
    let other = form.with("Email address", "noor@sprocket.example").submit();
    other.expect(200, "Invitation for noor@sprocket.example is ready.");
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 2);
    // What was refused is not remembered: once there is room, the same form is done.
    let form = cast.admin.get("/settings/team/invite").form("Send invite");
    let form = form.with("Email address", "mia@elsewhere.example");
    instance.execute("UPDATE plans SET seats = 1");
    form.submit().expect(409, "No seat is left.");
    instance.execute("UPDATE plans SET seats = 100");
    form.submit().expect(200, "Invitation for mia@elsewhere.example is ready.");
}

#[test]
fn a_double_click_removes_once_and_both_are_told_the_same() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..2 {
        cast.owned_by(&instance, &cast.agent);
    }
    let open = || cast.admin.get(TEAM).row("mia@").click("Remove").form("Remove member");
    let (form, late) = (open(), open());
    let form = form.with("Reassign open conversations to", "Gil Roth");
    for _ in 0..2 {
        let page = form.submit();
        page.expect(200, "Mia Chen removed. 2 conversations went to Gil Roth.");
        assert_eq!(page.path, TEAM);
    }
    let line = "SELECT count(*) FROM audit_entries WHERE kind = 'member_removed'";
    assert_eq!(instance.count(line), 1);
    // Another form, opened before, hears what is.
    late.submit().expect(409, "Mia Chen is no longer a member.");
    // Who removes themselves is out, and the second click leads out too.
    instance.execute("UPDATE memberships SET role = 'administrator' WHERE role = 'manager'");
    let form = cast.manager.get(TEAM).row("gil@").click("Remove").form("Remove member");
    assert_eq!(form.submit_once().location().as_deref(), Some("/login"));
    assert_eq!(form.submit_once().status, 303);
}
