//! Members who are mentioned in notes.

use crate::support::{Instance, Member, Page};

fn adds(member: &Member, conversation: i64, note: &str) -> Page {
    member.open(conversation).form("Add note").with("Note", note).submit()
}

fn told(member: &Member) -> usize {
    let page = member.get("/notifications");
    page.all(".notices .notice b").iter().filter(|line| line.contains("mentioned you")).count()
}

#[test]
fn whoever_is_mentioned_is_told_once_and_led_to_the_conversation() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = adds(&cast.agent, id, "@Gil Roth, @gil roth: and @Mia Chen, is it the older one?");
    page.expect(200, "Note added.");
    assert_eq!(page.all(".is-note .mention"), ["@Gil Roth", "@gil roth", "@Mia Chen"]);
    assert_eq!((told(&cast.manager), told(&cast.agent), told(&cast.admin)), (1, 0, 0));
    let notices = cast.manager.get("/notifications");
    notices.expect(200, "Mia Chen mentioned you in a note");
    let link = notices.attribute(".notices a", "href");
    assert_eq!(link, format!("/conversations/{id}"));
    cast.manager.get(&link).expect(200, "is it the older one?");
    assert_eq!(instance.count("SELECT count(*) FROM notifications WHERE read_at IS NULL"), 0);
}

#[test]
fn who_may_not_see_the_conversation_is_not_offered_and_not_told() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id);
    assert_eq!(page.form("Add note").options("Mention"), ["Mention", "Ana Silva", "Gil Roth"]);
    let page = adds(&cast.agent, id, "Ask @Lukas Brandt or @Olga Petrova");
    page.expect(
        200,
        "Note added. Lukas Brandt was not notified: they cannot see this conversation.",
    );
    page.expect(200, "Ask @Lukas Brandt");
    assert_eq!(page.all(".is-note .mention"), [""; 0]);
    assert_eq!((told(&cast.other_agent), told(&cast.outsider)), (0, 0));
}

#[test]
fn the_select_mentions_a_member_without_script() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Add note").with("Note", "Please look at this.");
    let page = form.with("Mention", "Ana Silva").submit();
    page.expect(200, "@Ana Silva Please look at this.");
    assert_eq!(told(&cast.admin), 1);
}

#[test]
fn a_name_that_two_members_have_notifies_neither() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE users SET name = 'Gil Roth' WHERE name = 'Lukas Brandt'");
    let id = cast.waiting(&instance);
    let page = adds(&cast.agent, id, "@Gil Roth?");
    page.expect(200, "Nobody was notified as Gil Roth: more than one member has that name.");
    assert_eq!((told(&cast.manager), told(&cast.other_agent)), (0, 0));
}

#[test]
fn a_mention_survives_a_change_of_name() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    adds(&cast.agent, id, "@Gil Roth?");
    instance.execute("UPDATE users SET name = 'Gilbert Roth' WHERE name = 'Gil Roth'");
    assert_eq!(cast.agent.open(id).all(".is-note .mention"), ["@Gil Roth"]);
}

#[test]
fn a_changed_note_tells_only_who_is_new_in_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = adds(&cast.agent, id, "@Gil Roth?");
    let form = page.click("Edit note").form("Save note");
    let page = form.with("Text of the note", "@Gil Roth and @Ana Silva?").submit();
    page.expect(200, "Note saved.");
    assert_eq!((told(&cast.manager), told(&cast.admin)), (1, 1));
}

#[test]
fn a_form_that_is_sent_twice_tells_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Add note").with("Note", "@Gil Roth?");
    form.submit();
    form.submit();
    assert_eq!(told(&cast.manager), 1);
}

#[test]
fn an_inbox_for_chosen_members_is_nobody_elses_to_be_mentioned_in() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    instance.execute("UPDATE inboxes SET is_restricted = TRUE");
    instance.execute(&format!(
        "INSERT INTO inbox_members (inbox_id, membership_id, workspace_id)
         SELECT inbox_id, {}, workspace_id FROM conversations WHERE id = {id}",
        cast.agent.membership_id
    ));
    let page = cast.agent.open(id);
    assert_eq!(page.form("Add note").options("Mention"), ["Mention", "Ana Silva", "Gil Roth"]);
    let page = adds(&cast.agent, id, "@Lukas Brandt and @Gil Roth");
    page.expect(200, "Lukas Brandt was not notified");
    assert_eq!((told(&cast.other_agent), told(&cast.manager)), (0, 1));
    let page = adds(&cast.manager, id, "@Mia Chen, take it?");
    page.expect(200, "Note added.");
    assert_eq!(told(&cast.agent), 1);
}

#[test]
fn a_mention_goes_with_its_note_while_it_is_unread() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = adds(&cast.agent, id, "@Gil Roth?");
    assert_eq!(told(&cast.manager), 1);
    let form = page.click("Edit note").form("Save note");
    let page = form.with("Text of the note", "Never mind.").submit();
    page.expect(200, "Note saved.");
    assert_eq!(told(&cast.manager), 0);
    let form = page.click("Edit note").form("Save note");
    let page = form.with("Text of the note", "@Gil Roth after all").submit();
    assert_eq!(told(&cast.manager), 1);
    page.click("Delete note").form("Delete note").submit().expect(200, "Note deleted.");
    assert_eq!(told(&cast.manager), 0);

    // Who has read of it is not told twice.
    let page = adds(&cast.agent, id, "@Gil Roth?");
    cast.manager.open(id);
    let form = page.click("Edit note").form("Save note");
    let page = form.with("Text of the note", "Never mind.").submit();
    let form = page.click("Edit note").form("Save note");
    form.with("Text of the note", "@Gil Roth after all").submit().expect(200, "Note saved.");
    assert_eq!(told(&cast.manager), 1);
}
