use super::*;
use crate::models::message::Kind;

fn earlier(kind: Kind, from: &str, to: &str, cc: &str) -> Earlier {
    Earlier {
        header_id: "last@x.example".into(),
        refs: "first@x.example".into(),
        subject: "Late".into(),
        from: (String::new(), from.into()),
        to_list: to.into(),
        cc_list: cc.into(),
        reply_to: None,
        is_auto_reply: false,
        kind,
    }
}

fn contact() -> Option<Address> {
    Some(Address::new("Hanna", "hanna@x.example"))
}

fn emails(list: &[Address]) -> Vec<&str> {
    list.iter().map(|one| one.email.as_str()).collect()
}

#[test]
fn a_reply_goes_to_the_customer_and_to_whoever_else_is_in_it() {
    let own = ["help@sprocket.example".to_owned()];
    let last = earlier(
        Kind::Customer,
        "Boss@x.example",
        "help+12-ab@sprocket.example\nHanna <hanna@x.example>",
        "jo@x.example\nhelp@sprocket.example\nBoss@x.example",
    );
    let first = earlier(Kind::Customer, "hanna@x.example", "help@sprocket.example", "");
    let all = [last, first];
    let to = customer(&all, contact(), &own).expect("a customer");
    assert_eq!(to.email, "hanna@x.example");
    assert_eq!(emails(&others(&all[0], &to, &own).0), ["boss@x.example", "jo@x.example"]);

    let kept = earlier(Kind::Reply, "help@sprocket.example", "hanna@x.example", "jo@x.example");
    assert_eq!(emails(&others(&kept, &to, &own).0), ["jo@x.example"]);
}

#[test]
fn an_answer_goes_where_the_customer_wants_it() {
    let own = ["help@sprocket.example".to_owned()];
    let mut mail = earlier(Kind::Customer, "hanna@x.example", "help@sprocket.example", "");
    mail.reply_to = Some("Office <office@x.example>".into());
    let to = customer(std::slice::from_ref(&mail), contact(), &own).expect("a customer");
    assert_eq!(to.to_string(), "Office <office@x.example>");
    // Both of two are answered, and we are not.
    mail.reply_to = Some("help+1@sprocket.example\na@x.example\nb@x.example".into());
    let to = customer(std::slice::from_ref(&mail), contact(), &own).expect("a customer");
    assert_eq!(to.email, "a@x.example");
    assert_eq!(emails(&others(&mail, &to, &own).0), ["b@x.example"]);
    mail.reply_to = Some("Help@sprocket.example".into());
    assert_eq!(customer(std::slice::from_ref(&mail), contact(), &own), mail.sender());
    // A mailing list writes in our own name.
    mail.from.1 = "help@sprocket.example".into();
    mail.reply_to = None;
    let ours = Some(Address::new("Hanna via Help", "help@sprocket.example"));
    assert_eq!(customer(std::slice::from_ref(&mail), ours, &own), None);
    // Out of the office: that is nobody to answer.
    mail.is_auto_reply = true;
    assert_eq!(customer(&[mail], contact(), &own), contact());
    let begun = earlier(Kind::Reply, "help@sprocket.example", "new@x.example", "");
    assert_eq!(customer(&[begun], None, &own).expect("it was sent").email, "new@x.example");
    assert_eq!(customer(&[], None, &own), None);
}

#[test]
fn a_thread_is_named_by_its_first_and_its_last_mails() {
    let mut mail = earlier(Kind::Customer, "hanna@x.example", "", "");
    assert_eq!(mail.refs_of_answer(), ["first@x.example", "last@x.example"]);
    mail.refs = (0..100).map(|n| format!("{n}@x.example ")).collect();
    let ids = mail.refs_of_answer();
    assert_eq!((ids.len(), ids[0].as_str()), (REFS_MOST, "0@x.example"));
    assert_eq!(ids[REFS_MOST - 2..], ["99@x.example", "last@x.example"]);
    mail.refs = "<a@b> no-at \u{7}a@b a@b\u{e9}".into();
    assert_eq!(mail.refs_of_answer(), ["last@x.example"]);
}

#[test]
fn whoever_did_not_name_us_is_answered_alone() {
    let own = ["help@sprocket.example".to_owned()];
    let mut mail =
        earlier(Kind::Customer, "hanna@x.example", "info@supplier.example", "jo@x.example");
    let to = customer(std::slice::from_ref(&mail), contact(), &own).expect("a customer");
    assert_eq!(emails(&others(&mail, &to, &own).0), [""; 0]);
    mail.reply_to = Some("a@x.example\nb@x.example".into());
    let to = customer(std::slice::from_ref(&mail), contact(), &own).expect("a customer");
    assert_eq!(emails(&others(&mail, &to, &own).0), ["b@x.example"]);
    mail.cc_list = "help+1@sprocket.example".into();
    assert_eq!(emails(&others(&mail, &to, &own).0), ["b@x.example", "info@supplier.example"]);
}
