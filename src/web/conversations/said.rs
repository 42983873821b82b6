//! What a page says on top of what the database says.

use super::lost::Lost;
use super::page::Notice;
use crate::web::view::{Changing, Field, FileField, Flash};

/// What a page says on top of what the database says: the person's own text and
/// what stood in its way.
#[derive(Default)]
pub struct Said {
    pub reply: Field,
    /// The quick replies that the reply was made with, by their ids.
    pub used: Vec<i64>,
    pub reply_files: FileField,
    /// Who else the reply goes to by mail, as typed; `None`: as of the last mail.
    pub cc: Option<Field>,
    pub note: Field,
    pub note_files: FileField,
    pub changing: Option<Changing>,
    pub snooze_time: Field,
    pub notice: Option<Notice>,
    pub flash: Option<Flash>,
}

/// What a form was about to send, whole.
#[derive(Default)]
pub struct Unsent {
    pub typed: String,
    pub used: Vec<i64>,
    /// Who else it goes to by mail, as typed.
    pub cc: Option<Field>,
    /// What is wrong with the text; with the files that is said beside them.
    pub reason: Option<String>,
    pub files: FileField,
}

impl Unsent {
    /// Neither a text nor a file.
    pub fn is_nothing(&self) -> bool {
        self.typed.is_empty() && self.files.is_empty() && self.files.error.is_none()
    }
}

impl Said {
    /// What was not sent, in the fields that it came from.
    pub fn again(kind: Lost, unsent: Unsent) -> Self {
        let Unsent { typed, used, cc, reason, files } = unsent;
        let field = Field { value: typed, error: reason };
        match kind {
            Lost::Note => Self { note: field, note_files: files, ..Self::default() },
            _ => Self { reply: field, used, reply_files: files, cc, ..Self::default() },
        }
    }
}
