//! The table, and the ratios against their targets.

use std::fmt;
use std::time::Duration;

use crate::client::Sample;
use crate::import::Import;
use crate::mails::Mails;
use crate::streams::{A_SECOND, Removals, Streams};

/// What is possible at all.
pub const SAME_BYTES: &str = "same bytes from memory";
/// What is possible once it is known who asks.
pub const SAME_BYTES_GUARDED: &str = "same bytes, to who is signed in";

/// The rounds of one kind of request.
pub struct Row {
    pub database: &'static str,
    pub size: Option<u32>,
    pub what: &'static str,
    pub samples: Vec<Sample>,
}

impl Row {
    fn per_second(&self) -> f64 {
        median(self.samples.iter().map(Sample::per_second).collect())
    }

    fn percentile(&self, per_mille: usize) -> Duration {
        percentile(self.samples.iter().flat_map(|sample| &sample.latencies), per_mille)
    }

    /// How many times as much it does per second, round by round: two rounds
    /// that follow each other see the same machine.
    fn times(&self, other: &Self) -> f64 {
        let ratios = self.samples.iter().zip(&other.samples);
        median(ratios.map(|(a, b)| a.per_second() / b.per_second()).collect())
    }
}

/// A number beside what it should be.
struct Verdict {
    database: &'static str,
    what: String,
    is: String,
    target: &'static str,
    holds: bool,
}

#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
    verdicts: Vec<Verdict>,
}

impl Report {
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub fn at_rest(&mut self, database: &'static str, megabytes: f64) {
        self.memory(database, "memory at rest", megabytes, "under 64 MB", 64.0);
    }

    pub fn under_load(&mut self, database: &'static str, megabytes: f64) {
        self.memory(database, "memory under load", megabytes, "under 150 MB", 150.0);
    }

    /// A table of so many rows: how long it took, and by how much memory grew.
    pub fn import(&mut self, database: &'static str, rows: usize, import: &Import) {
        let seconds = import.elapsed.as_secs_f64();
        let per_second = rows as f64 / seconds;
        self.verdicts.push(Verdict {
            database,
            what: format!("import of {rows} contacts"),
            is: format!("{seconds:.1} s, {per_second:.0} a second"),
            target: "under 60 s",
            holds: seconds < 60.0,
        });
        let Import { before, peak, .. } = import;
        self.verdicts.push(Verdict {
            database,
            what: format!("memory meanwhile, from {before:.0} MB to {peak:.0} MB"),
            is: format!("+ {:.0} MB", peak - before),
            target: "under + 48 MB",
            holds: peak - before < 48.0,
        });
    }

    /// How many mails were taken a second, and by how much memory grew once it was warm.
    pub fn mails(&mut self, database: &'static str, mails: &Mails) {
        let Mails { count, elapsed, first, warm, last } = mails;
        let seconds = elapsed.as_secs_f64();
        self.verdicts.push(Verdict {
            database,
            what: format!("{count} mails into one inbox"),
            is: format!("{seconds:.1} s, {:.0} a second", *count as f64 / seconds),
            target: "-",
            holds: true,
        });
        self.verdicts.push(Verdict {
            database,
            what: format!("memory growth from {first} mails to {count}, from {warm:.0} MB"),
            is: format!("{:+.1} MB", last - warm),
            target: "under + 8 MB",
            holds: last - warm < 8.0,
        });
    }

    /// Open pages while customers write: what they cost, and how soon they are told.
    pub fn streams(&mut self, database: &'static str, streams: &Streams) {
        let Streams { count, kilobytes, sent, expected, told, elapsed, latencies, cpu } = streams;
        self.verdicts.push(Verdict {
            database,
            what: format!("memory of each of {count} open pages"),
            is: format!("{kilobytes:.1} KB"),
            target: "under 10 KB",
            holds: *kilobytes < 10.0,
        });
        self.verdicts.push(Verdict {
            database,
            what: format!(
                "{sent} messages, {:.0} a second of {A_SECOND}, told {expected} times",
                *sent as f64 / elapsed.as_secs_f64()
            ),
            is: format!("{told} times"),
            target: "each once",
            holds: told == expected,
        });
        let at = |per_mille| milliseconds(percentile(latencies, per_mille));
        self.verdicts.push(Verdict {
            database,
            what: "from a message to the pages that are told, p50 / p99".to_owned(),
            is: format!("{} / {}", at(500), at(990)),
            target: "-",
            holds: true,
        });
        self.verdicts.push(Verdict {
            database,
            what: "cores that the server takes meanwhile".to_owned(),
            is: format!("{cpu:.2}"),
            target: "-",
            holds: true,
        });
    }

    /// From *Remove member* to the last byte of their streams.
    pub fn removals(&mut self, database: &'static str, removals: &Removals) {
        let Removals { answered, ended } = removals;
        let of = |times: &[Duration]| {
            let [p50, p99] = [500, 990].map(|per_mille| percentile(times, per_mille));
            format!("{} / {}", milliseconds(p50), milliseconds(p99))
        };
        self.verdicts.push(Verdict {
            database,
            what: "from Remove member to its answer, p50 / p99".to_owned(),
            is: of(answered),
            target: "-",
            holds: true,
        });
        self.verdicts.push(Verdict {
            database,
            what: "from Remove member to the end of their streams on three nodes, p50 / p99"
                .to_owned(),
            is: of(ended),
            target: "under 1 s",
            holds: percentile(ended, 990) < Duration::from_secs(1),
        });
    }

    fn memory(
        &mut self,
        database: &'static str,
        what: &str,
        is: f64,
        target: &'static str,
        most: f64,
    ) {
        self.verdicts.push(Verdict {
            database,
            what: what.to_owned(),
            is: format!("{is:.0} MB"),
            target,
            holds: is < most,
        });
    }

    /// What the inbox page costs, against the same bytes and against its size.
    pub fn growth(&mut self, database: &'static str, small: u32, large: u32) {
        let find = |what: &str, size: Option<u32>| {
            self.rows
                .iter()
                .find(|row| row.database == database && row.what == what && row.size == size)
        };
        let inbox = |size| find("inbox page", Some(size));
        let (Some(first), Some(last)) = (inbox(small), inbox(large)) else {
            return;
        };
        let growth = first.times(last);
        for bytes in [SAME_BYTES, SAME_BYTES_GUARDED] {
            let Some(row) = find(bytes, None) else { continue };
            let share = last.times(row);
            self.verdicts.push(Verdict {
                database,
                what: format!("inbox page at {large} against the {bytes}"),
                is: format!("1 / {:.1}", 1.0 / share),
                target: if database == "SQLite" { "1 / 3" } else { "-" },
                holds: database != "SQLite" || share >= 1.0 / 3.0,
            });
        }
        self.verdicts.push(Verdict {
            database,
            what: format!("cost of the inbox page, from {small} to {large} conversations"),
            is: format!("× {growth:.2}"),
            target: "under × 1.2",
            holds: growth < 1.2,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n| database | conversations | what | per second | p50 | p99 |")?;
        writeln!(f, "|---|--:|---|--:|--:|--:|")?;
        for row in &self.rows {
            let size = row.size.map_or_else(|| "-".to_owned(), |size| size.to_string());
            writeln!(
                f,
                "| {} | {size} | {} | {:.0} | {} | {} |",
                row.database,
                row.what,
                row.per_second(),
                milliseconds(row.percentile(500)),
                milliseconds(row.percentile(990)),
            )?;
        }
        writeln!(f, "\n| database | what | is | target | |")?;
        writeln!(f, "|---|---|--:|--:|---|")?;
        for verdict in &self.verdicts {
            let Verdict { database, what, is, target, holds } = verdict;
            let word = if *holds { "yes" } else { "**no**" };
            writeln!(f, "| {database} | {what} | {is} | {target} | {word} |")?;
        }
        Ok(())
    }
}

/// So much of them, in a thousand, took this long at most.
fn percentile<'a>(times: impl IntoIterator<Item = &'a Duration>, per_mille: usize) -> Duration {
    let mut all: Vec<Duration> = times.into_iter().copied().collect();
    all.sort_unstable();
    let place = (all.len() * per_mille / 1_000).min(all.len().saturating_sub(1));
    all.get(place).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
