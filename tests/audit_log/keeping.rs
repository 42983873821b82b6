//! What the log keeps, and that it keeps it.

use baton::models::{ownership, workspace};
use diesel::prelude::*;

use super::{LOG, count, entries, promote};
use crate::support::Instance;

#[test]
fn every_change_of_owner_says_who_had_it_before_and_who_has_it_now() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.open(id);
    page.form("Assign").with("Assign to", "Lukas Brandt").submit().expect(200, "Assigned");
    cast.manager.open(id).form("Take over").submit();
    cast.manager.open(id).form("Release").submit();
    assert_eq!(
        entries(&cast.admin, ""),
        [
            format!("Gil Roth: Released a conversation Conversation #{id}: Gil Roth → Unassigned"),
            format!(
                "Gil Roth: Took over a conversation Conversation #{id}: Lukas Brandt → Gil Roth"
            ),
            format!(
                "Gil Roth: Assigned a conversation Conversation #{id}: Mia Chen → Lukas Brandt"
            ),
            format!("Mia Chen: Claimed a conversation Conversation #{id}: Unassigned → Mia Chen"),
        ]
    );
    // The timeline tells it too, and the customer's first words are no change of owner.
    cast.manager.open(id).expect(200, "Gil Roth released this");
}

#[test]
fn a_member_who_goes_leaves_an_entry_for_each_of_their_conversations() {
    let (instance, cast) = Instance::with_cast();
    let (open, resolved) =
        (cast.owned_by(&instance, &cast.agent), cast.owned_by(&instance, &cast.agent));
    cast.agent.open(resolved).form("Resolve").submit();
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    let form = cast.admin.get(&path).form("Remove member");
    form.with("Reassign open conversations to", "Gil Roth").submit().expect(200, "Mia Chen");
    let found = entries(&cast.admin, "?topic=owner");
    let ended = "Ended the membership of an owner";
    for expected in [
        format!("Ana Silva: Assigned a conversation Conversation #{open}: Mia Chen → Gil Roth"),
        format!("Ana Silva: {ended} Conversation #{resolved}: Mia Chen → Unassigned"),
    ] {
        assert!(found.contains(&expected), "{expected} in {found:#?}");
    }
    assert_eq!(entries(&cast.admin, "?topic=team")[0], "Ana Silva: Removed a member Mia Chen:");
}

#[test]
fn changes_of_the_workspace_are_kept_with_what_they_were() {
    let (instance, cast) = Instance::with_cast();
    promote(&cast);
    let form = cast.admin.get("/settings/workspace").form("Save workspace");
    form.with("Workspace name", "Sprocket & Sons").submit().expect(200, "Workspace saved.");
    cast.admin.browser.post("/settings/billing", &[("plan", "business")]);
    cast.admin.browser.post("/settings/labels/new", &[("name", "Refund"), ("colour", "red")]);
    // Saved as it was: nothing changed.
    cast.admin.get("/settings/workspace").form("Save workspace").submit();
    assert_eq!(
        entries(&cast.admin, ""),
        [
            "Ana Silva: Added a label Refund:",
            "Ana Silva: Changed the plan: Growth → Business",
            "Ana Silva: Changed the workspace Name: Sprocket & Co → Sprocket & Sons",
            "Ana Silva: Changed a role Mia Chen: Agent → Manager",
        ]
    );
    // None of it is in a timeline.
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE conversation_id IS NULL"), 0);
}

#[test]
fn an_entry_says_where_it_came_from() {
    let (instance, cast) = Instance::with_cast();
    promote(&cast);
    let id = cast.workspace_id;
    assert!(instance.verb(|conn| workspace::set_plan(conn, id, "business")).is_ok());
    let page = cast.admin.get(LOG);
    assert_eq!(page.all("td.log-origin"), ["command line", "127.0.0.1"]);
    assert_eq!(page.all("td.log-who"), ["Operator", "Ana Silva"]);
}

#[test]
fn an_import_is_kept_with_what_it_stored_and_who_started_it() {
    let (instance, cast) = Instance::with_cast();
    let preview = |table: &str| {
        cast.agent.get("/contacts/import").form("Preview").with("Table", table).submit()
    };
    for table in [
        "Name,Email\nHanna,hanna@velo.example\nPiet,",
        "Name,Email\nHanna L.,hanna@velo.example\nKofi,\nZoe,nowhere",
    ] {
        preview(table).form("Start import").submit();
        instance.run_imports();
    }
    let many: String = (0..600).map(|n| format!("Customer {n}\n")).collect();
    // What came to nothing leaves no entry.
    for batches in [0, 1] {
        let running = preview(&format!("Name\n{many}")).form("Start import").submit();
        instance.run_import(batches);
        cast.manager.get(&running.path).form("Cancel import").submit();
    }
    let theirs = cast.manager.get(&preview("Name\nNia").path);
    theirs.form("Start import").submit();
    instance.run_imports();
    assert_eq!(
        entries(&cast.admin, "?topic=contacts"),
        [
            "Gil Roth: Imported contacts: 1 added, 0 updated",
            "Mia Chen: Imported contacts: 500 added, 0 updated",
            "Mia Chen: Imported contacts: 1 added, 1 updated",
            "Mia Chen: Imported contacts: 2 added, 0 updated",
        ]
    );
    assert_eq!(cast.admin.get(LOG).all("td.log-origin"), ["Baton"; 4]);
}

#[test]
fn a_trusted_proxy_tells_the_client_s_address() {
    let instance = Instance::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    });
    let cast = crate::support::Cast::create(&instance);
    let fields = format!("workspace={}&plan=business", cast.workspace_id);
    let headers = [("Sec-Fetch-Site", "same-origin"), ("X-Forwarded-For", "198.51.100.7")];
    let page = cast.admin.browser.request("POST", "/settings/billing", &headers, Some(&fields));
    assert_eq!(page.status, 303);
    assert_eq!(cast.admin.get(LOG).all("td.log-origin"), ["198.51.100.7"]);
}

#[test]
fn what_is_refused_leaves_no_entry() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let before = count(&instance);
    let claim = format!("/conversations/{id}/claim");
    cast.other_agent.browser.post(&claim, &[("ownership_version", "0")]).expect(409, "");
    cast.manager.browser.post("/settings/billing", &[("plan", "business")]);
    let act = ownership::Acting {
        workspace_id: cast.workspace_id,
        membership_id: cast.outsider.membership_id,
        conversation_id: id,
    };
    assert!(instance.verb(|conn| ownership::claim(conn, act, None)).is_err());
    assert_eq!(count(&instance), before);
}

#[test]
fn nothing_of_a_deleted_contact_is_left_but_the_number() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let contact = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    cast.admin.get(&format!("/contacts/{contact}/delete")).form("Delete contact").submit();
    let page = cast.admin.get(LOG);
    assert_eq!(
        entries(&cast.admin, "")[0],
        format!("Ana Silva: Deleted a contact Contact {contact}:")
    );
    assert!(page.says(&format!("#{id}")), "the change of owner stays, by its number");
    assert!(!page.says("Hanna"));
}

#[test]
fn no_statement_changes_or_removes_an_entry() {
    let (instance, cast) = Instance::with_cast();
    promote(&cast);
    let mut statements = vec![
        "UPDATE audit_entries SET actor_name = 'Nobody'",
        "UPDATE audit_entries SET workspace_id = workspace_id",
        "DELETE FROM audit_entries",
    ];
    statements.push(if crate::support::is_postgres() {
        "TRUNCATE audit_entries"
    } else {
        "REPLACE INTO audit_entries SELECT * FROM audit_entries"
    });
    for sql in statements {
        let refused = instance.db().write_now(|conn| -> baton::db::Verb<_, ()> {
            Ok(diesel::sql_query(sql).execute(conn)?)
        });
        let error = refused.expect_err(sql).to_string();
        assert!(error.contains("The audit log is append-only."), "{sql}: {error}");
    }
    assert_eq!(entries(&cast.admin, ""), ["Ana Silva: Changed a role Mia Chen: Agent → Manager"]);
    // With its workspace it goes, and no other one's does.
    cast.outsider.browser.post("/settings/labels/new", &[("name", "Bug"), ("colour", "red")]);
    let name = [("confirmation", "Sprocket & Co")];
    cast.admin.browser.post("/settings/workspace/delete", &name).expect(200, "deleted.");
    assert_eq!(count(&instance), 1);
    assert_eq!(entries(&cast.outsider, ""), ["Olga Petrova: Added a label Bug:"]);
}
