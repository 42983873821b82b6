//! Mails that nobody meant: whatever arrives is read, and never too much.

use std::sync::LazyLock;

use baton::channels::email::{page, read};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use scraper::{Html, Selector};

use super::corpus;

/// What no page of a mail has, whatever its text says.
static HARMFUL: LazyLock<Selector> = LazyLock::new(|| {
    let of = "script, iframe, form, [href^='javascript:' i], [src^='javascript:' i]";
    Selector::parse(of).expect("a selector")
});

/// What holds of every reading.
fn expect_reading(raw: &[u8]) {
    let letter = read(raw);
    let is_clean = |text: &str| !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    for text in [&letter.body, &letter.quoted, &letter.subject, &letter.from_name] {
        assert!(is_clean(text), "{text:?}");
        assert!(text.chars().count() <= 101_000);
    }
    for line in letter.to.iter().chain(&letter.cc) {
        assert!(is_clean(line) && !line.contains('\n'), "{line:?}");
    }
    assert!(letter.refs.len() <= 100 && letter.files.len() <= 100);
    assert!(letter.from_address.is_empty() || letter.from_address.contains('@'));
    for file in &letter.files {
        assert!(!file.name.is_empty() && !file.name.contains(['/', '\\', '\n']), "{}", file.name);
    }
    for with_pictures in [false, true] {
        let Some(page) = page(raw, with_pictures) else { continue };
        let harmful = Html::parse_document(&page).select(&HARMFUL).next().map(|found| found.html());
        assert_eq!(harmful, None, "in {page}");
    }
}

/// A mail with pieces of others in it, cut and doubled.
fn mangled() -> impl Strategy<Value = Vec<u8>> {
    let mails: Vec<Vec<u8>> = corpus::mails().into_iter().map(|(_, raw)| raw).collect();
    let piece = (any::<prop::sample::Index>(), any::<u16>(), any::<u16>(), any::<u8>());
    prop::collection::vec(piece, 1..6).prop_map(move |pieces| {
        let mut out = Vec::new();
        for (mail, from, length, noise) in pieces {
            let mail = &mails[mail.index(mails.len())];
            let from = if noise < 128 { 0 } else { usize::from(from) % (mail.len() + 1) };
            let end = (from + usize::from(length)).min(mail.len());
            out.extend_from_slice(&mail[from..end]);
            if noise % 3 == 0 {
                out.push(noise);
            }
        }
        out
    })
}

/// `PROPTEST_CASES=100000 cargo test --test baton mail::hostile` tries many more.
#[test]
fn every_mangled_mail_is_read() {
    let done = TestRunner::default().run(&mangled(), |raw| {
        expect_reading(&raw);
        Ok(())
    });
    done.expect("every mail is read");
}

/// Each of so many took as long as there were others: hours.
#[test]
fn a_mail_that_answers_a_hundred_thousand_others_is_read_too() {
    let ids: String = (0..100_000).map(|n| format!("<{n}@x.example>\r\n ")).collect();
    for header in ["In-Reply-To", "References"] {
        let raw = format!("From: a@b.example\r\n{header}: {ids}\r\n\r\nHello.\r\n");
        let letter = read(raw.as_bytes());
        assert_eq!(letter.refs.len(), 50, "{header}");
        assert_eq!(letter.refs.last().map(String::as_str), Some("99999@x.example"));
    }
}

#[test]
fn a_report_keeps_few_ids_and_no_long_ones() {
    let lines: String = (0..1_500)
        .map(|n| format!("Message-ID: <{n}@{}>\r\n", "x".repeat(if n == 0 { 4_000 } else { 9 })))
        .collect();
    let raw = format!(
        "From: MAILER-DAEMON@mail.example\r\nSubject: failed\r\n\r\n550 no such user\r\n{lines}"
    );
    let refs = read(raw.as_bytes()).refs;
    assert_eq!(refs.len(), 20);
    assert!(refs.iter().all(|id| id.len() < 500), "{refs:?}");
}

proptest! {
    #[test]
    fn every_sequence_of_bytes_is_read(raw in prop::collection::vec(any::<u8>(), 0..4096)) {
        expect_reading(&raw);
    }

    #[test]
    fn every_text_comes_through_whole(text in "[a-zA-Zäöüß€✓ ]{1,200}") {
        let raw = format!("From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}");
        let letter = read(raw.as_bytes());
        prop_assert_eq!(letter.body.trim(), text.trim());
    }
}

#[test]
fn a_mail_made_to_do_harm_is_told_of() {
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    let letter = read(format!("From: eve@rival.example\r\n{nested}").as_bytes());
    assert!(letter.body.contains("too many mails are nested in each other"), "{}", letter.body);
    assert_eq!(letter.from_address, "eve@rival.example");
    let parts: String = (0..5_000)
        .map(|n| format!("--b{n}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", n + 1))
        .collect();
    expect_reading(
        format!(
            "From: eve@rival.example\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n{parts}"
        )
        .as_bytes(),
    );
    let tags = "<div><b>".repeat(20_000);
    expect_reading(
        format!("From: eve@rival.example\r\nContent-Type: text/html\r\n\r\n{tags}").as_bytes(),
    );
    let huge = [b"From: eve@rival.example\r\nSubject: Big\r\n\r\n".to_vec(), vec![b'x'; 42 << 20]];
    let letter = read(&huge.concat());
    assert!(letter.body.contains("too large to show"), "{}", letter.body);
    assert_eq!(letter.subject, "Big");
}
