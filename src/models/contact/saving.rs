//! What members change of a contact: checked field by field where it is written,
//! since the team's own fields may change meanwhile.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Details, Problems, Refusal as Ordinary, addresses, keys, lock_address};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::contacts;
use crate::db::{Conn, Verb, refuse};
use crate::models::chat::answers;
use crate::models::contact_field::value::ValueProblem;
use crate::models::contact_field::{self, ContactField, values};
use crate::models::membership::{MemberId, lock_capable};
use crate::models::text;
use crate::policy::Capability;

/// What the form of a contact holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Typed {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub company: String,
    /// By the ids of the contact fields. What the form had no field for stays.
    pub values: HashMap<i64, String>,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Name,
    Email,
    Phone,
    Company,
    /// One of the team's own.
    Field(i64),
}

impl Typed {
    /// What the form holds that shows a contact as it is stored.
    pub fn stored(
        name: &str,
        [email, phone, company]: [&Option<String>; 3],
        fields: &[(ContactField, Option<String>)],
    ) -> Self {
        let given = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            name: name.to_owned(),
            email: given(email),
            phone: given(phone),
            company: given(company),
            values: fields.iter().map(|(field, value)| (field.id, given(value))).collect(),
        }
    }

    /// What stands in a field; `None` where the form has no such field.
    pub fn part(&self, part: Part) -> Option<&String> {
        match part {
            Part::Name => Some(&self.name),
            Part::Email => Some(&self.email),
            Part::Phone => Some(&self.phone),
            Part::Company => Some(&self.company),
            Part::Field(id) => self.values.get(&id),
        }
    }

    fn part_mut(&mut self, part: Part) -> Option<&mut String> {
        match part {
            Part::Name => Some(&mut self.name),
            Part::Email => Some(&mut self.email),
            Part::Phone => Some(&mut self.phone),
            Part::Company => Some(&mut self.company),
            Part::Field(id) => self.values.get_mut(&id),
        }
    }

    fn parts(&self) -> Vec<Part> {
        let mut all = vec![Part::Name, Part::Email, Part::Phone, Part::Company];
        all.extend(self.values.keys().copied().map(Part::Field));
        all
    }

    /// This form on top of what is stored `now`, where `seen` is what its page showed: a
    /// field that was left as it was shown is as it is now. With it the fields that
    /// somebody else changed meanwhile to something else.
    pub fn merged(&self, seen: &Self, now: &Self) -> (Self, Vec<Part>) {
        let (mut merged, mut clashes) = (self.clone(), Vec::new());
        for part in self.parts() {
            let (Some(seen), Some(now)) = (seen.part(part), now.part(part)) else { continue };
            let Some(typed) = merged.part_mut(part) else { continue };
            if typed == seen {
                typed.clone_from(now);
            } else if now != seen && now != typed {
                clashes.push(part);
            }
        }
        (merged, clashes)
    }
}

/// What is wrong with a form, the team's own fields by their ids.
pub type Unfit = (Problems, HashMap<i64, ValueProblem>);
/// What is to be written, and the values of the team's own fields.
type Checked = (Details, Vec<(i64, Option<String>)>);

/// Checks what was typed. What the form had no field for is left out.
pub(super) fn check(typed: &Typed, fields: &[ContactField]) -> Result<Checked, Box<Unfit>> {
    let mut values = Vec::new();
    let mut unfit = HashMap::new();
    for field in fields {
        let Some(typed) = typed.values.get(&field.id) else { continue };
        match field.check(typed) {
            Ok(value) => values.push((field.id, value)),
            Err(problem) => {
                unfit.insert(field.id, problem);
            }
        }
    }
    match Details::check(&typed.name, &typed.email, &typed.phone, &typed.company) {
        Ok(details) if unfit.is_empty() => Ok((details, values)),
        checked => Err(Box::new((checked.err().unwrap_or_default(), unfit))),
    }
}

/// Why a contact is not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Ordinary(Ordinary),
    /// With what is wrong, field by field.
    Unfit(Box<Unfit>),
    /// Somebody else changed the same field since the page was made.
    Changed,
    /// Another contact has the new address: its id and name.
    Known(i64, String),
}

/// A member changes what the team knows of a contact; answers its name. `seen` is what
/// their page showed: only what they changed of it is written.
///
/// # Errors
/// [`Refusal`] when the member may not, there is no such contact here or something
/// is not as it should be, or the query's failure.
pub fn save(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    typed: &Typed,
    seen: Option<&Typed>,
) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    lock_capable::<Ordinary>(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(Refusal::Ordinary))?;
    dialect::lock(conn, RowLock::ContactFieldsStay(workspace_id))?;
    // Before the contact, as where a mail comes in.
    let is_new = seen.is_none_or(|seen| seen.email != typed.email);
    let holder = match text::email(&typed.email).ok().filter(|_| is_new) {
        Some(email) => lock_address(conn, workspace_id, &email)?,
        None => None,
    };
    dialect::lock(conn, RowLock::Contact(id))?;
    let Some(contact) = super::find(conn, workspace_id, id)? else {
        return refuse(Refusal::Ordinary(Ordinary::NotFound));
    };
    let fields = contact_field::of_contact(conn, workspace_id, id)?;
    let typed = match seen.map(|seen| typed.merged(seen, &contact.in_form(&fields))) {
        Some((merged, clashes)) if clashes.is_empty() => merged,
        Some(_) => return refuse(Refusal::Changed),
        None => typed.clone(),
    };
    let fields: Vec<ContactField> = fields.into_iter().map(|(field, _)| field).collect();
    let (details, known) = match check(&typed, &fields) {
        Ok(checked) => checked,
        Err(unfit) => return refuse(Refusal::Unfit(unfit)),
    };
    if let Some((other, name, _)) = holder.filter(|(other, ..)| *other != id)
        && details.email != contact.email
    {
        return refuse(Refusal::Known(other, name));
    }
    let changed = diesel::update(contacts::table)
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .filter(contacts::merged_at.is_null())
        .set((
            contacts::name.eq(&details.name),
            contacts::email.eq(&details.email),
            contacts::phone.eq(&details.phone),
            contacts::company.eq(&details.company),
        ))
        .execute(conn)?;
    if changed == 0 {
        return refuse(Refusal::Ordinary(Ordinary::NotFound));
    }
    if let Some(before) = contact.email.filter(|before| details.email.as_ref() != Some(before)) {
        answers::redirect(conn, workspace_id, id, (&before, details.email.as_deref()))?;
        if details.email.is_some() {
            addresses::add(conn, workspace_id, id, &before)?;
        }
    }
    if let Some(email) = &details.email {
        addresses::remove_one(conn, workspace_id, id, email)?;
    }
    for (field, value) in known {
        values::set(conn, workspace_id, id, field, value.as_deref())?;
    }
    keys::refresh(conn, workspace_id, &[id])?;
    Ok(details.name)
}
