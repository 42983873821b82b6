//! Settings → Profile: the person themselves.

use askama::Template;

use crate::web::away::Away;
use crate::web::view::{Choice, Chrome, Field, Load, When};

/// `GET /settings/profile`, and each of its forms on the way back.
///
/// Fields by action: `/settings/profile` has `name`, `public_name`, `time_zone` (empty: that
/// of the workspace), `theme`, `shortcuts`, `signature` and `notify_KIND`, `/picture` has a file
/// `picture`, `/email` has `new_email` and `password`, `/password` has `current_password`
/// and `new_password`, `/devices` has `endpoint`, `p256dh`, `auth` and `sound`,
/// `/devices/remove` has `device`, and `/away` has `back_on`, and `back` with its button.
#[derive(Template)]
#[template(path = "profile/index.html")]
pub struct ProfilePage {
    pub chrome: Chrome,
    /// Of the form *Change password*.
    pub submission: String,
    pub name: Field,
    pub public_name: Field,
    pub zones: Vec<Choice>,
    pub zone_error: Option<String>,
    pub themes: Vec<Choice>,
    pub shortcuts: Vec<Choice>,
    pub signature: Field,
    /// The kinds of notification that the member may be told of.
    pub notify: Vec<KindRow>,
    /// Why the last mail that told the member of something did not arrive.
    pub notify_error: Option<String>,
    pub devices: Devices,
    pub away: Away,
    pub picture_error: Option<String>,
    pub email: String,
    pub email_is_proved: bool,
    /// Asked for and not confirmed yet.
    pub pending_email: Option<String>,
    pub new_email: Field,
    /// Only its error is shown.
    pub email_password: Field,
    pub current_password: Field,
    pub new_password: Field,
    pub sessions: Vec<SessionRow>,
    /// Why leaving is refused: `You are the last Administrator. …`
    pub cannot_leave: Option<String>,
}

/// A kind of notification, and how the member is told.
pub struct KindRow {
    /// `notify_assigned`
    pub name: String,
    /// `A conversation is assigned to you`
    pub occasion: &'static str,
    pub ways: Vec<Choice>,
}

/// The browsers that show notifications.
pub struct Devices {
    /// The viewer is told of mailboxes that do not work.
    pub tells_of_mailboxes: bool,
    /// What a browser that is turned on asks for: the installation's public key.
    pub key: String,
    pub rows: Vec<DeviceRow>,
    /// The id of this browser's, where it is one of them.
    pub here: Option<i64>,
    /// `on` or `off`: of this browser.
    pub sound: &'static str,
    pub sounds: Vec<Choice>,
    /// Why this browser was not turned on.
    pub error: Option<String>,
}

/// A browser that shows notifications.
pub struct DeviceRow {
    pub id: i64,
    /// `Firefox on Linux`
    pub browser: String,
    pub since: When,
    pub with_sound: bool,
    pub is_current: bool,
}

/// A browser that is signed in as this user.
pub struct SessionRow {
    /// `Firefox on Linux`
    pub browser: String,
    pub last_seen: When,
    pub is_current: bool,
}

/// `GET /settings/profile/leave`. Fields: `successor`, empty for the queue;
/// `keep_invitations` (`yes` when ticked).
#[derive(Template)]
#[template(path = "profile/leave.html")]
pub struct LeavePage {
    pub chrome: Chrome,
    pub load: Load,
    /// Whom this role may assign to; empty where only the queue is possible.
    pub successors: Vec<Choice>,
    /// Those that would be revoked.
    pub pending_invitations: i64,
    pub keep_invitations: bool,
    pub error: Option<String>,
}
