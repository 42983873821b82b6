//! A contact whom a member enters by hand, such as somebody who phones.

use super::bulk::{NewContact, write_contacts};
use super::saving::{Typed, Unfit, check};
use super::{Refusal as Ordinary, lock_address};
use crate::db::dialect::{self, RowLock};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::contact_field;
use crate::models::membership::{MemberId, lock_capable};
use crate::models::repeated::{self, FormKey};
use crate::policy::Capability;

/// Why a contact is not added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Ordinary(Ordinary),
    /// With what is wrong, field by field.
    Unfit(Box<Unfit>),
    /// Somebody has the address already: their id and name.
    Known(i64, String),
}

/// Adds a contact, and answers its id: once for each form that is sent.
///
/// # Errors
/// [`Refusal`] when the member may not, something is not as it should be or the address
/// is another contact's; or the query's failure.
pub fn add(
    conn: &mut Conn,
    caller: MemberId,
    typed: &Typed,
    sent: Option<&FormKey>,
) -> Verb<i64, Refusal> {
    let id = repeated::once(conn, sent, |conn| {
        let id = added(conn, caller, typed)?;
        Ok(id.to_string())
    })?;
    // What was answered before is a number, too.
    id.parse().map_err(|_| diesel::result::Error::NotFound.into())
}

fn added(conn: &mut Conn, caller: MemberId, typed: &Typed) -> Verb<i64, Refusal> {
    let workspace_id = caller.workspace_id;
    lock_capable::<Ordinary>(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(Refusal::Ordinary))?;
    dialect::lock(conn, RowLock::ContactFieldsStay(workspace_id))?;
    let fields = contact_field::list(conn, workspace_id)?;
    let (details, values) = match check(typed, &fields) {
        Ok(checked) => checked,
        Err(unfit) => return refuse(Refusal::Unfit(unfit)),
    };
    if let Some(email) = &details.email
        && let Some((id, name, _)) = lock_address(conn, workspace_id, email)?
    {
        return refuse(Refusal::Known(id, name));
    }
    let contact = NewContact {
        name: details.name,
        email: details.email,
        phone: details.phone,
        company: details.company,
        values: values.into_iter().filter_map(|(id, value)| Some((id, value?))).collect(),
        created_at: Utc::now(),
    };
    let ids = write_contacts(conn, workspace_id, &[contact])?;
    ids.first().copied().ok_or_else(|| diesel::result::Error::NotFound.into())
}
