//! A table of contacts from elsewhere.

use crate::support::Instance;

/// As a browser sends it.
const TABLE: &str = "Name;Email address;Phone;Company;Shoe size\r
Hanna Lindqvist;hanna@velo.example;+46 70 555 01 42;Velo;38\r
Piet Mulder;;;;44\r
;nobody@velo.example;;;\r
Zoë Keller;nowhere;;;";

fn count(instance: &Instance) -> i64 {
    instance.count("SELECT count(*) FROM contacts")
}

#[test]
fn a_table_is_seen_before_it_is_stored_and_refused_lines_say_why() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.agent.get("/contacts").click("Import");
    let page = page.form("Preview").with("Table", TABLE).submit();
    page.expect(200, "Would be imported: 2 contacts").expect(200, "Refused: 2 lines");
    page.expect(200, "a contact has no such field: Shoe size.");
    assert_eq!(page.all("td.num"), ["4", "5"], "the lines of the table");
    page.expect(200, "Name: Please fill this in.");
    page.row("Email address: This is not an email address.").expect(200, "Zoë Keller");
    assert_eq!(count(&instance), 0, "nothing is stored yet");

    let form = page.form("Import");
    let page = form.submit();
    page.expect(200, "Imported 2 contacts.").expect(200, "Refused: 2 lines");
    let found = cast.manager.get("/contacts?q=VELO");
    assert_eq!(found.all(".contact-row b"), ["Hanna Lindqvist"]);

    // The same again: whom the workspace knows by address is not there twice.
    let page = form.submit();
    page.expect(200, "There is a contact with this email address already.");
    page.expect(200, "Imported 1 contact.");
    assert_eq!(instance.count("SELECT count(*) FROM contacts WHERE name LIKE 'Hanna%'"), 1);
}

#[test]
fn what_is_no_table_comes_back() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.agent.get("/contacts/import");
    page.form("Preview").submit().expect(422, "Please fill this in.");
    let page = page.form("Preview").with("Table", "Mail\nhanna@velo.example").submit();
    page.expect(422, "The first line has no column “Name”.");
    assert_eq!(page.form("Preview").value("table"), Some("Mail\nhanna@velo.example"));
    let page = page.form("Preview").with("Table", "Name\n \u{7}").submit();
    page.expect(200, "Would be imported: 0 contacts");
    assert!(!page.has_button("Import"));
    assert_eq!(count(&instance), 0);
}

#[test]
fn what_was_exported_is_imported_elsewhere_as_it_was() {
    let (instance, cast) = Instance::with_cast();
    let table = "Name,Email address,Phone,Company\n\
                 '=1+1,one@velo.example,+46 70 555,\"Velo, \"\"Lyon\"\"\"";
    let page = cast.agent.get("/contacts/import").form("Preview").with("Table", table).submit();
    page.form("Import").submit().expect(200, "Imported 1 contact.");
    let exported = cast.agent.get("/contacts/export").body;
    let page = cast.outsider.get("/contacts/import");
    let page = page.form("Preview").with("Table", exported.trim()).submit();
    page.form("Import").submit().expect(200, "Imported 1 contact.");
    let same = "SELECT count(*) FROM contacts WHERE name = '=1+1' AND phone = '+46 70 555'
                AND company = 'Velo, \"Lyon\"' AND email = 'one@velo.example'";
    assert_eq!(instance.count(same), 2);
}
