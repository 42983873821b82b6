//! When a mail came: not when it was taken, which may be days later.

use chrono::{DateTime, TimeDelta, Utc};

use super::{HANNA, answers};
use crate::support::{EmailInbox, Instance, Member, TestMail};

/// When the messages of a conversation came, as its page tells.
fn moments(member: &Member, id: i64) -> Vec<DateTime<Utc>> {
    let html = member.open(id).html();
    let times = scraper::Selector::parse(".message-by time").expect("a selector");
    html.select(&times)
        .map(|time| {
            let told = time.value().attr("datetime").expect("a moment");
            DateTime::parse_from_rfc3339(told).expect("a moment").to_utc()
        })
        .collect()
}

/// Brings a mail that the server has had for so many hours.
fn takes(inbox: &EmailInbox, instance: &Instance, mail: &TestMail, hours: i64) -> i64 {
    let came_at = baton::db::Utc::now().minus(TimeDelta::hours(hours));
    inbox.takes_late(instance, mail.raw(), came_at)
}

#[track_caller]
fn is_hours_ago(moment: DateTime<Utc>, hours: i64) {
    let off = (Utc::now() - TimeDelta::hours(hours) - moment).abs();
    assert!(off < TimeDelta::minutes(5), "{moment} is not {hours} hours ago");
}

#[test]
fn what_waited_for_days_is_shown_and_waited_for_as_it_came() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail(HANNA, "Late", "Where is it?").with("Message-ID", "<a@customer.example>");
    let id = takes(&inbox, &instance, &mail, 72);
    is_hours_ago(moments(&cast.agent, id)[0], 72);
    let other = inbox.mail("Kim <kim@customer.example>", "Other", "Hello");
    let other = takes(&inbox, &instance, &other, 80);
    let list = cast.agent.get("/inbox?view=unassigned&order=waiting").body;
    let place = |id: i64| list.find(&format!("/conversations/{id}")).expect("it waits");
    assert!(place(other) < place(id), "the one that came first waits longest");
    // Not before what stands above it, and not later than now.
    for (n, hours, shown) in [(1, 100, 72), (2, 48, 48), (3, -30, 0)] {
        let also = inbox.mail(HANNA, "Re: Late", &n.to_string()).answering("a@customer.example");
        assert_eq!(takes(&inbox, &instance, &also, hours), id);
        is_hours_ago(moments(&cast.agent, id)[n], shown);
    }
}

#[test]
fn what_brings_back_a_resolved_conversation_came_after_that() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail(HANNA, "Late", "Where is it?").with("Message-ID", "<a@customer.example>");
    let id = takes(&inbox, &instance, &mail, 72);
    cast.agent.open(id).form("Resolve").submit().expect(200, "Resolved");
    let also = inbox.mail(HANNA, "Re: Late", "Hello?").answering("a@customer.example");
    takes(&inbox, &instance, &also, 48);
    is_hours_ago(moments(&cast.agent, id)[1], 0);
    answers(&instance, &cast.agent, id, "reply-1@baton.example");
}
