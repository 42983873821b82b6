//! The demo's conversations of the weeks before: many and alike, so that reports have
//! something to compare with.

use baton::db::Utc;
use baton::models::history::{Event, Person, Story};

use super::DAY;
use crate::cli::random::Random;
use crate::cli::seed::words;

/// How many there were.
const STORIES: i64 = 54;
/// From so many days ago to so many.
const DAYS: (i64, i64) = (29, 15);

/// A contact who wrote before: their id, name and inbox.
pub type Regular = (i64, &'static str, i64);

/// Conversations that are over, the oldest first.
pub fn stories(regulars: &[Regular], team: &[Person], ago: impl Fn(i64) -> Utc) -> Vec<Story> {
    let mut random = Random::new(2026);
    let share = (DAYS.0 - DAYS.1) * DAY / STORIES;
    (0..STORIES)
        .map(|number| {
            let (contact_id, contact_name, inbox_id) = *random.pick(regulars);
            let by = random.pick(team).clone();
            let mut minutes = DAYS.0 * DAY - number * share - random.between(0, share - 1);
            let mut events = vec![(ago(minutes), Event::Customer(words::customer(&mut random)))];
            minutes -= random.between(5, 120);
            events.push((ago(minutes), Event::Claimed(by.clone())));
            for _ in 0..random.between(1, 3) {
                minutes -= random.between(2, 45);
                events.push((ago(minutes), Event::Reply(by.clone(), words::reply(&mut random))));
            }
            minutes -= random.between(10, 600);
            events.push((ago(minutes), Event::Resolved(by)));
            Story {
                inbox_id,
                contact_id,
                contact_name: contact_name.to_owned(),
                events,
                read_by: team.iter().map(|one| one.membership_id).collect(),
                notify: false,
            }
        })
        .collect()
}
