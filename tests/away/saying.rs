//! Saying that one is away, or that another is.

use super::{PROFILE, days_ahead, goes_away};
use crate::audit_log::entries;
use crate::support::{Instance, Member};

const TEAM: &str = "/settings/team";

fn page_of(member: &Member) -> String {
    format!("{TEAM}/members/{}/away", member.membership_id)
}

#[test]
fn a_member_says_that_they_are_away_and_that_they_are_back() {
    let (instance, cast) = Instance::with_cast();
    let (day, later) = (days_ahead(3), days_ahead(5));
    let words = format!("You are away until {}", day.format("%A %-d %B"));
    let page = goes_away(&cast.agent, 3);
    page.expect(200, &words);
    assert_eq!(page.form("I am back").value("back_on"), Some(&*day.to_string()));
    let again = page.form("Change day");
    again.submit().expect(200, &words);
    again.with("Back on", &later.to_string()).submit();
    cast.agent.get("/inbox").expect(200, "What customers write goes back to the queue.");
    assert!(!cast.manager.get("/inbox").says("You are away"));
    let back = cast.agent.get("/inbox").form("I am back");
    back.submit().expect(200, "Welcome back.");
    back.submit().expect(200, "Welcome back.");
    assert!(!cast.agent.get("/inbox").says("You are away"));
    let until = |day: chrono::NaiveDate| day.format("Away until %-d %B %Y").to_string();
    let line = "Mia Chen: Changed when a member is away Mia Chen:";
    assert_eq!(
        entries(&cast.admin, "?topic=team"),
        [
            format!("{line} {} → Here", until(later)),
            format!("{line} {} → {}", until(day), until(later)),
            format!("{line} Here → {}", until(day)),
        ]
    );
    // A day that has come was the end of it, without a word.
    instance.execute("UPDATE memberships SET away_until = '2020-01-01 00:00:00'");
    assert!(cast.agent.get(PROFILE).has_button("I am away"));
    back.submit();
    assert_eq!(entries(&cast.admin, "?topic=team").len(), 3);
}

#[test]
fn an_administrator_says_it_of_another() {
    let (_instance, cast) = Instance::with_cast();
    let until = days_ahead(3).format("%A %-d %B").to_string();
    let row = cast.admin.get(TEAM).row(&cast.manager.email);
    let form = row.click("Away").form("Mark as away");
    let page = form.with("Back on", &days_ahead(3).to_string()).submit();
    page.expect(200, &format!("Gil Roth is away until {until}."));
    let row = page.row(&cast.manager.email);
    row.expect(200, "Active");
    row.expect(200, &format!("Away until {}", days_ahead(3).format("%-d %b")));
    cast.manager.get("/inbox").expect(200, &format!("You are away until {until}."));
    let line = "Ana Silva: Changed when a member is away Gil Roth: Here → Away until";
    assert!(entries(&cast.admin, "")[0].starts_with(line));
    let back = row.click("Away");
    back.expect(200, &format!("Gil Roth is away until {until}."));
    back.form("Mark as back").submit().expect(200, "Gil Roth is back.");
    assert_eq!(cast.admin.get(TEAM).row(&cast.admin.email).find_link("Away"), None);
}

#[test]
fn whoever_may_not_say_it_changes_nothing() {
    let (instance, cast) = Instance::with_cast();
    let fields = [("back_on", &*days_ahead(3).to_string())];
    let path = page_of(&cast.other_agent);
    for (member, status) in [(&cast.manager, 403), (&cast.agent, 403), (&cast.outsider, 404)] {
        assert_eq!(member.get(&path).status, status, "{}", member.name);
        assert_eq!(member.browser.post(&path, &fields).status, status, "{}", member.name);
    }
    let remove = format!("{TEAM}/members/{}/remove", cast.other_agent.membership_id);
    cast.admin.browser.post(&remove, &[]).expect(200, "Lukas Brandt removed.");
    cast.admin.get(&path).expect(409, "Lukas Brandt is no longer a member.");
    cast.admin.browser.post(&path, &fields).expect(409, "Lukas Brandt is no longer a member.");
    let away = "SELECT count(*) FROM memberships WHERE away_until IS NOT NULL";
    assert_eq!(instance.count(away), 0);
}

#[test]
fn a_day_that_cannot_be_is_refused_beside_the_field() {
    let (instance, cast) = Instance::with_cast();
    let admin = page_of(&cast.agent);
    let pages = [(&cast.agent, PROFILE, "I am away"), (&cast.admin, &*admin, "Mark as away")];
    for (member, path, button) in pages {
        for (typed, reason) in [
            (days_ahead(0).to_string(), "That day has begun. Choose a later one."),
            ("2020-01-01".to_owned(), "That day has begun. Choose a later one."),
            (days_ahead(368).to_string(), "That is more than a year away."),
            ("soon".to_owned(), "This is not a date."),
            (String::new(), "This is not a date."),
        ] {
            let page = member.get(path).form(button).with("Back on", &typed).submit();
            page.expect(422, reason);
            assert!(page.all("#back_on-error").concat().starts_with(reason), "{}", page.text());
            assert_eq!(page.form(button).value("back_on"), Some(&*typed));
        }
    }
    assert_eq!(instance.count("SELECT count(*) FROM audit_entries"), 0);
}

#[test]
fn whoever_could_give_them_something_sees_that_they_are_away() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    goes_away(&cast.agent, 3);
    let mia = format!("Mia Chen (away until {})", days_ahead(3).format("%-d %b"));
    let names = |first: &str| -> Vec<String> {
        let of = [first, "Ana Silva", "Gil Roth", "Lukas Brandt", &mia];
        of.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let panel = cast.manager.open(id);
    panel.expect(200, &format!("Away until {}", days_ahead(3).format("%A %-d %B")));
    assert_eq!(panel.form("Assign").options("Assign to")[..4], names("")[..]);
    let list = cast.manager.get("/inbox?view=all").form("Assign selected");
    assert_eq!(list.options("Assign selected to")[..5], names("Owner")[..]);
    let remove = format!("{TEAM}/members/{}/remove", cast.other_agent.membership_id);
    let remove = cast.admin.get(&remove).form("Remove member");
    assert_eq!(remove.options("Reassign open conversations to")[3], mia);
    let leave = cast.manager.get(&format!("{PROFILE}/leave")).form("Leave workspace");
    assert_eq!(leave.options("Reassign open conversations to")[3], mia);
    let reports = cast.manager.get("/reports");
    assert!(reports.all("#owners tbody th").contains(&mia), "{}", reports.text());
    let file = cast.manager.get("/reports/owners/csv").body;
    assert!(file.contains("\nMia Chen,1,"), "{file}");
    // It is possible all the same.
    let other = cast.waiting(&instance);
    cast.manager.assigns(other, &mia).expect(200, "Mia Chen owns this");
}

#[test]
fn the_day_is_the_workspace_s_whatever_clock_a_member_reads() {
    let (instance, cast) = Instance::with_cast();
    for (member, zone) in [(&cast.admin, "Pacific/Auckland"), (&cast.manager, "Pacific/Honolulu")] {
        let form = member.get(PROFILE).form("Save profile").with("Time zone", zone);
        form.submit().expect(200, "Your profile is saved.");
    }
    let form = cast.admin.get(&page_of(&cast.agent)).form("Mark as away");
    form.with("Back on", &days_ahead(3).to_string()).submit();
    let day = days_ahead(3).format("%-d %b");
    cast.admin.get(TEAM).row(&cast.agent.email).expect(200, &format!("Away until {day}"));
    let id = cast.waiting(&instance);
    cast.manager.open(id).expect(200, &format!("Mia Chen (away until {day})"));
}
