//! What members are told of in the page.

use baton::policy::Role;

use crate::support::{Instance, Member, Page, join, sign_in};

/// Headlines and details, newest first.
fn told(member: &Member) -> Vec<String> {
    notices(&member.get("/notifications"))
}

fn notices(page: &Page) -> Vec<String> {
    page.all(".notices .notice b")
        .into_iter()
        .map(|headline| headline.trim_start_matches("Unread. ").to_owned())
        .collect()
}

/// The counter in the navigation; empty for none.
fn counter(page: &Page) -> String {
    page.all("#unread").concat().trim_end_matches(" unread").trim().to_owned()
}

#[test]
fn what_leads_nowhere_any_more_is_read_once_it_was_listed() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.manager.assigns(id, "Lukas Brandt");
    let page = cast.agent.get("/notifications");
    assert_eq!(counter(&page), "1");
    assert!(page.says("Unread. "), "{}", page.text());
    let again = cast.agent.get("/notifications");
    assert_eq!(counter(&again), "");
    assert!(!again.says("Unread. "), "{}", again.text());
    // What can be opened is read by opening it.
    let other = cast.waiting(&instance);
    cast.manager.assigns(other, "Mia Chen");
    cast.agent.get("/notifications");
    assert_eq!(counter(&cast.agent.get("/inbox")), "1");
}

#[test]
fn the_title_and_the_icon_tell_of_what_is_unread() {
    let (instance, cast) = Instance::with_cast();
    let head = |page: &Page| {
        let icon = page.attribute("link[rel=icon]", "href");
        (page.all("title").concat(), icon.rsplit('/').next().map(str::to_owned))
    };
    let shown = |title: &str, icon: &str| (title.to_owned(), Some(icon.to_owned()));
    let inbox = || head(&cast.agent.get("/inbox"));
    assert_eq!(inbox(), shown("Unassigned · Inbox · Baton", "logo.svg"));
    let id = cast.waiting(&instance);
    cast.manager.assigns(id, "Mia Chen");
    assert_eq!(inbox(), shown("(1) Mine · Inbox · Baton", "logo-unread.svg"));
    // The page that reads it does not tell of it any more.
    let open = head(&cast.agent.open(id));
    assert!(!open.0.starts_with('(') && open.1.as_deref() == Some("logo.svg"), "{open:?}");
    for _ in 0..100 {
        instance.execute(&format!(
            "INSERT INTO notifications (workspace_id, membership_id, kind, conversation_id, \
             actor_name, subject_name, created_at, in_page) \
             SELECT workspace_id, membership_id, kind, conversation_id, \
             actor_name, subject_name, created_at, in_page \
             FROM notifications WHERE membership_id = {} LIMIT 1",
            cast.agent.membership_id
        ));
    }
    assert_eq!(inbox(), shown("(99+) Mine · Inbox · Baton", "logo-unread.svg"));
}

#[test]
fn new_and_former_owner_are_told_and_whoever_did_it_is_not() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.manager.assigns(id, "Mia Chen");
    assert_eq!(told(&cast.agent), ["Gil Roth assigned this to you"]);
    cast.manager.assigns(id, "Lukas Brandt");
    assert_eq!(told(&cast.agent)[0], "Gil Roth took this from you");
    assert_eq!(told(&cast.other_agent), ["Gil Roth assigned this to you"]);
    cast.admin.open(id).form("Take over").submit();
    assert_eq!(told(&cast.other_agent)[0], "Ana Silva took this from you");
    cast.admin.open(id).form("Release").submit();
    for member in [&cast.admin, &cast.manager] {
        assert!(told(member).is_empty(), "{} did it themselves", member.name);
    }
}

#[test]
fn an_owner_whose_conversation_goes_back_to_the_queue_is_told() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.manager.open(id).form("Release").submit();
    assert_eq!(told(&cast.agent), ["Gil Roth gave this back to the queue"]);
    cast.agent.open(id).form("Claim").submit();
    let page = cast.admin.open(id).form("Assign").with("Assign to", "Unassigned").submit();
    assert_eq!(told(&cast.agent)[0], "Ana Silva gave this back to the queue");
    page.form("Undo").submit().expect(200, "Mia Chen owns this");
    assert_eq!(told(&cast.agent), ["Gil Roth gave this back to the queue"]);
}

#[test]
fn claiming_releasing_and_answering_tell_nobody() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id).form("Send reply").with("Reply", "It is.").submit();
    page.form("Release").submit();
    cast.manager.open(id).form("Claim").submit();
    assert_eq!(instance.count("SELECT count(*) FROM notifications"), 0);
}

#[test]
fn the_owner_is_told_that_the_customer_replied_once_until_they_look() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.customer_adds(&customer, "Hello?");
    cast.agent.open(id).form("Claim").submit();
    cast.customer_adds(&customer, "Anybody?");
    cast.customer_adds(&customer, "Please?");
    assert_eq!(told(&cast.agent), ["Hanna Lindqvist replied"]);
    cast.agent.open(id);
    cast.customer_adds(&customer, "Thank you.");
    assert_eq!(told(&cast.agent), ["Hanna Lindqvist replied", "Hanna Lindqvist replied"]);
    assert!(told(&cast.manager).is_empty(), "it is not theirs");
}

#[test]
fn what_a_customer_wrote_last_is_the_news_until_it_is_answered() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.agent.open(id).form("Claim").submit();
    cast.customer_adds(&customer, "And the blue one?");
    let details = || cast.agent.get("/notifications").all(".notice-text > span");
    assert_eq!(details(), ["And the blue one?"]);
    cast.agent.open(id).form("Send reply").with("Reply", "Both are.").submit();
    assert_eq!(details(), ["Is it in stock? · Hanna Lindqvist"]);
    // What comes later is the news of its own notice.
    cast.customer_adds(&customer, "Great.");
    assert_eq!(details(), ["Great.", "Is it in stock? · Hanna Lindqvist"]);
}

#[test]
fn the_counter_goes_with_what_is_unread() {
    let (instance, cast) = Instance::with_cast();
    let (one, two) = (cast.waiting(&instance), cast.waiting(&instance));
    assert_eq!(counter(&cast.agent.get("/inbox")), "");
    cast.manager.assigns(one, "Mia Chen");
    cast.manager.assigns(two, "Mia Chen");
    assert_eq!(counter(&cast.agent.get("/inbox")), "2");
    assert_eq!(counter(&cast.other_agent.get("/inbox")), "");
    let page = cast.agent.open(one);
    assert_eq!(counter(&page), "1", "the page that was opened counts as read already");
    let list = cast.agent.get("/notifications");
    assert_eq!(list.all(".notice.is-unread").len(), 1);
    assert_eq!(counter(&list), "1", "looking at the list reads nothing");
}

/// What goes by mail alone is not in the counter, and is read with its conversation.
#[test]
fn opening_a_conversation_takes_from_the_counter_what_was_in_it() {
    let (instance, cast) = Instance::with_cast();
    let ids = [cast.waiting(&instance), cast.waiting(&instance), cast.waiting(&instance)];
    for id in ids {
        cast.manager.assigns(id, "Mia Chen");
    }
    for _ in 0..2 {
        instance.execute(&format!(
            "INSERT INTO notifications (workspace_id, membership_id, kind, conversation_id,
                                        actor_name, subject_name, created_at, in_page)
             SELECT workspace_id, membership_id, kind, conversation_id, actor_name, subject_name,
                    created_at, FALSE FROM notifications WHERE conversation_id = {} AND in_page",
            ids[0]
        ));
    }
    assert_eq!(counter(&cast.agent.get("/inbox")), "3");
    assert_eq!(counter(&cast.agent.open(ids[0])), "2");
}

#[test]
fn the_counter_stops_at_99_plus() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.manager.assigns(id, "Mia Chen");
    for _ in 0..7 {
        instance.execute(
            "INSERT INTO notifications (workspace_id, membership_id, kind, conversation_id,
                                        actor_name, subject_name, created_at)
             SELECT workspace_id, membership_id, kind, conversation_id, actor_name, subject_name,
                    created_at FROM notifications",
        );
    }
    assert_eq!(counter(&cast.agent.get("/inbox")), "99+");
    let page = cast.agent.get("/notifications");
    assert_eq!(notices(&page).len(), 50);
    let page = page.click("Older").click("Older");
    assert_eq!((notices(&page).len(), page.find_link("Older")), (28, None));
    assert_eq!(notices(&page.click("Newest")).len(), 50);
    let other = cast.waiting(&instance);
    cast.manager.assigns(other, "Mia Chen");
    assert_eq!(counter(&cast.agent.open(other)), "99+", "there are more than it counts");
    assert_eq!(counter(&cast.agent.open(id)), "");
}

#[test]
fn opening_the_conversation_from_the_list_marks_it_read() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.manager.assigns(id, "Mia Chen");
    let page = cast.agent.get("/notifications");
    page.expect(200, "Hanna Lindqvist");
    let link = page.attribute(".notices a", "href");
    cast.agent.get(&link).expect(200, "You own this");
    let page = cast.agent.get("/notifications");
    assert!(page.all(".is-unread").is_empty());
    assert!(!page.has_button("Mark all as read"));
}

#[test]
fn all_are_marked_as_read_at_once_and_only_ones_own() {
    let (instance, cast) = Instance::with_cast();
    for to in ["Mia Chen", "Mia Chen", "Lukas Brandt"] {
        cast.manager.assigns(cast.waiting(&instance), to);
    }
    let form = cast.agent.get("/notifications").form("Mark all as read");
    let page = form.submit();
    page.expect(200, "All notifications marked as read.");
    assert_eq!((counter(&page), page.all(".is-unread").len()), (String::new(), 0));
    assert_eq!(counter(&cast.other_agent.get("/inbox")), "1");
    form.submit().expect(200, "Nothing was unread.");
}

#[test]
fn what_left_ones_sight_is_told_without_a_link_and_without_its_words() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "My code is 4711.");
    cast.manager.assigns(id, "Mia Chen");
    let page = cast.agent.get("/notifications");
    assert_eq!(page.attribute(".notices a", "href"), format!("/conversations/{id}"));
    page.expect(200, "My code is 4711.");
    cast.manager.assigns(id, "Lukas Brandt");
    let page = cast.agent.get("/notifications");
    page.expect(200, "Gil Roth took this from you").expect(200, "Hanna Lindqvist");
    assert!(page.all(".notices a").is_empty());
    assert!(!page.body.contains("4711") && !page.body.contains(&format!("/conversations/{id}")));
    // Back in the queue, everybody sees it again.
    cast.manager.assigns(id, "Unassigned");
    assert_eq!(cast.agent.get("/notifications").all(".notices a").len(), 2);
}

#[test]
fn an_empty_list_says_what_will_be_there() {
    let (_instance, cast) = Instance::with_cast();
    let page = cast.agent.get("/notifications");
    page.expect(200, "No notifications yet")
        .expect(200, "You are told here when a conversation is assigned");
}

#[test]
fn what_one_is_told_stays_in_its_workspace() {
    let (instance, cast) = Instance::with_cast();
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    assert_eq!(counter(&cast.agent.get("/inbox")), "1");
    let there = cast.other_workspace_id.to_string();
    let page = cast.agent.browser.post("/workspaces/switch", &[("workspace_id", &there)]);
    assert_eq!(counter(&page), "");
    assert!(told(&cast.agent).is_empty());
}

#[test]
fn who_is_invited_again_begins_with_nothing_told() {
    let (instance, cast) = Instance::with_cast();
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&path).form("Remove member").submit().expect(200, "Mia Chen removed.");
    join(&instance, cast.workspace_id, cast.agent.user_id, Role::Agent);
    let mia = Member { browser: instance.browser(), ..cast.agent.clone() };
    sign_in(&mia.browser, &mia.email);
    assert!(told(&mia).is_empty());
    assert_eq!(counter(&mia.get("/inbox")), "");
}

#[test]
fn whoever_invited_somebody_is_told_that_they_came() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.admin.get("/settings/team/invite").form("Send invite");
    form.with("Email address", "nia@sprocket.example").with("Role", "Agent").submit();
    let row = cast.admin.get("/settings/team").row("nia@sprocket.example");
    let link = row.click("Copy link").attribute("#link", "value");
    let path = link.trim_start_matches(&instance.base).to_owned();
    let form = instance.browser().get(&path).form("Accept invitation");
    let form = form.with("Your name", "Nia Okoro").with("Password", "a long sentence of my own");
    form.submit().expect(200, "You joined Sprocket & Co.");
    let page = cast.admin.get("/notifications");
    assert_eq!(notices(&page), ["Nia Okoro accepted your invitation"]);
    page.expect(200, "nia@sprocket.example, Agent");
    assert_eq!(page.attribute(".notices a", "href"), "/settings/team");
    assert!(told(&cast.manager).is_empty());
    assert_eq!(counter(&page), "1");
    assert_eq!(counter(&cast.admin.get("/settings/team")), "", "there they are");
    assert!(cast.admin.get("/notifications").all(".is-unread").is_empty());
}

#[test]
fn who_may_not_open_the_team_is_not_led_there() {
    let (instance, cast) = Instance::with_cast();
    instance.execute(&format!(
        "INSERT INTO notifications (workspace_id, membership_id, kind, actor_name, subject_name,
                                    created_at)
         SELECT workspace_id, id, 'invitation_accepted', 'Nia Okoro', 'nia@x.example, Agent',
                created_at FROM memberships WHERE id = {}",
        cast.agent.membership_id
    ));
    let page = cast.agent.get("/notifications");
    page.expect(200, "Nia Okoro accepted your invitation");
    assert!(page.all(".notices a").is_empty());
    assert_eq!(counter(&cast.agent.get("/notifications")), "", "it was read by that");
}

#[test]
fn what_came_since_the_page_was_made_stays_unread() {
    let (instance, cast) = Instance::with_cast();
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    let form = cast.agent.get("/notifications").form("Mark all as read");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    let page = form.submit();
    page.expect(200, "Marked as read. Newer ones are still unread.");
    assert_eq!((counter(&page).as_str(), page.all(".is-unread").len()), ("1", 1));
    page.form("Mark all as read").submit().expect(200, "All notifications marked as read.");
}

#[test]
fn what_a_customer_adds_since_the_page_was_made_stays_unread_and_stands_first() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.agent.open(id).form("Claim").submit();
    cast.customer_adds(&customer, "Hello?");
    cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    let form = cast.agent.get("/notifications").form("Mark all as read");
    cast.customer_adds(&customer, "Are you there?");
    let page = cast.agent.get("/notifications");
    assert_eq!(told(&cast.agent)[0], "Hanna Lindqvist replied");
    assert_eq!(page.all(".is-unread").len(), 2, "one of the customer's");
    form.submit().expect(200, "Newer ones are still unread.");
    let page = cast.agent.get("/notifications");
    assert_eq!((counter(&page).as_str(), page.all(".is-unread").len()), ("1", 1));
}
