//! An import: its preview, its progress, its report.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::import::{address, look, not_changed};
use super::page::{ColumnRow, Preview, PreviewPage, ProgressPage, RefusedRow, Stage};
use super::show::refused;
use crate::App;
use crate::models::contact::import::analysis::SHOWN;
use crate::models::contact::import::columns::{self, Target};
use crate::models::contact::import::{self, Import, Refused, State, report};
use crate::models::contact_field::{self, ContactField};
use crate::models::text;
use crate::policy::Capability;
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing};
use crate::web::view::{Area, Choice, Flash, counted, grouped};
use crate::web::viewer::Viewer;
use crate::web::{download, respond};

/// What the columns become: `column_0` and so on.
#[derive(Debug, Deserialize)]
pub struct ColumnsForm {
    #[serde(flatten)]
    fields: HashMap<String, String>,
}

impl ColumnsForm {
    fn targets(&self) -> Vec<Target> {
        let of_column = |at: usize| self.fields.get(&format!("column_{at}"));
        (0..columns::MOST).map_while(of_column).map(|code| Target::parse(code)).collect()
    }
}

/// `GET /contacts/imports/{id}`
///
/// # Errors
/// Not found when the workspace has no such import; or when the database fails.
pub async fn show(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let import = find(&app, &viewer, *id).await?;
    match import.state {
        State::Draft => preview(&app, &viewer, StatusCode::OK, import, None).await,
        _ => progress(&app, &viewer, import).await,
    }
}

/// `POST /contacts/imports/{id}/columns`: *Update preview*.
///
/// # Errors
/// As [`show`], and a conflict when it was started meanwhile.
pub async fn set_columns(
    app: Data<App>,
    act: Act<ColumnsForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    match decide(&app, &viewer, *id, form.targets()).await? {
        Ok(import) => look(&app, &viewer, import).await,
        Err(page) => Ok(page),
    }
}

/// `POST /contacts/imports/{id}/start`: *Start import*, with the columns as chosen.
///
/// # Errors
/// As [`set_columns`].
pub async fn start(
    app: Data<App>,
    act: Act<ColumnsForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let id = *id;
    let caller = viewer.caller();
    let import = find(&app, &viewer, id).await?;
    // A second press finds it running.
    if import.state == State::Draft
        && let Err(page) = decide(&app, &viewer, id, form.targets()).await?
    {
        return Ok(page);
    }
    app.db.write(move |conn| import::start(conn, caller, id)).await?.map_err(refused)?;
    Ok(respond::see_other(&address(id)))
}

/// `POST /contacts/imports/{id}/cancel`: *Cancel import*.
///
/// # Errors
/// As [`show`].
pub async fn cancel(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let id = *id;
    let caller = act.viewer.caller();
    let was = find(&app, &act.viewer, id).await?.state;
    app.db.write(move |conn| import::cancel(conn, caller, id)).await?.map_err(refused)?;
    if was == State::Draft {
        let flash = Flash::ok("Import cancelled. Nothing was stored.");
        return Ok(respond::see_other_with(&app, "/contacts/import", &flash));
    }
    Ok(respond::see_other(&address(id)))
}

/// `GET /contacts/imports/{id}/refused`: *Download refused lines*.
///
/// # Errors
/// As [`show`].
pub async fn download_refused(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let import = find(&app, &viewer, *id).await?;
    let name = download::name(&viewer, "refused-contacts", "csv");
    download::file(&app, "text/csv; charset=utf-8", name, move |conn, out| {
        report::write(conn, &import, out)
    })
    .await
}

async fn find(app: &App, viewer: &Viewer, id: i64) -> Result<Import, AppError> {
    let workspace_id = viewer.workspace_id;
    app.db.read(move |conn| import::find(conn, workspace_id, id)).await?.ok_or(AppError::NotFound)
}

/// Keeps what the columns become; or shows the preview again, with what is wrong.
async fn decide(
    app: &App,
    viewer: &Viewer,
    id: i64,
    targets: Vec<Target>,
) -> Result<Result<Import, HttpResponse>, AppError> {
    let (caller, workspace_id) = (viewer.caller(), viewer.workspace_id);
    let named = targets.iter().any(|target| target.is_of_name() || *target == Target::Email);
    let twice = columns::twice(&targets);
    if twice.is_some() || !named {
        let mut import = find(app, viewer, id).await?;
        if import.state != State::Draft {
            return Err(not_changed(import::Refusal::Started));
        }
        let fields = app.db.read(move |conn| contact_field::list(conn, workspace_id)).await?;
        let reason = match twice {
            Some(target) => {
                format!("Two columns are set to {}. Choose one of them.", target.name(&fields))
            }
            None => "No column is set to Name or Email address. Choose one.".to_owned(),
        };
        import.columns = targets;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return preview(app, viewer, status, import, Some(reason)).await.map(Err);
    }
    app.db
        .write(move |conn| import::set_columns(conn, caller, id, &targets))
        .await?
        .map(Ok)
        .map_err(not_changed)
}

async fn preview(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    import: Import,
    error: Option<String>,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let (import, fields, refused, first) = app
        .db
        .read_long(move |conn| {
            let fields = contact_field::list(conn, workspace_id)?;
            let shown = i64::try_from(SHOWN).unwrap_or(i64::MAX);
            let refused = import::refused(conn, workspace_id, import.id, 0, shown)?;
            let first = report::first_rows(conn, &import)?;
            Ok((import, fields, refused, first))
        })
        .await?;
    let counts = import.counts;
    let columns = rows(&import, &fields, &first);
    let page = PreviewPage {
        chrome: viewer.chrome(app, Area::Contacts).await?,
        id: import.id,
        error,
        preview: Preview {
            total: counted(counts.total, "line", "lines"),
            added: counted(counts.added, "new contact", "new contacts"),
            updated: counted(counts.updated, "contact", "contacts"),
            refused: counted(counts.refused, "line", "lines"),
            has_updates: counts.updated > 0,
            has_addresses: import.columns.contains(&Target::Email),
            has_names: import.columns.iter().any(|target| target.is_of_name()),
            begins_with_a_contact: import.headings.iter().any(|cell| text::email(cell).is_ok()),
            can_start: counts.added + counts.updated > 0,
            encoding: encoding(&import.encoding),
            delimiter: delimiter(&import.delimiter),
            file_name: import.file_name.clone(),
        },
        leaves_out: columns.iter().any(ColumnRow::is_left_out),
        can_add_fields: viewer.may(Capability::ManageContactFields),
        columns,
        refused_count: counts.refused,
        refused: refused.into_iter().map(refused_row).collect(),
    };
    respond::page(status, &page)
}

fn rows(import: &Import, fields: &[ContactField], first: &[Vec<String>]) -> Vec<ColumnRow> {
    let all = [Target::Nothing].into_iter().chain(Target::BUILT_IN);
    let all: Vec<Target> = all.chain(fields.iter().map(|field| Target::Field(field.id))).collect();
    let chosen = import.columns.iter().copied().chain(std::iter::repeat(Target::Nothing));
    import
        .headings
        .iter()
        .zip(chosen)
        .enumerate()
        .map(|(at, (heading, chosen))| {
            let values: Vec<&str> =
                first.iter().filter_map(|row| Some(row.get(at)?.as_str())).collect();
            ColumnRow {
                name: format!("column_{at}"),
                heading: match heading.as_str() {
                    "" => format!("Column {}", at + 1),
                    heading => heading.to_owned(),
                },
                values: values
                    .into_iter()
                    .filter(|value| !value.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · "),
                choices: all
                    .iter()
                    .map(|one| Choice::new(one.code(), one.name(fields), *one == chosen))
                    .collect(),
            }
        })
        .collect()
}

async fn progress(app: &App, viewer: &Viewer, import: Import) -> Result<HttpResponse, AppError> {
    let (workspace_id, id) = (viewer.workspace_id, import.id);
    let shown = i64::try_from(SHOWN).unwrap_or(i64::MAX);
    let refused =
        app.db.read(move |conn| import::refused(conn, workspace_id, id, 0, shown)).await?;
    let counts = import.counts;
    let is_failed = import.failure.is_some();
    respond::ok(&ProgressPage {
        chrome: viewer.chrome(app, Area::Contacts).await?,
        id,
        file_name: import.file_name,
        failure: import.failure,
        stage: match import.state {
            State::Done => Stage::Done,
            State::Cancelled if is_failed => Stage::Failed,
            State::Cancelled => Stage::Cancelled,
            State::Draft | State::Running => Stage::Running,
        },
        done: counts.done,
        total: counts.total.max(1),
        of_total: format!("{} of {}", grouped(counts.done), counted(counts.total, "line", "lines")),
        added: counted(counts.added, "contact", "contacts"),
        updated: counted(counts.updated, "contact", "contacts"),
        refused_lines: counted(counts.refused, "line", "lines"),
        refused_count: counts.refused,
        refused: refused.into_iter().map(refused_row).collect(),
    })
}

fn refused_row(one: Refused) -> RefusedRow {
    let cells: Vec<&str> =
        one.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    RefusedRow { line: one.line, text: text::excerpt(&cells.join(", "), 200), reason: one.reason }
}

fn encoding(name: &str) -> String {
    if name == "windows-1252" { "Windows-1252".to_owned() } else { name.to_owned() }
}

fn delimiter(sign: &str) -> &'static str {
    match sign {
        ";" => "semicolons",
        "\t" => "tabs",
        _ => "commas",
    }
}
