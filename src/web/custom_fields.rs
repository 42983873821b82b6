//! The team's own fields of a contact, in the forms that show them.

use std::collections::HashMap;

use crate::models::contact_field::value;
use crate::models::contact_field::{ContactField, Kind};
use crate::web::view::{Choice, CustomField, CustomInput, Field};

/// What the name of a field in a form begins with; its id follows.
const NAME: &str = "field_";

/// The values of a form, by the ids of their fields.
pub fn values(form: &HashMap<String, String>) -> HashMap<i64, String> {
    let value = |(name, value): (&String, &String)| {
        Some((name.strip_prefix(NAME)?.parse().ok()?, value.clone()))
    };
    form.iter().filter_map(value).collect()
}

/// The fields with a contact's values; `element` begins their ids.
pub fn stored(fields: &[(ContactField, Option<String>)], element: &str) -> Vec<CustomField> {
    fields
        .iter()
        .map(|(field, value)| custom(field, Field::new(value.clone().unwrap_or_default()), element))
        .collect()
}

/// The fields with what was typed, and what is wrong beside each.
pub fn typed(
    fields: &[(ContactField, Option<String>)],
    typed: &HashMap<i64, String>,
    problems: &HashMap<i64, impl ToString>,
    element: &str,
) -> Vec<CustomField> {
    fields
        .iter()
        .map(|(field, value)| {
            let text = typed.get(&field.id).or(value.as_ref()).cloned().unwrap_or_default();
            let error = problems.get(&field.id).map(ToString::to_string);
            custom(field, Field { value: text, error }, element)
        })
        .collect()
}

fn custom(of: &ContactField, field: Field, element: &str) -> CustomField {
    CustomField {
        element: format!("{element}field-{}", of.id),
        name: format!("{NAME}{}", of.id),
        label: of.name.clone(),
        shown: value::shown(of.kind, &field.value),
        input: match of.kind {
            Kind::Text => CustomInput::Text,
            Kind::Number => CustomInput::Number,
            Kind::Date => CustomInput::Date,
            Kind::Choice => CustomInput::Select(
                of.choices
                    .iter()
                    .map(|one| Choice::new(one.as_str(), one.as_str(), *one == field.value))
                    .collect(),
            ),
        },
        field,
    }
}
