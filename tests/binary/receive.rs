//! `baton receive`, as a mail server calls it, and as it dies.

use std::io::Write;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use baton::models::token::Signer;
use baton::models::{inbox, mailbox};

use super::Place;

/// So often the process is killed, at moments spread over a whole run.
const KILLS: u32 = 24;
const MOMENTS: u32 = 8;

/// A workspace with an inbox *Support*, and the server stopped again.
fn with_inbox() -> Place {
    let place = Place::new();
    let server = place.serve();
    server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    server.stop();
    add_inbox(&place, 1, "Support", "support@sprocket.example");
    place
}

/// Gives a workspace an inbox that takes mail by the pipe alone; answers its id.
pub fn add_inbox(place: &Place, workspace_id: i64, name: &str, address: &str) -> i64 {
    // No password is kept, so the key does not matter.
    let signer = Signer::new(vec![7; 32].into());
    let details = mailbox::Details { address: address.to_owned(), ..mailbox::Details::default() };
    let made = place.database().change_now(|conn| {
        let id = inbox::create_email(conn, workspace_id, name)?;
        mailbox::create(conn, &signer, workspace_id, id, &details)?;
        Ok(id)
    });
    made.expect("the inbox is made")
}

fn start(place: &Place, arguments: &[&str], mail: &str) -> Child {
    let mut command = place.command(&[&["receive"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    // A process that ends before it reads closes the pipe.
    let _ = pipe.write_all(mail.as_bytes());
    child
}

/// Runs it to its end; answers the exit code and what it said.
pub fn receive(place: &Place, arguments: &[&str], mail: &str) -> (Option<i32>, String) {
    let output = start(place, arguments, mail).wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn mail(n: u32) -> String {
    format!(
        "From: Hanna <hanna@customer.example>\r\nSubject: Mail {n}\r\n\
         Message-ID: <kill-{n}@customer.example>\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText {n}\r\n--b\r\n\
         Content-Type: text/csv; name=\"table.csv\"\r\n\r\na;b;{n}\r\n--b--\r\n"
    )
}

#[test]
fn a_mail_server_reads_in_the_exit_code_what_to_do() {
    let place = with_inbox();
    let (code, said) = receive(&place, &["support@sprocket.example"], &mail(1));
    assert_eq!((code, said.as_str()), (Some(0), "Taken into conversation 1.\n"));
    for inbox in ["Support", "SUPPORT@sprocket.example"] {
        let (code, said) = receive(&place, &[inbox], &mail(1));
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("has this mail already"), "{said}");
    }
    let (code, said) = receive(&place, &["Nowhere"], &mail(2));
    assert_eq!(code, Some(67), "{said}");
    assert!(said.contains("No inbox that takes mail is called \"Nowhere\"."), "{said}");
    let second = add_inbox(&place, 1, "Support", "second@sprocket.example");
    let (code, said) = receive(&place, &["Support"], &mail(2));
    assert_eq!(code, Some(75), "{said}");
    assert!(said.contains("Several inboxes"), "{said}");
    let (code, said) = receive(&place, &[&second.to_string(), "--workspace", "1"], &mail(2));
    assert_eq!(code, Some(0), "{said}");
    // Where everybody may sign up, only a number says whose inbox is meant.
    let mut command = place.command(&["receive", "support@sprocket.example"]);
    let refused = command.env("BATON_SIGNUPS", "open").output().expect("it ends");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(75), "{said}");
    assert!(said.contains("give the number"), "{said}");
    for arguments in [&["1"][..], &["second@sprocket.example", "--workspace", "1"]] {
        let mut command = place.command(&[&["receive"], arguments].concat());
        let taken = command.env("BATON_SIGNUPS", "open").output().expect("it ends");
        let said = String::from_utf8_lossy(&taken.stderr).into_owned();
        assert!(!said.contains("give the number"), "{arguments:?}: {said}");
    }
    // Nothing is wrong with the mail where the installation is not ready.
    let mut command = place.command(&["receive", "Support"]);
    command.env("BATON_BASE_URL", "no address");
    let refused = command.output().expect("it ends");
    assert_eq!(refused.status.code(), Some(75));
    // Neither where the mail server was told to run something else than it should.
    for wrong in [&["Support", "--workspace", "Nowhere"][..], &[], &["Support", "--workspce=1"]] {
        let (code, said) = receive(&place, wrong, &mail(3));
        assert_eq!(code, Some(75), "{wrong:?}: {said}");
    }
    let help = place.run(&["receive", "--help"]);
    for code in ["0", "65", "67", "69", "75"] {
        assert!(help.expect_success().contains(&format!(" {code} ")), "{code}: {}", help.out);
    }
}

#[test]
fn a_mail_that_is_taken_is_taken_also_where_nobody_can_be_told() {
    let place = with_inbox();
    for (n, arguments, code) in [(1, &["Support"][..], 0), (2, &["Nowhere"], 67), (3, &[], 75)] {
        let mut command = place.command(&[&["receive"], arguments].concat());
        let full = || std::fs::File::options().write(true).open("/dev/full").expect("a device");
        command.stdin(Stdio::piped()).stdout(full()).stderr(full());
        let mut child = command.spawn().expect("the program starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        let _ = pipe.write_all(mail(n).as_bytes());
        drop(pipe);
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{arguments:?}");
    }
    assert_eq!(place.count("SELECT count(*) FROM messages WHERE body = 'Text 1'"), 1);
}

#[test]
fn killed_at_any_moment_it_loses_and_doubles_nothing() {
    let place = with_inbox();
    let begun = Instant::now();
    assert_eq!(receive(&place, &["Support"], &mail(0)).0, Some(0));
    // How long a run takes, as far as is known: the machine does other things too.
    let mut whole = begun.elapsed() + Duration::from_millis(20);
    let mut was_killed = 0;
    for n in 1..=KILLS {
        let mut child = start(&place, &["Support"], &mail(n));
        let moment = whole * (n % MOMENTS + 1) / MOMENTS;
        std::thread::sleep(moment);
        child.kill().expect("the process is killed");
        let status = child.wait().expect("it ends");
        if status.code().is_none() {
            was_killed += 1;
            whole = whole.max(moment * 5 / 4);
        } else {
            whole = moment;
        }
        let stored =
            || place.count(&format!("SELECT count(*) FROM messages WHERE body = 'Text {n}'"));
        let files = "SELECT count(*) FROM attachments WHERE message_id IS NOT NULL";
        let before = stored();
        assert!(before <= 1, "mail {n}");
        assert!(status.code() != Some(0) || before == 1, "what was acknowledged is there");
        // The mail server, which heard nothing, brings it again.
        assert_eq!(receive(&place, &["Support"], &mail(n)).0, Some(0), "mail {n}");
        assert_eq!(stored(), 1, "mail {n}");
        assert_eq!(place.count(files), i64::from(n) + 1, "mail {n}");
    }
    assert!(was_killed > KILLS / 3, "only {was_killed} were killed in the middle");
    expect_files(&place);
}

/// Every original and file that a row names is there whole, and the store has nothing
/// that no row knows of.
fn expect_files(place: &Place) {
    #[derive(diesel::QueryableByName)]
    struct Key {
        #[diesel(sql_type = diesel::sql_types::Text)]
        key: String,
    }
    let keys = |sql: &str| -> Vec<String> {
        let rows = place
            .database()
            .read_now(|conn| diesel::RunQueryDsl::load::<Key>(diesel::sql_query(sql), conn));
        rows.expect("the query works").into_iter().map(|row| row.key).collect()
    };
    let folder = place.path("data/files");
    let named = keys(
        "SELECT original_key AS key FROM mails
         UNION ALL SELECT store_key AS key FROM attachments WHERE message_id IS NOT NULL",
    );
    for key in &named {
        let content = std::fs::read(folder.join(key)).expect("the file is there");
        assert!(!content.is_empty(), "{key}");
    }
    let known = keys(
        "SELECT original_key AS key FROM mails UNION ALL SELECT store_key AS key FROM attachments
         UNION ALL SELECT store_key AS key FROM discarded_files",
    );
    for entry in std::fs::read_dir(&folder).expect("the folder of files") {
        let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
        // What the store was writing when it died has a name with a mark.
        let stem = name.split(['#', '-']).next().unwrap_or_default();
        assert!(
            known.iter().any(|key| *key == name || name.starts_with(key.as_str()) || *key == stem),
            "{name} is no row's"
        );
    }
}
