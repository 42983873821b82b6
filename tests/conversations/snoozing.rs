//! Snooze: until when, by the workspace's clock, and how it ends.

use baton::db::Utc;
use baton::db::schema::conversations;
use chrono::{Datelike, Days, NaiveTime, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::activity;
use crate::support::{Cast, Instance, Page};

fn snoozed_until(instance: &Instance, id: i64) -> Option<chrono::DateTime<chrono::Utc>> {
    let until: Option<Utc> = instance.read(|conn| {
        conversations::table.find(id).select(conversations::snoozed_until).first(conn)
    });
    until.map(Utc::to_chrono)
}

/// Lets the time of every snooze come, and does what the clock does then.
fn time_comes(instance: &Instance) -> usize {
    let later = Utc::now().plus(TimeDelta::days(3));
    instance.wake(later)
}

fn snooze_tomorrow(cast: &Cast, id: i64) {
    let form = cast.agent.open(id).form("Snooze");
    form.set("until", "tomorrow").submit().expect(200, "Snoozed until");
}

#[test]
fn a_conversation_is_snoozed_until_tomorrow_morning_of_the_workspace() {
    let (instance, cast) = Instance::with_cast();
    for zone in [chrono_tz::Asia::Kolkata, chrono_tz::America::Los_Angeles] {
        instance.execute(&format!("UPDATE workspaces SET time_zone = '{}'", zone.name()));
        let id = cast.waiting(&instance);
        let page = cast.agent.open(id);
        let form = page.form("Snooze");
        let options = form.options("Snooze until");
        let label = *options.iter().find(|o| o.starts_with("Tomorrow, ")).expect("it is offered");
        assert!(label.ends_with("09:00"), "{label}");
        let today = chrono::Utc::now().with_timezone(&zone).date_naive();
        // On a Sunday that is *Tomorrow*.
        let is_other = today.weekday() != Weekday::Sun;
        assert_eq!(options.contains(&"Next week, Mon 09:00"), is_other);
        assert_eq!(options.last(), Some(&"Pick a time"));
        let label = label.to_owned();
        let page = form.with("Snooze until", &label).submit();
        page.expect(200, "09:00.");
        assert!(activity(&page)[0].starts_with("Mia Chen snoozed this until "));
        let until = snoozed_until(&instance, id).expect("it is snoozed").with_timezone(&zone);
        assert_eq!(until.time(), NaiveTime::from_hms_opt(9, 0, 0).expect("a time"));
        assert_eq!(until.date_naive(), today + Days::new(1));
    }
}

#[test]
fn a_choice_means_what_its_page_said_until_that_has_passed() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let old = Utc::now().plus(TimeDelta::days(-3)).micros().to_string();
    let form = |page: Page, button| page.form(button).set("until", "tomorrow");
    let late = form(cast.agent.open(id), "Snooze").set("offered", &old).submit();
    late.expect(422, "That time has passed. Choose one in the future.");
    let list = cast.agent.get("/inbox?view=unassigned");
    let late = form(list, "Snooze selected").check("Select Hanna Lindqvist").set("offered", &old);
    late.submit().expect(422, "That time has passed. Choose one in the future.");
    assert_eq!(snoozed_until(&instance, id), None);
}

#[test]
fn a_picked_time_is_the_workspaces_time() {
    let (instance, cast) = Instance::with_cast();
    let zone: Tz = chrono_tz::Asia::Kolkata;
    instance.execute("UPDATE workspaces SET time_zone = 'Asia/Kolkata'");
    let id = cast.owned_by(&instance, &cast.agent);
    let day = chrono::Utc::now().with_timezone(&zone).date_naive() + Days::new(2);
    let local = day.and_time(NaiveTime::from_hms_opt(14, 30, 0).expect("a time"));
    let form = cast.agent.open(id).form("Snooze").with("Snooze until", "Pick a time");
    let form = form.with("Time", &local.format("%Y-%m-%dT%H:%M").to_string());
    let page = form.submit();
    // In the last days of a year, with the next one.
    page.expect(200, &format!("Snoozed until {}", local.format("%A %-d %B")));
    page.expect(200, ", 14:30.");
    // The other half of a double click writes no second line.
    form.submit().expect(200, "Snoozed until");
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE kind = 'snoozed'"), 1);
    let meant = zone.from_local_datetime(&local).single().expect("Kolkata skips no hour");
    assert_eq!(snoozed_until(&instance, id), Some(meant.to_utc()));
    page.expect(200, "Until").expect(200, "You own this");
    let list = cast.agent.get("/inbox?view=mine&status=snoozed");
    assert_eq!(list.all(".rows .row-name"), ["Hanna Lindqvist"]);
    assert!(list.says(&format!("until {}", local.format("%a %-d %b, %H:%M"))));
    assert!(cast.agent.get("/inbox?view=mine").all(".rows .row-name").is_empty());
}

#[test]
fn a_time_that_cannot_be_is_refused_beside_the_field_and_kept() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    for (time, reason) in [
        ("2020-02-29T10:00", "That time has passed. Choose one in the future."),
        ("2999-01-01T10:00", "That is more than a year away. Choose an earlier time."),
        ("", "Choose a date and a time."),
        ("soon", "Choose a date and a time."),
    ] {
        let form = cast.agent.open(id).form("Snooze").with("Snooze until", "Pick a time");
        let page = form.with("Time", time).submit();
        page.expect(422, reason);
        assert_eq!(page.all("#snooze-time-error"), [reason]);
        assert_eq!(page.form("Snooze").value("time"), Some(time));
        assert_eq!(page.form("Snooze").value("until"), Some("time"), "it stays picked");
    }
    assert_eq!(snoozed_until(&instance, id), None);
}

#[test]
fn what_was_resolved_meanwhile_is_not_snoozed_from_a_page_that_shows_it_open() {
    let (instance, cast) = Instance::with_cast();
    for button in ["Resolve", "Mark as spam"] {
        let id = cast.waiting(&instance);
        let snooze = cast.agent.open(id).form("Snooze").set("until", "tomorrow");
        cast.manager.open(id).form(button).submit().expect(200, "");
        snooze.submit().expect(409, "This was resolved meanwhile, so it was not snoozed.");
        assert_eq!(snoozed_until(&instance, id), None);
        let spam = instance.count(&format!(
            "SELECT count(*) FROM conversations WHERE id = {id} AND spam_at IS NOT NULL"
        ));
        assert_eq!(spam == 1, button == "Mark as spam");
    }
}

#[test]
fn a_snooze_is_moved_to_another_time() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    snooze_tomorrow(&cast, id);
    let before = snoozed_until(&instance, id);
    let form = cast.agent.open(id).form("Snooze").with("Snooze until", "Pick a time");
    let later = (chrono::Utc::now() + TimeDelta::days(40)).format("%Y-%m-%dT%H:%M").to_string();
    form.with("Time", &later).submit().expect(200, "Snoozed until");
    assert!(snoozed_until(&instance, id) > before);
    cast.other_agent.open(id).form("Reopen").submit().expect(200, "Reopened.");
    assert_eq!(snoozed_until(&instance, id), None);
}

#[test]
fn a_snooze_ends_by_itself_and_the_owner_is_told() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.customer_writes(&instance, "Ivo Martens", "A dent in the frame.");
    cast.manager.open(id).form("Snooze").set("until", "tomorrow").submit();
    assert_eq!(time_comes(&instance), 1);
    assert_eq!(time_comes(&instance), 0, "it ends once");
    let told = cast.agent.get("/notifications");
    told.expect(200, "Snooze ended").expect(200, "Hanna Lindqvist");
    assert!(!cast.manager.get("/notifications").says("Snooze ended"), "it is not theirs");
    let page = cast.agent.open(id);
    assert_eq!(activity(&page)[0], "The snooze ended");
    assert!(page.has_button("Resolve"));
    let list = cast.manager.get("/inbox?view=all").all(".rows .row-name");
    assert_eq!(list.len(), 2);
    assert!(list[0].ends_with("Hanna Lindqvist"), "it comes back on top: {list:?}");
}

#[test]
fn when_nobody_owns_it_whoever_snoozed_it_is_told() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    snooze_tomorrow(&cast, id);
    assert_eq!(time_comes(&instance), 1);
    cast.agent.get("/notifications").expect(200, "Snooze ended");
    assert!(!cast.manager.get("/notifications").says("Snooze ended"));
}

#[test]
fn when_whoever_snoozed_it_left_the_snooze_still_ends() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    snooze_tomorrow(&cast, id);
    let remove = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&remove).form("Remove member").submit().expect(200, "Mia Chen removed.");
    assert_eq!(time_comes(&instance), 1);
    cast.other_agent.open(id).expect(200, "The snooze ended");
}

#[test]
fn what_a_customer_woke_does_not_wake_again() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    snooze_tomorrow(&cast, id);
    cast.customer_adds(&customer, "Hello?");
    assert_eq!(time_comes(&instance), 0);
    assert!(!cast.agent.get("/notifications").says("Snooze ended"));
}
