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

    /// The text as it was sent, and what its check found wrong with it.
    pub fn checked<T>(value: impl Into<String>, checked: &Result<T, impl ToString>) -> Self {
        let error = checked.as_ref().err().map(ToString::to_string);
        Self { value: value.into(), error }
    }

    /// The text as it was sent, and what is wrong with it.
    pub fn failing(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self { value: value.into(), error: Some(error.into()) }
    }
}

/// A field that the team added to its contacts, in a form or among the facts.
#[derive(Clone, Debug)]
pub struct CustomField {
    /// The element's id.
    pub element: String,
    /// The name it is sent by.
    pub name: String,
    pub label: String,
    pub input: CustomInput,
    pub field: Field,
    /// As people read it; empty when not given.
    pub shown: String,
}

/// What a value is typed into.
#[derive(Clone, Debug)]
pub enum CustomInput {
    Text,
    /// Not `type=number`, which sends nothing where it cannot read what was typed.
    Number,
    Date,
    Select(Vec<Choice>),
}

impl CustomField {
    /// The input's type. A date that is none is shown as it was typed.
    pub fn kind(&self) -> &'static str {
        match self.input {
            CustomInput::Date if self.field.error.is_none() => "date",
            _ => "text",
        }
    }

    /// Whether a phone offers digits.
    pub fn is_number(&self) -> bool {
        matches!(self.input, CustomInput::Number)
    }

    /// What can be chosen; `None` where it is typed.
    pub fn choices(&self) -> Option<&[Choice]> {
        match &self.input {
            CustomInput::Select(choices) => Some(choices),
            _ => None,
        }
    }
}
