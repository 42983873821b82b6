//! How often one may be wrong.

use super::{NEW_PASSWORD, post_from, type_in};
use crate::support::{Browser, Instance, PASSWORD, Page, found};

const MIA: &str = "mia@sprocket.example";

/// An installation behind a proxy that says who the client is.
fn behind_a_proxy() -> Instance {
    let instance = Instance::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    });
    found(&instance, "Sprocket & Co", "Mia Chen", MIA);
    instance
}

#[track_caller]
fn guess_from(instance: &Instance, client: &str, email: &str, password: &str) -> Page {
    let fields = [("email", email), ("password", password)];
    post_from(&instance.browser(), client, "/login", &fields)
}

#[track_caller]
fn expect_too_many(page: &Page) {
    page.expect(429, "Too many attempts. Wait");
    let seconds: u64 = page.header("retry-after").parse().expect("a number of seconds");
    assert!((1..=300).contains(&seconds), "{seconds}");
}

#[test]
fn after_ten_wrong_passwords_even_the_right_one_waits_but_not_from_elsewhere() {
    let instance = behind_a_proxy();
    for n in 0..10 {
        // However the address is written, it is one address.
        let email = if n % 2 == 0 { MIA } else { " MIA@sprocket.example" };
        assert_eq!(guess_from(&instance, "198.51.100.7", email, "guess").status, 422);
    }
    expect_too_many(&guess_from(&instance, "198.51.100.7", MIA, "guess"));
    let refused = guess_from(&instance, "198.51.100.7", MIA, PASSWORD);
    expect_too_many(&refused);
    assert_eq!(refused.form("Sign in").value("email"), Some(MIA), "the address is kept");
    // The person themselves, at home, is not locked out by it.
    assert_eq!(guess_from(&instance, "203.0.113.9", MIA, PASSWORD).status, 303);
    // Nor is a colleague behind the same address.
    assert_eq!(guess_from(&instance, "198.51.100.7", "gil@sprocket.example", "x").status, 422);
    // What is refused does not count: the wait does not grow.
    instance.execute("UPDATE attempts SET created_at = '2020-01-01 00:00:00'");
    assert_eq!(guess_from(&instance, "198.51.100.7", MIA, PASSWORD).status, 303);
}

#[test]
fn guesses_at_an_unknown_address_are_counted_alike() {
    let instance = behind_a_proxy();
    for _ in 0..10 {
        let page = guess_from(&instance, "198.51.100.7", "nobody@sprocket.example", "guess");
        assert_eq!(page.status, 422);
    }
    expect_too_many(&guess_from(&instance, "198.51.100.7", "nobody@sprocket.example", "guess"));
}

#[test]
fn right_passwords_never_count() {
    let (instance, _cast) = Instance::with_cast();
    for _ in 0..12 {
        assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 303);
    }
    assert_eq!(instance.count("SELECT count(*) FROM attempts"), 0);
}

#[test]
fn of_many_guesses_at_once_no_more_than_ten_are_looked_at() {
    let (instance, _cast) = Instance::with_cast();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..24)
            .map(|_| {
                let browser = instance.browser();
                scope.spawn(move || type_in(&browser, MIA, "guess").status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 10, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 14, "{statuses:?}");
}

#[test]
fn a_client_has_a_hundred_wrong_passwords_over_all_addresses() {
    let instance = behind_a_proxy();
    let guess = |n: usize| {
        guess_from(&instance, "2001:db8:1:2::7", &format!("person{n}@sprocket.example"), "guess")
    };
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let guess = &guess;
            scope.spawn(move || {
                for n in 0..25 {
                    assert_eq!(guess(thread * 25 + n).status, 422);
                }
            });
        }
    });
    expect_too_many(&guess(100));
    // Another address of the same household is the same client.
    expect_too_many(&guess_from(&instance, "2001:db8:1:2:ffff::1", MIA, PASSWORD));
    assert_eq!(guess_from(&instance, "2001:db8:1:3::7", MIA, PASSWORD).status, 303);
}

#[test]
fn without_a_trusted_proxy_nobody_chooses_who_they_are() {
    let (instance, _cast) = Instance::with_cast();
    let browser = instance.browser();
    let guess = |client: &str| {
        let fields = [("email", MIA), ("password", "guess")];
        post_from(&browser, client, "/login", &fields).status
    };
    for n in 0..10 {
        assert_eq!(guess(&format!("198.51.100.{n}")), 422);
    }
    assert_eq!(guess("203.0.113.9"), 429);
}

#[test]
fn the_current_password_cannot_be_guessed_in_the_profile_either() {
    let (_instance, cast) = Instance::with_cast();
    let wrong = |browser: &Browser| {
        browser
            .get("/settings/profile")
            .form("Change password")
            .with("Current password", "guess")
            .with("New password", NEW_PASSWORD)
            .submit_once()
    };
    for _ in 0..10 {
        let page = wrong(&cast.agent.browser);
        assert_eq!(page.status, 422);
        assert_eq!(page.all("#current_password-error"), ["This is not your current password."]);
    }
    let page = wrong(&cast.agent.browser);
    assert_eq!(page.status, 429);
    assert_ne!(page.header("retry-after"), "");
    assert_eq!(wrong(&cast.other_agent.browser).status, 422, "another person is not concerned");
}

#[test]
fn an_address_gets_five_links_an_hour() {
    let (instance, _cast) = Instance::with_cast();
    let ask = |email: &str| {
        let browser = instance.browser();
        browser.get("/forgot-password").form("Send link").with("Email address", email).submit_once()
    };
    for _ in 0..5 {
        ask(MIA).expect(200, "Check your mail");
        ask("nobody@sprocket.example").expect(200, "Check your mail");
    }
    for email in [MIA, "nobody@sprocket.example"] {
        let page = ask(email);
        assert_eq!(page.status, 429);
        let seconds: u64 = page.header("retry-after").parse().expect("a number of seconds");
        assert!((1..=3600).contains(&seconds), "{seconds}");
    }
    ask("gil@sprocket.example").expect(200, "Check your mail");
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 6);
}

#[test]
fn strangers_keep_nobody_from_a_new_password() {
    let instance = behind_a_proxy();
    let ask = |client: &str| {
        post_from(&instance.browser(), client, "/forgot-password", &[("email", MIA)])
    };
    for _ in 0..5 {
        ask("198.51.100.7").expect(200, "Check your mail");
    }
    let page = ask("198.51.100.7");
    page.expect(429, "Too many attempts. Wait").expect(429, "The newest mail still works.");
    assert_ne!(page.header("retry-after"), "");
    assert_eq!(page.form("Send link").value("email"), Some(MIA));
    ask("203.0.113.9").expect(200, "Check your mail");
    // All together have an end too.
    for client in 0..24 {
        ask(&format!("192.0.2.{client}")).expect(200, "Check your mail");
    }
    assert_eq!(ask("192.0.2.99").status, 429);
}

#[test]
fn a_new_password_ends_the_wait_of_whoever_chose_it() {
    let instance = behind_a_proxy();
    for _ in 0..10 {
        guess_from(&instance, "198.51.100.7", MIA, "guess");
        guess_from(&instance, "203.0.113.9", MIA, "guess");
    }
    post_from(&instance.browser(), "203.0.113.9", "/forgot-password", &[("email", MIA)]);
    let link = instance.reset_link(MIA);
    let (_, token) = link.split_once("token=").expect("a token");
    let fields = [("token", token), ("password", NEW_PASSWORD)];
    let page = post_from(&instance.browser(), "203.0.113.9", "/reset-password", &fields);
    assert_eq!(page.status, 303);
    assert_eq!(guess_from(&instance, "203.0.113.9", MIA, NEW_PASSWORD).status, 303);
    expect_too_many(&guess_from(&instance, "198.51.100.7", MIA, NEW_PASSWORD));
}
