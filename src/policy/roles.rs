//! Roles, and what each may do whatever the conversation.

use std::fmt;

use strum::{EnumIter, EnumString, IntoStaticStr};

/// What a member is in a workspace, the most capable first; a word in forms and the
/// database. An unknown one is never turned into another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Role {
    Administrator,
    Manager,
    Agent,
}

impl Role {
    /// The role's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Manager => "Manager",
            Self::Agent => "Agent",
        }
    }

    /// Whether a member with this role may do this at all.
    pub const fn may(self, capability: Capability) -> bool {
        use Capability::*;
        match capability {
            SeeQueueAndOwn | Claim | Contacts | UseQuickReplies => true,
            SeeAll | Assign | ShareViews | ManageQuickReplies | ManageLabels
            | ManageContactFields | ManageInboxes | Reports => {
                matches!(self, Self::Administrator | Self::Manager)
            }
            DeleteContacts | ConnectChannels | ManageTeam | Billing | Integrations
            | WorkspaceSettings | AuditLog => matches!(self, Self::Administrator),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What depends on the role alone, in the order of the product's role table. What also
/// depends on who holds the conversation is in [`super::ownership`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
pub enum Capability {
    /// See the queue and one's own conversations.
    SeeQueueAndOwn,
    /// See conversations that another member owns, and the view *All*.
    SeeAll,
    /// Claim an unassigned conversation, also by replying to it.
    Claim,
    /// Assign, reassign, unassign and take over.
    Assign,
    /// Share saved views with the team.
    ShareViews,
    /// View and edit contacts.
    Contacts,
    /// Delete a contact with all that was written, at their request.
    DeleteContacts,
    UseQuickReplies,
    ManageQuickReplies,
    ManageLabels,
    /// Decide what is known of every contact beside name and address.
    ManageContactFields,
    ManageInboxes,
    /// Enter and change a channel's credentials.
    ConnectChannels,
    Reports,
    /// Invite, resend, revoke, change role, remove.
    ManageTeam,
    /// Billing and plan.
    Billing,
    Integrations,
    WorkspaceSettings,
    AuditLog,
}

/// The last Administrator can neither leave nor be made anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A workspace keeps at least one Administrator.")]
pub struct LastAdministrator;

/// Whether a member who is `from` may get the role `to`, in a workspace that has
/// `administrators` now. Who may give it is a matter of [`Capability::ManageTeam`].
pub fn change_role(from: Role, to: Role, administrators: i64) -> Result<(), LastAdministrator> {
    if to == Role::Administrator {
        return Ok(());
    }
    end_membership(from, administrators)
}

/// Whether the membership of a member with this role may end. Everybody may leave; who
/// may remove others is a matter of [`Capability::ManageTeam`].
pub fn end_membership(role: Role, administrators: i64) -> Result<(), LastAdministrator> {
    if role == Role::Administrator && administrators <= 1 {
        return Err(LastAdministrator);
    }
    Ok(())
}
