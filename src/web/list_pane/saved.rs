//! Saved views, beside the inbox and the search.

use url::form_urlencoded::byte_serialize;

use crate::models::saved_view::SavedView;
use crate::web::saved_address;
use crate::web::viewer::Viewer;

/// The views that a member has, and the way to save one more.
#[derive(Clone, Debug)]
pub struct Saved {
    pub views: Vec<SavedLink>,
    /// Saves the page that is open.
    pub save: String,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct SavedLink {
    pub href: String,
    pub name: String,
    /// Its page is open.
    pub is_current: bool,
}

impl Saved {
    /// What stands beside the page at `address`.
    pub fn beside(address: &str, views: Vec<SavedView>, viewer: &Viewer) -> Self {
        let address = saved_address::of(address);
        let encoded: String = byte_serialize(address.as_bytes()).collect();
        Self {
            save: format!("/saved-views/new?address={encoded}"),
            views: views
                .into_iter()
                .filter(|view| saved_address::is_for(&view.address, viewer))
                .map(|view| SavedLink {
                    is_current: view.address == address,
                    href: view.address,
                    name: view.name,
                })
                .collect(),
        }
    }
}
