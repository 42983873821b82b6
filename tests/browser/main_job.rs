//! The main job, from an empty installation to a conversation that changes hands,
//! as five people do it: with script, and again without.

use std::path::Path;

use mail_parser::MessageParser;

use crate::driver::TIME_ZONE;
use crate::support::{Instance, PASSWORD};
use crate::window::{Script, Window};

#[test]
fn a_team_forms_and_a_conversation_changes_hands_with_script() {
    the_main_job(Script::On);
}

#[test]
fn a_team_forms_and_a_conversation_changes_hands_without_script() {
    the_main_job(Script::Off);
}

fn the_main_job(script: Script) {
    let instance = Instance::start_with_jobs();
    let open = || Window::open(&instance.base, script);

    let ana = open();
    found_the_workspace(&ana, script);

    // Each in a browser of their own, with the link from the mail.
    let (mia, gil) = (open(), open());
    for (member, name, email, role) in [
        (&mia, "Mia Chen", "mia@sprocket.example", "Agent"),
        (&gil, "Gil Roth", "gil@sprocket.example", "Manager"),
    ] {
        invite(&ana, email, role);
        join(member, &link_in_mail(&instance, email), name);
        ana.go("/settings/team");
        ana.sees_in_row(name, "Active");
    }
    ana.sees("3 of 3 seats used");

    // A customer writes in.
    ana.go("/settings/inboxes");
    let chat = ana.target("Open chat page");
    let hanna = open();
    write_in(&hanna, &chat, "Hanna Lindqvist", "Is the rear hanger in stock?");

    // An agent claims it, and answers.
    mia.follow("Inbox");
    mia.open_row("Hanna Lindqvist");
    mia.sees("Is the rear hanger in stock?");
    mia.press("Claim");
    mia.sees("You own this");
    mia.fill("Reply", "Yes, two of them. Shall I put one aside?");
    mia.press("Send reply");
    mia.sees("Yes, two of them. Shall I put one aside?");

    // The customer sees it: on the page as it stands, where script may ask for news.
    if script == Script::Off {
        hanna.reload();
    }
    hanna.sees("Yes, two of them. Shall I put one aside?");
    hanna.fill("Message", "Please do!");
    hanna.press("Send");
    hanna.sees("Please do!");

    the_manager_reassigns(&gil, &ana, &mia);

    // Another conversation is Mia's when she goes.
    write_in(&open(), &chat, "Tomas Novak", "My wheel came back bent.");
    mia.go("/inbox?view=unassigned");
    mia.open_row("Tomas Novak");
    mia.fill("Reply", "Oh no. Send us a picture, please.");
    mia.press("Claim and send");
    mia.sees("You own this");

    the_administrator_removes(&ana, &mia, &gil);
}

fn found_the_workspace(ana: &Window, script: Script) {
    ana.go("/register");
    ana.fill("Workspace name", "Sprocket & Co");
    ana.fill("Your name", "Ana Silva");
    ana.fill("Email address", "ana@sprocket.example");
    ana.fill("Password", PASSWORD);
    match script {
        Script::On => assert_eq!(ana.value("Time zone"), TIME_ZONE),
        Script::Off => ana.choose("Time zone", TIME_ZONE),
    }
    ana.press("Create workspace");
    ana.sees("Workspace Sprocket & Co created.");
    ana.follow("Settings");
    ana.follow("Workspace");
    assert_eq!(ana.value("Time zone"), TIME_ZONE);
}

fn invite(ana: &Window, email: &str, role: &str) {
    ana.go("/settings/team");
    ana.follow("Invite member");
    ana.fill("Email address", email);
    ana.choose("Role", role);
    ana.press("Send invite");
    ana.sees_in_row(email, "Pending");
}

fn join(member: &Window, link: &str, name: &str) {
    member.go(link);
    member.sees("Join Sprocket & Co");
    member.sees("Ana Silva invites you");
    member.fill("Your name", name);
    member.fill("Password", PASSWORD);
    member.press("Accept invitation");
    member.sees("You joined Sprocket & Co.");
}

fn write_in(customer: &Window, chat: &str, name: &str, message: &str) {
    customer.go(chat);
    customer.sees("Sprocket & Co");
    customer.begin_chat(name, message);
}

fn the_manager_reassigns(gil: &Window, ana: &Window, mia: &Window) {
    gil.follow("Inbox");
    gil.follow("All");
    gil.open_row("Hanna Lindqvist");
    gil.sees("Only Mia Chen can reply here.");
    gil.has_no_button("Send reply");
    gil.choose("Assign to", "Ana Silva");
    gil.press("Assign");
    gil.sees("Assigned to Ana Silva.");
    gil.sees_in_row("Gil Roth assigned this to Ana Silva", "");

    // Both are told, and the one who lost it sees it no more: by itself, or at the next step.
    if mia.script() == Script::Off {
        mia.press("Resolve");
    }
    mia.sees("Ana Silva owns this now");
    ana.follow("Notifications");
    ana.open_row("Hanna Lindqvist");
    ana.sees("Please do!");
    ana.sees("You own this");
    mia.does_not_see("Please do!");
    mia.follow("Notifications");
    mia.sees("Hanna Lindqvist");
    mia.go("/inbox?view=mine");
    mia.does_not_see("Hanna Lindqvist");
}

fn the_administrator_removes(ana: &Window, mia: &Window, gil: &Window) {
    ana.follow("Settings");
    ana.follow_in_row("Mia Chen", "Remove");
    ana.sees("Remove Mia Chen?");
    ana.choose("Reassign open conversations to", "Gil Roth");
    ana.press("Remove member");
    ana.sees("Mia Chen removed. 1 conversation went to Gil Roth.");
    ana.sees("2 of 3 seats used");

    // The page she still has open does nothing, and leads out.
    mia.fill("Reply", "Are you still there?");
    mia.press("Send reply");
    mia.sees("Sign in");
    mia.go("/inbox");
    mia.sees("Sign in");

    gil.go("/inbox");
    gil.open_row("Tomas Novak");
    gil.sees("You own this");
    gil.sees("Mia Chen");
    gil.does_not_see("Are you still there?");
}

/// The link in the mail to this address, which the outbox writes into a file.
fn link_in_mail(instance: &Instance, email: &str) -> String {
    let folder = instance.dir.path().join("mail");
    for _ in 0..200 {
        if let Some(link) = newest_link(&folder, email) {
            return link;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("no mail for {email} in {}", folder.display());
}

fn newest_link(folder: &Path, email: &str) -> Option<String> {
    let files = std::fs::read_dir(folder).ok()?;
    files.filter_map(Result::ok).find_map(|file| {
        let bytes = std::fs::read(file.path()).ok()?;
        let mail = MessageParser::default().parse(&bytes)?;
        let is_theirs = mail.to()?.first()?.address() == Some(email);
        let text = mail.body_text(0)?;
        let link = text.split_whitespace().find(|word| word.contains("/register?token="))?;
        is_theirs.then(|| link.to_owned())
    })
}
