//! What comes many times in a row is one message.

use baton::policy::Role;

use super::{device_of, sent, waiting, with_push_service};
use crate::outbox::make_due;
use crate::support::{Cast, Instance, Member, Runner, join};

/// Chosen in the queue and given to the Agent, at once.
fn assigns_all(by: &Member, names: &[String]) {
    let mut form = by.get("/inbox?view=unassigned").form("Assign selected");
    for name in names {
        form = form.check(&format!("Select {name}"));
    }
    let page = form.with("Assign selected to", "Mia Chen").submit();
    page.expect(200, &format!("{} assigned.", names.len()));
}

/// So many conversations wait, of customers with these names; and their ids.
fn queue(instance: &Instance, cast: &Cast, count: usize) -> (Vec<String>, Vec<i64>) {
    let names: Vec<String> = (1..=count).map(|n| format!("Customer {n:02}")).collect();
    let ids = names.iter().map(|name| cast.customer_writes(instance, name, "In stock?").0);
    let ids = ids.collect();
    (names, ids)
}

#[test]
fn many_that_are_assigned_at_once_are_one_message_that_leads_to_ones_own() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    let (names, _) = queue(&instance, &cast, 12);
    assigns_all(&cast.manager, &names);
    sent(&instance);
    let told = device.read(&service.only());
    assert_eq!(told["title"], "Gil Roth assigned 12 conversations to you");
    let body = told["body"].as_str().expect("words");
    assert!(body.contains("Customer 01") && body.contains("Customer 12"), "{body}");
    assert_eq!(told["url"], "/inbox?view=mine");
    assert_eq!(cast.agent.get("/notifications").all(".notice").len(), 12, "a line each");
    // The next one is news of its own.
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    sent(&instance);
    assert_eq!(device.read(&service.pushes()[1])["title"], "Gil Roth assigned this to you");
}

#[test]
fn of_many_that_are_assigned_those_count_that_are_still_news() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    let (names, ids) = queue(&instance, &cast, 5);
    assigns_all(&cast.manager, &names);
    cast.agent.open(ids[0]).expect(200, "You own this");
    cast.manager.assigns(ids[1], "Unassigned");
    cast.manager.assigns(ids[4], "Lukas Brandt");
    sent(&instance);
    let told = device.read(&service.only());
    assert_eq!(told["title"], "Gil Roth assigned 2 conversations to you");
    assert_eq!(told["body"], "Customer 03, Customer 04");
}

#[test]
fn of_many_that_were_undone_nothing_is_told_and_of_one_that_is_left_what_it_is() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    let (names, ids) = queue(&instance, &cast, 2);
    assigns_all(&cast.manager, &names);
    cast.manager.get("/inbox?view=unassigned");
    cast.agent.open(ids[0]).expect(200, "You own this");
    sent(&instance);
    let told = device.read(&service.only());
    assert_eq!(told["title"], "Gil Roth assigned this to you");
    assert_eq!(told["url"], format!("/conversations/{}", ids[1]));
    let other = cast.waiting(&instance);
    let page = cast.manager.open(other).form("Assign").with("Assign to", "Mia Chen").submit();
    page.form("Undo").submit();
    sent(&instance);
    service.only();
}

#[test]
fn two_who_assign_are_two_messages() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    let (names, _) = queue(&instance, &cast, 4);
    assigns_all(&cast.manager, &names[..2]);
    assigns_all(&cast.admin, &names[2..]);
    assert_eq!(waiting(&instance), 2);
    sent(&instance);
    let mut titles: Vec<String> = service
        .pushes()
        .iter()
        .map(|push| device.read(push)["title"].as_str().expect("words").to_owned())
        .collect();
    titles.sort();
    let expected =
        ["Ana Silva", "Gil Roth"].map(|by| format!("{by} assigned 2 conversations to you"));
    assert_eq!(titles, expected);
}

#[test]
fn what_is_on_its_way_is_joined_by_nothing() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    service.answers(503);
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    let runner = Runner::start(&instance.app);
    let put_off = "SELECT count(*) FROM deliveries WHERE attempts > 0 AND leased_until IS NULL";
    instance.wait_for_count(1, put_off);
    drop(runner);
    service.answers(201);
    let before = service.pushes().len();
    let next = cast.waiting(&instance);
    cast.manager.assigns(next, "Mia Chen");
    make_due(&instance);
    sent(&instance);
    let pushes = service.pushes();
    let paths: Vec<_> =
        pushes[before..].iter().map(|push| device.read(push)["url"].clone()).collect();
    assert_eq!(paths.len(), 2, "{paths:?}");
    assert!(paths.iter().any(|path| path == format!("/conversations/{next}").as_str()));
}

#[test]
fn a_browser_that_shows_another_workspace_is_led_to_a_conversation() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    let there = cast.other_workspace_id.to_string();
    cast.agent.browser.post("/workspaces/switch", &[("workspace_id", &there)]);
    let (names, ids) = queue(&instance, &cast, 2);
    assigns_all(&cast.manager, &names);
    sent(&instance);
    let told = device.read(&service.only());
    assert_eq!(told["title"], "Gil Roth assigned 2 conversations to you");
    let path = told["url"].as_str().expect("a path");
    assert!(ids.iter().any(|id| path == format!("/conversations/{id}")), "{path}");
}
