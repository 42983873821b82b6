//! *Import*: a table is looked at, then taken; what is refused says why.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use super::page::{ImportPage, Preview, RefusedRow};
use super::show::refused;
use crate::App;
use crate::error::AppError;
use crate::models::contact::import::{self, Table};
use crate::web::form::Act;
use crate::web::respond;
use crate::web::settings::counted;
use crate::web::view::{Area, Field};
use crate::web::viewer::Viewer;

/// Rows of the table that the preview shows, and refused rows that are listed.
const PREVIEW: usize = 10;
const LISTED: usize = 200;

/// The form, on its way to the preview and from there to the contacts.
#[derive(Debug, Deserialize)]
pub struct ImportForm {
    #[serde(default)]
    table: String,
    /// The preview was seen.
    #[serde(default)]
    confirmed: String,
}

/// `GET /contacts/import`
///
/// # Errors
/// When the database fails.
pub async fn form(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    page(&app, &viewer, StatusCode::OK, Field::default(), None).await
}

/// `POST /contacts/import`: the preview, or the import with its report.
///
/// # Errors
/// When the membership has ended, or the database fails.
pub async fn import(app: Data<App>, act: Act<ImportForm>) -> Result<HttpResponse, AppError> {
    let Act { viewer, form: ImportForm { table: typed, confirmed } } = act;
    let mut table = match import::read(&typed) {
        Ok(table) => table,
        Err(problem) => {
            let field = Field::failing(typed, problem.to_string());
            return page(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, field, None).await;
        }
    };
    let (workspace_id, member) = (viewer.workspace_id, viewer.membership_id);
    let is_done = confirmed == "yes";
    let table = if is_done {
        app.db
            .write(move |conn| import::take(conn, workspace_id, member, table.clone()))
            .await?
            .map_err(refused)?
    } else {
        app.db
            .read_long(move |conn| {
                import::refuse_known(conn, workspace_id, &mut table)?;
                Ok(table)
            })
            .await?
    };
    let field = if is_done { Field::default() } else { Field::new(typed) };
    page(&app, &viewer, StatusCode::OK, field, Some(preview(table, is_done))).await
}

fn preview(table: Table, is_done: bool) -> Preview {
    let Table { rows, refused, ignored } = table;
    let (count, refused_count) = (rows.len(), refused.len());
    let counted = |count: usize, one, many| counted(i64::try_from(count).unwrap_or(0), one, many);
    Preview {
        is_done,
        can_import: count > 0,
        count: counted(count, "contact", "contacts"),
        refused_count: counted(refused_count, "line", "lines"),
        ignored: ignored.join(", "),
        rows: rows
            .into_iter()
            .take(PREVIEW)
            .map(|(_, row)| {
                let [email, phone, company] =
                    [row.email, row.phone, row.company].map(Option::unwrap_or_default);
                [row.name, email, phone, company]
            })
            .collect(),
        refused: refused
            .into_iter()
            .take(LISTED)
            .map(|one| RefusedRow { line: one.line, text: one.text, reason: one.reason })
            .collect(),
        more_refused: refused_count.saturating_sub(LISTED),
    }
}

async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    table: Field,
    preview: Option<Preview>,
) -> Result<HttpResponse, AppError> {
    let chrome = viewer.chrome(app, Area::Contacts).await?;
    respond::page(status, &ImportPage { chrome, table, preview })
}
