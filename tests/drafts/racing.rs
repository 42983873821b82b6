//! Pages of one member at the same moment.

use std::convert::Infallible;

use baton::db::{Conn, Verb};
use diesel::prelude::*;

use super::{AT_THE_DESK, KEPT, ON_THE_PHONE, Typing, field, other_text};
use crate::races::{at_once, meanwhile};
use crate::support::{Instance, Page};

#[test]
fn of_many_tabs_one_is_kept_and_the_others_are_told_its_words() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let pages: Vec<String> = (0..8).map(|n| format!("the-page-of-tab-number-{n}")).collect();
    // Each round keeps one text, and makes it the next version.
    for version in 0..12 {
        let tabs = pages.iter().enumerate().map(|(n, page)| {
            let (tab, agent) = (Typing { page, version, ..AT_THE_DESK }, &cast.agent);
            move || tab.save(agent, id, &format!("Tab {n} after version {version}"))
        });
        let answers = at_once(tabs.collect());
        let (kept, told): (Vec<_>, Vec<_>) = answers.iter().partition(|one| one.status == 200);
        assert_eq!(kept.len(), 1, "after version {version}");
        let text = field(&cast.agent.open(id), "Send reply");
        for other in told {
            assert_eq!(other_text(other), text);
        }
    }
}

#[test]
fn what_is_saved_while_it_is_sent_does_not_come_back() {
    let (instance, cast) = Instance::with_cast();
    for round in 0..24 {
        let id = cast.waiting(&instance);
        let form = cast.agent.open(id).form("Claim and send").with("Reply", "It left.");
        let page = form.value("submission").expect("an id").to_owned();
        let mine = Typing { page: &page, ..AT_THE_DESK };
        let has_begun = round % 2 == 0;
        if has_begun {
            mine.saves(&cast.agent, id, "It");
        }
        let told = Typing { version: i64::from(has_begun), ..mine };
        type Side<'a> = Box<dyn FnOnce() -> Page + Send + 'a>;
        let sides: Vec<Side<'_>> = vec![
            Box::new(|| form.submit_once()),
            Box::new(|| mine.save(&cast.agent, id, "It left.")),
            Box::new(|| told.save(&cast.agent, id, "It left")),
        ];
        let answers = at_once(sides);
        assert_eq!(answers[0].status, 303, "{}", answers[0].text());
        assert_eq!(instance.count(KEPT), 0, "round {round}");
        // Another tab, which showed nothing, is free to begin.
        ON_THE_PHONE.saves(&cast.agent, id, "One thing more");
        instance.execute("DELETE FROM drafts");
    }
}

#[test]
fn what_is_saved_while_the_old_draft_is_swept_away_is_kept_or_told() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let version = AT_THE_DESK.saves(&cast.agent, id, "It left");
    let sweep = |conn: &mut Conn| -> Verb<usize, Infallible> {
        Ok(diesel::sql_query("DELETE FROM drafts").execute(conn)?)
    };
    let typing = Typing { version, ..AT_THE_DESK };
    let saved = meanwhile(&instance, sweep, || typing.save(&cast.agent, id, "It left today."));
    // Where it waited for the end of the sweep, it finds nothing of what it has seen.
    if saved.status == 200 {
        assert_eq!(field(&cast.agent.open(id), "Send reply"), "It left today.");
    } else {
        assert_eq!(other_text(&saved), "");
    }
}
