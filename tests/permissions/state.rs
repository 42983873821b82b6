//! Everything that the database holds, to see that a refused request changed
//! nothing and that an allowed one did.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::{Instance, is_postgres};

/// What moves by itself, or counts attempts: nobody's business here.
const IGNORED: [&str; 6] = [
    "attempts",
    "installation",
    "__diesel_schema_migrations",
    "sessions.last_seen_at",
    "sessions.expires_at",
    "memberships.last_seen_at",
];

/// The rows of every table, as texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(BTreeMap<String, BTreeSet<String>>);

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    row: String,
}

impl State {
    /// The state as of now.
    pub fn of(instance: &Instance) -> Self {
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let columns = instance.read(|conn| diesel::sql_query(columns_query()).load::<Column>(conn));
        for Column { of, name } in columns {
            let full_name = format!("{of}.{name}");
            if ![of.as_str(), full_name.as_str()].iter().any(|name| IGNORED.contains(name)) {
                tables.entry(of).or_default().push(name);
            }
        }
        let rows = tables.into_iter().map(|(table, columns)| {
            let texts: Vec<String> = columns
                .iter()
                .map(|column| format!("'{column}=' || coalesce(CAST({column} AS TEXT), '-')"))
                .collect();
            let query = format!("SELECT {} AS row FROM {table}", texts.join(" || ' ' || "));
            let rows = instance.read(|conn| diesel::sql_query(query).load::<Row>(conn));
            (table, rows.into_iter().map(|row| row.row).collect())
        });
        Self(rows.collect())
    }

    /// Fails when anything is different now.
    #[track_caller]
    pub fn holds(&self, instance: &Instance, what: &str) {
        let now = Self::of(instance);
        let changed = now.changed_since(self);
        assert!(changed.is_empty(), "{what}: it changed {changed:?}");
    }

    /// The tables in which something is different now.
    pub fn changed_since(&self, before: &Self) -> Vec<&str> {
        let differs = |table: &&String| self.0.get(*table) != before.0.get(*table);
        self.0.keys().filter(differs).map(String::as_str).collect()
    }
}

/// Less the indexes of words, which follow the rows and are no texts.
fn columns_query() -> &'static str {
    if is_postgres() {
        "SELECT CAST(table_name AS TEXT) AS of, CAST(column_name AS TEXT) AS name
         FROM information_schema.columns WHERE table_schema = 'public'"
    } else {
        "SELECT m.name AS \"of\", p.name AS name
         FROM sqlite_master m JOIN pragma_table_info(m.name) p
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '%_search%'"
    }
}

#[test]
fn a_change_of_one_value_is_seen() {
    let instance = Instance::start();
    let before = State::of(&instance);
    assert!(before.0.contains_key("conversations") && before.0.contains_key("plans"));
    instance.execute("UPDATE plans SET name = 'Begin' WHERE code = 'starter'");
    assert_eq!(State::of(&instance).changed_since(&before), ["plans"]);
}
