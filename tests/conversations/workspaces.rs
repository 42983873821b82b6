//! Conversations of other workspaces.

use baton::policy::Role;

use crate::support::{Cast, Instance, Member, join, sign_in};

/// Mia is a member of the outsider's workspace too, with a fresh session here.
fn in_both(instance: &Instance, cast: &Cast, role: Role) -> (Member, i64) {
    let there = join(instance, cast.other_workspace_id, cast.agent.user_id, role);
    let mia = Member { browser: instance.browser(), ..cast.agent.clone() };
    sign_in(&mia.browser, &mia.email);
    switch(&mia, cast.workspace_id);
    (mia, there)
}

fn switch(member: &Member, workspace_id: i64) {
    let id = workspace_id.to_string();
    assert_eq!(member.browser.post("/workspaces/switch", &[("workspace_id", &id)]).status, 200);
}

/// A conversation in the outsider's workspace.
fn over_there(instance: &Instance, cast: &Cast) -> i64 {
    let page = cast.outsider.get("/settings/inboxes");
    let key = instance.read(|conn| {
        use baton::db::schema::inboxes;
        use diesel::prelude::*;
        inboxes::table
            .filter(inboxes::workspace_id.eq(cast.other_workspace_id))
            .select(inboxes::chat_key)
            .first::<String>(conn)
    });
    page.expect(200, "Inboxes");
    let chat = instance.browser().get(&format!("/chat/{key}"));
    chat.form("Send")
        .with("Your name", "Wim Peeters")
        .with("Email address", "wim@customer.example")
        .with("Message", "Do you sell to Belgium?")
        .submit()
        .expect(200, "Do you sell to Belgium?");
    instance.count("SELECT max(id) FROM conversations")
}

#[test]
fn a_link_into_another_of_ones_workspaces_offers_the_switch() {
    let (instance, cast) = Instance::with_cast();
    let (mia, _) = in_both(&instance, &cast, Role::Agent);
    let id = over_there(&instance, &cast);
    let page = mia.open(id);
    page.expect(409, "That belongs to Rival Ltd").expect(409, "You are in Sprocket & Co now.");
    assert!(!page.says("Wim Peeters") && !page.says("Belgium"), "not before the switch");
    let page = page.form("Switch to Rival Ltd").submit();
    page.expect(200, "Do you sell to Belgium?").expect(200, "Rival Ltd");
}

#[test]
fn no_switch_is_offered_to_what_one_may_not_see_there() {
    let (instance, cast) = Instance::with_cast();
    let (mia, _) = in_both(&instance, &cast, Role::Agent);
    let id = over_there(&instance, &cast);
    cast.outsider.open(id).form("Claim").submit();
    let page = mia.open(id);
    page.expect(404, "There is nothing here");
    assert!(!page.says("Switch to Rival Ltd"));
}

#[test]
fn a_form_of_another_workspace_changes_nothing_and_keeps_the_text() {
    let (instance, cast) = Instance::with_cast();
    let (mia, there) = in_both(&instance, &cast, Role::Agent);
    let id = over_there(&instance, &cast);
    switch(&mia, cast.other_workspace_id);
    let form = mia.open(id).form("Claim and send").with("Reply", "Yes, we do.");
    switch(&mia, cast.workspace_id);
    let page = form.submit();
    page.expect(409, "The form you sent was made for Rival Ltd, so nothing was changed.");
    assert_eq!(page.all("textarea#kept"), ["Yes, we do."]);
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
    page.form("Switch to Rival Ltd").submit();
    form.submit().expect(200, "Claimed and sent.");
    let owned = format!("SELECT count(*) FROM conversations WHERE assignee_id = {there}");
    assert_eq!(instance.count(&owned), 1);
}

#[test]
fn what_settings_were_to_say_is_kept_too() {
    let (instance, cast) = Instance::with_cast();
    let (mia, _) = in_both(&instance, &cast, Role::Agent);
    let profile = mia.get("/settings/profile").form("Save profile");
    let contact = mia.get("/contacts/new").form("Save contact");
    switch(&mia, cast.other_workspace_id);
    let page = profile.with("Signature", "Mia Chen\nHarbour Street 4").submit();
    page.expect(409, "nothing was changed");
    assert_eq!(page.all("textarea#kept"), ["Mia Chen Harbour Street 4"]);
    let contact = contact.with("Name", "Wim Peeters").with("Email address", "wim@customer.example");
    let page = contact.submit();
    page.expect(409, "nothing was changed");
    assert_eq!(page.all("textarea#kept"), ["Wim Peeters wim@customer.example"]);
}

#[test]
fn a_form_of_a_workspace_that_is_not_ones_own_is_not_found() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim");
    let page = form.submit_as(&cast.outsider.browser);
    page.expect(404, "There is nothing here");
    assert!(!page.says("Sprocket & Co"));
}

#[test]
fn nothing_of_a_conversation_reaches_another_workspace() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.outsider.open(id).expect(404, "There is nothing here");
    let here = cast.other_workspace_id.to_string();
    let me = cast.outsider.membership_id.to_string();
    for verb in
        ["claim", "release", "take-over", "assign", "resolve", "reopen", "snooze", "reply", "notes"]
    {
        let page = cast.outsider.browser.post(
            &format!("/conversations/{id}/{verb}"),
            &[
                ("workspace", &here),
                ("assignee", &me),
                ("until", "tomorrow"),
                ("body", "Hello"),
                ("last_message", "999999"),
                ("submission", "0123456789abcdef"),
            ],
        );
        page.expect(404, "There is nothing here");
        assert!(!page.says("Hanna Lindqvist") && !page.says("Mia Chen"), "{verb}");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
    assert_eq!(instance.count("SELECT ownership_version FROM conversations"), 1);
}
