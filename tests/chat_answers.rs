//! Answers of a chat by mail: for a customer who gave an address and went away.

mod leaving;
mod limits;

use crate::support::Member;

const HANNA: &str = "hanna.lindqvist@customer.example";

#[track_caller]
fn replies(by: &Member, id: i64, text: &str) {
    let page = by.open(id);
    let button = if page.has_button("Send reply") { "Send reply" } else { "Claim and send" };
    page.form(button).with("Reply", text).submit().expect(200, text);
}
