//! Turning browsers on and off.

use baton::policy::Role;

use super::{device_of, devices, turn_on, with_push_service};
use crate::races::at_once;
use crate::races::crowd::{add_members, signed_in};
use crate::support::{Cast, Device, Instance, Member, sign_in};

fn profile(member: &Member) -> crate::support::Page {
    member.get("/settings/profile")
}

#[test]
fn a_browser_is_turned_on_changed_and_turned_off() {
    let (service, instance, cast) = with_push_service();
    let page = profile(&cast.agent);
    page.expect(200, "Turning this browser on or off needs JavaScript");
    assert!(!page.has_button("Turn off in this browser"));
    let device = device_of(&cast.agent, &service, "mia");
    let page = profile(&cast.agent);
    page.row("Turned on").expect(200, "This one");
    assert!(!page.has_button("Turn on in this browser"));
    let mut form = page.form("Save sound").with("Sound", "On");
    for (name, value) in device.fields().into_iter().filter(|(name, _)| *name != "sound") {
        form = form.set(name, &value);
    }
    form.submit().row("Turned on").expect(200, "with sound");
    assert_eq!(devices(&instance), 1);
    let page = profile(&cast.agent).form("Turn off in this browser").submit();
    page.expect(200, "Notifications are off in that browser.");
    assert_eq!((devices(&instance), page.has_button("Turn on in this browser")), (0, true));
}

#[test]
fn what_is_no_push_service_in_public_is_refused_with_the_reason() {
    let instance = Instance::start_with(|config| {
        config.mail_servers.may_be_private = false;
        config.mail_servers.push_in_clear = false;
    });
    let cast = Cast::create(&instance);
    for (endpoint, reason) in [
        ("", "named no https address"),
        ("http://push.example/mia", "named no https address"),
        ("http://127.0.0.1:9/mia", "named no https address"),
        ("https://127.0.0.1/mia", "127.0.0.1 is in a private network."),
        ("https://10.0.0.7/mia", "10.0.0.7 is in a private network."),
        ("https://[::1]/mia", "::1 is in a private network."),
        ("https://localhost/mia", "localhost is in a private network."),
        ("https://169.254.169.254/latest", "169.254.169.254 is in a private network."),
    ] {
        turn_on(&cast.agent, &Device::at(endpoint)).expect(422, reason);
    }
    assert_eq!(devices(&instance), 0);
}

#[test]
fn keys_that_are_none_are_refused() {
    let (service, instance, cast) = with_push_service();
    let form = profile(&cast.agent).form("Turn on in this browser");
    let form = form.set("endpoint", &service.device("mia").endpoint);
    for (p256dh, auth) in [("", ""), ("AAAA", "AAAA"), ("<script>", "'")] {
        let page = form.clone().set("p256dh", p256dh).set("auth", auth).submit();
        page.expect(422, "This browser sent keys that cannot be used.");
    }
    assert_eq!(devices(&instance), 0);
}

#[test]
fn a_browser_of_somebody_else_cannot_be_removed() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "mia");
    let id = instance.count("SELECT max(id) FROM push_subscriptions").to_string();
    let workspace = cast.workspace_id.to_string();
    for device in [id.as_str(), "0", "", "nonsense"] {
        let fields = [("workspace", workspace.as_str()), ("device", device)];
        let page = cast.other_agent.browser.post("/settings/profile/devices/remove", &fields);
        assert_eq!(page.status, 404, "{device}");
    }
    assert_eq!(devices(&instance), 1);
    assert!(!profile(&cast.other_agent).says("Turned on"));
}

#[test]
fn another_browser_of_ones_own_can_be_removed() {
    let (service, instance, cast) = with_push_service();
    device_of(&cast.agent, &service, "desk");
    let elsewhere = Member { browser: instance.browser(), ..cast.agent.clone() };
    sign_in(&elsewhere.browser, &elsewhere.email);
    let page = profile(&elsewhere);
    page.row("Turned on").form("Remove An unknown browser").submit();
    assert_eq!(devices(&instance), 0);
}

#[test]
fn who_signs_in_next_in_the_same_browser_has_it_alone() {
    let (service, instance, cast) = with_push_service();
    let device = device_of(&cast.agent, &service, "shared");
    turn_on(&cast.other_agent, &device).expect(200, "This browser shows notifications.");
    assert_eq!(devices(&instance), 1);
    assert!(!profile(&cast.agent).says("Turned on"));
}

#[test]
fn of_many_browsers_at_once_ten_stay() {
    let (service, instance, cast) = with_push_service();
    let member = add_members(&instance, cast.workspace_id, Role::Agent, 1).remove(0);
    let workspace = cast.workspace_id.to_string();
    let all = (0..64).map(|n| {
        let browser = signed_in(&instance, member.user_id, Some(cast.workspace_id));
        let (device, workspace) = (service.device(&format!("device-{n}")), workspace.clone());
        move || {
            let fields = device.fields();
            let mut fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            fields.push(("workspace", &workspace));
            browser.post_once("/settings/profile/devices", &fields).status
        }
    });
    let answers = at_once(all.collect());
    assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
    assert_eq!(devices(&instance), 10);
}

#[test]
fn the_service_worker_is_the_whole_origin_s_and_always_the_newest() {
    let (instance, cast) = Instance::with_cast();
    let answer = instance.browser().get_once("/service-worker.js");
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"));
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    let policy = profile(&cast.agent).header("content-security-policy").to_owned();
    assert!(policy.contains("worker-src 'self'"), "{policy}");
    let icon = instance.browser().get_once("/static/now/notice.png");
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/png"));
    assert!(answer.body.contains("/static/now/notice.png"));
}
