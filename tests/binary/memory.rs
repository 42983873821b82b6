//! What the server keeps of the memory that it took.

use super::Place;
use crate::races::at_once;

#[test]
fn passwords_that_were_checked_leave_their_memory_to_others() {
    let place = Place::new();
    let server = place.serve();
    server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let forms: Vec<_> = (0..96)
        .map(|n| {
            let form = server.browser().get("/login").form("Sign in");
            form.with("Email address", &format!("nobody{n}@sprocket.example"))
                .with("Password", "not the password")
        })
        .collect();
    let before = server.memory();
    let answers = at_once(forms.iter().map(|form| move || form.submit_once().status).collect());
    let checked = answers.iter().filter(|status| **status == 422).count();
    assert!(checked > 40, "{answers:?}");
    let grown = server.memory().saturating_sub(before) / 1024;
    assert!(grown < 100, "{grown} MB after {checked} passwords of 19 MB each");
}
