//! The verbs themselves: a request is checked before they run, and they look
//! again under their locks, since a role or a membership may be gone by then.

use baton::db::{Conn, Verb};
use baton::models::membership::MemberId;
use baton::models::removal::Remains;
use baton::models::token::Signer;
use baton::models::{away, invitation, membership, removal, workspace};
use baton::policy::Role;

use super::{BO, invited};
use crate::away::days_ahead;
use crate::support::{Cast, Instance};

/// Who acts, in which workspace, and on what.
#[derive(Clone, Copy)]
struct On<'a> {
    caller: MemberId,
    member_id: i64,
    invitation_id: i64,
    signer: &'a Signer,
}

type Write = fn(&mut Conn, On<'_>) -> Verb<(), String>;

const TO_THE_QUEUE: Remains = Remains { successor_id: None, keep_invitations: false };

/// Every write that is an Administrator's alone.
const WRITES: [(&str, Write); 10] = [
    ("invite", |conn, on| {
        let On { signer, caller, .. } = on;
        said(invitation::invite(conn, signer, caller, "cy@b.example", Role::Agent))
    }),
    ("resend", |conn, on| said(invitation::resend(conn, on.signer, on.caller, on.invitation_id))),
    ("revoke", |conn, on| said(invitation::revoke(conn, on.caller, on.invitation_id))),
    ("change role", |conn, on| {
        let to = Role::Manager;
        said(membership::change_role(conn, on.caller, on.member_id, to))
    }),
    ("away", |conn, on| {
        let day = Some(days_ahead(2));
        said(away::set(conn, on.caller, on.member_id, day, chrono_tz::UTC))
    }),
    ("remove", |conn, on| said(removal::end(conn, on.caller, on.member_id, TO_THE_QUEUE))),
    ("change plan", |conn, on| said(workspace::change_plan(conn, on.caller, "business"))),
    ("change the workspace", |conn, on| {
        let settings = workspace::Settings {
            name: "Other".to_owned(),
            time_zone: chrono_tz::UTC,
            working_hours: None,
            session_days: 30,
            agents_pass_on: false,
        };
        said(workspace::change(conn, on.caller, &settings, None))
    }),
    ("test mail", |conn, on| said(workspace::send_test_mail(conn, on.signer, on.caller, BO))),
    ("delete", |conn, on| said(workspace::delete(conn, on.caller, "Sprocket & Co"))),
];

/// A refusal in its words.
fn said<T, R: ToString>(verb: Verb<T, R>) -> Verb<(), String> {
    verb.map(|_| ()).map_err(|stop| stop.map(|refusal| refusal.to_string()))
}

fn on<'a>(instance: &'a Instance, cast: &Cast, membership_id: i64) -> On<'a> {
    On {
        caller: MemberId { workspace_id: cast.workspace_id, membership_id },
        member_id: cast.other_agent.membership_id,
        invitation_id: instance.count("SELECT max(id) FROM invitations"),
        signer: &instance.app.signer,
    }
}

#[test]
fn a_role_that_was_lost_meanwhile_counts() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    for member in [&cast.manager, &cast.agent] {
        for (name, write) in WRITES {
            let acting = on(&instance, &cast, member.membership_id);
            let refused = instance.verb(|conn| write(conn, acting)).expect_err(name);
            assert_eq!(refused, "This is not for your role.", "{name}");
        }
    }
}

#[test]
fn a_membership_that_ended_meanwhile_or_is_of_elsewhere_writes_nothing() {
    let (instance, cast) = Instance::with_cast();
    invited(&instance, &cast, BO, "Agent");
    instance.execute("UPDATE memberships SET role = 'administrator'");
    let gone = cast.manager.membership_id;
    instance
        .verb(|conn| {
            let admin = cast.admin.at(cast.workspace_id);
            said(removal::end(conn, admin, gone, TO_THE_QUEUE))
        })
        .expect("the Administrator may");
    for membership_id in [gone, cast.outsider.membership_id, 999_999] {
        for (name, write) in WRITES {
            let acting = on(&instance, &cast, membership_id);
            let refused = instance.verb(|conn| write(conn, acting)).expect_err(name);
            assert_eq!(refused, "Your membership of this workspace has ended.", "{name}");
        }
    }
}
