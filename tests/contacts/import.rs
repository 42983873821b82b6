//! A table of contacts from elsewhere.

use crate::support::{Browser, Instance, Page, without_mark};

/// As a browser sends it.
const TABLE: &str = "Name;Email address;Phone;Company;Shoe size\r
Hanna Lindqvist;hanna@velo.example;+46 70 555 01 42;Velo;38\r
Piet Mulder;;;;44\r
;;+46 8;;\r
Zoë Keller;nowhere;;;";

fn count(instance: &Instance) -> i64 {
    instance.count("SELECT count(*) FROM contacts")
}

/// Sends a file, and shows what it would come to.
pub fn send(browser: &Browser, name: &str, table: &[u8]) -> Page {
    browser.get("/contacts/import").form("Preview").submit_with_file("file", name, table)
}

/// Starts what a preview shows, and waits for the report.
pub fn take(instance: &Instance, browser: &Browser, preview: &Page) -> Page {
    let running = preview.form("Start import").submit();
    running.expect(200, "Importing contacts");
    instance.run_imports();
    browser.get(&running.path)
}

#[test]
fn a_table_is_seen_before_it_is_stored_and_refused_lines_say_why() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.agent.get("/contacts").click("Import");
    let page = page.form("Preview").with("Table", TABLE).submit();
    page.expect(200, "Pasted table has 4 lines, read as UTF-8 with semicolons");
    assert_eq!(
        page.all(".import-counts li"),
        ["2 new contacts", "0 contacts updated", "2 lines refused"]
    );
    assert_eq!(page.all("td.num"), ["4", "5"], "the lines of the table");
    page.row("Email address: This is not an email address.").expect(200, "Zoë Keller");
    let form = page.form("Start import");
    assert_eq!(
        form.options("Column Shoe size"),
        [
            "Not imported",
            "Name",
            "First name",
            "Last name",
            "Email address",
            "Phone",
            "Company",
            "Note"
        ]
    );
    page.row("Shoe size").expect(200, "38 · 44");
    assert_eq!(count(&instance), 0, "nothing is stored yet");

    let running = form.submit();
    running.expect(200, "0 of 4 lines").expect(200, "Refresh");
    assert_eq!(running.attribute("progress", "max"), "4");
    assert!(running.body.contains("http-equiv=\"refresh\""), "without script it comes again");
    form.submit().expect(200, "Importing contacts");
    instance.run_imports();
    let report = cast.manager.get(&running.path);
    report.expect(200, "Import finished");
    assert_eq!(
        report.all(".import-counts li"),
        ["2 contacts added", "0 contacts updated", "2 lines refused"]
    );
    let found = cast.manager.get("/contacts?q=VELO");
    assert_eq!(found.all(".contact-row b"), ["Hanna Lindqvist"]);

    // The refused lines come back as a table, which may be corrected.
    let refused = report.click("Download refused lines");
    assert_eq!(refused.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = without_mark(&refused.body).lines().collect();
    assert_eq!(lines[0], "Name,Email address,Phone,Company,Shoe size,Reason");
    assert_eq!(lines[2], "Zoë Keller,nowhere,,,,Email address: This is not an email address.");
    let corrected = refused.body.replace("nowhere", "zoe@velo.example");
    let page = send(&cast.agent.browser, "refused.csv", corrected.as_bytes());
    page.expect(200, "1 new contact").expect(200, "1 line refused");
    take(&instance, &cast.agent.browser, &page).expect(200, "1 contact added");
    assert_eq!(count(&instance), 3);
    cast.admin.get("/contacts/import").row("refused.csv").expect(200, "1 contact, 1 line refused");
}

#[test]
fn what_the_table_gives_wins_and_what_it_leaves_empty_stays() {
    let (instance, cast) = Instance::with_cast();
    for (name, kind) in [("Frame size", "number"), ("Colour", "text")] {
        let field = [("name", name), ("kind", kind)];
        cast.manager.browser.post("/settings/contact-fields/new", &field).expect(200, name);
    }
    let first = "Name,Mail,Phone,frame SIZE,Colour\nHanna,hanna@velo.example,+46 70,54,teal";
    let page = send(&cast.agent.browser, "first.csv", first.as_bytes());
    take(&instance, &cast.agent.browser, &page).expect(200, "1 contact added");
    let second = "Mail,Company,Frame size,Colour\nHANNA@velo.example,Velo,56.0,\n\
                  ,Velo,1,\nhanna@velo.example,Other,,";
    let page = send(&cast.agent.browser, "second.csv", second.as_bytes());
    page.expect(200, "A contact with the same email address is updated");
    page.row("A line above has the same email address.").expect(200, "Other");
    page.row("Name: Please fill this in, or the email address.").expect(200, "Velo");
    take(&instance, &cast.agent.browser, &page).expect(200, "1 contact updated");
    let contact = instance.count("SELECT max(id) FROM contacts");
    let form = cast.agent.get(&format!("/contacts/{contact}")).form("Save contact");
    let values: Vec<_> = form_values(&form, &["name", "phone", "company"]);
    assert_eq!(values, ["Hanna", "+46 70", "Velo"]);
    let fields = "SELECT count(*) FROM contact_values WHERE value IN ('56', 'teal')";
    assert_eq!(instance.count(fields), 2);
    assert_eq!(cast.agent.get("/contacts?q=56").all(".contact-row b"), ["Hanna"]);
    assert!(cast.agent.get("/contacts?q=54").says("Nobody found"));
    assert_eq!(count(&instance), 1);
}

fn form_values<'a>(form: &'a crate::support::Form, names: &[&str]) -> Vec<&'a str> {
    names.iter().filter_map(|name| form.value(name)).collect()
}

#[test]
fn a_row_is_not_taken_for_a_blocked_stranger_who_typed_its_address_in_a_chat() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "You fools");
    let of = |sql: &str| instance.count(&format!("SELECT {sql} FROM contacts"));
    let stranger = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    cast.agent.get(&format!("/contacts/{stranger}")).form("Block").submit();
    let table = "Name,Email\nHanna L.,hanna.lindqvist@customer.example\n";
    for (counts, contacts) in [("1 contact added", 2), ("1 contact updated", 2)] {
        let preview = send(&cast.agent.browser, "all.csv", table.as_bytes());
        take(&instance, &cast.agent.browser, &preview).expect(200, counts);
        assert_eq!(of("count(*)"), contacts);
    }
    assert_eq!(of("count(CASE WHEN blocked_at IS NULL THEN 1 END)"), 1);
    let name = format!("SELECT count(*) FROM contacts WHERE id = {stranger} AND name = 'Hanna L.'");
    assert_eq!(instance.count(&name), 0, "the stranger stays as they are");
}

#[test]
fn columns_become_what_one_chooses() {
    let (instance, cast) = Instance::with_cast();
    let page = send(&cast.agent.browser, "a.csv", b"Wer,Wo,Firma\nHanna,h@velo.example,Velo");
    page.expect(200, "1 line refused").expect(200, "Name: Please fill this in");
    page.expect(200, "No column is the name or the email address yet: choose it above.");
    assert!(!page.says("Start import"), "nothing would come of it");
    let form = page.form("Update preview").with("Column Wer", "Name");
    let page = form.with("Column Wo", "Email address").submit();
    page.expect(200, "1 new contact").expect(200, "0 lines refused");
    let twice = page.form("Update preview").with("Column Firma", "Name").submit();
    twice.expect(422, "Two columns are set to Name. Choose one of them.");
    let none = page.form("Start import").with("Column Wer", "Not imported");
    let none = none.with("Column Wo", "Not imported").submit();
    none.expect(422, "No column is set to Name or Email address. Choose one.");
    assert_eq!(none.form("Start import").options("Column Firma").len(), 8);
    take(&instance, &cast.agent.browser, &page).expect(200, "1 contact added");
    let same = "SELECT count(*) FROM contacts WHERE name = 'Hanna' AND company = 'Velo'";
    assert_eq!(instance.count(same), 1);
    // It is too late to change them now.
    page.form("Update preview").submit().expect(409, "This import has already been started.");
}

#[test]
fn a_table_of_which_nothing_can_be_stored_is_not_offered_to_be() {
    let (_instance, cast) = Instance::with_cast();
    let page = send(&cast.agent.browser, "a.csv", b"Name,Email\n,h.velo.example\nZoe,nowhere");
    page.expect(200, "Nothing in this table can be imported as it is.");
    page.expect(200, "They would all be left out.");
    assert!(!page.says("Start import"));
    page.form("Cancel import").submit().expect(200, "Nothing was stored.");
}

#[test]
fn what_is_no_table_comes_back() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.agent.get("/contacts/import");
    page.form("Preview").submit().expect(422, "Choose a file, or paste a table below.");
    let page = page.form("Preview").with("Table", "Name\n\n").submit();
    assert_eq!(page.status, 422);
    assert_eq!(
        page.all("#table-error"),
        ["There is no line below the first one, which names the columns."]
    );
    assert_eq!(page.form("Preview").value("table"), Some("Name\n\n"));
    let browser = &cast.agent.browser;
    let page = send(browser, "customers.xlsx", b"PK\x03\x04 and so on");
    page.expect(422, "This is a spreadsheet. Save it as CSV first, and choose that file.");
    let big = vec![b'x'; 26 * 1024 * 1024];
    send(browser, "big.csv", &big).expect(422, "big.csv is larger than 25 MB.");
    assert_eq!(instance.count("SELECT count(*) FROM contact_imports"), 0);
    assert_eq!(instance.count("SELECT count(*) FROM contact_import_parts"), 0);
}

#[test]
fn what_was_exported_is_imported_elsewhere_as_it_was() {
    let (instance, cast) = Instance::with_cast();
    // With a mark, as Excel and Baton write it, before a heading in quotation marks.
    let table = "\u{feff}\"Name\",Email address,Phone,Company\n\
                 '=1+1,one@velo.example,+46 70 555,\"Velo, \"\"Lyon\"\"\"\n\
                 Jörg Müller,joerg@velo.example,,Zoë & Söhne";
    let page = send(&cast.agent.browser, "one.csv", table.as_bytes());
    take(&instance, &cast.agent.browser, &page).expect(200, "2 contacts added");
    let exported = cast.agent.get("/contacts/export").body;
    assert!(without_mark(&exported).starts_with("Name,"), "{exported}");
    let page = send(&cast.outsider.browser, "export.csv", exported.as_bytes());
    take(&instance, &cast.outsider.browser, &page).expect(200, "2 contacts added");
    let same = "SELECT count(*) FROM contacts WHERE name = '=1+1' AND phone = '+46 70 555'
                AND company = 'Velo, \"Lyon\"' AND email = 'one@velo.example'";
    assert_eq!(instance.count(same), 2);
    let umlauts = "SELECT count(*) FROM contacts WHERE name = 'Jörg Müller'
                   AND company = 'Zoë & Söhne' AND email = 'joerg@velo.example'";
    assert_eq!(instance.count(umlauts), 2);
    let bodies =
        [cast.agent.get("/contacts/export").body, cast.outsider.get("/contacts/export").body];
    let people = bodies.map(|body| {
        body.lines().map(|line| line.rsplitn(4, ',').nth(3).map(str::to_owned)).collect::<Vec<_>>()
    });
    assert_eq!(people[0], people[1], "all but since when they are contacts");
    // A table that is pasted may have a mark as well.
    let page =
        cast.outsider.get("/contacts/import").form("Preview").with("Table", &exported).submit();
    page.expect(200, "2 contacts updated");
}

#[test]
fn an_import_belongs_to_its_workspace() {
    let (instance, cast) = Instance::with_cast();
    let page = send(&cast.agent.browser, "a.csv", b"Name,Email\nHanna,h@velo.example\n,x");
    assert_eq!(cast.outsider.get(&page.path).status, 404);
    assert_eq!(cast.outsider.get(&format!("{}/refused", page.path)).status, 404);
    assert!(!cast.outsider.get("/contacts/import").says("a.csv"));
    // An address that is theirs is nobody's here.
    let theirs = send(&cast.outsider.browser, "b.csv", b"Name,Email\nOlga,h@velo.example");
    take(&instance, &cast.outsider.browser, &theirs).expect(200, "1 contact added");
    take(&instance, &cast.agent.browser, &page).expect(200, "1 contact added");
    assert_eq!(count(&instance), 2);
    assert_eq!(instance.count("SELECT count(*) FROM contacts WHERE name = 'Olga'"), 1);
}

#[test]
fn an_import_can_be_cancelled_before_and_in_the_middle() {
    let (instance, cast) = Instance::with_cast();
    let table: String = (0..1200).map(|n| format!("Customer {n}\n")).collect();
    let table = format!("Name\n{table}");
    let page = send(&cast.agent.browser, "many.csv", table.as_bytes());
    let page = page.form("Cancel import").submit();
    page.expect(200, "Import cancelled. Nothing was stored.");
    assert_eq!(instance.count("SELECT count(*) FROM contact_imports"), 0);

    let page = send(&cast.agent.browser, "many.csv", table.as_bytes());
    let running = page.form("Start import").submit();
    assert!(instance.run_import(1));
    let page = cast.manager.get(&running.path);
    page.expect(200, "500 of 1,200 lines");
    let page = page.form("Cancel import").submit();
    page.expect(200, "It ended after 500 of 1,200 lines; what was imported by then stays.");
    instance.run_imports();
    assert_eq!(count(&instance), 500);
    assert_eq!(instance.count("SELECT count(*) FROM contact_import_parts"), 0);
}

#[test]
fn an_import_ends_with_the_membership_of_whoever_started_it() {
    let (instance, cast) = Instance::with_cast();
    let page = send(&cast.agent.browser, "a.csv", b"Name\nHanna");
    let running = page.form("Start import").submit();
    let member = cast.agent.membership_id;
    let remove = format!("/settings/team/members/{member}/remove");
    cast.admin.get(&remove).form("Remove member").submit();
    instance.run_imports();
    cast.manager.get(&running.path).expect(200, "Import cancelled");
    assert_eq!(count(&instance), 0);
}

#[test]
fn nodes_take_a_table_by_themselves() {
    let instance = Instance::start_with_jobs();
    let cast = crate::support::Cast::create(&instance);
    let page = send(&cast.agent.browser, "a.csv", b"Name\nHanna");
    let running = page.form("Start import").submit();
    for _ in 0..200 {
        if cast.agent.get(&running.path).says("Import finished") {
            return assert_eq!(count(&instance), 1);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("nobody took it");
}

#[test]
fn an_import_whose_rows_cannot_be_stored_ends_and_says_so_and_the_others_go_on() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("CREATE UNIQUE INDEX once ON contacts (name) WHERE name = 'Broken'");
    let started = |table: &str| {
        let page = send(&cast.agent.browser, "a.csv", table.as_bytes());
        page.form("Start import").submit()
    };
    let broken = started("Name\nBroken\nBroken");
    let good = started("Name\nHanna");
    for minutes in 1..=5 {
        cast.agent.get(&broken.path).expect(200, "Importing contacts");
        assert!(!instance.try_import(minutes), "its rows are refused by the database");
    }
    assert!(instance.try_import(6), "the next one is taken");
    cast.agent.get(&good.path).expect(200, "Import finished");
    let page = cast.agent.get(&broken.path);
    page.expect(200, "Import failed");
    page.expect(200, "The lines from 2 on could not be stored in 5 tries.");
    page.expect(200, "It ended after 0 of 2 lines");
    cast.agent.get("/contacts/import").expect(200, "Failed after 0 contacts");
    assert_eq!(count(&instance), 1);
}

#[test]
fn tries_that_come_to_something_are_not_counted() {
    let (instance, cast) = Instance::with_cast();
    let table: String = (0..1200).map(|n| format!("Customer {n}\n")).collect();
    let page = send(&cast.agent.browser, "a.csv", format!("Name\n{table}").as_bytes());
    let running = page.form("Start import").submit();
    instance.execute("UPDATE contact_imports SET attempts = 4");
    assert!(instance.run_import(1));
    assert_eq!(instance.count("SELECT attempts FROM contact_imports"), 0);
    instance.run_imports();
    cast.agent.get(&running.path).expect(200, "Import finished");
}

#[test]
fn two_spellings_of_a_domain_are_one_contact_that_both_find() {
    let (instance, cast) = Instance::with_cast();
    let table = "Name,Email address\nJo,jo@münchen.example\nJo,jo@xn--mnchen-3ya.example";
    let page = cast.agent.get("/contacts/import").form("Preview").with("Table", table).submit();
    take(&instance, &cast.agent.browser, &page);
    assert_eq!(count(&instance), 1);
    for words in ["MÜNCHEN", "xn--mnchen"] {
        let page = cast.agent.get("/contacts").form("Search").with("Search contacts", words);
        assert_eq!(page.submit().all(".contact-row b"), ["Jo"], "{words}");
    }
}
