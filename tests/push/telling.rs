//! What a browser is told, and what it is not.

use baton::policy::Role;

use super::{device_of, devices, sent, waiting, with_push_service};
use crate::outbox::make_due;
use crate::support::{Instance, Member, Runner, join};

const ASSIGNED: &str = "A conversation is assigned to you";

fn chooses(member: &Member, kind: &str, way: &str) {
    let form = member.get("/settings/profile").form("Save profile");
    form.with(kind, way).submit().expect(200, "Your profile is saved.");
}

#[test]
fn a_browser_is_told_who_did_what_and_it_alone_can_read_it() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    device_of(&cast.other_agent, &service, "lukas");
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.manager.assigns(id, "Mia Chen");
    sent(&instance);
    let push = service.only();
    assert_eq!(push.path, "/mia");
    let told = device.read(&push);
    assert_eq!(told["title"], "Gil Roth assigned this to you");
    assert_eq!(told["body"], "Hanna Lindqvist: In stock?");
    assert_eq!(told["url"], format!("/conversations/{id}"));
    assert_eq!(told["sound"], false);
    for (name, value) in [("ttl", "3600"), ("urgency", "normal"), ("content-encoding", "aes128gcm")]
    {
        assert_eq!(push.header(name), value, "{name}");
    }
    let (key, claims) = push.signature();
    assert_eq!(key, cast.agent.get("/settings/profile").attribute("#devices", "data-push"));
    let claims = serde_json::to_value(claims).expect("JSON");
    assert_eq!(claims["aud"], service.origin());
    assert_eq!(claims["sub"], "mailto:baton@baton.example");
    assert!(!String::from_utf8_lossy(&push.body).contains("Hanna"));
}

#[test]
fn every_browser_of_a_member_is_told_with_the_sound_that_was_chosen_there() {
    let (service, instance, cast) = with_push_service();
    let desk = device_of(&cast.agent, &service, "desk");
    let elsewhere = Member { browser: instance.browser(), ..cast.agent.clone() };
    crate::support::sign_in(&elsewhere.browser, &elsewhere.email);
    let phone = service.device("phone");
    let mut form = elsewhere.get("/settings/profile").form("Turn on in this browser");
    for (name, value) in phone.fields() {
        form = form.set(name, &value);
    }
    let page = form.with("Sound", "On").submit();
    assert_eq!(page.attribute("#devices", "data-sound"), "on");
    assert_eq!(cast.agent.get("/settings/profile").attribute("#devices", "data-sound"), "off");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    sent(&instance);
    let mut pushes = service.pushes();
    pushes.sort_by(|a, b| a.path.cmp(&b.path));
    let [one, other] = &pushes[..] else { panic!("{pushes:?}") };
    assert_eq!(desk.read(one)["sound"], false);
    assert_eq!(phone.read(other)["sound"], true);
}

#[test]
fn the_push_service_does_not_learn_which_conversation_it_is_or_who_hears_of_the_same() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    device_of(&cast.other_agent, &service, "lukas");
    let (one, other) = (cast.waiting(&instance), cast.waiting(&instance));
    for (id, name) in
        [(one, "Mia Chen"), (one, "Lukas Brandt"), (one, "Mia Chen"), (other, "Mia Chen")]
    {
        cast.manager.assigns(id, name);
        sent(&instance);
    }
    let pushes = service.pushes();
    let topics: Vec<&str> = pushes.iter().map(|push| push.header("topic")).collect();
    let [first, lukas, again, next] = topics[..] else { panic!("{topics:?}") };
    assert_eq!(first, again, "what waits is exchanged for it");
    assert!(first != lukas && first != next && lukas != next, "{topics:?}");
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    assert!(topics.iter().all(|topic| topic.len() == 24 && topic.chars().all(fits)), "{topics:?}");
}

#[test]
fn replies_and_mentions_are_told_and_what_nobody_waits_for_is_not() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.agent.open(id).form("Claim").submit();
    cast.customer_adds(&customer, "My code is 4711.");
    sent(&instance);
    let told = device.read(&service.only());
    assert_eq!(told["title"], "Hanna Lindqvist replied");
    assert!(!told.to_string().contains("4711"), "{told}");
    cast.agent.open(id);
    cast.manager.open(id).form("Add note").with("Note", "@Mia Chen look").submit();
    sent(&instance);
    assert_eq!(device.read(&service.pushes()[1])["title"], "Gil Roth mentioned you in a note");
    cast.manager.open(id).form("Take over").submit();
    assert_eq!(cast.agent.get("/notifications").all(".notice").len(), 3);
    assert_eq!(waiting(&instance), 0, "that it was taken is good to know, no more");
}

#[test]
fn each_reply_is_told_a_browser_though_the_page_has_one_notice() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    chooses(&cast.agent, "A customer replies in a conversation of yours", "Page");
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    // That it is theirs is no word of what the customer writes.
    cast.manager.assigns(id, "Mia Chen");
    sent(&instance);
    for (count, line) in [(2, "Hello?"), (3, "Anybody?")] {
        cast.customer_adds(&customer, line);
        sent(&instance);
        let pushes = service.pushes();
        assert_eq!(pushes.len(), count, "{line}");
        assert_eq!(device.read(&pushes[count - 1])["title"], "Hanna Lindqvist replied");
    }
    assert_eq!(cast.agent.get("/notifications").all(".notice").len(), 2);
}

#[test]
fn what_was_read_taken_back_or_lost_from_sight_meanwhile_is_not_told() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    let (read, lost) = (cast.waiting(&instance), cast.waiting(&instance));
    cast.manager.assigns(read, "Mia Chen");
    cast.agent.open(read).expect(200, "You own this");
    cast.manager.assigns(lost, "Mia Chen");
    cast.manager.assigns(lost, "Lukas Brandt");
    let undone = cast.waiting(&instance);
    let page = cast.manager.open(undone).form("Assign").with("Assign to", "Mia Chen").submit();
    page.form("Undo").submit();
    sent(&instance);
    assert!(service.pushes().is_empty());
}

#[test]
fn a_kind_that_is_turned_off_is_not_told_and_one_that_is_mailed_is() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    chooses(&cast.agent, ASSIGNED, "None");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    assert_eq!(waiting(&instance), 0);
    chooses(&cast.agent, ASSIGNED, "Mail");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    assert_eq!(waiting(&instance), 1);
    // A change of mind counts for what waits.
    chooses(&cast.agent, ASSIGNED, "None");
    sent(&instance);
    assert!(service.pushes().is_empty());
    chooses(&cast.agent, ASSIGNED, "Page");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    sent(&instance);
    service.only();
}

#[test]
fn a_browser_tells_of_every_workspace_whichever_it_shows() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.outsider, &service, "olga");
    join(&instance, cast.workspace_id, cast.outsider.user_id, Role::Agent);
    cast.manager.assigns(cast.waiting(&instance), "Olga Petrova");
    sent(&instance);
    assert_eq!(device.read(&service.only())["title"], "Gil Roth assigned this to you");
}

#[test]
fn what_is_put_off_is_tried_again_for_an_hour() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "mia");
    service.answers(503);
    let id = cast.waiting(&instance);
    cast.manager.assigns(id, "Mia Chen");
    let failed = "SELECT count(*) FROM deliveries WHERE kind = 'push' AND last_error IS NOT NULL \
                  AND leased_until IS NULL";
    let runner = Runner::start(&instance.app);
    instance.wait_for_count(1, failed);
    drop(runner);
    service.answers(201);
    make_due(&instance);
    sent(&instance);
    let pushes = service.pushes();
    assert!(pushes.len() >= 2);
    assert_eq!(device.read(&pushes[pushes.len() - 1])["url"], format!("/conversations/{id}"));
    let (before, other) = (pushes.len(), cast.waiting(&instance));
    cast.manager.assigns(other, "Mia Chen");
    instance.execute("UPDATE notifications SET created_at = '2020-01-01 00:00:00'");
    sent(&instance);
    assert_eq!(service.pushes().len(), before);
}

#[test]
fn a_browser_that_its_service_knows_no_more_is_forgotten() {
    for status in [404, 410] {
        let (service, instance, cast) = with_push_service();
        device_of(&cast.agent, &service, "mia");
        service.answers(status);
        cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
        sent(&instance);
        assert_eq!(devices(&instance), 0, "{status}");
        cast.agent.get("/settings/profile").form("Turn on in this browser");
    }
}

#[test]
fn nobody_is_led_elsewhere_and_a_refusal_is_not_tried_again() {
    for status in [307, 403] {
        let (service, instance, cast) = with_push_service();
        device_of(&cast.agent, &service, "mia");
        service.answers(status);
        cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
        sent(&instance);
        assert_eq!(service.only().path, "/mia");
        assert_eq!(devices(&instance), 1);
    }
}

#[test]
fn two_nodes_have_one_key() {
    let instance = Instance::start();
    let made = crate::races::at_once(
        (0..8)
            .map(|_| {
                let (db, signer) = (instance.app.db.clone(), instance.app.signer.clone());
                move || {
                    let made = db.write_now(|conn| {
                        baton::models::push::make_key(conn, &signer)
                            .map_err(baton::db::Stop::<()>::Failed)
                    });
                    made.expect("the database works").expect("it is not refused").public()
                }
            })
            .collect(),
    );
    assert!(made.iter().all(|key| *key == made[0]), "{made:?}");
    assert_eq!(instance.count("SELECT count(*) FROM installation WHERE name = 'push_key'"), 1);
}

#[test]
fn what_is_handed_over_at_once_is_one_message() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.other_agent, &service, "lukas");
    for _ in 0..3 {
        cast.owned_by(&instance, &cast.agent);
    }
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    let form = cast.admin.get(&path).form("Remove member");
    form.with("Reassign open conversations to", "Lukas Brandt").submit();
    sent(&instance);
    let told = device.read(&service.only());
    assert_eq!(told["title"], "Ana Silva assigned 3 conversations to you");
}
