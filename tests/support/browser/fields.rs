//! What a form sends besides one value for each name.

use super::{Form, Page};

impl Form {
    /// Adds a value to those of the same name, as one more checkbox does.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(found, _)| found != name);
        self
    }

    /// Sends it with a file, and follows redirects.
    #[track_caller]
    pub fn submit_with_file(&self, field: &str, name: &str, content: &[u8]) -> Page {
        let others = self.fields.iter().filter(|(found, _)| found != field);
        let fields: Vec<(&str, &str)> =
            others.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let file = [(field.to_owned(), name.to_owned(), content.to_vec())];
        self.browser.follow(self.browser.post_files(&self.action, &fields, &file))
    }
}
