//! Settings → Team.

use askama::Template;

use crate::web::away::Away;
use crate::web::view::{Baton, Choice, Chrome, Field, Load, Seats, When};

/// `GET /settings/team`
#[derive(Template)]
#[template(path = "team/index.html")]
pub struct TeamPage {
    pub chrome: Chrome,
    pub seats: Seats,
    pub plan_name: String,
    /// Without a mail server the page points to *Copy link*.
    pub mail_is_set_up: bool,
    pub members: Vec<MemberRow>,
    pub invitations: Vec<InvitationRow>,
}

/// An active member in the list.
pub struct MemberRow {
    pub id: i64,
    pub baton: Baton,
    /// The address of their picture.
    pub picture: Option<String>,
    pub name: String,
    pub email: String,
    pub is_me: bool,
    /// Until when they are away: `3 Dec`.
    pub away: Option<String>,
    pub last_seen: Option<When>,
    pub role_name: String,
    /// What the select offers, with the present role selected.
    pub roles: Vec<Choice>,
    pub can_change_role: bool,
    pub can_remove: bool,
    /// Why the role cannot be changed: `the last one`.
    pub note: Option<String>,
}

/// A pending or expired invitation in the list.
pub struct InvitationRow {
    pub id: i64,
    pub email: String,
    pub role_name: String,
    /// `Invited by you yesterday, valid for 6 days.`
    pub detail: String,
    pub is_expired: bool,
    pub mail_problem: Option<MailProblem>,
}

/// What is wrong with the mail of an invitation.
pub struct MailProblem {
    /// `Mail not delivered`
    pub badge: &'static str,
    /// Whether it is known not to have arrived.
    pub is_lost: bool,
    /// What the mail server said, as a sentence: `The address does not exist.`
    pub text: String,
}

/// `GET /settings/team/invite`, and the form on its way back. Fields: `email`, `role`.
#[derive(Template)]
#[template(path = "team/invite.html")]
pub struct InvitePage {
    pub chrome: Chrome,
    pub submission: String,
    pub seats: Seats,
    pub mail_is_set_up: bool,
    pub email: Field,
    pub roles: Vec<Choice>,
    pub role_error: Option<String>,
}

/// `GET /settings/team/invitations/ID/link`
#[derive(Template)]
#[template(path = "team/link.html")]
pub struct InvitationLinkPage {
    pub chrome: Chrome,
    pub email: String,
    pub role_name: String,
    pub link: String,
    /// `30 November 2026`
    pub valid_until: String,
}

/// `GET /settings/team/members/ID/away`, and the form on its way back. Fields: `back_on`;
/// `back` with its button.
#[derive(Template)]
#[template(path = "team/away.html")]
pub struct AwayPage {
    pub chrome: Chrome,
    pub member_id: i64,
    pub name: String,
    pub email: String,
    pub role_name: String,
    pub away: Away,
}

impl AwayPage {
    /// Where its form goes.
    pub fn action(&self) -> String {
        format!("/settings/team/members/{}/away", self.member_id)
    }
}

/// `GET /settings/team/members/ID/remove`. Fields: `successor` (empty for the
/// queue, else a member's id), `keep_invitations` (`yes` when ticked).
#[derive(Template)]
#[template(path = "team/remove.html")]
pub struct RemoveMemberPage {
    pub chrome: Chrome,
    pub submission: String,
    pub member_id: i64,
    pub baton: Baton,
    pub name: String,
    pub email: String,
    pub role_name: String,
    /// `2 March 2025`
    pub since: String,
    pub load: Load,
    /// The other active members; the queue is always the first choice.
    pub successors: Vec<Choice>,
    pub pending_invitations: i64,
    pub keep_invitations: bool,
    pub error: Option<String>,
}
