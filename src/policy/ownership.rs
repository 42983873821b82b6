//! Who may see, take, answer and hand on a conversation.

use std::time::Duration;

use strum::{EnumIter, EnumString, IntoStaticStr};

use super::roles::{Capability, Role};

/// The member who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub membership_id: i64,
    pub user_id: i64,
    pub role: Role,
    /// The workspace has inboxes whose queue only chosen members see.
    pub has_restricted_inboxes: bool,
    /// The workspace lets Agents pass on what they own.
    pub agents_pass_on: bool,
}

/// Where a conversation stands; a word in URLs and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Status {
    Open,
    Snoozed,
    Resolved,
}

impl Status {
    /// The status's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Snoozed => "Snoozed",
            Self::Resolved => "Resolved",
        }
    }
}

/// Who holds a conversation, as far as the rules care, and whether its inbox is
/// for the member who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    pub status: Status,
    /// The owner's membership.
    pub owner: Option<i64>,
    /// The user whose membership ended while they owned it.
    pub last_owner_user: Option<i64>,
    /// Its inbox is for chosen members, and the one who asks is not among them.
    pub is_inbox_hidden: bool,
}

/// Who may reply, and what that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The owner replies.
    AsOwner,
    /// It is unassigned and becomes the author's in the same step.
    ClaimsFirst,
    /// Another member holds it.
    OwnedBy(i64),
    /// It is unassigned, but does not exist for this member.
    Hidden,
}

/// How long whoever wrote a note may change it or take it back: long enough for a
/// slip, too short to rewrite what others have acted upon.
pub const NOTE_CHANGES: Duration = Duration::from_secs(15 * 60);

/// Why a note stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefusal {
    #[error("Only whoever wrote a note can change it.")]
    NotTheirs,
    #[error("A note can be changed for 15 minutes. This one is older.")]
    TooLate,
}

impl Actor {
    fn owns(self, holding: Holding) -> bool {
        holding.owner == Some(self.membership_id)
    }

    /// Whether no inbox is hidden from the member: for whoever sees what others own
    /// none ever is.
    pub const fn sees_every_inbox(self) -> bool {
        self.role.may(Capability::SeeAll) || !self.has_restricted_inboxes
    }

    /// Whether the member may be told that the conversation is there and who holds
    /// it, e.g. that another was quicker: its inbox is one that they see.
    pub fn may_know(self, holding: Holding) -> bool {
        self.role.may(Capability::SeeAll) || self.owns(holding) || !holding.is_inbox_hidden
    }

    /// Whether the conversation exists for this member at all.
    pub fn may_view(self, holding: Holding) -> bool {
        if self.role.may(Capability::SeeAll) || self.owns(holding) {
            return true;
        }
        if holding.is_inbox_hidden {
            return false;
        }
        let left_by_another = holding.last_owner_user.is_some_and(|user| user != self.user_id);
        holding.owner.is_none() && !(holding.status == Status::Resolved && left_by_another)
    }

    /// Whether the member may take it from the queue.
    pub fn may_claim(self, holding: Holding) -> bool {
        holding.owner.is_none() && self.may_view(holding) && self.role.may(Capability::Claim)
    }

    /// What a reply by this member does, or who stands in its way.
    pub fn reply(self, holding: Holding) -> Reply {
        match holding.owner {
            None if self.may_claim(holding) => Reply::ClaimsFirst,
            None => Reply::Hidden,
            Some(owner) if owner == self.membership_id => Reply::AsOwner,
            Some(owner) => Reply::OwnedBy(owner),
        }
    }

    /// Whether the member may add notes, label, snooze, resolve and reopen:
    /// whoever may see it. For an Agent that is their own and the unassigned.
    pub fn may_tend(self, holding: Holding) -> bool {
        self.may_view(holding)
    }

    /// Whether the member may change or take back a note of this author that was
    /// written so long ago.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn change_note(
        self,
        holding: Holding,
        author: Option<i64>,
        age: Duration,
    ) -> Result<(), NoteRefusal> {
        if author != Some(self.membership_id) || !self.may_tend(holding) {
            Err(NoteRefusal::NotTheirs)
        } else if age > NOTE_CHANGES {
            Err(NoteRefusal::TooLate)
        } else {
            Ok(())
        }
    }

    /// Whether the member may change or take back a note of this author on a contact. At
    /// any time: it says what a customer is like today, and nobody answers to it as they do
    /// in a thread. What it said before can be read.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn change_contact_note(self, author: i64) -> Result<(), NoteRefusal> {
        if author == self.membership_id { Ok(()) } else { Err(NoteRefusal::NotTheirs) }
    }

    /// Whether the member may give it back to the queue.
    pub fn may_release(self, holding: Holding) -> bool {
        holding.owner.is_some() && (self.owns(holding) || self.may_assign())
    }

    /// Whether the member may say who owns any conversation.
    pub const fn may_assign(self) -> bool {
        self.role.may(Capability::Assign)
    }

    /// Whether the member may make this one its owner, or nobody: whoever may
    /// assign, anyone; the others by claiming and by releasing.
    pub fn may_pass(self, holding: Holding, to: Option<i64>) -> bool {
        self.may_assign()
            || match to {
                None => self.may_release(holding),
                Some(id) => id == self.membership_id && self.may_claim(holding),
            }
    }

    /// Whether the member may hand what they own to another one.
    pub const fn may_pass_on(self) -> bool {
        self.may_assign() || self.agents_pass_on
    }

    /// Whether the member may say who owns this one: any, or their own where Agents
    /// may pass on.
    pub fn may_reassign(self, holding: Holding) -> bool {
        self.may_assign() || (self.may_pass_on() && self.owns(holding))
    }

    /// Whether the member may take it from its owner.
    pub fn may_take_over(self, holding: Holding) -> bool {
        self.may_assign() && holding.owner.is_some() && !self.owns(holding)
    }
}
