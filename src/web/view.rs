//! What every template shares: values that are decided before a page is
//! rendered. Nothing here knows the database or the request.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;

/// Said wherever a password is chosen.
pub const PASSWORD_HINT: &str = "At least 10 characters. A few words are fine.";

/// Everything the frame around a signed-in page shows.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// The workspace that the page was made for; forms carry it back.
    pub workspace_id: i64,
    pub workspace_name: String,
    pub user_name: String,
    /// `Administrator`, `Manager` or `Agent`.
    pub role_name: String,
    pub area: Area,
    /// Unread notifications as shown: none, `3`, `99+`. See [`capped`].
    pub unread: Option<String>,
    /// The user's other workspaces, for the switcher.
    pub other_workspaces: Vec<WorkspaceLink>,
    pub may: SettingsAccess,
    pub flash: Option<Flash>,
}

impl Chrome {
    /// The marker of the person who looks at the page.
    pub fn me(&self) -> Baton {
        Baton::mine(&self.user_name)
    }

    /// Settings pages of the workspace that this role may open.
    pub fn workspace_settings(&self) -> Vec<SettingsLink> {
        let all = [
            (
                self.may.manage_team,
                Area::Team,
                "/settings/team",
                "team",
                "Team",
            ),
            (
                self.may.manage_billing,
                Area::Billing,
                "/settings/billing",
                "card",
                "Billing",
            ),
            (
                self.may.manage_inboxes,
                Area::Inboxes,
                "/settings/inboxes",
                "inbox",
                "Inboxes",
            ),
            (
                self.may.manage_workspace,
                Area::Workspace,
                "/settings/workspace",
                "settings",
                "Workspace",
            ),
        ];
        all.into_iter()
            .filter(|(allowed, ..)| *allowed)
            .map(|(_, area, href, icon, label)| SettingsLink {
                href,
                icon,
                label,
                is_current: self.area == area,
            })
            .collect()
    }
}

/// Where in the program a page stands: marks the current link in both navigations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Area {
    Inbox,
    Notifications,
    Team,
    Billing,
    Inboxes,
    Workspace,
    Profile,
    /// An error page, or one that belongs nowhere in the navigation.
    #[default]
    Elsewhere,
}

impl Area {
    pub fn is_inbox(self) -> bool {
        self == Self::Inbox
    }

    pub fn is_notifications(self) -> bool {
        self == Self::Notifications
    }

    pub fn is_profile(self) -> bool {
        self == Self::Profile
    }

    pub fn is_settings(self) -> bool {
        matches!(
            self,
            Self::Team | Self::Billing | Self::Inboxes | Self::Workspace | Self::Profile
        )
    }
}

/// Which settings this role may open, from `policy`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingsAccess {
    pub manage_team: bool,
    pub manage_billing: bool,
    pub manage_inboxes: bool,
    pub manage_workspace: bool,
}

/// One line of the settings navigation.
#[derive(Clone, Copy, Debug)]
pub struct SettingsLink {
    pub href: &'static str,
    pub icon: &'static str,
    pub label: &'static str,
    pub is_current: bool,
}

/// Another workspace of the same user.
#[derive(Clone, Debug)]
pub struct WorkspaceLink {
    pub id: i64,
    pub name: String,
}

/// One choice of a `<select>`.
#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_selected: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, is_selected: bool) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            is_selected,
        }
    }
}

/// What happened just now, said once on the next page.
#[derive(Clone, Debug)]
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
    pub action: Option<FlashAction>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    Ok,
    Warn,
    Bad,
}

/// What a flash offers: a link to go on, or a form that undoes.
#[derive(Clone, Debug)]
pub enum FlashAction {
    Link {
        href: String,
        label: String,
    },
    Form {
        action: String,
        label: String,
        fields: Vec<(String, String)>,
    },
}

impl Flash {
    pub fn ok(text: impl Into<String>) -> Self {
        Self::of(FlashKind::Ok, text)
    }

    pub fn warn(text: impl Into<String>) -> Self {
        Self::of(FlashKind::Warn, text)
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self::of(FlashKind::Bad, text)
    }

    fn of(kind: FlashKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            action: None,
        }
    }

    pub fn with(mut self, action: FlashAction) -> Self {
        self.action = Some(action);
        self
    }

    pub fn class(&self) -> &'static str {
        match self.kind {
            FlashKind::Ok => "is-ok",
            FlashKind::Warn => "is-warn",
            FlashKind::Bad => "is-bad",
        }
    }

    pub fn icon(&self) -> &'static str {
        if self.kind == FlashKind::Ok {
            "check"
        } else {
            "alert"
        }
    }

    /// Bad news interrupts a screen reader, the rest waits for its turn.
    pub fn live_role(&self) -> &'static str {
        if self.kind == FlashKind::Bad {
            "alert"
        } else {
            "status"
        }
    }
}

/// A form field on its way back to the person: the text kept, the reason beside it.
#[derive(Clone, Debug, Default)]
pub struct Field {
    pub value: String,
    pub error: Option<String>,
}

impl Field {
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    pub fn failing(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: Some(error.into()),
        }
    }
}

/// A moment as people read it: relative up to a day, then a date.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// For the `datetime` attribute.
    pub iso: String,
    /// The full local time, shown on hover.
    pub title: String,
    /// `4 min ago`, `22 Nov`; `Wed 25 Nov, 09:00` for what is to come.
    pub text: String,
    /// As `text` without `ago`, for narrow columns.
    pub short: String,
}

impl When {
    /// `at` as seen at `now` in the workspace's time zone.
    pub fn new(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Self {
        let local = at.with_timezone(&zone);
        let minutes = (now - at).num_minutes();
        let (short, is_span) = match minutes {
            // A clock of another node may be a little ahead.
            -1..1 => ("just now".to_owned(), false),
            ..-1 => (local.format("%a %-d %b, %H:%M").to_string(), false),
            1..60 => (format!("{minutes} min"), true),
            60..1440 => (format!("{} h", minutes / 60), true),
            _ if local.year() == now.with_timezone(&zone).year() => {
                (local.format("%-d %b").to_string(), false)
            }
            _ => (local.format("%-d %b %Y").to_string(), false),
        };
        Self {
            iso: local.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            title: local.format("%A %-d %B %Y, %H:%M").to_string(),
            text: if is_span {
                format!("{short} ago")
            } else {
                short.clone()
            },
            short,
        }
    }
}

/// A member, or nobody: the capsule that says who holds a conversation.
#[derive(Clone, Debug)]
pub enum Baton {
    /// The person who looks.
    Mine {
        initials: String,
        name: String,
    },
    Colleague {
        initials: String,
        name: String,
    },
    /// Unassigned.
    Free,
}

impl Baton {
    pub fn mine(name: &str) -> Self {
        Self::Mine {
            initials: initials(name),
            name: name.to_owned(),
        }
    }

    pub fn colleague(name: &str) -> Self {
        Self::Colleague {
            initials: initials(name),
            name: name.to_owned(),
        }
    }

    pub fn of(name: &str, is_me: bool) -> Self {
        if is_me {
            Self::mine(name)
        } else {
            Self::colleague(name)
        }
    }
}

/// A customer: a round marker with initials in one of five tints.
#[derive(Clone, Debug)]
pub struct Avatar {
    pub initials: String,
    pub tint: u8,
}

impl Avatar {
    /// `seed` keeps the tint when the name changes: the contact's id is a good one.
    pub fn new(name: &str, seed: &str) -> Self {
        Self {
            initials: initials(name),
            tint: tint(seed),
        }
    }
}

/// The seats of a plan, one small baton each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seats {
    /// Members and pending invitations together.
    pub taken: u32,
    pub pending: u32,
    pub total: u32,
}

/// More marks than this are a wall, not a meter.
const MOST_MARKS: u32 = 60;

impl Seats {
    pub fn left(&self) -> u32 {
        self.total.saturating_sub(self.taken)
    }

    pub fn is_full(&self) -> bool {
        self.left() == 0
    }

    /// One class per mark, in order: used, pending, free.
    pub fn marks(&self) -> Vec<&'static str> {
        let total = self.total.max(self.taken);
        if total > MOST_MARKS {
            return Vec::new();
        }
        let members = self.taken.saturating_sub(self.pending);
        (0..total)
            .map(|seat| match seat {
                seat if seat < members => "is-used",
                seat if seat < self.taken => "is-pending",
                _ => "is-free",
            })
            .collect()
    }
}

/// Conversations that somebody who goes leaves behind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    pub open: i64,
    pub snoozed: i64,
}

impl Load {
    pub fn is_nothing(&self) -> bool {
        self.open == 0 && self.snoozed == 0
    }

    /// `Mia Chen owns 4 open conversations and 1 snoozed one.`
    pub fn sentence(&self, name: &str) -> String {
        format!("{name} owns {}.", self.words())
    }

    /// `4 open conversations and 1 snoozed one`
    pub fn words(&self) -> String {
        let open = match self.open {
            0 => "no open conversation".to_owned(),
            1 => "1 open conversation".to_owned(),
            many => format!("{many} open conversations"),
        };
        match self.snoozed {
            0 => open,
            1 => format!("{open} and 1 snoozed one"),
            many => format!("{open} and {many} snoozed ones"),
        }
    }
}

/// A count as the navigation shows it: nothing for zero, at most `99+`.
pub fn capped(count: i64) -> Option<String> {
    match count {
        ..=0 => None,
        1..100 => Some(count.to_string()),
        _ => Some("99+".to_owned()),
    }
}

/// Up to two letters that stand for a name: `Ana Silva` is `AS`.
pub fn initials(name: &str) -> String {
    let mut letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let Some(first) = letters.next() else {
        return "?".to_owned();
    };
    first
        .to_uppercase()
        .chain(letters.next_back().into_iter().flat_map(char::to_uppercase))
        .collect()
}

/// One of the five tints, always the same for the same seed.
pub fn tint(seed: &str) -> u8 {
    let hash = seed.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash % 5) as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, TimeZone};

    #[test]
    fn initials_are_the_first_letters_of_the_first_and_last_word() {
        for (name, expected) in [
            ("Ana Silva", "AS"),
            ("Maximiliane-Theodora von Hohenstein", "MH"),
            ("élodie", "É"),
            ("  ", "?"),
            ("“Bo” (workshop)", "BW"),
            ("🚲 🚲", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_tint_is_stable_and_exists() {
        assert_eq!(tint("contact 7"), tint("contact 7"));
        assert!((0..100).all(|id| (1..=5).contains(&tint(&id.to_string()))));
    }

    #[test]
    fn times_are_relative_up_to_a_day_and_dates_after() {
        let now = Utc.with_ymd_and_hms(2026, 11, 24, 8, 45, 0).unwrap();
        let zone = chrono_tz::Europe::Berlin;
        for (ago, text) in [
            (Duration::seconds(20), "just now"),
            (Duration::minutes(4), "4 min ago"),
            (Duration::minutes(125), "2 h ago"),
            (Duration::days(2), "22 Nov"),
            (Duration::days(400), "20 Oct 2025"),
            (Duration::days(-1), "Wed 25 Nov, 09:45"),
        ] {
            assert_eq!(When::new(now - ago, now, zone).text, text);
        }
        let when = When::new(now - Duration::minutes(4), now, zone);
        assert_eq!(when.short, "4 min");
        assert_eq!(when.title, "Tuesday 24 November 2026, 09:41");
        assert_eq!(when.iso, "2026-11-24T09:41:00+01:00");
    }

    #[test]
    fn counts_stop_at_99_plus() {
        assert_eq!(capped(0), None);
        assert_eq!(capped(99).as_deref(), Some("99"));
        assert_eq!(capped(100).as_deref(), Some("99+"));
    }

    #[test]
    fn every_seat_has_its_mark() {
        let seats = Seats {
            taken: 3,
            pending: 1,
            total: 4,
        };
        assert_eq!(
            seats.marks(),
            ["is-used", "is-used", "is-pending", "is-free"]
        );
        assert_eq!(seats.left(), 1);
        let over = Seats {
            taken: 4,
            pending: 0,
            total: 3,
        };
        assert!(over.is_full());
        assert_eq!(over.marks().len(), 4);
    }

    #[test]
    fn the_load_counts_in_words() {
        for (open, snoozed, words) in [
            (0, 0, "Mia owns no open conversation."),
            (1, 0, "Mia owns 1 open conversation."),
            (4, 1, "Mia owns 4 open conversations and 1 snoozed one."),
            (0, 2, "Mia owns no open conversation and 2 snoozed ones."),
        ] {
            assert_eq!(Load { open, snoozed }.sentence("Mia"), words);
        }
    }
}
