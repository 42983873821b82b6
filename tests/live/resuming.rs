//! A stream that broke, and what it missed.

use crate::support::{Instance, Told};

fn words(all: &[Told]) -> Vec<String> {
    all.iter().map(Told::words).collect()
}

#[test]
fn a_browser_that_comes_back_is_told_what_it_missed() {
    let (instance, cast) = Instance::with_cast();
    let first = cast.waiting(&instance);
    let stream = cast.manager.listen();
    cast.agent.open(first).form("Claim").submit().expect(200, "You own this");
    let seen = stream.all().last().expect("the claim").id.clone();
    drop(stream);
    let second = cast.waiting(&instance);
    let again = cast.manager.listen_after(&seen).expect("a stream").all();
    // Where it begins depends on whether the server has noticed that the first one ended.
    let missed: Vec<String> = words(&again).into_iter().filter(|word| word != "here").collect();
    let expected = ["opened", "message"].map(|kind| format!("conversation {second} {kind}"));
    assert_eq!(missed, expected);
    // What it was not for then, it is not for now.
    let other = cast.other_agent.listen_after(&format!("{}-0", cast.workspace_id)).unwrap().all();
    assert!(words(&other).contains(&format!("gone {first}")), "{other:?}");
}

#[test]
fn a_page_hears_what_came_between_its_making_and_its_stream() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.manager.get("/inbox");
    let seen = page.attribute("body", "data-live");
    assert!(seen.starts_with(&format!("{}-", cast.workspace_id)), "{seen}");
    let id = cast.waiting(&instance);
    let all = cast.manager.listen_after(&seen).expect("a stream").all();
    assert!(words(&all).contains(&format!("conversation {id} opened")), "{all:?}");
}

#[test]
fn who_was_away_for_too_long_is_told_to_look_at_everything() {
    let (instance, cast) = Instance::with_cast();
    let start = format!("{}-0", cast.workspace_id);
    cast.waiting(&instance);
    instance.execute("UPDATE live_events SET created_at = '2020-01-01 00:00:00'");
    instance.sweep();
    assert_eq!(instance.count("SELECT count(*) FROM live_events"), 0);
    let all = cast.manager.listen_after(&start).expect("a stream").all();
    assert_eq!(words(&all), ["everything"]);
    // Numbers that were never given, and what is none.
    let ahead = format!("{}-999999", cast.workspace_id);
    for strange in [ahead, "x".to_owned(), "1-".to_owned(), "0".to_owned()] {
        let all = cast.manager.listen_after(&strange).expect("a stream").all();
        assert_eq!(words(&all), ["everything", "here"], "{strange}");
    }
    // A page of another workspace missed nothing of this one.
    let other = format!("{}-1", cast.other_workspace_id);
    let all = cast.manager.listen_after(&other).expect("a stream").all();
    assert_eq!(words(&all), ["here"]);
}

#[test]
fn more_than_it_pays_to_tell_of_is_told_as_one() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    let start = format!(
        "{}-{}",
        cast.workspace_id,
        instance.count(&format!(
            "SELECT number FROM live_counters WHERE workspace_id = {}",
            cast.workspace_id
        ),)
    );
    for _ in 0..210 {
        instance.execute("UPDATE conversations SET visitor_read_id = visitor_read_id + 1");
    }
    let all = cast.manager.listen_after(&start).expect("a stream").all();
    assert_eq!(words(&all), ["everything"]);
}
