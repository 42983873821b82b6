//! Files of forms that come back: they are kept, since no browser chooses them again.

use super::{arriving, png, stored};
use crate::support::{Instance, Page};

fn kept(page: &Page) -> Vec<String> {
    page.all(".attached .one-line")
}

#[test]
fn a_reply_that_is_held_keeps_its_files() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Which one?");
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "This one:");
    let form = form.attach("Attach files", "this.png", &png(20, 20));
    cast.customer_adds(&customer, "The rear one.");
    let page = form.submit();
    page.expect(409, "wrote again while you were writing");
    assert_eq!(kept(&page), ["this.png"]);
    let page = page.form("Claim and send").submit();
    page.expect(200, "Claimed and sent.");
    assert_eq!(page.all(".thread .files img").len(), 1);
}

#[test]
fn what_is_wrong_with_a_text_or_a_file_loses_neither() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Dear {{contact.name}}");
    let page = form.attach("Attach files", "a.txt", b"a").submit();
    page.expect(422, "Fill in");
    assert_eq!(kept(&page), ["a.txt"]);
    // A second one is too large: the first and the text are kept.
    let large = vec![0; 26 * 1024 * 1024];
    let form = page.form("Send reply").with("Reply", "Dear Hanna");
    let page = form.attach("Attach files", "film.mov", &large).submit();
    page.expect(422, "film.mov is larger than 25 MB.");
    assert_eq!(kept(&page), ["a.txt"]);
    let form = page.form("Send reply");
    assert_eq!(form.value("body"), Some("Dear Hanna"));
    form.submit().expect(200, "Reply sent.").expect(200, "a.txt");
    assert_eq!((stored(&instance).len(), arriving(&instance).len()), (1, 0));
}

#[test]
fn a_file_whose_box_is_cleared_is_not_sent() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "{{contact.name}}");
    let page = form.attach("Attach files", "a.txt", b"a").submit();
    page.expect(422, "Fill in");
    assert_eq!(kept(&page), ["a.txt"]);
    let form = page.form("Send reply").with("Reply", "Without it.").without("attached");
    form.submit().expect(200, "Reply sent.");
    assert_eq!(instance.count("SELECT count(*) FROM attachments WHERE message_id IS NULL"), 1);
    let empty = page.form("Send reply").with("Reply", " ").without("attached").submit();
    empty.expect(422, "Please fill this in.");
}

#[test]
fn a_message_takes_ten_files() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mut form = cast.agent.open(id).form("Add note");
    for n in 0..11 {
        form = form.attach("Attach files to the note", &format!("{n}.txt"), b"n");
    }
    let page = form.submit();
    page.expect(422, "Please choose 10 files at most.");
    assert_eq!(kept(&page).len(), 10);
    page.form("Add note").submit().expect(200, "Note added.");
    assert_eq!(instance.count("SELECT max(file_count) FROM messages"), 10);
}

#[test]
fn a_customer_keeps_files_too() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let form = customer.get(&cast.chat_path()).form("Send");
    let form = form.with("Your name", "Hanna").with("Email address", "nobody");
    let page = form.attach("Attach files", "a.txt", b"a").submit();
    page.expect(422, "This is not an email address.");
    assert_eq!(kept(&page), ["a.txt"]);
    let form = page.form("Send").with("Email address", "hanna@customer.example");
    let page = form.submit();
    assert_eq!(page.all(".thread a.attachment .one-line"), ["a.txt"]);
}

#[test]
fn a_double_click_sends_files_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Add note");
    let form = form.attach("Attach files to the note", "a.txt", b"a");
    form.submit().expect(200, "Note added.");
    form.submit().expect(200, "Note added.");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'note'"), 1);
    // The same page with another file is another message.
    let page = form.attach("Attach files to the note", "b.txt", b"b").submit();
    assert_eq!(page.all(".thread a.attachment .one-line"), ["a.txt", "a.txt", "b.txt"]);
}
