//! What a merge fills: what the one that is left lacks, from the one that goes.

use diesel::prelude::*;

use super::write;
use crate::db::Conn;
use crate::models::contact::Contact;
use crate::models::contact_field::{self, ContactField, values};

/// One thing that a merge fills; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    Email,
    Phone,
    Company,
    Blocked,
    /// One of the team's own.
    Field(i64),
}

impl Filled {
    fn code(self) -> String {
        match self {
            Self::Email => "email".to_owned(),
            Self::Phone => "phone".to_owned(),
            Self::Company => "company".to_owned(),
            Self::Blocked => "blocked".to_owned(),
            Self::Field(id) => format!("field:{id}"),
        }
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        match code {
            "email" => Some(Self::Email),
            "phone" => Some(Self::Phone),
            "company" => Some(Self::Company),
            "blocked" => Some(Self::Blocked),
            _ => code.strip_prefix("field:")?.parse().ok().map(Self::Field),
        }
    }
}

/// What a merge fills: what is empty in the one that is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    /// What every contact has.
    pub built_in: Vec<Filled>,
    /// The team's own fields, with the values that come over.
    pub fields: Vec<(ContactField, String)>,
    /// What the one that is left has otherwise: `phone +46 70 1`.
    pub left: Vec<String>,
}

impl Filling {
    /// As it is kept for the day on which it can be undone.
    pub(super) fn to_text(&self) -> String {
        let fields = self.fields.iter().map(|(field, _)| Filled::Field(field.id));
        let all = self.built_in.iter().copied().chain(fields);
        all.map(Filled::code).collect::<Vec<_>>().join(" ")
    }
}

/// What a merge would fill.
///
/// # Errors
/// When a query fails.
pub fn would_fill(
    conn: &mut Conn,
    workspace_id: i64,
    target: &Contact,
    merged: &Contact,
) -> QueryResult<Filling> {
    let fields = [
        (Filled::Email, &target.email, &merged.email),
        (Filled::Phone, &target.phone, &merged.phone),
        (Filled::Company, &target.company, &merged.company),
    ];
    let mut built_in: Vec<Filled> = fields
        .into_iter()
        .filter(|(_, here, there)| here.is_none() && there.is_some())
        .map(|(which, ..)| which)
        .collect();
    if target.blocked_at.is_none() && merged.blocked_at.is_some() {
        built_in.push(Filled::Blocked);
    }
    let here = contact_field::of_contact(conn, workspace_id, target.id)?;
    let there = contact_field::of_contact(conn, workspace_id, merged.id)?;
    let mut left = Vec::new();
    if target.name != merged.name {
        left.push(format!("name {}", merged.name));
    }
    let both =
        [("phone", &target.phone, &merged.phone), ("company", &target.company, &merged.company)];
    for (word, here, there) in both {
        if let (Some(here), Some(there)) = (here, there)
            && here != there
        {
            left.push(format!("{word} {there}"));
        }
    }
    let mut fields = Vec::new();
    for ((field, here), (other, there)) in here.into_iter().zip(there) {
        let Some(there) = there.filter(|_| field.id == other.id) else { continue };
        match here {
            None => fields.push((field, there)),
            Some(here) if here != there => left.push(format!("{} {there}", field.name)),
            Some(_) => {}
        }
    }
    Ok(Filling { built_in, fields, left })
}

/// Writes what a merge fills.
pub(super) fn fill(
    conn: &mut Conn,
    workspace_id: i64,
    filling: &Filling,
    (merged, target): (&Contact, &Contact),
) -> QueryResult<()> {
    let fill = |which: Filled, here: &Option<String>, there: &Option<String>| {
        if filling.built_in.contains(&which) { there.clone() } else { here.clone() }
    };
    let after = Contact {
        email: fill(Filled::Email, &target.email, &merged.email),
        phone: fill(Filled::Phone, &target.phone, &merged.phone),
        company: fill(Filled::Company, &target.company, &merged.company),
        blocked_at: target.blocked_at.or(merged.blocked_at),
        ..target.clone()
    };
    write(conn, workspace_id, &after)?;
    for (field, value) in &filling.fields {
        values::set(conn, workspace_id, target.id, field.id, Some(value))?;
    }
    Ok(())
}

/// Takes the values of contact fields that came over, unless they were changed.
pub(super) fn empty_fields(
    conn: &mut Conn,
    workspace_id: i64,
    filled: &[Filled],
    (merged_id, contact_id): (i64, i64),
) -> QueryResult<()> {
    let known = values::of_contacts(conn, workspace_id, vec![merged_id, contact_id])?;
    let value = |contact: i64, field: i64| {
        known.iter().find(|one| (one.contact_id, one.field_id) == (contact, field))
    };
    for one in filled {
        let Filled::Field(field) = *one else { continue };
        let (here, there) = (value(contact_id, field), value(merged_id, field));
        if here.zip(there).is_some_and(|(here, there)| here.value == there.value) {
            values::set(conn, workspace_id, contact_id, field, None)?;
        }
    }
    Ok(())
}
