//! Whatever happens in whatever order, no more seats are used than there are.

use proptest::prelude::*;

use crate::policy::Seats;

/// A workspace in plain values: what `models` keeps in rows.
#[derive(Clone, Debug)]
struct Workspace {
    plan: i64,
    members: i64,
    pending: i64,
    expired: i64,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Invite,
    AcceptPending,
    /// The link was opened before it expired and the form sent after.
    AcceptExpired,
    Revoke,
    Expire,
    /// Resend an expired invitation, or invite its address again.
    Renew,
    RemoveMember,
    ChangePlan(i64),
}

impl Workspace {
    fn seats(&self) -> Seats {
        Seats { total: self.plan, members: self.members, pending: self.pending }
    }

    /// Does what the rules allow; answers whether they did.
    fn step(&mut self, step: Step) -> bool {
        let seats = self.seats();
        match step {
            Step::Invite => {
                let ok = seats.take_one().is_ok();
                self.pending += i64::from(ok);
                ok
            }
            Step::AcceptPending if self.pending > 0 => {
                let ok = seats.accept(true).is_ok();
                self.pending -= i64::from(ok);
                self.members += i64::from(ok);
                ok
            }
            Step::AcceptExpired if self.expired > 0 => {
                let ok = seats.accept(false).is_ok();
                self.expired -= i64::from(ok);
                self.members += i64::from(ok);
                ok
            }
            Step::Revoke if self.pending > 0 => {
                self.pending -= 1;
                true
            }
            Step::Expire if self.pending > 0 => {
                self.pending -= 1;
                self.expired += 1;
                true
            }
            Step::Renew if self.expired > 0 => {
                let ok = seats.take_one().is_ok();
                self.expired -= i64::from(ok);
                self.pending += i64::from(ok);
                ok
            }
            Step::RemoveMember if self.members > 1 => {
                self.members -= 1;
                true
            }
            Step::ChangePlan(to) => {
                let ok = seats.fit(to).is_ok();
                if ok {
                    self.plan = to;
                }
                ok
            }
            _ => false,
        }
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Invite),
        3 => Just(Step::AcceptPending),
        1 => Just(Step::AcceptExpired),
        1 => Just(Step::Revoke),
        2 => Just(Step::Expire),
        2 => Just(Step::Renew),
        1 => Just(Step::RemoveMember),
        1 => prop_oneof![Just(3), Just(10), Just(25), 1..30_i64].prop_map(Step::ChangePlan),
    ]
}

/// A workspace that keeps to its plan.
fn any_workspace() -> impl Strategy<Value = Workspace> {
    (1..26_i64, 1..26_i64, 0..26_i64, 0..5_i64).prop_map(|(plan, members, pending, expired)| {
        let members = members.min(plan);
        Workspace { plan, members, pending: pending.min(plan - members), expired }
    })
}

proptest! {
    #[test]
    fn no_sequence_uses_more_seats_than_the_plan_has(
        mut workspace in any_workspace(),
        steps in prop::collection::vec(any_step(), 0..80),
    ) {
        for step in steps {
            workspace.step(step);
            let used = workspace.members + workspace.pending;
            prop_assert!(used <= workspace.plan, "after {step:?}: {workspace:?}");
        }
    }

    #[test]
    fn a_pending_invitation_can_always_be_accepted(
        mut workspace in any_workspace(),
        steps in prop::collection::vec(any_step(), 0..40),
    ) {
        for step in steps {
            workspace.step(step);
        }
        while workspace.pending > 0 {
            prop_assert!(workspace.step(Step::AcceptPending), "{workspace:?}");
        }
    }

    #[test]
    fn a_seat_is_refused_only_when_none_is_free(
        total in 1..30_i64, members in 0..40_i64, pending in 0..40_i64,
    ) {
        let seats = Seats { total, members, pending };
        let used = members + pending;
        prop_assert_eq!(seats.used(), used);
        prop_assert_eq!(seats.free(), (total - used).max(0));
        prop_assert_eq!(seats.take_one().is_ok(), used < total);
        prop_assert_eq!(seats.accept(false).is_ok(), used < total);
        if pending > 0 {
            prop_assert_eq!(seats.accept(true).is_ok(), used <= total);
        }
        for plan in 1..30 {
            prop_assert_eq!(seats.fit(plan).is_ok(), used <= plan);
        }
    }
}

#[test]
fn a_plan_that_an_operator_made_smaller_takes_nobody_in_until_there_is_room() {
    let mut workspace = Workspace { plan: 3, members: 4, pending: 1, expired: 1 };
    for step in [Step::Invite, Step::Renew, Step::AcceptPending, Step::AcceptExpired] {
        assert!(!workspace.step(step), "{step:?}");
    }
    assert!(workspace.step(Step::RemoveMember) && workspace.step(Step::RemoveMember));
    assert!(workspace.step(Step::AcceptPending), "its own seat is free again");
    assert!(!workspace.step(Step::Invite));
}

#[test]
fn refusals_say_the_numbers() {
    let full = Seats { total: 3, members: 2, pending: 1 };
    assert_eq!(full.take_one().expect_err("full").to_string(), "All 3 seats are used.");
    let larger = Seats { total: 10, members: 4, pending: 1 };
    assert_eq!(
        larger.fit(3).expect_err("too small").to_string(),
        "5 seats are used, and the plan has 3. Free 2 of them first."
    );
}
