//! SIGTERM and SIGINT finish what is in flight.

use std::sync::Barrier;
use std::sync::mpsc;

use super::Place;
use crate::support::Browser;

#[test]
fn sign_ins_in_flight_are_answered_before_the_server_ends() {
    const PEOPLE: usize = 30;
    let place = Place::new();
    let mut server = place.serve();
    server.found("Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let all_connected = Barrier::new(PEOPLE);
    let (answered, first_answer) = mpsc::channel();
    let answers: Vec<(u16, String)> = std::thread::scope(|scope| {
        let people: Vec<_> = (0..PEOPLE)
            .map(|n| {
                let (answered, all_connected) = (answered.clone(), &all_connected);
                let browser: Browser = server.browser();
                scope.spawn(move || {
                    // Connected already when the server is told to stop.
                    let form = browser.get("/login").form("Sign in");
                    let form = form
                        .with("Email address", &format!("nobody{n}@sprocket.example"))
                        .with("Password", "not the password");
                    all_connected.wait();
                    let page = form.submit_once();
                    answered.send(()).expect("the test waits");
                    (page.status, page.text())
                })
            })
            .collect();
        // The others wait in the queue for a place to hash at.
        first_answer.recv().expect("an answer");
        server.signal("TERM");
        people.into_iter().map(|person| person.join().expect("an answer")).collect()
    });
    for (status, text) in &answers {
        assert!(*status == 422 && text.contains("Sign in"), "{status}: {text}");
    }
    let status = server.wait();
    assert_eq!(status.code(), Some(0), "{}", server.log());
    assert!(server.log().contains("stopping"), "{}", server.log());
}

#[test]
fn ctrl_c_ends_the_server_well() {
    let place = Place::new();
    let mut server = place.serve();
    // A browser keeps its connection open.
    let browser = server.browser();
    browser.get("/login");
    server.signal("INT");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
}
