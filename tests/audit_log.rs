//! The audit log: what is kept, who reads it, and that nobody changes it.

mod keeping;
mod reading;

use crate::support::{Cast, Instance, Member};

const LOG: &str = "/settings/audit-log";

/// The newest entries as the page tells them: who, what, before and after.
#[track_caller]
pub fn entries(by: &Member, query: &str) -> Vec<String> {
    let page = by.get(&format!("{LOG}{query}"));
    assert_eq!(page.status, 200, "{}", page.text());
    let cells = |class: &str| page.all(&format!(".log-table td.{class}"));
    let (who, what, change) = (cells("log-who"), cells("log-what"), cells("log-change"));
    who.into_iter()
        .zip(what)
        .zip(change)
        .map(|((who, what), change)| format!("{who}: {what}: {change}").trim().to_owned())
        .collect()
}

/// A change that leaves an entry: Mia, an Agent, becomes a Manager.
#[track_caller]
fn promote(cast: &Cast) {
    let form = cast.admin.get("/settings/team").row(&cast.agent.name).form("Change role");
    form.set("role", "manager").submit().expect(200, "Mia Chen");
}

fn count(instance: &Instance) -> i64 {
    instance.count("SELECT count(*) FROM audit_entries")
}
