//! The mails that Baton writes itself, each as plain text and as HTML.

use askama::Template;

/// A mail as it is read.
pub trait Page {
    fn subject(&self) -> String;

    /// # Errors
    /// When the template fails, which is a defect.
    fn html(&self) -> askama::Result<String>;

    /// # Errors
    /// As [`Page::html`].
    fn text(&self) -> askama::Result<String>;
}

/// Gives a mail its two forms from `templates/mail/`.
macro_rules! mail_templates {
    ($mail:ident, $html:ident $html_path:literal, $text:ident $text_path:literal) => {
        #[derive(Template)]
        #[template(path = $html_path)]
        struct $html<'a> {
            mail: &'a $mail,
        }

        #[derive(Template)]
        #[template(path = $text_path)]
        struct $text<'a> {
            mail: &'a $mail,
        }

        impl crate::mail::page::Page for $mail {
            fn subject(&self) -> String {
                $mail::subject(self)
            }

            fn html(&self) -> askama::Result<String> {
                $html { mail: self }.render()
            }

            fn text(&self) -> askama::Result<String> {
                $text { mail: self }.render()
            }
        }
    };
}

mod chat_answers;
mod notifications;
mod reply_refused;

pub use chat_answers::{ChatAnswersMail, MailedReply};
pub use notifications::{NoticeGroup, NotificationsMail};
pub use reply_refused::ReplyRefusedMail;

/// Asks somebody to join a workspace.
#[derive(Clone, Debug)]
pub struct InvitationMail {
    pub workspace_name: String,
    pub inviter_name: String,
    pub inviter_email: String,
    pub role_name: String,
    pub link: String,
    /// `30 November 2026`
    pub valid_until: String,
}

impl InvitationMail {
    pub fn subject(&self) -> String {
        format!("{} invites you to {} on Baton", self.inviter_name, self.workspace_name)
    }
}

mail_templates!(InvitationMail, InvitationHtml "mail/invitation.html", InvitationText "mail/invitation.txt");

/// Brings a link for a new password.
#[derive(Clone, Debug)]
pub struct PasswordResetMail {
    pub email: String,
    pub link: String,
}

impl PasswordResetMail {
    pub fn subject(&self) -> String {
        "Choose a new password for Baton".to_owned()
    }
}

mail_templates!(PasswordResetMail, PasswordResetHtml "mail/password_reset.html", PasswordResetText "mail/password_reset.txt");

/// Proves that an address belongs to a user.
#[derive(Clone, Debug)]
pub struct VerifyAddressMail {
    pub user_name: String,
    /// The address to prove, to which this goes.
    pub email: String,
    /// They sign in with another one until then.
    pub is_new: bool,
    /// Only who is signed in as them can open the link.
    pub asks_sign_in: bool,
    pub link: String,
    /// `one day`
    pub valid_for: String,
}

impl VerifyAddressMail {
    pub fn subject(&self) -> String {
        "Confirm your address for Baton".to_owned()
    }
}

mail_templates!(VerifyAddressMail, VerifyAddressHtml "mail/verify_address.html", VerifyAddressText "mail/verify_address.txt");

/// Tells the old address that another one has taken its place.
#[derive(Clone, Debug)]
pub struct AddressChangedMail {
    pub user_name: String,
    /// The address before, to which this goes.
    pub old_email: String,
    pub new_email: String,
}

impl AddressChangedMail {
    pub fn subject(&self) -> String {
        "Your address for Baton was changed".to_owned()
    }
}

mail_templates!(AddressChangedMail, AddressChangedHtml "mail/address_changed.html", AddressChangedText "mail/address_changed.txt");

/// Shows an administrator that mail leaves the server.
#[derive(Clone, Debug)]
pub struct TestMail {
    pub user_name: String,
    pub workspace_name: String,
}

impl TestMail {
    pub fn subject(&self) -> String {
        format!("Test mail from {}", self.workspace_name)
    }
}

mail_templates!(TestMail, TestHtml "mail/test.html", TestText "mail/test.txt");

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> InvitationMail {
        InvitationMail {
            workspace_name: "Sprocket & <Co>".into(),
            inviter_name: "Ana Silva".into(),
            inviter_email: "ana@sprocket.example".into(),
            role_name: "Agent".into(),
            link: "https://baton.example/register?token=abc&x=1".into(),
            valid_until: "30 November 2026".into(),
        }
    }

    #[test]
    fn both_forms_carry_the_link_and_the_role() {
        let mail = invitation();
        let text = mail.text().unwrap();
        assert!(text.contains("https://baton.example/register?token=abc&x=1\n"));
        assert!(text.contains("as Agent"));
        let html = mail.html().unwrap();
        assert!(html.contains("token=abc&#38;x=1\""));
        assert!(html.contains("<strong>Agent</strong>"));
    }

    #[test]
    fn names_are_escaped_in_html_and_plain_in_text() {
        let mail = invitation();
        assert!(!mail.html().unwrap().contains("<Co>"));
        assert!(mail.text().unwrap().contains("Sprocket & <Co>"));
    }

    #[test]
    fn a_test_mail_has_no_button() {
        let mail = TestMail { user_name: "Ana".into(), workspace_name: "Sprocket".into() };
        assert!(!mail.html().unwrap().contains("<a "));
        assert!(mail.text().unwrap().contains("Ana sent this test from Sprocket"));
    }
}
