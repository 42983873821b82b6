//! Seats: what a plan sells and what is taken of it.

/// The seats of a workspace at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// What the plan has.
    pub total: i64,
    /// Active members.
    pub members: i64,
    /// Invitations that are neither accepted, revoked nor expired.
    pub pending: i64,
}

/// There is no seat for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("All {total} seats are used.")]
pub struct NoSeat {
    pub total: i64,
}

/// A plan has fewer seats than are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{used} seats are used, and the plan has {seats}. Free {} of them first.", used - seats)]
pub struct TooFewSeats {
    pub used: i64,
    pub seats: i64,
}

impl Seats {
    /// Seats taken: every active member, and every pending invitation.
    pub const fn used(self) -> i64 {
        self.members + self.pending
    }

    /// Seats that one more may take; 0 when a smaller table left none.
    pub const fn free(self) -> i64 {
        let free = self.total - self.used();
        if free > 0 { free } else { 0 }
    }

    /// Whether one more seat may be taken, by an invitation or a renewal.
    pub const fn take_one(self) -> Result<(), NoSeat> {
        if self.free() > 0 { Ok(()) } else { Err(NoSeat { total: self.total }) }
    }

    /// Whether an invitation may turn into a member. One that is still pending
    /// gives up its own seat; one that has expired takes a new one.
    pub const fn accept(self, still_pending: bool) -> Result<(), NoSeat> {
        let own = if still_pending { 1 } else { 0 };
        if self.used() - own < self.total { Ok(()) } else { Err(NoSeat { total: self.total }) }
    }

    /// Whether the workspace fits into a plan of so many seats.
    pub const fn fit(self, seats: i64) -> Result<(), TooFewSeats> {
        if self.used() <= seats { Ok(()) } else { Err(TooFewSeats { used: self.used(), seats }) }
    }
}
