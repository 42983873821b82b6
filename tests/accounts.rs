//! Registering, signing in and out, coming back by mail, and what people change
//! about themselves.

mod limits;
mod passwords;
mod preferences;
mod profile;
mod recovery;
mod registration;
mod sessions;
mod sign_in;

use crate::support::{Browser, Form, Page};

/// A password that is good enough, and not the cast's.
const NEW_PASSWORD: &str = "lantern quarry violet seam";

/// Types into the sign-in page and presses the button, without following.
#[track_caller]
fn type_in(browser: &Browser, email: &str, password: &str) -> Page {
    browser
        .get("/login")
        .form("Sign in")
        .with("Email address", email)
        .with("Password", password)
        .submit_once()
}

/// The form *Create workspace*, filled in well.
#[track_caller]
fn founding(browser: &Browser, email: &str) -> Form {
    browser
        .get("/register")
        .form("Create workspace")
        .with("Workspace name", "Sprocket & Co")
        .with("Your name", "Ana Silva")
        .with("Email address", email)
        .with("Password", NEW_PASSWORD)
        .with("Time zone", "Europe/Lisbon")
}

/// Sends a form from behind a proxy, as this client.
#[track_caller]
fn post_from(browser: &Browser, client: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("Sec-Fetch-Site", "same-origin"), ("X-Forwarded-For", client)];
    browser.request("POST", path, &headers, Some(&body))
}

/// Whether a browser is signed in: the inbox opens.
fn is_signed_in(browser: &Browser) -> bool {
    let page = browser.get_once("/settings/profile");
    match page.location() {
        None => page.status == 200,
        Some(target) => {
            assert!(target.starts_with("/login?next="), "sent to {target}");
            false
        }
    }
}
