//! The order in which a request is checked, by requests that are wrong in two
//! ways: same origin, limits, signed in, exists, may, well made, still so.

use baton::web::routes;

use super::requests::{Request, request};
use super::state::State;
use super::world::{Who, World};

/// Another site's page, and no page at all.
const FROM_ELSEWHERE: [&[(&str, &str)]; 5] = [
    &[],
    &[("Sec-Fetch-Site", "cross-site")],
    &[("Sec-Fetch-Site", "same-site")],
    &[("Sec-Fetch-Site", "none")],
    &[("Origin", "https://evil.example")],
];

#[test]
fn no_form_is_taken_from_another_site() {
    let world = World::new();
    let is_ours_alone = |path| path != routes::FROM_ANYWHERE;
    for route in routes::ALL.iter().filter(|r| r.method == "POST" && is_ours_alone(r.path)) {
        for who in [Who::Administrator, Who::Stranger] {
            let request = request(&world, who, "POST", route.path);
            let before = State::of(&world.instance);
            for headers in FROM_ELSEWHERE {
                let answer = request.send_with(headers);
                assert_eq!(answer.status, 403, "{} {headers:?}: {}", route.path, answer.text());
            }
            before.holds(&world.instance, route.path);
            if who != Who::Stranger {
                world.restore(who);
            }
        }
    }
}

#[test]
fn a_header_that_says_where_it_comes_from_outweighs_the_origin() {
    let world = World::new();
    let request = request(&world, Who::Owner, "POST", "/conversations/{id}/notes");
    let base = world.instance.base.as_str();
    let lying = [("Sec-Fetch-Site", "cross-site"), ("Origin", base)];
    assert_eq!(request.send_with(&lying).status, 403);
    assert_eq!(request.send_with(&[("Origin", base)]).status, 303, "an older browser");
}

#[test]
fn other_methods_are_no_way_around() {
    let world = World::new();
    let browser = world.browser(Who::Administrator);
    let id = world.new_member();
    for method in ["PUT", "PATCH", "DELETE"] {
        let path = format!("/settings/team/members/{id}/remove");
        assert_eq!(browser.request(method, &path, &[], Some("")).status, 403, "{method}");
        let from_here = [("Sec-Fetch-Site", "same-origin")];
        let refused = browser.request(method, &path, &from_here, Some(""));
        assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD, POST"), "{method}");
    }
    let from_here = [("Sec-Fetch-Site", "same-origin")];
    let allowed = |path: &str| {
        let refused = browser.request("POST", path, &from_here, Some(""));
        (refused.status, refused.header("allow").to_owned())
    };
    assert_eq!(allowed("/settings/team"), (405, "GET, HEAD".to_owned()), "a page without a form");
    assert_eq!(allowed("/settings/nothing"), (404, String::new()));
}

/// Sends it, and expects this status and no change.
#[track_caller]
fn expect(world: &World, request: Request, status: u16, why: &str) {
    let before = State::of(&world.instance);
    let answer = request.send();
    assert_eq!(answer.status, status, "{why}: {}", answer.text());
    before.holds(&world.instance, why);
}

/// Sends it, and expects the sign-in page.
#[track_caller]
fn expect_sign_in(request: &Request, why: &str) {
    let to = request.send().location().unwrap_or_default();
    assert!(to.starts_with("/login?next="), "{why}: {to}");
}

const REPLY: &str = "/conversations/{id}/reply";
const ASSIGN: &str = "/conversations/{id}/assign";
const ROLE: &str = "/settings/team/members/{id}/role";

#[test]
fn the_origin_comes_before_everything() {
    let world = World::new();
    let stranger = request(&world, Who::Stranger, "POST", REPLY).without("last_message");
    assert_eq!(stranger.send_with(&[]).status, 403, "before signing in");
    let mut nowhere = request(&world, Who::Owner, "POST", REPLY);
    nowhere.path = "/no-such-page".to_owned();
    assert_eq!(nowhere.send_with(&[]).status, 403, "before what exists");
}

#[test]
fn limits_come_before_what_is_typed() {
    let world = World::new();
    let wrong =
        || request(&world, Who::Stranger, "POST", "/login").with("password", "not the password");
    let browser = world.instance.browser();
    for _ in 0..10 {
        let fields = [("email", "mia@sprocket.example"), ("password", "not the password")];
        assert_eq!(browser.post_once("/login", &fields).status, 422);
    }
    let fields = [("email", "mia@sprocket.example"), ("password", "")];
    let limited = browser.post_once("/login", &fields);
    assert_eq!(limited.status, 429, "{}", limited.text());
    assert!(limited.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    let body = "email=mia%40sprocket.example&password=";
    assert_eq!(browser.request("POST", "/login", &[], Some(body)).status, 403, "the origin first");
    // `request` forgets what was counted.
    expect(&world, wrong(), 422, "not limited any more");
}

#[test]
fn signing_in_comes_before_what_exists() {
    let world = World::new();
    let mut absent = request(&world, Who::Stranger, "GET", "/conversations/{id}");
    absent.path = "/conversations/987654321".to_owned();
    expect_sign_in(&absent, "a conversation that does not exist");
    let malformed = request(&world, Who::Stranger, "POST", REPLY).without("last_message");
    expect_sign_in(&malformed, "a form that is not well made");
    let role = request(&world, Who::Stranger, "POST", ROLE).with("role", "emperor");
    expect_sign_in(&role, "a role that does not exist");
}

#[test]
fn what_exists_comes_before_what_one_may() {
    let world = World::new();
    for path in [ASSIGN, "/conversations/{id}/take-over"] {
        let hidden = request(&world, Who::OtherAgent, "POST", path);
        expect(&world, hidden, 404, "an Agent may not assign, but does not even see it");
    }
    for (who, status) in [(Who::OtherAgent, 404), (Who::Owner, 200)] {
        let one = request(&world, who, "GET", "/conversations/{id}");
        // A Manager's link, with a view that Agents do not have.
        let path = format!("{}?view=all", one.path);
        assert_eq!(Request { path, ..one }.send().status, status, "{who:?}");
    }
}

#[test]
fn what_exists_comes_before_the_form() {
    let world = World::new();
    let request = |who, path| request(&world, who, "POST", path);
    let who = Who::OtherAgent;
    expect(&world, request(who, REPLY).without("last_message"), 404, "a reply");
    expect(&world, request(who, REPLY).with("submission", "short"), 404, "its submission");
    expect(&world, request(who, ASSIGN).with("assignee", "everybody"), 404, "an assignee");
    let snooze = "/conversations/{id}/snooze";
    expect(&world, request(who, snooze).without("until"), 404, "a snooze without its time");
    expect(&world, request(who, snooze).with("until", "doomsday"), 404, "a snooze's time");
    let release = "/conversations/{id}/release";
    expect(&world, request(who, release).with("ownership_version", "new"), 404, "a version");
    let outsider = request(Who::Outsider, ROLE).with("role", "emperor");
    expect(&world, outsider, 404, "another workspace's member");
    let inbox = request(Who::Outsider, "/settings/inboxes/{id}").with("name", "");
    expect(&world, inbox, 404, "another workspace's inbox");
}

#[test]
fn what_one_may_comes_before_the_form() {
    let world = World::new();
    let request = |who, path| request(&world, who, "POST", path);
    expect(&world, request(Who::Owner, ASSIGN).with("assignee", "everybody"), 403, "assign");
    expect(&world, request(Who::Owner, ASSIGN).with("assignee", "987654321"), 403, "to nobody");
    let take_over = request(Who::Owner, "/conversations/{id}/take-over");
    expect(&world, take_over.with("ownership_version", "new"), 403, "take over");
    expect(&world, request(Who::Manager, ROLE).with("role", "emperor"), 403, "a role");
    let invite = request(Who::Manager, "/settings/team/invite").with("email", "nobody");
    expect(&world, invite, 403, "an invitation");
    let plan = request(Who::Owner, "/settings/billing").with("plan", "free");
    expect(&world, plan, 403, "a plan");
}

#[test]
fn the_form_comes_before_what_has_changed() {
    let world = World::new();
    let request = |who, path| request(&world, who, "POST", path);
    let stale = |request: Request| request.with("owner", "").with("ownership_version", "0");
    let assign = stale(request(Who::Manager, ASSIGN));
    expect(&world, assign.with("assignee", "everybody"), 422, "an assignee that is no id");
    expect(&world, stale(request(Who::Manager, ASSIGN)), 409, "it moved");
    let reply = request(Who::Manager, REPLY).with("body", " ");
    expect(&world, reply, 422, "nothing is written, in a conversation of another");
    let admin = world.cast.admin.membership_id;
    let mut last = request(Who::Administrator, ROLE).with("role", "emperor");
    last.path = format!("/settings/team/members/{admin}/role");
    expect(&world, last, 422, "a role that does not exist, for the last Administrator");
    let mut last = request(Who::Administrator, ROLE).with("role", "agent");
    last.path = format!("/settings/team/members/{admin}/role");
    expect(&world, last, 409, "the last Administrator");
}
