//! The frame around every page of a signed-in person.

use super::{Baton, Flash};
use crate::live::Position;
pub use crate::models::user::Theme;

/// Everything the frame around a signed-in page shows.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// The workspace that the page was made for; forms carry it back.
    pub workspace_id: i64,
    pub workspace_name: String,
    /// The address of the workspace's logo.
    pub logo: Option<String>,
    /// The person, to whom the page belongs.
    pub user_id: i64,
    pub user_name: String,
    /// The address of the person's picture.
    pub picture: Option<String>,
    /// The light in which they want to work.
    pub theme: Theme,
    /// Whether single keys do something.
    pub shortcuts: bool,
    /// `Administrator`, `Manager` or `Agent`.
    pub role_name: String,
    pub area: Area,
    /// Unread notifications as shown: none, `3`, `99+`. See [`capped`].
    pub unread: Option<String>,
    /// The user's other workspaces, for the switcher.
    pub other_workspaces: Vec<WorkspaceLink>,
    pub may: SettingsAccess,
    pub may_see_reports: bool,
    pub flash: Option<Flash>,
    /// What the page has seen of the workspace's events; none without a workspace.
    pub seen: Option<Position>,
}

impl Chrome {
    /// The marker of the person who looks at the page.
    pub fn me(&self) -> Baton {
        Baton::mine(&self.user_name)
    }

    /// What `<html>` says of the theme; nothing where the device decides.
    pub fn forced_theme(&self) -> Option<&'static str> {
        (self.theme != Theme::System).then(|| self.theme.into_str())
    }

    /// Settings pages of the workspace that this role may open.
    pub fn workspace_settings(&self) -> Vec<SettingsLink> {
        let all = [
            (self.may.manage_team, Area::Team, "/settings/team", "team", "Team"),
            (self.may.manage_billing, Area::Billing, "/settings/billing", "card", "Billing"),
            (self.may.manage_inboxes, Area::Inboxes, "/settings/inboxes", "inbox", "Inboxes"),
            (self.may.manage_labels, Area::Labels, "/settings/labels", "label", "Labels"),
            (
                self.may.manage_contact_fields,
                Area::ContactFields,
                "/settings/contact-fields",
                "contacts",
                "Contact fields",
            ),
            (
                self.may.manage_quick_replies,
                Area::QuickReplies,
                "/settings/quick-replies",
                "bolt",
                "Quick replies",
            ),
            (
                self.may.manage_workspace,
                Area::Workspace,
                "/settings/workspace",
                "settings",
                "Workspace",
            ),
            (self.may.see_audit_log, Area::AuditLog, "/settings/audit-log", "note", "Audit log"),
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
    Contacts,
    Search,
    Reports,
    Notifications,
    Team,
    Billing,
    Inboxes,
    Labels,
    ContactFields,
    QuickReplies,
    Workspace,
    AuditLog,
    Profile,
    /// An error page, or one that belongs nowhere in the navigation.
    #[default]
    Elsewhere,
}

impl Area {
    /// The inbox or a conversation.
    pub fn is_inbox(self) -> bool {
        self == Self::Inbox
    }

    /// The list of contacts or one of them.
    pub fn is_contacts(self) -> bool {
        self == Self::Contacts
    }

    /// The search over conversations and contacts.
    pub fn is_search(self) -> bool {
        self == Self::Search
    }

    /// The reports.
    pub fn is_reports(self) -> bool {
        self == Self::Reports
    }

    /// The list of notifications.
    pub fn is_notifications(self) -> bool {
        self == Self::Notifications
    }

    /// The one settings page that everybody has.
    pub fn is_profile(self) -> bool {
        self == Self::Profile
    }

    /// Any page below `/settings`.
    pub fn is_settings(self) -> bool {
        matches!(
            self,
            Self::Team
                | Self::Billing
                | Self::Inboxes
                | Self::Labels
                | Self::ContactFields
                | Self::QuickReplies
                | Self::Workspace
                | Self::AuditLog
                | Self::Profile
        )
    }
}

/// Which settings this role may open, from `policy`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingsAccess {
    pub manage_team: bool,
    pub manage_billing: bool,
    pub manage_inboxes: bool,
    pub manage_labels: bool,
    pub manage_contact_fields: bool,
    pub manage_quick_replies: bool,
    pub manage_workspace: bool,
    pub see_audit_log: bool,
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
    /// The address of its logo.
    pub logo: Option<String>,
}
