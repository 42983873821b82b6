//! *Import*: a table is sent, and looked at before anything is stored.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use serde::Deserialize;

use super::page::{ImportPage, PastImport};
use super::show::refused;
use crate::App;
use crate::models::contact::import::{
    self, Import, MEGABYTES, Source, SourceRefusal, State, analysis,
};
use crate::web::error::AppError;
use crate::web::form::{TakesFiles, Upload};
use crate::web::respond;
use crate::web::view::{Area, Field, counted};
use crate::web::viewer::Viewer;

/// Imports that the page lists.
const LISTED: i64 = 10;

/// The form: a file, or a table that was pasted.
#[derive(Debug, Deserialize)]
pub struct ImportForm {
    #[serde(default)]
    table: String,
}

impl TakesFiles for ImportForm {
    const MOST: usize = 1;
    const MEGABYTES: u64 = MEGABYTES;
}

/// What is wrong with what was sent.
#[derive(Default)]
struct Problem {
    file: Option<String>,
    table: Option<String>,
}

/// `GET /contacts/import`
///
/// # Errors
/// When the database fails.
pub async fn form(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    page(&app, &viewer, StatusCode::OK, String::new(), Problem::default()).await
}

/// `POST /contacts/import`: *Preview*.
///
/// # Errors
/// When the membership has ended, or the database fails.
pub async fn import(app: Data<App>, upload: Upload<ImportForm>) -> Result<HttpResponse, AppError> {
    let Upload { viewer, form: ImportForm { table }, mut files } = upload;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some(problem) = files.problem {
        let problem = Problem { file: Some(problem), ..Problem::default() };
        return page(&app, &viewer, status, table, problem).await;
    }
    // Kept until it is stored: the file goes with this value.
    let sent = files.taken.pop();
    let source = match &sent {
        Some(sent) => Source::File { path: sent.file.path().to_owned(), name: sent.name.clone() },
        None if table.trim().is_empty() => {
            let file = Some("Choose a file, or paste a table below.".to_owned());
            let problem = Problem { file, ..Problem::default() };
            return page(&app, &viewer, status, table, problem).await;
        }
        None => Source::Pasted(table.clone()),
    };
    let caller = viewer.caller();
    let looked_at = web::block(move || source.look())
        .await
        .map_err(|_| AppError::Internal("looking at a table broke off".into()))?;
    let received = match looked_at {
        Ok(table) => app.db.write(move |conn| import::receive(conn, caller, &table)).await?,
        Err(refusal) => Err(refusal),
    };
    match received {
        Ok(import) => look(&app, &viewer, import).await,
        Err(SourceRefusal::Ordinary(refusal)) => Err(refused(refusal)),
        Err(refusal) => {
            let reason = Some(refusal.to_string());
            let problem = match sent {
                Some(_) => Problem { file: reason, ..Problem::default() },
                None => Problem { table: reason, ..Problem::default() },
            };
            page(&app, &viewer, status, table, problem).await
        }
    }
}

/// Looks at every row, keeps what would come of them, and shows it.
///
/// # Errors
/// When the membership has ended, or the database fails.
pub(super) async fn look(
    app: &App,
    viewer: &Viewer,
    import: Import,
) -> Result<HttpResponse, AppError> {
    let (caller, id) = (viewer.caller(), import.id);
    let analysis = app.db.read_long(move |conn| analysis::look(conn, &import)).await?;
    app.db
        .write(move |conn| analysis::keep(conn, caller, id, &analysis))
        .await?
        .map_err(not_changed)?;
    Ok(respond::see_other(&address(id)))
}

pub(super) fn address(id: i64) -> String {
    format!("/contacts/imports/{id}")
}

pub(super) fn not_changed(refusal: import::Refusal) -> AppError {
    match refusal {
        import::Refusal::Ordinary(refusal) => refused(refusal),
        import::Refusal::Started => {
            AppError::conflict("Already started", format!("{refusal} Nothing was changed."))
        }
    }
}

async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    table: String,
    problem: Problem,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let past = app.db.read(move |conn| import::list(conn, workspace_id, LISTED)).await?;
    let page = ImportPage {
        chrome: viewer.chrome(app, Area::Contacts).await?,
        file: Field { value: String::new(), error: problem.file },
        table: Field { value: table, error: problem.table },
        past: past
            .into_iter()
            .map(|one| PastImport {
                address: address(one.id),
                about: about(&one),
                when: viewer.when(one.created_at),
                name: one.file_name,
            })
            .collect(),
    };
    respond::page(status, &page)
}

/// `Not started`, `1,200 contacts, 3 lines refused`
fn about(import: &Import) -> String {
    let counts = import.counts;
    let contacts = counted(counts.added + counts.updated, "contact", "contacts");
    match import.state {
        State::Draft => "Not started".to_owned(),
        State::Running => format!("Running: {contacts} so far"),
        State::Done if counts.refused == 0 => contacts,
        State::Done => {
            format!("{contacts}, {} refused", counted(counts.refused, "line", "lines"))
        }
        State::Cancelled if import.failure.is_some() => format!("Failed after {contacts}"),
        State::Cancelled => format!("Cancelled after {contacts}"),
    }
}
