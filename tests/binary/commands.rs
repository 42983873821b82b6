//! Help, and what an operator does beside the running server.

use std::process::Stdio;

use super::Place;
use super::place::{add_member, invite};
use crate::support::{PASSWORD, is_postgres};

/// A nightly copy of an empty database would be taken for a backup.
#[test]
fn a_command_in_the_wrong_folder_says_so_and_makes_nothing() {
    if is_postgres() {
        return;
    }
    let place = Place::new();
    let refusal = "There is no database data/baton.db: say where it is by BATON_DATA_DIR";
    for command in [
        &["backup", "copy.db"][..],
        &["workspace", "list"],
        &["secret-key", "replace", "--yes"],
        &["seed", "--conversations", "5"],
        &["user", "reset-password", "ana@sprocket.example"],
    ] {
        place.run(command).expect_refusal(refusal);
    }
    assert!(!place.path("data").exists() && !place.path("copy.db").exists());
}

#[test]
fn help_names_every_variable_and_command() {
    let place = Place::new();
    let help = place.run(&["--help"]);
    let text = help.expect_success();
    for name in [
        "BATON_LISTEN",
        "BATON_BASE_URL",
        "BATON_DATA_DIR",
        "DATABASE_URL",
        "BATON_SECRET_KEY",
        "BATON_SMTP_URL",
        "BATON_MAIL_FROM",
        "BATON_SIGNUPS",
        "BATON_TRUSTED_PROXIES",
        "BATON_LOG",
        "serve",
        "demo",
        "seed",
        "backup",
        "receive",
        "user",
        "workspace",
        "secret-key",
    ] {
        assert!(text.contains(name), "{name} is missing from {text}");
    }
    let version = place.run(&["--version"]);
    assert_eq!(version.expect_success(), format!("baton {}\n", env!("CARGO_PKG_VERSION")));
    assert!(!place.path("data").exists(), "nothing is made by asking");
}

#[test]
fn help_repeats_no_secret_of_the_environment() {
    let place = Place::new();
    let mut command = place.command(&["--help"]);
    command
        .env("BATON_SECRET_KEY", "hunter22-hunter22-hunter22-hunter22")
        .env("BATON_SMTP_URL", "smtps://ana:hunter22@example.com")
        .env("DATABASE_URL", "postgres://ana:hunter22@db/baton");
    let help = super::Program::run(command);
    assert!(!help.expect_success().contains("hunter22"));
}

#[test]
fn an_operator_lists_workspaces_and_changes_plans() {
    let place = Place::new();
    let mut command = place.command(&[]);
    command.env("BATON_SIGNUPS", "open");
    let server = super::Server::start(command);
    let admin = server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let set_plan =
        |workspace: &str, plan: &str| place.run(&["workspace", "set-plan", workspace, plan]);

    let done = set_plan("Sprocket & Co", "Growth");
    assert_eq!(done.expect_success(), "Sprocket & Co has the plan Growth with 10 seats.\n");
    add_member(&server, &admin, "Mia Chen", "mia@sprocket.example", "Agent");
    for n in 1..=2 {
        invite(&admin, &format!("guest{n}@sprocket.example"), "Agent").expect(200, "guest");
    }
    let list = place.run(&["workspace", "list"]).expect_success().to_owned();
    let lines: Vec<Vec<&str>> = list.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert_eq!(lines[0], ["ID", "PLAN", "SEATS", "CREATED", "NAME"]);
    assert_eq!(lines[1][1..5], ["Growth", "4", "of", "10"]);
    assert!(list.trim_end().ends_with("Sprocket & Co"), "{list}");

    set_plan("Sprocket & Co", "starter")
        .expect_refusal("4 seats are used, and the plan has 3. Free 1 of them first.");
    set_plan("Sprocket & Co", "Platinum")
        .expect_refusal("There is no plan \"Platinum\"; there are Starter, Growth, Business.");
    set_plan("Nobody Ltd", "Growth").expect_refusal("There is no workspace \"Nobody Ltd\"");

    // By its id; the running server knows at once.
    set_plan(lines[1][0], "business").expect_success();
    admin.get("/settings/billing").expect(200, "4 of 25 seats used");

    server.found("Sprocket & Co", "Olga Petrova", "olga@rival.example");
    set_plan("Sprocket & Co", "growth").expect_refusal("Several workspaces are named");
    server.stop();
}

#[test]
fn usage_names_no_flag_as_required_because_its_variable_is_set() {
    let place = Place::new();
    for (command, usage) in [
        (&["backup"][..], "baton backup [OPTIONS] <FILE>"),
        (&["receive"], "baton receive [OPTIONS] <INBOX>"),
        (&["seed"], "baton seed [OPTIONS] --conversations <N>"),
        (&["user", "reset-password"], "baton user reset-password [OPTIONS] <ADDRESS>"),
        (&["workspace", "set-plan"], "baton workspace set-plan [OPTIONS] <WORKSPACE> <PLAN>"),
    ] {
        let told = place.run(command).err;
        assert!(told.contains(&format!("Usage: {usage}\n")), "{told}");
    }
}

#[test]
fn what_is_printed_may_find_nobody_or_no_room() {
    let place = Place::new();
    place.serve().stop();
    let list = |out: Stdio| {
        let mut command = place.command(&["workspace", "list"]);
        command.stdout(out).stderr(Stdio::piped());
        let ended = command.spawn().expect("it starts").wait_with_output().expect("it ends");
        (ended.status.code(), String::from_utf8(ended.stderr).expect("UTF-8"))
    };
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    assert_eq!(list(writer.into()), (Some(0), String::new()), "whoever read has gone away");
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
    let (code, told) = list(full.into());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.starts_with("baton: Cannot write to the standard output: "), "{told}");
}

#[test]
fn an_operator_helps_somebody_who_forgot_their_password() {
    let place = Place::new();
    let server = place.serve();
    server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    // Nobody has said where people reach the server.
    let guess = "The address is a guess: set BATON_BASE_URL as the server has it.";
    let guessed = place.run(&["user", "reset-password", "ana@sprocket.example"]);
    assert!(guessed.expect_success().starts_with("http://127.0.0.1:"), "{}", guessed.out);
    assert!(guessed.err.contains(guess), "{}", guessed.err);
    // The commands learn where people reach the server as the server does.
    let mut command = place.command(&["user", "reset-password", " Ana@Sprocket.example"]);
    command.env("BATON_BASE_URL", &server.base);
    let reset = super::Program::run(command);
    let link = reset.expect_success().trim_end().to_owned();
    let path = link.strip_prefix(&server.base).unwrap_or_else(|| panic!("{link}")).to_owned();
    assert!(reset.err.contains("Hand this link to Ana Silva."), "{}", reset.err);
    assert!(!reset.err.contains(guess), "{}", reset.err);
    let new_password = "velvet otter piano 42";
    let ana = server.browser();
    ana.get(&path).form("Save password").with("New password", new_password).submit();
    ana.get("/inbox").expect(200, "Inbox");
    for (password, status) in [(PASSWORD, 422), (new_password, 303)] {
        let form = server.browser().get("/login").form("Sign in");
        let form = form.with("Email address", "ana@sprocket.example");
        assert_eq!(form.with("Password", password).submit_once().status, status);
    }
    place
        .run(&["user", "reset-password", "nobody@sprocket.example"])
        .expect_refusal("Nobody signs in with nobody@sprocket.example.");
    place.run(&["user", "reset-password", "nobody"]).expect_refusal("not an email address");
    server.stop();
}
