//! Inviting: the form, the list, and what an Administrator does to its rows.

use baton::models::limit::{INVITATIONS_TO_ADDRESS, RetryAfter};

use super::{BO, TEAM, invite, invited, join_as_new};
use crate::support::Instance;

#[test]
fn an_invitation_is_listed_as_pending_and_holds_a_seat() {
    let (instance, cast) = Instance::with_cast();
    let list = invite(&cast.admin, "  Bo@SPROCKET.example ", "Manager");
    list.expect(200, "Invitation for bo@sprocket.example is ready.");
    list.expect(200, "5 of 10 seats used, 1 of them pending");
    let row = list.row(BO);
    row.expect(200, "Pending");
    row.expect(200, "Manager");
    row.expect(200, "Invited by you just now, valid for 7 days.");
    assert!(!row.says("Mail not delivered"));
    for button in ["Resend", "Revoke"] {
        assert!(row.has_button(button), "{button}");
    }
    assert!(row.find_link("Copy link").is_some());
    let mails = format!(
        "SELECT count(*) FROM deliveries d JOIN invitations i ON i.id = d.invitation_id
         WHERE i.email = '{BO}' AND d.recipient = '{BO}' AND d.kind = 'invitation'"
    );
    assert_eq!(instance.count(&mails), 1, "its mail was written with it");
    // To a colleague the row says who invited.
    instance.execute("UPDATE memberships SET role = 'administrator'");
    cast.manager.get(TEAM).row(BO).expect(200, "Invited by Ana Silva just now");
}

#[test]
fn members_are_listed_with_status_role_and_when_they_were_seen() {
    let (instance, cast) = Instance::with_cast();
    cast.agent.wait_for_visit(&instance);
    cast.manager.wait_for_visit(&instance);
    let row = cast.admin.get(TEAM).row("mia@sprocket.example");
    row.expect(200, "Active");
    row.expect(200, "Last seen just now");
    assert_eq!(row.form("Change role").value("role"), Some("agent"));
    instance.execute(&format!(
        "UPDATE memberships SET last_seen_at = {} WHERE id = {}",
        super::LONG_AGO,
        cast.agent.membership_id
    ));
    cast.admin.get(TEAM).row("mia@sprocket.example").expect(200, "Last seen 1 Jan 2020");
    instance.execute("UPDATE memberships SET last_seen_at = NULL WHERE role = 'manager'");
    cast.admin.get(TEAM).row("gil@sprocket.example").expect(200, "Not seen yet");
    let list = cast.admin.get(TEAM);
    list.row("ana@sprocket.example").expect(200, "Ana Silva (you)");
    list.expect(200, "4 of 10 seats used. Growth plan.");
    assert!(!list.says("rival.example"), "nobody of another workspace");
}

#[test]
fn every_refusal_stands_beside_the_field_and_the_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    for (typed, reason) in [
        ("", "Please fill this in."),
        ("bo at sprocket", "This is not an email address."),
        ("bo@localhost", "This is not an email address."),
        ("a@b.example, c@d.example", "This is not an email address."),
        ("bo\u{7}@sprocket.example", "This contains control characters. Please remove them."),
        (" MIA@sprocket.example", "Mia Chen is already a member."),
        ("ana@sprocket.example", "Ana Silva is already a member."),
        (
            "BO@sprocket.example",
            "bo@sprocket.example is already invited. You can resend the invitation on the Team page.",
        ),
    ] {
        let page = invite(&cast.admin, typed, "Manager");
        assert_eq!(page.status, 422, "{typed:?}");
        assert_eq!(page.all("#email-error"), [reason], "{typed:?}");
        assert_eq!(page.attribute("#email", "aria-describedby"), "email-error email-hint");
        let form = page.form("Send invite");
        assert_eq!(form.value("email"), Some(typed));
        assert_eq!(form.value("role"), Some("manager"));
    }
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 1);
}

#[test]
fn without_a_seat_the_page_says_so_up_front_and_the_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE workspaces SET plan = 'starter'");
    let list = cast.admin.get(TEAM);
    list.expect(200, "4 of 3 seats used");
    list.expect(200, "No seat is left.");
    assert_eq!(list.link("Go to Billing"), "/settings/billing");
    let page = list.click("Invite member");
    page.expect(200, "No seat is left.");
    page.click("Go to Billing").expect(200, "Change plan");
    let page = invite(&cast.admin, BO, "Manager");
    assert_eq!(page.status, 409);
    assert_eq!(page.all("#email-error"), ["No seat is left. All 3 seats are used."]);
    assert_eq!(page.form("Send invite").value("email"), Some(BO));
    assert_eq!(page.form("Send invite").value("role"), Some("manager"));
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 0);
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0);
}

#[test]
fn the_last_seat_is_given_out_once() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 5 WHERE code = 'growth'");
    cast.admin.get("/settings/team/invite").expect(200, "This invitation takes the last one.");
    invited(&instance, &cast, BO, "Agent");
    let page = invite(&cast.admin, "cy@sprocket.example", "Agent");
    assert_eq!(page.all("#email-error"), ["No seat is left. All 5 seats are used."]);
    let list = cast.admin.get(TEAM).row(BO).form("Revoke").submit();
    list.expect(200, "Invitation for bo@sprocket.example revoked.");
    invited(&instance, &cast, "cy@sprocket.example", "Agent");
}

#[test]
fn where_mail_is_set_up_the_invitation_is_sent() {
    let instance = Instance::start_with(|config| {
        config.smtp_url = "smtp://127.0.0.1:1".parse().ok();
    });
    let cast = crate::support::Cast::create(&instance);
    let list = invite(&cast.admin, BO, "Agent");
    list.expect(200, "Invitation sent to bo@sprocket.example.");
    assert!(!list.says("No mail server is set up"));
}

#[test]
fn without_a_mail_server_the_page_points_to_copy_link() {
    let (instance, cast) = Instance::with_cast();
    cast.admin.get("/settings/team/invite").expect(200, "copy the link from the team page");
    invited(&instance, &cast, BO, "Agent");
    cast.admin.get(TEAM).expect(200, "Use Copy link and hand the link over yourself.");
}

#[test]
fn a_mail_that_was_not_delivered_is_told_in_the_row_until_it_is_sent_again() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    instance.execute(
        "UPDATE deliveries SET attempts = 1, last_error = 'The mail server did not answer in time.'",
    );
    let row = cast.admin.get(TEAM).row(BO);
    row.expect(200, "Mail not delivered");
    row.expect(200, "Pending");
    row.expect(200, "The mail server did not answer in time. Baton will keep trying.");
    instance.execute(&format!(
        "UPDATE deliveries SET failed_at = {}, last_error = 'There is no such mailbox'",
        super::LONG_AGO
    ));
    let row = cast.admin.get(TEAM).row(BO);
    row.expect(200, "Mail not delivered");
    row.expect(200, "There is no such mailbox.");
    assert!(!row.says("will keep trying"));
    assert!(row.find_link("Copy link").is_some());
    let list = row.form("Resend").submit();
    assert!(!list.row(BO).says("Mail not delivered"), "a new mail is on its way");
    // The invitation itself stayed good.
    join_as_new(&instance, &instance.mailed_invitation(BO), "Bo Lindgren");
}

#[test]
fn resending_makes_a_new_link_and_the_old_ones_are_dead() {
    let (instance, cast) = Instance::with_cast();
    let old = [invited(&instance, &cast, BO, "Agent"), instance.copied_invitation(BO)];
    let list = cast.admin.get(TEAM).row(BO).form("Resend").submit();
    list.expect(200, "Invitation for bo@sprocket.example is ready.");
    list.expect(200, "5 of 10 seats used, 1 of them pending");
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 2);
    for link in old {
        let page = instance.browser().get(&link);
        page.expect(404, "This link does not work");
        page.expect(404, "a newer invitation has replaced it");
        let fields = [("token", super::token(&link)), ("name", "Bo"), ("password", "x")];
        assert_eq!(instance.browser().post_once("/register", &fields).status, 404);
    }
    join_as_new(&instance, &instance.mailed_invitation(BO), "Bo Lindgren");
}

#[test]
fn a_revoked_invitation_frees_its_seat_and_its_links_are_dead() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    let open = instance.browser().get(&link).form("Accept invitation");
    let row = cast.admin.get(TEAM).row(BO);
    let list = row.form("Revoke").submit();
    list.expect(200, "4 of 10 seats used. ");
    list.expect(200, "Nobody is invited at the moment.");
    for link in [link, instance.copied_invitation(BO)] {
        instance.browser().get(&link).expect(410, "This invitation was withdrawn");
    }
    // Also for the one who had the page open.
    open.with("Your name", "Bo Lindgren")
        .with("Password", super::NEW_PASSWORD)
        .submit()
        .expect(410, "This invitation was withdrawn");
    assert_eq!(instance.count("SELECT count(*) FROM users WHERE name = 'Bo Lindgren'"), 0);
    // Pressed once more in another tab.
    row.form("Revoke")
        .submit()
        .expect(409, "The invitation for bo@sprocket.example has already been revoked");
    row.form("Resend")
        .submit()
        .expect(409, "The invitation for bo@sprocket.example has already been revoked");
    // The address can be invited anew.
    join_as_new(&instance, &invited(&instance, &cast, BO, "Agent"), "Bo Lindgren");
}

#[test]
fn a_link_can_be_copied_from_a_page_of_its_own() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    let page = cast.admin.get(TEAM).row(BO).click("Copy link");
    page.expect(200, "For bo@sprocket.example, Agent. It works once, until");
    let link = page.attribute("#link", "value");
    assert_eq!(link, format!("{}{}", instance.base, instance.copied_invitation(BO)));
    let path = link.strip_prefix(&instance.base).expect("a link to this place");
    assert_ne!(path, instance.mailed_invitation(BO), "it is not the mailed one");
    join_as_new(&instance, path, "Bo Lindgren");
    // Looking at the page needs the invitation to be open.
    let used = cast.admin.browser.get(&page.path);
    assert_eq!(used.status, 404);
}

#[test]
fn many_workspaces_together_cannot_flood_one_address() {
    let (instance, cast) = Instance::with_cast();
    let (db, signer) = (&instance.app.db, &instance.app.signer);
    for _ in 0..INVITATIONS_TO_ADDRESS.most {
        let taken =
            db.write_now(|conn| INVITATIONS_TO_ADDRESS.take::<RetryAfter>(conn, signer, &[BO]));
        taken.expect("the database works").expect("there is room");
    }
    invite(&cast.admin, BO, "Agent").expect(429, "Too many attempts. Please try again in");
    invite(&cast.admin, "cy@sprocket.example", "Agent").row("cy@sprocket.example");
}

#[test]
fn a_workspace_sends_a_hundred_invitations_an_hour() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    let resend = cast.admin.get(TEAM).row(BO).form("Resend");
    for _ in 1..100 {
        assert_eq!(resend.submit_once().status, 303);
    }
    let refused = resend.submit_once();
    assert_eq!(refused.status, 429);
    let seconds: u64 = refused.header("retry-after").parse().expect("a number of seconds");
    assert!((1..=3600).contains(&seconds), "{seconds}");
    let page = invite(&cast.admin, "cy@sprocket.example", "Agent");
    page.expect(429, "Too many attempts. Please try again in");
    let form = page.form("Send invite");
    assert_eq!(form.value("email"), Some("cy@sprocket.example"), "what was typed is not lost");
    // What was refused left nothing behind, and the last link still works.
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 100);
    instance.browser().get(&instance.mailed_invitation(BO)).expect(200, "Join Sprocket & Co");
    // Another workspace has its own hundred.
    let rival = invite(&cast.outsider, BO, "Agent");
    rival.row(BO).expect(200, "Pending");
    instance.execute(&format!("UPDATE attempts SET created_at = {}", super::LONG_AGO));
    assert_eq!(resend.submit_once().status, 303);
}
