//! A contact who asks to be forgotten.

use diesel::prelude::*;

use super::{address, contact_of};
use crate::support::{Instance, is_postgres};

#[test]
fn an_administrator_deletes_a_contact_with_everything_that_was_written() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.customer_writes(&instance, "Piet Mulder", "Do you repair?");
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "It is, Hanna.");
    form.submit().expect(200, "Claimed and sent.");
    let contact = contact_of(&instance, id);
    let note =
        cast.agent.get(&address(contact)).form("Add note").with("Note", "Hanna is in a hurry.");
    note.submit();
    assert!(cast.manager.get(&address(contact)).find_link("Delete contact").is_none());

    let page = cast.admin.get(&address(contact)).click("Delete contact");
    page.expect(200, "Delete Hanna Lindqvist?").expect(200, "with 1 conversation and every note");
    let page = page.form("Delete contact").submit();
    page.expect(200, "Deleted the contact and everything that was written.");
    assert_eq!(page.all(".contact-row b"), ["Piet Mulder"]);
    assert_eq!(cast.agent.open(id).status, 404);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
    customer.get(&cast.chat_path()).expect(200, "Your name");

    let export = cast.admin.get("/settings/workspace/export").body;
    assert!(export.contains("contact_deleted") && !export.contains("Hanna"), "{export}");
    let line = format!(
        "SELECT count(*) FROM audit_entries WHERE kind = 'contact_deleted' AND about = '{contact}'"
    );
    assert_eq!(instance.count(&line), 1);
}

#[test]
fn what_the_same_browser_wrote_as_somebody_else_stays() {
    let (instance, cast) = Instance::with_cast();
    let (first, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "The first one");
    let chat = format!("/chat/{}?new", cast.chat_key);
    let form = customer.get(&chat).form("Send").with("Your name", "Piet Mulder");
    form.with("Message", "The second one").submit().expect(200, "The second one");
    let second = contact_of(&instance, instance.count("SELECT max(id) FROM conversations"));
    cast.admin.get(&format!("/contacts/{second}/delete")).form("Delete contact").submit();
    cast.agent.open(first).expect(200, "The first one");
    customer.get(&chat).expect(200, "Your name");
}

#[test]
fn what_was_merged_goes_along() {
    let (instance, cast) = Instance::with_cast();
    let first = contact_of(&instance, cast.waiting(&instance));
    let second = contact_of(&instance, cast.waiting(&instance));
    cast.agent.get(&format!("/contacts/{second}/merge?into={first}")).form("Merge").submit();
    cast.admin.get(&format!("/contacts/{first}/delete")).form("Delete contact").submit();
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 0);
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 0);
}

#[test]
fn what_was_merged_into_what_was_merged_goes_along() {
    let (instance, cast) = Instance::with_cast();
    let all = [(); 3].map(|()| contact_of(&instance, cast.waiting(&instance)));
    let merge = |from: i64, into: i64| {
        let merge = format!("/contacts/{from}/merge?into={into}");
        cast.agent.get(&merge).form("Merge").submit().expect(200, "Merged into");
    };
    merge(all[0], all[1]);
    merge(all[1], all[2]);
    cast.admin.get(&format!("/contacts/{}/delete", all[2])).form("Delete contact").submit();
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 0);
}

/// Whether these bytes are in a file of the folder, or of one in it.
fn is_anywhere(folder: &std::path::Path, word: &str) -> bool {
    std::fs::read_dir(folder).expect("a folder").any(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            return is_anywhere(&path, word);
        }
        let bytes = std::fs::read(&path).expect("a file").to_ascii_lowercase();
        bytes.windows(word.len()).any(|part| part == word.as_bytes())
    })
}

#[test]
fn no_word_of_theirs_stays_in_the_file() {
    if is_postgres() {
        return;
    }
    let (instance, cast) = Instance::with_cast();
    let checkpoint = || {
        instance.db().read_now(|conn| diesel::sql_query(TRUNCATE).execute(conn)).expect("written");
    };
    const TRUNCATE: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
    let text = ["Xylophonist"; 500].join(" ");
    let (id, _) = cast.customer_writes(&instance, "Quirrelmann", &text);
    cast.customer_writes(&instance, "Piet Mulder", "Do you repair?");
    let form = cast.agent.open(id).form("Add note").with("Note", "Zwiebelchen, says she.");
    form.submit().expect(200, "Zwiebelchen");
    let of_contact = cast.agent.get(&format!("/contacts/{}", contact_of(&instance, id)));
    for note in ["Rumpelkammer, she says.", "Says nothing."] {
        of_contact.form("Add note").with("Note", note).submit().expect(200, "Note added.");
    }
    checkpoint();
    let words = ["xylophonist", "quirrelmann", "zwiebelchen", "rumpelkammer"];
    for word in words {
        assert!(is_anywhere(instance.dir.path(), word), "{word} was never there");
    }
    let contact = contact_of(&instance, id);
    cast.admin.get(&format!("/contacts/{contact}/delete")).form("Delete contact").submit();
    instance.sweep();
    checkpoint();
    for word in words {
        assert!(!is_anywhere(instance.dir.path(), word), "{word} is still there");
    }
    let found = cast.agent.get("/search?q=repair");
    found.expect(200, "Piet Mulder");
    assert!(!cast.agent.get("/search?q=xylophonist").says("Quirrelmann"));
}

#[test]
fn a_refused_line_of_a_table_that_names_their_address_goes_along() {
    let (instance, cast) = Instance::with_cast();
    let contact = contact_of(&instance, cast.waiting(&instance));
    let long = "x".repeat(300);
    let table = format!(
        "Name,Email address\n{long},Hanna.Lindqvist@Customer.example\n{long},piet@customer.example\n\
         {long},ahanna.lindqvist@customer.example\n{long},\"<hanna.lindqvist@customer.example>, x\"\nPiet,\n"
    );
    let page = cast.agent.get("/contacts/import").form("Preview").with("Table", &table).submit();
    page.expect(200, "4 lines refused");
    let report = page.form("Start import").submit().path;
    instance.run_imports();
    cast.admin.get(&format!("/contacts/{contact}/delete")).form("Delete contact").submit();
    let left = cast.admin.get(&report).click("Download refused lines").body.to_lowercase();
    assert!(left.contains("piet@customer.example"), "{left}");
    assert!(left.contains(",ahanna.lindqvist@customer.example"), "somebody else: {left}");
    assert!(!left.contains(",hanna.lindqvist@") && !left.contains("<hanna"), "{left}");
    assert_eq!(instance.count("SELECT count(*) FROM contact_import_refusals"), 2);
}
