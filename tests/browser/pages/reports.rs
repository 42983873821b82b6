//! Reports and the audit log, empty, full, and asked for nonsense.

use super::Inspection;
use crate::support::Instance;

pub const PAGES: &[&str] = &["/reports", "/settings/audit-log"];

const LONG_NAME: &str = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen";

#[test]
fn axe_finds_nothing_on_reports_empty_and_full() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE workspaces SET working_hours = 'mon 09:00-17:00, sun 10:00-12:00'");
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/reports", "Nothing happened on these days");
    cast.manager.browser.post("/settings/labels/new", &[("name", "Refund"), ("colour", "red")]);
    instance.execute(&format!("UPDATE inboxes SET name = '{LONG_NAME}'"));
    instance.execute(&format!("UPDATE users SET name = '{LONG_NAME}' WHERE name = 'Mia Chen'"));
    cast.waiting(&instance);
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim and send");
    form.with("Reply", "Two are left.").submit().expect(200, "Two are left.");
    cast.agent.open(id).form("Add label").with("Label", "Refund").submit();
    cast.agent.open(id).form("Resolve").submit();
    at.visit("/reports", "The oldest has been there for");
    at.window.press("How this is counted");
    at.look("Half of all took no longer");
    at.visit("/reports?from=soon", "This is not a date.");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_the_audit_log_empty_and_full() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.admin.email);
    at.visit("/settings/audit-log", "No changes yet");
    cast.owned_by(&instance, &cast.agent);
    let name = &LONG_NAME[..40];
    cast.manager.browser.post("/settings/labels/new", &[("name", name), ("colour", "red")]);
    at.visit("/settings/audit-log", "Claimed a conversation");
    at.visit("/settings/audit-log?topic=plan", "Nothing found");
    at.visit("/settings/audit-log?from=soon&to=never", "This is not a date.");
    at.ends_well();
}
