//! What members are writing: kept while they type, and back on every device of theirs.

mod copies;
mod keeping;
mod racing;
mod restoring;

use crate::support::{Member, Page};

/// The words that two pages of a member were made with.
const DESK: &str = "the-page-at-the-desk";
const PHONE: &str = "the-page-on-the-phone";

/// Drafts that have a text.
const KEPT: &str = "SELECT count(*) FROM drafts WHERE body <> ''";

/// What a page of a member is about to send, as its script does.
#[derive(Clone, Copy)]
struct Typing<'a> {
    kind: &'a str,
    page: &'a str,
    /// The version that it has seen.
    version: i64,
    /// Who else the reply goes to, where that was changed.
    cc: Option<&'a str>,
}

/// A reply on a page that showed none.
const AT_THE_DESK: Typing<'_> = Typing { kind: "reply", page: DESK, version: 0, cc: None };
const ON_THE_PHONE: Typing<'_> = Typing { page: PHONE, ..AT_THE_DESK };

impl Typing<'_> {
    #[track_caller]
    fn save(self, by: &Member, conversation: i64, text: &str) -> Page {
        let path = format!("/conversations/{conversation}/draft");
        let version = self.version.to_string();
        let mut fields =
            vec![("kind", self.kind), ("page", self.page), ("version", &version), ("text", text)];
        fields.extend(self.cc.map(|cc| ("cc", cc)));
        by.browser.post_once(&path, &fields)
    }

    /// Saves it, and answers the version that the page has seen then.
    #[track_caller]
    fn saves(self, by: &Member, conversation: i64, text: &str) -> i64 {
        let answer = self.save(by, conversation, text);
        assert_eq!(answer.status, 200, "{}", answer.body);
        version_of(&answer)
    }
}

#[track_caller]
fn version_of(answer: &Page) -> i64 {
    json(answer)["version"].as_i64().expect("a version")
}

#[track_caller]
fn json(answer: &Page) -> serde_json::Value {
    serde_json::from_str(&answer.body).expect("well-formed JSON")
}

/// Fails unless another page was quicker, and answers its text.
#[track_caller]
fn other_text(answer: &Page) -> String {
    assert_eq!(answer.status, 409, "{}", answer.body);
    json(answer)["text"].as_str().expect("a text").to_owned()
}

/// What stands in the field *Reply* or *Note*.
#[track_caller]
fn field(page: &Page, button: &str) -> String {
    page.form(button).value("body").unwrap_or_default().to_owned()
}
