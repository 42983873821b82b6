//! Every way in which models ask what a member may view, against the rule itself.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use strum::IntoEnumIterator;

use super::{Audience, visible_sql, visible_to};
use crate::db::Utc;
use crate::db::dialect::Conn;
use crate::db::schema::{conversations, inbox_members, inboxes, memberships, sessions, users};
use crate::db::testing::{scratch, workspace};
use crate::models::conversation_list::{self as list, Filter, Sort, View};
use crate::models::event::{self, Told};
use crate::models::{contact, conversation, inbox, membership};
use crate::policy::{Actor, Capability, Holding, Role, Status};

/// The first of the two Agents is the one whom an inbox is for.
const ROLES: [Role; 4] = [Role::Administrator, Role::Manager, Role::Agent, Role::Agent];

/// A conversation in every state that the rule tells apart.
struct One {
    id: i64,
    inbox_id: i64,
    /// Without a word on its inbox, which depends on who asks.
    holding: Holding,
}

struct Workspace {
    id: i64,
    members: Vec<i64>,
    /// An inbox for nobody, and one for the first Agent alone.
    restricted: Option<(i64, i64)>,
    all: Vec<One>,
}

impl Workspace {
    fn create(conn: &mut Conn, is_restricted: bool) -> QueryResult<Self> {
        let id = workspace(conn)?;
        let mut members = Vec::new();
        for (n, role) in ROLES.iter().enumerate() {
            members.push(member(conn, id, n, *role)?);
        }
        let open = inbox::create_web_chat(conn, id, "Web chat", "")?;
        let closed = inbox::create_web_chat(conn, id, "Returns", "")?;
        let chosen = inbox::create_web_chat(conn, id, "Repairs", "")?;
        if is_restricted {
            diesel::update(inboxes::table.filter(inboxes::id.eq_any([closed, chosen])))
                .set(inboxes::is_restricted.eq(true))
                .execute(conn)?;
            diesel::insert_into(inbox_members::table)
                .values((
                    inbox_members::inbox_id.eq(chosen),
                    inbox_members::membership_id.eq(members[2]),
                    inbox_members::workspace_id.eq(id),
                ))
                .execute(conn)?;
        }
        let restricted = is_restricted.then_some((closed, chosen));
        let mut made = Self { id, members, restricted, all: Vec::new() };
        made.fill(conn, &[open, closed, chosen])?;
        Ok(made)
    }

    /// Puts a conversation in every state into each of these inboxes.
    fn fill(&mut self, conn: &mut Conn, inboxes: &[i64]) -> QueryResult<()> {
        let contact_id = contact::create(conn, self.id, "Mia", None)?;
        let users: Vec<i64> = memberships::table
            .filter(memberships::workspace_id.eq(self.id))
            .select(memberships::user_id)
            .load(conn)?;
        let owners: Vec<_> = self.members.iter().copied().map(Some).chain([None]).collect();
        let last_owners: Vec<_> = users.into_iter().map(Some).chain([None]).collect();
        for inbox_id in inboxes.iter().copied() {
            for (owner, last_owner_user) in
                owners.iter().flat_map(|owner| last_owners.iter().map(move |last| (*owner, *last)))
            {
                for (status, is_spam) in states() {
                    let holding =
                        Holding { status, owner, last_owner_user, is_inbox_hidden: false };
                    let id = self.conversation(conn, (inbox_id, contact_id), holding, is_spam)?;
                    self.all.push(One { id, inbox_id, holding });
                }
            }
        }
        Ok(())
    }

    fn conversation(
        &self,
        conn: &mut Conn,
        (inbox_id, contact_id): (i64, i64),
        Holding { status, owner, last_owner_user, .. }: Holding,
        is_spam: bool,
    ) -> QueryResult<i64> {
        let now = Utc::now();
        diesel::insert_into(conversations::table)
            .values((
                conversations::workspace_id.eq(self.id),
                conversations::inbox_id.eq(inbox_id),
                conversations::contact_id.eq(contact_id),
                conversations::subject.eq(""),
                conversations::status.eq(status),
                conversations::snoozed_until.eq((status == Status::Snoozed).then_some(now)),
                conversations::spam_at.eq(is_spam.then_some(now)),
                conversations::assignee_id.eq(owner),
                conversations::owned_since.eq(owner.map(|_| now)),
                conversations::last_owner_user_id.eq(last_owner_user),
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

    /// What the rule says, by id.
    fn expected(&self, actor: Actor) -> Vec<i64> {
        let is_chosen = actor.membership_id == self.members[2];
        let is_inbox_hidden = |id: i64| {
            self.restricted
                .is_some_and(|(closed, chosen)| id == closed || (id == chosen && !is_chosen))
        };
        let may_view = |one: &&One| {
            let is_inbox_hidden = is_inbox_hidden(one.inbox_id);
            actor.may_view(Holding { is_inbox_hidden, ..one.holding })
        };
        self.all.iter().filter(may_view).map(|one| one.id).collect()
    }
}

/// Each status, and spam.
fn states() -> impl Iterator<Item = (Status, bool)> {
    Status::iter().map(|status| (status, false)).chain([(Status::Resolved, true)])
}

/// A member with a session in the workspace.
fn member(conn: &mut Conn, workspace_id: i64, n: usize, role: Role) -> QueryResult<i64> {
    let now = Utc::now();
    let user_id: i64 = diesel::insert_into(users::table)
        .values((
            users::email.eq(format!("{n}@{workspace_id}.example")),
            users::name.eq(role.name()),
            users::password_hash.eq(""),
            users::created_at.eq(now),
        ))
        .returning(users::id)
        .get_result(conn)?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::key_hash.eq(user_id.to_string()),
            sessions::user_id.eq(user_id),
            sessions::workspace_id.eq(workspace_id),
            sessions::user_agent.eq(""),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::expires_at.eq(now.plus(chrono::TimeDelta::hours(1))),
        ))
        .execute(conn)?;
    membership::insert(conn, workspace_id, user_id, role)
}

fn by_condition(conn: &mut Conn, workspace_id: i64, actor: Actor) -> QueryResult<Vec<i64>> {
    conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(visible_to(workspace_id, actor))
        .order(conversations::id)
        .select(conversations::id)
        .load(conn)
}

fn in_words(conn: &mut Conn, workspace_id: i64, actor: Actor) -> QueryResult<Vec<i64>> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let visible = visible_sql(actor);
    let found: Vec<Id> = diesel::sql_query(format!(
        "SELECT v.id FROM conversations v
         WHERE v.workspace_id = {workspace_id} AND {visible} ORDER BY v.id"
    ))
    .load(conn)?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// What the lists show that are everything together, each as long as it was counted.
fn in_lists(conn: &mut Conn, workspace_id: i64, actor: Actor) -> QueryResult<Vec<i64>> {
    let sees_all = actor.role.may(Capability::SeeAll);
    let mut ids = Vec::new();
    for (status, is_spam) in states() {
        let filter = |view| Filter {
            view,
            status,
            is_spam,
            inbox_id: None,
            label_id: None,
            owner_id: None,
            sort: Sort::Newest,
        };
        let counts = list::counts(conn, workspace_id, actor, filter(View::Mine))?;
        for (view, counted) in [
            (View::Mine, counts.mine),
            (View::Unassigned, counts.unassigned),
            (View::All, counts.all),
        ] {
            if view == View::All && !sees_all {
                assert_eq!(counted, 0, "{actor:?}");
                continue;
            }
            let rows = list::page(conn, workspace_id, actor, Utc::now(), filter(view), None, 1000)?;
            assert_eq!(i64::try_from(rows.len()), Ok(counted), "{actor:?}: {view:?} {status:?}");
            if sees_all == (view == View::All) {
                ids.extend(rows.iter().map(|row| row.id));
            }
        }
    }
    ids.sort_unstable();
    Ok(ids)
}

/// Those that a member finds, those that are among all, and those whose audience holds
/// the member.
fn one_by_one(conn: &mut Conn, of: &Workspace, actor: Actor) -> QueryResult<[Vec<i64>; 3]> {
    let names = membership::active_names(conn, of.id)?;
    let me = names.iter().find(|name| name.membership_id == actor.membership_id).unwrap();
    let ids: Vec<i64> = of.all.iter().map(|one| one.id).collect();
    let among = conversation::visible_among(conn, of.id, actor, &ids)?;
    let mut among: Vec<i64> = among.into_iter().map(|one| one.id).collect();
    among.sort_unstable();
    let (mut found, mut held) = (Vec::new(), Vec::new());
    for One { id, holding, .. } in &of.all {
        if conversation::find(conn, of.id, actor, *id)?.is_some() {
            found.push(*id);
        }
        if Audience::read(conn, of.id, actor, (*id, *holding))?.holds(me) {
            held.push(*id);
        }
    }
    Ok([found, among, held])
}

/// Those whose beginning the member's session is told.
fn told(conn: &mut Conn, workspace_id: i64, actor: Actor) -> QueryResult<Vec<i64>> {
    let session: i64 = sessions::table
        .filter(sessions::user_id.eq(actor.user_id))
        .select(sessions::id)
        .first(conn)?;
    // Beside another one, whose sight is not to be mixed up with theirs.
    let all: Vec<i64> = sessions::table.select(sessions::id).load(conn)?;
    let access = event::access_of(conn, &all)?.remove(&session).unwrap();
    assert_eq!(access.actor, actor);
    let events = event::after(conn, workspace_id, 0, 10_000)?;
    let changed = events.iter().filter_map(|event| match access.told(event)? {
        Told::Changed { id, .. } => Some(id),
        other => panic!("{actor:?} is told {other:?}"),
    });
    Ok(changed.collect())
}

#[test]
fn whoever_asks_what_a_member_may_view_hears_what_the_rule_says() {
    let (db, _folder) = scratch();
    let all =
        db.change_now(|conn| Ok([Workspace::create(conn, true)?, Workspace::create(conn, false)?]));
    for workspace in all.unwrap() {
        assert_eq!(workspace.all.len(), 300);
        for member in &workspace.members {
            let checked = db.read_now(|conn| {
                let actor = membership::actor(conn, workspace.id, *member)?.unwrap();
                assert_eq!(actor.has_restricted_inboxes, workspace.restricted.is_some());
                let expected = workspace.expected(actor);
                assert_eq!(by_condition(conn, workspace.id, actor)?, expected, "{actor:?}");
                assert_eq!(in_words(conn, workspace.id, actor)?, expected, "{actor:?}");
                assert_eq!(in_lists(conn, workspace.id, actor)?, expected, "{actor:?}");
                for found in one_by_one(conn, &workspace, actor)? {
                    assert_eq!(found, expected, "{actor:?}");
                }
                assert_eq!(told(conn, workspace.id, actor)?, expected, "{actor:?}");
                Ok(())
            });
            checked.unwrap();
        }
    }
}
