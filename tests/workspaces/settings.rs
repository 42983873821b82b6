//! What an Administrator decides for the whole workspace.

use crate::support::{Cast, Form, Instance, Member, Page, join, sign_in};
use baton::policy::Role;

use super::SETTINGS;

#[track_caller]
fn form(cast: &Cast) -> Form {
    cast.admin.get(SETTINGS).form("Save workspace")
}

#[track_caller]
fn save(form: &Form) -> Page {
    let page = form.submit();
    page.expect(200, "Workspace saved.");
    page
}

/// The changes in the log, in order: what, from and to.
fn log(instance: &Instance) -> Vec<String> {
    use baton::db::schema::audit_entries as log;
    use diesel::prelude::*;
    let lines: Vec<(String, String, String)> = instance.read(|conn| {
        log::table
            .filter(log::kind.eq("workspace_changed"))
            .order(log::id)
            .select((log::about, log::old_value, log::new_value))
            .load(conn)
    });
    lines.into_iter().map(|(what, from, to)| format!("{what}: {from} → {to}")).collect()
}

#[test]
fn an_administrator_changes_name_and_time_zone() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.admin.get(SETTINGS).form("Save workspace");
    assert_eq!(form.value("timezone"), Some("Europe/Berlin"));
    let page = form.with("Workspace name", " Sprocket & Sons ").with("Time zone", "Asia/Tokyo");
    let page = page.submit();
    page.expect(200, "Workspace saved.");
    page.expect(200, "Sprocket & Sons");
    assert!(cast.agent.open(id).attribute("time", "datetime").ends_with("+09:00"));
    instance.browser().get(&cast.chat_path()).expect(200, "Sprocket & Sons");
    let form = page.form("Save workspace").with("Workspace name", "").set("timezone", "Mars/Base");
    let page = form.submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#workspace_name-error"), ["Please fill this in."]);
    assert_eq!(page.all("#timezone-error"), ["Choose a time zone from the list."]);
    cast.manager.get("/inbox").expect(200, "Sprocket & Sons");
    cast.outsider.get("/inbox").expect(200, "Rival Ltd");
}

#[test]
fn who_changes_one_thing_takes_back_nothing_that_another_changed_meanwhile() {
    let (instance, cast) = Instance::with_cast();
    let (first, second) = (form(&cast), form(&cast));
    save(&first.with("Workspace name", "Sprocket & Sons").with("Sign members out after", "7 days"));
    // A mistake on the way does not lose what the page showed.
    let page = second.with("Workspace name", "").with("Time zone", "Asia/Tokyo").submit();
    let form = page.form("Save workspace").with("Workspace name", "Sprocket & Co");
    let page = save(&form);
    let now = page.form("Save workspace");
    assert_eq!(now.value("workspace_name"), Some("Sprocket & Sons"));
    assert_eq!(now.value("timezone"), Some("Asia/Tokyo"));
    assert_eq!(now.value("session_days"), Some("7"));
    assert_eq!(
        log(&instance),
        [
            "Name: Sprocket & Co → Sprocket & Sons",
            "Session lifetime: 30 days → 7 days",
            "Time zone: Europe/Berlin → Asia/Tokyo",
        ]
    );
}

#[test]
fn every_change_is_told_with_what_it_was_before() {
    let (instance, cast) = Instance::with_cast();
    save(&form(&cast));
    assert_eq!(log(&instance), [""; 0], "nothing was changed");
    let changed = form(&cast)
        .with("Workspace name", "Sprocket")
        .with("Time zone", "Europe/Lisbon")
        .with("Sign members out after", "7 days")
        .set("hours", "set")
        .set("agents_pass_on", "on");
    let page = save(&changed);
    let kept = page.form("Save workspace");
    for (name, value) in [("hours", "set"), ("session_days", "7"), ("agents_pass_on", "on")] {
        assert_eq!(kept.value(name), Some(value));
    }
    assert_eq!(
        log(&instance),
        [
            "Name: Sprocket & Co → Sprocket",
            "Time zone: Europe/Berlin → Europe/Lisbon",
            "Working hours: always → Mon–Fri 09:00–17:00",
            "Session lifetime: 30 days → 7 days",
            "Agents may pass on their own: off → on",
        ]
    );
    save(&kept.set("hours", "always").without("agents_pass_on"));
    assert_eq!(log(&instance).len(), 7);
}

#[test]
fn working_hours_that_cannot_be_come_back_with_the_reason_beside_the_day() {
    let (instance, cast) = Instance::with_cast();
    let times = |from: &str| form(&cast).set("hours", "set").without("from").and("from", from);
    let page = times("17:00").submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#mon-error"), ["Write two different times."]);
    assert_eq!(page.all("#tue-error"), ["Write both times like 09:00 and 17:30."]);
    let kept = page.form("Save workspace");
    assert_eq!((kept.value("hours"), kept.value("from")), (Some("set"), Some("17:00")));
    let page = form(&cast).set("hours", "set").without("day").submit();
    assert_eq!(page.all("#hours-error"), ["Choose at least one day."]);
    let stored = "SELECT count(*) FROM workspaces WHERE working_hours IS NOT NULL";
    assert_eq!(instance.count(stored), 0);
    // One day, from the morning until midnight, or into the night.
    for end in ["00:00", "02:00"] {
        let page = form(&cast).set("hours", "set").set("day", "sat").without("to");
        let page = save(&(0..7).fold(page, |form, _| form.and("to", end)));
        assert_eq!(page.form("Save workspace").value("day"), Some("sat"));
        let stored = "SELECT count(*) FROM workspaces WHERE working_hours";
        assert_eq!(instance.count(&format!("{stored} = 'sat 09:00-{end}'")), 1);
    }
}

fn seen_days_ago(instance: &Instance, member: &Member, days: i64) {
    member.wait_for_visit(instance);
    let at = chrono::Utc::now() - chrono::TimeDelta::days(days);
    instance.execute(&format!(
        "UPDATE sessions SET last_seen_at = '{}' WHERE user_id = {}",
        at.naive_utc().format("%Y-%m-%d %H:%M:%S"),
        member.user_id
    ));
}

fn is_in(member: &Member) -> bool {
    member.browser.get_once("/settings/profile").status == 200
}

#[test]
fn sessions_end_after_the_time_that_the_workspace_allows_also_those_that_are_open() {
    let (instance, cast) = Instance::with_cast();
    seen_days_ago(&instance, &cast.agent, 2);
    seen_days_ago(&instance, &cast.other_agent, 8);
    save(&form(&cast).with("Sign members out after", "7 days"));
    assert!(is_in(&cast.agent) && !is_in(&cast.other_agent));
    seen_days_ago(&instance, &cast.manager, 2);
    save(&form(&cast).with("Sign members out after", "1 day"));
    assert!(!is_in(&cast.manager) && is_in(&cast.admin));
    // Who signs in now, or is there, has a day from then on.
    let days = |member: &Member| {
        let id = member.user_id;
        let hours = "SELECT count(*) FROM sessions WHERE user_id";
        let until = chrono::Utc::now() + chrono::TimeDelta::hours(25);
        instance.count(&format!(
            "{hours} = {id} AND expires_at < '{}'",
            until.naive_utc().format("%Y-%m-%d %H:%M:%S")
        ))
    };
    sign_in(&cast.manager.browser, &cast.manager.email);
    assert!(days(&cast.manager) >= 1 && days(&cast.agent) >= 1);
}

#[test]
fn of_several_workspaces_the_shortest_time_holds() {
    let (instance, cast) = Instance::with_cast();
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    seen_days_ago(&instance, &cast.agent, 2);
    let form = cast.outsider.get(SETTINGS).form("Save workspace");
    save(&form.with("Sign members out after", "1 day"));
    assert!(!is_in(&cast.agent), "though the workspace they are in allows thirty");
    assert!(is_in(&cast.other_agent));
    // A longer time elsewhere does not help.
    sign_in(&cast.agent.browser, &cast.agent.email);
    save(&self::form(&cast).with("Sign members out after", "90 days"));
    seen_days_ago(&instance, &cast.agent, 2);
    instance.execute("UPDATE sessions SET expires_at = last_seen_at");
    assert!(!is_in(&cast.agent));
}

#[test]
fn agents_pass_on_what_they_own_only_where_the_workspace_lets_them() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let path = format!("/conversations/{id}/assign");
    let to = cast.other_agent.membership_id.to_string();
    assert!(!cast.agent.open(id).has_button("Assign"));
    let refused = cast.agent.browser.post(&path, &[("assignee", &to)]);
    refused.expect(403, "Your role does not include saying who owns a conversation");

    save(&form(&cast).set("agents_pass_on", "on"));
    // Not what waits in the queue, and not what another owns.
    let waiting = cast.waiting(&instance);
    assert!(!cast.agent.open(waiting).has_button("Assign"));
    let taken =
        cast.agent.browser.post(&format!("/conversations/{waiting}/assign"), &[("assignee", &to)]);
    assert_eq!(taken.status, 403);
    assert_eq!(cast.other_agent.browser.post(&path, &[("assignee", &to)]).status, 404);
    assert!(!cast.agent.open(id).has_button("Take over"));
    // Theirs they pass on, and it is gone from their sight.
    let assign = cast.agent.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    let page = assign.submit();
    page.expect(200, "Assigned to Lukas Brandt.");
    assert!(page.path.starts_with("/inbox"), "{}", page.path);
    assert_eq!(cast.agent.open(id).status, 404);
    // The other half of a double click.
    assign.submit().expect(200, "Assigned to Lukas Brandt.");
    cast.other_agent.open(id).expect(200, "You own this");
    cast.other_agent.open(id).expect(200, "Mia Chen assigned this to Lukas Brandt");
    cast.other_agent.get("/notifications").expect(200, "Mia Chen assigned this to you");
    // Or back into the queue, by the same control.
    let page = cast.other_agent.open(id).form("Assign").with("Assign to", "Unassigned").submit();
    page.expect(200, "It is back in the queue.");
}

#[test]
fn an_agent_who_passes_on_what_was_taken_from_them_learns_who_has_it() {
    let (instance, cast) = Instance::with_cast();
    save(&form(&cast).set("agents_pass_on", "on"));
    let id = cast.owned_by(&instance, &cast.agent);
    let assign = cast.agent.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    cast.manager.open(id).form("Take over").submit().expect(200, "You own this");
    let page = assign.submit();
    page.expect(409, "Gil Roth").expect(409, "It was not assigned");
    assert!(!page.says("rear hanger"), "the thread is not theirs to read");
    cast.manager.open(id).expect(200, "You own this");
    // Taken over and given back meanwhile, it is theirs still: they see it first.
    let id = cast.owned_by(&instance, &cast.agent);
    let assign = cast.agent.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    cast.manager.open(id).form("Take over").submit();
    let back = cast.manager.open(id).form("Assign").with("Assign to", "Mia Chen");
    back.submit().expect(200, "Assigned to Mia Chen.");
    assign.submit().expect(409, "This was assigned to you meanwhile.");
    cast.agent.open(id).expect(200, "You own this");
}

#[test]
fn an_agent_who_leaves_hands_over_only_where_they_may_pass_on() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let leave = |on: bool| {
        let page = cast.agent.get("/settings/profile/leave");
        assert_eq!(page.says("Lukas Brandt"), on);
        page.form("Leave workspace").set("successor", &cast.other_agent.membership_id.to_string())
    };
    assert_eq!(leave(false).submit_once().status, 403);
    save(&form(&cast).set("agents_pass_on", "on"));
    assert_eq!(leave(true).submit_once().status, 303);
    cast.other_agent.open(id).expect(200, "You own this");
}

/// A small picture, of one colour.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(width, height, image::Rgb([200, 40, 40]))
        .write_to(&mut out, image::ImageFormat::Png)
        .expect("it can be written");
    out.into_inner()
}

#[test]
fn a_logo_is_drawn_anew_and_shown_to_members_and_customers() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.admin.get(SETTINGS);
    let saved = page.form("Save logo").submit_with_file("logo", "logo.png", &png(300, 200));
    saved.expect(200, "Logo saved.");
    let address = saved.attribute(".rail-mark img", "src");
    assert_eq!(cast.agent.get("/inbox").attribute(".rail-mark img", "src"), address);
    let shown = instance.browser().request("GET", &address, &[], None);
    assert_eq!(shown.status, 200);
    assert_eq!(shown.header("content-type"), "image/png");
    assert!(shown.header("content-security-policy").starts_with("sandbox"));
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert!(shown.header("cache-control").contains("immutable"));
    let chat = instance.browser().get(&cast.chat_path());
    assert_eq!(chat.attribute(".chat-head img", "src"), address);
    // In the other workspace there is none, but the switcher has it.
    join(&instance, cast.other_workspace_id, cast.admin.user_id, Role::Agent);
    let other = cast.admin.get("/settings/profile").form("Rival Ltd").submit();
    assert_eq!(other.attribute(".switcher img", "src"), address);
    cast.admin.get("/settings/profile").form("Sprocket & Co").submit();

    let removed = cast.admin.get(SETTINGS).form("Remove logo").submit();
    removed.expect(200, "Logo removed.");
    assert_eq!(instance.browser().get(&address).status, 404);
    assert_eq!(log(&instance), ["Logo: none → another picture", "Logo: a picture → none"]);
}

#[test]
fn what_is_no_picture_is_refused_beside_the_field_and_nothing_stays_behind() {
    let (instance, cast) = Instance::with_cast();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let large = vec![0; 10 * 1024 * 1024 + 1];
    for (name, content, reason) in [
        ("logo.png", &svg[..], "This is not a picture that Baton can read."),
        ("../../logo.png", &b"GIF89a"[..], "This is not a picture that Baton can read."),
        ("logo.png", &large, "logo.png is larger than 10 MB."),
        ("", b"", "Choose a file first."),
    ] {
        let form = cast.admin.get(SETTINGS).form("Save logo");
        let page = form.submit_with_file("logo", name, content);
        page.expect(422, reason);
        assert!(page.all("#logo-error")[0].starts_with(reason), "{name}");
    }
    assert_eq!(instance.count("SELECT count(*) FROM pictures"), 0);
    let uploads = instance.app.config.uploads_dir();
    let left = std::fs::read_dir(uploads).map_or(0, Iterator::count);
    assert_eq!(left, 0, "files of refused uploads");
}
