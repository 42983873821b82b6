//! Mails as programs write them, broken ones too, each with what is read in it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use baton::channels::email::{Letter, page, read};
use baton::models::address::Address;
use baton::models::token::Signer;

/// Set, the readings are written anew, to be looked at before they are kept.
const WRITE: &str = "BATON_WRITE_READINGS";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/corpus")
}

/// Every mail of the corpus with its name, in alphabetical order.
pub fn mails() -> Vec<(String, Vec<u8>)> {
    let mut mails: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder())
        .expect("the corpus")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(path).expect("a mail"))
        })
        .collect();
    mails.sort();
    mails
}

#[test]
fn every_mail_is_read_as_it_was_meant() {
    let mails = mails();
    assert!(mails.len() >= 60, "{}", mails.len());
    let mut wrong = Vec::new();
    for (name, raw) in mails {
        let reading = reading(&raw);
        let path = folder().join(format!("{name}.txt"));
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(&path, &reading).expect("the reading is written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if reading != expected {
            wrong.push(format!("--- {name}\n{reading}\n--- and not\n{expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A mail in words.
fn reading(raw: &[u8]) -> String {
    let letter = read(raw);
    let signer = Signer::new(vec![7; 32].into());
    let us = Address::new("Baton", "baton@baton.example");
    let (checked, _) = letter.clone().checked(&signer, &us, raw);
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            writeln!(out, "{name}: {value}").expect("a string takes it");
        }
    };
    line("From", &format!("{} <{}>", checked.from_name, checked.from_address));
    line("To", &letter.to.join(", "));
    line("Cc", &letter.cc.join(", "));
    line("Reply-To", letter.reply_to.as_deref().unwrap_or_default());
    line("Subject", &letter.subject);
    line("Message-ID", &letter.header_id);
    if let Some(last) = letter.refs.last() {
        line("Answers", &format!("{last} (of {})", letter.refs.len()));
    }
    line("Written by", &format!("{:?}", letter.writer));
    if let Some(report) = &letter.report {
        let verb = if report.has_failed { "Not delivered" } else { "Report of" };
        line(verb, &format!("{}: {}", report.of.join(", "), report.reason));
    }
    let html = page(raw, false).map(|page| page.len() > 500);
    line("HTML", if html.is_some() { "yes" } else { "" });
    line("Images from elsewhere", if checked.has_remote_images { "yes" } else { "" });
    for file in files(&letter) {
        line("File", &file);
    }
    writeln!(out, "\n{}", checked.body).expect("a string takes it");
    if !letter.quoted.is_empty() {
        writeln!(out, "\n--- folded\n{}", letter.quoted).expect("a string takes it");
    }
    out
}

fn files(letter: &Letter) -> Vec<String> {
    let told = |name: &str, content: &[u8]| match std::str::from_utf8(content) {
        Ok(text) => format!("{name} = {:?}", text.trim_end()),
        Err(_) => format!("{name} ({} bytes)", content.len()),
    };
    letter.files.iter().map(|file| told(&file.name, &file.content)).collect()
}
