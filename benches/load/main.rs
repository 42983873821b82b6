//! How quick Baton is: `bin/bench` runs this. Every number is taken beside a
//! handler that answers the same bytes from memory, in turns within one run, so
//! that the ratios hold on a busy or a slow machine too.

mod client;
mod database;
mod import;
mod installation;
mod mails;
mod memory;
mod people;
mod process;
mod report;
mod streams;

use std::time::Duration;

use clap::Parser;
use client::{Requests, Sample, Target};
use database::Database;
use installation::Installation;
use report::{Report, Row};

/// Requests in flight at once: of what a team does all the time, and of what one or
/// the other looks up now and then.
const CONNECTIONS: usize = 16;
const FEW_CONNECTIONS: usize = 4;

/// The conversations of an installation that is there to be filled.
const FEW: u32 = 10;

/// The list that is measured: fifty rows at every size.
const INBOX: &str = "/inbox?view=all";

#[derive(Parser)]
struct Options {
    /// Two sizes and short rounds
    #[arg(long)]
    quick: bool,
    /// A PostgreSQL server on which databases may be created; without it only SQLite runs
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Leave SQLite out
    #[arg(long)]
    no_sqlite: bool,
    /// Conversations of each installation
    #[arg(long, value_delimiter = ',', value_name = "N,N,...")]
    sizes: Vec<u32>,
    /// Mails into one inbox
    #[arg(long, value_name = "N")]
    mails: Option<usize>,
    /// Open pages on one node
    #[arg(long, value_name = "N")]
    streams: Option<usize>,
    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

/// How long what is measured.
struct Plan {
    sizes: Vec<u32>,
    mails: usize,
    streams: usize,
    streaming: Duration,
    rounds: usize,
    round: Duration,
}

fn main() {
    let options = Options::parse();
    let (sizes, mails, rounds, round) = if options.quick {
        (vec![1_000, 10_000], 4_000, 3, Duration::from_millis(700))
    } else {
        (vec![1_000, 10_000, 100_000], 10_000, 7, Duration::from_millis(1_500))
    };
    let plan = Plan {
        sizes: if options.sizes.is_empty() { sizes } else { options.sizes },
        mails: options.mails.unwrap_or(mails),
        streams: options.streams.unwrap_or(if options.quick { 1_000 } else { 5_000 }),
        streaming: Duration::from_secs(if options.quick { 10 } else { 60 }),
        rounds,
        round,
    };
    let mut report = Report::default();
    if !options.no_sqlite {
        measure(&Database::Sqlite, &plan, &mut report);
    }
    if let Some(server) = options.postgres {
        measure(&Database::Postgres { server }, &plan, &mut report);
    }
    print!("{report}");
}

fn measure(database: &Database, plan: &Plan, report: &mut Report) {
    // In an installation of its own: the others keep their sizes.
    let small = Installation::start(database, FEW);
    eprintln!("{}: {} mails into one inbox", database.name(), plan.mails);
    report.mails(database.name(), &mails::run(&small, plan.mails));
    drop(small);
    let small = Installation::start(database, FEW);
    eprintln!("{}: {} open pages", database.name(), plan.streams);
    report.streams(database.name(), &streams::run(&small, plan.streams, plan.streaming));
    if matches!(database, Database::Postgres { .. }) {
        report.removals(database.name(), &streams::removals(&small));
    }
    drop(small);
    let installations: Vec<Installation> =
        plan.sizes.iter().map(|size| Installation::start(database, *size)).collect();
    let (Some(smallest), Some(largest)) = (installations.first(), installations.last()) else {
        return;
    };
    let page = largest.get(INBOX);
    eprintln!("{}: the inbox page has {} bytes", database.name(), page.len());
    let memory = memory::Server::start(page.clone());
    let guarded = memory::Server::start_guarded(page, largest);
    report.at_rest(database.name(), largest.memory());
    eprintln!("{}: an import of {} contacts", database.name(), import::ROWS);
    report.import(database.name(), import::ROWS, &import::run(smallest));

    pages(database, plan, &installations, [memory.target(), guarded.target()], report);
    writes(database, plan, &installations, report);

    report.under_load(database.name(), largest.memory_peak());
    report.growth(database.name(), smallest.size, largest.size);
}

/// The pages, in turns: each round asks every server once.
fn pages(
    database: &Database,
    plan: &Plan,
    installations: &[Installation],
    [memory, guarded]: [Target; 2],
    report: &mut Report,
) {
    let mut kinds = vec![
        (report::SAME_BYTES, CONNECTIONS, vec![memory]),
        (report::SAME_BYTES_GUARDED, CONNECTIONS, vec![guarded]),
    ];
    let at = |requests: fn(&Installation) -> Requests| {
        installations.iter().map(|one| one.target(requests(one))).collect::<Vec<Target>>()
    };
    kinds.push(("inbox page", CONNECTIONS, at(|one| one.page(INBOX))));
    kinds.push(("inbox page, gzip", CONNECTIONS, at(|one| one.page_compressed(INBOX))));
    kinds.push(("conversation page", CONNECTIONS, at(Installation::conversation_pages)));
    kinds.push(("report of 30 days", FEW_CONNECTIONS, at(Installation::reports)));
    // A hundred thousand conversations hold a million messages.
    kinds.push((
        "search, a word that is everywhere",
        FEW_CONNECTIONS,
        at(|one| one.page("/search?q=order")),
    ));
    kinds.push((
        "search, words in a row",
        FEW_CONNECTIONS,
        at(|one| one.page("/search?q=%22bottom+bracket%22")),
    ));
    kinds.push((
        "search, a customer's address",
        FEW_CONNECTIONS,
        at(Installation::address_searches),
    ));
    // Caches fill, connections open.
    for (_, connections, targets) in &kinds {
        for target in targets {
            client::run(target, *connections, plan.round / 2);
        }
    }
    let mut samples: Vec<Vec<Vec<Sample>>> =
        kinds.iter().map(|(.., targets)| vec![Vec::new(); targets.len()]).collect();
    for round in 1..=plan.rounds {
        eprintln!("{}: pages, round {round} of {}", database.name(), plan.rounds);
        for ((_, connections, targets), samples) in kinds.iter().zip(&mut samples) {
            for (target, samples) in targets.iter().zip(samples) {
                samples.push(client::run(target, *connections, plan.round));
            }
        }
    }
    for ((what, ..), samples) in kinds.iter().zip(samples) {
        let is_memory = [report::SAME_BYTES, report::SAME_BYTES_GUARDED].contains(what);
        for (index, samples) in samples.into_iter().enumerate() {
            let size = (!is_memory).then(|| installations[index].size);
            report.add(Row { database: database.name(), size, what, samples });
        }
    }
}

/// Claims and replies. A claim happens once to a conversation, so each round
/// begins with a queue that nobody has touched.
fn writes(database: &Database, plan: &Plan, installations: &[Installation], report: &mut Report) {
    for one in installations {
        eprintln!("{}: claims and replies at {}", database.name(), one.size);
        let (mut claims, mut replies) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            let queue = one.fill_queue();
            claims.push(client::run(&one.target(one.claims(&queue)), CONNECTIONS, plan.round));
            let owned = one.owned();
            replies.push(client::run(&one.target(one.replies(&owned)), CONNECTIONS, plan.round));
        }
        let row =
            |what, samples| Row { database: database.name(), size: Some(one.size), what, samples };
        report.add(row("claim", claims));
        report.add(row("reply", replies));
    }
}
