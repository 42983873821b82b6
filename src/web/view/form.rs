//! Fields and choices of forms.

/// Said wherever a password is chosen.
pub const PASSWORD_HINT: &str = "At least 8 characters. A few words are fine.";

/// One choice of a `<select>`.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_selected: bool,
}

impl Choice {
    /// `value` is what the form sends, `label` what people read.
    pub fn new(value: impl Into<String>, label: impl Into<String>, is_selected: bool) -> Self {
        Self { value: value.into(), label: label.into(), is_selected }
    }
}

/// A form field on its way back to the person: the text kept, the reason beside it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    pub value: String,
    pub error: Option<String>,
}

impl Field {
    /// A field in order.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// The text as it was sent, and what is wrong with it.
    pub fn failing(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self { value: value.into(), error: Some(error.into()) }
    }
}
