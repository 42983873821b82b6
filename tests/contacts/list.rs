//! The list: search, order, pages.

use crate::support::{Instance, Member, Page};

/// Contacts past every form, with what the list goes by; their letters have no accents.
fn contacts(instance: &Instance, workspace_id: i64, rows: &[(&str, &str, &str)]) {
    for (name, email, company) in rows {
        let (sort, search) =
            (name.to_lowercase(), format!("{name}\n{email}\n{company}").to_lowercase());
        instance.execute(&format!(
            "INSERT INTO contacts (workspace_id, name, email, company, sort_name, search_text,
                                   created_at)
             VALUES ({workspace_id}, '{name}', '{email}', '{company}', '{sort}', '{search}',
                     CURRENT_TIMESTAMP)"
        ));
    }
}

fn names(page: &Page) -> Vec<String> {
    page.all(".contact-row b")
}

fn search(member: &Member, words: &str) -> Vec<String> {
    names(&member.get("/contacts").form("Search").with("Search contacts", words).submit())
}

#[test]
fn contacts_are_found_by_name_address_and_company_whatever_case_and_accents() {
    let (instance, cast) = Instance::with_cast();
    let rows = [("100% Bio", "hello@bio.example", ""), ("1000 Bio", "hi@bio.example", "")];
    contacts(&instance, cast.workspace_id, &rows);
    for (name, email, company) in [
        ("Zoë Keller", "zoe@mail.example", ""),
        ("Élodie Martin", "elodie@velo.example", "Vélo Lyon"),
        ("Ella Berg", "ella@mail.example", ""),
    ] {
        cast.customer_writes(&instance, name, "Hello");
        let contact = instance.count("SELECT max(id) FROM contacts");
        let form = cast.manager.get(&format!("/contacts/{contact}")).form("Save contact");
        let form = form.with("Email address", email).with("Company", company);
        form.submit().expect(200, "Saved ");
    }
    for words in ["éLODIE", "elodie m", "VÉLO", "velo lyon", "Ve\u{301}lo L"] {
        assert_eq!(search(&cast.agent, words), ["Élodie Martin"], "{words}");
    }
    assert_eq!(search(&cast.agent, "zoe@"), ["Zoë Keller"]);
    assert_eq!(search(&cast.agent, "kéller"), ["Zoë Keller"]);
    let sorted = names(&cast.agent.get("/contacts"));
    assert_eq!(sorted[2..], ["Ella Berg", "Élodie Martin", "Zoë Keller"], "é as e");
    assert_eq!(search(&cast.agent, "100%"), ["100% Bio"], "a sign of patterns is a sign");
    assert_eq!(search(&cast.agent, "_"), [""; 0]);
    assert_eq!(search(&cast.outsider, "élodie"), [""; 0], "another workspace's");
    let page = cast.agent.get("/contacts?q=nobody");
    page.expect(200, "Nobody found").expect(200, "“nobody”");
    cast.agent.get("/contacts?q=%00&after=7-x%00").expect(200, "Nobody found");
}

#[test]
fn the_words_may_stand_anywhere_and_a_phone_be_national_or_international() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Hello");
    let contact = instance.count("SELECT max(id) FROM contacts");
    let form = cast.manager.get(&format!("/contacts/{contact}")).form("Save contact");
    let form = form.with("Phone", "+46 (0)70 123 45 67").with("Company", "Velo Lyon");
    form.submit().expect(200, "Saved ");
    cast.customer_writes(&instance, "Hanna Berg", "Hello");
    for words in ["lindqvist hanna", "velo hanna", "hanna +4670"] {
        assert_eq!(search(&cast.agent, words), ["Hanna Lindqvist"], "{words}");
    }
    assert_eq!(search(&cast.agent, "hanna kofi"), [""; 0]);
    for number in ["070 123 45 67", "+46 70 123 45 67", "0046701234567", "+46 (0)70-123 45 67"] {
        assert_eq!(search(&cast.agent, number), ["Hanna Lindqvist"], "{number}");
        let query: String = url::form_urlencoded::byte_serialize(number.as_bytes()).collect();
        let page = cast.agent.get(&format!("/search?q={query}"));
        assert_eq!(page.all(".found-person b"), ["Hanna Lindqvist"], "{number}");
        assert_eq!(page.all(".found .row-name"), ["Hanna Lindqvist"], "{number}");
    }
    let merge = cast.agent.get(&format!("/contacts/{}/merge?q=lindqvist+hanna", contact + 1));
    merge.expect(200, "Choose");
}

#[test]
fn contacts_are_found_by_phone_as_it_was_typed_and_as_it_is_dialled() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Hello");
    let contact = instance.count("SELECT max(id) FROM contacts");
    let form = cast.manager.get(&format!("/contacts/{contact}")).form("Save contact");
    form.with("Phone", "+46 (70) 555-01 42").submit().expect(200, "Saved ");
    let check = || {
        for words in ["+46 (70) 555", "+46705550142", "705550142"] {
            assert_eq!(search(&cast.agent, words), ["Hanna Lindqvist"], "{words}");
        }
    };
    check();
    // As an older Baton left it.
    instance.execute("UPDATE contacts SET search_text = 'hanna lindqvist'");
    assert_eq!(search(&cast.agent, "705550142"), [""; 0]);
    let database = if crate::support::is_postgres() { "postgres" } else { "sqlite" };
    let folder = format!("migrations/{database}/2026-11-30-000312_contacts_by_phone/up.sql");
    instance.execute(&std::fs::read_to_string(folder).expect("the migration"));
    instance.sweep();
    check();
}

#[test]
fn who_was_last_seen_is_who_wrote_and_not_whose_conversation_was_put_away() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    instance.execute("UPDATE messages SET created_at = '2020-02-03 10:00:00'");
    cast.customer_writes(&instance, "Kofi Mensah", "Where is my order?");
    cast.agent.open(id).form("Claim and send").with("Reply", "It is.").submit();
    cast.agent.open(id).form("Resolve").submit();
    for sort in ["name", "seen"] {
        let page = cast.agent.get(&format!("/contacts?sort={sort}"));
        page.row("Hanna Lindqvist").expect(200, "3 Feb 2020");
    }
    assert_eq!(names(&cast.agent.get("/contacts?sort=seen")), ["Kofi Mensah", "Hanna Lindqvist"]);
}

#[test]
fn a_contact_who_just_wrote_is_in_the_list() {
    let (instance, cast) = Instance::with_cast();
    cast.agent.get("/inbox").click("Contacts").expect(200, "No contacts yet");
    cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    assert_eq!(search(&cast.agent, "LINDQ"), ["Hanna Lindqvist"]);
}

#[test]
fn every_contact_is_on_one_page_of_either_order() {
    let (instance, cast) = Instance::with_cast();
    let rows: Vec<String> = (0..120).map(|n| format!("Name {:03}", n * 7 % 60)).collect();
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|name| (name.as_str(), "", "")).collect();
    contacts(&instance, cast.workspace_id, &rows);
    cast.waiting(&instance);
    for sort in ["name", "seen"] {
        let mut page = cast.agent.get(&format!("/contacts?sort={sort}"));
        let mut found = Vec::new();
        let mut links = Vec::new();
        loop {
            found.extend(names(&page));
            let ids = page.html();
            let rows = scraper::Selector::parse("a.contact-row").expect("a selector");
            links.extend(ids.select(&rows).filter_map(|row| row.attr("href").map(str::to_owned)));
            if page.find_link("Next page").is_none() {
                break;
            }
            page = page.click("Next page");
        }
        assert_eq!(found.len(), 121, "{sort}");
        if sort == "name" {
            assert!(found.is_sorted(), "{found:?}");
        } else {
            assert_eq!(found[0], "Hanna Lindqvist", "the one who wrote");
        }
        links.sort();
        links.dedup();
        assert_eq!(links.len(), 121, "{sort}: each once");
        page.click("First page").expect(200, "Next page");
    }
}
