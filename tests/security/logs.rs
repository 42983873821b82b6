//! What the server writes down: route patterns and causes. Never what people
//! type, nor a key or token that opens something.

use crate::binary::place::Place;
use crate::support::PASSWORD;

#[test]
fn the_log_holds_nothing_that_opens_a_door_and_nothing_that_people_type() {
    let place = Place::new();
    let mut command = place.command(&[]);
    command.env("BATON_LOG", "debug");
    let server = crate::binary::place::Server::start(command);
    let admin = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let session = admin.cookie("baton_session").expect("a session");

    // A customer writes.
    let inbox = admin.get("/settings/inboxes").click("Edit");
    let chat = inbox.attribute("#chat-url", "value");
    let key = chat.rsplit('/').next().expect("a key").to_owned();
    let customer = server.browser();
    customer
        .get(&format!("/chat/{key}"))
        .form("Send")
        .with("Your name", "Hanna Lindqvist")
        .with("Email address", "hanna@customer.example")
        .with("Message", "a message about my kidney stones")
        .submit()
        .expect(200, "kidney stones");
    let visitor = customer.cookie("baton_visitor").expect("a visitor");

    // Somebody is invited, and opens the link.
    crate::binary::place::invite(&admin, "noor@sprocket.example", "Agent");
    let link =
        admin.get("/settings/team").row("noor@").click("Copy link").attribute("#link", "value");
    let token = link.rsplit("token=").next().expect("a token").to_owned();
    server.browser().get(&format!("/register?token={token}")).expect(200, "Sprocket & Co");

    // What is wrong, in paths, queries and forms.
    let stranger = server.browser();
    let fields = [("email", "ana@sprocket.example"), ("password", "a wrong guess")];
    assert_eq!(stranger.post_once("/login", &fields).status, 422);
    stranger.get("/login?next=/in-a-query");
    stranger.get("/in-a-path/that-is-no-page");
    stranger.get("/reset-password?token=in-a-dead-token");
    admin.get("/inbox?view=in-a-view&before=in-a-cursor");
    let role = [("role", "in-a-role")];
    assert_eq!(admin.post_once("/settings/team/members/1/role", &role).status, 422);
    let malformed = [("last_message", "in-a-number"), ("submission", "in-an-id")];
    admin.post_once("/conversations/1/reply", &malformed).expect(422, "Error 422");

    let log = server.log();
    server.stop();
    for secret in [
        session.as_str(),
        &key,
        &visitor,
        &token,
        PASSWORD,
        "a wrong guess",
        "kidney stones",
        "Hanna",
        "ana@sprocket.example",
        "hanna@customer.example",
        "noor@sprocket.example",
        "in-a-",
        "in-an-",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the log tells {secret:?}");
    }
    for pattern in ["/chat/{key}", "/register", "/settings/team/members/{id}/role", "answered"] {
        assert!(log.contains(pattern), "the log misses {pattern:?}: {log}");
    }
}
