//! What comes with a mail: its files, its HTML, itself.

use baton::db::schema::mails;
use diesel::prelude::*;

use super::{HANNA, corpus};
use crate::support::{EmailInbox, Instance, Page};

fn raw(name: &str) -> Vec<u8> {
    corpus::mails().into_iter().find(|(found, _)| found == name).expect("a mail").1
}

fn link(page: &Page, css: &str, attribute: &str) -> String {
    page.attribute(css, attribute)
}

#[test]
fn files_come_along_under_their_names() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, raw("file-names-rfc2231"));
    let page = cast.agent.open(id);
    let names = page.all(".thread a.attachment .one-line");
    assert_eq!(names, ["Rechnung für Räder.pdf", "Räder.pdf", "passwd"]);
    let file = cast.agent.get(&link(&page, ".thread a.attachment", "href"));
    assert_eq!((file.status, file.body.as_str()), (200, "%PDF-1.7 bill"));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    // A picture in the text is shown as one.
    let (id, _) = inbox.takes(&instance, raw("apple-mail-pictures"));
    let page = cast.agent.open(id);
    assert_eq!(page.attribute(".thread .picture img", "alt"), "IMG_0042.png");
}

#[test]
fn the_original_can_be_downloaded_by_whoever_may_see_it() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail(HANNA, "Rear hanger ✓", "Is it in stock?").raw();
    let (id, message) = inbox.takes(&instance, &mail);
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let address = format!("/mails/{message}/original");
    let page = cast.agent.open(id);
    assert_eq!(page.attribute(".mail-facts a[download]", "href"), address);
    let original = cast.agent.get(&address);
    assert_eq!((original.status, original.body.as_str()), (200, mail.as_str()));
    assert!(
        original
            .header("content-disposition")
            .starts_with("attachment; filename=\"Rear hanger _.eml\"")
    );
    assert_eq!(original.header("content-security-policy"), "sandbox; default-src 'none'");
    for member in [&cast.other_agent, &cast.outsider] {
        assert_eq!(member.get(&address).status, 404, "{}", member.name);
        assert_eq!(member.get(&format!("/mails/{message}")).status, 404, "{}", member.name);
    }
    assert_eq!(cast.agent.get(&format!("/mails/{message}")).status, 404, "it has no HTML");
}

#[test]
fn html_is_shown_in_a_frame_that_opens_links_and_does_nothing_else() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, message) = inbox.takes(&instance, raw("newsletter"));
    let page = cast.agent.open(id);
    page.expect(200, "New parts").expect(200, "- Hangers").expect(200, "Show images");
    assert_eq!(page.attribute("iframe.mail-frame", "src"), format!("/mails/{message}"));
    let rights = "allow-popups allow-popups-to-escape-sandbox";
    assert_eq!(page.attribute("iframe.mail-frame", "sandbox"), rights);
    let frame = cast.agent.get(&format!("/mails/{message}"));
    let policy = frame.header("content-security-policy");
    assert!(
        policy.starts_with(&format!(
            "sandbox {rights}; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        )),
        "{policy}"
    );
    assert!(frame.body.contains("New parts") && !frame.body.contains("parts.example/open.gif"));
    assert!(!frame.body.contains("<script") && !frame.body.contains("alert(1)"));
    // What the link in the page asks for, into the same frame.
    let asked = page.attribute(".mail-facts a[target]", "href");
    assert_eq!(asked, format!("/mails/{message}?images=show"));
    let frame = cast.agent.get(&asked);
    assert!(frame.body.contains("https://parts.example/open.gif"));
    let policy = frame.header("content-security-policy");
    assert!(policy.starts_with(&format!("sandbox {rights}; default-src 'none'")), "{policy}");
}

#[test]
fn a_picture_within_the_html_needs_no_other_request() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (_, message) = inbox.takes(&instance, raw("apple-mail-pictures"));
    let frame = cast.agent.get(&format!("/mails/{message}"));
    assert!(frame.body.contains("<img src=\"data:image/png;base64,"), "{}", frame.body);
}

#[test]
fn history_and_signatures_are_folded_and_there() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, raw("gmail-reply"));
    let page = cast.agent.open(id);
    assert_eq!(page.all(".message > .bubble"), ["Great, I take two of them."]);
    assert!(page.all("details.mail-fold")[0].contains("yes, the hanger is in stock."));
}

#[test]
fn what_cannot_be_read_is_a_conversation_that_says_so() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    for name in ["broken-garbage", "broken-no-headers", "broken-empty"] {
        let content = raw(name);
        let (id, message) = inbox.takes(&instance, &content);
        let page = cast.agent.open(id);
        page.expect(200, "This mail could not be read.").expect(200, "Unknown sender");
        let original = cast.agent.get(&format!("/mails/{message}/original"));
        assert_eq!(original.status, 200, "{name}");
    }
}

#[test]
fn every_mail_of_the_corpus_is_taken_once() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mails = corpus::mails();
    for (name, raw) in &mails {
        let (id, _) = inbox.takes(&instance, raw);
        assert_eq!(cast.manager.open(id).status, 200, "{name}");
    }
    let count = i64::try_from(mails.len()).expect("not so many");
    assert_eq!(instance.count("SELECT count(*) FROM mails WHERE original_key IS NOT NULL"), count);
    assert_eq!(instance.count("SELECT count(*) FROM attachments WHERE message_id IS NULL"), 0);
    cast.manager.get("/inbox?view=unassigned").expect(200, "Unassigned");
}

#[test]
fn what_a_blocked_contact_writes_is_put_aside() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (first, _) = inbox.takes(&instance, inbox.mail(HANNA, "One", "Hello").raw());
    let contact = format!("SELECT contact_id FROM conversations WHERE id = {first}");
    let contact = instance.count(&contact);
    cast.agent.get(&format!("/contacts/{contact}")).form("Block").submit();
    let (second, _) = inbox.takes(&instance, inbox.mail(HANNA, "Two", "Hello again").raw());
    let spam =
        "SELECT count(*) FROM conversations WHERE spam_at IS NOT NULL AND status = 'resolved'";
    assert_eq!(instance.count(spam), 1);
    let list = cast.agent.get("/inbox?view=unassigned");
    assert!(!list.body.contains(&format!("/conversations/{second}")));
}

#[test]
fn an_archived_inbox_takes_answers_and_nothing_new() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, _) = inbox.takes(&instance, inbox.mail(HANNA, "One", "Hello").raw());
    super::answers(&instance, &cast.agent, id, "reply-1@baton.example");
    instance
        .execute(&format!("UPDATE inboxes SET archived_at = created_at WHERE id = {}", inbox.id));
    let new = inbox.tries(&instance, inbox.mail(HANNA, "Two", "Hello").raw());
    assert!(new.expect_err("it is refused").is_lasting());
    assert_eq!(instance.count("SELECT count(*) FROM attachments WHERE message_id IS NULL"), 0);
    let answer = inbox.mail(HANNA, "Re: One", "Thanks").answering("reply-1@baton.example");
    assert_eq!(inbox.takes(&instance, answer.raw()).0, id);
    let nowhere = EmailInbox { id: 999_999, ..inbox.clone() };
    assert!(nowhere.tries(&instance, inbox.mail(HANNA, "x", "y").raw()).is_err());
}

#[test]
fn a_photo_alone_is_named_and_not_said_to_be_nothing() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let raw = include_bytes!("corpus/photo-alone.eml");
    let (id, _) = inbox.takes(&instance, raw);
    let page = cast.agent.open(id);
    page.expect(200, "IMG_0042.png");
    assert!(!page.says("There is no text in this mail"), "{}", page.text());
    cast.agent.get("/inbox?view=unassigned").expect(200, "Sent IMG_0042.png");
}

#[test]
fn a_name_or_a_subject_turns_nothing_around_neither_here_nor_in_what_we_answer() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let turned = |word: &str| format!("=?utf-8?Q?{word}=E2=80=AEexe.elif=E2=81=A6?=");
    let others = format!("{} <kim@customer.example>", turned("Kim"));
    let mail = inbox
        .mail(&format!("{} <rtl@customer.example>", turned("Good")), &turned("Invoice"), "Hello")
        .with("To", &format!("{}, {others}", inbox.address))
        .with("Cc", &others.replace("kim@", "cc@"))
        .with("Reply-To", &format!("{} <answers@customer.example>", turned("Office")));
    let (id, _) = inbox.takes(&instance, mail.raw());
    let turns = |text: &str| text.contains(['\u{202e}', '\u{2066}']);
    for path in ["/inbox?view=unassigned".to_owned(), format!("/conversations/{id}")] {
        let page = cast.agent.get(&path);
        page.expect(200, "Goodexe.elif").expect(200, "Invoiceexe.elif");
        assert!(!turns(&page.body), "{path}");
    }
    super::answers(&instance, &cast.agent, id, "reply-1@baton.example");
    let sent = instance.read(|conn| {
        mails::table
            .filter(mails::header_id.eq("reply-1@baton.example"))
            .select((mails::subject, mails::to_list, mails::cc_list))
            .first::<(String, String, String)>(conn)
    });
    assert_eq!(sent.0, "Re: Invoiceexe.elif");
    assert_eq!(sent.1, "Officeexe.elif <answers@customer.example>");
    assert!(sent.2.contains("Kimexe.elif <kim@customer.example>") && !turns(&sent.2), "{sent:?}");
}
