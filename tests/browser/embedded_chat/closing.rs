//! A chat that its visitor closes, and one that the team does.

use super::{at_a_shop, enter_frame, launcher_name, leave_frame, open_chat, press_launcher};

#[test]
fn an_answer_that_comes_while_the_chat_is_closed_is_told_and_not_read() {
    let (instance, cast, _shop, hanna) = at_a_shop();
    open_chat(&hanna);
    hanna.begin_chat("Hanna Lindqvist", "Do you ship to Malmö?");
    leave_frame(&hanna);
    press_launcher(&hanna);
    assert_eq!(launcher_name(&hanna), "Chat with us");

    let id = instance.count("SELECT max(id) FROM conversations");
    cast.agent.open(id).form("Claim and send").with("Reply", "Yes, on Thursday.").submit();
    let told = hanna.until(|| (launcher_name(&hanna) == "Chat with us, new message").then_some(()));
    assert!(told.is_some(), "{}", launcher_name(&hanna));
    let read = "SELECT count(*) FROM conversations WHERE visitor_read_id > 0";
    assert_eq!(instance.count(read), 0, "it goes by mail");

    press_launcher(&hanna);
    assert_eq!(launcher_name(&hanna), "Close chat");
    enter_frame(&hanna);
    hanna.sees("Yes, on Thursday.");
    instance.wait_for_count(1, read);
}

#[test]
fn a_conversation_goes_on_in_the_chat_of_an_archived_inbox() {
    let (instance, cast, shop, hanna) = at_a_shop();
    open_chat(&hanna);
    hanna.begin_chat("Hanna Lindqvist", "Do you ship to Malmö?");
    let page = cast.admin.get("/settings/inboxes").click("Edit");
    page.form("Archive inbox").submit().expect(200, "Archived Website chat.");

    hanna.go(&shop.origin);
    enter_frame(&hanna);
    hanna.sees("Do you ship to Malmö?");
    let file = instance.dir.path().join("Address.txt");
    std::fs::write(&file, "Malmö").expect("the folder is there");
    hanna.attach("Attach files", &file);
    hanna.sees("Address.txt");
    hanna.fill("Message", "This is where to.");
    hanna.press("Send");
    hanna.sees("This is where to.");
    assert_eq!(instance.count("SELECT count(*) FROM attachments WHERE message_id IS NOT NULL"), 1);
}
