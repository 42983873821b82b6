//! Mails in the thread and the composer.

use crate::config::Config;
use crate::models::address;
use crate::models::sending::Mailing;
use crate::rich::{self, Markup};
use crate::web::view::{Field, When};

/// Whom the next reply goes to.
pub struct MailFields {
    /// The customer; empty where no address is known.
    pub to: String,
    /// That is since the contact has one of our own addresses.
    pub is_to_us: bool,
    /// Who else, to be changed.
    pub cc: Field,
    /// The same as of the last mail.
    pub cc_offered: String,
    /// That one had more than a mail of ours takes.
    pub is_cc_cut: bool,
    /// What goes out below the reply.
    pub signatures: Vec<Markup>,
    /// It takes little room.
    pub is_signature_short: bool,
    /// There is a server to send it by.
    pub leaves: bool,
}

/// The lines of a signature that is not folded.
const SHORT: usize = 3;

impl MailFields {
    /// With what was typed in *Cc* on an earlier page, or what its draft has there.
    pub fn new(
        mailing: &Mailing,
        signatures: &[String],
        typed: Option<Field>,
        config: &Config,
    ) -> Self {
        let cc_offered = address::shown(&mailing.cc);
        Self {
            to: mailing.to.as_ref().map(ToString::to_string).unwrap_or_default(),
            is_to_us: mailing.is_to_us,
            cc: typed.unwrap_or_else(|| Field::new(cc_offered.clone())),
            leaves: mailing.has_own_server || config.sends_for_inboxes(),
            cc_offered,
            is_cc_cut: mailing.is_cc_cut,
            signatures: signatures.iter().map(|text| rich::markdown(text, &[])).collect(),
            is_signature_short: signatures.iter().flat_map(|text| text.lines()).count() <= SHORT,
        }
    }
}

/// What a reply says of its mail.
#[derive(Clone, Debug)]
pub struct MailLine {
    pub to: String,
    /// Empty: nobody else.
    pub cc: String,
    /// A name from `icons.svg`.
    pub icon: &'static str,
    /// `Sent`, `Not sent`.
    pub state: String,
    /// Of bad news, empty otherwise.
    pub reason: String,
    /// When a next try is made by itself.
    pub again: Option<When>,
    /// So many seconds are left to take it back; the author alone may.
    pub undo: Option<i64>,
    /// What *Try again* carries.
    pub seen: Option<i64>,
}

impl MailLine {
    /// The state's colour.
    pub fn class(&self) -> &'static str {
        if self.reason.is_empty() { "" } else { " is-bad" }
    }
}
