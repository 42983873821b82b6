//! Who reads the log, how it is filtered, and how it leaves as a table.

use super::{LOG, count, entries, promote};
use crate::support::{Cast, Instance, without_mark};

/// Entries of several kinds, by several members; answers the conversation.
fn fill(instance: &Instance, cast: &Cast) -> i64 {
    let id = cast.owned_by(instance, &cast.agent);
    cast.manager.browser.post("/settings/labels/new", &[("name", "Refund"), ("colour", "red")]);
    promote(cast);
    id
}

#[test]
fn the_log_is_for_administrators_of_this_workspace_alone() {
    let (instance, cast) = Instance::with_cast();
    cast.admin.get(LOG).expect(200, "No changes yet");
    fill(&instance, &cast);
    for member in [&cast.manager, &cast.other_agent] {
        member.get(LOG).expect(403, "Your role does not include the audit log");
        member.browser.post(&format!("{LOG}/export"), &[]).expect(403, "the audit log");
        assert_eq!(member.get("/settings/profile").find_link("Audit log"), None);
    }
    assert!(cast.admin.get("/settings/team").find_link("Audit log").is_some());
    cast.outsider.get(LOG).expect(200, "No changes yet");
    let theirs = format!("?member={}", cast.manager.membership_id);
    assert!(entries(&cast.outsider, &theirs).is_empty());
}

#[test]
fn the_log_is_filtered_by_member_kind_and_day() {
    let (instance, cast) = Instance::with_cast();
    let id = fill(&instance, &cast);
    let form = cast.admin.get(LOG).form("Show");
    assert_eq!(
        form.options("Member"),
        ["Everybody", "Ana Silva", "Gil Roth", "Lukas Brandt", "Mia Chen"]
    );
    let page = form.with("Member", "Gil Roth").submit();
    assert_eq!(page.all("td.log-what"), ["Added a label Refund"]);
    let page = page.form("Show").with("Kind of change", "Team and roles").submit();
    page.expect(200, "Nothing found");
    let page = page.form("Show").with("Member", "Everybody").submit();
    assert_eq!(page.all("td.log-what"), ["Changed a role Mia Chen"]);
    assert_eq!(page.form("Show").value("topic"), Some("team"));

    let claimed = format!("Claimed a conversation Conversation #{id}");
    // Half past midnight in Berlin is still the day before in UTC.
    let zone = "SELECT count(*) FROM workspaces WHERE time_zone = 'Europe/Berlin'";
    assert_eq!(instance.count(zone), 2);
    let filler = "INSERT INTO audit_entries (workspace_id, topic, kind, actor_name, about,
                                             old_value, new_value, origin, created_at)";
    for (at, name) in [("2026-06-30 21:59:59", "June"), ("2026-06-30 22:00:00", "July")] {
        instance.execute(&format!(
            "{filler} VALUES ({}, 'labels', 'label_added', 'Ana Silva', '{name}', '', '', '', '{at}')",
            cast.workspace_id
        ));
    }
    let titles = |query: &str| cast.admin.get(&format!("{LOG}{query}")).all("td.log-what");
    assert_eq!(titles("?to=2026-06-30"), ["Added a label June"]);
    assert_eq!(titles("?from=2026-07-01&to=2026-07-01"), ["Added a label July"]);
    assert_eq!(titles("?from=2026-07-02").len(), 3);
    assert!(titles("?from=2026-07-02").contains(&claimed));
}

#[test]
fn days_that_make_no_sense_are_told_beside_their_field() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let page = cast.admin.get(&format!("{LOG}?from=yesterday&to=2026-02-30&topic=team"));
    assert_eq!(page.status, 422);
    let reason = "This is not a date. Write it as 2026-11-24.";
    assert_eq!(page.all("#from-error"), [reason]);
    assert_eq!(page.all("#to-error"), [reason]);
    let form = page.form("Show");
    assert_eq!(form.value("from"), Some("yesterday"));
    assert_eq!(form.value("topic"), Some("team"));
    let page = cast.admin.get(&format!("{LOG}?from=2026-11-02&to=2026-11-01"));
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#to-error"), ["This is before the day in From."]);
    let before = count(&instance);
    let fields = [("from", "yesterday")];
    assert_eq!(cast.admin.browser.post(&format!("{LOG}/export"), &fields).status, 422);
    assert_eq!(count(&instance), before);
    // Words that name nothing, and what no number is, find everything there is.
    for query in ["?member=x&topic=nothing&before=now", "?member=99999999999999999999"] {
        assert_eq!(entries(&cast.admin, query).len(), 3, "{query}");
    }
}

#[test]
fn older_entries_are_on_the_next_page_and_none_is_twice() {
    let (instance, cast) = Instance::with_cast();
    let rows: Vec<String> = (0..120)
        .map(|n| {
            // Many of one moment: the number decides then.
            format!(
                "({}, 'labels', 'label_added', 'Ana Silva', 'L{n}', '', '', '', '2026-06-0{} 10:00:00')",
                cast.workspace_id,
                n / 60 + 1
            )
        })
        .collect();
    instance.execute(&format!(
        "INSERT INTO audit_entries (workspace_id, topic, kind, actor_name, about, old_value,
                                    new_value, origin, created_at) VALUES {}",
        rows.join(", ")
    ));
    let mut page = cast.admin.get(&format!("{LOG}?topic=labels"));
    let mut found = Vec::new();
    loop {
        found.extend(page.all("td.log-what b"));
        if page.find_link("Older").is_none() {
            break;
        }
        page = page.click("Older");
    }
    let expected: Vec<String> = (0..120).rev().map(|n| format!("L{n}")).collect();
    assert_eq!(found, expected);
    let page = page.click("Newest");
    assert_eq!(page.all("td.log-what b")[0], "L119");
}

#[test]
fn what_is_filtered_is_exported_and_the_export_is_an_entry() {
    let (instance, cast) = Instance::with_cast();
    let id = fill(&instance, &cast);
    cast.manager.browser.post("/settings/labels/new", &[("name", "=1+1"), ("colour", "red")]);
    let file = cast.admin.get(LOG).form("Export").submit();
    assert_eq!(file.status, 200);
    assert!(file.header("content-type").starts_with("text/csv"));
    let name = file.header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"baton-sprocket-co-audit-log-"), "{name}");
    let mut lines = without_mark(&file.body).lines();
    assert_eq!(lines.next(), Some("When,Who,What,About,Conversation,Before,After,From,Topic"),);
    let rest: Vec<&str> = lines.map(|line| line.split_once(',').expect("cells").1).collect();
    assert_eq!(
        rest,
        [
            "Ana Silva,Exported the audit log,Everything,,,,127.0.0.1,audit_log",
            "Gil Roth,Added a label,'=1+1,,,,127.0.0.1,labels",
            "Ana Silva,Changed a role,Mia Chen,,Agent,Manager,127.0.0.1,team",
            "Gil Roth,Added a label,Refund,,,,127.0.0.1,labels",
            &format!("Mia Chen,Claimed a conversation,,{id},Unassigned,Mia Chen,127.0.0.1,owner"),
        ]
    );
    let page = cast.admin.get(&format!("{LOG}?topic=team&from=2020-01-01"));
    let file = page.form("Export").submit();
    assert_eq!(file.body.lines().count(), 2);
    let newest = entries(&cast.admin, "").remove(0);
    assert_eq!(newest, "Ana Silva: Exported the audit log Team and roles, from 2020-01-01:");
}

#[test]
fn whoever_takes_the_contacts_or_the_workspace_with_them_is_in_the_log() {
    let (_instance, cast) = Instance::with_cast();
    for path in ["/contacts/export", "/settings/workspace/export"] {
        assert_eq!(cast.admin.get(path).status, 200);
        let ahead = cast.admin.browser.request("GET", path, &[("sec-purpose", "prefetch")], None);
        assert_eq!(ahead.status, 200, "what a browser fetches ahead nobody has yet");
    }
    cast.agent.get("/settings/workspace/export").expect(403, "Your role does not include");
    assert_eq!(cast.agent.get("/contacts").click("Export").status, 200);
    assert_eq!(
        entries(&cast.admin, "")[..3],
        [
            "Mia Chen: Exported all contacts:",
            "Ana Silva: Exported the workspace:",
            "Ana Silva: Exported all contacts:",
        ]
    );
    assert_eq!(entries(&cast.admin, "").len(), 3);
}
