//! The figures of a period and of the one before it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::facts::Fact;
use super::period::Period;
use super::times::Times;
use crate::db::{Conn, each_row, typed};
use crate::models::audit::{self, Actor};
use crate::models::working_hours::WorkingHours;
use crate::models::{inbox, label};

/// What is counted, of everything or of a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub opened: i64,
    pub resolved: i64,
    pub replies: i64,
    pub response: Times,
    pub resolution: Times,
}

impl Figures {
    /// Whether nothing happened.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// The figures of an inbox, a member or a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: String,
    pub figures: Figures,
}

/// What happened in an hour of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourCell {
    pub opened: i64,
    pub replies: i64,
}

/// Everything that a period comes to.
#[derive(Clone, Debug)]
pub struct Report {
    pub now: Figures,
    /// The same of as many days before.
    pub before: Figures,
    pub days: Vec<(NaiveDate, Figures)>,
    /// Monday first, by the hour at which the clock on the wall is.
    pub hours: [[HourCell; 24]; 7],
    pub inboxes: Vec<Group>,
    pub members: Vec<Group>,
    pub labels: Vec<Group>,
}

/// Figures that still grow.
#[derive(Clone, Default)]
struct Sum {
    opened: i64,
    replies: i64,
    response: Vec<i64>,
    resolution: Vec<i64>,
}

impl Sum {
    fn count(&mut self, fact: Fact, n: i64) {
        match fact {
            Fact::Opened => self.opened += n,
            Fact::Reply => self.replies += n,
            _ => {}
        }
    }

    fn took(&mut self, fact: Fact, seconds: i64) {
        match fact {
            Fact::Answered => self.response.push(seconds),
            Fact::Resolved => self.resolution.push(seconds),
            _ => {}
        }
    }

    fn figures(mut self) -> Figures {
        Figures {
            opened: self.opened,
            resolved: i64::try_from(self.resolution.len()).unwrap_or(i64::MAX),
            replies: self.replies,
            response: Times::of(&mut self.response),
            resolution: Times::of(&mut self.resolution),
        }
    }
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    slot: i64,
    #[diesel(sql_type = BigInt)]
    inbox_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    member_id: Option<i64>,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Spanned {
    #[diesel(sql_type = BigInt)]
    slot: i64,
    #[diesel(sql_type = BigInt)]
    happened: i64,
    #[diesel(sql_type = BigInt)]
    since: i64,
    #[diesel(sql_type = BigInt)]
    inbox_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    member_id: Option<i64>,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Span {
    #[diesel(sql_type = BigInt)]
    happened: i64,
    #[diesel(sql_type = BigInt)]
    since: i64,
}

#[derive(QueryableByName)]
struct LabelCounted {
    #[diesel(sql_type = BigInt)]
    label_id: i64,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct LabelSpanned {
    #[diesel(sql_type = BigInt)]
    label_id: i64,
    #[diesel(sql_type = BigInt)]
    happened: i64,
    #[diesel(sql_type = BigInt)]
    since: i64,
}

/// The report of a period. With `hours` only the seconds within them count to how
/// long something took.
///
/// # Errors
/// When a query fails.
pub fn of(
    conn: &mut Conn,
    workspace_id: i64,
    period: Period,
    hours: Option<&WorkingHours>,
) -> QueryResult<Report> {
    let reader = Reader { workspace_id, hours };
    let before = reader.total(conn, period.before())?;

    let days: Vec<NaiveDate> = period.each_day().collect();
    let mut all = Sum::default();
    let mut by_day = vec![Sum::default(); days.len()];
    let mut by_inbox: BTreeMap<i64, Sum> = BTreeMap::new();
    let mut by_member: BTreeMap<i64, Sum> = BTreeMap::new();
    let mut by_hour = [[HourCell::default(); 24]; 7];
    let mut place = (i64::MIN, (0, 0, 0));
    reader.read(conn, period, |key, fact, part| {
        // They come in order of time, so most are of the quarter before.
        if place.0 != key.slot {
            place = (key.slot, period.place(key.slot));
        }
        let (day, weekday, hour) = place.1;
        part.add(&mut all, fact);
        part.add(by_inbox.entry(key.inbox_id).or_default(), fact);
        if let Some(day) = by_day.get_mut(day) {
            part.add(day, fact);
        }
        if let Some(id) = key.member_id {
            part.add(by_member.entry(id).or_default(), fact);
        }
        if let (Some(cell), Part::Count(n)) =
            (by_hour.get_mut(weekday).and_then(|day| day.get_mut(hour)), part)
        {
            match fact {
                Fact::Opened => cell.opened += n,
                Fact::Reply => cell.replies += n,
                _ => {}
            }
        }
    })?;
    let inboxes = inbox::list(conn, workspace_id)?.into_iter().map(|one| (one.id, one.name));
    let members = audit::actors(conn, workspace_id)?.into_iter().map(named);
    Ok(Report {
        now: all.figures(),
        before,
        days: days.into_iter().zip(by_day).map(|(day, sum)| (day, sum.figures())).collect(),
        hours: by_hour,
        inboxes: groups(inboxes, by_inbox),
        members: groups(members, by_member),
        labels: reader.labels(conn, period)?,
    })
}

fn named(member: Actor) -> (i64, String) {
    let left = if member.ended_at.is_some() { " (left)" } else { "" };
    (member.membership_id, format!("{}{left}", member.name))
}

/// Those of which there is something to tell, in the order of their names.
fn groups(names: impl Iterator<Item = (i64, String)>, mut sums: BTreeMap<i64, Sum>) -> Vec<Group> {
    names
        .filter_map(|(id, name)| Some(Group { name, figures: sums.remove(&id)?.figures() }))
        .filter(|group| !group.figures.is_nothing())
        .collect()
}

/// What a row adds: so many, or one that took so long.
#[derive(Clone, Copy)]
enum Part {
    Count(i64),
    Took(i64),
}

impl Part {
    fn add(self, sum: &mut Sum, fact: Fact) {
        match self {
            Self::Count(n) => sum.count(fact, n),
            Self::Took(seconds) => sum.took(fact, seconds),
        }
    }
}

struct Key {
    slot: i64,
    inbox_id: i64,
    member_id: Option<i64>,
}

struct Reader<'a> {
    workspace_id: i64,
    hours: Option<&'a WorkingHours>,
}

impl Reader<'_> {
    /// The figures of a period as a whole.
    fn total(&self, conn: &mut Conn, period: Period) -> QueryResult<Figures> {
        let (from, to) = period.slots();
        let mut sum = Sum::default();
        for fact in [Fact::Opened, Fact::Reply] {
            let row: Total = typed!(conn, |c| facts("count(*) AS n", fact, "")
                .bind::<BigInt, _>(self.workspace_id)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to)
                .get_result(c))?;
            Part::Count(row.n).add(&mut sum, fact);
        }
        for fact in [Fact::Answered, Fact::Resolved] {
            let query = facts("happened, since", fact, "")
                .bind::<BigInt, _>(self.workspace_id)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to);
            each_row!(conn, query, Span, |Span { happened, since }: Span| {
                Part::Took(self.took(since, happened, period)).add(&mut sum, fact);
            });
        }
        Ok(sum.figures())
    }

    /// Reads the facts of a period one by one.
    fn read(
        &self,
        conn: &mut Conn,
        period: Period,
        mut each: impl FnMut(&Key, Fact, Part),
    ) -> QueryResult<()> {
        let (from, to) = period.slots();
        for fact in [Fact::Opened, Fact::Reply] {
            let columns = "slot, inbox_id, member_id, count(*) AS n";
            let query = facts(columns, fact, " GROUP BY slot, inbox_id, member_id")
                .bind::<BigInt, _>(self.workspace_id)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to);
            each_row!(conn, query, Counted, |row: Counted| {
                let Counted { slot, inbox_id, member_id, n } = row;
                each(&Key { slot, inbox_id, member_id }, fact, Part::Count(n));
            });
        }
        for fact in [Fact::Answered, Fact::Resolved] {
            let query = facts("slot, happened, since, inbox_id, member_id", fact, "")
                .bind::<BigInt, _>(self.workspace_id)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to);
            each_row!(conn, query, Spanned, |row: Spanned| {
                let Spanned { slot, happened, since, inbox_id, member_id } = row;
                let took = self.took(since, happened, period);
                each(&Key { slot, inbox_id, member_id }, fact, Part::Took(took));
            });
        }
        Ok(())
    }

    fn took(&self, since: i64, happened: i64, period: Period) -> i64 {
        let moment = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        match self.hours {
            None => happened - since,
            Some(hours) => hours.seconds_between(moment(since), moment(happened), period.zone),
        }
    }

    /// By the labels that conversations have now.
    fn labels(&self, conn: &mut Conn, period: Period) -> QueryResult<Vec<Group>> {
        let labels = label::list(conn, self.workspace_id)?;
        if labels.is_empty() {
            return Ok(Vec::new());
        }
        let (from, to) = period.slots();
        let mut sums: BTreeMap<i64, Sum> = BTreeMap::new();
        for fact in [Fact::Opened, Fact::Reply] {
            let rows: Vec<LabelCounted> =
                labelled("l.label_id, count(*) AS n", fact, " GROUP BY l.label_id")
                    .bind::<BigInt, _>(self.workspace_id)
                    .bind::<BigInt, _>(from)
                    .bind::<BigInt, _>(to)
                    .load(conn)?;
            for LabelCounted { label_id, n } in rows {
                Part::Count(n).add(sums.entry(label_id).or_default(), fact);
            }
        }
        for fact in [Fact::Answered, Fact::Resolved] {
            let query = labelled("l.label_id, f.happened, f.since", fact, "")
                .bind::<BigInt, _>(self.workspace_id)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to);
            each_row!(conn, query, LabelSpanned, |row: LabelSpanned| {
                let LabelSpanned { label_id, happened, since } = row;
                let took = self.took(since, happened, period);
                Part::Took(took).add(sums.entry(label_id).or_default(), fact);
            });
        }
        Ok(groups(labels.into_iter().map(|label| (label.id, label.name)), sums))
    }
}

/// The facts of a period's slots, by the index that holds all that is asked for.
fn facts(columns: &str, fact: Fact, ending: &str) -> diesel::query_builder::SqlQuery {
    diesel::sql_query(format!(
        "SELECT {columns} FROM report_facts f
         WHERE f.workspace_id = $1 AND {} AND f.slot >= $2 AND f.slot < $3
           AND f.hidden = 0{ending}",
        counted(fact)
    ))
}

/// Which facts `f` count as one of these: what a member began was not opened by a customer.
fn counted(fact: Fact) -> String {
    let by = if fact == Fact::Opened { " AND f.member_id IS NULL" } else { "" };
    format!("f.kind = '{}'{by}", fact.into_str())
}

fn labelled(columns: &str, fact: Fact, ending: &str) -> diesel::query_builder::SqlQuery {
    diesel::sql_query(format!(
        "SELECT {columns} FROM report_facts f
         JOIN conversation_labels l
           ON l.workspace_id = f.workspace_id AND l.conversation_id = f.conversation_id
         WHERE f.workspace_id = $1 AND {} AND f.slot >= $2 AND f.slot < $3
           AND f.hidden = 0{ending}",
        counted(fact)
    ))
}
