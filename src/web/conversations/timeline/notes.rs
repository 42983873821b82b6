//! Notes of the thread: with who is mentioned, what they said before, and what
//! the viewer may do with them.

use std::time::Duration;

use crate::db::{Conn, QueryResult, Utc};
use crate::models::message::note::{self, Former};
use crate::models::message::{Kind, Message, mentions};
use crate::policy::Holding;
use crate::rich;
use crate::web::conversations::page::{Note, ThreadItem};
use crate::web::view::{Changing, Edited};
use crate::web::viewer::Viewer;

/// What belongs to the notes of a page.
#[derive(Default)]
pub struct Notes {
    mentioned: Vec<(i64, String)>,
    former: Vec<Former>,
}

impl Notes {
    /// Reads what there is: nothing where no note mentions anybody or was changed.
    ///
    /// # Errors
    /// When a query fails.
    pub fn read(conn: &mut Conn, workspace_id: i64, messages: &[Message]) -> QueryResult<Self> {
        let ids = |is_wanted: fn(&Message) -> bool| -> Vec<i64> {
            let notes = messages.iter().filter(|message| message.kind == Kind::Note);
            notes.filter(|note| is_wanted(note)).map(|note| note.id).collect()
        };
        let mut notes = Self::default();
        let mentioning = ids(|note| note.body.contains('@'));
        if !mentioning.is_empty() {
            notes.mentioned = mentions::of_notes(conn, workspace_id, mentioning)?;
        }
        let edited = ids(|note| note.edited_at.is_some());
        if !edited.is_empty() {
            notes.former = note::former(conn, workspace_id, edited)?;
        }
        Ok(notes)
    }

    fn names(&self, id: i64) -> Vec<String> {
        let of_note = self.mentioned.iter().filter(|(of, _)| *of == id);
        of_note.map(|(_, name)| name.clone()).collect()
    }

    fn edited(&self, note: &Message, viewer: &Viewer) -> Option<Edited> {
        let at = note.edited_at?;
        let names = self.names(note.id);
        let former = self.former.iter().filter(|former| former.note_id == note.id);
        Some(Edited {
            at: viewer.hour(at),
            former: former
                .map(|one| (rich::markdown(&one.body, &names), viewer.when(one.written_at)))
                .collect(),
        })
    }
}

/// A note as its line of the thread.
pub fn item(
    note: &Message,
    notes: &Notes,
    holding: Holding,
    changing: Option<&Changing>,
    viewer: &Viewer,
) -> ThreadItem {
    let id = note.id;
    if let Some(deleted) = note.deleted_at {
        let text = format!("{} deleted a note", note.author_name);
        return ThreadItem::NoteDeleted { id, text, when: viewer.when(deleted) };
    }
    let age: Duration = Utc::now().since(note.created_at).to_std().unwrap_or_default();
    let is_changeable = viewer.actor().change_note(holding, note.author_id, age).is_ok();
    let face = Changing::face(changing, id, &note.body, is_changeable);
    ThreadItem::Note(Note {
        id,
        name: note.author_name.clone(),
        picture: None,
        is_mine: note.author_id == Some(viewer.membership_id),
        html: rich::markdown(&note.body, &notes.names(id)),
        files: Vec::new(),
        when: viewer.when(note.created_at),
        edited: notes.edited(note, viewer),
        face,
    })
}
