//! *From* and *To*: the days that a page is asked for, and what is wrong with them.

use chrono::NaiveDate;

use super::view::Field;
use crate::models::calendar;

/// The first and the last day, as far as they were named.
pub type Span = (Option<NaiveDate>, Option<NaiveDate>);

/// The two fields as they go back to the page.
#[derive(Default)]
pub struct DayFields {
    pub from: Field,
    pub to: Field,
}

impl DayFields {
    /// The days that were typed; an empty field names none.
    ///
    /// # Errors
    /// The fields with the reasons beside them.
    pub fn check(from: &str, to: &str) -> Result<Span, Self> {
        let day = |typed: &str| match typed.trim() {
            "" => Ok(None),
            typed => calendar::parse(typed).map(Some),
        };
        match (day(from), day(to)) {
            (Ok(Some(first)), Ok(Some(last))) if last < first => Err(Self {
                from: Field::new(from),
                to: Field::failing(to, "This is before the day in From."),
            }),
            (Ok(first), Ok(last)) => Ok((first, last)),
            (first, last) => {
                Err(Self { from: Field::checked(from, &first), to: Field::checked(to, &last) })
            }
        }
    }

    /// [`kind_of`] for templates.
    pub fn kind_of(&self, field: &Field) -> &'static str {
        kind_of(field)
    }

    /// The fields of days that are in order.
    pub fn of((from, to): Span) -> Self {
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self { from: Field::new(text(from)), to: Field::new(text(to)) }
    }
}

/// What a field is: one for days cannot show what is none, and it is to be kept.
pub fn kind_of(field: &Field) -> &'static str {
    let is_day = field.value.is_empty() || calendar::parse(&field.value).is_ok();
    if is_day { "date" } else { "text" }
}
