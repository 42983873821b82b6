//! Notes, in a conversation and on a contact: what they said before, and what can be done
//! with them.

use super::{Field, When};
use crate::rich::Markup;

/// That a note was changed, and what it said before.
pub struct Edited {
    /// The local time: `10:41`, or `24 Nov, 10:41` on another day.
    pub at: String,
    /// The texts before this one, the oldest first, and when each was written.
    pub former: Vec<(Markup, When)>,
}

/// What can be done with a note here and now.
#[derive(Clone, Debug)]
pub enum NoteFace {
    Settled,
    /// *Edit note* and *Delete note*.
    Changeable,
    /// Its text is in a field, with *Save note*.
    Editing(Field),
    /// Asked about before it is gone.
    Deleting,
}

/// What the viewer is about to do with a note.
#[derive(Clone, Debug)]
pub enum Changing {
    Edit {
        id: i64,
        /// What they typed; the note's own text when they have just begun.
        typed: Option<Field>,
    },
    Delete {
        id: i64,
    },
}

impl Changing {
    /// What the page's address asks for.
    pub fn asked(edit: Option<i64>, delete: Option<i64>) -> Option<Self> {
        let edit = edit.map(|id| Self::Edit { id, typed: None });
        edit.or_else(|| delete.map(|id| Self::Delete { id }))
    }

    /// How a note with this text shows where `this` is about to be done.
    pub fn face(this: Option<&Self>, id: i64, body: &str, is_changeable: bool) -> NoteFace {
        match this {
            // A text that was refused is shown whatever became of the note.
            Some(Self::Edit { id: of, typed: Some(field) }) if *of == id => {
                NoteFace::Editing(field.clone())
            }
            Some(Self::Edit { id: of, typed: None }) if *of == id && is_changeable => {
                NoteFace::Editing(Field::new(body))
            }
            Some(Self::Delete { id: of }) if *of == id && is_changeable => NoteFace::Deleting,
            _ if is_changeable => NoteFace::Changeable,
            _ => NoteFace::Settled,
        }
    }
}
