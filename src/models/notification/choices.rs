//! Of which kinds of notification a member is told.

use diesel::prelude::*;

use super::Kind;
use crate::db::Conn;
use crate::db::schema::memberships;

/// The kinds that a member does without. What is new is told until they say no.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices(Vec<&'static str>);

impl Choices {
    /// Those who want these kinds and no others.
    pub fn only(wanted: &[Kind]) -> Self {
        let muted = Kind::ALL.into_iter().filter(|kind| !wanted.contains(kind));
        Self(muted.map(Kind::code).collect())
    }

    /// Whether the member is told of this kind.
    pub fn wants(&self, kind: Kind) -> bool {
        !self.0.contains(&kind.code())
    }

    fn stored(&self) -> String {
        self.0.join(" ")
    }

    fn read(stored: &str) -> Self {
        let is_stored = |kind: &Kind| stored.split(' ').any(|code| code == kind.code());
        Self(Kind::ALL.into_iter().filter(is_stored).map(Kind::code).collect())
    }
}

/// What a member has chosen.
///
/// # Errors
/// When the query fails.
pub fn choices(conn: &mut Conn, membership_id: i64) -> QueryResult<Choices> {
    let stored: Option<String> =
        memberships::table.find(membership_id).select(memberships::muted).first(conn).optional()?;
    Ok(stored.as_deref().map(Choices::read).unwrap_or_default())
}

/// Stores what a member chooses.
///
/// # Errors
/// When the query fails.
pub fn choose(conn: &mut Conn, membership_id: i64, choices: &Choices) -> QueryResult<()> {
    diesel::update(memberships::table.find(membership_id))
        .set(memberships::muted.eq(choices.stored()))
        .execute(conn)
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_reads_back_and_what_is_new_is_told() {
        let wanted = [Kind::Assigned, Kind::SnoozeEnded];
        let chosen = Choices::only(&wanted);
        let read = Choices::read(&chosen.stored());
        for kind in Kind::ALL {
            assert_eq!(read.wants(kind), wanted.contains(&kind), "{kind:?}");
            assert!(Choices::read("").wants(kind), "{kind:?}");
        }
        assert_eq!(Choices::read("of_yesterday"), Choices::default());
    }
}
