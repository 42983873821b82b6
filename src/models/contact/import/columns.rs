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
    /// The name, in two columns.
    FirstName,
    LastName,
    Email,
    Phone,
    Company,
    /// A note on the contact.
    Note,
    /// A field of the team's own, by its id.
    Field(i64),
}

impl Target {
    /// What every contact has.
    pub const BUILT_IN: [Self; 7] = [
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Phone,
        Self::Company,
        Self::Note,
    ];

    /// Whether it is the name, or half of it.
    pub const fn is_of_name(self) -> bool {
        matches!(self, Self::Name | Self::FirstName | Self::LastName)
    }

    /// The target's word in forms and the database.
    pub fn code(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Name => "name".to_owned(),
            Self::FirstName => "first_name".to_owned(),
            Self::LastName => "last_name".to_owned(),
            Self::Email => "email".to_owned(),
            Self::Phone => "phone".to_owned(),
            Self::Company => "company".to_owned(),
            Self::Note => "note".to_owned(),
            Self::Field(id) => format!("field:{id}"),
        }
    }

    /// The target of a word; what is none is left out.
    pub fn parse(code: &str) -> Self {
        match code {
            "name" => Self::Name,
            "first_name" => Self::FirstName,
            "last_name" => Self::LastName,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "company" => Self::Company,
            "note" => Self::Note,
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
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::Email => "Email address",
            Self::Phone => "Phone",
            Self::Company => "Company",
            Self::Note => "Note",
            Self::Field(id) => {
                fields.iter().find(|field| field.id == id).map_or("Not imported", |f| &f.name)
            }
        }
    }
}

/// What each heading stands for, in the words of the export and of other programs, unless
/// the team has a field of that name. Beside a whole name, its halves are left out. Of two
/// that mean the same, the first one does.
pub fn guess(headings: &[String], fields: &[ContactField]) -> Vec<Target> {
    let mut guessed: Vec<Target> = Vec::with_capacity(headings.len());
    for heading in headings {
        let key = name_key(heading);
        let own = fields.iter().find(|field| name_key(&field.name) == key);
        let target = own.map_or_else(|| built_in(&key), |field| Target::Field(field.id));
        let is_free = !guessed.contains(&target);
        guessed.push(if is_free { target } else { Target::Nothing });
    }
    if guessed.contains(&Target::Name) {
        for target in &mut guessed {
            if matches!(target, Target::FirstName | Target::LastName) {
                *target = Target::Nothing;
            }
        }
    }
    guessed
}

/// What a heading means in English and German, and to the programs of Google, Microsoft
/// and HubSpot.
fn built_in(key: &str) -> Target {
    match key {
        "name" | "full name" | "display name" | "contact name" => Target::Name,
        "first name" | "firstname" | "given name" | "vorname" => Target::FirstName,
        "last name" | "lastname" | "surname" | "family name" | "nachname" | "familienname" => {
            Target::LastName
        }
        "email address" | "email" | "e-mail" | "e-mail address" | "mail" | "e-mail 1 - value"
        | "email 1 - value" | "e-mail-adresse" | "email-adresse" | "e-mail adresse" => {
            Target::Email
        }
        "phone"
        | "phone number"
        | "telephone"
        | "tel"
        | "tel."
        | "phone 1 - value"
        | "mobile phone"
        | "mobile phone number"
        | "mobile"
        | "business phone"
        | "primary phone"
        | "telefon"
        | "telefonnummer"
        | "mobiltelefon" => Target::Phone,
        "company"
        | "company name"
        | "organisation"
        | "organization"
        | "organization name"
        | "organization 1 - name"
        | "firma"
        | "unternehmen" => Target::Company,
        "note" | "notes" | "notiz" | "notizen" | "bemerkung" | "bemerkungen" | "remarks"
        | "comments" => Target::Note,
        _ => Target::Nothing,
    }
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
        for (headings, expected) in [
            (["Vorname", "Nachname", "Telefon", "Firma"], Target::BUILT_IN[1..3].to_vec()),
            (
                ["First Name", "Last Name", "Phone 1 - Value", "Organization Name"],
                vec![Target::FirstName, Target::LastName],
            ),
            (["Name", "Last name", "Phone", "Company name"], vec![Target::Name, Target::Nothing]),
        ] {
            let guessed = guess(&headings.map(str::to_owned), &fields);
            assert_eq!(guessed[..2], expected, "{headings:?}");
            assert_eq!(guessed[2..], [Target::Phone, Target::Company], "{headings:?}");
        }
        assert_eq!(guess(&["E-mail 1 - Value".to_owned()], &[]), [Target::Email]);
        let own = [ContactField { name: "Firma".to_owned(), ..fields[0].clone() }];
        assert_eq!(guess(&["Firma".to_owned()], &own), [Target::Field(7)]);
        assert_eq!(twice(&guessed), None);
        assert_eq!(twice(&[Target::Name, Target::Nothing, Target::Name]), Some(Target::Name));
    }
}
