//! Pages without a session: signing in, registering, coming back by a mailed link.

use askama::Template;

use crate::models::limit::RetryAfter;
use crate::policy::Role;
use crate::web::view::{Baton, Choice, Field, Flash, PASSWORD_HINT};

/// The one answer to a wrong address, a wrong password, or both.
pub const NO_MATCH: &str = "That address and password do not match.";

/// Words for an answer 429.
pub fn too_many_attempts(after: RetryAfter) -> String {
    format!("Too many attempts. Wait {}, then try again.", after.in_words())
}

/// `GET /login`, and its answer when something is wrong.
#[derive(Template)]
#[template(path = "doors/sign_in.html")]
pub struct SignInPage {
    pub flash: Option<Flash>,
    pub email: Field,
    /// [`NO_MATCH`], [`too_many_attempts`], or that no cookie came back.
    pub error: Option<String>,
    /// A local path to go on to; may be empty.
    pub next: String,
    pub may_register: bool,
}

impl SignInPage {
    /// What was written before the session ended goes on with the form.
    pub fn kept(&self) -> Option<&str> {
        self.flash.as_ref()?.kept.as_deref()
    }
}

/// `GET /forgot-password`
#[derive(Template)]
#[template(path = "doors/forgot_password.html")]
pub struct ForgotPasswordPage {
    pub flash: Option<Flash>,
    pub email: Field,
}

/// The same answer whether the address is known or not.
#[derive(Template)]
#[template(path = "doors/check_mail.html")]
pub struct CheckMailPage {
    pub flash: Option<Flash>,
    pub email: String,
    pub mail_is_set_up: bool,
}

/// `GET /reset-password?token=…`
#[derive(Template)]
#[template(path = "doors/reset_password.html")]
pub struct ResetPasswordPage {
    pub flash: Option<Flash>,
    pub token: String,
    pub email: String,
    pub password: Field,
}

/// `GET /register` without an invitation. Form fields: `workspace_name`, `name`,
/// `email`, `password`, `timezone`.
#[derive(Template)]
#[template(path = "doors/register.html")]
pub struct RegisterPage {
    pub flash: Option<Flash>,
    pub workspace_name: Field,
    pub name: Field,
    pub email: Field,
    pub password: Field,
    /// It is the address of whoever is signed in: they type the password they have.
    pub is_own_address: bool,
    pub zones: Vec<&'static str>,
    pub zone: Field,
}

impl RegisterPage {
    fn password_kind(&self) -> &'static str {
        if self.is_own_address { "current-password" } else { "new-password" }
    }

    fn password_hint(&self) -> &'static str {
        if self.is_own_address { "The password you sign in with." } else { PASSWORD_HINT }
    }

    /// Nothing is filled in yet: only then may a script choose the time zone.
    fn is_untouched(&self) -> bool {
        self.workspace_name.value.is_empty() && self.email.value.is_empty()
    }
}

/// How the person who opened an invitation can accept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joining {
    /// Nobody has this address yet: name and password.
    NewUser,
    /// A user with a proved address: only their password.
    HasUser,
    /// The mailed link proves the address of an existing user: their name, to look at,
    /// and a new password.
    ProvesAddress,
    /// Signed in as that address: only the button.
    SignedIn,
    /// Signed in as somebody else: sign out first.
    SignedInAsOther { email: String },
    /// A copied link, and a user whose address nobody has proved.
    Unproved,
}

/// `GET /register?token=…`. Form fields: `token`, `name`, `password`.
#[derive(Template)]
#[template(path = "doors/invitation.html")]
pub struct InvitationPage {
    pub flash: Option<Flash>,
    pub token: String,
    pub workspace_name: String,
    pub inviter_name: String,
    /// `Baton::colleague(inviter_name)`
    pub inviter: Baton,
    pub role_name: String,
    /// What the role does, as in [`role_words`].
    pub role_words: String,
    pub email: String,
    /// `30 November 2026`
    pub valid_until: String,
    pub joining: Joining,
    pub is_signed_in: bool,
    pub name: Field,
    pub password: Field,
    pub error: Option<String>,
}

impl InvitationPage {
    /// Where to come back to after signing out.
    fn own_path(&self) -> String {
        format!("/register?token={}", self.token)
    }
}

/// What a person with this role does, to follow `invites you as ROLE:`.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Administrator => "you look after the team, its settings and every conversation.",
        Role::Manager => "you see every conversation, assign and take over.",
        Role::Agent => "you see the queue, claim conversations and answer them.",
    }
}

/// A heading, a text and one way on.
#[derive(Template)]
#[template(path = "doors/words.html")]
pub struct WordsPage {
    pub flash: Option<Flash>,
    pub heading: &'static str,
    pub text: String,
    pub href: &'static str,
    pub label: &'static str,
}

/// `GET /unsubscribe?token=…`, and what it came to.
#[derive(Template)]
#[template(path = "doors/unsubscribe.html")]
pub struct UnsubscribePage {
    pub flash: Option<Flash>,
    pub token: String,
    pub email: String,
    pub workspace: String,
    /// What is mailed now, after everything at once; empty when nothing is.
    pub kinds: Vec<Choice>,
    /// What has just been ended.
    pub stopped: Option<String>,
}

/// The same for a customer who got the answers of a chat.
#[derive(Template)]
#[template(path = "doors/stop_answers.html")]
pub struct StopAnswersPage {
    pub flash: Option<Flash>,
    pub token: String,
    pub email: String,
    pub workspace: String,
    pub is_stopped: bool,
}

impl WordsPage {
    fn new(
        heading: &'static str,
        text: impl Into<String>,
        href: &'static str,
        label: &'static str,
    ) -> Self {
        Self { flash: None, heading, text: text.into(), href, label }
    }

    /// `GET /register` where nobody may create a workspace.
    pub fn invitation_needed() -> Self {
        Self::new(
            "You need an invitation",
            "New workspaces are not open here. Ask an Administrator of your team to invite you; the mail brings a link.",
            "/login",
            "Sign in",
        )
    }

    /// A link that ends mails, cut off.
    pub fn unsubscribe_invalid() -> Self {
        Self::new(
            "This link does not work",
            "It may be cut off. Try the one at the end of a newer mail, or choose in your profile what you are told by mail.",
            "/settings/profile",
            "Open profile",
        )
    }

    /// The token is unknown, or belongs to an invitation that was sent again.
    pub fn invitation_invalid() -> Self {
        Self::new(
            "This link does not work",
            "It may be cut off, or a newer invitation has replaced it. Look for the latest mail, or ask for a new invitation.",
            "/login",
            "Sign in",
        )
    }

    pub fn invitation_expired(inviter_name: &str) -> Self {
        Self::new(
            "This invitation has expired",
            format!("It was valid for 7 days. Ask {inviter_name} to send it again."),
            "/login",
            "Sign in",
        )
    }

    pub fn invitation_revoked() -> Self {
        Self::new(
            "This invitation was withdrawn",
            "If you think that is a mistake, ask the person who invited you.",
            "/login",
            "Sign in",
        )
    }

    pub fn invitation_accepted() -> Self {
        Self::new(
            "This invitation has already been accepted",
            "The link works once. If it was you who accepted, just sign in.",
            "/login",
            "Sign in",
        )
    }

    pub fn reset_invalid() -> Self {
        Self::new(
            "This link no longer works",
            "A link for a new password works once, for one hour, and only the latest one counts.",
            "/forgot-password",
            "Send a new link",
        )
    }

    pub fn verification_invalid() -> Self {
        Self::new(
            "This link no longer works",
            "This link was used already or has expired. Your profile shows your address.",
            "/settings/profile",
            "Open profile",
        )
    }
}

/// `GET /verify-address?token=…`: opening a link uses nothing up, the button does.
#[derive(Template)]
#[template(path = "doors/verify_address.html")]
pub struct VerifyAddressPage {
    pub flash: Option<Flash>,
    pub token: String,
    pub email: String,
    /// They sign in with it already.
    pub is_present: bool,
    /// A new password is asked for next, see [`crate::models::account_link::verify_address`].
    pub asks_password: bool,
}

/// The proof of a new address, for whoever is not signed in as the one who asked for it.
#[derive(Template)]
#[template(path = "doors/sign_in_first.html")]
pub struct SignInFirstPage {
    pub flash: Option<Flash>,
    /// Where one signs in and comes back to the link that was opened.
    pub login: String,
    /// Somebody else is signed in.
    pub as_another: bool,
}

/// One workspace of the chooser.
pub struct WorkspaceChoice {
    pub id: i64,
    pub name: String,
    pub role_name: String,
    pub is_current: bool,
}

/// `GET /workspaces`: several to choose from, or none left.
#[derive(Template)]
#[template(path = "doors/workspaces.html")]
pub struct WorkspacesPage {
    pub flash: Option<Flash>,
    pub user_email: String,
    pub workspaces: Vec<WorkspaceChoice>,
    pub next: String,
    pub may_create: bool,
}
