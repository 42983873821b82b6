//! `/sent`: a page that never heard an answer asks whether its form arrived.

use crate::support::{Form, Instance, Member};

/// What a member is told of this form.
fn told(by: &Member, workspace: i64, form: &Form) -> (u16, String) {
    let word = form.value("submission").expect("a word of its own");
    let page = by.get(&format!("/sent?workspace={workspace}&submission={word}"));
    (page.status, page.body)
}

#[test]
fn whoever_sent_a_form_learns_whether_it_arrived_and_nobody_else() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    cast.email_inbox(&instance);
    let contact = instance.count("SELECT max(id) FROM contacts");
    let page = |path: &str| cast.manager.get(path);
    let beginning = page("/conversations/new").form("Send").with("To", "kofi@customer.example");
    for form in [
        page(&format!("/contacts/{contact}")).form("Add note").with("Note", "Rides a 54."),
        beginning.with("Subject", "Your order").with("Message", "It is ready."),
        page("/settings/quick-replies/new")
            .form("Save quick reply")
            .with("Name", "hours")
            .with("Text", "We open at nine."),
    ] {
        let (here, no, yes) =
            (cast.workspace_id, r#"{"sent":false}"#.to_owned(), r#"{"sent":true}"#.to_owned());
        assert_eq!(told(&cast.manager, here, &form), (200, no.clone()));
        assert_eq!(form.submit().status, 200);
        assert_eq!(told(&cast.manager, here, &form), (200, yes.clone()));
        // Sent once more it is answered the same.
        assert_eq!(form.submit().status, 200);
        assert_eq!(told(&cast.manager, here, &form), (200, yes));
        assert_eq!(told(&cast.agent, here, &form), (200, no));
        assert_eq!(told(&cast.outsider, here, &form).0, 404);
    }
    for rows in ["contact_notes", "quick_replies", "messages WHERE kind = 'reply'"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {rows}")), 1, "{rows}");
    }
    assert_eq!(cast.manager.get("/sent?workspace=1&submission=x").status, 404);
}

#[test]
fn what_was_refused_did_not_arrive() {
    let (_instance, cast) = Instance::with_cast();
    let form = cast.manager.get("/settings/quick-replies/new").form("Save quick reply");
    let form = form.with("Text", "We open at nine.");
    assert_eq!(form.submit().status, 422);
    let (_, body) = told(&cast.manager, cast.workspace_id, &form);
    assert_eq!(body, r#"{"sent":false}"#);
}
