//! Who may import whom.

use std::collections::BTreeSet;

use super::source::{Named, is_test, module_of, names};
use super::{none, read_all, root};

/// Why a file in this module may not name this path; `None` where it may.
type Rule = fn(module: &str, named: &Named) -> Option<&'static str>;

const RULES: [Rule; 8] = [downwards, policy, models, one_backend, web, areas, leaving, environment];

/// The modules of this crate: each may name those below it. In the place of the empty
/// one stands what `lib.rs` makes of them, such as `App`.
const LAYERS: [&str; 14] = [
    "cli", "web", "jobs", "channels", "", "mail", "live", "files", "net", "rich", "config",
    "models", "policy", "db",
];

fn is_in(module: &str, of: &str) -> bool {
    module == of || module.strip_prefix(of).is_some_and(|rest| rest.starts_with("::"))
}

fn names_any(named: &Named, of: &[&str]) -> bool {
    of.iter().any(|module| named.is_in(module))
}

/// Another crate, by the first word of a path.
fn is_foreign(named: &Named) -> bool {
    let first = named.path.split("::").next().unwrap_or_default();
    dependencies().contains(first)
}

/// The crates that the program depends on, from `Cargo.toml`.
fn dependencies() -> &'static BTreeSet<String> {
    static NAMES: std::sync::OnceLock<BTreeSet<String>> = std::sync::OnceLock::new();
    NAMES.get_or_init(|| {
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
        let names: BTreeSet<String> = manifest
            .lines()
            .skip_while(|line| *line != "[dependencies]")
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .filter_map(|line| line.split_once('=')?.0.trim().split('.').next())
            .map(|name| name.replace('-', "_"))
            .collect();
        assert!(names.contains("diesel") && names.contains("actix_web"), "{names:?}");
        names
    })
}

/// The place of a path's module among the layers.
fn layer_of(path: &str) -> Option<usize> {
    let module = path.strip_prefix("crate::")?.split("::").next()?;
    let place = |of: &str| LAYERS.iter().position(|layer| *layer == of);
    place(module).or_else(|| place(""))
}

fn downwards(module: &str, named: &Named) -> Option<&'static str> {
    let breaks =
        layer_of(module).zip(layer_of(&named.path)).is_some_and(|(own, theirs)| theirs < own);
    breaks.then_some("imports go downwards")
}

fn policy(module: &str, named: &Named) -> Option<&'static str> {
    let breaks = is_in(module, "crate::policy")
        && (named.is_in("crate::db")
            || (is_foreign(named) && !named.is_in("thiserror") && !named.is_in("strum")));
    breaks.then_some("policy imports only std and its own value types")
}

fn models(module: &str, named: &Named) -> Option<&'static str> {
    let breaks = is_in(module, "crate::models")
        && (names_any(named, &["actix_web", "actix_session", "askama"])
            // Of the crate that sends mail, only what an address is.
            || (named.is_in("lettre") && !named.is_in("lettre::Address")));
    breaks.then_some("models know nothing of pages and mails")
}

fn one_backend(module: &str, named: &Named) -> Option<&'static str> {
    let last_two = named.path.rsplitn(3, "::").take(2).collect::<Vec<_>>();
    let of_a_backend = matches!(last_two[..], ["Sqlite" | "Postgres", "Conn"])
        || named.path.ends_with("SqliteConnection")
        || named.path.ends_with("PgConnection")
        || names_any(named, &["diesel::sqlite", "diesel::pg"]);
    let breaks = of_a_backend && !is_in(module, "crate::db::dialect");
    breaks.then_some("only dialect.rs tells one database from the other")
}

fn web(module: &str, named: &Named) -> Option<&'static str> {
    const BELOW: [&str; 7] = [
        "diesel",
        "schema",
        "crate::db::schema",
        "crate::db::dialect",
        "lettre",
        "crate::mail",
        "crate::jobs",
    ];
    let breaks = is_in(module, "crate::web") && names_any(named, &BELOW);
    breaks.then_some("web asks models; it holds no queries and sends no mail")
}

/// The areas of the web part: its folders, but for what they all share.
fn area_of(path: &str) -> Option<&str> {
    const SHARED: [&str; 4] = ["form", "list_pane", "sessions", "view"];
    let area = path.strip_prefix("crate::web::")?.split("::").next()?;
    (root().join("src/web").join(area).is_dir() && !SHARED.contains(&area)).then_some(area)
}

fn areas(module: &str, named: &Named) -> Option<&'static str> {
    let theirs = area_of(&named.path)?;
    let is_table = ["crate::web", "crate::web::routes", "crate::web::server"].contains(&module);
    let breaks = is_in(module, "crate::web") && !is_table && area_of(module) != Some(theirs);
    breaks.then_some("one area of web never imports another, nor does what they share")
}

fn leaving(module: &str, named: &Named) -> Option<&'static str> {
    let leaves = ["crate::jobs", "crate::mail", "crate::channels"];
    let breaks = leaves.iter().any(|of| is_in(module, of))
        && names_any(named, &["actix_web", "actix_session"]);
    breaks.then_some("jobs, mail and channels know nothing of requests")
}

fn environment(module: &str, named: &Named) -> Option<&'static str> {
    let breaks = named.is_in("std::env") && !is_in(module, "crate::config") && module != "crate";
    breaks.then_some("only main.rs and config.rs read the environment")
}

fn broken_by(file: &str, text: &str) -> Vec<String> {
    let module = module_of(file);
    let mut broken = Vec::new();
    for named in names(file, text) {
        for why in RULES.iter().filter_map(|rule| rule(&module, &named)) {
            broken.push(format!("{file}:{}: {}: {why}", named.line, named.path));
        }
    }
    broken
}

#[test]
fn every_layer_imports_only_what_it_may() {
    let files = read_all("src", ".rs");
    let program = files.iter().filter(|(file, _)| !is_test(file));
    none(&program.flat_map(|(file, text)| broken_by(file, text)).collect::<Vec<_>>());
}

#[test]
fn settings_come_from_the_command_line_alone() {
    let files = read_all("src", ".rs");
    let elsewhere =
        files.iter().filter(|(file, _)| file != "src/config.rs").flat_map(|(file, text)| {
            let at = |(line, code): (usize, &str)| {
                let attribute = code.trim_start().starts_with("#[arg(");
                (attribute && code.contains("env")).then(|| format!("{file}:{}: {code}", line + 1))
            };
            text.lines().enumerate().filter_map(at).collect::<Vec<_>>()
        });
    none(&elsewhere.collect::<Vec<_>>());
}

#[test]
fn the_rules_see_what_breaks_them() {
    for (file, text) in [
        ("src/policy/roles.rs", "use crate::db::Utc;"),
        ("src/rich/escape.rs", "fn f(store: &crate::files::Store) {}"),
        ("src/policy/roles.rs", "fn now() -> chrono::NaiveDate { todo!() }"),
        ("src/models/user.rs", "use actix_web::HttpResponse;"),
        ("src/models/user.rs", "fn f() { super::super::web::respond::ok() }"),
        ("src/models/user.rs", "fn f(app: &crate::App) {}"),
        ("src/db.rs", "use crate::policy::Role;"),
        ("src/db.rs", "fn f(c: Conn) { match c { dialect::Conn::Sqlite(_) => {} } }"),
        ("src/models/user.rs", "use diesel::{prelude::*, PgConnection};"),
        ("src/web/team.rs", "use diesel::prelude::*;"),
        ("src/web/team.rs", "use crate::db::{Utc, schema::users};"),
        ("src/web/team.rs", "use super::billing::page::PlanCard;"),
        ("src/web/team/removal.rs", "fn f() { crate::web::inbox::index() }"),
        ("src/web/respond.rs", "use super::{error_pages::page, view};"),
        ("src/jobs/outbox.rs", "use crate::{App, web::respond};"),
        ("src/mail.rs", "use actix_web::web;"),
        ("src/mail/route.rs", "use crate::channels::mail_server::Trial;"),
        ("src/net/dial.rs", "use crate::mail::MailError;"),
        ("src/config.rs", "use crate::App;"),
        ("src/models/token.rs", "fn key() { std::env::var(\"KEY\") }"),
    ] {
        assert_eq!(broken_by(file, text).len(), 1, "{file}: {text}: {:?}", broken_by(file, text));
    }
    for (file, text) in [
        ("src/policy/roles.rs", "#[derive(thiserror::Error)] struct X; use super::Seats;"),
        ("src/web/team.rs", "use super::view::Area; use super::page::TeamPage;"),
        ("src/web/team/page.rs", "use super::invitations::invite;"),
        ("src/web/routes.rs", "fn f() { super::team::index() }"),
        ("src/models/user.rs", "// crate::web\n#[cfg(test)]\nmod tests { use crate::web::x; }"),
        ("src/config.rs", "fn f() { std::env::var(\"X\") }"),
    ] {
        none(&broken_by(file, text));
    }
}
