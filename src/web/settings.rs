//! What several pages under Settings share.

use actix_web::HttpResponse;
use chrono_tz::Tz;

use super::respond;
use super::view::{Load, Seats};
use super::viewer::Viewer;
use crate::db::Utc;
use crate::models::membership::{Owned, Refusal};
use crate::models::removal::Ended;
use crate::policy::{self, Capability};

/// `GET /settings`: the first page that the viewer's role may open.
pub async fn index(viewer: Viewer) -> HttpResponse {
    let pages = [
        (Capability::ManageTeam, "/settings/team"),
        (Capability::ManageInboxes, "/settings/inboxes"),
    ];
    let first = pages.into_iter().find(|(needed, _)| viewer.may(*needed));
    respond::see_other(first.map_or("/settings/profile", |(_, page)| page))
}

impl From<policy::Seats> for Seats {
    fn from(seats: policy::Seats) -> Self {
        Self {
            taken: shown(seats.used()),
            pending: shown(seats.pending),
            total: shown(seats.total),
        }
    }
}

impl From<Owned> for Load {
    fn from(owned: Owned) -> Self {
        Self { open: owned.open, snoozed: owned.snoozed }
    }
}

/// Reads who shall have a member's conversations, as the select sends it; `None` for the
/// queue.
///
/// # Errors
/// What the select never offers is no successor.
pub fn successor(typed: &str) -> Result<Option<i64>, Refusal> {
    if typed.is_empty() {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|_| Refusal::NoSuccessor)
}

/// Where whoever ended their own membership goes: without a workspace left, every session
/// is gone too.
pub fn after_leaving(done: &Ended) -> &'static str {
    if done.was_last_workspace { "/login" } else { "/workspaces" }
}

/// A count of seats as a page shows it.
pub fn shown(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

/// `30 November 2026`, in this time zone.
pub fn date(at: Utc, zone: Tz) -> String {
    at.to_chrono().with_timezone(&zone).format("%-d %B %Y").to_string()
}
