//! `/search`: what was said, subjects and contacts; only what the viewer may see.

mod noted;
mod pages;
mod spread;

use crate::support::{Instance, Member, Page};

#[track_caller]
fn search(by: &Member, words: &str) -> Page {
    let page = by.get("/inbox").click("Search").form("Search").with("Search", words).submit();
    assert_eq!(page.status, 200, "{words}");
    page
}

/// The contacts of the conversations that were found, in their order.
fn found(page: &Page) -> Vec<String> {
    page.all(".found .row-name")
}

fn marks(page: &Page) -> Vec<String> {
    page.all("mark")
}

#[test]
fn what_customers_and_members_wrote_is_found_and_marked() {
    let (instance, cast) = Instance::with_cast();
    cast.manager.get("/search").expect(200, "What are you looking for?");
    let (id, _) =
        cast.customer_writes(&instance, "Hanna Lindqvist", "Is the rear hanger in stock?");
    cast.customer_writes(&instance, "Kofi Mensah", "Where is my order?");
    cast.agent
        .open(id)
        .form("Claim and send")
        .with("Reply", "Two derailleurs are left.")
        .submit()
        .expect(200, "Claimed and sent.");
    cast.agent.open(id).form("Add note").with("Note", "Rides a **gravel** bike.").submit();
    for (words, marked) in [
        ("hanger", "hanger"),
        ("HANGER", "hanger"),
        ("hang", "hanger"),
        ("stock rear", "rear"),
        ("\"rear hanger\"", "rear"),
        ("derailleur", "derailleurs"),
        ("gravel", "gravel"),
    ] {
        let page = search(&cast.manager, words);
        assert_eq!(found(&page), ["Hanna Lindqvist"], "{words}");
        assert_eq!(marks(&page)[0], marked, "{words}");
    }
    for words in ["hanger order", "\"hanger rear\"", "anger", "\"hang\"", "zebra"] {
        let page = search(&cast.manager, words);
        page.expect(200, "Nothing found");
        assert_eq!(page.form("Search").value("q"), Some(words));
    }
    // One result for a conversation, with the newest of its words, and the way there.
    let page = search(&cast.manager, "rides");
    page.expect(200, "Mia Chen, note: Rides a gravel bike.");
    let to = page.attribute(".found a", "href");
    assert!(to.starts_with(&format!("/conversations/{id}#message-")), "{to}");
}

#[test]
fn latin_letters_are_found_with_and_without_their_accents() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Anton Külz", "Où est ma commande, s'il vous plaît?");
    cast.customer_writes(&instance, "Jose Ibanez", "Where is the cafe? Андрей knows.");
    instance.execute("UPDATE conversations SET subject = 'Zurück nach Łódź' WHERE id = 1");
    for (words, name, mark) in [
        ("plait", "Anton Külz", "plaît"),
        ("PLAÎT", "Anton Külz", "plaît"),
        ("plai\u{302}", "Anton Külz", "plaît"),
        ("\"vous plait\"", "Anton Külz", "vous"),
        ("zuru", "Anton Külz", "Zurück"),
        ("café", "Jose Ibanez", "cafe"),
        ("андрей", "Jose Ibanez", "Андрей"),
    ] {
        let page = search(&cast.manager, words);
        assert_eq!(found(&page), [name], "{words}");
        assert_eq!(marks(&page)[0], mark, "{words}");
    }
    for (words, name) in [("kulz", "Anton Külz"), ("josé", "Jose Ibanez"), ("IBÁÑ", "Jose Ibanez")]
    {
        let page = search(&cast.agent, words);
        assert_eq!(page.all(".found-person b"), [name], "{words}");
    }
    search(&cast.manager, "андреи").expect(200, "Nothing found");
}

#[test]
fn contacts_are_found_by_all_that_is_known_of_them() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Hello");
    let contact = instance.count("SELECT max(id) FROM contacts");
    let field = [("name", "Frame colour"), ("kind", "text")];
    cast.manager.browser.post("/settings/contact-fields/new", &field).expect(200, "Frame colour");
    let form = cast.agent.get(&format!("/contacts/{contact}")).form("Save contact");
    let form = form.with("Phone", "+46 555 0199").with("Frame colour", "Racing Grün");
    form.with("Company", "Pedalwerk GmbH").submit();
    for words in [
        "lindqv",
        "hanna customer",
        "hanna.lindqvist@customer.example",
        "0199",
        "+465550199",
        "pedalwerk",
        "racing grun",
        "hanna grün",
    ] {
        let page = search(&cast.other_agent, words);
        assert_eq!(page.all(".found-person b"), ["Hanna Lindqvist"], "{words}");
    }
    let page = search(&cast.outsider, "lindqvist");
    page.expect(200, "Nothing found");
    // One that is part of another is not listed.
    cast.customer_writes(&instance, "Hanna Berg", "Me again");
    let other = instance.count("SELECT max(id) FROM contacts");
    let fields = [("into", contact.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    cast.agent.browser.post(&format!("/contacts/{other}/merge"), &fields).expect(200, "Merged");
    for words in ["hanna", "hanna.berg@customer.example"] {
        let page = search(&cast.agent, words);
        assert_eq!(page.all(".found-person b"), ["Hanna Lindqvist"], "{words}");
    }
    // Beside a word that was said, too.
    let page = search(&cast.agent, "racing again");
    assert_eq!(page.all(".found .row-name"), ["Hanna Lindqvist"]);
}

#[test]
fn an_agent_finds_the_queue_and_what_is_theirs_and_nothing_else() {
    let (instance, cast) = Instance::with_cast();
    for (name, owner) in
        [("Ivo", Some(&cast.agent)), ("Nia", Some(&cast.other_agent)), ("Tom", None)]
    {
        let (id, _) = cast.customer_writes(&instance, name, "The same question");
        if let Some(owner) = owner {
            owner.open(id).form("Claim").submit();
        }
    }
    assert_eq!(found(&search(&cast.agent, "question")), ["Tom", "Ivo"]);
    assert_eq!(found(&search(&cast.other_agent, "question")), ["Tom", "Nia"]);
    assert_eq!(found(&search(&cast.manager, "question")), ["Tom", "Nia", "Ivo"]);
    assert!(found(&search(&cast.outsider, "question")).is_empty());
    // Nor by asking for what another owns.
    let path = format!("/search?q=question&owner={}", cast.other_agent.membership_id);
    assert!(found(&cast.agent.get(&path)).is_empty());
    // An inbox for chosen members is not looked through for others.
    instance.execute("UPDATE inboxes SET is_restricted = TRUE");
    assert_eq!(found(&search(&cast.agent, "question")), ["Ivo"]);
    assert_eq!(found(&search(&cast.manager, "question")), ["Tom", "Nia", "Ivo"]);
}

#[test]
fn spam_is_left_out_unless_it_is_asked_for() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Ivo", "Cheap watches");
    cast.agent.open(id).form("Mark as spam").submit();
    assert!(found(&search(&cast.agent, "watches")).is_empty());
    assert!(found(&cast.agent.get("/search?q=watches&status=resolved")).is_empty());
    assert_eq!(found(&cast.agent.get("/search?q=watches&status=spam")), ["Ivo"]);
}

#[test]
fn owner_label_inbox_status_and_days_narrow_it() {
    let (instance, cast) = Instance::with_cast();
    let (ivo, _) = cast.customer_writes(&instance, "Ivo", "A question");
    cast.customer_writes(&instance, "Nia", "A question");
    cast.agent.open(ivo).form("Claim").submit();
    cast.agent.open(ivo).form("Resolve").submit();
    let new = cast.manager.get("/settings/labels/new").form("Save label");
    new.with("Name", "Refund").set("colour", "red").submit();
    cast.agent.open(ivo).form("Add label").with("Label", "Refund").submit();
    let page = search(&cast.manager, "question");
    let narrowed =
        |field: &str, choice: &str| found(&page.form("Search").with(field, choice).submit());
    assert_eq!(narrowed("Owner", "Mia Chen"), ["Ivo"]);
    assert_eq!(narrowed("Owner", "Unassigned"), ["Nia"]);
    assert_eq!(narrowed("With label", "Refund"), ["Ivo"]);
    assert_eq!(narrowed("Status", "Open"), ["Nia"]);
    assert_eq!(narrowed("Status", "Resolved"), ["Ivo"]);
    instance.execute(&format!(
        "UPDATE messages SET created_at = '2026-01-31 22:30:00' WHERE conversation_id = {ivo}"
    ));
    instance.execute(&format!(
        "UPDATE conversations SET created_at = '2026-01-31 22:30:00' WHERE id = {ivo}"
    ));
    // 23:30 of that day in Berlin.
    let days = |from: &str, to: &str| {
        found(&page.form("Search").with("From", from).with("To", to).submit())
    };
    assert_eq!(days("2026-01-31", "2026-01-31"), ["Ivo"]);
    assert_eq!(days("2026-02-01", ""), ["Nia"]);
    assert_eq!(days("", "2026-01-30"), Vec::<String>::new());
    assert_eq!(days("soon", "later").len(), 2);
    // Days that cannot be are said.
    let typed =
        |from: &str, to: &str| page.form("Search").with("From", from).with("To", to).submit();
    typed("soon", "").expect(200, "A day in this search does not exist, so it was left out.");
    let swapped = typed("2026-02-01", "2026-01-30");
    swapped.expect(422, "This is before the day in From.");
    assert_eq!(swapped.all("#to[aria-invalid][autofocus]").len(), 1);
    assert!(!swapped.says("Nothing found") && found(&swapped).is_empty());
    // What is gone is said.
    let gone = "/search?q=question&owner=999&label=999&inbox=999";
    let page = cast.manager.get(gone);
    for words in ["owner", "label", "inbox"] {
        page.expect(200, &format!("The {words} in this search "));
    }
}

#[test]
fn nothing_that_is_typed_breaks_it() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Ivo", "What of <b>this</b> & \"that\"? It’s 100 % ½ 🚲");
    let long = "word ".repeat(2000);
    for words in [
        "\"",
        "\"\"",
        "*",
        "-this",
        "this OR that",
        "this AND",
        "NOT",
        "NEAR(this that)",
        "place:w1",
        "^this",
        "(this",
        "this)",
        "'",
        "';--",
        "\\",
        "a:*",
        "&",
        "|",
        "!",
        "<->",
        "½",
        "🚲",
        "%",
        "\0",
        "a\0b",
        "#1",
        "w1",
        &long,
        &"x".repeat(10_000),
        "日本語",
        "ﷺ",
        "e\u{301}",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let page = cast.manager.get(&format!("/search?q={encoded}&before=x&from=0&status=no"));
        assert_eq!(page.status, 200, "{words:?}");
    }
    let page = search(&cast.manager, "this that");
    assert_eq!(found(&page), ["Ivo"]);
    assert!(
        page.body.contains("&#60;b&#62;<mark>this</mark>&#60;/b&#62;"),
        "it is escaped, then marked"
    );
}

#[test]
fn what_changes_is_found_as_it_is_now() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Ivo", "An alpha");
    instance.execute(&format!("UPDATE messages SET body = 'A beta' WHERE conversation_id = {id}"));
    instance.execute("UPDATE conversations SET subject = 'A gamma'");
    assert!(found(&search(&cast.manager, "alpha")).is_empty());
    assert_eq!(found(&search(&cast.manager, "beta")), ["Ivo"]);
    assert_eq!(marks(&search(&cast.manager, "gamma")), ["gamma"]);
    let contact = instance.count("SELECT max(id) FROM contacts");
    let page = cast.admin.get(&format!("/contacts/{contact}/delete"));
    page.form("Delete contact").submit();
    for words in ["beta", "gamma", "ivo"] {
        search(&cast.manager, words).expect(200, "Nothing found");
    }
}

#[test]
fn results_go_on_with_older_ones_and_none_stands_twice() {
    let (instance, cast) = Instance::with_cast();
    let names: Vec<String> = (1..=45).map(|n| format!("Customer {n}")).collect();
    for name in &names {
        instance.execute("DELETE FROM attempts");
        let (_, customer) = cast.customer_writes(&instance, name, "A question");
        let chat = customer.get(&cast.chat_path()).form("Send");
        chat.with("Message", "One more question").submit();
    }
    let mut page = search(&cast.manager, "question");
    let mut all = found(&page);
    while let Some(older) = page.find_link("Older") {
        page = cast.manager.get(&older);
        all.extend(found(&page));
        assert!(all.len() <= 45, "{all:?}");
    }
    let newest_first: Vec<String> = names.into_iter().rev().collect();
    assert_eq!(all, newest_first);
    page.click("Newest").expect(200, "Customer 45");
}

#[test]
fn words_in_many_places_are_looked_for_from_the_newest_on() {
    use baton::db::Utc;
    use baton::models::contact::bulk::{NewContact, write_contacts};
    use baton::models::history::{self, Event, Story};
    use chrono::TimeDelta;
    let (instance, cast) = Instance::with_cast();
    let inbox_id = instance.count("SELECT min(id) FROM inboxes");
    let at = |n: i64| Utc::now().minus(TimeDelta::minutes(20_000 - n));
    instance.write(|conn| {
        let contact = NewContact {
            name: "Nia".to_owned(),
            email: None,
            phone: None,
            company: None,
            created_at: at(0),
            values: Vec::new(),
        };
        let contact_id = write_contacts(conn, cast.workspace_id, &[contact])?[0];
        let stories: Vec<Story> = (0..7000)
            .map(|n| Story {
                inbox_id,
                contact_id,
                contact_name: "Nia".to_owned(),
                events: vec![(
                    at(n),
                    Event::Customer(match n {
                        3 => "A common needle".to_owned(),
                        4 => "Common hay, once more".to_owned(),
                        n if n < 5500 => "Common straw".to_owned(),
                        _ => "Common hay".to_owned(),
                    }),
                )],
                read_by: Vec::new(),
                notify: false,
            })
            .collect();
        history::write_stories(conn, cast.workspace_id, &stories)
    });
    let first = |words: &str| {
        let page = search(&cast.manager, words);
        page.all(".found .found-text").first().cloned().unwrap_or_default()
    };
    assert_eq!(first("common"), "Common hay");
    assert_eq!(first("needle"), "A common needle");
    assert_eq!(first("straw"), "Common straw");
    assert_eq!(first("hay once"), "Common hay, once more");
    assert_eq!(first("straw hay"), "");
}
