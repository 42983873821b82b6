//! Contacts: the list, a contact's page, and what Agents may not learn there.

mod adding;
mod addresses;
mod blocking;
mod deleting;
mod editing;
mod export;
mod import;
mod import_columns;
mod list;
mod merging;
mod notes;
mod seeing;
mod spam;

use crate::support::Instance;

/// The contact of a conversation.
fn contact_of(instance: &Instance, conversation: i64) -> i64 {
    instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {conversation}"))
}

fn address(id: i64) -> String {
    format!("/contacts/{id}")
}
