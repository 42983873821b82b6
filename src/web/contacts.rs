//! `/contacts`: the customers, for every role. What an Agent may not see of their
//! conversations is neither shown nor counted here.

mod adding;
mod addresses;
mod blocking;
mod ending;
mod form;
mod import;
mod importing;
mod notes;
pub mod page;
mod show;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use crate::App;
use crate::models::contact::list::{self, Cursor, ListRow, Sort};
use crate::models::paging::Page;
use crate::models::text;
use crate::web::error::AppError;
use crate::web::respond;
use crate::web::view::{Area, Avatar};
use crate::web::viewer::Viewer;
use page::{ContactRow, ContactsPage, SortLink};
use strum::IntoEnumIterator;

pub use adding::{add, new};
pub use addresses::remove as remove_address;
pub use blocking::{block, unblock};
pub use ending::{choose, confirm, delete, export, merge, unmerge};
pub use import::{form as import_form, import};
pub use importing::{cancel, download_refused, set_columns, show as show_import, start};
pub use notes::{add_note, change_note, delete_note};
pub use show::{save, show};

/// Contacts on a page.
const PAGE: Page = Page::of(50);

/// The list's choice as a URL carries it.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    q: String,
    sort: Option<String>,
    after: Option<String>,
}

/// `GET /contacts`
///
/// # Errors
/// When the database fails.
pub async fn index(
    app: Data<App>,
    viewer: Viewer,
    query: Query<ListQuery>,
) -> Result<HttpResponse, AppError> {
    let ListQuery { q, sort, after } = query.into_inner();
    // What no name can hold finds nothing; the field shows what was typed.
    let search = text::optional_line(&q, text::NAME_MAX).ok().map(Option::unwrap_or_default);
    let sort = sort.and_then(|word| word.parse().ok()).unwrap_or_default();
    let after = after.as_deref().and_then(Cursor::decode);
    let is_first_page = after.is_none();
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let mut rows = app
        .db
        .read_long(move |conn| {
            let Some(search) = search else { return Ok(Vec::new()) };
            list::page(conn, workspace_id, actor, &search, sort, after.as_ref(), PAGE.limit())
        })
        .await?;
    let next = PAGE.cut(&mut rows).map(|row| row.cursor(sort).encode());
    respond::ok(&ContactsPage {
        chrome: viewer.chrome(&app, Area::Contacts).await?,
        next: next.map(|cursor| address(&q, sort, Some(&cursor))),
        first: (!is_first_page).then(|| address(&q, sort, None)),
        sorts: Sort::iter()
            .map(|one| SortLink {
                name: one.name(),
                address: address(&q, one, None),
                is_current: one == sort,
            })
            .collect(),
        sort: sort.into_str(),
        rows: rows.iter().map(|row| contact_row(row, &viewer)).collect(),
        search: q,
    })
}

/// A page of the list.
fn address(search: &str, sort: Sort, after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !search.trim().is_empty() {
        query.append_pair("q", search);
    }
    if sort != Sort::default() {
        query.append_pair("sort", sort.into_str());
    }
    if let Some(cursor) = after {
        query.append_pair("after", cursor);
    }
    let query = query.finish();
    if query.is_empty() { "/contacts".to_owned() } else { format!("/contacts?{query}") }
}

fn contact_row(row: &ListRow, viewer: &Viewer) -> ContactRow {
    ContactRow {
        id: row.id,
        name: row.name.clone(),
        avatar: Avatar::new(&row.name, &row.id.to_string()),
        email: row.email.clone().unwrap_or_default(),
        company: row.company.clone().unwrap_or_default(),
        is_blocked: row.blocked_at.is_some(),
        last_seen: row.last_seen_at.map(|at| viewer.when(at)),
    }
}
