//! Who may do nothing to a team.

use super::{BO, TEAM, invited};
use crate::support::{Cast, Instance};

/// Every write on the team, with what it sends, and the page it is on.
fn writes(instance: &Instance, cast: &Cast) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let member = format!("/settings/team/members/{}", cast.other_agent.membership_id);
    let invitation = instance.count("SELECT max(id) FROM invitations");
    let invitation = format!("/settings/team/invitations/{invitation}");
    vec![
        (format!("{member}/role"), vec![("role", "manager")]),
        (format!("{member}/away"), vec![("back_on", "2099-01-01")]),
        (format!("{member}/remove"), vec![("successor", "")]),
        (format!("{invitation}/resend"), vec![]),
        (format!("{invitation}/revoke"), vec![]),
    ]
}

fn reads(instance: &Instance, cast: &Cast) -> Vec<String> {
    let invitation = instance.count("SELECT max(id) FROM invitations");
    vec![
        format!("/settings/team/members/{}/remove", cast.other_agent.membership_id),
        format!("/settings/team/members/{}/away", cast.other_agent.membership_id),
        format!("/settings/team/invitations/{invitation}/link"),
    ]
}

/// Everything that a write on the team could have changed.
fn state(instance: &Instance) -> Vec<i64> {
    [
        "SELECT count(*) FROM memberships WHERE ended_at IS NULL",
        "SELECT count(*) FROM memberships WHERE role = 'manager'",
        "SELECT count(*) FROM invitations WHERE revoked_at IS NULL",
        "SELECT count(*) FROM deliveries",
        "SELECT count(*) FROM audit_entries",
        "SELECT count(*) FROM attempts",
    ]
    .map(|sql| instance.count(sql))
    .to_vec()
}

#[test]
fn managers_and_agents_are_told_why_and_change_nothing() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    let before = state(&instance);
    for member in [&cast.manager, &cast.agent] {
        for path in
            [TEAM.to_owned(), format!("{TEAM}/invite")].into_iter().chain(reads(&instance, &cast))
        {
            let page = member.get(&path);
            page.expect(403, "Your role does not include changing the team");
            assert!(!page.says(BO), "nothing of the team is told");
        }
        for (path, fields) in writes(&instance, &cast) {
            member
                .browser
                .post(&path, &fields)
                .expect(403, "Your role does not include changing the team");
        }
        let fields = [("email", "cy@sprocket.example"), ("role", "agent")];
        assert_eq!(member.browser.post(&format!("{TEAM}/invite"), &fields).status, 403);
        let settings = member.get("/settings/profile");
        assert_eq!(settings.find_link("Team"), None, "and nothing leads there");
    }
    assert_eq!(state(&instance), before);
}

#[test]
fn to_the_administrator_of_another_workspace_none_of_it_exists() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    let before = state(&instance);
    for path in reads(&instance, &cast) {
        assert_eq!(cast.outsider.get(&path).status, 404, "{path}");
    }
    for (path, fields) in writes(&instance, &cast) {
        assert_eq!(cast.outsider.browser.post(&path, &fields).status, 404, "{path}");
    }
    let list = cast.outsider.get(TEAM);
    for email in [BO, "ana@sprocket.example", "mia@sprocket.example"] {
        assert!(!list.says(email), "{email}");
    }
    assert_eq!(state(&instance), before);
}

#[test]
fn somebody_of_another_workspace_is_no_successor() {
    let (instance, cast) = Instance::with_cast();
    let before = state(&instance);
    let page = cast.admin.get(TEAM).row(&cast.agent.email).click("Remove");
    let foreign = cast.outsider.membership_id.to_string();
    let own = cast.agent.membership_id.to_string();
    for successor in [foreign.as_str(), own.as_str(), "999999", "-1", "x", "0"] {
        let refused = page.form("Remove member").set("successor", successor).submit();
        refused.expect(422, "Choose a member who is still active, or the queue.");
    }
    assert_eq!(state(&instance), before);
}

#[test]
fn whoever_is_not_signed_in_is_asked_to() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    let before = state(&instance);
    let stranger = instance.browser();
    for (path, fields) in writes(&instance, &cast) {
        let page = stranger.post_once(&path, &fields);
        let location = page.location().unwrap_or_default();
        assert!(location.starts_with("/login?next=%2Fsettings%2Fteam"), "{path}: {location}");
    }
    assert_eq!(state(&instance), before);
}

#[test]
fn a_form_that_another_site_sent_does_nothing() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    let before = state(&instance);
    for (path, _) in writes(&instance, &cast) {
        for headers in [
            &[("Sec-Fetch-Site", "cross-site")][..],
            &[("Sec-Fetch-Site", "same-site")],
            &[("Origin", "https://evil.example")],
            &[],
        ] {
            let page = cast.admin.browser.request("POST", &path, headers, Some("role=manager"));
            assert_eq!(page.status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(state(&instance), before);
}
