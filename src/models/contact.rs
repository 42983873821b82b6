//! Contacts: the customers, as a workspace knows them.

use diesel::prelude::*;

use crate::db::Utc;
use crate::db::dialect::Conn;
use crate::db::schema::{contacts, conversations};
use crate::policy::{Actor, Capability, Status};

/// A customer.
#[derive(Clone, Debug, Queryable)]
pub struct Contact {
    pub id: i64,
    pub name: String,
    /// As they typed it: no proof that it is theirs.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub created_at: Utc,
}

/// Creates a contact with checked text, and answers its id.
///
/// # Errors
/// When the query fails.
pub fn create(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    email: Option<&str>,
) -> QueryResult<i64> {
    diesel::insert_into(contacts::table)
        .values((
            contacts::workspace_id.eq(workspace_id),
            contacts::name.eq(name),
            contacts::email.eq(email),
            contacts::created_at.eq(Utc::now()),
        ))
        .returning(contacts::id)
        .get_result(conn)
}

/// A contact of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Contact>> {
    contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .select((
            contacts::id,
            contacts::name,
            contacts::email,
            contacts::phone,
            contacts::company,
            contacts::created_at,
        ))
        .first(conn)
        .optional()
}

/// A conversation in a contact's history.
#[derive(Clone, Debug)]
pub struct PastConversation {
    pub id: i64,
    pub subject: String,
    pub status: Status,
    pub last_activity_at: Utc,
}

/// The contact's conversations besides `current`, as far as this member may see
/// them ([`Actor::may_view`], said in SQL), the newest first.
///
/// # Errors
/// When the query fails.
pub fn past_conversations(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    contact_id: i64,
    current: i64,
    limit: i64,
) -> QueryResult<Vec<PastConversation>> {
    let mut query = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::contact_id.eq(contact_id))
        .filter(conversations::id.ne(current))
        .order((conversations::last_activity_at.desc(), conversations::id.desc()))
        .limit(limit)
        .select((
            conversations::id,
            conversations::subject,
            conversations::status,
            conversations::last_activity_at,
        ))
        .into_boxed();
    if !actor.role.may(Capability::SeeAll) {
        let not_another_s = conversations::status
            .ne(Status::Resolved.code())
            .or(conversations::last_owner_id.is_null())
            .or(conversations::last_owner_id.assume_not_null().eq(actor.user_id));
        query = query.filter(
            conversations::assignee_id
                .assume_not_null()
                .eq(actor.membership_id)
                .or(conversations::assignee_id.is_null().and(not_another_s)),
        );
    }
    let rows: Vec<(i64, String, String, Utc)> = query.load(conn)?;
    rows.into_iter()
        .map(|(id, subject, status, last_activity_at)| {
            let status = status
                .parse()
                .map_err(|e| diesel::result::Error::DeserializationError(Box::new(e)))?;
            Ok(PastConversation { id, subject, status, last_activity_at })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::schema::{users, workspaces};
    use crate::db::{Db, Location, Verb};
    use crate::models::{inbox, membership};
    use crate::policy::{Holding, Role};

    /// A workspace with a member of each role; the members by membership and user.
    fn workspace(conn: &mut Conn) -> QueryResult<(i64, Vec<Actor>)> {
        let now = Utc::now();
        let id: i64 = diesel::insert_into(workspaces::table)
            .values((
                workspaces::name.eq("Rosa Bikes"),
                workspaces::plan.eq("starter"),
                workspaces::time_zone.eq("UTC"),
                workspaces::created_at.eq(now),
            ))
            .returning(workspaces::id)
            .get_result(conn)?;
        let mut actors = Vec::new();
        for role in Role::ALL {
            let user_id: i64 = diesel::insert_into(users::table)
                .values((
                    users::email.eq(format!("{}@example.com", role.code())),
                    users::name.eq(role.name()),
                    users::password_hash.eq(""),
                    users::created_at.eq(now),
                ))
                .returning(users::id)
                .get_result(conn)?;
            let membership_id = membership::insert(conn, id, user_id, role)?;
            actors.push(Actor { membership_id, user_id, role });
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
                conversations::status.eq(holding.status.code()),
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

    #[test]
    fn the_history_shows_exactly_what_the_rules_let_a_member_view() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baton.db").to_string_lossy().into_owned();
        let db = Db::open(Location::Sqlite(path)).unwrap();
        let checked = db.write_now(|conn| -> Verb<usize, ()> {
            let (workspace_id, actors) = workspace(conn)?;
            let inbox_id = inbox::create_web_chat(conn, workspace_id, "Web chat", "")?;
            let contact_id = create(conn, workspace_id, "Mia", None)?;
            let mut all = Vec::new();
            let owners = actors.iter().map(|actor| Some(actor.membership_id)).chain([None]);
            for owner in owners.collect::<Vec<_>>() {
                for last_owner in actors.iter().map(|a| Some(a.user_id)).chain([None]) {
                    for status in Status::ALL {
                        let holding = Holding { status, owner, last_owner };
                        let about = (inbox_id, contact_id);
                        all.push((conversation(conn, workspace_id, about, holding)?, holding));
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
                let found =
                    past_conversations(conn, workspace_id, *actor, contact_id, all[0].0, 1000)?;
                let mut found: Vec<i64> = found.into_iter().map(|one| one.id).collect();
                found.sort_unstable();
                expected.sort_unstable();
                assert_eq!(found, expected, "{actor:?}");
            }
            Ok(all.len())
        });
        assert_eq!(checked.unwrap(), Ok(48));
    }
}
