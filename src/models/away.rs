//! Members who are away until a day. Meanwhile what needs them goes back to the queue
//! ([`super::ownership`]), and whoever could give them a conversation sees it. It ends by
//! itself: who is away is asked at a moment.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::activity::{Kind, record_member};
use super::audit::Change;
use super::{calendar, membership};
use crate::db::schema::memberships;
use crate::db::{Conn, Stop, Utc, Verb, refuse};
use crate::models::membership::MemberId;

/// The furthest that the day may be.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// Why it stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("That day has begun. Choose a later one.")]
    Past,
    #[error("That is more than a year away. Choose an earlier day.")]
    TooFar,
    #[error(transparent)]
    Member(#[from] membership::Refusal),
}

/// What [`set`] did.
#[derive(Clone, Debug)]
pub struct Set {
    pub name: String,
    /// Until when they are away; `None`: they are here.
    pub until: Option<Utc>,
}

/// Until when somebody is away at a moment, by what stands in their membership.
pub fn at(until: Option<Utc>, now: Utc) -> Option<Utc> {
    until.filter(|until| *until > now)
}

/// Whether an active member is away at a moment.
///
/// # Errors
/// When the query fails.
pub(super) fn is_away(conn: &mut Conn, membership_id: i64, now: Utc) -> QueryResult<bool> {
    let away = memberships::table
        .filter(memberships::active_id.eq(membership_id))
        .filter(memberships::away_until.gt(now));
    diesel::select(diesel::dsl::exists(away)).get_result(conn)
}

/// Says that a member is away until the beginning of a day in this zone, or here again:
/// oneself, or as an Administrator another.
///
/// # Errors
/// A [`Refusal`], or the query's failure.
pub fn set(
    conn: &mut Conn,
    caller: MemberId,
    target_id: i64,
    back_on: Option<NaiveDate>,
    zone: Tz,
) -> Verb<Set, Refusal> {
    let workspace_id = caller.workspace_id;
    let theirs = |stop: Stop<membership::Refusal>| stop.map(Refusal::Member);
    let acting = membership::lock_over(conn, caller, target_id).map_err(theirs)?;
    let target = membership::lock_changing(conn, workspace_id, target_id).map_err(theirs)?;
    let now = Utc::now();
    let until = back_on.map(|day| calendar::begin(day, zone));
    if until.is_some_and(|until| until <= now) {
        return refuse(Refusal::Past);
    }
    if until.is_some_and(|until| until.since(now) > LONGEST) {
        return refuse(Refusal::TooFar);
    }
    let before = at(target.away_until, now);
    if before != until {
        diesel::update(memberships::table.find(target_id))
            .set(memberships::away_until.eq(until))
            .execute(conn)?;
        let change = Change { from: &words(before, zone), to: &words(until, zone) };
        let of = (target_id, &*target.name);
        record_member(conn, workspace_id, Kind::AwayChanged, &acting, of, change)?;
    }
    Ok(Set { name: target.name, until })
}

/// As the audit log has it.
fn words(until: Option<Utc>, zone: Tz) -> String {
    match until {
        Some(until) => calendar::day_of(until, zone).format("Away until %-d %B %Y").to_string(),
        None => "Here".to_owned(),
    }
}
