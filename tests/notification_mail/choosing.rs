//! Page, mail, both or none, by kind.

use super::{MIA, chooses};
use crate::outbox::{after_two_minutes, with_mail_server};
use crate::support::{Instance, Member};

const ASSIGNED: &str = "A conversation is assigned to you";

/// The ways by kind, as the profile shows them.
fn ways(of: &Member) -> Vec<(String, String)> {
    let form = of.get("/settings/profile").form("Save profile");
    let kinds = ["assigned", "taken", "mentioned", "customer_replied", "snooze_ended"];
    let way = |kind: &&str| form.value(&format!("notify_{kind}")).unwrap_or("missing").to_owned();
    kinds.iter().map(|kind| ((*kind).to_owned(), way(kind))).collect()
}

#[test]
fn a_new_member_is_mailed_where_a_person_waits_for_them() {
    let (_instance, cast) = Instance::with_cast();
    let expected = [
        ("assigned", "both"),
        ("taken", "page"),
        ("mentioned", "both"),
        ("customer_replied", "both"),
        ("snooze_ended", "page"),
    ];
    let expected = expected.map(|(kind, way)| (kind.to_owned(), way.to_owned()));
    assert_eq!(ways(&cast.agent), expected);
    let form = cast.agent.get("/settings/profile").form("Save profile");
    assert_eq!(form.options(ASSIGNED), ["Page", "Mail", "Both", "None"]);
}

#[test]
fn page_mail_both_and_none_do_what_they_say() {
    for (way, in_page, by_mail) in [("Page", 1, 0), ("Mail", 0, 1), ("Both", 1, 1), ("None", 0, 0)]
    {
        let (server, instance, cast) = with_mail_server();
        chooses(&cast.agent, ASSIGNED, way);
        let id = cast.waiting(&instance);
        cast.manager.assigns(id, "Mia Chen");
        let page = cast.agent.get("/notifications");
        assert_eq!(page.all(".notice").len(), in_page, "{way}");
        assert_eq!(page.all("#unread").len(), in_page, "{way}");
        assert_eq!(page.has_button("Mark all as read"), in_page > 0, "{way}");
        after_two_minutes(&instance);
        assert_eq!(server.taken_for(MIA).len(), by_mail, "{way}");
    }
}

#[test]
fn a_change_of_mind_counts_for_what_waits() {
    let (server, instance, cast) = with_mail_server();
    let id = cast.waiting(&instance);
    cast.manager.assigns(id, "Mia Chen");
    chooses(&cast.agent, ASSIGNED, "Page");
    after_two_minutes(&instance);
    assert!(server.mails().is_empty());
}

#[test]
fn choices_are_of_one_workspace_and_of_those_who_made_them() {
    let (server, instance, cast) = with_mail_server();
    chooses(&cast.agent, ASSIGNED, "None");
    assert_eq!(ways(&cast.other_agent)[0].1, "both");
    cast.manager.assigns(cast.waiting(&instance), "Lukas Brandt");
    after_two_minutes(&instance);
    server.only_mail("lukas@sprocket.example");
}

#[test]
fn a_way_that_does_not_exist_changes_nothing_and_what_is_wrong_keeps_the_choice() {
    let (_instance, cast) = Instance::with_cast();
    let form = cast.agent.get("/settings/profile").form("Save profile");
    form.set("notify_assigned", "pigeon").submit().expect(422, "Baton did not understand that");
    assert_eq!(ways(&cast.agent)[0].1, "both");
    let form = cast.agent.get("/settings/profile").form("Save profile");
    let page = form.with(ASSIGNED, "Mail").with("Your name", "").submit();
    page.expect(422, "Please fill this in.");
    assert_eq!(page.form("Save profile").value("notify_assigned"), Some("mail"));
    assert_eq!(ways(&cast.agent)[0].1, "both");
}

#[test]
fn who_chose_before_it_was_a_kind_is_told_of_the_way_back_as_of_what_was_taken() {
    let (instance, cast) = Instance::with_cast();
    let migration = "migrations/sqlite/2026-12-01-000372_choices_of_given_back/up.sql";
    let migration = std::fs::read_to_string(migration).expect("it is there");
    for (before, way) in [
        ("assigned:none taken:mail mentioned:page", "mail"),
        ("taken:none", "none"),
        ("assigned:mail", "page"),
        ("", "page"),
    ] {
        instance.execute(&format!("UPDATE memberships SET told_by = '{before}'"));
        for statement in migration.split_inclusive(';').filter(|sql| sql.contains("UPDATE")) {
            instance.execute(statement);
        }
        let form = cast.agent.get("/settings/profile").form("Save profile");
        assert_eq!(form.value("notify_given_back"), Some(way), "{before:?}");
    }
}

#[test]
fn whoever_takes_over_from_a_member_who_leaves_is_mailed_once() {
    let (server, instance, cast) = with_mail_server();
    for _ in 0..3 {
        cast.owned_by(&instance, &cast.other_agent);
    }
    let path = format!("/settings/team/members/{}/remove", cast.other_agent.membership_id);
    let form = cast.admin.get(&path).form("Remove member");
    form.with("Reassign open conversations to", "Mia Chen").submit().expect(200, "Mia Chen");
    after_two_minutes(&instance);
    assert_eq!(server.only_mail(MIA).subject(), "3 updates in Sprocket & Co");
}
