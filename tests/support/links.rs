//! The links that mails carry and administrators copy, rebuilt from their rows
//! as `mail` and the team page do.

use baton::db::schema::{account_links, invitations, users};
use baton::models::account_link::LinkKind;
use baton::models::token::Purpose;
use diesel::prelude::*;

use super::Instance;

impl Instance {
    /// The path of the newest mailed link for a new password.
    pub fn reset_link(&self, email: &str) -> String {
        format!("/reset-password?token={}", self.account_token(LinkKind::ResetPassword, email))
    }

    /// The path of the newest mailed link that proves this address.
    pub fn proof_link(&self, email: &str) -> String {
        format!("/verify-address?token={}", self.account_token(LinkKind::VerifyAddress, email))
    }

    fn account_token(&self, kind: LinkKind, email: &str) -> String {
        let (id, nonce): (i64, String) = self.read(|conn| {
            account_links::table
                .filter(account_links::purpose.eq(kind.into_str()))
                .filter(account_links::email.eq(email))
                .order(account_links::id.desc())
                .select((account_links::id, account_links::nonce))
                .first(conn)
        });
        self.app.signer.sign(kind.purpose(), id, &nonce)
    }

    /// The path of the link in the newest invitation mail to this address.
    pub fn mailed_invitation(&self, email: &str) -> String {
        self.invitation_link(email, Purpose::MailedInvitation)
    }

    /// The path of the link that *Copy link* shows for this address.
    pub fn copied_invitation(&self, email: &str) -> String {
        self.invitation_link(email, Purpose::CopiedInvitation)
    }

    fn invitation_link(&self, email: &str, purpose: Purpose) -> String {
        let (id, nonce, inviter): (i64, String, i64) = self.read(|conn| {
            invitations::table
                .filter(invitations::email.eq(email))
                .order(invitations::id.desc())
                .select((invitations::id, invitations::nonce, invitations::invited_by_id))
                .first(conn)
        });
        // A copied link is of the member who copied it: here, of the inviter.
        let nonce = match purpose {
            Purpose::CopiedInvitation => format!("{nonce}/{inviter}"),
            _ => nonce,
        };
        format!("/register?token={}", self.app.signer.sign(purpose, id, &nonce))
    }

    /// The sessions that a user has.
    pub fn sessions_of(&self, email: &str) -> i64 {
        self.count(&format!(
            "SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE u.email = '{email}'"
        ))
    }

    /// Whether a mailed link has proved this address.
    pub fn is_proved(&self, email: &str) -> bool {
        self.read(|conn| {
            users::table
                .filter(users::email.eq(email))
                .filter(users::email_verified_at.is_not_null())
                .count()
                .get_result::<i64>(conn)
        }) == 1
    }

    /// Makes an address one that nobody has proved.
    pub fn unprove(&self, email: &str) {
        let changed = self
            .execute(&format!("UPDATE users SET email_verified_at = NULL WHERE email = '{email}'"));
        assert_eq!(changed, 1);
    }
}
