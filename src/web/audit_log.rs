//! Settings → Audit log: everything that was changed, by whom, when, from where.

pub mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use crate::App;
use crate::models::audit::{self, Actor, Entry, Export, Filter, Topic};
use crate::models::calendar;
use crate::models::conversation_list::Cursor;
use crate::models::paging::Page;
use crate::web::days::{DayFields, Span};
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::routes::AUDIT_LOG;
use crate::web::view::{Area, Choice};
use crate::web::viewer::Viewer;
use crate::web::{download, respond};
use page::{AuditLogPage, EntryRow};
use strum::IntoEnumIterator;

/// Entries on a page.
const PAGE: Page = Page::of(50);

/// What the log is filtered by, as the form and the links carry it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FilterForm {
    #[serde(default)]
    member: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Where a page of the list begins.
#[derive(Debug, Deserialize)]
pub struct PageQuery {
    before: Option<String>,
}

impl FilterForm {
    /// What is asked for. A member or topic that does not exist is as good as none.
    fn check(&self, viewer: &Viewer) -> Result<(Filter, Span), DayFields> {
        let span = DayFields::check(&self.from, &self.to)?;
        let filter = Filter {
            member_id: self.member.parse().ok(),
            topic: self.topic.parse().ok(),
            from: span.0.map(|day| calendar::begin(day, viewer.time_zone)),
            until: span.1.map(|day| calendar::end(day, viewer.time_zone)),
        };
        Ok((filter, span))
    }

    fn is_empty(&self) -> bool {
        [&self.member, &self.topic, &self.from, &self.to].iter().all(|field| field.is_empty())
    }

    /// The address of a page of what is filtered.
    fn address(&self, before: Option<Cursor>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            query.append_pair(name, value);
        }
        if let Some(cursor) = before {
            query.append_pair("before", &cursor.encode());
        }
        format!("/settings/audit-log?{}", query.finish())
    }

    /// The fields that say something.
    fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("member", self.member.as_str()),
            ("topic", &self.topic),
            ("from", &self.from),
            ("to", &self.to),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty())
    }
}

/// `GET /settings/audit-log`
///
/// # Errors
/// When the database fails.
pub async fn index(
    app: Data<App>,
    viewer: Viewer,
    form: Query<FilterForm>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    let before = query.before.as_deref().and_then(Cursor::decode);
    let (filter, span) = match form.check(&viewer) {
        Ok(checked) => checked,
        Err(days) => return refused(&app, &viewer, &form, days).await,
    };
    let workspace_id = viewer.workspace_id;
    let (actors, mut entries) = app
        .db
        .read(move |conn| {
            let entries = audit::page(conn, workspace_id, filter, before, PAGE.limit())?;
            Ok((audit::actors(conn, workspace_id)?, entries))
        })
        .await?;
    let older = PAGE.cut(&mut entries).map(|last| form.address(Some(last.cursor())));
    let mut page = page(&app, &viewer, &form, &actors, DayFields::of(span)).await?;
    page.rows = entries.into_iter().map(|entry| row(entry, &viewer)).collect();
    page.older = older;
    page.newest = before.map(|_| form.address(None));
    respond::ok(&page)
}

/// `POST /settings/audit-log/export`: what is filtered as a table, which the log
/// itself keeps.
///
/// # Errors
/// When the member may not any more, the database fails, or the file cannot be written.
pub async fn export(app: Data<App>, act: Act<FilterForm>) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let (filter, span) = match form.check(&viewer) {
        Ok(checked) => checked,
        Err(days) => return refused(&app, &viewer, &form, days).await,
    };
    let workspace_id = viewer.workspace_id;
    let which = in_words(filter, span);
    download::logged(&app, &viewer, Export::AuditLog, which, AUDIT_LOG).await?;
    let name = download::name(&viewer, "audit-log", "csv");
    download::file(&app, "text/csv; charset=utf-8", name, move |conn, out| {
        audit::write(conn, workspace_id, filter, out)
    })
    .await
}

/// What is exported, as the log itself tells it.
fn in_words(filter: Filter, (from, to): Span) -> String {
    let parts = [
        filter.topic.map(|topic| topic.name().to_owned()),
        filter.member_id.map(|id| format!("by member {id}")),
        from.map(|day| format!("from {day}")),
        to.map(|day| format!("to {day}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "Everything".to_owned() } else { parts.join(", ") }
}

/// The page without entries, with what is wrong beside the days.
async fn refused(
    app: &App,
    viewer: &Viewer,
    form: &FilterForm,
    days: DayFields,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let actors = app.db.read(move |conn| audit::actors(conn, workspace_id)).await?;
    let page = page(app, viewer, form, &actors, days).await?;
    respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn page(
    app: &App,
    viewer: &Viewer,
    form: &FilterForm,
    actors: &[Actor],
    days: DayFields,
) -> Result<AuditLogPage, AppError> {
    let member = |actor: &Actor| {
        let id = actor.membership_id.to_string();
        let left = if actor.ended_at.is_some() { " (left)" } else { "" };
        let is_selected = id == form.member;
        Choice::new(id, format!("{}{left}", actor.name), is_selected)
    };
    let topic =
        |topic: Topic| Choice::new(topic.into_str(), topic.name(), topic.into_str() == form.topic);
    Ok(AuditLogPage {
        chrome: viewer.chrome(app, Area::AuditLog).await?,
        is_filtered: !form.is_empty(),
        is_refused: days.from.error.is_some() || days.to.error.is_some(),
        members: actors.iter().map(member).collect(),
        topics: Topic::iter().map(topic).collect(),
        days,
        rows: Vec::new(),
        older: None,
        newest: None,
    })
}

fn row(entry: Entry, viewer: &Viewer) -> EntryRow {
    let is_contact = entry.topic == Topic::Contacts.into_str() && !entry.about.is_empty();
    EntryRow {
        when: viewer.when(entry.created_at),
        title: entry.title().to_owned(),
        who: entry.actor_name,
        // A contact is told by its number alone.
        about: if is_contact { format!("Contact {}", entry.about) } else { entry.about },
        conversation: entry.conversation_id,
        old_value: entry.old_value,
        new_value: entry.new_value,
        origin: entry.origin,
    }
}
