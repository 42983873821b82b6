//! Rows that have served go, however many there are.

use baton::db::Utc;
use baton::models::housekeeping::SWEEPS;

use crate::support::{Cast, Instance};

/// Numbers up to this one, for `INSERT INTO … SELECT`.
fn numbers(most: u32) -> String {
    format!(
        "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})
          SELECT i FROM n) AS numbers"
    )
}

/// Sweeps as the background does, and fails where one takes very many rows at once.
fn sweep_little_by_little(instance: &Instance) {
    for sweep in SWEEPS {
        loop {
            let gone = instance.write(|conn| sweep(conn, Utc::now()));
            assert!(gone <= 500, "{gone} rows at once");
            if gone == 0 {
                break;
            }
        }
    }
}

#[test]
fn more_rows_than_go_at_once_go_one_after_the_other() {
    let instance = Instance::start();
    let rows = vec!["('x', '2020-01-01 00:00:00')"; 1200].join(", ");
    instance.execute(&format!("INSERT INTO attempts (bucket, created_at) VALUES {rows}"));
    instance.sweep();
    assert_eq!(instance.count("SELECT count(*) FROM attempts"), 0);
}

#[test]
fn merged_contacts_go_little_by_little() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    instance.execute(&format!(
        "INSERT INTO contacts (workspace_id, name, created_at, merged_at)
         SELECT {}, 'Hanna', '2020-01-01 00:00:00', '2020-01-01 00:00:00' FROM {}",
        cast.workspace_id,
        numbers(1200)
    ));
    sweep_little_by_little(&instance);
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 1, "who was never merged stays");
}

#[test]
fn old_drafts_go_little_by_little_and_others_stay() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    instance.execute(&format!(
        "INSERT INTO conversations (workspace_id, inbox_id, contact_id, subject, status,
             ownership_version, preview, last_message_id, last_customer_message_id,
             last_activity_at, created_at)
         SELECT workspace_id, inbox_id, contact_id, subject, status, 0, preview, 0, 0,
             last_activity_at, created_at
         FROM conversations, {} WHERE id = {id}",
        numbers(700)
    ));
    instance.execute(&format!(
        "INSERT INTO drafts (membership_id, conversation_id, kind, workspace_id, body, version,
             page, updated_at)
         SELECT {}, id, kind, workspace_id, 'It left', 1, '', '2020-01-01 00:00:00'
         FROM conversations, (SELECT 'reply' AS kind UNION SELECT 'note') AS kinds",
        cast.agent.membership_id
    ));
    instance.execute(&format!(
        "UPDATE drafts SET updated_at = '2099-01-01 00:00:00' WHERE conversation_id = {id}"
    ));
    sweep_little_by_little(&instance);
    assert_eq!(instance.count("SELECT count(*) FROM drafts"), 2);
}

/// An import that ended or was not started long ago, with so many refused lines.
fn import(instance: &Instance, cast: &Cast, state: &str, lines: u32) -> i64 {
    let ended = if state == "draft" { "NULL" } else { "'2020-01-01 00:00:00'" };
    instance.execute(&format!(
        "INSERT INTO contact_imports (workspace_id, started_by_id, file_name, encoding, delimiter,
             headings, targets, state, size, first_byte, first_line, next_byte, next_line,
             rows_total, rows_done, added, updated, refused, created_at, ended_at)
         VALUES ({}, {}, 'old.csv', 'UTF-8', ',', '[\"Name\"]', '[\"name\"]', '{state}', 0, 0, 1, 0, 1,
             {lines}, 0, 0, 0, {lines}, '2020-01-01 00:00:00', {ended})",
        cast.workspace_id, cast.agent.membership_id
    ));
    let id = instance.count("SELECT max(id) FROM contact_imports");
    instance.execute(&format!(
        "INSERT INTO contact_import_refusals (import_id, line, workspace_id, reason, cells)
         SELECT {id}, i, {}, 'No', '[]' FROM {}",
        cast.workspace_id,
        numbers(lines)
    ));
    id
}

#[test]
fn imports_go_little_by_little_and_a_draft_that_goes_is_gone_for_its_member() {
    let (instance, cast) = Instance::with_cast();
    import(&instance, &cast, "done", 1200);
    let draft = import(&instance, &cast, "draft", 1200);
    let part = if crate::support::is_postgres() { "'x'::bytea" } else { "x'78'" };
    instance.execute(&format!(
        "INSERT INTO contact_import_parts (import_id, number, workspace_id, content)
         SELECT {draft}, i, {}, {part} FROM {}",
        cast.workspace_id,
        numbers(120)
    ));
    // Nobody starts what is being swept.
    let start = format!("/contacts/imports/{draft}/start");
    let workspace = cast.workspace_id.to_string();
    let started = cast.agent.browser.post_once(&start, &[("workspace", &workspace)]);
    assert_eq!(started.status, 404, "{}", started.text());
    sweep_little_by_little(&instance);
    for table in ["contact_imports", "contact_import_parts", "contact_import_refusals"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[test]
fn notifications_go_three_months_after_they_were_read() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let told = |name: &str, read_at: &str, count: u32| {
        instance.execute(&format!(
            "INSERT INTO notifications (workspace_id, membership_id, kind, conversation_id,
                 actor_name, subject_name, created_at, read_at)
             SELECT {}, {}, 'assigned', {id}, '{name}', 'Hanna', '2020-01-01 00:00:00', {read_at}
             FROM {}",
            cast.workspace_id,
            cast.admin.membership_id,
            numbers(count)
        ));
    };
    let days_ago = |days: i64| {
        let at = Utc::now().minus(chrono::TimeDelta::days(days)).to_chrono();
        format!("'{}'", at.format("%Y-%m-%d %H:%M:%S"))
    };
    told("Nobody", "NULL", 1);
    told("Lately", &days_ago(89), 1);
    told("Olden", &days_ago(91), 1200);
    told("Newest", "NULL", 1);
    sweep_little_by_little(&instance);
    assert_eq!(instance.count("SELECT count(*) FROM notifications"), 3);
    let list = cast.admin.get("/notifications");
    for name in ["Nobody", "Lately", "Newest"] {
        list.expect(200, name);
    }
    assert!(!list.says("Olden"));
}

#[test]
fn forms_are_forgotten_after_a_day() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.admin.get("/settings/team/invite").form("Send invite");
    form.with("Email address", "bo@sprocket.example").submit().expect(200, "bo@sprocket.example");
    sweep_little_by_little(&instance);
    assert_eq!(instance.count("SELECT count(*) FROM answered_forms"), 1);
    instance.execute("UPDATE answered_forms SET created_at = '2020-01-01 00:00:00'");
    sweep_little_by_little(&instance);
    assert_eq!(instance.count("SELECT count(*) FROM answered_forms"), 0);
}

#[test]
fn notices_that_went_by_mail_alone_go_by_their_age() {
    let (instance, cast) = Instance::with_cast();
    for (in_page, created) in [(false, "2020-01-01"), (false, "2099-01-01"), (true, "2020-01-01")] {
        instance.execute(&format!(
            "INSERT INTO notifications (workspace_id, membership_id, kind, actor_name,
                                        subject_name, created_at, in_page)
             VALUES ({}, {}, 'assigned', 'Gil', 'Hanna', '{created} 00:00:00', {in_page})",
            cast.workspace_id, cast.agent.membership_id
        ));
    }
    sweep_little_by_little(&instance);
    let left = "SELECT count(*) FROM notifications WHERE in_page OR created_at > '2098-01-01'";
    assert_eq!(
        (instance.count("SELECT count(*) FROM notifications"), instance.count(left)),
        (2, 2)
    );
}

#[test]
fn one_kind_that_cannot_go_holds_up_no_other() {
    let instance = Instance::start();
    instance
        .execute("INSERT INTO attempts (bucket, created_at) VALUES ('x', '2020-01-01 00:00:00')");
    // The first of all.
    instance.execute("ALTER TABLE sessions RENAME COLUMN expires_at TO gone_at");
    let swept =
        actix_web::rt::System::new().block_on(baton::jobs::sweep::sweep(instance.db(), Utc::now()));
    assert!(swept.is_err(), "it is told");
    assert_eq!(instance.count("SELECT count(*) FROM attempts"), 0);
}
