//! Fields of a form that go by one name.

use super::Form;

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
}
