//! What is told, and to whom.

use crate::races::at_once;
use crate::support::{Instance, Told};

fn told(all: &[Told], words: &str) -> usize {
    all.iter().filter(|one| one.words() == words).count()
}

#[test]
fn a_new_conversation_is_told_to_everybody_and_to_no_other_workspace() {
    let (instance, cast) = Instance::with_cast();
    let streams = cast.members().map(|member| member.listen());
    let outsider = cast.outsider.listen();
    let id = cast.waiting(&instance);
    for stream in &streams {
        let all = stream.all();
        assert_eq!(told(&all, &format!("conversation {id} opened")), 1, "{all:?}");
        assert_eq!(told(&all, &format!("conversation {id} message")), 1, "{all:?}");
    }
    assert!(outsider.all().is_empty());
}

#[test]
fn who_loses_sight_of_a_conversation_is_told_that_and_nothing_after_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let (owner, other, manager) =
        (cast.agent.listen(), cast.other_agent.listen(), cast.manager.listen());
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    assert!(owner.words().contains(&format!("conversation {id} owner")));
    assert_eq!(other.words(), [format!("gone {id}")]);

    let page = cast.agent.open(id);
    page.form("Send reply").with("Reply", "It is.").submit().expect(200, "It is.");
    cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved.");
    assert!(owner.words().contains(&format!("conversation {id} status")));
    assert!(other.all().is_empty(), "it is another's");
    let all = manager.words();
    for kind in ["owner", "message", "status"] {
        assert!(all.contains(&format!("conversation {id} {kind}")), "{kind}: {all:?}");
    }
    cast.manager.open(id).form("Reopen").submit().expect(200, "Reopened.");
    cast.manager.open(id).form("Release").submit().expect(200, "Released.");
    assert_eq!(other.words(), [format!("conversation {id} owner")], "it waits for everybody again");
}

#[test]
fn notices_are_told_to_their_member_alone_with_how_many_are_unread() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let (agent, other) = (cast.agent.listen(), cast.other_agent.listen());
    let page = cast.manager.open(id);
    page.form("Assign").with("Assign to", "Mia Chen").submit().expect(200, "Assigned to Mia");
    let all = agent.words();
    assert!(all.contains(&"notification 1".to_owned()), "{all:?}");
    assert_eq!(other.words(), [format!("gone {id}")]);
    cast.agent.open(id).expect(200, "You own this");
    assert!(agent.words().contains(&"notification 0".to_owned()), "it was read in another tab");
}

#[test]
fn an_inbox_for_chosen_members_is_told_to_them_alone() {
    let (instance, cast) = Instance::with_cast();
    let (chosen, other) = (cast.agent.listen(), cast.other_agent.listen());
    instance.execute("UPDATE inboxes SET is_restricted = TRUE");
    instance.execute(&format!(
        "INSERT INTO inbox_members (workspace_id, inbox_id, membership_id)
         SELECT workspace_id, id, {} FROM inboxes WHERE workspace_id = {}",
        cast.agent.membership_id, cast.workspace_id
    ));
    let id = cast.waiting(&instance);
    assert!(chosen.words().contains(&format!("conversation {id} opened")));
    // That they see less than before, and nothing of what it is.
    assert_eq!(other.words(), ["everything"]);
}

#[test]
fn labels_and_what_a_customer_read_are_told_too() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    instance.execute(&format!(
        "INSERT INTO labels (workspace_id, name, name_key, colour, created_at)
         VALUES ({}, 'Returns', 'returns', 'blue', CURRENT_TIMESTAMP)",
        cast.workspace_id
    ));
    let stream = cast.manager.listen();
    let page = cast.manager.open(id);
    page.form("Add label").with("Label", "Returns").submit().expect(200, "Returns");
    assert_eq!(stream.words(), [format!("conversation {id} labels")]);
}

#[test]
fn what_many_change_at_once_is_told_once_each_and_in_order() {
    let (instance, cast) = Instance::with_cast();
    let stream = cast.manager.listen();
    let write = || {
        for n in 0..8 {
            cast.customer_writes(&instance, "Hanna Lindqvist", &format!("Hello {n}"));
        }
    };
    at_once(vec![write; 4]);
    let all = stream.all();
    let numbers: Vec<i64> = all.iter().map(Told::number).collect();
    let mut in_order = numbers.clone();
    in_order.sort_unstable();
    in_order.dedup();
    assert_eq!(numbers, in_order);
    let opened = all.iter().filter(|one| one.words().ends_with(" opened")).count();
    assert_eq!(opened, 32);
    let gaps = "SELECT max(number) - count(*) FROM live_events GROUP BY workspace_id
        ORDER BY 1 DESC LIMIT 1";
    assert_eq!(instance.count(gaps), 0);
}

#[test]
fn a_notice_that_is_taken_back_goes_from_the_count() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.manager.assigns(id, "Mia Chen");
    let agent = cast.agent.listen();
    page.form("Undo").submit().expect(200, "Undone.");
    let all = agent.words();
    assert!(all.contains(&"notification 0".to_owned()), "{all:?}");
}
