//! Turning notifications on and off, as far as that goes without the push service of
//! Chromium's maker.

use serde_json::json;

use crate::driver::Ask;
use crate::support::{Device, Instance, Member};
use crate::window::{Script, Window};

/// The profile of this member, in a browser that lets pages show notifications or not.
fn at_profile(instance: &Instance, member: &Member, setting: &str) -> Window {
    let window = Window::open(&instance.base, Script::On);
    let params = json!({
        "origin": instance.base, "permission": { "name": "notifications" }, "setting": setting,
    });
    window.ask(Ask::devtools("Browser.setPermission", params));
    window.sign_in(&member.email);
    window.go("/settings/profile");
    window.sees("Browser notifications");
    window.does_not_see("needs JavaScript");
    window
}

#[test]
fn a_browser_is_turned_on_and_off_by_its_buttons() {
    let (instance, cast) = Instance::with_cast();
    let window = at_profile(&instance, &cast.agent, "granted");
    let [(_, endpoint), (_, p256dh), (_, auth), _] = Device::at("http://127.0.0.1:9/").fields();
    let subscription = json!({ "endpoint": endpoint, "keys": { "p256dh": p256dh, "auth": auth } });
    window.run(&format!(
        "PushManager.prototype.subscribe = async ({{ applicationServerKey }}) => {{
             if (applicationServerKey.length !== 65) throw new Error('no key');
             return {{ toJSON: () => ({subscription}) }};
         }};"
    ));
    window.choose("Sound", "On");
    window.press("Turn on in this browser");
    window.sees("This browser shows notifications.");
    window.sees_in_row("Turned on", "with sound");
    let worker = "return navigator.serviceWorker.ready.then((at) => at.active.scriptURL)";
    assert_eq!(window.run(worker), format!("{}/service-worker.js", instance.base));
    assert_eq!(window.run("return localStorage.getItem('baton-sound')"), "on");
    window.press("Turn off in this browser");
    window.sees("Notifications are off in that browser.");
    assert_eq!(window.run("return localStorage.getItem('baton-sound')"), "");
    assert_eq!(instance.count("SELECT count(*) FROM push_subscriptions"), 0);
}

#[test]
fn a_browser_is_forgotten_even_when_it_cannot_unsubscribe() {
    let (instance, cast) = Instance::with_cast();
    let fields = Device::at("http://127.0.0.1:9/").fields();
    let window = at_profile(&instance, &cast.agent, "granted");
    let [(_, endpoint), (_, p256dh), (_, auth), _] = fields;
    let subscription = json!({ "endpoint": endpoint, "keys": { "p256dh": p256dh, "auth": auth } });
    window.run(&format!(
        "PushManager.prototype.subscribe = async () => ({{ toJSON: () => ({subscription}) }});"
    ));
    window.press("Turn on in this browser");
    window.sees("This browser shows notifications.");
    window.run(
        "PushManager.prototype.getSubscription = async () => ({
             unsubscribe: () => Promise.reject(new Error('no network')),
         });",
    );
    window.press("Turn off in this browser");
    window.sees("Notifications are off in that browser.");
    assert_eq!(instance.count("SELECT count(*) FROM push_subscriptions"), 0);
}

#[test]
fn a_push_service_that_does_not_answer_is_told() {
    let (instance, cast) = Instance::with_cast();
    let window = at_profile(&instance, &cast.agent, "granted");
    window.run("PushManager.prototype.subscribe = () => Promise.reject(new Error('no network'))");
    window.press("Turn on in this browser");
    window.sees("This browser could not be turned on.");
    let focus = "return document.activeElement.textContent";
    assert_eq!(window.run(focus), "Turn on in this browser");
    assert_eq!(instance.count("SELECT count(*) FROM push_subscriptions"), 0);
}

#[test]
fn a_browser_that_shows_no_notifications_says_how_to_allow_them() {
    let (instance, cast) = Instance::with_cast();
    let window = at_profile(&instance, &cast.agent, "denied");
    window.sees("Allow them in its settings for this page");
    window.has_no_button("Turn on in this browser");
}

/// Hands the service worker what a push service would.
fn deliver(window: &Window, instance: &Instance, title: &str) {
    window.ask(Ask::devtools("ServiceWorker.enable", json!({})));
    let told = json!({
        "title": title, "body": "Hanna Lindqvist: In stock?", "url": "/conversations/7",
        "tag": "conversation-7", "sound": false,
    });
    let params = json!({
        "origin": instance.base, "registrationId": "0", "data": told.to_string(),
    });
    window.ask(Ask::devtools("ServiceWorker.deliverPushMessage", params));
}

#[test]
fn what_is_pushed_is_shown_and_what_is_newer_takes_its_place() {
    let (instance, cast) = Instance::with_cast();
    let window = at_profile(&instance, &cast.agent, "granted");
    let ready = "return navigator.serviceWorker.register('/service-worker.js')
        .then(() => navigator.serviceWorker.ready).then(() => 'ready')";
    assert_eq!(window.run(ready), "ready");
    // Another site is in front, as it mostly is.
    window.go("about:blank");
    let shown = |title: &str| {
        deliver(&window, &instance, title);
        window.go("/settings/profile");
        let shown = window.until(|| {
            let shown = window.run(
                "return navigator.serviceWorker.ready.then((at) => at.getNotifications())
                     .then((all) => all.map((one) => `${one.title}: ${one.body}`).join())",
            );
            shown.as_str().filter(|shown| shown.contains(title)).map(str::to_owned)
        });
        window.go("about:blank");
        shown.unwrap_or_default()
    };
    let assigned = "Gil Roth assigned this to you";
    assert_eq!(shown(assigned), format!("{assigned}: Hanna Lindqvist: In stock?"));
    let mentioned = "Gil Roth mentioned you in a note";
    assert_eq!(shown(mentioned), format!("{mentioned}: Hanna Lindqvist: In stock?"));
}
