//! The table of roles, cell by cell, as the product's description has it. Rows
//! whose screens come later stand here too: they are rules already.

use strum::IntoEnumIterator;

use super::holding::{every_holding, member};
use crate::policy::ownership::Reply;
use crate::policy::{Actor, Capability, Holding, Role};

/// Of which conversations a cell says yes.
#[derive(Clone, Copy, Debug)]
enum Cell {
    /// All that the row speaks of.
    Yes,
    /// None.
    No,
    /// Those that the member owns.
    Own,
    /// Those that the member owns, and the unassigned that exist for them.
    OwnAndUnassigned,
}

use Cell::{No, Own, OwnAndUnassigned, Yes};

/// A row about conversations.
struct Row {
    may: &'static str,
    /// Administrator, Manager, Agent.
    cells: [Cell; 3],
    /// Which conversations the row speaks of, for this member.
    of: fn(Actor, Holding) -> bool,
    rule: fn(Actor, Holding) -> bool,
}

const CONVERSATIONS: [Row; 11] = [
    Row {
        may: "see the queue and their own conversations",
        cells: [Yes, Yes, Yes],
        of: |me, it| owns(me, it) || is_unassigned_for(me, it),
        rule: Actor::may_view,
    },
    Row {
        may: "see conversations that another member owns",
        cells: [Yes, Yes, No],
        of: is_anothers,
        rule: Actor::may_view,
    },
    Row {
        may: "see the queue of an inbox for chosen members without being chosen",
        cells: [Yes, Yes, No],
        of: |_, it| it.owner.is_none() && it.is_inbox_hidden,
        rule: Actor::may_view,
    },
    Row {
        may: "claim an unassigned conversation",
        cells: [Yes, Yes, Yes],
        of: is_unassigned_for,
        rule: Actor::may_claim,
    },
    Row {
        may: "reply",
        cells: [Own, Own, Own],
        of: |_, it| it.owner.is_some(),
        rule: |me, it| me.reply(it) == Reply::AsOwner,
    },
    Row {
        may: "reply to an unassigned one, which claims it",
        cells: [Yes, Yes, Yes],
        of: is_unassigned_for,
        rule: |me, it| me.reply(it) == Reply::ClaimsFirst,
    },
    Row {
        may: "add notes, label, snooze, resolve, reopen",
        cells: [Yes, Yes, OwnAndUnassigned],
        of: any,
        rule: Actor::may_tend,
    },
    Row {
        may: "release",
        cells: [Yes, Yes, Own],
        of: |_, it| it.owner.is_some(),
        rule: Actor::may_release,
    },
    Row {
        may: "assign, reassign, unassign",
        cells: [Yes, Yes, No],
        of: any,
        rule: |me, _| me.may_assign(),
    },
    Row {
        may: "assign, where Agents may pass on their own",
        cells: [Yes, Yes, Own],
        of: any,
        rule: |me, it| Actor { agents_pass_on: true, ..me }.may_reassign(it),
    },
    Row { may: "take over", cells: [Yes, Yes, No], of: is_anothers, rule: Actor::may_take_over },
];

/// The rows that depend on the role alone.
const REST: [(&str, Capability, [bool; 3]); 19] = {
    use Capability::*;
    const ALL: [bool; 3] = [true, true, true];
    const LEADS: [bool; 3] = [true, true, false];
    const ADMINISTRATORS: [bool; 3] = [true, false, false];
    [
        ("see the queue and their own conversations", SeeQueueAndOwn, ALL),
        ("see conversations that another member owns", SeeAll, LEADS),
        ("claim an unassigned conversation", Claim, ALL),
        ("assign, reassign, unassign, take over", Assign, LEADS),
        ("share saved views with the team", ShareViews, LEADS),
        ("view and edit contacts", Contacts, ALL),
        ("delete a contact with all data", DeleteContacts, ADMINISTRATORS),
        ("use quick replies", UseQuickReplies, ALL),
        ("manage quick replies", ManageQuickReplies, LEADS),
        ("manage labels", ManageLabels, LEADS),
        ("manage contact fields", ManageContactFields, LEADS),
        ("manage inboxes", ManageInboxes, LEADS),
        ("connect channels (credentials)", ConnectChannels, ADMINISTRATORS),
        ("reports", Reports, LEADS),
        ("team: invite, resend, revoke, change role, remove", ManageTeam, ADMINISTRATORS),
        ("billing and plan", Billing, ADMINISTRATORS),
        ("integrations", Integrations, ADMINISTRATORS),
        ("workspace settings", WorkspaceSettings, ADMINISTRATORS),
        ("audit log", AuditLog, ADMINISTRATORS),
    ]
};

fn any(_: Actor, _: Holding) -> bool {
    true
}

fn owns(me: Actor, it: Holding) -> bool {
    it.owner == Some(me.membership_id)
}

fn is_anothers(me: Actor, it: Holding) -> bool {
    it.owner.is_some() && !owns(me, it)
}

/// Unassigned, less what does not exist for an Agent: what waits in an inbox for
/// others, and what a colleague left resolved.
fn is_unassigned_for(me: Actor, it: Holding) -> bool {
    let is_absent = it.is_inbox_hidden || super::holding::is_left_by_another(me, it);
    it.owner.is_none() && (me.role != Role::Agent || !is_absent)
}

#[test]
fn each_role_may_do_with_conversations_what_its_column_says() {
    for row in &CONVERSATIONS {
        for (role, cell) in Role::iter().zip(row.cells) {
            let me = member(role);
            let mut seen = 0;
            for it in every_holding().filter(|it| (row.of)(me, *it)) {
                let expected = match cell {
                    Yes => true,
                    No => false,
                    Own => owns(me, it),
                    OwnAndUnassigned => owns(me, it) || is_unassigned_for(me, it),
                };
                assert_eq!((row.rule)(me, it), expected, "{role} may {}: {it:?}", row.may);
                seen += 1;
            }
            assert!(seen > 0, "no conversation tests “{}”", row.may);
        }
    }
}

#[test]
fn each_role_has_the_capabilities_of_its_column() {
    for (may, capability, cells) in REST {
        for (role, expected) in Role::iter().zip(cells) {
            assert_eq!(role.may(capability), expected, "{role} may {may}");
        }
    }
    let rows: Vec<Capability> = REST.iter().map(|(_, capability, _)| *capability).collect();
    assert_eq!(
        rows,
        Capability::iter().collect::<Vec<_>>(),
        "a capability has no row, or is out of order"
    );
}

#[test]
fn a_role_that_does_not_exist_is_never_another() {
    for role in Role::iter() {
        assert_eq!(role.into_str().parse(), Ok(role));
    }
    for word in ["", "Agent", "AGENT", " agent", "agent ", "owner", "admin", "administrator\0"] {
        assert!(word.parse::<Role>().is_err(), "{word}");
    }
}
