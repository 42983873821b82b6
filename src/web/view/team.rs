//! Seats, and what somebody who goes leaves behind.

use super::counted;

/// The seats of a plan, one small baton each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seats {
    /// Members and pending invitations together.
    pub taken: u32,
    pub pending: u32,
    pub total: u32,
}

/// More marks than this are a wall, not a meter.
const MOST_MARKS: u32 = 60;

impl Seats {
    /// Seats that can still be given out.
    pub fn left(&self) -> u32 {
        self.total.saturating_sub(self.taken)
    }

    /// Nobody can be invited.
    pub fn is_full(&self) -> bool {
        self.left() == 0
    }

    /// One class per mark, in order: used, pending, free.
    pub fn marks(&self) -> Vec<&'static str> {
        let total = self.total.max(self.taken);
        if total > MOST_MARKS {
            return Vec::new();
        }
        let members = self.taken.saturating_sub(self.pending);
        (0..total)
            .map(|seat| match seat {
                seat if seat < members => "is-used",
                seat if seat < self.taken => "is-pending",
                _ => "is-free",
            })
            .collect()
    }
}

/// Conversations that somebody who goes leaves behind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    pub open: i64,
    pub snoozed: i64,
}

impl Load {
    /// No conversation has to change hands.
    pub fn is_nothing(&self) -> bool {
        self.open == 0 && self.snoozed == 0
    }

    /// `Mia Chen owns 4 open conversations and 1 snoozed one.`
    pub fn sentence(&self, name: &str) -> String {
        format!("{name} owns {}.", self.words())
    }

    /// `4 open conversations and 1 snoozed one`
    pub fn words(&self) -> String {
        let open = match self.open {
            0 => "no open conversation".to_owned(),
            open => counted(open, "open conversation", "open conversations"),
        };
        match self.snoozed {
            0 => open,
            snoozed => format!("{open} and {}", counted(snoozed, "snoozed one", "snoozed ones")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seat_has_its_mark() {
        let seats = Seats { taken: 3, pending: 1, total: 4 };
        assert_eq!(seats.marks(), ["is-used", "is-used", "is-pending", "is-free"]);
        assert_eq!(seats.left(), 1);
        let over = Seats { taken: 4, pending: 0, total: 3 };
        assert!(over.is_full());
        assert_eq!(over.marks().len(), 4);
    }

    #[test]
    fn the_load_counts_in_words() {
        for (open, snoozed, words) in [
            (0, 0, "Mia owns no open conversation."),
            (1, 0, "Mia owns 1 open conversation."),
            (4, 1, "Mia owns 4 open conversations and 1 snoozed one."),
            (0, 2, "Mia owns no open conversation and 2 snoozed ones."),
        ] {
            assert_eq!(Load { open, snoozed }.sentence("Mia"), words);
        }
    }
}
