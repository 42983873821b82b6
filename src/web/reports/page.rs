//! The page of the reports.

use askama::Template;

use super::chart::Chart;
use super::table::{Kind, Table};
use super::words::Headline;
use crate::web::days::DayFields;
use crate::web::view::{Chrome, When};

/// `GET /reports`. Fields: `from`, `to`, `hours`.
#[derive(Template)]
#[template(path = "reports/index.html")]
pub struct ReportsPage {
    pub chrome: Chrome,
    pub days: DayFields,
    pub is_working_hours: bool,
    /// `Mon–Fri 09:00–17:00`; `None` where the workspace works always.
    pub hours: Option<String>,
    pub headlines: Vec<Headline>,
    /// The days before, in words.
    pub before: String,
    pub sections: Vec<Section>,
    /// Nothing happened on these days.
    pub is_empty: bool,
    /// Open and unassigned now.
    pub waiting: i64,
    /// The conversation that waits longest, for how long, and since when.
    pub oldest: Option<(i64, String, When)>,
    /// The zone whose days they are.
    pub zone: &'static str,
}

impl ReportsPage {
    /// The page without figures, with what is wrong beside the days.
    pub fn refused(
        chrome: Chrome,
        days: DayFields,
        is_working_hours: bool,
        hours: Option<String>,
    ) -> Self {
        Self {
            chrome,
            days,
            is_working_hours,
            hours,
            headlines: Vec::new(),
            before: String::new(),
            sections: Vec::new(),
            is_empty: false,
            waiting: 0,
            oldest: None,
            zone: "",
        }
    }

    fn is_refused(&self) -> bool {
        self.sections.is_empty()
    }

    /// The address of a table as a file.
    fn file(&self, code: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("from", &self.days.from.value).append_pair("to", &self.days.to.value);
        if self.is_working_hours {
            query.append_pair("hours", "working");
        }
        format!("/reports/{code}/csv?{}", query.finish())
    }
}

/// A chart with its table.
pub struct Section {
    pub code: &'static str,
    pub title: &'static str,
    /// What the two colours of the chart are; empty where there is one.
    pub legend: Vec<&'static str>,
    /// None where there is nothing to draw.
    pub chart: Option<Chart>,
    pub table: Table,
    /// What is said in place of both when the table is empty.
    pub empty: &'static str,
    /// Long tables stand below their chart, behind a line that opens them.
    pub is_long: bool,
}

impl Section {
    /// Whether it is the one of who waits now, which says more than its table.
    fn is_of_waiting(&self) -> bool {
        self.code == Kind::Waiting.into_str()
    }
}
