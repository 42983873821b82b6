//! Ownership, over every role and everything a conversation can be.

use crate::policy::ownership::Reply;
use crate::policy::{Actor, Holding, Role, Status};

const ME: i64 = 1;
const MY_USER: i64 = 101;
const COLLEAGUE: i64 = 2;
const COLLEAGUES_USER: i64 = 102;

/// The member who asks, with this role.
pub fn member(role: Role) -> Actor {
    Actor { membership_id: ME, user_id: MY_USER, role }
}

/// Every combination of status, owner and last owner, also those that the
/// program itself never makes.
pub fn every_holding() -> impl Iterator<Item = Holding> {
    let owners = [None, Some(ME), Some(COLLEAGUE)];
    let last_owners = [None, Some(MY_USER), Some(COLLEAGUES_USER)];
    Status::ALL.into_iter().flat_map(move |status| {
        owners.into_iter().flat_map(move |owner| {
            last_owners.into_iter().map(move |last_owner| Holding { status, owner, last_owner })
        })
    })
}

/// Resolved by somebody else who is gone since.
pub fn is_left_by_another(me: Actor, it: Holding) -> bool {
    it.owner.is_none()
        && it.status == Status::Resolved
        && it.last_owner.is_some_and(|user| user != me.user_id)
}

fn every_case() -> impl Iterator<Item = (Actor, Holding)> {
    Role::ALL.into_iter().flat_map(|role| every_holding().map(move |it| (member(role), it)))
}

/// The whole of it, said a second time and another way: what a member may see
/// and do, by role, owner and whether it was left behind.
#[test]
fn every_role_state_and_owner_has_its_answer() {
    for (me, it) in every_case() {
        let leads = me.role != Role::Agent;
        let left = is_left_by_another(me, it);
        let (view, claim, reply, tend, release, take_over) = match it.owner {
            Some(ME) => (true, false, Reply::AsOwner, true, true, false),
            Some(other) => (leads, false, Reply::OwnedBy(other), leads, leads, leads),
            None if left && !leads => (false, false, Reply::Hidden, false, false, false),
            None => (true, true, Reply::ClaimsFirst, true, false, false),
        };
        assert_eq!(me.may_view(it), view, "view: {me:?} {it:?}");
        assert_eq!(me.may_claim(it), claim, "claim: {me:?} {it:?}");
        assert_eq!(me.reply(it), reply, "reply: {me:?} {it:?}");
        assert_eq!(me.may_tend(it), tend, "tend: {me:?} {it:?}");
        assert_eq!(me.may_release(it), release, "release: {me:?} {it:?}");
        assert_eq!(me.may_take_over(it), take_over, "take over: {me:?} {it:?}");
        assert_eq!(me.may_assign(), leads, "assign: {me:?}");
    }
}

#[test]
fn nobody_does_anything_with_a_conversation_that_does_not_exist_for_them() {
    for (me, it) in every_case().filter(|(me, it)| !me.may_view(*it)) {
        let hands_on = me.may_claim(it) || me.may_tend(it) || me.may_take_over(it);
        assert!(!hands_on && !me.may_release(it) && !me.may_assign(), "{me:?} {it:?}");
        let answers = matches!(me.reply(it), Reply::AsOwner | Reply::ClaimsFirst);
        assert!(!answers, "{me:?} {it:?}");
    }
}

#[test]
fn of_two_members_at_most_one_may_reply_without_claiming() {
    let colleague = |role| Actor { membership_id: COLLEAGUE, user_id: COLLEAGUES_USER, role };
    for (me, it) in every_case() {
        for other in Role::ALL.map(colleague) {
            let both = me.reply(it) == Reply::AsOwner && other.reply(it) == Reply::AsOwner;
            assert!(!both, "{me:?} {other:?} {it:?}");
        }
    }
}

#[test]
fn who_comes_back_sees_what_they_had_resolved() {
    // The same user, invited again: a new membership.
    let again = Actor { membership_id: 3, user_id: MY_USER, role: Role::Agent };
    let mine = Holding { status: Status::Resolved, owner: None, last_owner: Some(MY_USER) };
    assert!(again.may_view(mine) && again.may_claim(mine));
    let a_colleagues = Holding { last_owner: Some(COLLEAGUES_USER), ..mine };
    assert!(!again.may_view(a_colleagues));
    // Open again, it is in the queue like any other.
    assert!(again.may_view(Holding { status: Status::Open, ..a_colleagues }));
}

#[test]
fn a_status_that_does_not_exist_is_never_another() {
    for status in Status::ALL {
        assert_eq!(status.code().parse(), Ok(status));
    }
    for word in ["", "Open", "closed", "open "] {
        assert_eq!(word.parse::<Status>().expect_err("it names none").0, word);
    }
}
