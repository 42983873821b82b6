//! The customer's page: `/chat/KEY`.

mod embedding;
mod limits;
mod polling;
mod privacy;
mod starting;
mod tokens;
mod typing;

use crate::support::{Browser, Cast, Instance, Page};

const COOKIE: &str = "baton_visitor";

/// Opens the customer's page.
#[track_caller]
fn open(browser: &Browser, key: &str) -> Page {
    browser.get(&format!("/chat/{key}"))
}

/// Begins a conversation under this name, with an address that many type.
#[track_caller]
fn begin(browser: &Browser, key: &str, name: &str, message: &str) -> Page {
    open(browser, key)
        .form("Send")
        .with("Your name", name)
        .with("Email address", "office@customer.example")
        .with("Message", message)
        .submit()
}

/// What stands in the bubbles, oldest first; without the greeting of a first page.
fn bubbles(page: &Page) -> Vec<String> {
    page.all("[data-message] .bubble")
}

/// Where the cast's first chat is edited.
fn edit(cast: &Cast) -> Page {
    cast.admin.get("/settings/inboxes").click("Edit")
}

/// A second chat in the cast's workspace; answers its key.
fn second_chat(instance: &Instance, cast: &Cast) -> String {
    let form = cast.admin.get("/settings/inboxes/new").form("Save inbox");
    form.with("Name", "Workshop").submit().expect(200, "Workshop");
    newest_key(instance, cast.workspace_id)
}

/// The key of a workspace's newest chat.
fn newest_key(instance: &Instance, workspace_id: i64) -> String {
    use baton::db::schema::inboxes;
    use diesel::prelude::*;
    instance.read(|conn| {
        inboxes::table
            .filter(inboxes::workspace_id.eq(workspace_id))
            .order(inboxes::id.desc())
            .select(inboxes::chat_key)
            .first(conn)
    })
}
