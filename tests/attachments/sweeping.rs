//! Nothing is left behind on disk.

use baton::db::Utc;
use baton::jobs::files::delete_discarded;
use chrono::TimeDelta;

use super::{png, replied, stored};
use crate::support::Instance;

/// What the jobs do when their time has come.
fn sweep(instance: &Instance) {
    instance.sweep();
    delete_files(instance);
    assert_eq!(instance.count("SELECT count(*) FROM discarded_files"), 0);
}

fn delete_files(instance: &Instance) {
    let mut place = delete_some(instance, String::new());
    while !place.is_empty() {
        place = delete_some(instance, place);
    }
}

/// One round; answers where the next one begins.
fn delete_some(instance: &Instance, place: String) -> String {
    let app = instance.app.clone();
    actix_web::rt::System::new()
        .block_on(async move { delete_discarded(&app.db, &app.files, place).await })
        .expect("the database works")
}

#[test]
fn files_that_cannot_be_deleted_hold_up_no_other() {
    let (instance, cast) = Instance::with_cast();
    replied(&instance, &cast, "a.txt", b"a");
    // A folder in the place of a file does not go.
    for n in 0..100 {
        let key = format!("{n:03}");
        std::fs::create_dir(instance.dir.path().join("files").join(&key)).expect("a folder");
        instance.execute(&format!("INSERT INTO discarded_files VALUES ('{key}')"));
    }
    instance.execute("DELETE FROM attachments");
    let place = delete_some(&instance, String::new());
    assert_eq!(place, "009", "a store in trouble is not asked for each of them");
    assert_eq!(delete_some(&instance, place), "019");
    delete_files(&instance);
    assert_eq!(instance.count("SELECT count(*) FROM discarded_files"), 100);
    assert_eq!(stored(&instance).len(), 100, "the file is gone");
}

#[test]
fn the_files_of_a_deleted_contact_and_workspace_go() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = replied(&instance, &cast, "a.png", &png(20, 20));
    let (_, _) = replied(&instance, &cast, "b.txt", b"b");
    assert_eq!(stored(&instance).len(), 3);
    sweep(&instance);
    assert_eq!(stored(&instance).len(), 3, "what is needed stays");
    let contact = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    let page = cast.admin.get(&format!("/contacts/{contact}/delete"));
    page.form("Delete contact").submit().expect(200, "Deleted the contact");
    sweep(&instance);
    assert_eq!(stored(&instance).len(), 1);
    let name = [("confirmation", "Sprocket & Co")];
    cast.admin.browser.post("/settings/workspace/delete", &name).expect(200, "deleted.");
    sweep(&instance);
    assert!(stored(&instance).is_empty());
}

#[test]
fn a_file_without_a_message_waits_for_a_day() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "{{contact.name}}");
    form.attach("Attach files", "a.txt", b"a").submit().expect(422, "Fill in");
    sweep(&instance);
    assert_eq!(stored(&instance).len(), 1);
    let old = Utc::now().minus(TimeDelta::hours(25));
    let old = old.to_chrono().format("%Y-%m-%d %H:%M:%S.000000");
    instance.execute(&format!("UPDATE attachments SET created_at = '{old}'"));
    sweep(&instance);
    assert!(stored(&instance).is_empty());
}

#[test]
fn a_file_of_a_visitor_waits_for_an_hour_and_not_beside_many_others() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let form = customer.get(&cast.chat_path()).form("Send").with("Message", "Look:");
    let page = form.attach("Attach files", "a.txt", b"a").submit();
    assert_eq!((page.status, stored(&instance).len()), (422, 1), "it has no name yet");
    instance.execute("UPDATE attachments SET size = 262143999");
    let page = page.form("Send").attach("Attach files", "b.txt", b"bb").submit();
    page.expect(422, "No more than 250 MB of files may wait. Send your message first");
    assert_eq!(page.all(".attached .one-line"), ["a.txt"]);
    assert_eq!(stored(&instance).len(), 1);
    let old = Utc::now().minus(TimeDelta::minutes(70));
    let old = old.to_chrono().format("%Y-%m-%d %H:%M:%S.000000");
    instance.execute(&format!("UPDATE attachments SET created_at = '{old}'"));
    sweep(&instance);
    assert!(stored(&instance).is_empty());
    // What became part of a message does not wait.
    let form = customer.get(&cast.chat_path()).form("Send").with("Message", "Look:");
    let form =
        form.with("Your name", "Hanna Lindqvist").with("Email address", "h@customer.example");
    form.attach("Attach files", "a.txt", b"a").submit().expect(200, "Look:");
    assert_eq!(instance.count("SELECT count(*) FROM attachments WHERE client IS NOT NULL"), 0);
}

#[test]
fn a_deleted_note_takes_its_files_along() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Add note").with("Note", "Look:");
    let page = form.attach("Attach files to the note", "a.txt", b"a").submit();
    page.click("Delete note").form("Delete note").submit().expect(200, "Note deleted.");
    sweep(&instance);
    assert!(stored(&instance).is_empty());
}
