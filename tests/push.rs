//! Browsers that show notifications: what they are told, and when no more.

mod devices;
mod ending;
mod gathering;
mod telling;

use crate::support::{Cast, Device, Instance, Member, Page, PushService, Runner};

/// A push service, and an installation whose outbox is emptied by [`sent`] alone.
pub fn with_push_service() -> (PushService, Instance, Cast) {
    let (instance, cast) = Instance::with_cast();
    (PushService::start(), instance, cast)
}

/// Turns a browser on, as its script does.
#[track_caller]
fn turn_on(member: &Member, device: &Device) -> Page {
    let mut form = member.get("/settings/profile").form("Turn on in this browser");
    for (name, value) in device.fields() {
        form = form.set(name, &value);
    }
    form.submit()
}

/// A browser of this member's that is turned on.
#[track_caller]
pub fn device_of(member: &Member, service: &PushService, name: &str) -> Device {
    let device = service.device(name);
    turn_on(member, &device).expect(200, "This browser shows notifications.");
    device
}

/// How many messages wait.
fn waiting(instance: &Instance) -> i64 {
    instance.count("SELECT count(*) FROM deliveries WHERE kind = 'push'")
}

fn devices(instance: &Instance) -> i64 {
    instance.count("SELECT count(*) FROM push_subscriptions")
}

/// Lets everything leave that waits.
#[track_caller]
pub fn sent(instance: &Instance) {
    let _runner = Runner::start(&instance.app);
    instance.wait_for_count(0, "SELECT count(*) FROM deliveries WHERE kind = 'push'");
}
