//! By which way a member is told of each kind of notification.

use diesel::prelude::*;
use strum::{EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

use super::Kind;
use crate::db::Conn;
use crate::db::schema::memberships;

/// How a member is told; a word in forms and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Way {
    Page,
    Mail,
    Both,
    None,
}

impl Way {
    /// The way's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "Page",
            Self::Mail => "Mail",
            Self::Both => "Both",
            Self::None => "None",
        }
    }

    /// Whether the page shows it.
    pub const fn is_in_page(self) -> bool {
        matches!(self, Self::Page | Self::Both)
    }

    /// Whether it is mailed.
    pub const fn is_by_mail(self) -> bool {
        matches!(self, Self::Mail | Self::Both)
    }

    /// The same without mail.
    pub const fn without_mail(self) -> Self {
        if self.is_in_page() { Self::Page } else { Self::None }
    }
}

/// What a member has chosen, by kind. What they have not is told in the usual way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices(Vec<(Kind, Way)>);

impl Choices {
    /// How the member is told of this kind.
    pub fn way(&self, kind: Kind) -> Way {
        let chosen = self.0.iter().find(|(of, _)| *of == kind);
        chosen.map_or(kind.usual_way(), |(_, way)| *way)
    }

    /// The same with another way for this kind.
    #[must_use]
    pub fn with(mut self, kind: Kind, way: Way) -> Self {
        self.0.retain(|(of, _)| *of != kind);
        self.0.push((kind, way));
        self
    }

    /// The same without mail of this kind; of any where none is named.
    #[must_use]
    pub fn without_mail(self, kind: Option<Kind>) -> Self {
        let concerned = Kind::iter().filter(|of| kind.is_none_or(|kind| kind == *of));
        concerned.fold(self, |choices, kind| {
            let way = choices.way(kind).without_mail();
            choices.with(kind, way)
        })
    }

    fn stored(&self) -> String {
        let words =
            self.0.iter().map(|(kind, way)| format!("{}:{}", kind.into_str(), way.into_str()));
        words.collect::<Vec<_>>().join(" ")
    }

    fn read(stored: &str) -> Self {
        let choice = |words: &str| {
            let (kind, way) = words.split_once(':')?;
            Some((kind.parse().ok()?, way.parse().ok()?))
        };
        Self(stored.split(' ').filter_map(choice).collect())
    }
}

/// What a member has chosen.
///
/// # Errors
/// When the query fails.
pub fn choices(conn: &mut Conn, membership_id: i64) -> QueryResult<Choices> {
    let stored: Option<String> = memberships::table
        .find(membership_id)
        .select(memberships::told_by)
        .first(conn)
        .optional()?;
    Ok(stored.as_deref().map(Choices::read).unwrap_or_default())
}

/// Stores what a member chooses.
///
/// # Errors
/// When the query fails.
pub fn choose(conn: &mut Conn, membership_id: i64, choices: &Choices) -> QueryResult<()> {
    diesel::update(memberships::table.find(membership_id))
        .set(memberships::told_by.eq(choices.stored()))
        .execute(conn)
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_reads_back_and_the_rest_is_as_usual() {
        let chosen = Choices::default()
            .with(Kind::Assigned, Way::Page)
            .with(Kind::Taken, Way::Mail)
            .with(Kind::Assigned, Way::None);
        let read = Choices::read(&chosen.stored());
        assert_eq!(read.way(Kind::Assigned), Way::None);
        assert_eq!(read.way(Kind::Taken), Way::Mail);
        assert_eq!(read.way(Kind::Mentioned), Way::Both);
        assert_eq!(Choices::read("of_yesterday:mail taken:by_pigeon"), Choices::default());
    }

    #[test]
    fn without_mail_the_page_stays_as_it_was() {
        let chosen = Choices::default().with(Kind::Taken, Way::Mail);
        let one = chosen.clone().without_mail(Some(Kind::Taken));
        assert_eq!((one.way(Kind::Taken), one.way(Kind::Assigned)), (Way::None, Way::Both));
        let all = chosen.without_mail(None);
        assert!(Kind::iter().all(|kind| !all.way(kind).is_by_mail()));
        assert_eq!(all.way(Kind::Assigned), Way::Page);
    }
}
