//! Mails of Baton's own, known again by their Message-IDs.

use diesel::prelude::*;

use super::Kind;
use crate::db::Conn;
use crate::db::schema::deliveries;

/// Whether a Message-ID is that of a mail which Baton itself wrote to a member, or to
/// somebody who is to become one.
///
/// # Errors
/// When the query fails.
pub fn is_to_a_member(conn: &mut Conn, header_id: &str) -> QueryResult<bool> {
    let Some((word, _)) = header_id.split_once('@') else { return Ok(false) };
    let to_customers = [Kind::Reply, Kind::ChatAnswers];
    diesel::select(diesel::dsl::exists(
        deliveries::table
            .filter(deliveries::local_part.eq(word))
            .filter(deliveries::kind.ne_all(to_customers)),
    ))
    .get_result(conn)
}

/// Whether one of these Message-IDs is that of a mail which Baton itself wrote, to a member or
/// to a customer: any but a reply, which is the team's.
///
/// # Errors
/// When the query fails.
pub fn is_any_ours(conn: &mut Conn, header_ids: &[String]) -> QueryResult<bool> {
    let words = header_ids.iter().filter_map(|id| id.split_once('@')).map(|(word, _)| word);
    let words: Vec<&str> = words.collect();
    if words.is_empty() {
        return Ok(false);
    }
    diesel::select(diesel::dsl::exists(
        deliveries::table
            .filter(deliveries::local_part.eq_any(words))
            .filter(deliveries::kind.ne(Kind::Reply)),
    ))
    .get_result(conn)
}
