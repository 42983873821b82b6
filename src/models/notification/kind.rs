//! The kinds of notification, a line each.

use strum::{EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

use super::Way;
use crate::db::words;
use crate::models::activity;
use crate::policy::{Capability, Role};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $way:ident, $occasion:literal, $words:literal;)*) => {
        /// What a notification is about, in the order in which a profile lists the kinds; a
        /// word in the database. A newer Baton may write others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
        #[strum(serialize_all = "snake_case", const_into_str)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// How a member is told who has not chosen.
            pub const fn usual_way(self) -> Way {
                match self { $(Self::$name => Way::$way,)* }
            }

            /// When a member is told, for those who choose how.
            pub const fn occasion(self) -> &'static str {
                match self { $(Self::$name => $occasion,)* }
            }

            const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

// By mail, too, where a person is waited for; in the page alone what is good to know.
kinds! {
    /// A conversation became theirs.
    Assigned Both, "A conversation is assigned to you", "{actor} assigned this to you";
    /// A conversation was theirs.
    Taken Page, "A conversation of yours goes to another member", "{actor} took this from you";
    /// It was theirs, and a member gave it to nobody else.
    GivenBack Page, "A conversation of yours is given back to the queue", "{actor} gave this back to the queue";
    /// It was theirs, and needed somebody while they were away.
    WentBack Page, "A conversation of yours goes back to the queue while you are away", "Went back to the queue while you were away";
    /// A note mentions them.
    Mentioned Both, "A member mentions you in a note", "{actor} mentioned you in a note";
    /// The customer answered in a conversation of theirs.
    CustomerReplied Both, "A customer replies in a conversation of yours", "{subject} replied";
    /// A reply of theirs, or in a conversation of theirs, did not reach the customer, or nobody
    /// knows whether it did.
    ReplyNotSent Both, "A reply of yours or in a conversation of yours cannot be delivered", "The reply to {subject} may not have arrived";
    SnoozeEnded Page, "A snooze of yours ends", "Snooze ended";
    /// Somebody accepted an invitation they sent.
    InvitationAccepted Page, "Somebody accepts your invitation", "{actor} accepted your invitation";
    /// A mailbox cannot be read any more, or its server does not let us send. The words say
    /// which, and since when.
    MailboxFailing Both, "The mail of an inbox cannot be read or sent", "{actor}";
}

words!(Kind);

impl Kind {
    /// Whether browsers show it that were turned on for that: somebody waits.
    pub const fn is_pushed(self) -> bool {
        matches!(
            self,
            Self::Assigned | Self::Mentioned | Self::CustomerReplied | Self::MailboxFailing
        )
    }

    /// Whether it may come many times in a row, and browsers show what does as one.
    pub(in crate::models) const fn is_gathered(self) -> bool {
        matches!(self, Self::Assigned)
    }

    /// Whether somebody in this role may be told.
    pub const fn is_for(self, role: Role) -> bool {
        match self {
            Self::InvitationAccepted => role.may(Capability::ManageTeam),
            Self::MailboxFailing => role.may(Capability::ConnectChannels),
            _ => true,
        }
    }

    /// The roles that may be told.
    pub(in crate::models) fn roles(self) -> Vec<Role> {
        Role::iter().filter(|role| self.is_for(*role)).collect()
    }

    /// What a former owner is told, by how it came that they own it no more.
    pub(in crate::models) const fn of_loss(by: activity::Kind) -> Self {
        match by {
            activity::Kind::OwnerAway => Self::WentBack,
            activity::Kind::Released | activity::Kind::Unassigned => Self::GivenBack,
            _ => Self::Taken,
        }
    }

    /// Whether the conversation may be out of their sight by now, as it tells.
    pub const fn is_of_loss(self) -> bool {
        matches!(self, Self::Taken | Self::GivenBack | Self::WentBack)
    }

    /// Whether it is news to the conversation's owner alone.
    pub(super) const fn is_for_owner(self) -> bool {
        matches!(self, Self::Assigned | Self::CustomerReplied)
    }

    /// What happened several times, by whom.
    pub(in crate::models) fn headline_of_several(actor: &str, count: usize) -> String {
        format!("{actor} assigned {count} conversations to you")
    }

    /// What happened, by whom: `Gil Roth assigned this to you`.
    pub fn headline(self, actor: &str, subject: &str) -> String {
        let named = |place: &str, name: &str| {
            let (before, after) = self.words().split_once(place)?;
            Some(format!("{before}{name}{after}"))
        };
        named("{actor}", actor)
            .or_else(|| named("{subject}", subject))
            .unwrap_or_else(|| self.words().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_names_whoever_did_it_and_takes_no_name_for_a_place() {
        assert_eq!(Kind::Assigned.headline("Gil", "Hanna"), "Gil assigned this to you");
        assert_eq!(Kind::CustomerReplied.headline("Gil", "{actor}"), "{actor} replied");
        assert_eq!(Kind::SnoozeEnded.headline("Baton", "Hanna"), "Snooze ended");
    }
}
