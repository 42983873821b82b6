//! The form in which the demo's conversations are told.

/// A member of the demo's team.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    Ana,
    Gil,
    Mia,
}

#[derive(Clone, Copy)]
pub enum Inbox {
    Shop,
    Workshop,
    Wholesale,
}

/// One thing that happened.
pub enum Step {
    Customer(&'static str),
    Reply(Who, &'static str),
    Note(Who, &'static str),
    Claim(Who),
    /// By whom, to whom.
    Assign(Who, Who),
    TakeOver(Who),
    Release(Who),
    Resolve(Who),
    /// Until so many hours from now.
    Snooze(Who, i64),
}

impl Step {
    /// The member who did it; `None` for the customer.
    pub fn by(&self) -> Option<Who> {
        match self {
            Self::Customer(_) => None,
            Self::Reply(who, _)
            | Self::Note(who, _)
            | Self::Claim(who)
            | Self::Assign(who, _)
            | Self::TakeOver(who)
            | Self::Release(who)
            | Self::Resolve(who)
            | Self::Snooze(who, _) => Some(*who),
        }
    }
}

/// A conversation: with whom, where, and what happened so many minutes ago.
pub struct Tale {
    pub name: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub company: &'static str,
    pub inbox: Inbox,
    pub steps: &'static [(i64, Step)],
}

/// Days and hours ago, in minutes.
pub const fn ago(days: i64, hours: i64, minutes: i64) -> i64 {
    (days * 24 + hours) * 60 + minutes
}
