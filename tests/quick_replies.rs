//! Quick replies: written in the settings, used in the composer.

mod composer;
mod settings;

use crate::support::{Form, Instance, Member};

const LIST: &str = "/settings/quick-replies";

#[track_caller]
fn adding(by: &Member, name: &str, text: &str) -> Form {
    let form = by.get(LIST).click("New quick reply").form("Save quick reply");
    form.with("Name", name).with("Text", text)
}

/// Adds a quick reply as a Manager does; answers its id.
#[track_caller]
pub fn add(instance: &Instance, by: &Member, name: &str, text: &str) -> i64 {
    let page = adding(by, name, text).submit();
    page.expect(200, &format!("Added the quick reply {name}."));
    instance.count("SELECT max(id) FROM quick_replies")
}
