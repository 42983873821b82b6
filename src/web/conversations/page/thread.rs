//! What stands in the thread.

use super::MailLine;
use crate::rich::Markup;
use crate::web::view::{Avatar, Baton, Edited, FileView, NoteFace, When};

/// One line or bubble of the thread.
pub enum ThreadItem {
    Customer {
        id: i64,
        html: Markup,
        files: Vec<FileView>,
        when: When,
        /// The address that a message of a chat was mailed from.
        mailed_from: Option<String>,
        mail: Option<MailView>,
    },
    Team {
        id: i64,
        name: String,
        /// The address of their picture.
        picture: Option<String>,
        is_mine: bool,
        html: Markup,
        files: Vec<FileView>,
        when: When,
        /// Where it goes by mail.
        mail: Option<MailLine>,
    },
    Note(Note),
    /// `NAME deleted a note`
    NoteDeleted {
        id: i64,
        text: String,
        when: When,
    },
    /// Said by itself, outside of the hours.
    Automatic {
        text: String,
        when: When,
    },
    /// Who holds it from here on: `Gil Roth claimed this`.
    Handover {
        holder: Baton,
        text: String,
        when: When,
    },
}

/// What a customer's message was as a mail.
pub struct MailView {
    /// Who wrote it, where that is not the contact: from another address.
    pub by: Option<Participant>,
    /// The quoted history and the signature, folded.
    pub quoted: Markup,
    /// It can be shown as it was sent.
    pub has_html: bool,
    pub has_remote_images: bool,
    pub is_automatic: bool,
    /// Whom it was to, where the inbox was not the only one.
    pub to: String,
    /// Who got it too: `Piet <piet@customer.example>, kim@customer.example`.
    pub copied: String,
    /// Where answers go, when not to whoever wrote.
    pub reply_to: String,
    /// `12 KB`
    pub original_size: String,
}

/// Somebody who writes in a conversation with another contact.
#[derive(Clone, Debug)]
pub struct Participant {
    pub name: String,
    pub address: String,
    pub avatar: Avatar,
}

/// A note, as it is now and as it was.
pub struct Note {
    pub id: i64,
    pub name: String,
    /// The address of the author's picture.
    pub picture: Option<String>,
    pub is_mine: bool,
    pub html: Markup,
    pub files: Vec<FileView>,
    pub when: When,
    pub edited: Option<Edited>,
    pub face: NoteFace,
}
