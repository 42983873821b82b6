//! A workspace keeps an Administrator, whatever its members do to each other.

use proptest::prelude::*;

use crate::policy::Role;
use crate::policy::roles::{TeamRefusal, change_role, end_membership};
use strum::IntoEnumIterator;

/// The roles of the members; `None` for those whose membership ended.
type Team = Vec<Option<Role>>;

#[derive(Clone, Copy, Debug)]
enum Step {
    ChangeRole { actor: usize, target: usize, to: Role },
    Remove { actor: usize, target: usize },
    Leave { actor: usize },
    Join { role: Role },
}

fn administrators(team: &Team) -> i64 {
    team.iter().map(|role| i64::from(*role == Some(Role::Administrator))).sum()
}

/// Does what the rules allow; `None` when those named are no members.
fn step(team: &mut Team, step: Step) -> Option<Result<(), TeamRefusal>> {
    let count = administrators(team);
    let role_of = |index: usize| team[index % team.len()];
    Some(match step {
        Step::ChangeRole { actor, target, to } => {
            let asked = change_role(role_of(actor)?, role_of(target)?, to, count);
            if asked.is_ok() {
                let index = target % team.len();
                team[index] = Some(to);
            }
            asked
        }
        Step::Remove { actor, target } => {
            let is_self = actor % team.len() == target % team.len();
            let asked = end_membership(role_of(actor)?, role_of(target)?, is_self, count);
            if asked.is_ok() {
                let index = target % team.len();
                team[index] = None;
            }
            asked
        }
        Step::Leave { actor } => {
            let role = role_of(actor)?;
            let asked = end_membership(role, role, true, count);
            if asked.is_ok() {
                let index = actor % team.len();
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
        4 => (any::<usize>(), any::<usize>(), any_role())
            .prop_map(|(actor, target, to)| Step::ChangeRole { actor, target, to }),
        2 => (any::<usize>(), any::<usize>())
            .prop_map(|(actor, target)| Step::Remove { actor, target }),
        1 => any::<usize>().prop_map(|actor| Step::Leave { actor }),
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

    #[test]
    fn only_administrators_change_anybody_but_themselves(
        team in any_team(), actor in any::<usize>(), target in any::<usize>(), to in any_role(),
    ) {
        let role = team[actor % team.len()];
        prop_assume!(role != Some(Role::Administrator));
        let mut after = team.clone();
        let changed = step(&mut after, Step::ChangeRole { actor, target, to });
        prop_assert_eq!(changed, Some(Err(TeamRefusal::NotAllowed)));
        if actor % team.len() != target % team.len() {
            let removed = step(&mut after, Step::Remove { actor, target });
            prop_assert_eq!(removed, Some(Err(TeamRefusal::NotAllowed)));
        }
        prop_assert_eq!(after, team);
    }
}

#[test]
fn the_last_administrator_stays() {
    use Role::{Administrator, Agent, Manager};
    let last = Err(TeamRefusal::LastAdministrator);
    for to in [Manager, Agent] {
        assert_eq!(change_role(Administrator, Administrator, to, 1), last);
        assert_eq!(change_role(Administrator, Administrator, to, 2), Ok(()));
    }
    for is_self in [true, false] {
        assert_eq!(end_membership(Administrator, Administrator, is_self, 1), last);
        assert_eq!(end_membership(Administrator, Administrator, is_self, 2), Ok(()));
    }
    // Nothing changes for them, so nothing stands in the way.
    assert_eq!(change_role(Administrator, Administrator, Administrator, 1), Ok(()));
}

#[test]
fn everybody_else_may_leave_and_be_changed_and_removed() {
    use Role::{Administrator, Agent, Manager};
    for role in [Manager, Agent] {
        assert_eq!(end_membership(role, role, true, 1), Ok(()));
        assert_eq!(end_membership(Administrator, role, false, 1), Ok(()));
        for to in Role::iter() {
            assert_eq!(change_role(Administrator, role, to, 1), Ok(()));
        }
    }
}
