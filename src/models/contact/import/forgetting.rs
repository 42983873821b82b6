//! What the reports of imports hold of a contact who is deleted.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::damaged;
use crate::db::Conn;
use crate::db::schema::contact_import_refusals;
use crate::models::text;

/// A refused line in which the address may stand.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = BigInt)]
    import_id: i64,
    #[diesel(sql_type = BigInt)]
    line: i64,
    #[diesel(sql_type = Text)]
    cells: String,
}

/// Deletes the refused lines in which an address stands, however it is written there.
pub(in crate::models::contact) fn forget(
    conn: &mut Conn,
    workspace_id: i64,
    email: &str,
) -> QueryResult<()> {
    // The domain may be written in letters there that are stored as ASCII.
    let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
    let lines: Vec<Line> = diesel::sql_query(
        "SELECT import_id, line, cells FROM contact_import_refusals
         WHERE workspace_id = $1 AND lower(cells) LIKE $2 ESCAPE '!'",
    )
    .bind::<BigInt, _>(workspace_id)
    .bind::<Text, _>(format!("%{}@%", literal(local)))
    .load(conn)?;
    for Line { import_id, line, cells } in lines {
        let cells: Vec<String> = serde_json::from_str(&cells).map_err(damaged)?;
        if cells.iter().any(|cell| names(cell, email)) {
            diesel::delete(contact_import_refusals::table.find((import_id, line))).execute(conn)?;
        }
    }
    Ok(())
}

/// A text that stands for itself in a pattern.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.to_lowercase().chars() {
        if "!%_".contains(letter) {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern
}

/// Whether the address stands in a cell, by itself or among other text.
fn names(cell: &str, email: &str) -> bool {
    cell.split(|c: char| c.is_whitespace() || ",;:<>()[]\"".contains(c))
        .any(|word| text::email(word).is_ok_and(|found| found == email))
}

#[cfg(test)]
mod tests {
    use super::{literal, names};

    #[test]
    fn an_address_is_found_as_people_write_it() {
        for cell in
            ["a_b@x.example", " A_b@X.example ", "Al <a_b@x.example>, x", "mailto:a_b@x.example"]
        {
            assert!(names(cell, "a_b@x.example"), "{cell}");
        }
        for cell in ["", "a_b", "aa_b@x.example", "a_b@x.example.org"] {
            assert!(!names(cell, "a_b@x.example"), "{cell}");
        }
        assert!(names("jo@bücher.example", "jo@xn--bcher-kva.example"));
        assert_eq!(literal("A_b!%"), "a!_b!!!%");
    }
}
