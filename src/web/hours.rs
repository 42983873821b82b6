//! Working hours in a form: seven days, each with two times.

use crate::models::working_hours::{DAYS, HoursProblem, Span, WorkingHours};

/// What a form sends: the codes of the days that are on, and the times of all seven.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    pub day: &'a [String],
    pub from: &'a [String],
    pub to: &'a [String],
}

/// One day of the form.
#[derive(Clone, Debug)]
pub struct Day {
    /// `mon`
    pub code: &'static str,
    /// `Monday`
    pub name: &'static str,
    pub is_on: bool,
    pub from: String,
    pub to: String,
    pub error: Option<String>,
}

/// The days of the form, as they are or as they were sent.
#[derive(Clone, Debug)]
pub struct Hours {
    pub days: Vec<Day>,
    /// What is wrong with all of them.
    pub error: Option<String>,
}

impl Hours {
    /// The form of these hours; of the usual ones where there are none yet.
    pub fn of(hours: Option<&WorkingHours>) -> Self {
        let usual = WorkingHours::usual();
        let shown = hours.unwrap_or(&usual);
        let time = |at: chrono::NaiveTime| at.format("%H:%M").to_string();
        let days = DAYS.iter().zip(shown.days()).map(|((code, name), span)| Day {
            code,
            name,
            is_on: span.is_some(),
            from: span.map_or_else(|| "09:00".to_owned(), |span| time(span.from)),
            to: span.map_or_else(|| "17:00".to_owned(), |span| time(span.to)),
            error: None,
        });
        Self { days: days.collect(), error: None }
    }
}

impl Sent<'_> {
    /// The hours, or the form with what is wrong beside each day.
    ///
    /// # Errors
    /// The form on its way back.
    pub fn check(self) -> Result<WorkingHours, Hours> {
        let mut spans = [None; 7];
        let mut form = Hours { days: Vec::new(), error: None };
        for (index, (code, name)) in DAYS.into_iter().enumerate() {
            let time = |all: &[String]| all.get(index).cloned().unwrap_or_default();
            let (from, to) = (time(self.from), time(self.to));
            let is_on = self.day.iter().any(|day| day == code);
            let span = is_on.then(|| Span::parse(&from, &to));
            let error = span.and_then(Result::err).map(|problem| problem.to_string());
            spans[index] = span.and_then(Result::ok);
            form.days.push(Day { code, name, is_on, from, to, error });
        }
        let is_wrong = form.days.iter().any(|day| day.error.is_some());
        match WorkingHours::new(spans) {
            Ok(hours) if !is_wrong => Ok(hours),
            Err(problem @ HoursProblem::NoDay) if !is_wrong => {
                form.error = Some(problem.to_string());
                Err(form)
            }
            _ => Err(form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_form_reads_back_as_it_was_shown() {
        let hours: WorkingHours = "mon 09:00-17:00, sat 10:00-00:00".parse().unwrap();
        let shown = Hours::of(Some(&hours)).days;
        let day: Vec<String> =
            shown.iter().filter(|day| day.is_on).map(|day| day.code.to_owned()).collect();
        let from: Vec<String> = shown.iter().map(|day| day.from.clone()).collect();
        let to: Vec<String> = shown.iter().map(|day| day.to.clone()).collect();
        assert_eq!(Sent { day: &day, from: &from, to: &to }.check().unwrap(), hours);
    }

    #[test]
    fn what_is_wrong_stands_beside_its_day_and_the_times_are_kept() {
        let (day, from, to) =
            (texts(&["mon", "wed"]), texts(&["17:00", "", "nine"]), texts(&["17:00"]));
        let form = Sent { day: &day, from: &from, to: &to }.check().unwrap_err();
        let errors: Vec<bool> = form.days.iter().map(|day| day.error.is_some()).collect();
        assert_eq!(errors, [true, false, true, false, false, false, false]);
        assert_eq!((form.days[2].from.as_str(), form.days[0].to.as_str()), ("nine", "17:00"));
        assert_eq!(form.error, None);
        let none = Sent { day: &[], from: &from, to: &to }.check().unwrap_err();
        assert_eq!(none.error.as_deref(), Some("Choose at least one day."));
    }
}
