//! `/reports`: what the team did in a number of days, for Managers and Administrators.

mod chart;
pub mod page;
mod sections;
mod table;
mod words;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::App;
use crate::db::Utc;
use crate::models::calendar;
use crate::models::report::{self, Period, Present, Report};
use crate::models::working_hours::WorkingHours;
use crate::models::workspace;
use crate::web::days::DayFields;
use crate::web::error::AppError;
use crate::web::respond;
use crate::web::view::Area;
use crate::web::viewer::Viewer;
use page::ReportsPage;

/// The days that are shown when nothing is asked for: today is the last.
const USUAL_DAYS: u64 = 14;
/// More days than these are no picture any more.
const MOST_DAYS: u64 = 366;

/// What a report is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ReportQuery {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    /// `working`: only working hours count to how long something took.
    #[serde(default)]
    hours: String,
}

impl ReportQuery {
    fn is_working_hours(&self) -> bool {
        self.hours == "working"
    }

    /// The days that are asked for. Where one of them is missing, the usual number of
    /// days lies between it and the other.
    fn period(&self, viewer: &Viewer) -> Result<Period, DayFields> {
        // One report for the whole team, wherever who reads it is.
        let zone = viewer.workspace_time_zone;
        let today = calendar::day_of(Utc::now(), zone);
        let between = Days::new(USUAL_DAYS - 1);
        let earlier = |day: NaiveDate| day.checked_sub_days(between).unwrap_or(day);
        let later = |day: NaiveDate| day.checked_add_days(between).unwrap_or(day);
        let (first, last) = match DayFields::check(&self.from, &self.to)? {
            (None, None) => (earlier(today), today),
            (Some(first), None) => (first, later(first).min(today).max(first)),
            (None, Some(last)) => (earlier(last), last),
            (Some(first), Some(last)) => (first, last),
        };
        let period = Period { first, last, zone };
        if period.days() > MOST_DAYS {
            let mut fields = DayFields::of((Some(first), Some(last)));
            fields.to.error = Some(format!("Choose {MOST_DAYS} days at most."));
            return Err(fields);
        }
        Ok(period)
    }
}

/// `GET /reports`
///
/// # Errors
/// When the database fails.
pub async fn index(
    app: Data<App>,
    viewer: Viewer,
    query: Query<ReportQuery>,
) -> Result<HttpResponse, AppError> {
    let chrome = viewer.chrome(&app, Area::Reports).await?;
    let hours = hours_of(&app, &viewer).await?;
    let of_hours = hours.as_ref().map(WorkingHours::words);
    let only = hours.filter(|_| query.is_working_hours());
    let is_working_hours = only.is_some();
    let period = match query.period(&viewer) {
        Ok(period) => period,
        Err(days) => {
            let page = ReportsPage::refused(chrome, days, is_working_hours, of_hours);
            return respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (report, present) = read(&app, &viewer, period, only).await?;
    let oldest = present.queue.oldest.map(|(id, since)| {
        let seconds = present.at.since(since).num_seconds().max(0);
        (id, words::duration(seconds), viewer.when(since))
    });
    respond::ok(&ReportsPage {
        days: DayFields::of((Some(period.first), Some(period.last))),
        is_working_hours,
        hours: of_hours,
        headlines: words::headlines(&report.now, &report.before),
        before: sections::span(&period.before()),
        sections: sections::all(&report, &present, &period, is_working_hours),
        is_empty: report.now.is_nothing(),
        waiting: present.queue.total,
        oldest,
        zone: viewer.workspace_time_zone.name(),
        chrome,
    })
}

/// `GET /reports/{table}/csv`
///
/// # Errors
/// Not found when there is no such table; when the days make no sense, the database
/// fails, or the file cannot be written.
pub async fn download(
    app: Data<App>,
    viewer: Viewer,
    table: Path<String>,
    query: Query<ReportQuery>,
) -> Result<HttpResponse, AppError> {
    let kind: table::Kind = table.parse().map_err(|_| AppError::NotFound)?;
    let period = query.period(&viewer).map_err(|days| {
        let reason = days.from.error.or(days.to.error).unwrap_or_default();
        AppError::Malformed(reason)
    })?;
    let hours = hours_of(&app, &viewer).await?;
    let only = hours.filter(|_| query.is_working_hours());
    let (report, present) = read(&app, &viewer, period, only).await?;
    let what = if kind.is_of_now() {
        format!("{}-{}", kind.into_str(), calendar::day_of(present.at, period.zone))
    } else {
        format!("{}-{}-to-{}", kind.into_str(), period.first, period.last)
    };
    let name = crate::web::download::dated(viewer.workspace_name(), &what, "csv");
    crate::web::download::file(&app, "text/csv; charset=utf-8", name, move |_, out| {
        table::of(kind, &report, &present, period.zone).write(out)
    })
    .await
}

/// The hours of the workspace; `None` where it works always.
async fn hours_of(app: &App, viewer: &Viewer) -> Result<Option<WorkingHours>, AppError> {
    let workspace_id = viewer.workspace_id;
    let settings = app.db.read(move |conn| workspace::settings(conn, workspace_id)).await?;
    Ok(settings.and_then(|settings| settings.working_hours))
}

async fn read(
    app: &App,
    viewer: &Viewer,
    period: Period,
    hours: Option<WorkingHours>,
) -> Result<(Report, Present), AppError> {
    let workspace_id = viewer.workspace_id;
    let found = app
        .db
        .snapshot_long(move |conn| {
            let report = report::of(conn, workspace_id, period, hours.as_ref())?;
            Ok((report, Present::of(conn, workspace_id)?))
        })
        .await?;
    Ok(found)
}
