//! What a mail says, read from the rows that caused it.

use diesel::prelude::*;

use super::{Kind, Leased, refused};
use crate::db::schema::{account_links, deliveries, invitations, memberships, users, workspaces};
use crate::db::{Conn, Utc};
use crate::models::chat::answers::{self, Answers};
use crate::models::invitation::is_pending;
use crate::models::notification::mail::{self, Digest};
use crate::policy::Role;

/// What a mail is about, read when it is sent.
#[derive(Clone, Debug)]
pub enum Content {
    Invitation(Invitation),
    ResetPassword(AccountLink),
    VerifyAddress(AccountLink),
    AddressChanged {
        user_name: String,
        new_email: String,
    },
    Test {
        workspace: String,
        /// The name of the administrator who asked for it.
        asked_by: String,
    },
    Notifications(Digest),
    ChatAnswers(Box<Answers>),
    ReplyRefused(refused::Content),
}

/// An invitation, and whence it comes.
#[derive(Clone, Debug, Queryable)]
pub struct Invitation {
    pub id: i64,
    pub nonce: String,
    pub workspace: String,
    pub time_zone: String,
    pub inviter: String,
    pub inviter_email: String,
    pub role: Role,
    pub expires_at: Utc,
}

/// A link to an account, and whose it is.
#[derive(Clone, Debug, Queryable)]
pub struct AccountLink {
    pub id: i64,
    pub nonce: String,
    pub user_name: String,
    /// What they sign in with now.
    pub user_email: String,
    /// That address is proved to be theirs.
    pub is_verified: bool,
    pub created_at: Utc,
    pub expires_at: Utc,
}

/// The content of a delivery; `None` when it is to be dropped: the invitation was
/// accepted, revoked, resent or has expired, the link was used, or everything it tells
/// was read.
///
/// # Errors
/// When a query fails.
pub fn content(conn: &mut Conn, of: &Leased, now: Utc) -> QueryResult<Option<Content>> {
    match (of.kind, of.workspace_id, of.invitation_id, of.account_link_id) {
        (Kind::Invitation, Some(workspace_id), Some(id), _) => {
            let newer = deliveries::table
                .filter(deliveries::workspace_id.eq(workspace_id))
                .filter(deliveries::invitation_id.eq(id))
                .filter(deliveries::id.gt(of.id));
            if diesel::select(diesel::dsl::exists(newer)).get_result(conn)? {
                return Ok(None);
            }
            Ok(invitation(conn, workspace_id, id, now)?.map(Content::Invitation))
        }
        (Kind::ResetPassword, _, _, Some(link_id)) => {
            Ok(account_link(conn, link_id, now)?.map(Content::ResetPassword))
        }
        (Kind::VerifyAddress, _, _, Some(link_id)) => {
            Ok(account_link(conn, link_id, now)?.map(Content::VerifyAddress))
        }
        // The link has been used: that is what the mail tells of.
        (Kind::AddressChanged, _, _, Some(link_id)) => Ok(account_links::table
            .inner_join(users::table)
            .filter(account_links::id.eq(link_id))
            .select((users::name, account_links::email))
            .first(conn)
            .optional()?
            .map(|(user_name, new_email)| Content::AddressChanged { user_name, new_email })),
        (Kind::Test, Some(workspace_id), _, _) => Ok(memberships::table
            .inner_join(users::table)
            .inner_join(workspaces::table)
            .filter(memberships::workspace_id.eq(workspace_id))
            .filter(memberships::ended_at.is_null())
            .filter(users::email.eq(&of.recipient))
            .select((workspaces::name, users::name))
            .first(conn)
            .optional()?
            .map(|(workspace, asked_by)| Content::Test { workspace, asked_by })),
        (Kind::Notifications, Some(workspace_id), _, _) => match of.membership_id {
            Some(id) => {
                Ok(mail::digest(conn, workspace_id, id, of.id)?.map(Content::Notifications))
            }
            None => Ok(None),
        },
        (Kind::ChatAnswers, Some(workspace_id), _, _) => match of.conversation_id {
            Some(id) => {
                let found = answers::answers(conn, workspace_id, id, of)?;
                Ok(found.map(|found| Content::ChatAnswers(Box::new(found))))
            }
            None => Ok(None),
        },
        (Kind::ReplyRefused, ..) => Ok(refused::content(conn, of.id)?.map(Content::ReplyRefused)),
        // What it was about is gone, or it is no mail of ours.
        (
            Kind::Invitation
            | Kind::ResetPassword
            | Kind::VerifyAddress
            | Kind::AddressChanged
            | Kind::Test
            | Kind::Notifications
            | Kind::ChatAnswers
            | Kind::Reply
            | Kind::Push,
            ..,
        ) => Ok(None),
    }
}

fn invitation(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    now: Utc,
) -> QueryResult<Option<Invitation>> {
    invitations::table
        .inner_join(workspaces::table)
        .inner_join(memberships::table.on(memberships::id.eq(invitations::invited_by_id)))
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(invitations::id.eq(id))
        .filter(is_pending(now))
        .select((
            invitations::id,
            invitations::nonce,
            workspaces::name,
            workspaces::time_zone,
            users::name,
            users::email,
            invitations::role,
            invitations::expires_at,
        ))
        .first(conn)
        .optional()
}

fn account_link(conn: &mut Conn, id: i64, now: Utc) -> QueryResult<Option<AccountLink>> {
    account_links::table
        .inner_join(users::table)
        .filter(account_links::id.eq(id))
        .filter(account_links::used_at.is_null())
        .filter(account_links::expires_at.gt(now))
        .select((
            account_links::id,
            account_links::nonce,
            users::name,
            users::email,
            users::email_verified_at.is_not_null(),
            account_links::created_at,
            account_links::expires_at,
        ))
        .first(conn)
        .optional()
}
