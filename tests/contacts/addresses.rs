//! The addresses of a contact that others have become part of.

use super::{address, contact_of};
use crate::support::{Cast, EmailInbox, Instance};

const ONE: &str = "al@one.example";
const TWO: &str = "al@two.example";

/// Somebody who writes by mail from two addresses, as two contacts.
struct Al {
    instance: Instance,
    cast: Cast,
    inbox: EmailInbox,
    one: i64,
    two: i64,
}

impl Al {
    fn new() -> Self {
        let (instance, cast) = Instance::with_cast();
        let inbox = cast.email_inbox(&instance);
        let mut al = Self { instance, cast, inbox, one: 0, two: 0 };
        al.one = al.writes_from(ONE);
        al.two = al.writes_from(TWO);
        al
    }

    /// A new mail from an address; answers whose it is.
    fn writes_from(&self, from: &str) -> i64 {
        let subject = format!("Number {}", self.instance.count("SELECT count(*) FROM messages"));
        let mail = self.inbox.mail(&format!("Al Smith <{from}>"), &subject, "Where is it?");
        contact_of(&self.instance, self.inbox.takes(&self.instance, mail.raw()).0)
    }

    #[track_caller]
    fn merges(&self, from: i64, into: i64) {
        let merge = format!("/contacts/{from}/merge?into={into}");
        self.cast.agent.get(&merge).form("Merge").submit().expect(200, "Merged into");
    }

    #[track_caller]
    fn undoes(&self, into: i64) {
        let page = self.cast.agent.get(&address(into)).form("Undo merge").submit();
        page.expect(200, "is a separate contact again.");
    }
}

#[test]
fn mail_from_the_address_of_a_merged_contact_is_of_the_one_that_is_left() {
    let al = Al::new();
    let page = al.cast.agent.get(&format!("/contacts/{}/merge?into={}", al.one, al.two));
    page.expect(200, "Mail from al@one.example belongs to Al Smith from then on.");
    page.form("Merge").submit().expect(200, "Merged into Al Smith.");
    assert_eq!(al.writes_from(ONE), al.two);
    let page = al.cast.agent.get(&address(al.two));
    page.expect(200, "Also writes from al@one.example.").expect(200, "3 conversations");
    let found = al.cast.agent.get("/contacts?q=al%40one");
    assert_eq!(found.all(".contact-row b"), ["Al Smith"]);
    // The merge is over, and the address stays.
    al.instance.execute("UPDATE contact_merges SET created_at = '2026-01-01 00:00:00'");
    al.instance.execute(
        "UPDATE contacts SET merged_at = '2026-01-01 00:00:00' WHERE merged_at IS NOT NULL",
    );
    al.instance.sweep();
    assert_eq!(al.writes_from(ONE), al.two);
    assert_eq!(al.instance.count("SELECT count(*) FROM contacts"), 1);
    let export = al.cast.admin.get("/settings/workspace/export").body;
    assert!(export.contains("\"other_emails\":[\"al@one.example\"]"), "{export}");
    // It goes with the contact.
    al.cast.admin.get(&format!("/contacts/{}/delete", al.two)).form("Delete contact").submit();
    assert_ne!(al.writes_from(ONE), al.two);
    al.cast.agent.get("/contacts").expect(200, "al@one.example");
}

#[test]
fn a_merge_that_is_undone_gives_the_address_back() {
    let al = Al::new();
    al.merges(al.one, al.two);
    assert_eq!(al.writes_from(ONE), al.two);
    al.undoes(al.two);
    assert_eq!(al.writes_from(ONE), al.one);
    assert_eq!(al.writes_from(TWO), al.two);
    assert_eq!(al.instance.count("SELECT count(*) FROM contacts"), 2);
    assert!(!al.cast.agent.get(&address(al.two)).says("Also writes from"));
    assert_eq!(al.cast.agent.get("/contacts?q=al%40one").all(".contact-row b").len(), 1);
}

#[test]
fn addresses_follow_from_contact_to_contact_and_back() {
    let al = Al::new();
    let three = al.writes_from("al@three.example");
    al.merges(al.one, al.two);
    al.merges(al.two, three);
    for from in [ONE, TWO] {
        assert_eq!(al.writes_from(from), three);
    }
    let page = al.cast.agent.get(&address(three));
    page.expect(200, "Also writes from al@one.example and al@two.example.");
    al.undoes(three);
    for from in [ONE, TWO] {
        assert_eq!(al.writes_from(from), al.two);
    }
    al.undoes(al.two);
    assert_eq!(al.writes_from(ONE), al.one);
}

#[test]
fn an_address_that_came_over_is_not_told_twice() {
    let al = Al::new();
    al.cast.agent.get(&address(al.two)).form("Save contact").with("Email address", "").submit();
    al.merges(al.one, al.two);
    assert!(!al.cast.agent.get(&address(al.two)).says("Also writes from"));
    assert_eq!(al.writes_from(ONE), al.two);
}

#[test]
fn who_has_an_address_now_comes_before_who_had_it() {
    let al = Al::new();
    al.merges(al.one, al.two);
    let three = al.writes_from("al@three.example");
    // It is told, and the way to one contact.
    let form = al.cast.agent.get(&address(three)).form("Save contact");
    let page = form.with("Email address", ONE).submit();
    page.expect(422, "Al Smith has this address already.").expect(422, "Nothing is saved yet.");
    assert_eq!(page.form("Save contact").value("email"), Some(ONE));
    page.click("Merge with Al Smith").expect(200, "becomes part of Al Smith");
    al.instance.execute(&format!("UPDATE contacts SET email = '{ONE}' WHERE id = {three}"));
    assert_eq!(al.writes_from(ONE), three);
}

#[test]
fn an_address_that_is_replaced_stays_beside_the_new_one_until_it_is_removed() {
    let al = Al::new();
    let new = "al@new.example";
    let save = |email: &str| {
        let form = al.cast.agent.get(&address(al.one)).form("Save contact");
        form.with("Email address", email).submit()
    };
    save(new).expect(200, "Also writes from al@one.example.");
    for from in [ONE, new] {
        assert_eq!(al.writes_from(from), al.one);
    }
    save(TWO).expect(422, "Al Smith has this address already.");
    let export = al.cast.agent.get("/contacts/export").body;
    assert!(export.contains(",al@one.example,\r\n") || export.contains(",al@one.example,\n"));
    // Back again, they change places.
    let page = save(ONE);
    page.expect(200, "Also writes from al@new.example.");
    page.form("Remove").submit().expect(200, "Removed al@new.example.");
    assert_ne!(al.writes_from(new), al.one);
    assert!(!al.cast.agent.get(&address(al.one)).says("Other addresses"));
}

#[test]
fn a_merge_that_is_undone_leaves_an_address_to_one_contact() {
    let al = Al::new();
    al.merges(al.one, al.two);
    let form = al.cast.agent.get(&address(al.two)).form("Save contact");
    form.with("Email address", ONE).submit().expect(200, "Also writes from al@two.example.");
    al.undoes(al.two);
    let of = |id: i64| al.cast.agent.get(&address(id)).form("Save contact");
    assert_eq!(of(al.one).value("email"), Some(ONE));
    assert_eq!(of(al.two).value("email"), Some(TWO));
    assert_eq!((al.writes_from(ONE), al.writes_from(TWO)), (al.one, al.two));
    assert_eq!(al.instance.count("SELECT count(*) FROM contact_addresses"), 0);
}

#[test]
fn a_merge_names_what_is_not_kept_and_keeps_it_in_a_note() {
    let al = Al::new();
    for (id, name, phone) in
        [(al.one, "Al Smith", "+46 70 1"), (al.two, "Albert Smith", "+46 70 2")]
    {
        let form = al.cast.agent.get(&address(id)).form("Save contact");
        form.with("Name", name).with("Phone", phone).submit().expect(200, "Saved");
    }
    al.cast.agent.get(&address(al.one)).form("Block").submit().expect(200, "Blocked.");
    al.cast.agent.get("/contacts").expect(200, "Blocked");
    assert!(al.cast.agent.get("/contacts/export").body.contains(",Yes"));
    let page = al.cast.agent.get(&format!("/contacts/{}/merge?into={}", al.one, al.two));
    page.expect(200, "Albert Smith becomes blocked, as Al Smith is.");
    page.expect(200, "Kept in a note only: name Al Smith and phone +46 70 1.");
    page.form("Merge").submit().expect(200, "Of Al Smith: name Al Smith and phone +46 70 1.");
    al.undoes(al.two);
    for id in [al.one, al.two] {
        assert!(!al.cast.agent.get(&address(id)).says("Of Al Smith:"));
    }
}

#[test]
fn whoever_is_blocked_is_so_at_the_address_of_a_merged_contact() {
    let al = Al::new();
    al.merges(al.one, al.two);
    al.cast.agent.get(&address(al.two)).form("Block").submit().expect(200, "Blocked.");
    assert_eq!(al.writes_from(ONE), al.two);
    let spam = "SELECT count(*) FROM conversations WHERE spam_at IS NOT NULL";
    assert_eq!(al.instance.count(spam), 1);
    let form = al.instance.browser().get(&al.cast.chat_path()).form("Send");
    let form = form.with("Your name", "Al").with("Email address", ONE).with("Message", "Pills");
    form.submit().expect(403, "Your message could not be sent.");
}

#[test]
fn what_a_customer_began_since_the_merge_is_theirs_once_it_is_undone() {
    let al = Al::new();
    al.merges(al.one, al.two);
    for address in [ONE, TWO] {
        assert_eq!(al.writes_from(address), al.two);
        // What a member begins, too.
        let form = al.cast.agent.get("/inbox").click("New conversation").form("Send");
        let form = form.with("To", address).with("Subject", "Your bell");
        form.with("Message", "It is here.").submit().expect(200, "You own this");
    }
    al.cast.agent.get(&address(al.two)).expect(200, "6 conversations");
    al.cast.agent.get(&address(al.two)).form("Block").submit().expect(200, "Blocked.");
    al.undoes(al.two);
    for (contact, from) in [(al.one, ONE), (al.two, TWO)] {
        al.cast.agent.get(&address(contact)).expect(200, "3 conversations");
        let with = format!(
            "SELECT count(*) FROM conversations c
             JOIN messages m ON m.conversation_id = c.id JOIN mails l ON l.message_id = m.id
             WHERE c.contact_id = {contact} AND (l.from_address = '{from}' OR l.to_list LIKE '%{from}%')"
        );
        assert_eq!(al.instance.count(&with), 3, "{from}");
    }
    // Of the two only one is blocked, whom the reports leave out.
    let told =
        "SELECT count(*) FROM report_facts r JOIN conversations c ON c.id = r.conversation_id";
    for (contact, hidden) in [(al.one, 0), (al.two, 1)] {
        let of = format!("{told} WHERE c.contact_id = {contact}");
        assert_eq!(
            al.instance.count(&of),
            al.instance.count(&format!("{of} AND hidden = {hidden}"))
        );
    }
}

#[test]
fn of_lines_with_several_addresses_of_one_contact_the_first_is_taken() {
    let al = Al::new();
    al.merges(al.one, al.two);
    let field = [("name", "Frame size"), ("kind", "number")];
    al.cast.manager.browser.post("/settings/contact-fields/new", &field).expect(200, "Frame size");
    let strangers: String = (0..600).map(|n| format!("Customer {n},,1\n")).collect();
    // Beside each other, and in two batches, of which another node takes the second.
    for between in ["", &strangers] {
        let table = format!(
            "Name,Email address,Frame size\nAl First,{TWO},54\n{between}Al Second,{ONE},56"
        );
        let page =
            al.cast.agent.get("/contacts/import").form("Preview").with("Table", &table).submit();
        page.row("A line above is of the same contact.").expect(200, "Al Second");
        let counts = ["1 contact updated", "1 line refused"];
        assert_eq!(page.all(".import-counts li")[1..], counts);
        let running = page.form("Start import").submit();
        assert!(al.instance.run_import(1));
        al.instance.run_imports();
        let report = al.cast.agent.get(&running.path);
        report.expect(200, "Import finished");
        assert_eq!(report.all(".import-counts li")[1..], counts);
    }
    let form = al.cast.agent.get(&address(al.two)).form("Save contact");
    assert_eq!(form.value("name"), Some("Al First"));
    let second = "SELECT count(*) FROM contact_values WHERE value = '56'";
    assert_eq!(al.instance.count(second), 0);
}

#[test]
fn a_table_finds_a_contact_by_the_address_of_a_merged_one() {
    let al = Al::new();
    al.merges(al.one, al.two);
    let table = "Name,Email address,Phone\nAl Smith,al@one.example,+44 20 555 01 42";
    let page = al.cast.agent.get("/contacts/import").form("Preview").with("Table", table).submit();
    let counts = page.all(".import-counts li");
    assert_eq!(counts, ["0 new contacts", "1 contact updated", "0 lines refused"]);
    page.form("Start import").submit();
    al.instance.run_imports();
    let form = al.cast.agent.get(&address(al.two)).form("Save contact");
    assert_eq!(form.value("phone"), Some("+44 20 555 01 42"));
    assert_eq!(form.value("email"), Some(TWO), "its own address stays");
}
