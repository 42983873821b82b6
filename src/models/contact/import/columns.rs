//! What the columns of a table become.

use serde::{Deserialize, Serialize};

use crate::models::contact_field::ContactField;
use crate::models::text::name_key;

/// Columns that a table can have.
pub const MOST: usize = 100;

/// What a column becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// It is left out.
    Nothing,
    Name,
    Email,
    Phone,
    Company,
    /// A field of the team's own, by its id.
    Field(i64),
}

impl Target {
    /// What every contact has.
    pub const BUILT_IN: [Self; 4] = [Self::Name, Self::Email, Self::Phone, Self::Company];

    /// The target's word in forms and the database.
    pub fn code(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Name => "name".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Phone => "phone".to_owned(),
            Self::Company => "company".to_owned(),
            Self::Field(id) => format!("field:{id}"),
        }
    }

    /// The target of a word; what is none is left out.
    pub fn parse(code: &str) -> Self {
        match code {
            "name" => Self::Name,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "company" => Self::Company,
            _ => code
                .strip_prefix("field:")
                .and_then(|id| id.parse().ok())
                .map_or(Self::Nothing, Self::Field),
        }
    }

    /// The target's name on the screen, as the form of a contact has it.
    pub fn name(self, fields: &[ContactField]) -> &str {
        match self {
            Self::Nothing => "Not imported",
            Self::Name => "Name",
            Self::Email => "Email address",
            Self::Phone => "Phone",
            Self::Company => "Company",
            Self::Field(id) => {
                fields.iter().find(|field| field.id == id).map_or("Not imported", |f| &f.name)
            }
        }
    }
}

/// What each heading stands for, in the words of the export and of other programs.
/// Of two that mean the same, the first one does.
pub fn guess(headings: &[String], fields: &[ContactField]) -> Vec<Target> {
    let mut guessed: Vec<Target> = Vec::with_capacity(headings.len());
    for heading in headings {
        let key = name_key(heading);
        let target = match key.as_str() {
            "name" | "full name" => Target::Name,
            "email address" | "email" | "e-mail" | "e-mail address" | "mail" => Target::Email,
            "phone" | "phone number" | "telephone" | "tel" => Target::Phone,
            "company" | "organisation" | "organization" => Target::Company,
            key => fields
                .iter()
                .find(|field| name_key(&field.name) == key)
                .map_or(Target::Nothing, |field| Target::Field(field.id)),
        };
        let is_free = !guessed.contains(&target);
        guessed.push(if is_free { target } else { Target::Nothing });
    }
    guessed
}

/// A target that two columns would become.
pub fn twice(columns: &[Target]) -> Option<Target> {
    let is_twice = |(at, target): (usize, &Target)| {
        *target != Target::Nothing && columns[..at].contains(target)
    };
    columns.iter().enumerate().find(|one| is_twice(*one)).map(|(_, target)| *target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::contact_field::Kind;

    #[test]
    fn headings_are_recognised_whatever_their_letters() {
        let fields = [ContactField {
            id: 7,
            name: "Frame size".to_owned(),
            kind: Kind::Number,
            choices: Vec::new(),
        }];
        let headings = ["NAME", " E-mail ", "frame  SIZE", "Mail", "Shoe size"];
        let headings = headings.map(str::to_owned);
        let guessed = guess(&headings, &fields);
        let expected =
            [Target::Name, Target::Email, Target::Field(7), Target::Nothing, Target::Nothing];
        assert_eq!(guessed, expected);
        for target in expected {
            assert_eq!(Target::parse(&target.code()), target);
        }
        assert_eq!(twice(&guessed), None);
        assert_eq!(twice(&[Target::Name, Target::Nothing, Target::Name]), Some(Target::Name));
    }
}
