//! Customers write while the owner goes away, and others assign.

use baton::models::away;

use super::invariants::invariants;
use super::{at_once, is_one_of, meanwhile};
use crate::away::days_ahead;
use crate::support::{Browser, Cast, Instance};

/// Mia says that she is away, or here again.
fn say(instance: &Instance, cast: &Cast, is_away: bool) {
    let (mia, id) = (cast.agent.at(cast.workspace_id), cast.agent.membership_id);
    let day = is_away.then(|| days_ahead(3));
    let said = instance.verb(|conn| away::set(conn, mia, id, day, chrono_tz::UTC));
    assert_eq!(said.expect("it is her own").until.is_some(), is_away);
}

/// Conversations that Mia owns, with their customers.
fn hers(instance: &Instance, cast: &Cast, count: usize) -> Vec<(i64, Browser)> {
    let one = |_| {
        let (id, customer) = cast.customer_writes(instance, "Hanna Lindqvist", "In stock?");
        cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
        (id, customer)
    };
    (0..count).map(one).collect()
}

fn in_the_queue(instance: &Instance) -> i64 {
    instance.count("SELECT count(*) FROM conversations WHERE assignee_id IS NULL")
}

type Deed<'a> = Box<dyn FnOnce() + Send + 'a>;

#[test]
fn of_sixty_four_who_write_assign_and_go_away_at_once_nobody_is_lost() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..3 {
        say(&instance, &cast, false);
        instance.execute("DELETE FROM attempts");
        let all = hers(&instance, &cast, 8);
        let mut deeds: Vec<Deed<'_>> = Vec::new();
        for (n, (id, customer)) in all.iter().enumerate() {
            for _ in 0..5 {
                let form = customer.get(&cast.chat_path()).form("Send");
                let form = form.with("Message", "And one more thing.");
                deeds.push(Box::new(move || is_one_of(&form.submit_once(), &[303])));
            }
            let assign = cast.manager.open(*id).form("Assign");
            let mia = cast.agent.membership_id.to_string();
            let assign = assign.set("assignee", &mia);
            deeds.push(Box::new(move || is_one_of(&assign.submit_once(), &[303, 409])));
            let reply = cast.agent.open(*id).form("Send reply").with("Reply", "It is.");
            deeds.push(Box::new(move || is_one_of(&reply.submit_once(), &[303, 409])));
            let (instance, cast) = (&instance, &cast);
            deeds.push(Box::new(move || say(instance, cast, n % 4 != 3)));
        }
        assert_eq!(deeds.len(), 64);
        at_once(deeds);
        invariants(&instance);
        // Whatever is hers by now, the next message finds her away.
        say(&instance, &cast, true);
        instance.execute("DELETE FROM attempts");
        all.iter().for_each(|(_, customer)| cast.customer_adds(customer, "Hello?"));
        invariants(&instance);
        let ids: Vec<String> = all.iter().map(|(id, _)| id.to_string()).collect();
        let owned = format!(
            "SELECT count(*) FROM conversations WHERE assignee_id IS NOT NULL AND id IN ({})",
            ids.join(", ")
        );
        assert_eq!(instance.count(&owned), 0);
    }
}

#[test]
fn a_message_waits_for_what_its_owner_says_at_that_moment() {
    let (instance, cast) = Instance::with_cast();
    let all = hers(&instance, &cast, 1);
    let form = all[0].1.get(&cast.chat_path()).form("Send").with("Message", "Are you there?");
    let (mia, id) = (cast.agent.at(cast.workspace_id), cast.agent.membership_id);
    let day = Some(days_ahead(3));
    let written = meanwhile(
        &instance,
        |conn| away::set(conn, mia, id, day, chrono_tz::UTC),
        || form.submit_once(),
    );
    is_one_of(&written, &[303]);
    assert_eq!(in_the_queue(&instance), 1);
    invariants(&instance);
}
