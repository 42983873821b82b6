//! Mail that comes in: read, threaded, kept.

mod answering;
mod arriving;
mod bounces;
mod corpus;
mod following;
mod hostile;
mod keeping;
mod loops;
mod on_behalf;
mod races;
mod threading;

use baton::db::schema::messages;
use baton::models::thread_token;
use diesel::prelude::*;

use crate::support::{Instance, Member};

/// Somebody who writes to the team.
const HANNA: &str = "Hanna Lindqvist <hanna@customer.example>";

/// A member's reply as it left by mail, under this Message-ID.
fn left_as(instance: &Instance, message_id: i64, header_id: &str) {
    let changed = instance.execute(&format!(
        "UPDATE mails SET header_id = '{header_id}' WHERE message_id = {message_id}"
    ));
    assert_eq!(changed, 1, "the reply goes by mail");
    instance.execute(&format!("DELETE FROM deliveries WHERE reply_id = {message_id}"));
}

/// A member answers a conversation, in a mail with this Message-ID.
fn answers(instance: &Instance, member: &Member, conversation: i64, header_id: &str) -> i64 {
    let page = member.open(conversation);
    let button = if page.body.contains("Claim and send") { "Claim and send" } else { "Send reply" };
    page.form(button).with("Reply", "Yes, it is.").submit().expect(200, "Yes, it is.");
    let id = instance.read(|conn| {
        messages::table
            .filter(messages::conversation_id.eq(conversation))
            .filter(messages::kind.eq("reply"))
            .order(messages::id.desc())
            .select(messages::id)
            .first(conn)
    });
    left_as(instance, id, header_id);
    id
}

/// The token of a conversation, as a subject carries it.
pub fn tag(instance: &Instance, conversation: i64) -> String {
    format!("[#{}]", thread_token::token(&instance.app.signer, conversation))
}
