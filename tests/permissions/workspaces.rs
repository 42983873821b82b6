//! Between workspaces: forms made for another one, and ids of another one.

use baton::policy::Role;
use baton::web::routes::{self, Needs, Route};

use super::requests::request;
use super::state::State;
use super::world::{Who, World};
use crate::support::{Browser, join};

/// The forms of members, as opposed to those of anybody who has a user or none.
fn members_forms() -> impl Iterator<Item = &'static Route> {
    routes::ALL
        .iter()
        .filter(|route| route.method == "POST")
        .filter(|route| !matches!(route.needs, Needs::Nothing | Needs::User))
}

#[test]
fn a_form_made_for_another_workspace_of_ones_own_changes_nothing_and_offers_the_switch() {
    let world = World::new();
    let cast = &world.cast;
    join(&world.instance, cast.other_workspace_id, cast.admin.user_id, Role::Administrator);
    let other = cast.other_workspace_id.to_string();
    for route in members_forms() {
        let request = request(&world, Who::Administrator, "POST", route.path);
        let before = State::of(&world.instance);
        let answer = request.with("workspace", &other).send();
        answer.expect(409, "That belongs to Rival Ltd");
        assert!(answer.says("nothing was changed"), "{}", route.path);
        let form = answer.form("Switch to Rival Ltd");
        assert_eq!(form.value("workspace_id"), Some(other.as_str()));
        before.holds(&world.instance, route.path);
    }
}

#[test]
fn a_form_of_a_role_that_one_has_elsewhere_offers_the_switch_too() {
    let world = World::new();
    let cast = &world.cast;
    join(&world.instance, cast.other_workspace_id, cast.agent.user_id, Role::Administrator);
    let other = cast.other_workspace_id.to_string();
    for path in ["/settings/team/invite", "/settings/workspace/logo"] {
        let form = || request(&world, Who::Owner, "POST", path);
        form().send().expect(403, "Your role does not include");
        form().with("workspace", &other).send().expect(409, "That belongs to Rival Ltd");
    }
}

#[test]
fn the_text_of_a_reply_that_was_made_for_another_workspace_is_kept() {
    let world = World::new();
    let cast = &world.cast;
    join(&world.instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    let form = cast.agent.open(world.conversation()).form("Send reply");
    let other = cast.other_workspace_id.to_string();
    cast.agent.browser.post("/workspaces/switch", &[("workspace_id", &other)]);
    let answer = form.with("Reply", "Half an hour of typing.").submit();
    answer.expect(409, "Half an hour of typing.");
    let page = answer.form("Switch to Sprocket & Co").submit();
    page.expect(200, "You were in another workspace, so this was not sent.");
    assert_eq!(page.all(".flash textarea"), ["Half an hour of typing."]);
}

#[test]
fn the_offered_switch_leads_there_and_back() {
    let world = World::new();
    let cast = &world.cast;
    join(&world.instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    let id = world.conversation();
    let browser = &cast.agent.browser;
    let other = cast.other_workspace_id.to_string();
    browser.post("/workspaces/switch", &[("workspace_id", &other)]).expect(200, "Rival Ltd");
    // The conversation is in the workspace they just left.
    let answer = browser.get(&format!("/conversations/{id}"));
    answer.expect(409, "That belongs to Sprocket & Co");
    assert!(!answer.says("Is the rear hanger in stock?"));
    answer.form("Switch to Sprocket & Co").submit().expect(200, "Is the rear hanger in stock?");
}

#[test]
fn a_form_made_for_a_workspace_one_is_not_in_is_a_404() {
    let world = World::new();
    let theirs = world.cast.workspace_id.to_string();
    for route in members_forms() {
        let request = request(&world, Who::Outsider, "POST", route.path);
        let before = State::of(&world.instance);
        let answer = request.with("workspace", &theirs).send();
        assert_eq!(answer.status, 404, "{}: {}", route.path, answer.text());
        assert!(!answer.says("Sprocket"), "{} names the workspace", route.path);
        before.holds(&world.instance, route.path);
    }
}

#[test]
fn what_does_not_exist_and_what_is_anothers_look_the_same() {
    let world = World::new();
    for route in routes::ALL.iter().filter(|route| route.path.contains("{id}")) {
        let theirs = request(&world, Who::Outsider, route.method, route.path);
        // What was typed is shown again, so it is the same.
        let mut nobodys = theirs.clone();
        nobodys.path = route.path.replace("{id}", "987654321").replace("{note}", "987654321");
        let (theirs, nobodys) = (theirs.send(), nobodys.send());
        assert_eq!((theirs.status, nobodys.status), (404, 404), "{}", route.path);
        assert_eq!(theirs.text(), nobodys.text(), "{}", route.path);
    }
}

#[test]
fn ids_of_another_workspace_inside_a_form_name_nothing() {
    let world = World::new();
    let outsider = world.cast.outsider.membership_id.to_string();
    let refused = |who, path, field, status, words: &str| {
        let request = request(&world, who, "POST", path);
        let before = State::of(&world.instance);
        request.with(field, &outsider).send().expect(status, words);
        before.holds(&world.instance, path);
    };
    let assign = "/conversations/{id}/assign";
    refused(Who::Manager, assign, "assignee", 409, "That member is no longer in the team.");
    let remove = "/settings/team/members/{id}/remove";
    let words = "Choose a member who is still active, or the queue.";
    refused(Who::Administrator, remove, "successor", 422, words);
    refused(Who::Manager, "/settings/profile/leave", "successor", 422, words);
}

#[test]
fn lists_and_counts_show_nothing_of_another_workspace() {
    let world = World::new();
    world.conversation();
    let (_, address) = world.invitation();
    let cast = &world.cast;
    let seen_by = |browser: &Browser, path: &str| browser.get(path).text();
    let inbox = world.inbox();
    for path in [
        "/inbox?view=all".to_owned(),
        format!("/inbox?view=all&inbox={inbox}"),
        "/notifications".to_owned(),
        "/settings/team".to_owned(),
        "/settings/inboxes".to_owned(),
        "/settings/workspace/export".to_owned(),
    ] {
        let page = seen_by(&cast.outsider.browser, &path);
        let theirs = [
            "Sprocket",
            "Hanna",
            "hanger",
            cast.agent.name.as_str(),
            cast.agent.email.as_str(),
            cast.chat_key.as_str(),
            address.as_str(),
        ];
        for word in theirs {
            assert!(!page.contains(word), "{path} shows {word:?}: {page}");
        }
    }
    assert!(seen_by(&cast.admin.browser, "/inbox?view=all").contains("Hanna"));
}
