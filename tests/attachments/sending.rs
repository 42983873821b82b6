//! Files on their way: from members to customers, from customers to members.

use super::{arriving, link, png, replied, stored};
use crate::support::Instance;

#[test]
fn a_reply_brings_a_picture_to_the_customer() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) =
        cast.customer_writes(&instance, "Hanna Lindqvist", "What does it look like?");
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "Like this:");
    let page = form.attach("Attach files", "Hänger \"new\".png", &png(1280, 640)).submit();
    page.expect(200, "Claimed and sent.").expect(200, "Like this:");
    let image = |name| page.attribute(".picture img", name);
    assert_eq!(image("alt"), "Hänger \"new\".png");
    assert_eq!((image("width"), image("height")), ("320".to_owned(), "160".to_owned()));
    let whole = cast.agent.get(&link(&page));
    assert_eq!((whole.status, whole.header("content-type")), (200, "image/png"));
    assert_eq!(
        whole.header("content-disposition"),
        "inline; filename=\"H_nger _new_.png\"; filename*=UTF-8''H%C3%A4nger%20%22new%22.png"
    );
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert_eq!(whole.header("content-security-policy"), "sandbox; default-src 'none'");
    let small = cast.agent.get(&image("src"));
    assert_eq!((small.status, small.header("content-type")), (200, "image/jpeg"));
    let tag = whole.header("etag").to_owned();
    let again = cast.agent.browser.request("GET", &link(&page), &[("If-None-Match", &tag)], None);
    assert_eq!((again.status, again.body.as_str()), (304, ""));

    let chat = customer.get(&cast.chat_path());
    let theirs = link(&chat);
    assert!(theirs.starts_with(&format!("/chat/{}/files/", cast.chat_key)), "{theirs}");
    assert_eq!(customer.get(&theirs).header("content-type"), "image/png");
    assert_eq!(customer.get(&chat.attribute(".picture img", "src")).status, 200);
    // Nobody else's browser, and not by the members' address.
    assert_eq!(instance.browser().get(&theirs).status, 404);
    customer.get(&link(&page)).expect(200, "Sign in");
    assert_eq!((stored(&instance).len(), arriving(&instance).len()), (2, 0));
}

#[test]
fn a_customer_sends_files_alone() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let chat = cast.chat_path();
    let form = customer.get(&chat).form("Send").with("Your name", "Hanna Lindqvist");
    let form = form.with("Email address", "hanna@customer.example");
    let form = form.attach("Attach files", "frame.pdf", b"%PDF-1.7 of a frame");
    let page = form.attach("Attach files", "note.txt", b"No. 33049").submit();
    assert_eq!(page.all(".thread a.attachment .one-line"), ["frame.pdf", "note.txt"]);
    let inbox = cast.agent.get("/inbox?view=unassigned");
    inbox.expect(200, "Sent 2 files");
    let id = instance.count("SELECT max(id) FROM conversations");
    let seen = cast.agent.open(id);
    let file = cast.agent.get(&link(&seen));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert!(file.header("content-disposition").starts_with("attachment; "));
    assert_eq!(file.body, "%PDF-1.7 of a frame");
    // And once more, with one file and nothing else.
    let page = customer.get(&chat).form("Send").attach("Attach files", "b.txt", b"b").submit();
    page.expect(200, "b.txt");
    cast.agent.get("/inbox?view=unassigned").expect(200, "Sent b.txt");
}

#[test]
fn a_note_has_files_that_the_customer_never_sees() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let form = cast.agent.open(id).form("Add note");
    let page = form.attach("Attach files to the note", "shelf.txt", b"C14").submit();
    page.expect(200, "Note added.").expect(200, "shelf.txt");
    let address = link(&page);
    assert_eq!(cast.manager.get(&address).body, "C14");
    let theirs = address.replace("/attachments/", &format!("/chat/{}/files/", cast.chat_key));
    assert_eq!(customer.get(&theirs).status, 404);
    let chat = customer.get(&cast.chat_path());
    assert!(!chat.body.contains("shelf.txt"));
}

#[test]
fn who_may_not_see_the_conversation_gets_no_file() {
    let (instance, cast) = Instance::with_cast();
    let (_, page) = replied(&instance, &cast, "offer.pdf", b"%PDF-1.7");
    let address = link(&page);
    for member in [&cast.admin, &cast.manager, &cast.agent] {
        assert_eq!(member.get(&address).status, 200, "{}", member.name);
    }
    for member in [&cast.other_agent, &cast.outsider] {
        assert_eq!(member.get(&address).status, 404, "{}", member.name);
    }
    instance.browser().get(&address).expect(200, "Sign in");
    assert_eq!(cast.agent.get("/attachments/9999999/offer.pdf").status, 404);
    assert_eq!(cast.agent.get("/attachments/x/offer.pdf").status, 404);
}

#[test]
fn a_file_stands_in_a_frame_by_a_pass_of_its_own() {
    let (instance, cast) = Instance::with_cast();
    let chat = cast.chat_path();
    let customer = instance.browser();
    let form = customer.get(&format!("{chat}?embed=1")).form("Send");
    let form = form.with("Your name", "Hanna").with("Email address", "hanna@customer.example");
    let page = form.attach("Attach files", "a.txt", b"mine").submit_once();
    page.expect(200, "a.txt");
    let address = link(&page);
    assert!(address.contains("?pass="), "{address}");
    assert_eq!(instance.browser().get(&address).body, "mine");
    let (bare, _) = address.split_once('?').expect("a pass");
    assert_eq!(instance.browser().get(bare).status, 404);
    assert_eq!(instance.browser().get(&format!("{bare}?pass=1.x")).status, 404);
}

#[test]
fn a_script_sends_a_file_ahead_of_its_form() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "Here:");
    let workspace = cast.workspace_id.to_string();
    let ahead = |member: &crate::support::Member, content: &[u8]| {
        let file = [("file".to_owned(), "a.txt".to_owned(), content.to_vec())];
        let path = format!("/conversations/{id}/files");
        member.browser.post_files(&path, &[("workspace", &workspace)], &file)
    };
    let line = ahead(&cast.agent, b"hello");
    line.expect(200, "a.txt");
    let word = line.attribute("input[name=attached]", "value");
    assert_eq!(ahead(&cast.other_agent, b"hello").status, 404);
    ahead(&cast.agent, &vec![0; 26 * 1024 * 1024]).expect(422, "a.txt is larger than 25 MB.");
    // Nobody sends with what another has sent.
    let stolen = cast.manager.open(id).form("Add note").with("Note", "x").set("attached", &word);
    stolen.submit().expect(422, "A file is missing. Attach it again.");
    let sent = form.set("attached", &word);
    sent.submit().expect(200, "Reply sent.").expect(200, "a.txt");
    sent.submit();
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
    let other =
        cast.agent.open(id).form("Send reply").with("Reply", "Again").set("attached", &word);
    other.submit().expect(422, "A file is missing. Attach it again.");
}

#[test]
fn files_stand_as_they_were_chosen_whichever_arrived_first() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let workspace = cast.workspace_id.to_string();
    let [last, second, first] = ["3.txt", "2.txt", "1.txt"].map(|name| {
        let file = [("file".to_owned(), name.to_owned(), name.as_bytes().to_vec())];
        let path = format!("/conversations/{id}/files");
        let line = cast.agent.browser.post_files(&path, &[("workspace", &workspace)], &file);
        line.attribute("input[name=attached]", "value")
    });
    let form = cast.agent.open(id).form("Send reply").with("Reply", "As you see:");
    let form = form.set("attached", &first).and("attached", &second).and("attached", &last);
    form.submit().expect(200, "Reply sent.");
    let page = cast.agent.open(id);
    assert_eq!(page.all(".thread a.attachment .one-line"), ["1.txt", "2.txt", "3.txt"]);
}

#[test]
fn the_export_names_the_files() {
    let (instance, cast) = Instance::with_cast();
    replied(&instance, &cast, "offer.pdf", b"%PDF-1.7");
    let export = cast.admin.get("/settings/workspace/export");
    assert!(export.body.contains("\"offer.pdf\""));
    let key: String = instance.read(|conn| {
        use baton::db::schema::attachments;
        use diesel::prelude::*;
        attachments::table.select(attachments::store_key).first(conn)
    });
    assert!(!export.body.contains(&key));
}
