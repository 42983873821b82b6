//! The list of contacts: searched, sorted, in keyset pages.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::conversations::last_seen;
use super::phone;
use crate::db::schema::contacts;
use crate::db::{Conn, Utc};
use crate::models::accents::folded;
use crate::models::sight::visible_sql;
use crate::policy::Actor;

/// What a list is sorted by; a word in URLs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Sort {
    #[default]
    Name,
    /// When they last wrote, in what the member may see, the newest first.
    #[strum(serialize = "seen")]
    LastSeen,
}

impl Sort {
    /// The order's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::LastSeen => "Last seen",
        }
    }
}

/// The place between two rows of a list: the sorted value first, id where equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    id: i64,
    /// The name as it is sorted, or microseconds.
    value: String,
}

impl Cursor {
    /// The cursor as a URL carries it, before it is encoded.
    pub fn encode(&self) -> String {
        format!("{}-{}", self.id, self.value)
    }

    /// Reads a cursor back; `None` when a URL carries something else.
    pub fn decode(text: &str) -> Option<Self> {
        let (id, value) = text.split_once('-')?;
        let is_text = !value.contains('\0');
        is_text.then_some(Self { id: id.parse().ok()?, value: value.to_owned() })
    }
}

/// One row of the list.
#[derive(Clone, Debug, QueryableByName)]
pub struct ListRow {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub company: Option<String>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub blocked_at: Option<Utc>,
    #[diesel(sql_type = Text)]
    sort_name: String,
    /// `None`: never, as far as the member may see.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub last_seen_at: Option<Utc>,
}

impl ListRow {
    /// Where the next page starts, if this row is the last of its page.
    pub fn cursor(&self, sort: Sort) -> Cursor {
        let value = match sort {
            Sort::Name => self.sort_name.clone(),
            Sort::LastSeen => self.last_seen_at.unwrap_or_else(never).micros().to_string(),
        };
        Cursor { id: self.id, value }
    }
}

/// Contacts of whom what is known, or a note, contains each word of `search`, whatever its
/// case and accents, or who have the phone number that it is: `limit` rows after `after`.
///
/// # Errors
/// When a query fails.
pub fn page(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    search: &str,
    sort: Sort,
    after: Option<&Cursor>,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    let wanted = Wanted::new(search);
    match sort {
        Sort::Name => by_name(conn, workspace_id, actor, wanted, after, limit),
        Sort::LastSeen => by_last_seen(conn, workspace_id, actor, wanted, after, limit),
    }
}

/// The newest contacts of whom something has these last digits of a phone number.
///
/// # Errors
/// When the query fails.
pub fn with_phone(
    conn: &mut Conn,
    workspace_id: i64,
    digits: &str,
    limit: i64,
) -> QueryResult<Vec<i64>> {
    contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::merged_at.is_null())
        .filter(contacts::search_text.like(containing(digits)).escape('\\'))
        .order(contacts::id.desc())
        .limit(limit)
        .select(contacts::id)
        .load(conn)
}

/// The patterns of what is looked for.
struct Wanted {
    /// All of them: what is left of the places contains everything.
    words: [String; WORDS],
    /// Or this one; of what is no phone number, nothing has it.
    phone: String,
}

/// Words that are looked for each by itself. What follows belongs to the last one.
const WORDS: usize = 4;

impl Wanted {
    fn new(search: &str) -> Self {
        let mut rest = search.trim();
        let words = std::array::from_fn(|at| {
            let (word, after) = match rest.split_once(char::is_whitespace) {
                Some((word, after)) if at + 1 < WORDS => (word, after.trim_start()),
                _ => (rest, ""),
            };
            rest = after;
            containing(word)
        });
        let phone = phone::last_digits(search).map(|digits| containing(&digits));
        Self { words, phone: phone.unwrap_or_default() }
    }
}

/// The condition that what is known of the contact `c`, or a note on them, contains each of
/// the words, of which the value `$first` is the first one, in the workspace `$workspace`.
/// The notes that have a word are looked up once, and not for each contact.
fn with_words(workspace: usize, first: usize) -> String {
    let with = |word: usize| {
        format!(
            "(c.search_text LIKE ${word} ESCAPE '\\' OR c.id IN (
                 SELECT n.contact_id FROM contact_notes n
                 WHERE n.workspace_id = ${workspace} AND n.search_text LIKE ${word} ESCAPE '\\'))"
        )
    };
    (first..first + WORDS).map(with).collect::<Vec<_>>().join(" AND ")
}

// SQLite numbers the values by their first place in a statement, PostgreSQL by
// their digits: both orders are one here.

fn by_name(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    Wanted { words: [one, two, three, four], phone }: Wanted,
    after: Option<&Cursor>,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    let mut rows: Vec<ListRow> = diesel::sql_query(format!(
        "SELECT id, name, email, company, blocked_at, sort_name,
                CAST(NULL AS TIMESTAMP) AS last_seen_at
         FROM contacts c
         WHERE workspace_id = $1 AND merged_at IS NULL
           AND ({} OR search_text LIKE $6 ESCAPE '\\')
           AND (sort_name, id) > ($7, $8)
         ORDER BY sort_name, id LIMIT $9",
        with_words(1, 2),
    ))
    .bind::<BigInt, _>(workspace_id)
    .bind::<Text, _>(one)
    .bind::<Text, _>(two)
    .bind::<Text, _>(three)
    .bind::<Text, _>(four)
    .bind::<Text, _>(phone)
    .bind::<Text, _>(after.map_or("", |cursor| &cursor.value))
    .bind::<BigInt, _>(after.map_or(0, |cursor| cursor.id))
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    let ids = rows.iter().map(|row| row.id).collect();
    let seen = last_seen(conn, workspace_id, actor, ids)?;
    for row in &mut rows {
        row.last_seen_at = seen.iter().find(|(id, _)| *id == row.id).and_then(|(_, at)| *at);
    }
    Ok(rows)
}

/// Looks at every contact: what one member may see of them has no index.
fn by_last_seen(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    Wanted { words: [one, two, three, four], phone }: Wanted,
    after: Option<&Cursor>,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    let before =
        after.and_then(|cursor| Some((Utc::from_micros(cursor.value.parse().ok()?)?, cursor.id)));
    let (at, id) = before.unwrap_or_else(|| (Utc::now().plus(chrono::TimeDelta::days(1)), 0));
    let mut rows: Vec<ListRow> = diesel::sql_query(format!(
        "SELECT * FROM (
             SELECT c.id, c.name, c.email, c.company, c.blocked_at, c.sort_name, coalesce((
                 SELECT max(m.created_at) FROM conversations v
                 JOIN messages m ON m.id = v.last_customer_message_id
                 WHERE v.workspace_id = c.workspace_id AND v.contact_id = c.id
                   AND v.spam_at IS NULL AND {}
             ), $1) AS last_seen_at
             FROM contacts c
             WHERE c.workspace_id = $2 AND c.merged_at IS NULL
               AND ({} OR c.search_text LIKE $7 ESCAPE '\\')
         ) AS seen
         WHERE (last_seen_at, id) < ($8, $9)
         ORDER BY last_seen_at DESC, id DESC LIMIT $10",
        visible_sql(actor),
        with_words(2, 3),
    ))
    .bind::<Timestamp, _>(never())
    .bind::<BigInt, _>(workspace_id)
    .bind::<Text, _>(one)
    .bind::<Text, _>(two)
    .bind::<Text, _>(three)
    .bind::<Text, _>(four)
    .bind::<Text, _>(phone)
    .bind::<Timestamp, _>(at)
    .bind::<BigInt, _>(id)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    for row in &mut rows {
        row.last_seen_at = row.last_seen_at.filter(|at| *at != never());
    }
    Ok(rows)
}

/// Stands for *never* where a list is sorted by moments.
fn never() -> Utc {
    Utc::from_micros(0).unwrap_or_else(Utc::now)
}

/// The pattern of texts that contain this one, whatever signs are in it.
fn containing(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in folded(search.trim()).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_looked_for_by_itself() {
        let Wanted { words, phone } = Wanted::new("  Anna  Velo a b  c ");
        assert_eq!(words, ["%anna%", "%velo%", "%a%", "%b  c%"]);
        assert_eq!(phone, "");
        let Wanted { words, phone } = Wanted::new("+46 (0)70 123 45 67");
        assert_eq!((words[0].as_str(), phone.as_str()), ("%+46%", "%1234567%"));
        assert_eq!(Wanted::new("").words, ["%%", "%%", "%%", "%%"]);
    }

    #[test]
    fn signs_that_mean_something_in_a_pattern_are_taken_as_they_are() {
        assert_eq!(containing(" 100%_Bio\\ "), "%100\\%\\_bio\\\\%");
        assert_eq!(containing(""), "%%");
    }

    #[test]
    fn a_cursor_reads_back_whatever_the_name() {
        let cursor = Cursor { id: 7, value: "anne-marie 100%".to_owned() };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for wrong in ["", "7", "x-anna", "-", "7-a\0b"] {
            assert_eq!(Cursor::decode(wrong), None, "{wrong}");
        }
    }
}
