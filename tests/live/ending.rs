//! Streams end with what they stand on.

use std::time::{Duration, Instant};

use diesel::prelude::*;

use crate::support::{Instance, is_postgres, sign_in};

#[test]
fn a_member_who_is_removed_hears_nothing_more() {
    let (instance, cast) = Instance::with_cast();
    let stream = cast.agent.listen();
    let stays = cast.other_agent.listen();
    let remove = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    let page = cast.admin.get(&remove);
    page.form("Remove member").submit().expect(200, "removed");
    stream.ends();
    assert_eq!(cast.agent.listen_after("").err(), Some(303));
    let id = cast.waiting(&instance);
    assert!(stays.words().contains(&format!("conversation {id} opened")));
}

#[test]
fn signing_out_ends_the_streams_of_that_session_alone() {
    let (instance, cast) = Instance::with_cast();
    let stream = cast.agent.listen();
    let elsewhere = crate::support::Member { browser: instance.browser(), ..cast.agent.clone() };
    sign_in(&elsewhere.browser, &elsewhere.email);
    let other = elsewhere.listen();
    cast.agent.get("/inbox").form("Sign out").submit().expect(200, "Sign in");
    stream.ends();
    cast.waiting(&instance);
    assert!(!other.all().is_empty());
}

#[test]
fn another_role_narrows_and_widens_a_stream_that_goes_on() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let stream = cast.manager.listen();
    let set = |role: &str| {
        instance.execute(&format!(
            "UPDATE memberships SET role = '{role}' WHERE id = {}",
            cast.manager.membership_id
        ));
    };
    let note = |text: &str| {
        let page = cast.agent.open(id);
        page.form("Add note").with("Note", text).submit().expect(200, text);
    };
    set("agent");
    assert_eq!(stream.words(), ["everything"], "what they have open may be more than they see");
    note("Not for everybody.");
    assert!(stream.all().is_empty(), "it is another Agent's");
    set("manager");
    assert_eq!(stream.words(), ["everything"]);
    note("For Managers again.");
    assert_eq!(stream.words(), [format!("conversation {id} note")]);
}

#[test]
fn who_may_see_less_hears_nothing_more_however_long_the_change_took_to_commit() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let stream = cast.manager.listen();
    let becomes = |subject: &str| {
        let set = format!("UPDATE conversations SET subject = '{subject}' WHERE id = {id}");
        instance.execute(&set);
    };
    let demote = |conn: &mut baton::db::Conn| -> baton::db::QueryResult<()> {
        let manager = cast.manager.membership_id;
        diesel::sql_query(format!("UPDATE memberships SET role = 'agent' WHERE id = {manager}"))
            .execute(conn)?;
        // Somebody else's change makes the node look meanwhile. SQLite has one writer.
        if is_postgres() {
            becomes("Theirs to see yet");
            assert_eq!(stream.words(), [format!("conversation {id} changed")]);
        }
        Ok(())
    };
    instance.write(demote);
    becomes("Not theirs to see");
    assert_eq!(stream.words(), ["everything"], "their page is told to look again, and no more");
}

#[test]
fn a_stream_stays_in_the_workspace_it_was_opened_in() {
    let (instance, cast) = Instance::with_cast();
    let both = crate::support::join(
        &instance,
        cast.other_workspace_id,
        cast.agent.user_id,
        baton::policy::Role::Agent,
    );
    assert!(both > 0);
    let stream = cast.agent.listen();
    let fields = [("workspace_id", cast.other_workspace_id.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(cast.agent.browser.post_once("/workspaces/switch", &fields).status, 303);
    stream.ends();
    let there = cast.agent.listen();
    let id = cast.waiting(&instance);
    assert!(there.all().is_empty(), "{id} is in the workspace that was left");
}

#[test]
fn a_session_holds_a_few_streams_and_the_oldest_ends() {
    let (_instance, cast) = Instance::with_cast();
    let first = cast.agent.listen();
    let others: Vec<_> = (0..8).map(|_| cast.agent.listen()).collect();
    first.ends();
    assert_eq!(others.len(), 8);
}

#[test]
fn a_stream_whose_reader_is_gone_is_forgotten() {
    let (instance, cast) = Instance::with_cast();
    let stream = cast.agent.listen();
    assert_eq!(instance.app.live.len(), 1);
    drop(stream);
    let started = Instant::now();
    while !instance.app.live.is_empty() {
        assert!(started.elapsed() < Duration::from_secs(40), "it is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn who_does_not_take_what_they_are_told_is_let_go_and_the_others_are_not() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let reads = cast.manager.listen();
    let session = instance.count(&format!(
        "SELECT max(id) FROM sessions WHERE user_id = {}",
        cast.other_agent.user_id
    ));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let stuck = runtime.block_on(instance.app.live.listen(session, None)).expect("a stream");
    assert_eq!(instance.app.live.len(), 2);
    for n in 0..400 {
        instance.execute(&format!("UPDATE conversations SET subject = 'No. {n}' WHERE id = {id}"));
        // One by one, since very many at once are one line.
        assert_eq!(reads.next().words(), format!("conversation {id} changed"));
    }
    assert_eq!(instance.app.live.len(), 1, "one is stuck");
    drop(stuck);
}

#[test]
fn many_at_once_are_one_line() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let stream = cast.manager.listen();
    let labels = (0..100).map(|n| format!("('{n}', {}, {id})", cast.workspace_id));
    let rows = labels.collect::<Vec<_>>().join(", ");
    instance.execute(&format!(
        "INSERT INTO live_events (kind, workspace_id, conversation_id) VALUES {rows}"
    ));
    let told = stream.words();
    assert_eq!(told, ["everything"]);
    let next = cast.waiting(&instance);
    assert!(stream.words().contains(&format!("conversation {next} opened")));
}

#[test]
fn a_program_that_stops_ends_its_streams() {
    let (instance, cast) = Instance::with_cast();
    let stream = cast.agent.listen();
    instance.app.live.close();
    stream.ends();
    assert_eq!(cast.agent.listen_after("").err(), Some(503));
}

#[test]
fn a_stream_at_another_node_ends_with_the_membership_too() {
    let (instance, cast) = Instance::with_cast();
    let other = instance.second_node();
    let member = crate::support::Member { browser: other.browser(), ..cast.manager.clone() };
    sign_in(&member.browser, &member.email);
    let stream = member.listen();
    let id = cast.waiting(&instance);
    assert!(stream.words().contains(&format!("conversation {id} opened")));
    let remove = format!("/settings/team/members/{}/remove", member.membership_id);
    cast.admin.get(&remove).form("Remove member").submit().expect(200, "removed");
    stream.ends();
}
