//! A workspace keeps an Administrator, whatever its members do to each other.

use proptest::prelude::*;

use crate::policy::Role;
use crate::policy::roles::{LastAdministrator, change_role, end_membership};
use strum::IntoEnumIterator;

/// The roles of the members; `None` for those whose membership ended.
type Team = Vec<Option<Role>>;

#[derive(Clone, Copy, Debug)]
enum Step {
    ChangeRole {
        target: usize,
        to: Role,
    },
    /// They leave, or are removed.
    End {
        target: usize,
    },
    Join {
        role: Role,
    },
}

fn administrators(team: &Team) -> i64 {
    team.iter().map(|role| i64::from(*role == Some(Role::Administrator))).sum()
}

/// Does what the rules allow; `None` when those named are no members.
fn step(team: &mut Team, step: Step) -> Option<Result<(), LastAdministrator>> {
    let count = administrators(team);
    let role_of = |index: usize| team[index % team.len()];
    Some(match step {
        Step::ChangeRole { target, to } => {
            let asked = change_role(role_of(target)?, to, count);
            if asked.is_ok() {
                let index = target % team.len();
                team[index] = Some(to);
            }
            asked
        }
        Step::End { target } => {
            let asked = end_membership(role_of(target)?, count);
            if asked.is_ok() {
                let index = target % team.len();
                team[index] = None;
            }
            asked
        }
        Step::Join { role } => {
            team.push(Some(role));
            Ok(())
        }
    })
}

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(Role::iter().collect::<Vec<_>>())
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<usize>(), any_role())
            .prop_map(|(target, to)| Step::ChangeRole { target, to }),
        3 => any::<usize>().prop_map(|target| Step::End { target }),
        1 => any_role().prop_map(|role| Step::Join { role }),
    ]
}

fn any_team() -> impl Strategy<Value = Team> {
    prop::collection::vec(any_role().prop_map(Some), 0..6).prop_map(|mut team| {
        team.insert(0, Some(Role::Administrator));
        team
    })
}

proptest! {
    #[test]
    fn no_sequence_leaves_a_workspace_without_an_administrator(
        mut team in any_team(),
        steps in prop::collection::vec(any_step(), 0..80),
    ) {
        for one in steps {
            step(&mut team, one);
            prop_assert!(administrators(&team) >= 1, "after {one:?}: {team:?}");
        }
    }
}

#[test]
fn the_last_administrator_stays() {
    use Role::{Administrator, Agent, Manager};
    for to in [Manager, Agent] {
        assert_eq!(change_role(Administrator, to, 1), Err(LastAdministrator));
        assert_eq!(change_role(Administrator, to, 2), Ok(()));
    }
    assert_eq!(end_membership(Administrator, 1), Err(LastAdministrator));
    assert_eq!(end_membership(Administrator, 2), Ok(()));
    // Nothing changes for them, so nothing stands in the way.
    assert_eq!(change_role(Administrator, Administrator, 1), Ok(()));
}

#[test]
fn everybody_else_may_leave_and_be_changed_and_removed() {
    for role in [Role::Manager, Role::Agent] {
        assert_eq!(end_membership(role, 1), Ok(()));
        for to in Role::iter() {
            assert_eq!(change_role(role, to, 1), Ok(()));
        }
    }
}
