//! Every page, as it is and when something is wrong: axe-core finds nothing, light
//! or dark, wide or on a phone; the console is silent; nothing sticks out.

mod chat;
mod contact_fields;
mod contacts;
mod doors;
mod drafts;
mod inbox;
mod labels;
mod quick_replies;
mod reports;
mod search;
mod settings;
mod thread;

use baton::web::routes;

use crate::checks::Screen;
use crate::support::Member;
use crate::window::{Script, Window};

/// What answers GET, but not with a page.
const NO_PAGES: [&str; 20] = [
    "/live",
    "/chat/{key}/live",
    "/",
    "/healthz",
    "/sent",
    "/settings",
    "/settings/workspace/export",
    "/contacts/export",
    "/reports/{table}/csv",
    "/contacts/imports/{id}/refused",
    "/static/{hash}/{name:.*}",
    "/service-worker.js",
    "/chat/{key}/embed.js",
    "/chat/{key}/messages",
    "/chat/{key}/files/{id}/{name}",
    "/attachments/{id}/{name}",
    // In a frame without scripts, which axe cannot look into.
    "/mails/{id}",
    "/mails/{id}/original",
    "/pictures/{key}",
    "/conversations/{id}/quick-reply",
];

#[test]
fn every_route_with_a_page_is_looked_at() {
    let looked_at = [
        doors::PAGES,
        settings::PAGES,
        inbox::PAGES,
        labels::PAGES,
        quick_replies::PAGES,
        reports::PAGES,
        search::PAGES,
        contacts::PAGES,
        contact_fields::PAGES,
        chat::PAGES,
        &NO_PAGES,
    ]
    .concat();
    for route in routes::ALL.iter().filter(|route| route.method == "GET") {
        assert!(looked_at.contains(&route.path), "nobody looks at {}", route.path);
    }
    for path in looked_at {
        let exists = routes::ALL.iter().any(|route| route.method == "GET" && route.path == path);
        assert!(exists, "there is no {path} any more");
    }
}

/// A member who is signed in and has opened a conversation.
fn at_conversation(by: &Member, id: i64, script: Script) -> Window {
    let window = Window::of(by, script);
    window.go(&format!("/conversations/{id}"));
    window
}

/// Walks from page to page and collects what is wrong with them.
struct Inspection {
    window: Window,
    problems: Vec<String>,
}

impl Inspection {
    fn start(base: &str) -> Self {
        Self { window: Window::open(base, Script::On), problems: Vec::new() }
    }

    /// Signs in with everybody's password.
    fn sign_in(base: &str, email: &str) -> Self {
        let inspection = Self::start(base);
        inspection.window.sign_in(email);
        inspection
    }

    /// Opens a page that says these words, and looks at it.
    #[track_caller]
    fn visit(&mut self, path: &str, words: &str) {
        self.window.go(path);
        self.look(words);
    }

    /// Looks at the page that is open, once it says these words.
    #[track_caller]
    fn look(&mut self, words: &str) {
        self.window.is_answered();
        self.window.sees(words);
        let found = self.window.inspect(&[Screen::Wide, Screen::Phone]);
        self.note(words, found);
    }

    /// Opens what only a phone has a button for, and looks at it.
    #[track_caller]
    fn look_on_phone(&mut self, button: &str) {
        self.window.show_on(Screen::Phone);
        self.window.press(button);
        let found = self.window.inspect(&[Screen::Phone]);
        self.note(button, found);
        self.window.show_on(Screen::Wide);
    }

    fn note(&mut self, what: &str, found: Vec<String>) {
        let page = format!("{} ({what})", self.window.path());
        self.problems.extend(found.into_iter().map(|problem| format!("{page}: {problem}")));
    }

    #[track_caller]
    fn ends_well(self) {
        let count = self.problems.len();
        assert!(count == 0, "{count} problems:\n{}", self.problems.join("\n"));
    }
}
