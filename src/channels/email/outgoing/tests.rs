use mail_parser::MessageParser;

use super::*;
use crate::config::FilesPlace;
use crate::db::Utc;
use crate::models::mailbox;
use crate::models::message::Kind;

fn letter() -> OutgoingMail {
    let server = mailbox::Server::default();
    OutgoingMail {
        mailbox: mailbox::Mailbox {
            inbox_id: 1,
            workspace_id: 1,
            address: "help@sprocket.example".into(),
            sender_name: String::new(),
            signature: String::new(),
            imap: server.clone(),
            smtp: server,
            has_plus_addresses: false,
            version: 1,
        },
        conversation_id: 12,
        header_id: "abc@sprocket.example".into(),
        refs: vec!["first@x.example".into(), "last@x.example".into()],
        subject: "Re: Späte Lieferung".into(),
        from: Address::new("Sprocket & Söhne", "help@sprocket.example"),
        to: vec![Address::new("Lindqvist, Hanna", "hanna@x.example")],
        cc: vec![Address::new("", "jo@x.example")],
        body: "It **left** this morning.\n.\nSee <https://x.example>".into(),
        written_at: Utc::now(),
        signatures: vec!["Mia Chen".into(), "Sprocket & Co".into()],
        files: Vec::new(),
        history: vec![Said {
            kind: Kind::Customer,
            name: "Hanna".into(),
            body: "Where is it?\n\n*now*".into(),
            at: "2026-11-24T09:41:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().into(),
        }],
        time_zone: "Europe/Berlin".into(),
    }
}

fn signer() -> Signer {
    Signer::new(vec![7; 32].into())
}

fn written(letter: &OutgoingMail, store: &Store) -> Result<Vec<u8>, MailError> {
    let out = tempfile::tempfile().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut file = runtime.block_on(write(letter, &signer(), store, out))?;
    let mut raw = Vec::new();
    std::io::Read::read_to_end(&mut file, &mut raw).unwrap();
    Ok(raw)
}

fn store(dir: &tempfile::TempDir) -> Store {
    Store::open(&FilesPlace::in_data_folder(dir.path())).unwrap()
}

#[test]
fn what_looks_encoded_reads_back_as_it_was_typed() {
    let dir = tempfile::tempdir().unwrap();
    let typed = "=?utf-8?q?a=0d=0abcc:v?= x";
    let letter = OutgoingMail {
        subject: format!("Re: {typed}"),
        from: Address::new(typed, "help@sprocket.example"),
        to: vec![Address::new(typed, "hanna@x.example")],
        ..letter()
    };
    let raw = written(&letter, &store(&dir)).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    let names = [mail.from(), mail.to()].map(|list| list.unwrap().first().unwrap().name().unwrap());
    for text in [mail.subject().unwrap(), names[0], names[1]] {
        assert!(text.replace('\u{200b}', "").contains(typed), "{text:?}");
    }
}

#[test]
fn a_reply_reads_back_as_it_was_meant() {
    let dir = tempfile::tempdir().unwrap();
    let raw = written(&letter(), &store(&dir)).unwrap();
    assert!(raw.is_ascii(), "{}", String::from_utf8_lossy(&raw));
    let mail = MessageParser::default().parse(&raw).unwrap();
    let tag = format!("[#{}]", thread_token::token(&signer(), 12));
    assert_eq!(mail.subject(), Some(format!("Re: Späte Lieferung {tag}").as_str()));
    assert_eq!(mail.message_id(), Some("abc@sprocket.example"));
    assert_eq!(mail.in_reply_to().as_text(), Some("last@x.example"));
    let refs: Vec<&str> =
        mail.references().as_text_list().unwrap().iter().map(AsRef::as_ref).collect();
    assert_eq!(refs, ["first@x.example", "last@x.example"]);
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Lindqvist, Hanna"), Some("hanna@x.example")));
    assert_eq!(mail.cc().unwrap().first().unwrap().address(), Some("jo@x.example"));
    assert_eq!(mail.reply_to().unwrap().first().unwrap().address(), Some("help@sprocket.example"));
    let plain = mail.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(
        plain.trim_end(),
        "It **left** this morning.\n.\nSee <https://x.example>\n\n-- \nMia Chen\nSprocket & Co\n\n\
         On 24 November 2026, 10:41, Hanna wrote:\n> Where is it?\n>\n> *now*"
    );
    let html = mail.body_html(0).unwrap();
    assert!(html.contains("<strong>left</strong>") && html.contains("Sprocket &#38; Co"), "{html}");
    assert!(html.contains("*now*"), "a customer writes no Markdown: {html}");
}

#[test]
fn where_plus_addresses_arrive_the_mark_is_in_the_address() {
    let dir = tempfile::tempdir().unwrap();
    let mut letter = letter();
    letter.mailbox.has_plus_addresses = true;
    letter.subject = format!("Re: Late [#{}]", thread_token::token(&signer(), 12));
    let raw = written(&letter, &store(&dir)).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(mail.subject(), Some("Re: Late"));
    let answers = mail.reply_to().unwrap().first().unwrap().address().unwrap().to_owned();
    assert_eq!(thread_token::in_address(&signer(), &answers), Some(12), "{answers}");
    // An address takes 64 characters before its @; the subject takes the rest.
    letter.mailbox.address = format!("{}@sprocket.example", "a".repeat(60));
    let raw = written(&letter, &store(&dir)).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(thread_token::in_subject(&signer(), mail.subject().unwrap()), Some(12));
    let answers = mail.reply_to().unwrap().first().unwrap().address();
    assert_eq!(answers, Some(letter.mailbox.address.as_str()));
}

#[test]
fn nothing_adds_a_header() {
    let dir = tempfile::tempdir().unwrap();
    let evil = "x\r\nBcc: eve@x.example\r\n\r\nbody";
    let mut letter = letter();
    letter.subject = evil.into();
    letter.from = Address { name: evil.into(), email: "help@sprocket.example".into() };
    letter.to = vec![Address { name: evil.into(), email: "hanna@x.example".into() }];
    let raw = written(&letter, &store(&dir)).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert!(mail.bcc().is_none(), "{}", String::from_utf8_lossy(&raw));
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("hanna@x.example"));
    letter.to = vec![Address { name: String::new(), email: evil.into() }];
    assert!(matches!(envelope(&letter), Err(MailError::Permanent(_))));
}

#[test]
fn files_go_along_whole_and_under_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let content: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(store.put("k", content.clone())).unwrap();
    let file = |key: &str| Attachment {
        id: 1,
        message_id: Some(1),
        name: "Prüfung \"neu\".pdf".into(),
        content_type: "application/pdf".into(),
        size: 200_000,
        store_key: key.into(),
        width: None,
        height: None,
    };
    let mut letter = letter();
    letter.files = vec![file("k"), file("k")];
    let raw = written(&letter, &store).unwrap();
    assert!(raw.split(|b| *b == b'\n').all(|line| line.len() <= 100));
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(mail.attachment_count(), 2);
    for part in mail.attachments() {
        assert_eq!(part.contents(), content);
        let name = mail_parser::MimeHeaders::attachment_name(part);
        assert_eq!(name, Some("Prüfung \"neu\".pdf"));
    }
    letter.files = vec![file("gone")];
    assert!(matches!(written(&letter, &store), Err(MailError::Permanent(_))));
}
