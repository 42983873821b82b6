//! Files: their length, and the two folders of migrations.

use std::collections::BTreeSet;

use super::{none, read_all};

const MOST_LINES: usize = 400;

/// Each database has its own way to look for words, and to tell of what changed.
const OWN_WAY: [&str; 2] = ["_search/", "_live_events/"];

#[test]
fn every_file_is_short() {
    let folders = [
        ("src", ".rs"),
        ("tests", ".rs"),
        ("benches", ".rs"),
        ("templates", ""),
        ("static/css", ".css"),
    ];
    let mut long = Vec::new();
    for (file, text) in folders.iter().flat_map(|(folder, ending)| read_all(folder, ending)) {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            long.push(format!("{file} has {lines} lines, more than {MOST_LINES}"));
        }
    }
    none(&long);
}

/// How a migration begins that makes a table anew where PostgreSQL changes a line of it.
const ANEW: &str = "-- SQLite cannot change a CHECK:";

/// The names of a backend's migrations, with what each creates, in order.
fn migrations(backend: &str) -> Vec<(String, Vec<String>)> {
    let folder = format!("migrations/{backend}/");
    read_all(&folder, ".sql")
        .into_iter()
        .map(|(file, text)| {
            let name = file.strip_prefix(&folder).expect("it is in there").to_owned();
            let is_anew = text.starts_with(ANEW) || text.contains("_kind_check");
            let statements = text.lines().filter_map(statement);
            (name, if is_anew { vec![ANEW.to_owned()] } else { statements.collect() })
        })
        .collect()
}

/// What a line creates, changes or drops: `CREATE TABLE users`.
fn statement(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().take_while(|word| *word != "(").collect();
    // SQLite has no functions: its triggers hold what PostgreSQL's call.
    let is_one = matches!(words.first(), Some(&("CREATE" | "DROP" | "ALTER")))
        && words.get(1) != Some(&"FUNCTION");
    let end = words.iter().position(|word| ["ON", "ADD"].contains(word)).unwrap_or(words.len());
    is_one.then(|| words[..end].join(" ").trim_end_matches(';').to_owned())
}

#[test]
fn both_databases_have_the_same_migrations() {
    let (sqlite, postgres) = (migrations("sqlite"), migrations("postgres"));
    let names = |of: &[(String, Vec<String>)]| -> Vec<String> {
        of.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&sqlite), names(&postgres));
    let pairs = sqlite
        .iter()
        .zip(&postgres)
        .filter(|((name, _), _)| !OWN_WAY.iter().any(|own| name.contains(own)));
    for ((name, one), (_, other)) in pairs {
        assert_eq!(one, other, "{name} makes something else on the other database");
    }
}

/// Of two with one version, only one would ever run.
#[test]
fn no_two_migrations_have_one_version() {
    let mut seen = BTreeSet::new();
    for (name, _) in migrations("sqlite") {
        let version = name.split('_').next().unwrap_or_default().to_owned();
        assert!(seen.insert(version), "{name} has the version of another");
    }
}
