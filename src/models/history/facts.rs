//! What reports count of a history.

use super::{Event, Story};
use crate::db::Utc;
use crate::db::dialect::many_rows::Cell;
use crate::models::report::{Fact, cells};

/// The facts of a story, as the verbs would have written them.
pub(super) fn of(workspace_id: i64, conversation_id: i64, story: &Story) -> Vec<Vec<Cell>> {
    let place = (workspace_id, story.inbox_id, conversation_id);
    let Some((opened, first)) = story.events.first() else { return Vec::new() };
    let begun_by = match first {
        Event::Reply(by, _) => Some(by.membership_id),
        _ => None,
    };
    let mut rows = vec![cells(place, Fact::Opened, (*opened, *opened), begun_by)];
    let (mut since, mut is_answered, mut is_resolved) = (*opened, false, false);
    for (at, event) in &story.events {
        let mut tell = |fact: Fact, since: Utc, member: Option<i64>| {
            rows.push(cells(place, fact, (since, *at), member));
        };
        let by = match event {
            Event::Reply(by, _) | Event::Reopened(by) => Some(by.membership_id),
            _ => None,
        };
        let reopens = matches!(event, Event::Customer(_) | Event::Reply(..) | Event::Reopened(_));
        if reopens && is_resolved {
            tell(Fact::Reopened, *at, by);
            (since, is_resolved) = (*at, false);
        }
        match event {
            Event::Reply(by, _) => {
                tell(Fact::Reply, *at, Some(by.membership_id));
                if !is_answered {
                    tell(Fact::Answered, *opened, Some(by.membership_id));
                    is_answered = true;
                }
            }
            Event::Resolved(by) => {
                tell(Fact::Resolved, since, Some(by.membership_id));
                is_resolved = true;
            }
            _ => {}
        }
    }
    rows
}
