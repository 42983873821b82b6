//! Drafts: the reply and the note that a member is writing in a conversation, kept
//! until they are sent. A draft is its author's alone: nobody else reads it, and no
//! export holds it.
//!
//! Several pages of one member may write the same draft. Each tells the version that it
//! has seen; one that has not seen the newest words is refused, and learns them. What
//! was sent leaves an empty row behind, so that what its page saves too late does not
//! bring it back.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::address::{self, Address};
use super::housekeeping::AT_ONCE;
use super::ownership::{Acting, Missing, lock_seen, may_be_missing};
use super::text;
use crate::db::schema::drafts;
use crate::db::{Conn, Utc, Verb, refuse, typed, words};

/// How long a draft waits for its author.
const KEPT: TimeDelta = TimeDelta::days(90);

/// What is being written; a word in forms and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    Reply,
    Note,
}

words!(Kind);

/// What a page knows of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftVersion {
    /// The version whose text it has; 0 where it had none.
    pub version: i64,
    /// The random word that the page was made with.
    pub page: String,
}

/// A text on its way from a page.
#[derive(Clone, Debug)]
pub struct Typed {
    pub kind: Kind,
    /// Checked by [`text::unfinished`].
    pub body: String,
    /// Who else a reply goes to by mail, as far as it is typed; `None`: as of the last mail.
    pub cc: Option<String>,
    pub seen: DraftVersion,
}

/// A draft as it is now; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable)]
pub struct Draft {
    pub body: String,
    /// 0 where nothing was ever written.
    pub version: i64,
    page: String,
    /// See [`Typed::cc`].
    pub cc: Option<String>,
}

/// What a member is writing in a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafts {
    pub reply: Draft,
    pub note: Draft,
}

/// Why a text was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Missing(Missing),
    /// The page has not seen what the draft says now.
    Changed(Draft),
}

may_be_missing!(Refusal);

impl Draft {
    /// The version that a page with this text in its field has seen.
    pub fn version_of(&self, shown: &str) -> i64 {
        let is_shown = !self.body.is_empty() && self.body == text::lines(shown);
        if is_shown { self.version } else { 0 }
    }

    /// Whether a page that has seen so much may write over it.
    fn gives_way_to(&self, seen: &DraftVersion) -> bool {
        if self.version == seen.version {
            return true;
        }
        // What the page wrote itself, where it never heard that this was kept; but what
        // it sent is done.
        let is_own = !seen.page.is_empty() && self.page == seen.page;
        if self.body.is_empty() { seen.version == 0 && !is_own } else { is_own }
    }
}

/// Keeps what a member is writing, and answers the version that their page has now seen.
/// An empty text is no draft. Whoever sees the conversation may write; sending asks who
/// owns it.
///
/// # Errors
/// [`Refusal`], with the other text where another page was quicker; or the query's
/// failure.
pub fn save(conn: &mut Conn, act: Acting, typed: &Typed) -> Verb<i64, Refusal> {
    // Under the conversation's lock, as sending is: one comes after the other.
    lock_seen::<Refusal>(conn, act)?;
    let Typed { kind, body, seen, .. } = typed;
    let now = find(conn, act, *kind)?;
    let cc = typed.cc.clone().filter(|_| !body.is_empty());
    if now.body == *body && now.cc == cc {
        return Ok(now.version_of(body));
    }
    if !now.gives_way_to(seen) {
        return refuse(Refusal::Changed(now));
    }
    let page = if body.is_empty() { "" } else { &seen.page };
    let next = Draft { body: body.clone(), version: now.version + 1, page: page.to_owned(), cc };
    put(conn, act, *kind, &next)?;
    Ok(next.version_of(body))
}

/// Ends a draft that its page has sent, inside the transaction that sends it. What
/// another page wrote, and this one has not seen, stays.
///
/// # Errors
/// When a query fails.
pub fn sent(conn: &mut Conn, act: Acting, kind: Kind, seen: &DraftVersion) -> QueryResult<()> {
    let now = find(conn, act, kind)?;
    if !now.body.is_empty() && !now.gives_way_to(seen) {
        return Ok(());
    }
    let (version, page) = (now.version + 1, seen.page.clone());
    put(conn, act, kind, &Draft { version, page, ..Draft::default() })
}

/// Puts a reply that was taken back into its author's draft, before what they have
/// written since: with those to whom it went, where they are not `of_last`, as of the
/// last mail.
///
/// # Errors
/// When a query fails.
pub(super) fn give_back(
    conn: &mut Conn,
    act: Acting,
    (body, mut cc): (&str, Vec<Address>),
    of_last: &[Address],
) -> QueryResult<()> {
    let now = find(conn, act, Kind::Reply)?;
    let body = match (body, now.body.as_str()) {
        ("", _) => return Ok(()),
        (body, "") => body.to_owned(),
        (body, since) => format!("{body}\n\n{since}"),
    };
    if let Some(since) = &now.cc {
        // Nobody gets a text that was not meant for them.
        let since = address::typed(since).unwrap_or_default();
        cc.retain(|one| since.iter().any(|other| other.email == one.email));
    }
    let cc = (cc != of_last).then(|| address::shown(&cc));
    let next = Draft { body, version: now.version + 1, page: String::new(), cc };
    put(conn, act, Kind::Reply, &next)
}

/// What a member is writing in a conversation.
///
/// # Errors
/// When the query fails.
pub fn of_conversation(conn: &mut Conn, act: Acting) -> QueryResult<Drafts> {
    let rows: Vec<(Kind, Draft)> = drafts::table
        .filter(drafts::membership_id.eq(act.membership_id))
        .filter(drafts::conversation_id.eq(act.conversation_id))
        .filter(drafts::workspace_id.eq(act.workspace_id))
        .select((drafts::kind, (drafts::body, drafts::version, drafts::page, drafts::cc)))
        .load(conn)?;
    let mut found = Drafts::default();
    for (kind, draft) in rows {
        match kind {
            Kind::Reply => found.reply = draft,
            Kind::Note => found.note = draft,
        }
    }
    Ok(found)
}

/// In which conversations a member has begun to write: few, and all of them, since
/// SQLite would plan a query anew that names those of a page.
///
/// # Errors
/// When the query fails.
pub fn begun(conn: &mut Conn, membership_id: i64) -> QueryResult<Vec<i64>> {
    let query = drafts::table
        .filter(drafts::membership_id.eq(membership_id))
        .filter(drafts::body.ne(""))
        .select(drafts::conversation_id);
    typed!(conn, |c| query.load(c))
}

/// Deletes what a member was writing, whose membership ends.
///
/// # Errors
/// When the query fails.
pub(super) fn forget_member(conn: &mut Conn, membership_id: i64) -> QueryResult<usize> {
    diesel::delete(drafts::table.filter(drafts::membership_id.eq(membership_id))).execute(conn)
}

/// Deletes what nobody has gone on with for a long time, some of it.
///
/// # Errors
/// When the query fails.
pub(super) fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    // `delete_some!` knows rows by one number, which these do not have.
    diesel::sql_query(
        "DELETE FROM drafts
         WHERE updated_at < $1 AND (membership_id, conversation_id, kind) IN
             (SELECT membership_id, conversation_id, kind FROM drafts
              WHERE updated_at < $1 LIMIT $2)",
    )
    .bind::<Timestamp, _>(now.minus(KEPT))
    .bind::<BigInt, _>(AT_ONCE)
    .execute(conn)
}

fn find(conn: &mut Conn, act: Acting, kind: Kind) -> QueryResult<Draft> {
    let found = drafts::table
        .find((act.membership_id, act.conversation_id, kind))
        .filter(drafts::workspace_id.eq(act.workspace_id))
        .select((drafts::body, drafts::version, drafts::page, drafts::cc))
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Writes a draft, under the lock of its conversation. One statement for a new one and
/// another version, since an old one may be swept away meanwhile.
fn put(conn: &mut Conn, act: Acting, kind: Kind, next: &Draft) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO drafts
             (membership_id, conversation_id, kind, workspace_id, body, version, page,
              updated_at, cc)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (membership_id, conversation_id, kind) DO UPDATE
         SET body = excluded.body, version = excluded.version, page = excluded.page,
             updated_at = excluded.updated_at, cc = excluded.cc",
    )
    .bind::<BigInt, _>(act.membership_id)
    .bind::<BigInt, _>(act.conversation_id)
    .bind::<Text, _>(kind.into_str())
    .bind::<BigInt, _>(act.workspace_id)
    .bind::<Text, _>(&next.body)
    .bind::<BigInt, _>(next.version)
    .bind::<Text, _>(&next.page)
    .bind::<Timestamp, _>(Utc::now())
    .bind::<Nullable<Text>, _>(next.cc.as_deref())
    .execute(conn)
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(body: &str, version: i64, page: &str) -> Draft {
        Draft { body: body.to_owned(), version, page: page.to_owned(), cc: None }
    }

    fn seen(version: i64, page: &str) -> DraftVersion {
        DraftVersion { version, page: page.to_owned() }
    }

    #[test]
    fn a_page_writes_over_what_it_has_seen_and_what_is_its_own() {
        let words = draft("Hello", 3, "one");
        assert!(words.gives_way_to(&seen(3, "other")));
        assert!(words.gives_way_to(&seen(2, "one")), "it never heard that this was kept");
        assert!(!words.gives_way_to(&seen(2, "other")));
        assert!(!words.gives_way_to(&seen(0, "other")));
        assert!(!draft("Hello", 3, "").gives_way_to(&seen(2, "")));
    }

    #[test]
    fn what_was_sent_stays_sent() {
        let sent = draft("", 4, "one");
        assert!(!sent.gives_way_to(&seen(3, "one")));
        assert!(!sent.gives_way_to(&seen(0, "one")), "it was sent before it was first kept");
        assert!(!sent.gives_way_to(&seen(3, "other")), "whoever had the text hears of it");
        assert!(sent.gives_way_to(&seen(0, "other")), "whoever had none begins another");
        assert!(sent.gives_way_to(&seen(4, "one")), "who was told may write again");
        assert!(Draft::default().gives_way_to(&seen(0, "one")));
    }

    #[test]
    fn a_page_has_seen_the_version_whose_text_it_shows() {
        let words = draft("Hello\nthere", 3, "one");
        assert_eq!(words.version_of("Hello\r\nthere"), 3);
        assert_eq!(words.version_of("Hello"), 0);
        assert_eq!(draft("", 3, "").version_of(""), 0);
    }
}
