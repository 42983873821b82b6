//! How a table writes its numbers. *1.234* is one number in one country and another one in
//! the next; which of them a column means, its other cells tell.

use std::borrow::Cow;
use std::collections::HashMap;

use super::check::unguarded;
use super::columns::Target;
use super::job::BATCH;
use super::{Import, rows};
use crate::db::{Conn, QueryResult};
use crate::models::contact_field::{ContactField, Kind};

/// What the cells of a column tell.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    /// A comma stands before a fraction: `1.234,5`.
    by_comma: bool,
    /// A point does: `1,234.5`.
    by_point: bool,
    has_comma: bool,
}

/// The columns that become numbers, by their places.
#[derive(Clone, Debug, Default)]
pub struct Numbers(HashMap<usize, Told>);

impl Numbers {
    /// Looks at all of a table, where a column of it becomes a number.
    ///
    /// # Errors
    /// When a query fails.
    pub fn of(conn: &mut Conn, import: &Import, fields: &[ContactField]) -> QueryResult<Self> {
        let is_number = |target: &Target| {
            let of = |field: &&ContactField| *target == Target::Field(field.id);
            fields.iter().find(of).is_some_and(|field| field.kind == Kind::Number)
        };
        let columns = import.columns.iter().enumerate().filter(|(_, target)| is_number(target));
        let mut told: HashMap<usize, Told> =
            columns.map(|(place, _)| (place, Told::default())).collect();
        let mut cursor = import.first;
        while !told.is_empty() {
            let (raw, next) = rows::read(conn, import, cursor, BATCH)?;
            if raw.is_empty() {
                break;
            }
            cursor = next;
            for row in raw.iter().filter(|row| row.problem.is_none()) {
                for (place, told) in &mut told {
                    told.hear(unguarded(row.cells.get(*place).unwrap_or_default().trim()));
                }
            }
        }
        Ok(Self(told))
    }

    /// A cell as a field takes it, with a point before its fraction and no other sign.
    ///
    /// # Errors
    /// When it is two numbers, and the column does not tell which.
    pub fn plain<'c>(&self, place: usize, cell: &'c str) -> Result<Cow<'c, str>, String> {
        let Some(told) = self.0.get(&place) else { return Ok(cell.into()) };
        let read = match (told.by_comma, told.by_point) {
            (true, false) => written(cell, ',', '.'),
            (false, true) => written(cell, '.', ','),
            (is_both, _) if (is_both || told.has_comma) && is_grouped(unsigned(cell), '.') => {
                return Err(format!("{cell} could be two numbers. Write it like 1234.5."));
            }
            _ => None,
        };
        Ok(read.map_or(cell.into(), Into::into))
    }
}

impl Told {
    fn hear(&mut self, cell: &str) {
        let digits = unsigned(cell);
        if digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.')) {
            self.by_comma |= tells(digits, ',', '.');
            self.by_point |= tells(digits, '.', ',');
            self.has_comma |= digits.contains(',');
        }
    }
}

fn unsigned(cell: &str) -> &str {
    cell.strip_prefix(['-', '−', '+']).unwrap_or(cell)
}

/// Whether this can only be a number whose fraction stands behind `mark`: three digits there
/// could as well be thousands.
fn tells(digits: &str, mark: char, thousands: char) -> bool {
    match (digits.matches(mark).count(), digits.matches(thousands).count()) {
        (0, 2..) => is_grouped(digits, thousands),
        (1, 0) => digits.split_once(mark).is_some_and(|(whole, fraction)| {
            let could_be_thousands =
                fraction.len() == 3 && matches!(whole.len(), 1..=3) && !whole.starts_with('0');
            !fraction.is_empty() && !could_be_thousands
        }),
        (1, _) => digits.split_once(mark).is_some_and(|(whole, fraction)| {
            is_grouped(whole, thousands) && !fraction.is_empty() && !fraction.contains(thousands)
        }),
        _ => false,
    }
}

/// Whether these are digits in groups of three: `1.234.567`
fn is_grouped(digits: &str, thousands: char) -> bool {
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = digits.split(thousands);
    let first =
        groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_number(first));
    let rest: Vec<&str> = groups.collect();
    first && !rest.is_empty() && rest.iter().all(|group| group.len() == 3 && is_number(group))
}

/// A number with its fraction behind `mark`, in the one form; `None` where it is none.
fn written(cell: &str, mark: char, thousands: char) -> Option<String> {
    let digits = unsigned(cell);
    let sign = cell.strip_suffix(digits)?;
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
    if whole.contains(thousands) && !is_grouped(whole, thousands) {
        return None;
    }
    let whole: String = whole.chars().filter(|c| *c != thousands).collect();
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(column: &[&str]) -> Vec<String> {
        let mut told = Told::default();
        for cell in column {
            told.hear(cell);
        }
        let numbers = Numbers(HashMap::from([(0, told)]));
        let plain = |cell: &&str| numbers.plain(0, cell).map_or_else(|why| why, Cow::into_owned);
        column.iter().map(plain).collect()
    }

    #[test]
    fn a_column_tells_what_its_points_and_commas_are() {
        assert_eq!(read(&["1.234,56", "1.234", "-7"]), ["1234.56", "1234", "-7"]);
        assert_eq!(read(&["1,5", "−1.000", "2,125"]), ["1.5", "−1000", "2.125"]);
        assert_eq!(read(&["1.234.567", "1.234"]), ["1234567", "1234"]);
        assert_eq!(read(&["1,234.56", "1,234", "1.5"]), ["1234.56", "1234", "1.5"]);
        assert_eq!(read(&["0,125", "12"]), ["0.125", "12"]);
        assert_eq!(read(&["1.234", "12.5", "7", "soon"]), ["1.234", "12.5", "7", "soon"]);
    }

    #[test]
    fn what_a_column_leaves_open_is_refused() {
        let refused = "1.234 could be two numbers. Write it like 1234.5.";
        assert_eq!(read(&["1,234", "1.234"]), ["1,234", refused]);
        assert_eq!(read(&["1,5", "1.5", "1.234"]), ["1,5", "1.5", refused]);
    }
}
