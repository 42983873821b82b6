//! Nothing is left behind on disk.

use baton::db::Utc;
use baton::jobs::files::delete_discarded;
use baton::models::housekeeping;
use chrono::TimeDelta;

use super::{png, replied, stored};
use crate::support::Instance;

/// What the jobs do when their time has come.
fn sweep(instance: &Instance) {
    let app = instance.app.clone();
    app.db.write_now(|conn| housekeeping::sweep(conn, Utc::now())).expect("it works").expect("so");
    actix_web::rt::System::new()
        .block_on(async move { delete_discarded(&app.db, &app.files).await })
        .expect("the database works");
    assert_eq!(instance.count("SELECT count(*) FROM discarded_files"), 0);
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
fn a_deleted_note_takes_its_files_along() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Add note").with("Note", "Look:");
    let page = form.attach("Attach files", "a.txt", b"a").submit();
    page.click("Delete note").form("Delete note").submit().expect(200, "Note deleted.");
    sweep(&instance);
    assert!(stored(&instance).is_empty());
}
