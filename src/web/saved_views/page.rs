//! The list of saved views, and the form of one.

use askama::Template;

use crate::web::saved_address::Place;
use crate::web::view::{Chrome, Field};

/// `GET /saved-views`
#[derive(Template)]
#[template(path = "saved_views/index.html")]
pub struct IndexPage {
    pub chrome: Chrome,
    pub entries: Vec<Entry>,
}

/// One view of the list.
pub struct Entry {
    pub id: i64,
    pub name: String,
    pub address: String,
    pub place: Place,
    pub is_shared: bool,
    pub can_change: bool,
}

/// The form of a view, new or not.
#[derive(Template)]
#[template(path = "saved_views/form.html")]
pub struct FormPage {
    pub chrome: Chrome,
    pub id: Option<i64>,
    pub name: Field,
    pub is_shared: bool,
    pub can_share: bool,
    pub address: String,
    pub place: Place,
}

impl FormPage {
    /// Where the form goes.
    pub fn action(&self) -> String {
        match self.id {
            Some(id) => format!("/saved-views/{id}"),
            None => "/saved-views/new".to_owned(),
        }
    }
}

/// `GET /saved-views/ID/delete`
#[derive(Template)]
#[template(path = "saved_views/delete.html")]
pub struct DeletePage {
    pub chrome: Chrome,
    pub id: i64,
    pub name: String,
    /// It is in everybody's list.
    pub is_shared: bool,
}
