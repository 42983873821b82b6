//! Contacts: the customers, as a workspace knows them.

pub mod adding;
pub mod addresses;
pub mod blocking;
pub mod bulk;
pub mod conversations;
pub mod csv_export;
pub mod deletion;
pub mod import;
pub mod keys;
pub mod list;
pub mod merging;
pub mod notes;
pub mod phone;
pub mod saving;

use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::contact_field::ContactField;
use super::membership::Barred;
use super::text::{self, TextProblem};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::contacts;
use crate::db::{Conn, Utc};

pub use conversations::{PastConversation, past_conversations};
pub use keys::Keys;
pub use saving::{Typed, save};

/// The longest phone number, in characters.
pub const PHONE_MAX: usize = 60;

/// A customer.
#[derive(Clone, Debug, Queryable)]
pub struct Contact {
    pub id: i64,
    pub name: String,
    /// As they typed it: no proof that it is theirs.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub created_at: Utc,
    /// Cannot write to a chat since then.
    blocked_at: Option<Utc>,
    proved_email: Option<String>,
}

impl Contact {
    /// What their form shows.
    pub fn in_form(&self, fields: &[(ContactField, Option<String>)]) -> Typed {
        Typed::stored(&self.name, [&self.email, &self.phone, &self.company], fields)
    }

    /// Whether a mail that went to their address was opened in the browser of their chat.
    pub fn is_email_proved(&self) -> bool {
        self.email.is_some() && self.email == self.proved_email
    }

    /// Whether what they write is refused, or put aside as spam.
    pub fn is_blocked(&self) -> bool {
        self.blocked_at.is_some()
    }
}

#[auto_type(no_type_alias)]
pub(super) fn columns() -> _ {
    (
        contacts::id,
        contacts::name,
        contacts::email,
        contacts::phone,
        contacts::company,
        contacts::created_at,
        contacts::blocked_at,
        contacts::proved_email,
    )
}

/// The contact who has an address, the oldest where there are several, with the
/// moment since which they are blocked; where none has it, the one that somebody who had
/// it became part of. Whoever asks for the same address meanwhile waits, so that two who
/// find nobody do not make two contacts; and the contact stays what it is until the
/// transaction ends.
///
/// # Errors
/// When a query fails.
pub fn lock_address(conn: &mut Conn, workspace_id: i64, email: &str) -> QueryResult<Option<Found>> {
    dialect::lock_name(conn, &address_name(workspace_id, email))?;
    let mut locked = None;
    loop {
        let found = who_has(conn, workspace_id, email)?;
        let id = found.as_ref().map(|(id, ..)| *id);
        match id {
            Some(id) if locked != Some(id) => dialect::lock(conn, RowLock::ContactStays(id))?,
            _ => return Ok(found),
        }
        locked = id;
    }
}

/// The name under which whoever asks for the contact of an address waits for others.
fn address_name(workspace_id: i64, email: &str) -> String {
    format!("contact:{workspace_id}:{email}")
}

/// An id and a name, and the moment since which they are blocked.
type Found = (i64, String, Option<Utc>);

fn who_has(conn: &mut Conn, workspace_id: i64, email: &str) -> QueryResult<Option<Found>> {
    let present = || {
        contacts::table
            .filter(contacts::workspace_id.eq(workspace_id))
            .filter(contacts::merged_at.is_null())
            .order(contacts::id)
            .select((contacts::id, contacts::name, contacts::blocked_at))
    };
    let mut after = 0;
    // One that is blocked, and has it from a chat alone, is nobody's but that browser's.
    while let Some(found) = present()
        .filter(contacts::email.eq(email))
        .filter(contacts::id.gt(after))
        .first::<Found>(conn)
        .optional()?
    {
        if found.2.is_none() || !blocking::is_only_typed(conn, workspace_id, found.0, email)? {
            return Ok(Some(found));
        }
        after = found.0;
    }
    let holders = addresses::holders(conn, workspace_id, vec![email.to_owned()])?;
    let ids: Vec<i64> = holders.into_iter().map(|(id, _)| id).collect();
    for found in present().filter(contacts::id.eq_any(ids)).load::<Found>(conn)? {
        if found.2.is_none() || !blocking::is_only_typed(conn, workspace_id, found.0, email)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A contact that stays what it is until the transaction ends, or the one that it has
/// become part of; `None` where it was deleted. What is written for a contact that was
/// read before asks this first.
///
/// # Errors
/// When a query fails.
pub fn lock_present(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<i64>> {
    dialect::lock(conn, RowLock::ContactStays(id))?;
    let merged_at: Option<Option<Utc>> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .select(contacts::merged_at)
        .first(conn)
        .optional()?;
    match merged_at {
        None => Ok(None),
        Some(None) => Ok(Some(id)),
        Some(Some(_)) => match merging::target_of(conn, workspace_id, id)? {
            // It may be part of another one itself by now.
            Some(target) => lock_present(conn, workspace_id, target),
            None => Ok(None),
        },
    }
}

/// What a member decides about a contact, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
}

/// What is wrong with each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    pub name: Option<TextProblem>,
    pub email: Option<TextProblem>,
    pub phone: Option<TextProblem>,
    pub company: Option<TextProblem>,
}

/// Why a change of a contact is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("There is no such contact.")]
    NotFound,
}

impl Details {
    /// Checks what was typed, field by field.
    ///
    /// # Errors
    /// [`Problems`], worded for the person who typed it.
    pub fn check(name: &str, email: &str, phone: &str, company: &str) -> Result<Self, Problems> {
        let is_given = !email.trim().is_empty();
        let name = text::line(name, text::NAME_MAX);
        let email = if is_given { text::email(email).map(Some) } else { Ok(None) };
        let phone = text::optional_line(phone, PHONE_MAX);
        let company = text::optional_line(company, text::NAME_MAX);
        match (name, email, phone, company) {
            (Ok(name), Ok(email), Ok(phone), Ok(company)) => {
                Ok(Self { name, email, phone, company })
            }
            (name, email, phone, company) => Err(Problems {
                name: name.err(),
                email: email.err(),
                phone: phone.err(),
                company: company.err(),
            }),
        }
    }
}

/// Creates a contact with checked text, and answers its id.
///
/// # Errors
/// When the query fails.
pub fn create(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    email: Option<&str>,
) -> QueryResult<i64> {
    let keys = Keys::new(name, [email, None, None], []);
    diesel::insert_into(contacts::table)
        .values((
            contacts::workspace_id.eq(workspace_id),
            contacts::name.eq(name),
            contacts::email.eq(email),
            contacts::sort_name.eq(keys.sort_name),
            contacts::search_text.eq(keys.search_text),
            contacts::created_at.eq(Utc::now()),
        ))
        .returning(contacts::id)
        .get_result(conn)
}

/// A contact of this workspace that is not part of another one.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Contact>> {
    contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .filter(contacts::merged_at.is_null())
        .select(columns())
        .first(conn)
        .optional()
}
