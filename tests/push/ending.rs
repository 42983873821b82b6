//! A browser is told for as long as its session and the membership last.

use super::{device_of, devices, sent, waiting, with_push_service};
use crate::support::{PASSWORD, sign_in};

#[test]
fn signing_out_ends_it() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    let (one, two) = (cast.waiting(&instance), cast.waiting(&instance));
    cast.manager.assigns(one, "Mia Chen");
    assert_eq!(waiting(&instance), 1);
    cast.agent.get("/inbox").form("Sign out").submit().expect(200, "Sign in");
    assert_eq!(devices(&instance), 0);
    cast.manager.assigns(two, "Mia Chen");
    sent(&instance);
    assert!(service.pushes().is_empty());
    // Who comes back is asked again.
    sign_in(&cast.agent.browser, &cast.agent.email);
    cast.agent.get("/settings/profile").form("Turn on in this browser");
}

#[test]
fn signing_out_everywhere_ends_it() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    cast.agent.get("/settings/profile").form("Sign out everywhere").submit();
    sent(&instance);
    assert!(service.pushes().is_empty());
    assert_eq!(devices(&instance), 0);
}

#[test]
fn a_session_that_has_expired_is_told_nothing() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    let (one, two) = (cast.waiting(&instance), cast.waiting(&instance));
    cast.manager.assigns(one, "Mia Chen");
    instance.execute(&format!(
        "UPDATE sessions SET expires_at = '2020-01-01 00:00:00' WHERE user_id = {}",
        cast.agent.user_id
    ));
    cast.manager.assigns(two, "Mia Chen");
    assert_eq!(waiting(&instance), 1);
    sent(&instance);
    assert!(service.pushes().is_empty());
}

#[test]
fn a_member_who_is_removed_is_told_nothing_more() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&path).form("Remove member").submit().expect(200, "Mia Chen removed.");
    sent(&instance);
    assert!(service.pushes().is_empty());
    assert_eq!(devices(&instance), 0, "it was their last workspace");
}

#[test]
fn another_password_ends_the_other_browsers_alone() {
    let (service, instance, cast) = with_push_service();
    let here = device_of(&cast.agent, &service, "here");
    let elsewhere = crate::support::Member { browser: instance.browser(), ..cast.agent.clone() };
    sign_in(&elsewhere.browser, &elsewhere.email);
    device_of(&elsewhere, &service, "elsewhere");
    let page = cast
        .agent
        .get("/settings/profile")
        .form("Change password")
        .with("Current password", PASSWORD)
        .with("New password", "another horse, another battery")
        .submit();
    page.expect(200, "Your password is changed.").expect(200, "Turn off in this browser");
    assert_eq!(devices(&instance), 1);
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    sent(&instance);
    let push = service.only();
    assert_eq!(push.path, "/here");
    here.read(&push);
}
