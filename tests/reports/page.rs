//! The page, who sees it, what is asked for, and the files.

use baton::db::Utc;
use baton::models::calendar::day_of;

use super::{REPORTS, fill};
use crate::support::{Instance, Page, without_mark};

const MARCH: &str = "?from=2026-03-28&to=2026-03-30";

/// The rows of a table, each as its words.
fn rows(page: &Page, code: &str) -> Vec<String> {
    page.all(&format!("#{code} tbody tr"))
}

#[test]
fn reports_are_for_managers_and_administrators() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    for member in [&cast.admin, &cast.manager] {
        assert!(member.get("/inbox").find_link("Reports").is_some());
        member.get(REPORTS).expect(200, "Opened and resolved, by day");
    }
    cast.agent.get(REPORTS).expect(403, "Your role does not include Reports");
    cast.agent.get("/reports/days/csv").expect(403, "Your role does not include Reports");
    assert_eq!(cast.agent.get("/inbox").find_link("Reports"), None);
    let page = cast.outsider.get(&format!("{REPORTS}{MARCH}"));
    page.expect(200, "Nothing happened on these days").expect(200, "The queue is empty.");
    assert!(!page.says("Mia Chen") && !page.says("Workshop"));
}

#[test]
fn the_page_tells_the_figures_in_words() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let page = cast.manager.get(&format!("{REPORTS}{MARCH}"));
    assert_eq!(page.all(".figures dt").len(), 5);
    assert_eq!(page.all(".figures .figure"), ["3", "4", "4", "2 h", "16 h 30 min"]);
    assert_eq!(page.all(".figures .figure-most"), ["90% within 9 h", "90% within 1 d"]);
    assert_eq!(page.all(".figures .delta")[0], "200% more than before");
    page.expect(200, "Compared with 25 March 2026 to 27 March 2026.");
    page.expect(200, "Days and hours are those of Europe/Berlin.");
    assert_eq!(
        rows(&page, "days"),
        ["Sat 28 Mar 2026 1 2 1", "Sun 29 Mar 2026 1 1 3", "Mon 30 Mar 2026 1 1 0"]
    );
    assert_eq!(rows(&page, "times")[2], "Mon 30 Mar 2026 – – 1 d 1 d");
    assert_eq!(rows(&page, "inboxes")[1], "Workshop 2 1 2 2 h 2 h 23 h 23 h");
    assert_eq!(rows(&page, "members")[0], "Gil Roth 2 2 2 h 2 h 11 h 45 min 23 h");
    assert_eq!(rows(&page, "labels"), ["Refund 2 1 1 2 h 2 h 1 d 1 d"]);
    assert_eq!(rows(&page, "hours").len(), 6);
    assert!(rows(&page, "hours").contains(&"Sunday 03:00 0 2".to_owned()));
    // C, since it was opened; G and H were answered and are nobody's, too.
    page.expect(200, "conversations wait in the queue.");
    for chart in ["days", "times", "hours", "waiting", "inboxes", "members", "labels"] {
        let alt = page.attribute(&format!("#{chart} svg[role=img]"), "aria-label");
        assert!(!alt.is_empty(), "{chart}");
        assert_eq!(page.all(&format!("#{chart} a.report-file")), ["Download CSV"]);
    }
    let alt = page.attribute("#days svg[role=img]", "aria-label");
    assert!(alt.contains("28 March 2026 to 30 March 2026. Opened: 3, most on"), "{alt}");
}

#[test]
fn a_member_who_left_keeps_what_they_did() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&path).form("Remove member").submit();
    let page = cast.manager.get(&format!("{REPORTS}{MARCH}"));
    assert!(rows(&page, "members")[1].starts_with("Mia Chen (left) 2 2"), "{}", page.text());
}

#[test]
fn the_days_are_asked_for_in_a_form_that_keeps_them() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let form = cast.manager.get(REPORTS).form("Show");
    assert_ne!(form.value("from"), form.value("to"));
    let page = form.with("From", "2026-10-24").with("To", "2026-10-26").submit();
    assert_eq!(page.all(".figures .figure")[3], "1 d 1 h");
    assert!(!page.says("Working hours only Mon"), "the workspace works always");
    let always = cast.manager.get("/reports?from=2026-10-24&to=2026-10-26&hours=working");
    assert_eq!(always.all(".figures .figure")[3], "1 d 1 h");
    instance.execute(
        "UPDATE workspaces SET working_hours = 'mon 09:00-17:00, tue 09:00-17:00, \
         wed 09:00-17:00, thu 09:00-17:00, fri 09:00-17:00'",
    );
    // Wherever the one who reads it is, the days are the workspace's.
    instance.execute("UPDATE users SET time_zone = 'America/New_York'");
    let page = cast.manager.get("/reports?from=2026-10-24&to=2026-10-26");
    assert_eq!(page.all(".figures .figure")[..3], ["2", "1", "3"]);
    let page = page.form("Show").set("hours", "working").submit();
    assert_eq!(page.all(".figures .figure")[3], "0 s");
    page.expect(200, "Times count working hours only, Mon–Fri 09:00–17:00.");
    assert_eq!(page.form("Show").value("from"), Some("2026-10-24"));
    assert_eq!(page.form("Show").value("hours"), Some("working"));
    assert!(page.attribute("#days a.report-file", "href").ends_with("&hours=working"));
}

#[test]
fn days_that_make_no_sense_are_told_beside_their_field() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    for (query, field, reason) in [
        ("?from=soon&to=2026-03-30", "from", "This is not a date. Write it as 2026-11-24."),
        ("?from=2026-03-30&to=2026-02-31", "to", "This is not a date. Write it as 2026-11-24."),
        ("?from=2026-03-30&to=2026-03-29", "to", "This is before the day in From."),
        ("?from=2025-01-01&to=2026-03-29", "to", "Choose 366 days at most."),
    ] {
        let page = cast.manager.get(&format!("{REPORTS}{query}"));
        assert_eq!(page.status, 422, "{query}");
        assert_eq!(page.all(&format!("#{field}-error")), [reason]);
        let sent = query.trim_start_matches('?').split('&').map(|pair| pair.split_once('='));
        for (name, value) in sent.flatten() {
            assert_eq!(page.form("Show").value(name), Some(value), "{query}");
        }
        let file = cast.manager.get(&format!("/reports/days/csv{query}"));
        assert_eq!(file.status, 422, "{query}");
    }
    assert_eq!(cast.manager.get("/reports/nothing/csv").status, 404);
    // One of both is enough, and a year of 366 days is not too long.
    for query in
        ["?from=2026-03-28", "?to=2026-03-30", "?from=2024-01-01&to=2024-12-31", "?from=2030-01-01"]
    {
        assert_eq!(cast.manager.get(&format!("{REPORTS}{query}")).status, 200, "{query}");
    }
}

#[test]
fn every_table_leaves_as_a_file_with_seconds() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let get = |code: &str| cast.manager.get(&format!("/reports/{code}/csv{MARCH}"));
    let file = get("days");
    assert_eq!(file.status, 200);
    assert!(file.header("content-type").starts_with("text/csv"));
    let name = file.header("content-disposition");
    let expected = "attachment; filename=\"baton-sprocket-co-days-2026-03-28-to-2026-03-30.csv";
    assert!(name.starts_with(expected), "{name}");
    assert_eq!(
        without_mark(&file.body),
        "Day,Opened,Resolved,Replies\n2026-03-28,1,2,1\n2026-03-29,1,1,3\n2026-03-30,1,1,0\n"
    );
    assert_eq!(
        without_mark(&get("times").body),
        "Day,\"First response, median (seconds)\",\"First response, 90% (seconds)\",\
         \"To resolve, median (seconds)\",\"To resolve, 90% (seconds)\"\n\
         2026-03-28,32401,32401,18900,36001\n2026-03-29,7200,7200,82799,82799\n\
         2026-03-30,,,86400,86400\n"
    );
    assert!(
        get("members").body.ends_with(
            "Gil Roth,2,2,7200,7200,42299,82799\nMia Chen,2,2,19800,32401,61200,86400\n"
        )
    );
    assert!(get("inboxes").body.contains("\nWorkshop,2,1,2,7200,7200,82799,82799\n"));
    assert!(get("labels").body.ends_with("\nRefund,2,1,1,7200,7200,86400,86400\n"));
    assert!(get("hours").body.contains("\nSunday 03:00,0,2\n"));
    assert!(
        without_mark(&get("waiting").body)
            .starts_with("Waiting for,Conversations\nUnder 1 hour,0\n")
    );
    // A name is no formula.
    instance.execute("UPDATE inboxes SET name = '=1+1' WHERE name = 'Workshop'");
    assert!(get("inboxes").body.contains("\n'=1+1,2,"));
    // What is open now is of today, whatever the days.
    let today = day_of(Utc::now(), chrono_tz::Europe::Berlin);
    for code in ["waiting", "owners"] {
        let name = get(code).header("content-disposition").to_owned();
        assert!(name.contains(&format!("\"baton-sprocket-co-{code}-{today}.csv")), "{name}");
    }
}

#[test]
fn who_holds_what_now_is_told_and_leads_to_it() {
    let (instance, cast) = Instance::with_cast();
    let (answered, _) =
        (cast.owned_by(&instance, &cast.agent), cast.owned_by(&instance, &cast.agent));
    let snoozed = cast.owned_by(&instance, &cast.manager);
    cast.agent.open(answered).form("Send reply").with("Reply", "On its way.").submit();
    cast.manager.open(snoozed).form("Snooze").submit();
    instance.execute("UPDATE conversations SET waiting_since = '2026-01-01 00:00:00' WHERE waiting_since IS NOT NULL");
    let page = cast.manager.get(REPORTS);
    let told = rows(&page, "owners");
    assert!(told[0].starts_with("Mia Chen 2 1 ") && told[0].ends_with(" 0"), "{told:?}");
    assert!(told.contains(&"Gil Roth 0 0 – 1".to_owned()), "{told:?}");
    assert_eq!(told.len(), 4, "whoever has nothing, too: {told:?}");
    let list = cast.manager.get(&page.link("Mia Chen"));
    assert_eq!(list.all(".row-name").len(), 2);
    let file = cast.manager.get("/reports/owners/csv");
    let head = "Member,Open,Customer waits,Longest wait (seconds),Snoozed\nMia Chen,2,1,";
    assert!(without_mark(&file.body).starts_with(head), "{}", file.body);
}

#[test]
fn the_queue_is_told_by_how_long_it_waits() {
    let (instance, cast) = Instance::with_cast();
    let (fresh, released) = (cast.waiting(&instance), cast.owned_by(&instance, &cast.agent));
    cast.owned_by(&instance, &cast.agent);
    instance.execute("UPDATE conversations SET created_at = '2026-01-01 00:00:00'");
    cast.agent.open(released).form("Release").submit();
    let page = cast.manager.get(REPORTS);
    page.expect(200, "2 conversations wait in the queue.");
    assert_eq!(page.link("oldest"), format!("/conversations/{fresh}"));
    // Released a moment ago: that is when it came back.
    assert_eq!(
        rows(&page, "waiting"),
        ["Under 1 hour 1", "1 to 4 hours 0", "4 to 24 hours 0", "1 to 3 days 0", "Over 3 days 1"]
    );
    cast.agent.open(fresh).form("Mark as spam").submit();
    cast.manager.get(REPORTS).expect(200, "1 conversation waits in the queue.");
}

#[test]
fn what_undo_puts_back_into_the_queue_waits_as_long_as_before() {
    let (instance, cast) = Instance::with_cast();
    let ids = [(); 5].map(|()| cast.waiting(&instance));
    instance.execute("UPDATE conversations SET created_at = '2026-01-01 00:00:00'");
    for (id, button) in ids.iter().zip(["Claim", "Resolve", "Snooze", "Mark as spam"]) {
        let page = cast.manager.open(*id).form(button).submit();
        page.form("Undo").submit().expect(200, "Undone.");
    }
    cast.manager.assigns(ids[4], "Lukas Brandt").form("Undo").submit().expect(200, "Undone.");
    let waiting = || rows(&cast.manager.get(REPORTS), "waiting");
    assert_eq!(waiting()[4], "Over 3 days 5");
    // Who gives it back puts it there.
    cast.agent.open(ids[0]).form("Claim").submit();
    cast.agent.open(ids[0]).form("Release").submit();
    assert_eq!([&waiting()[0], &waiting()[4]], ["Under 1 hour 1", "Over 3 days 4"]);
}
