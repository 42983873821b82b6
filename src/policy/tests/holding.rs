//! Ownership, over every role and everything a conversation can be.

use strum::IntoEnumIterator;

use crate::policy::ownership::{NoteRefusal, Reply};
use crate::policy::{Actor, Holding, Role, Status};

const ME: i64 = 1;
const MY_USER: i64 = 101;
const COLLEAGUE: i64 = 2;
const COLLEAGUES_USER: i64 = 102;

/// The member who asks, with this role.
pub fn member(role: Role) -> Actor {
    Actor {
        membership_id: ME,
        user_id: MY_USER,
        role,
        has_restricted_inboxes: true,
        agents_pass_on: false,
    }
}

/// Every combination of status, owner, last owner and inbox, also those that the
/// program itself never makes.
pub fn every_holding() -> impl Iterator<Item = Holding> {
    let owners = [None, Some(ME), Some(COLLEAGUE)];
    let last_owners = [None, Some(MY_USER), Some(COLLEAGUES_USER)];
    let mut all = Vec::new();
    for status in Status::iter() {
        for owner in owners {
            for last_owner_user in last_owners {
                for is_inbox_hidden in [false, true] {
                    all.push(Holding { status, owner, last_owner_user, is_inbox_hidden });
                }
            }
        }
    }
    all.into_iter()
}

/// Resolved by somebody else who is gone since.
pub fn is_left_by_another(me: Actor, it: Holding) -> bool {
    it.owner.is_none()
        && it.status == Status::Resolved
        && it.last_owner_user.is_some_and(|user| user != me.user_id)
}

fn every_case() -> impl Iterator<Item = (Actor, Holding)> {
    Role::iter().flat_map(|role| every_holding().map(move |it| (member(role), it)))
}

/// The whole of it, said a second time and another way: what a member may see
/// and do, by role, owner, whether its inbox is theirs and whether it was left behind.
#[test]
fn every_role_state_and_owner_has_its_answer() {
    for (me, it) in every_case() {
        let leads = me.role != Role::Agent;
        let absent = it.is_inbox_hidden || is_left_by_another(me, it);
        let (view, claim, reply, tend, release, take_over) = match it.owner {
            Some(ME) => (true, false, Reply::AsOwner, true, true, false),
            Some(other) => (leads, false, Reply::OwnedBy(other), leads, leads, leads),
            None if absent && !leads => (false, false, Reply::Hidden, false, false, false),
            None => (true, true, Reply::ClaimsFirst, true, false, false),
        };
        assert_eq!(me.may_know(it), view || !it.is_inbox_hidden, "know: {me:?} {it:?}");
        assert_eq!(me.may_view(it), view, "view: {me:?} {it:?}");
        assert_eq!(me.may_claim(it), claim, "claim: {me:?} {it:?}");
        assert_eq!(me.reply(it), reply, "reply: {me:?} {it:?}");
        assert_eq!(me.may_tend(it), tend, "tend: {me:?} {it:?}");
        let minutes = |minutes: u64| std::time::Duration::from_secs(60 * minutes);
        for (author, age, change) in [
            (Some(ME), minutes(0), if tend { Ok(()) } else { Err(NoteRefusal::NotTheirs) }),
            (Some(ME), minutes(15), if tend { Ok(()) } else { Err(NoteRefusal::NotTheirs) }),
            (
                Some(ME),
                minutes(16),
                Err(if tend { NoteRefusal::TooLate } else { NoteRefusal::NotTheirs }),
            ),
            (Some(COLLEAGUE), minutes(0), Err(NoteRefusal::NotTheirs)),
            (None, minutes(0), Err(NoteRefusal::NotTheirs)),
        ] {
            assert_eq!(me.change_note(it, author, age), change, "note: {me:?} {it:?} {author:?}");
        }
        assert_eq!(me.change_contact_note(ME), Ok(()), "{me:?}");
        assert_eq!(me.change_contact_note(COLLEAGUE), Err(NoteRefusal::NotTheirs), "{me:?}");
        assert_eq!(me.may_release(it), release, "release: {me:?} {it:?}");
        assert_eq!(me.may_take_over(it), take_over, "take over: {me:?} {it:?}");
        assert_eq!(me.may_assign(), leads, "assign: {me:?}");
        assert_eq!(me.may_pass(it, None), leads || release, "to the queue: {me:?} {it:?}");
        assert_eq!(me.may_pass(it, Some(ME)), leads || claim, "to oneself: {me:?} {it:?}");
        assert_eq!(me.may_pass(it, Some(COLLEAGUE)), leads, "to a colleague: {me:?} {it:?}");
    }
}

#[test]
fn nobody_does_anything_with_a_conversation_that_does_not_exist_for_them() {
    for (me, it) in every_case().filter(|(me, it)| !me.may_view(*it)) {
        let hands_on = me.may_claim(it) || me.may_tend(it) || me.may_take_over(it);
        let may_reassign = Actor { agents_pass_on: true, ..me }.may_reassign(it);
        assert!(
            !may_reassign && !hands_on && !me.may_release(it) && !me.may_assign(),
            "{me:?} {it:?}"
        );
        let answers = matches!(me.reply(it), Reply::AsOwner | Reply::ClaimsFirst);
        assert!(!answers, "{me:?} {it:?}");
    }
}

#[test]
fn of_two_members_at_most_one_may_reply_without_claiming() {
    let colleague =
        |role| Actor { membership_id: COLLEAGUE, user_id: COLLEAGUES_USER, ..member(role) };
    for (me, it) in every_case() {
        for other in Role::iter().map(colleague) {
            let both = me.reply(it) == Reply::AsOwner && other.reply(it) == Reply::AsOwner;
            assert!(!both, "{me:?} {other:?} {it:?}");
        }
    }
}

#[test]
fn who_comes_back_sees_what_they_had_resolved() {
    // The same user, invited again: a new membership.
    let again = Actor { membership_id: 3, ..member(Role::Agent) };
    let mine = Holding {
        status: Status::Resolved,
        owner: None,
        last_owner_user: Some(MY_USER),
        is_inbox_hidden: false,
    };
    assert!(again.may_view(mine) && again.may_claim(mine));
    // Unless its inbox is for others now.
    assert!(!again.may_view(Holding { is_inbox_hidden: true, ..mine }));
    let a_colleagues = Holding { last_owner_user: Some(COLLEAGUES_USER), ..mine };
    assert!(!again.may_view(a_colleagues));
    // Open again, it is in the queue like any other.
    assert!(again.may_view(Holding { status: Status::Open, ..a_colleagues }));
}

#[test]
fn inboxes_are_hidden_from_agents_alone_and_where_there_are_such() {
    for role in Role::iter() {
        let me = member(role);
        assert_eq!(me.sees_every_inbox(), role != Role::Agent, "{role}");
        assert!(Actor { has_restricted_inboxes: false, ..me }.sees_every_inbox(), "{role}");
    }
}

#[test]
fn where_agents_may_pass_on_they_pass_on_what_they_own_and_nothing_else() {
    for (me, it) in every_case() {
        let leads = me.role != Role::Agent;
        assert_eq!(me.may_reassign(it), leads, "off: {me:?} {it:?}");
        assert_eq!(me.may_pass_on(), leads, "off: {me:?}");
        let on = Actor { agents_pass_on: true, ..me };
        assert_eq!(on.may_reassign(it), leads || it.owner == Some(ME), "on: {me:?} {it:?}");
        assert!(on.may_pass_on(), "on: {me:?}");
        // Nothing else is different.
        let rest = |me: Actor| {
            let acts =
                [me.may_claim(it), me.may_tend(it), me.may_release(it), me.may_take_over(it)];
            (me.may_view(it), me.reply(it), acts, me.may_assign())
        };
        assert_eq!(rest(on), rest(me), "{me:?} {it:?}");
    }
}

#[test]
fn a_status_that_does_not_exist_is_never_another() {
    for status in Status::iter() {
        assert_eq!(status.into_str().parse(), Ok(status));
    }
    for word in ["", "Open", "closed", "open "] {
        assert!(word.parse::<Status>().is_err(), "{word}");
    }
}
