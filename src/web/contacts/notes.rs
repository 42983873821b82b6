//! Notes on a contact's page: added, changed, taken back.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::page::Note;
use super::show::{Before, Typed, address, page, refused};
use crate::App;
use crate::db::{Conn, QueryResult};
use crate::models::contact::notes::{self, ChangeRefusal};
use crate::models::message::note::Former;
use crate::models::text;
use crate::rich;
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing, Submission};
use crate::web::respond;
use crate::web::view::{Changing, Edited, Field, Flash};
use crate::web::viewer::Viewer;

/// The longest note, in characters.
const NOTE_MAX: usize = notes::BODY_MAX;

/// The form of a note.
#[derive(Debug, Deserialize)]
pub struct NoteForm {
    #[serde(default)]
    body: String,
    submission: Submission,
}

/// A note's other text.
#[derive(Debug, Deserialize)]
pub struct NewText {
    #[serde(default)]
    body: String,
}

/// `POST /contacts/{id}/notes`: *Add note*.
///
/// # Errors
/// Not found when the workspace has no such contact; or when the database fails.
pub async fn add_note(
    app: Data<App>,
    act: Act<NoteForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let id = *id;
    let body = match text::paragraph(&form.body, NOTE_MAX) {
        Ok(body) => body,
        Err(problem) => {
            let note = Field::failing(form.body, problem.to_string());
            let typed = Typed { note, ..Typed::default() };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return page(&app, &viewer, id, Before::default(), status, typed).await;
        }
    };
    let caller = viewer.caller();
    let Submission(submission) = form.submission;
    app.db
        .write(move |conn| notes::add(conn, caller, id, &body, &submission))
        .await?
        .map_err(refused)?;
    Ok(done(&app, id, "Note added."))
}

/// `POST /contacts/{id}/notes/{note}`: *Save note*.
///
/// # Errors
/// As [`add_note`], or 409 when the note was deleted.
pub async fn change_note(
    app: Data<App>,
    act: Act<NewText>,
    ids: Path<(i64, i64)>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let note = of_note(&viewer, *ids);
    let body = match text::paragraph(&form.body, NOTE_MAX) {
        Ok(body) => body,
        Err(problem) => {
            let field = Field::failing(form.body, problem.to_string());
            return again(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, note, field).await;
        }
    };
    match app.db.write(move |conn| notes::change(conn, note, &body)).await? {
        Ok(()) => Ok(done(&app, note.contact_id, "Note saved.")),
        Err(ChangeRefusal::Ordinary(refusal)) => Err(refused(refusal)),
        Err(ChangeRefusal::NoNote) => {
            Err(no_note("It was deleted in the meantime. Your text is below."))
        }
        Err(ChangeRefusal::Rule(reason)) => {
            let field = Field::failing(form.body, reason.to_string());
            again(&app, &viewer, StatusCode::CONFLICT, note, field).await
        }
    }
}

/// `POST /contacts/{id}/notes/{note}/delete`
///
/// # Errors
/// As [`change_note`].
pub async fn delete_note(
    app: Data<App>,
    act: Act<Nothing>,
    ids: Path<(i64, i64)>,
) -> Result<HttpResponse, AppError> {
    let note = of_note(&act.viewer, *ids);
    match app.db.write(move |conn| notes::delete(conn, note)).await? {
        Ok(()) => Ok(done(&app, note.contact_id, "Note deleted.")),
        Err(ChangeRefusal::Ordinary(refusal)) => Err(refused(refusal)),
        Err(ChangeRefusal::NoNote) => Err(no_note("It was deleted in the meantime.")),
        Err(ChangeRefusal::Rule(reason)) => {
            let flash = Some(Flash::warn(reason.to_string()));
            let typed = Typed { flash, ..Typed::default() };
            let (id, status) = (note.contact_id, StatusCode::CONFLICT);
            page(&app, &act.viewer, id, Before::default(), status, typed).await
        }
    }
}

fn of_note(viewer: &Viewer, (contact_id, note_id): (i64, i64)) -> notes::NoteChange {
    notes::NoteChange { caller: viewer.caller(), contact_id, note_id }
}

fn done(app: &App, id: i64, words: &str) -> HttpResponse {
    respond::see_other_with(app, &address(id), &Flash::ok(words))
}

fn no_note(words: &str) -> AppError {
    AppError::conflict("That note no longer exists", words)
}

/// The page with the text in the note's place, and the reason beside it.
async fn again(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    note: notes::NoteChange,
    field: Field,
) -> Result<HttpResponse, AppError> {
    let changing = Some(Changing::Edit { id: note.note_id, typed: Some(field) });
    let typed = Typed { changing, ..Typed::default() };
    page(app, viewer, note.contact_id, Before::default(), status, typed).await
}

/// The notes of a page.
pub(super) struct Notes {
    all: Vec<notes::Note>,
    former: Vec<Former>,
}

impl Notes {
    /// Reads those on a contact.
    pub fn read(conn: &mut Conn, workspace_id: i64, contact_id: i64) -> QueryResult<Self> {
        let all = notes::of_contact(conn, workspace_id, contact_id)?;
        let edited = all.iter().filter(|note| note.edited_at.is_some());
        let edited: Vec<i64> = edited.map(|note| note.id).collect();
        let former =
            if edited.is_empty() { Vec::new() } else { notes::former(conn, workspace_id, edited)? };
        Ok(Self { all, former })
    }

    /// As the viewer sees them, who is about to do this with one of them.
    pub fn shown(&self, changing: Option<&Changing>, viewer: &Viewer) -> Vec<Note> {
        let mut former: HashMap<i64, Vec<_>> = HashMap::new();
        for Former { note_id, body, written_at } in &self.former {
            let text = (rich::markdown(body, &[]), viewer.when(*written_at));
            former.entry(*note_id).or_default().push(text);
        }
        let mut shown = |note: &notes::Note| {
            let is_mine = note.author_id == viewer.membership_id;
            let is_changeable = viewer.actor().change_contact_note(note.author_id).is_ok();
            let edited = note.edited_at.map(|at| Edited {
                at: viewer.hour(at),
                former: former.remove(&note.id).unwrap_or_default(),
            });
            Note {
                id: note.id,
                by: if is_mine { "You".to_owned() } else { note.author_name.clone() },
                html: rich::markdown(&note.body, &[]),
                when: viewer.when(note.deleted_at.unwrap_or(note.created_at)),
                edited,
                face: Changing::face(changing, note.id, &note.body, is_changeable),
                deleted: note.deleted_at.map(|_| format!("{} deleted a note", note.author_name)),
            }
        };
        self.all.iter().map(&mut shown).collect()
    }
}
