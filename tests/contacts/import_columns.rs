//! What the columns of a table hold: names that are missing, notes, numbers and dates of
//! another country.

use super::import::{send, take};
use crate::support::{Instance, Page};

fn names(page: &Page) -> Vec<String> {
    page.all(".contact-row b")
}

#[test]
fn whoever_has_an_address_and_no_name_is_named_after_it() {
    let (instance, cast) = Instance::with_cast();
    let browser = &cast.agent.browser;
    let page = send(browser, "a.csv", b"Email\nhanna@velo.example\nJo.Berg@velo.example\n");
    page.expect(200, "2 new contacts").expect(200, "0 lines refused");
    page.expect(200, "new contacts are named after their address");
    take(&instance, browser, &page).expect(200, "2 contacts added");
    assert_eq!(names(&cast.agent.get("/contacts")), ["hanna", "jo.berg"]);
    // A row without a name leaves the one that there is.
    let page = send(browser, "b.csv", b"Name,Email\nHanna Lindqvist,hanna@velo.example");
    take(&instance, browser, &page).expect(200, "1 contact updated");
    let page = send(browser, "c.csv", b"Name,Email,Phone\n,hanna@velo.example,+46 70\n,,+46 8");
    page.row("Name: Please fill this in, or the email address.").expect(200, "+46 8");
    take(&instance, browser, &page).expect(200, "1 contact updated");
    assert_eq!(names(&cast.agent.get("/contacts?q=hanna")), ["Hanna Lindqvist"]);
}

#[test]
fn a_note_comes_along_once_however_often_its_table_does() {
    let (instance, cast) = Instance::with_cast();
    let table = "Name;Email;Notizen\nHanna;hanna@velo.example;\"Pays late.\nAsk first.\"\n\
                 Jo;jo@velo.example;\n";
    let notes = "SELECT count(*) FROM contact_notes";
    for member in [&cast.agent, &cast.agent, &cast.manager] {
        let page = send(&member.browser, "notes.csv", table.as_bytes());
        take(&instance, &member.browser, &page).expect(200, "Import finished");
        assert_eq!(instance.count(notes), 1, "{}", member.name);
    }
    let hanna = instance.count("SELECT id FROM contacts WHERE name = 'Hanna'");
    let page = cast.agent.get(&format!("/contacts/{hanna}"));
    page.expect(200, "Pays late.").expect(200, "Ask first.");
    let by = "SELECT count(*) FROM contact_notes WHERE author_id =";
    assert_eq!(instance.count(&format!("{by} {}", cast.agent.membership_id)), 1);
    // Another text is another note.
    let page = send(&cast.agent.browser, "more.csv", table.replace("late", "early").as_bytes());
    take(&instance, &cast.agent.browser, &page).expect(200, "2 contacts updated");
    assert_eq!(instance.count(notes), 2);
}

#[test]
fn a_column_without_a_place_leads_to_a_contact_field() {
    let (_instance, cast) = Instance::with_cast();
    let table = b"Name,Email,Shoe size\nHanna,hanna@velo.example,38";
    let page = send(&cast.agent.browser, "a.csv", table);
    page.expect(200, "Columns without a place are not imported. A Manager can make");
    let page = send(&cast.manager.browser, "a.csv", table);
    assert_eq!(page.link("Make a contact field"), "/settings/contact-fields/new");
    let page = send(&cast.agent.browser, "b.csv", b"Name,Email,Shoe size\nHanna,h@velo.example,");
    assert!(!page.says("Columns without a place"), "nothing stands in it");
}

#[test]
fn a_table_without_headings_is_told_of() {
    let (_instance, cast) = Instance::with_cast();
    let words = "The first line looks like a contact. Add a line of headings above it";
    let bare = send(&cast.agent.browser, "a.csv", b"Hanna,hanna@velo.example\nJo,jo@velo.example");
    bare.expect(200, words);
    let page = send(&cast.agent.browser, "b.csv", b"Name,E-mail\nJo,jo@velo.example");
    assert!(!page.says(words));
}

#[test]
fn numbers_and_dates_of_another_country_are_read_as_they_are_meant_or_refused() {
    let (instance, cast) = Instance::with_cast();
    for (name, kind) in [("Umsatz", "number"), ("Seit", "date")] {
        let field = [("name", name), ("kind", kind)];
        cast.manager.browser.post("/settings/contact-fields/new", &field).expect(200, name);
    }
    let browser = &cast.agent.browser;
    let german = "Name;Umsatz;Seit\nHanna;1.234,56;24.12.2025\nJo;1.234;1.2.25\nKim;-2.000;\n\
                  Lou;1.234;";
    let page = send(browser, "german.csv", german.as_bytes());
    page.row("Seit: This is not a date.").expect(200, "Jo");
    page.expect(200, "3 new contacts").expect(200, "1 line refused");
    take(&instance, browser, &page).expect(200, "3 contacts added");
    let stored = |value: &str| {
        instance.count(&format!("SELECT count(*) FROM contact_values WHERE value = '{value}'"))
    };
    assert_eq!(["1234.56", "1234", "-2000", "2025-12-24"].map(stored), [1; 4]);
    let unclear = "Name;Umsatz\nAda;1,234\nBo;1.234\nCy;7";
    let page = send(browser, "unclear.csv", unclear.as_bytes());
    page.row("1.234 could be two numbers.").expect(200, "Bo");
    page.expect(200, "1 new contact").expect(200, "2 lines refused");
}
