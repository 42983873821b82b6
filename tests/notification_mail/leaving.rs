//! What is mailed, when, and what is not any more.

use baton::db::Utc;
use baton::db::schema::deliveries;
use diesel::prelude::*;

use super::{MIA, chooses};
use crate::outbox::{after_two_minutes, with_mail_server};
use crate::support::Answer;

#[test]
fn a_mail_leaves_after_two_minutes_and_leads_to_the_conversation() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is the hanger in stock?");
    cast.manager.assigns(id, "Mia Chen");
    let due: Utc = instance.read(|conn| {
        deliveries::table
            .filter(deliveries::kind.eq("notifications"))
            .select(deliveries::next_attempt_at)
            .first(conn)
    });
    let wait = due.since(Utc::now()).num_seconds();
    assert!((100..=120).contains(&wait), "{wait} s");
    after_two_minutes(&instance);
    let mail = server.only_mail(MIA);
    let subject = "Gil Roth assigned this to you: Hanna Lindqvist: Is the hanger in stock?";
    assert_eq!(mail.subject(), subject);
    assert_eq!(mail.link(), format!("{}/conversations/{id}", instance.base));
    assert!(mail.html().contains("Is the hanger in stock?"));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Reply-To"), "", "no inbox of the workspace takes mail");
    assert!(mail.plain().contains("An answer to this mail reaches nobody"), "{}", mail.plain());
    let page = cast.agent.get("/notifications");
    assert_eq!(page.all(".notice.is-unread").len(), 1, "a mail marks nothing as read");
}

#[test]
fn what_was_read_meanwhile_is_not_mailed() {
    let (server, instance, cast) = with_mail_server();
    let read = cast.waiting(&instance);
    cast.manager.assigns(read, "Mia Chen");
    cast.agent.open(read).expect(200, "You own this");
    after_two_minutes(&instance);
    assert!(server.mails().is_empty());
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0, "it is dropped");
    // Of two, the other one.
    let (one, two) = (cast.waiting(&instance), cast.waiting(&instance));
    cast.manager.assigns(one, "Mia Chen");
    cast.manager.assigns(two, "Mia Chen");
    cast.agent.open(one);
    after_two_minutes(&instance);
    let mail = server.only_mail(MIA);
    assert_eq!(mail.link(), format!("{}/conversations/{two}", instance.base));
}

#[test]
fn what_the_page_never_showed_is_mailed_whatever_is_read_there() {
    let (server, instance, cast) = with_mail_server();
    chooses(&cast.agent, "A conversation is assigned to you", "Mail");
    let id = cast.waiting(&instance);
    cast.manager.assigns(id, "Mia Chen");
    let workspace = cast.workspace_id.to_string();
    let read = cast.agent.browser.post("/notifications/read", &[("workspace", &workspace)]);
    read.expect(200, "Nothing was unread.");
    after_two_minutes(&instance);
    assert_eq!(server.taken_for(MIA).len(), 1);
}

#[test]
fn several_are_grouped_by_conversation_in_one_mail() {
    let (server, instance, cast) = with_mail_server();
    let (one, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    let (two, _) = cast.customer_writes(&instance, "Tom Berger", "Where is my wheel?");
    cast.manager.assigns(one, "Mia Chen");
    cast.manager.assigns(two, "Mia Chen");
    cast.customer_adds(&hanna, "Hello?");
    cast.customer_adds(&hanna, "Anybody?");
    cast.manager.open(one).form("Add note").with("Note", "@Mia Chen please").submit();
    after_two_minutes(&instance);
    let mail = server.only_mail(MIA);
    assert_eq!(mail.subject(), "2 updates in Sprocket & Co");
    let plain = mail.plain();
    let place = |words: &str| plain.find(words).unwrap_or_else(|| panic!("{words}: {plain}"));
    assert!(place("Hanna Lindqvist: In stock?") < place("Hanna Lindqvist replied"));
    assert!(place("Gil Roth mentioned you in a note") < place("Tom Berger: Where is my wheel?"));
    assert_eq!(plain.matches("Hanna Lindqvist replied").count(), 1, "{plain}");
    assert!(plain.contains("Anybody?"), "{plain}");
    for id in [one, two] {
        assert!(plain.contains(&format!("{}/conversations/{id}\n", instance.base)), "{plain}");
    }
}

#[test]
fn nothing_is_mailed_twice_and_what_is_new_gets_another_mail() {
    let (server, instance, cast) = with_mail_server();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.agent.open(id).form("Claim").submit();
    cast.customer_adds(&hanna, "Hello?");
    after_two_minutes(&instance);
    assert!(server.only_mail(MIA).plain().contains("Hello?"));
    after_two_minutes(&instance);
    server.only_mail(MIA);
    // The page has one unread notice still; a mail has to say that there is more.
    cast.customer_adds(&hanna, "And a chain?");
    let page = cast.agent.get("/notifications");
    assert_eq!(page.all(".notice").len(), 1);
    let tom = cast.waiting(&instance);
    cast.manager.assigns(tom, "Mia Chen");
    after_two_minutes(&instance);
    let mails = server.taken_for(MIA);
    assert_eq!(mails.len(), 2);
    assert!(mails[1].plain().contains("And a chain?"), "{}", mails[1].plain());
    assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

#[test]
fn what_left_ones_sight_is_not_mailed_and_that_it_did_is_told_without_its_words() {
    let (server, instance, cast) = with_mail_server();
    chooses(&cast.agent, "A conversation of yours goes to another member", "Mail");
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "My code is 4711.");
    cast.manager.assigns(id, "Mia Chen");
    cast.customer_adds(&hanna, "Keep 4711 secret.");
    cast.manager.assigns(id, "Lukas Brandt");
    after_two_minutes(&instance);
    let mail = server.only_mail(MIA);
    assert_eq!(mail.subject(), "Gil Roth took this from you: Hanna Lindqvist");
    let raw = String::from_utf8_lossy(&mail.raw).into_owned();
    assert!(!mail.plain().contains("4711") && !mail.html().contains("4711"), "{raw}");
    assert!(!mail.plain().contains("/conversations/"), "{}", mail.plain());
}

#[test]
fn whoever_is_not_a_member_any_more_gets_none() {
    let (server, instance, cast) = with_mail_server();
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&path).form("Remove member").submit().expect(200, "Mia Chen removed.");
    after_two_minutes(&instance);
    assert!(server.mails().is_empty());
}

#[test]
fn only_a_proved_address_gets_mail_and_it_is_the_one_of_that_moment() {
    let (server, instance, cast) = with_mail_server();
    let id = cast.waiting(&instance);
    instance.unprove(MIA);
    cast.agent.get("/settings/profile").expect(200, "once you have confirmed your address");
    chooses(&cast.agent, "A conversation is assigned to you", "Mail");
    cast.manager.assigns(id, "Mia Chen");
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 0);
    let page = cast.agent.get("/notifications");
    assert_eq!(page.all(".notice").len(), 1, "so the page tells it");
    instance.execute("UPDATE users SET email_verified_at = created_at");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    instance.execute("UPDATE users SET email = 'chen@home.example' WHERE email LIKE 'mia@%'");
    after_two_minutes(&instance);
    server.only_mail("chen@home.example");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    instance.unprove("chen@home.example");
    after_two_minutes(&instance);
    server.only_mail("chen@home.example");
}

#[test]
fn a_mail_shows_the_beginning_of_a_message_and_no_more() {
    let (server, instance, cast) = with_mail_server();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.agent.open(id).form("Claim").submit();
    cast.customer_adds(&hanna, &format!("{}4711 <b>&amp;", "long words ".repeat(30)));
    after_two_minutes(&instance);
    let mail = server.only_mail(MIA);
    assert!(mail.plain().contains("long words long words"));
    assert!(!mail.plain().contains("4711") && !mail.html().contains("4711"));
}

#[test]
fn a_mail_that_failed_for_good_is_told_beside_the_choices_until_one_arrives() {
    let (server, instance, cast) = with_mail_server();
    let failed = "The last mail to mia@sprocket.example could not be delivered";
    let profile = || cast.agent.get("/settings/profile");
    server.answers_to(MIA, Answer::Refuse(550, "No such mailbox here"));
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    assert!(!profile().says(failed), "it waits");
    after_two_minutes(&instance);
    profile().expect(200, failed).expect(200, "No such mailbox here");
    assert!(!cast.manager.get("/settings/profile").says("could not be delivered"));
    server.answers(Answer::Take);
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    after_two_minutes(&instance);
    server.only_mail(MIA);
    assert!(!profile().says(failed), "{}", profile().text());
}

#[test]
fn who_owns_it_no_more_is_not_told_that_it_is_theirs() {
    let (server, instance, cast) = with_mail_server();
    let (id, hanna) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.admin.assigns(id, "Gil Roth");
    cast.customer_adds(&hanna, "Hello?");
    cast.admin.assigns(id, "Mia Chen");
    let spam = cast.waiting(&instance);
    cast.admin.assigns(spam, "Gil Roth");
    instance.execute(&format!(
        "UPDATE conversations SET spam_at = created_at, status = 'resolved' WHERE id = {spam}"
    ));
    after_two_minutes(&instance);
    // A Manager sees both still.
    assert!(server.taken_for("gil@sprocket.example").is_empty());
    assert_eq!(server.only_mail(MIA).link(), format!("{}/conversations/{id}", instance.base));
}

#[test]
fn a_mail_quotes_what_the_customer_wrote_and_not_our_answer() {
    let (server, instance, cast) = with_mail_server();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.manager.open(id).form("Claim").submit();
    cast.manager.open(id).form("Send reply").with("Reply", "Two are left.").submit();
    cast.manager.assigns(id, "Mia Chen");
    after_two_minutes(&instance);
    let mail = server.only_mail(MIA);
    assert!(!mail.plain().contains("Two are left."), "{}", mail.plain());
    assert!(!mail.html().contains("Two are left."), "{}", mail.html());
}
