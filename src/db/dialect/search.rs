//! Full text: FTS5 on SQLite, `tsvector` on PostgreSQL. Newest first, and never more
//! than is asked for, so that a word that stands nearly everywhere costs little.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamp};

use super::Conn;
use crate::db::Utc;

/// SQLite's indexes.
const INDEXES: [&str; 4] =
    ["message_search", "subject_search", "contact_search", "contact_note_search"];

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Begins to take the words of what was deleted out of SQLite's indexes, which otherwise
/// keep them until their parts happen to be merged. FTS5 could do it at once, at several
/// milliseconds for each message, for which nobody else could write.
///
/// # Errors
/// When a statement fails.
pub fn begin_to_forget(conn: &mut Conn) -> QueryResult<()> {
    let Conn::Sqlite(conn) = conn else { return Ok(()) };
    INDEXES.into_iter().try_for_each(|index| merge(conn, index, -1))
}

/// Goes on with it for a few hundredths of a second; `false` when nothing is left.
///
/// # Errors
/// When a statement fails.
pub fn forget_some(conn: &mut Conn) -> QueryResult<bool> {
    let Conn::Sqlite(conn) = conn else { return Ok(false) };
    for index in INDEXES {
        let before = written(conn)?;
        merge(conn, index, 200)?;
        // The statement itself counts as one.
        if written(conn)? - before > 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn merge(conn: &mut SqliteConnection, index: &str, pages: i64) -> QueryResult<()> {
    conn.batch_execute(&format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', {pages})"))
}

fn written(conn: &mut SqliteConnection) -> QueryResult<i64> {
    let query = diesel::sql_query("SELECT total_changes() AS n");
    Ok(query.get_result::<Written>(conn)?.n)
}

/// What is looked for: all of these, each a word or several in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Of letters and digits alone.
    pub phrases: Vec<Vec<String>>,
    /// The last word is the beginning of one.
    pub last_begins: bool,
}

/// What is looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    Messages,
    /// Of conversations.
    Subjects,
    Contacts,
    ContactNotes,
}

impl Index {
    const fn table(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Subjects => "conversations",
            Self::Contacts => "contacts",
            Self::ContactNotes => "contact_notes",
        }
    }

    const fn fts(self) -> &'static str {
        match self {
            Self::Messages => "message_search",
            Self::Subjects => "subject_search",
            Self::Contacts => "contact_search",
            Self::ContactNotes => "contact_note_search",
        }
    }
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The newest `limit` rows of a workspace that have all of the words and an id below
/// `before`: their ids, from the newest on.
///
/// # Errors
/// When the query fails.
pub fn newest(
    conn: &mut Conn,
    index: Index,
    workspace_id: i64,
    terms: &Terms,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<i64>> {
    let rows: Vec<Id> = match conn {
        Conn::Sqlite(c) => {
            let fts = index.fts();
            diesel::sql_query(format!(
                "SELECT rowid AS id FROM {fts} WHERE {fts} MATCH $1 AND rowid < $2
                 ORDER BY rowid DESC LIMIT $3"
            ))
            .bind::<Text, _>(terms.for_sqlite(workspace_id))
            .bind::<BigInt, _>(before)
            .bind::<BigInt, _>(limit)
            .load(c)?
        }
        Conn::Postgres(c) => {
            return newest_in_postgres(c, index.table(), workspace_id, terms, before, limit);
        }
    };
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// A message that has the words.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Said {
    #[diesel(sql_type = BigInt)]
    pub conversation_id: i64,
    #[diesel(sql_type = Timestamp)]
    pub created_at: Utc,
}

/// The messages of a few conversations that have all of the words and an id from `since`
/// on. Looked through one by one, since each database finds them by their conversations.
///
/// # Errors
/// When the query fails.
pub fn said_since(
    conn: &mut Conn,
    workspace_id: i64,
    terms: &Terms,
    conversations: &[i64],
    since: i64,
) -> QueryResult<Vec<Said>> {
    match conn {
        Conn::Sqlite(c) => {
            let fts = Index::Messages.fts();
            // Numbers of ours, so there is nothing to escape.
            let list = conversations.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            diesel::sql_query(format!(
                "SELECT conversation_id, created_at FROM messages AS of
                 WHERE workspace_id = $1 AND conversation_id IN ({list}) AND id >= $2
                   AND EXISTS (SELECT 1 FROM {fts} WHERE {fts} MATCH $3 AND rowid = of.id)"
            ))
            .bind::<BigInt, _>(workspace_id)
            .bind::<BigInt, _>(since)
            .bind::<Text, _>(terms.for_sqlite(workspace_id))
            .load(c)
        }
        Conn::Postgres(c) => diesel::sql_query(format!(
            "WITH newer AS MATERIALIZED (
                 SELECT conversation_id, created_at, search FROM messages
                 WHERE workspace_id = $3 AND conversation_id = ANY($4) AND id >= $5)
             SELECT conversation_id, created_at FROM newer WHERE {MATCHES}"
        ))
        .bind::<Text, _>(of_workspace(workspace_id))
        .bind::<Text, _>(terms.for_postgres())
        .bind::<BigInt, _>(workspace_id)
        .bind::<Array<BigInt>, _>(conversations)
        .bind::<BigInt, _>(since)
        .load(c),
    }
}

/// A message, with its words.
#[derive(Clone, Debug, QueryableByName)]
pub struct Words {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = BigInt)]
    pub conversation_id: i64,
    #[diesel(sql_type = Timestamp)]
    pub created_at: Utc,
    #[diesel(sql_type = Text)]
    pub body: String,
}

/// The newest messages of a few conversations, no more than `each` of one.
///
/// # Errors
/// When the query fails.
pub fn newest_said(
    conn: &mut Conn,
    workspace_id: i64,
    conversations: &[i64],
    each: i64,
) -> QueryResult<Vec<Words>> {
    // Numbers of ours, so there is nothing to escape.
    let list = conversations.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let rows = |from: &str| {
        format!(
            "SELECT id, conversation_id, created_at, body FROM (
                 SELECT id, conversation_id, created_at, body, row_number()
                     OVER (PARTITION BY conversation_id ORDER BY id DESC) AS place
                 FROM {from} WHERE workspace_id = {workspace_id} AND conversation_id IN ({list})
             ) AS newest WHERE place <= {each}"
        )
    };
    match conn {
        // Left to itself, it might read all messages of the workspace.
        Conn::Sqlite(c) => {
            diesel::sql_query(rows("messages INDEXED BY messages_by_conversation")).load(c)
        }
        Conn::Postgres(c) => diesel::sql_query(rows("messages")).load(c),
    }
}

/// Words in which PostgreSQL sees none, such as a lone fraction, must not leave the
/// workspace's lexeme standing alone: hence the count of nodes.
const MATCHES: &str = "search @@ (CAST($1 AS tsquery) && to_tsquery('simple', unaccented($2)))
    AND numnode(to_tsquery('simple', unaccented($2))) > 0";
/// The newest rows, which are looked through one by one.
const WINDOW: i64 = 5000;
/// Matches that are sorted, since there are not more of them.
const RARE: usize = 5000;

/// PostgreSQL's index of words knows no order, and the planner no beginnings of words:
/// left to itself it would read a million messages for a word that stands in nine of
/// them. So: first the newest rows without the index, which is all where a word is
/// common. Then the index, which is all where a word is rare. Else the rows in their
/// order, of which some hundred have the word soon.
fn newest_in_postgres(
    conn: &mut PgConnection,
    table: &str,
    workspace_id: i64,
    terms: &Terms,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<i64>> {
    let (place, words) = (of_workspace(workspace_id), terms.for_postgres());
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let ordered = |conn: &mut PgConnection, of: &str, before: i64| -> QueryResult<Vec<i64>> {
        let rows: Vec<Id> = diesel::sql_query(format!(
            "SELECT id FROM {of} WHERE {MATCHES} AND workspace_id = $3 AND id < $4
             ORDER BY id DESC LIMIT $5"
        ))
        .bind::<Text, _>(&place)
        .bind::<Text, _>(&words)
        .bind::<BigInt, _>(workspace_id)
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(limit)
        .load(conn)?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    };
    let rows = format!("{table} WHERE workspace_id = {workspace_id} AND id < {before}");
    let window = format!(
        "(SELECT id, workspace_id, search FROM {rows} ORDER BY id DESC LIMIT {WINDOW}) AS recent"
    );
    let mut found = ordered(conn, &window, before)?;
    if found.len() >= most {
        return Ok(found);
    }
    let end = WINDOW - 1;
    let edge: Option<Id> =
        diesel::sql_query(format!("SELECT id FROM {rows} ORDER BY id DESC LIMIT 1 OFFSET {end}"))
            .get_result(conn)
            .optional()?;
    let Some(Id { id: edge }) = edge else { return Ok(found) };
    let mut older: Vec<i64> = conn.transaction(|conn| {
        conn.batch_execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; SET LOCAL jit = off",
        )?;
        let rows: Vec<Id> =
            diesel::sql_query(format!("SELECT id FROM {table} WHERE {MATCHES} LIMIT {}", RARE + 1))
                .bind::<Text, _>(&place)
                .bind::<Text, _>(&words)
                .load(conn)?;
        QueryResult::Ok(rows.into_iter().map(|row| row.id).collect())
    })?;
    if older.len() > RARE {
        older = ordered(conn, table, edge)?;
    }
    older.retain(|id| *id < edge);
    older.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    found.extend(older);
    found.truncate(most);
    Ok(found)
}

/// The lexeme of a workspace.
fn of_workspace(id: i64) -> String {
    format!("'#{id}'")
}

impl Terms {
    /// Nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Each of these alone.
    pub fn each(&self) -> impl Iterator<Item = Self> {
        let last = self.phrases.len().saturating_sub(1);
        self.phrases.iter().enumerate().map(move |(at, phrase)| Self {
            phrases: vec![phrase.clone()],
            last_begins: self.last_begins && at == last,
        })
    }

    /// `place : "w7" AND text : ("one" AND "two three" AND "fo" *)`
    fn for_sqlite(&self, workspace_id: i64) -> String {
        let phrases: Vec<String> =
            self.phrases.iter().map(|words| format!("\"{}\"", words.join(" "))).collect();
        let begin = if self.last_begins { " *" } else { "" };
        format!("place : \"w{workspace_id}\" AND text : ({}{begin})", phrases.join(" AND "))
    }

    /// `('one') & ('two' <-> 'three') & ('fo':*)`
    fn for_postgres(&self) -> String {
        let last = self.phrases.len().saturating_sub(1);
        let phrases: Vec<String> = self
            .phrases
            .iter()
            .enumerate()
            .map(|(at, words)| {
                let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                let begin = if at == last && self.last_begins { ":*" } else { "" };
                format!("({}{begin})", words.join(" <-> "))
            })
            .collect();
        phrases.join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_spelled_for_either_database() {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let terms = Terms {
            phrases: vec![words(&["one"]), words(&["two", "three"]), words(&["fo"])],
            last_begins: true,
        };
        assert_eq!(
            terms.for_sqlite(7),
            "place : \"w7\" AND text : (\"one\" AND \"two three\" AND \"fo\" *)"
        );
        assert_eq!(terms.for_postgres(), "('one') & ('two' <-> 'three') & ('fo':*)");
    }
}
