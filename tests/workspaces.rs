//! Several workspaces side by side: the switcher, settings, export, deletion,
//! and the first steps of a new one.

mod erasing;
mod export;
mod exported;
pub mod settings;

use baton::policy::Role;

use crate::support::{
    Browser, Cast, EmailInbox, Instance, Member, PASSWORD, Page, add_member, found, join, sign_in,
};

const SETTINGS: &str = "/settings/workspace";
const DELETE: &str = "/settings/workspace/delete";

/// Mia, who is a Manager of the other workspace besides.
fn in_both(instance: &Instance, cast: &Cast) -> i64 {
    join(instance, cast.other_workspace_id, cast.agent.user_id, Role::Manager)
}

#[track_caller]
fn switch(browser: &Browser, name: &str) -> Page {
    let page = browser.get("/settings/profile").form(name).submit();
    page.expect(200, name);
    page
}

#[test]
fn the_switcher_leads_to_one_s_other_workspaces_and_nowhere_else() {
    let (instance, cast) = Instance::with_cast();
    assert!(!cast.agent.get("/inbox").says("Switch"), "there is nothing to switch to");
    in_both(&instance, &cast);
    let page = switch(&cast.agent.browser, "Rival Ltd");
    page.expect(200, "You are in Rival Ltd");
    assert!(page.has_button("Sprocket & Co"));
    // The role is the one of that workspace.
    cast.agent.get("/settings/profile").expect(200, "Mia Chen, Manager");
    assert_eq!(cast.agent.get("/settings/inboxes").status, 200);
    switch(&cast.agent.browser, "Sprocket & Co");
    cast.agent.get("/settings/profile").expect(200, "Mia Chen, Agent");
    assert_eq!(cast.agent.get("/settings/inboxes").status, 403);
    // A workspace that one is not in is as absent as one that does not exist.
    for id in [cast.other_workspace_id, 999_999] {
        let fields = [("workspace_id", id.to_string())];
        let fields: Vec<_> = fields.iter().map(|(name, id)| (*name, id.as_str())).collect();
        assert_eq!(cast.manager.browser.post("/workspaces/switch", &fields).status, 404);
    }
    cast.manager.get("/inbox").expect(200, "Sprocket & Co");
}

#[test]
fn the_workspace_is_the_session_s_so_two_browsers_may_be_in_two() {
    let (instance, cast) = Instance::with_cast();
    in_both(&instance, &cast);
    let phone = instance.browser();
    sign_in(&phone, "mia@sprocket.example");
    switch(&phone, "Rival Ltd");
    cast.agent.get("/inbox").expect(200, "You are in Sprocket & Co");
    phone.get("/inbox").expect(200, "You are in Rival Ltd");
}

#[test]
fn lists_counts_and_notices_never_mix() {
    let (instance, cast) = Instance::with_cast();
    in_both(&instance, &cast);
    let id = cast.waiting(&instance);
    let form = cast.admin.open(id).form("Assign");
    form.with("Assign to", "Mia Chen").submit().expect(200, "Assigned to Mia Chen.");
    let page = cast.agent.get("/inbox");
    page.expect(200, "Hanna Lindqvist");
    assert_eq!(page.all("#unread"), ["1 unread"]);
    cast.agent.get("/notifications").expect(200, "Ana Silva assigned this to you");
    let page = switch(&cast.agent.browser, "Rival Ltd");
    assert!(!page.says("Hanna Lindqvist"));
    assert_eq!(page.all("#unread"), Vec::<String>::new());
    assert!(!cast.agent.get("/notifications").says("assigned this to you"));
    cast.agent.browser.post("/notifications/read", &[]);
    for view in ["mine", "unassigned", "all"] {
        let page = cast.agent.get(&format!("/inbox?view={view}"));
        assert!(!page.says("Hanna Lindqvist"), "{view}");
    }
    // And what was read in one is not read in the other.
    let page = switch(&cast.agent.browser, "Sprocket & Co");
    assert_eq!(page.all("#unread"), ["1 unread"]);
}

#[test]
fn signing_in_leads_to_the_workspace_one_was_in_last() {
    let (instance, cast) = Instance::with_cast();
    in_both(&instance, &cast);
    // There and back takes less than the minute in which visits are noted once.
    for name in ["Rival Ltd", "Sprocket & Co", "Rival Ltd"] {
        switch(&cast.agent.browser, name);
        let fields = [("email", "mia@sprocket.example"), ("password", PASSWORD)];
        let page = instance.browser().post("/login", &fields);
        page.expect(200, &format!("You are in {name}"));
    }
}

#[test]
fn workspace_settings_are_for_administrators_alone() {
    let (instance, cast) = Instance::with_cast();
    let refused = "Your role does not include changing the workspace";
    for member in [&cast.manager, &cast.agent] {
        for path in [SETTINGS, DELETE, "/settings/workspace/export"] {
            let page = member.get(path);
            page.expect(403, refused);
        }
        let name = [("workspace_name", "Mine now"), ("timezone", "UTC")];
        member.browser.post(SETTINGS, &name).expect(403, refused);
        let name = [("confirmation", "Sprocket & Co")];
        member.browser.post(DELETE, &name).expect(403, refused);
        member.browser.post("/settings/workspace/test-mail", &[]).expect(403, refused);
        assert_eq!(member.get("/settings/profile").find_link("Workspace"), None);
    }
    cast.admin.get("/inbox").expect(200, "Sprocket & Co");
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0);
}

#[test]
fn a_test_mail_goes_to_whoever_asks_for_it() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.admin.get(SETTINGS);
    page.expect(200, "It goes to your own address, ana@sprocket.example.");
    page.expect(200, "Files are listed by name alone");
    let page = page.form("Send test mail").submit();
    page.expect(200, "Test mail written to the data folder, since no mail server is set up.");
    page.expect(200, "Test mail sent just now: on its way.");
    let mails = "SELECT count(*) FROM deliveries WHERE recipient = 'ana@sprocket.example'";
    assert_eq!(instance.count(mails), 1);
    instance.execute("UPDATE deliveries SET attempts = 1, last_error = 'No such mailbox'");
    cast.admin.get(SETTINGS).expect(200, "not delivered: No such mailbox");
}

#[test]
fn the_export_holds_everything_but_what_is_secret() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is “this” in stock? 🚲");
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "Yes, two left.");
    form.submit().expect(200, "Claimed and sent.");
    let note = cast.agent.open(id).form("Add note").with("Note", "She rides a lot.");
    note.submit().expect(200, "She rides a lot.");
    let invite = [("email", "bo@sprocket.example"), ("role", "agent")];
    cast.admin.browser.post("/settings/team/invite", &invite);
    fill(&instance, &cast.outsider, cast.other_workspace_id);
    let page = cast.admin.get(SETTINGS).click("Export");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("application/json"));
    let disposition = page.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"baton-sprocket-co-"), "{disposition}");
    let file: serde_json::Value = serde_json::from_str(&page.body).expect("well-formed JSON");
    assert_eq!(file["workspace"]["name"], "Sprocket & Co");
    assert_eq!(file["members"].as_array().map(Vec::len), Some(4));
    assert_eq!(file["invitations"][0]["email"], "bo@sprocket.example");
    assert_eq!(file["inboxes"][0]["name"], "Website chat");
    assert_eq!(file["contacts"][0]["email"], "hanna.lindqvist@customer.example");
    for (list, count) in [("invitations", 1), ("inboxes", 1), ("contacts", 1), ("conversations", 1)]
    {
        assert_eq!(file[list].as_array().map(Vec::len), Some(count), "{list}");
    }
    let conversation = &file["conversations"][0];
    assert_eq!(conversation["id"], id);
    assert_eq!(conversation["assignee_id"], cast.agent.membership_id);
    let messages = conversation["messages"].as_array().expect("a list");
    let bodies: Vec<_> = messages.iter().map(|message| message["body"].as_str()).collect();
    assert_eq!(
        bodies,
        [Some("Is “this” in stock? 🚲"), Some("Yes, two left."), Some("She rides a lot.")]
    );
    let activities = file["activities"].as_array().expect("a list");
    assert!(activities.iter().any(|line| line["kind"] == "claimed"));
    let audit_log = file["audit_log"].as_array().expect("a list");
    assert!(audit_log.iter().any(|entry| entry["kind"] == "member_invited"));
    for foreign in ["rival.example", "Rival", "Kofi", "Hello"] {
        assert!(!page.body.contains(foreign), "{foreign}");
    }
    for secret in secrets(&instance) {
        assert!(secret.len() > 10 && !page.body.contains(&secret), "{secret}");
    }
    for word in ["$argon2", "password", "nonce", "key_hash", "token", "submission"] {
        assert!(!page.body.contains(word), "{word}");
    }
}

/// Everything in the database that opens something.
fn secrets(instance: &Instance) -> Vec<String> {
    use baton::db::schema::{inboxes, invitations, sessions, users, visitors};
    use diesel::prelude::*;
    instance.read(|conn| {
        let mut all: Vec<String> = users::table.select(users::password_hash).load(conn)?;
        all.extend(invitations::table.select(invitations::nonce).load::<String>(conn)?);
        all.extend(sessions::table.select(sessions::key_hash).load::<String>(conn)?);
        all.extend(visitors::table.select(visitors::nonce).load::<String>(conn)?);
        all.extend(inboxes::table.select(inboxes::chat_key).load::<String>(conn)?);
        Ok(all)
    })
}

/// Rows of a workspace, by table.
fn rows(instance: &Instance, workspace_id: i64) -> Vec<(&'static str, i64)> {
    let tables = "
        memberships invitations inboxes inbox_members pictures contact_fields contacts contact_values
        contact_imports contact_import_parts contact_import_refusals visitors conversations
        messages attachments note_mentions note_versions activities audit_entries report_facts
        conversation_reads notifications deliveries mail_stops saved_views undos undo_changes
        mailboxes mails taken_back drafts
    ";
    tables
        .split_whitespace()
        .map(|table| {
            let sql = format!("SELECT count(*) FROM {table} WHERE workspace_id = {workspace_id}");
            (table, instance.count(&sql))
        })
        .collect()
}

/// Gives a workspace a row in every table.
fn fill(instance: &Instance, admin: &Member, workspace_id: i64) {
    let key: String = instance.read(|conn| {
        use baton::db::schema::inboxes;
        use diesel::prelude::*;
        inboxes::table
            .filter(inboxes::workspace_id.eq(workspace_id))
            .select(inboxes::chat_key)
            .first(conn)
    });
    let customer = instance.browser();
    let form = customer.get(&format!("/chat/{key}")).form("Send").with("Your name", "Kofi Mensah");
    let form = form.with("Email address", "kofi@customer.example").with("Message", "Hello?");
    form.submit().expect(200, "Hello?");
    let id = instance.count("SELECT max(id) FROM conversations");
    admin.open(id).form("Claim and send").with("Reply", "Hello!").submit().expect(200, "Claimed");
    admin.browser.post("/saved-views/new", &[("name", "Queue"), ("address", "/inbox")]);
    admin.open(id).form("Resolve").submit().expect(200, "Resolved.");
    customer.get(&format!("/chat/{key}")).form("Send").with("Message", "Thanks").submit();
    let field = [("name", "Frame size"), ("kind", "number")];
    admin.browser.post("/settings/contact-fields/new", &field).expect(200, "Frame size");
    let contact = instance.count("SELECT max(id) FROM contacts");
    let form = admin.get(&format!("/contacts/{contact}")).form("Save contact");
    form.with("Frame size", "54").submit().expect(200, "Saved Kofi Mensah.");
    let note = admin.open(id).form("Add note").with("Note", &format!("@{}, call her", admin.name));
    let noted = note.attach("Attach files to the note", "her number.txt", b"555").submit();
    let edited = noted.click("Edit note").form("Save note").with("Text of the note", "Called her");
    edited.submit().expect(200, "Note saved.");
    let table = [("table", "Name,Email\nPiet,nowhere")];
    admin.browser.post("/contacts/import", &table).expect(200, "1 line refused");
    let logo = admin.get(SETTINGS).form("Save logo");
    logo.submit_with_file("logo", "logo.png", &settings::png(9, 9)).expect(200, "Logo saved.");
    let inbox = format!("SELECT max(id) FROM inboxes WHERE workspace_id = {workspace_id}");
    let path = format!("/settings/inboxes/{}/team", instance.count(&inbox));
    let chosen = [("seen_by", "chosen"), ("member", &*admin.membership_id.to_string())];
    admin.browser.post(&path, &chosen).expect(200, "Saved who sees");
    instance.execute(&format!(
        "INSERT INTO mail_stops (workspace_id, address, created_at)
         VALUES ({workspace_id}, 'kofi@customer.example', CURRENT_TIMESTAMP)"
    ));
    let invite = [("email", "bo@sprocket.example"), ("role", "agent")];
    admin.browser.post("/settings/team/invite", &invite).expect(200, "bo@sprocket.example");
    EmailInbox::create(instance, workspace_id, "Support", "support@sprocket.example");
    let begin = || {
        let form = admin.get("/conversations/new").form("Send").with("To", "ada@customer.example");
        form.with("Subject", "Your order").with("Message", "It is ready.").submit()
    };
    begin().expect(200, "Sending in 10 seconds.");
    begin().form("Undo").submit().expect(200, "New conversation");
}

#[test]
fn deleting_needs_the_name_and_then_takes_everything_and_nothing_else() {
    let (instance, cast) = Instance::with_cast();
    in_both(&instance, &cast);
    fill(&instance, &cast.admin, cast.workspace_id);
    fill(&instance, &cast.outsider, cast.other_workspace_id);
    let (before, others) =
        (rows(&instance, cast.workspace_id), rows(&instance, cast.other_workspace_id));
    assert!(before.iter().chain(&others).all(|(_, count)| *count > 0), "{before:?} {others:?}");
    let page = cast.admin.get(SETTINGS).click("Delete workspace");
    page.expect(200, "Delete Sprocket & Co?");
    page.expect(200, "4 members and 2 conversations are deleted, with all messages, notes, files");
    page.expect(200, "Files are listed there by name alone");
    page.expect(200, "3 people who are in this one alone lose it.");
    for wrong in ["", "sprocket & co", "Sprocket", "Rival Ltd"] {
        let refused = page.form("Delete workspace").with("Workspace name", wrong).submit();
        assert_eq!(refused.status, 422, "{wrong:?}");
        assert_eq!(
            refused.all("#confirmation-error"),
            ["Type the name of the workspace exactly as it is written above."]
        );
        assert_eq!(refused.form("Delete workspace").value("confirmation"), Some(wrong));
    }
    assert_eq!(rows(&instance, cast.workspace_id), before);

    let form = page.form("Delete workspace").with("Workspace name", " Sprocket & Co ");
    form.submit().expect(200, "Workspace Sprocket & Co deleted. Your sign-in went with it.");
    assert!(rows(&instance, cast.workspace_id).iter().all(|(_, count)| *count == 0));
    assert_eq!(rows(&instance, cast.other_workspace_id), others);
    let chat = instance.browser().get(&cast.chat_path());
    assert_eq!(chat.status, 404);
    // Whoever was only there is gone with it, sessions and all; Mia chooses.
    for (member, is_left) in [(&cast.admin, 0), (&cast.manager, 0), (&cast.agent, 1)] {
        let users = format!("SELECT count(*) FROM users WHERE id = {}", member.user_id);
        assert_eq!(instance.count(&users), is_left, "{}", member.name);
    }
    cast.manager.get("/inbox").expect(200, "Sign in");
    let page = cast.agent.get("/inbox");
    page.expect(200, "Choose a workspace");
    page.form("Rival Ltd Manager").submit().expect(200, "Rival Ltd");
    cast.outsider.get("/inbox").expect(200, "Kofi Mensah");
}

#[test]
fn nothing_that_was_open_writes_into_a_deleted_workspace() {
    let (instance, cast) = Instance::with_cast();
    in_both(&instance, &cast);
    let id = cast.owned_by(&instance, &cast.agent);
    let reply = cast.agent.open(id).form("Send reply").with("Reply", "Too late");
    let (_, customer) = cast.customer_writes(&instance, "Kofi Mensah", "Hello?");
    let chat = customer.get(&cast.chat_path()).form("Send");
    let name = [("confirmation", "Sprocket & Co")];
    cast.admin.browser.post(DELETE, &name).expect(200, "deleted.");
    reply.submit().expect(200, "Choose a workspace");
    assert_eq!(chat.with("Message", "Anybody there?").submit().status, 404);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 0);
    assert_eq!(cast.admin.browser.post_once(DELETE, &name).status, 303);
}

#[test]
fn the_last_workspace_deleted_leaves_room_for_a_first_one() {
    let instance = Instance::start();
    let (_, ana) = found(&instance, "Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    ana.browser.post(DELETE, &[("confirmation", "Sprocket & Co")]).expect(200, "Sign in");
    for table in ["workspaces", "users", "sessions", "memberships"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    instance.browser().get("/register").expect(200, "Create a workspace");
}

#[test]
fn a_new_workspace_shows_its_first_steps_until_they_are_done() {
    let instance = Instance::start();
    let (id, pat) = found(&instance, "Quinn", "Pat Quinn", "pat@quinn.example");
    let add = |name, email, role| add_member(&instance, id, name, email, role);
    let inbox = pat.get("/inbox");
    inbox.expect(200, "This is where your customers’ messages arrive");
    for step in ["Try your chat", "Invite your team", "Set up mail"] {
        inbox.expect(200, step);
    }
    inbox.row("Invite your team").expect(200, "1 of 3 seats used.");
    inbox.row("Set up mail").expect(200, "BATON_SMTP_URL is not set");
    assert_eq!(inbox.link("Invite member"), "/settings/team/invite");
    // Nobody but an Administrator is asked to set up anything.
    let team = [
        add("Gil Roth", "gil@quinn.example", Role::Manager),
        add("Mia Chen", "mia@quinn.example", Role::Agent),
    ];
    let inbox = pat.get("/inbox");
    inbox.row("Invite your team").expect(200, "done");
    inbox.row("Invite your team").expect(200, "3 of 3 seats used.");
    for member in &team {
        assert!(!member.get("/inbox").says("Invite your team"), "{}", member.name);
    }
    let chat = inbox.row("Try your chat").attribute("a", "href");
    let form = instance.browser().get(&chat).form("Send").with("Your name", "Myself");
    let form = form.with("Email address", "me@customer.example").with("Message", "Testing");
    form.submit().expect(200, "Testing");
    // All that can be done from here is done.
    let inbox = pat.get("/inbox?view=unassigned");
    inbox.expect(200, "Myself");
    assert!(!inbox.says("Try your chat"));
}

#[test]
fn with_a_mail_server_the_last_step_is_a_test_mail() {
    let instance = Instance::start_with(|config| {
        config.smtp_url = "smtp://127.0.0.1:1".parse().ok();
    });
    let (_, ana) = found(&instance, "Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let inbox = ana.get("/inbox");
    inbox.row("Set up mail").expect(200, "The test goes to ana@sprocket.example.");
    let page = inbox.form("Send test mail").submit();
    page.expect(200, "A test mail to ana@sprocket.example is on its way.");
    instance.execute("UPDATE deliveries SET sent_at = '2020-01-01 00:00:00'");
    ana.get("/inbox").row("Set up mail").expect(200, "Mail goes out.");
    ana.get(SETTINGS).expect(200, "Baton sends mail through 127.0.0.1:1 (no TLS) as");
}
