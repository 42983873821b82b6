//! What members change of a contact: checked field by field where it is written,
//! since the team's own fields may change meanwhile.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Details, Problems, Refusal as Ordinary, keys, lock_member};
use crate::db::dialect::{self, Row};
use crate::db::schema::contacts;
use crate::db::{Conn, Stop, Verb, refuse};
use crate::models::contact_field::value::ValueProblem;
use crate::models::contact_field::{self, values};
use crate::policy::Capability;

/// What was typed into the form of a contact.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub company: String,
    /// By the ids of the contact fields. What the form had no field for stays.
    pub values: HashMap<i64, String>,
}

/// Why a contact is not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Ordinary(Ordinary),
    /// With what is wrong, field by field, the team's own by their ids.
    Unfit(Box<(Problems, HashMap<i64, ValueProblem>)>),
}

fn ordinary(stop: Stop<Ordinary>) -> Stop<Refusal> {
    match stop {
        Stop::Refused(refusal) => Stop::Refused(Refusal::Ordinary(refusal)),
        Stop::Failed(error) => Stop::Failed(error),
    }
}

/// A member changes what the team knows of a contact; answers its name.
///
/// # Errors
/// [`Refusal`] when the member may not, there is no such contact here or something
/// is not as it should be, or the query's failure.
pub fn save(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    id: i64,
    typed: &Typed,
) -> Verb<String, Refusal> {
    lock_member(conn, workspace_id, membership_id, Capability::Contacts).map_err(ordinary)?;
    if super::find(conn, workspace_id, id)?.is_none() {
        return refuse(Refusal::Ordinary(Ordinary::NotFound));
    }
    dialect::lock(conn, Row::ContactFieldsStay(workspace_id))?;
    let mut known = Vec::new();
    let mut unfit = HashMap::new();
    for field in contact_field::list(conn, workspace_id)? {
        let Some(typed) = typed.values.get(&field.id) else { continue };
        match field.check(typed) {
            Ok(value) => known.push((field.id, value)),
            Err(problem) => {
                unfit.insert(field.id, problem);
            }
        }
    }
    let details = match Details::check(&typed.name, &typed.email, &typed.phone, &typed.company) {
        Ok(details) if unfit.is_empty() => details,
        checked => {
            let problems = checked.err().unwrap_or_default();
            return refuse(Refusal::Unfit(Box::new((problems, unfit))));
        }
    };
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
    for (field, value) in known {
        values::set(conn, workspace_id, id, field, value.as_deref())?;
    }
    keys::refresh(conn, workspace_id, &[id])?;
    Ok(details.name)
}
