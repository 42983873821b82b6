//! The history of a contact against the rules of viewing.

use diesel::prelude::*;

use super::conversations::past_conversations;
use super::create;
use crate::db::dialect::Conn;
use crate::db::schema::{conversations, inboxes, users};
use crate::db::{Utc, Verb, testing};
use crate::models::{inbox, membership, sight};
use crate::policy::{Actor, Holding, Role, Status};
use strum::IntoEnumIterator;

/// A workspace with a member of each role; the members by membership and user.
fn workspace(conn: &mut Conn) -> QueryResult<(i64, Vec<Actor>)> {
    let now = Utc::now();
    let id = testing::workspace(conn)?;
    let mut actors = Vec::new();
    for role in Role::iter() {
        let user_id: i64 = diesel::insert_into(users::table)
            .values((
                users::email.eq(format!("{}@example.com", role.into_str())),
                users::name.eq(role.name()),
                users::password_hash.eq(""),
                users::created_at.eq(now),
            ))
            .returning(users::id)
            .get_result(conn)?;
        let membership_id = membership::insert(conn, id, user_id, role)?;
        actors.push(Actor {
            membership_id,
            user_id,
            role,
            has_restricted_inboxes: true,
            agents_pass_on: false,
        });
    }
    Ok((id, actors))
}

fn conversation(
    conn: &mut Conn,
    workspace_id: i64,
    (inbox_id, contact_id): (i64, i64),
    holding: Holding,
) -> QueryResult<i64> {
    let now = Utc::now();
    diesel::insert_into(conversations::table)
        .values((
            conversations::workspace_id.eq(workspace_id),
            conversations::inbox_id.eq(inbox_id),
            conversations::contact_id.eq(contact_id),
            conversations::subject.eq(""),
            conversations::status.eq(holding.status),
            conversations::snoozed_until.eq((holding.status == Status::Snoozed).then_some(now)),
            conversations::assignee_id.eq(holding.owner),
            conversations::owned_since.eq(holding.owner.map(|_| now)),
            conversations::last_owner_id.eq(holding.last_owner),
            conversations::ownership_version.eq(0),
            conversations::preview.eq(""),
            conversations::last_message_id.eq(0),
            conversations::last_customer_message_id.eq(0),
            conversations::last_activity_at.eq(now),
            conversations::created_at.eq(now),
        ))
        .returning(conversations::id)
        .get_result(conn)
}

/// The same, asked in SQL.
fn found_in_words(conn: &mut Conn, actor: Actor, except: i64) -> QueryResult<Vec<i64>> {
    let visible = sight::visible_sql(actor);
    let ids: Vec<Id> = diesel::sql_query(format!(
        "SELECT v.id FROM conversations v WHERE {visible} AND v.id <> {except} ORDER BY v.id"
    ))
    .load(conn)?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    id: i64,
}

#[test]
fn the_history_shows_exactly_what_the_rules_let_a_member_view() {
    let (db, _folder) = testing::scratch();
    let checked = db.write_now(|conn| -> Verb<usize, ()> {
        let (workspace_id, actors) = workspace(conn)?;
        let open = inbox::create_web_chat(conn, workspace_id, "Web chat", "")?;
        let restricted = inbox::create_web_chat(conn, workspace_id, "Returns", "")?;
        diesel::update(inboxes::table.find(restricted))
            .set(inboxes::is_restricted.eq(true))
            .execute(conn)?;
        let contact_id = create(conn, workspace_id, "Mia", None)?;
        let mut all = Vec::new();
        let owners = actors.iter().map(|actor| Some(actor.membership_id)).chain([None]);
        for owner in owners.collect::<Vec<_>>() {
            for last_owner in actors.iter().map(|a| Some(a.user_id)).chain([None]) {
                for status in Status::iter() {
                    for (inbox_id, is_inbox_hidden) in [(open, false), (restricted, true)] {
                        let holding = Holding { status, owner, last_owner, is_inbox_hidden };
                        let about = (inbox_id, contact_id);
                        all.push((conversation(conn, workspace_id, about, holding)?, holding));
                    }
                }
            }
        }
        for actor in &actors {
            let mut expected: Vec<i64> = all
                .iter()
                .filter(|(_, holding)| actor.may_view(*holding))
                .map(|(id, _)| *id)
                .filter(|id| *id != all[0].0)
                .collect();
            let found = past_conversations(conn, workspace_id, *actor, contact_id, all[0].0, 1000)?;
            let mut found: Vec<i64> = found.into_iter().map(|one| one.id).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{actor:?}");
            assert_eq!(found_in_words(conn, *actor, all[0].0)?, expected, "{actor:?}");
        }
        Ok(all.len())
    });
    assert_eq!(checked.unwrap(), Ok(96));
}
