//! Reports: what a team did in a number of days.
//!
//! Every figure counts what happened within the days, whenever it began:
//!
//! - *Opened*: a customer began a conversation. What a member begins is not counted here,
//!   and reopening opens none.
//! - *Reply*: a member wrote to the customer. Notes are none.
//! - *First response*: from the customer's first message to the first reply. It counts
//!   once in a conversation, on the day of that reply, for whoever wrote it.
//! - *Resolved*: a member resolved it; each time counts, for whoever did it. The time
//!   to it begins at the opening, or at the last reopening. A resolution that the same
//!   member takes back within a minute was none; neither was a reopening of which that
//!   is so, and the resolution before it stands.
//! - Left out are spam and conversations with blocked contacts; merging contacts
//!   counts nothing twice. A member who left keeps what they did. What is deleted
//!   with a contact is gone from here, too.
//!
//! The figures are exact. [`facts`] are written with what happens, one row each, and
//! a report reads those of its days by an index that holds all it needs: never a
//! message. Medians are of all values, and a 90th percentile is the smallest value
//! that nine tenths do not exceed.

mod facts;
mod figures;
mod held;
mod period;
mod times;
mod waiting;

pub use facts::refresh_contact;
pub(super) use facts::{COLUMNS, Fact, cells, happened, replied, unreplied};
pub use figures::{Figures, Group, HourCell, Report, of};
pub use held::Held;
pub use period::Period;
pub use times::Times;
pub use waiting::{BUCKETS, Waiting};

use crate::db::{Conn, QueryResult, Utc};

/// What is open at this moment.
#[derive(Clone, Debug)]
pub struct Present {
    /// When that is.
    pub at: Utc,
    pub queue: Waiting,
    /// What members own, whoever has most open first.
    pub held: Vec<Held>,
}

impl Present {
    /// What is open in a workspace now.
    ///
    /// # Errors
    /// When a query fails.
    pub fn of(conn: &mut Conn, workspace_id: i64) -> QueryResult<Self> {
        let at = Utc::now();
        let queue = waiting::now(conn, workspace_id, at)?;
        Ok(Self { at, queue, held: held::now(conn, workspace_id)? })
    }
}
