//! What becomes of a deleted workspace that is too large to go at once.

use baton::models::workspace;

use super::{DELETE, in_both};
use crate::support::{Cast, Instance};

/// More conversations than two steps of the erasing take, some with an owner.
fn grow(instance: &Instance, cast: &Cast) {
    cast.owned_by(instance, &cast.agent);
    let id = cast.owned_by(instance, &cast.manager);
    let one = format!(
        "INSERT INTO conversations (workspace_id, inbox_id, contact_id, subject, status,
             assignee_id, owned_since, ownership_version, preview, last_message_id,
             last_customer_message_id, last_activity_at, created_at)
         SELECT workspace_id, inbox_id, contact_id, 'One of many', status, assignee_id,
             owned_since, 1, '', 0, 0, last_activity_at, created_at
         FROM conversations WHERE workspace_id = {} LIMIT 225",
        cast.workspace_id
    );
    for _ in 0..9 {
        instance.execute(&one);
    }
    let count = "SELECT count(*) FROM conversations WHERE id >= ";
    assert!(instance.count(&format!("{count}{id}")) > 400);
}

/// More lines of the log, and mails that were sent, than one step takes.
fn grow_log(instance: &Instance, cast: &Cast) {
    let (id, at) = (cast.workspace_id, "'2026-11-01 00:00:00'");
    let lines = vec![format!("({id}, 'team', 'member_invited', '', '', '', '', '', {at})"); 1200];
    instance.execute(&format!(
        "INSERT INTO audit_entries (workspace_id, topic, kind, actor_name, about, old_value,
             new_value, origin, created_at) VALUES {}",
        lines.join(", ")
    ));
    let mails: Vec<String> = (0..700)
        .map(|n| format!("({id}, 'notifications', 'a@b.example', 'old-{n}', 1, {at}, {at}, {at})"))
        .collect();
    instance.execute(&format!(
        "INSERT INTO deliveries (workspace_id, kind, recipient, message_id, attempts,
             next_attempt_at, created_at, sent_at) VALUES {}",
        mails.join(", ")
    ));
}

fn delete(cast: &Cast) {
    let name = [("confirmation", "Sprocket & Co")];
    cast.admin.browser.post(DELETE, &name).expect(200, "Sign in");
}

#[test]
fn nobody_gets_into_a_deleted_workspace_while_it_is_erased() {
    let (instance, cast) = Instance::with_cast();
    in_both(&instance, &cast);
    let (_, customer) = cast.customer_writes(&instance, "Kofi Mensah", "Hello?");
    let chat = customer.get(&cast.chat_path()).form("Send");
    cast.admin
        .browser
        .post("/settings/team/invite", &[("email", "new@x.example"), ("role", "agent")]);
    let link = instance.mailed_invitation("new@x.example");
    grow(&instance, &cast);
    let id = instance.count("SELECT min(id) FROM conversations");
    delete(&cast);

    let rest =
        format!("SELECT count(*) FROM conversations WHERE workspace_id = {}", cast.workspace_id);
    assert!(instance.count(&rest) > 0, "there is something left to erase");
    cast.manager.get("/inbox").expect(200, "Sign in");
    cast.agent.get("/inbox").expect(200, "Choose a workspace");
    assert!(!cast.agent.get("/workspaces").says("Sprocket & Co"));
    assert_eq!(chat.with("Message", "Anybody there?").submit().status, 404);
    assert!(!instance.browser().get(&link).has_button("Accept invitation"));
    cast.outsider.get(&format!("/conversations/{id}")).expect(404, "");
    assert!(instance.read(workspace::all).iter().all(|one| one.id != cast.workspace_id));
    let named = instance.read(|conn| workspace::named(conn, "Sprocket & Co"));
    assert!(named.is_empty(), "an operator finds {named:?}");
}

#[test]
fn a_large_workspace_is_erased_in_small_steps_and_nothing_else() {
    let (instance, cast) = Instance::with_cast();
    in_both(&instance, &cast);
    grow(&instance, &cast);
    grow_log(&instance, &cast);
    let all = [("conversations", 200), ("audit_entries", 500), ("deliveries", 500)];
    let count = || {
        all.map(|(table, _)| {
            instance.count(&format!(
                "SELECT count(*) FROM {table} WHERE workspace_id = {}",
                cast.workspace_id
            ))
        })
    };
    let mut before = count();
    delete(&cast);

    loop {
        let now = count();
        for (n, (table, most)) in all.iter().enumerate() {
            let (before, now) = (before[n], now[n]);
            assert!(before - now <= *most, "{table}: {before} became {now} in one transaction");
        }
        before = now;
        if !instance.read(workspace::is_any_to_erase) {
            break;
        }
        let is_over = instance.write(workspace::erase_next).is_some();
        assert_eq!(is_over, !instance.read(workspace::is_any_to_erase));
    }
    for (table, column) in
        [("workspaces", "id"), ("conversations", "workspace_id"), ("contacts", "workspace_id")]
    {
        let left = format!("SELECT count(*) FROM {table} WHERE {column} = {}", cast.workspace_id);
        assert_eq!(instance.count(&left), 0, "{table}");
    }
    for (member, is_left) in [(&cast.admin, 0), (&cast.manager, 0), (&cast.agent, 1)] {
        let users = format!("SELECT count(*) FROM users WHERE id = {}", member.user_id);
        assert_eq!(instance.count(&users), is_left, "{}", member.name);
    }
    cast.outsider.get("/inbox").expect(200, "Olga Petrova");
}

#[test]
fn a_job_erases_what_is_left() {
    let instance = Instance::start_with_jobs();
    let cast = Cast::create(&instance);
    grow(&instance, &cast);
    delete(&cast);
    let left = format!("SELECT count(*) FROM workspaces WHERE id = {}", cast.workspace_id);
    instance.wait_for_count(0, &left);
}
