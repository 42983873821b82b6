//! The kinds of notification, a line each.

use super::Way;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $code:literal $way:ident, $occasion:literal, $words:literal;)*) => {
        /// What a notification is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind, in the order in which a profile lists them.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$name),*];

            /// The kind's word in the database.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

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
    Assigned "assigned" Both, "A conversation is assigned to you", "{actor} assigned this to you";
    /// A conversation was theirs.
    Taken "taken" Page, "A conversation of yours goes to another member", "{actor} took this from you";
    /// A note mentions them.
    Mentioned "mentioned" Both, "A member mentions you in a note", "{actor} mentioned you in a note";
    /// The customer answered in a conversation of theirs.
    CustomerReplied "customer_replied" Both, "A customer replies in a conversation of yours", "{subject} replied";
    /// A reply of theirs did not reach the customer, or nobody knows whether it did.
    ReplyNotSent "reply_not_sent" Both, "A reply of yours cannot be delivered", "Your reply to {subject} may not have arrived";
    SnoozeEnded "snooze_ended" Page, "A snooze of yours ends", "Snooze ended";
    /// Somebody accepted an invitation they sent.
    InvitationAccepted "invitation_accepted" Page, "Somebody accepts your invitation", "{actor} accepted your invitation";
}

impl Kind {
    /// The kind of a row; `None` where a newer Baton wrote one.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether browsers show it that were turned on for that: somebody waits.
    pub const fn is_pushed(self) -> bool {
        matches!(self, Self::Assigned | Self::Mentioned | Self::CustomerReplied)
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
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.code()), Some(kind));
        }
    }
}
