//! A forgotten password, and the way back by mail.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use baton::db::Utc;
use baton::db::schema::account_links;
use baton::jobs::Jobs;
use baton::models::account_link::{self, LinkKind};
use baton::models::user;
use diesel::prelude::*;

use super::{NEW_PASSWORD, founding, is_signed_in, type_in};
use crate::races::at_once;
use crate::support::{Browser, Instance, PASSWORD, Page};

const MIA: &str = "mia@sprocket.example";
const FOUNDER: &str = "ana@sprocket.example";

fn ask(instance: &Instance, email: &str) -> Page {
    let form = instance.browser().get("/login").click("Forgot your password?").form("Send link");
    form.with("Email address", email).submit()
}

fn choose(instance: &Instance, link: &str, password: &str) -> Page {
    let page = instance.browser().get(link);
    page.expect(200, "Choose a new password");
    page.form("Save password").with("New password", password).submit()
}

#[test]
fn a_forgotten_password_is_replaced_by_a_mailed_link_that_works_once() {
    let (instance, cast) = Instance::with_cast();
    let answer = ask(&instance, " MIA@sprocket.example");
    answer.expect(200, "a mail with a link is on its way");
    answer.expect(200, "The link works once, for one hour.");
    let link = instance.reset_link(MIA);
    // Looking uses nothing up: mail scanners open links.
    for _ in 0..2 {
        instance.browser().get(&link).expect(200, "Choose a new password");
    }
    let done = choose(&instance, &link, NEW_PASSWORD);
    done.expect(200, "Your new password is saved.");
    done.expect(200, "Sprocket & Co");
    // Every session from before has ended; the new password counts, the old one does not.
    assert!(!is_signed_in(&cast.agent.browser));
    assert_eq!(instance.sessions_of(MIA), 1);
    assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 422);
    assert_eq!(type_in(&instance.browser(), MIA, NEW_PASSWORD).status, 303);
    // Used up, for reading and for sending.
    instance.browser().get(&link).expect(410, "This link no longer works");
    let (_, token) = link.split_once("token=").expect("a token");
    let fields = [("token", token), ("password", "another lantern quarry")];
    instance.browser().post_once("/reset-password", &fields).expect(410, "works once");
    assert!(is_signed_in(&cast.manager.browser), "nobody else is concerned");
}

#[test]
fn the_answer_is_the_same_for_an_address_that_nobody_has() {
    let (instance, _cast) = Instance::with_cast();
    let known = ask(&instance, MIA);
    let unknown = ask(&instance, "nobody@sprocket.example");
    assert_eq!(known.status, 200);
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace(MIA, "X"), unknown.body.replace("nobody@sprocket.example", "X"));
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 1);
    let wrong = ask(&instance, "not an address");
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.all("#email-error"), ["This is not an email address."]);
    assert_eq!(wrong.form("Send link").value("email"), Some("not an address"));
}

#[test]
fn the_link_is_in_the_mail_and_never_on_a_page() {
    let (instance, _cast) = Instance::with_cast();
    let answer = ask(&instance, MIA);
    let link = instance.reset_link(MIA);
    let (_, signature) = link.rsplit_once('.').expect("a signed token");
    assert!(!answer.body.contains(signature));
    assert!(answer.headers.values().all(|value| !value.contains(signature)));
    let mail = mailed(&instance);
    let message = mail_parser::MessageParser::default().parse(&mail).expect("a mail");
    assert_eq!(message.to().and_then(|to| to.first()).and_then(|to| to.address()), Some(MIA));
    let text = message.body_text(0).expect("a plain text");
    assert!(text.contains(&format!("{}{link}", instance.base)), "{text}");
    assert!(message.body_html(0).is_some_and(|html| html.contains(signature)));
}

/// Runs the background jobs until there is a mail in the data folder.
fn mailed(instance: &Instance) -> Vec<u8> {
    let app = instance.app.clone();
    let folder = instance.dir.path().join("mail");
    actix_web::rt::System::new().block_on(async move {
        let jobs = Jobs::start(&app).expect("the jobs start");
        let begun = Instant::now();
        let mail = loop {
            let written = std::fs::read_dir(&folder)
                .expect("the mail folder")
                .map(|entry| entry.expect("an entry").path())
                .find(|path| path.extension().is_some_and(|ending| ending == "eml"));
            if let Some(path) = written {
                break std::fs::read(path).expect("the mail is readable");
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "no mail was written");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        jobs.stop().await;
        mail
    })
}

#[test]
fn a_link_works_for_one_hour() {
    let (instance, _cast) = Instance::with_cast();
    ask(&instance, MIA);
    let (created, expires): (Utc, Utc) = instance.read(|conn| {
        account_links::table
            .select((account_links::created_at, account_links::expires_at))
            .first(conn)
    });
    assert_eq!(expires.since(created).num_seconds(), 3600);
    let page = instance.browser().get(&instance.reset_link(MIA));
    instance.execute("UPDATE account_links SET expires_at = '2020-01-01 00:00:00'");
    page.form("Save password")
        .with("New password", NEW_PASSWORD)
        .submit()
        .expect(410, "This link no longer works");
    instance.browser().get(&instance.reset_link(MIA)).expect(410, "Send a new link");
    assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 303);
}

#[test]
fn a_newer_link_voids_the_older() {
    let (instance, _cast) = Instance::with_cast();
    ask(&instance, MIA);
    let older = instance.reset_link(MIA);
    ask(&instance, MIA);
    let newer = instance.reset_link(MIA);
    assert_ne!(older, newer);
    instance.browser().get(&older).expect(410, "only the latest one counts");
    choose(&instance, &newer, NEW_PASSWORD).expect(200, "Your new password is saved.");
}

#[test]
fn a_link_that_was_tampered_with_is_dead() {
    let (instance, cast) = Instance::with_cast();
    ask(&instance, MIA);
    let link = instance.reset_link(MIA);
    let (start, signature) = link.rsplit_once('.').expect("a signed token");
    let (_, id) = start.rsplit_once('=').expect("an id");
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    // The token of an invitation with the same number is one of another purpose.
    let invite = [("workspace", "1"), ("email", "bo@sprocket.example"), ("role", "agent")];
    cast.admin.browser.post("/settings/team/invite", &invite).expect(200, "bo@sprocket.example");
    let invitation = instance.mailed_invitation("bo@sprocket.example");
    let (_, foreign) = invitation.split_once("token=").expect("a token");
    for token in [
        "",
        ".",
        id,
        "0.abc",
        "-1.abc",
        "99999999999999999999.abc",
        "%00.%00",
        foreign,
        &format!("{id}.{flipped}{}", &signature[1..]),
        &format!("{id}.{}", &signature[..signature.len() - 1]),
        &format!("{}.{signature}", id.parse::<i64>().expect("a number") + 1),
    ] {
        let page = instance.browser().get_once(&format!("/reset-password?token={token}"));
        page.expect(410, "This link no longer works");
        let fields = [("token", token), ("password", NEW_PASSWORD)];
        assert_eq!(instance.browser().post_once("/reset-password", &fields).status, 410);
    }
    assert_eq!(instance.browser().get_once("/reset-password").status, 410);
    instance.browser().get(&link).expect(200, "Choose a new password");
}

#[test]
fn a_reset_proves_the_address() {
    let (instance, _cast) = Instance::with_cast();
    instance.unprove(MIA);
    ask(&instance, MIA);
    choose(&instance, &instance.reset_link(MIA), NEW_PASSWORD).expect(200, "saved.");
    assert!(instance.is_proved(MIA));
}

#[test]
fn of_many_who_send_one_link_at_once_one_sets_the_password() {
    let (instance, _cast) = Instance::with_cast();
    ask(&instance, MIA);
    let form = instance.browser().get(&instance.reset_link(MIA)).form("Save password");
    let form = form.with("New password", NEW_PASSWORD);
    let send = || form.submit_as(&instance.browser()).status;
    let statuses = at_once(vec![send; 8]);
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 7, "{statuses:?}");
    assert_eq!(instance.sessions_of(MIA), 1);
}

#[test]
fn signing_in_while_the_password_is_reset_leaves_no_session_of_the_old_one() {
    let (instance, _cast) = Instance::with_cast();
    let passwords = [PASSWORD, "copper lantern drift 41", NEW_PASSWORD, "quiet marble engine 7"];
    for pair in passwords.windows(2) {
        ask(&instance, MIA);
        let reset = instance.browser().get(&instance.reset_link(MIA)).form("Save password");
        let reset = reset.with("New password", pair[1]);
        let doors: Vec<_> = (0..6)
            .map(|_| {
                let browser = instance.browser();
                let form = browser.get("/login").form("Sign in");
                let form = form.with("Email address", MIA).with("Password", pair[0]);
                (browser, form)
            })
            .collect();
        let start = Barrier::new(doors.len() + 1);
        let owner = instance.browser();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                assert_eq!(reset.submit_as(&owner).status, 303);
            });
            for (_, form) in &doors {
                scope.spawn(|| {
                    start.wait();
                    form.submit_once();
                });
            }
        });
        for (browser, _) in &doors {
            assert!(!is_signed_in(browser), "the old password opened a session that lasts");
        }
        assert!(is_signed_in(&owner));
        assert_eq!(instance.sessions_of(MIA), 1);
        instance.execute("DELETE FROM attempts");
    }
}

#[test]
fn a_link_that_an_operator_hands_over_proves_no_address() {
    let (instance, cast) = Instance::with_cast();
    instance.unprove(MIA);
    let link = instance.write(|conn| {
        let user = user::by_email(conn, MIA)?.expect("a user");
        account_link::issue(conn, &user, LinkKind::ResetPassword, MIA)
    });
    let token = account_link::handed_token_of(&instance.app.signer, &link);
    let path = format!("/reset-password?token={token}");
    choose(&instance, &path, NEW_PASSWORD).expect(200, "Your new password is saved.");
    assert!(!instance.is_proved(MIA), "whoever was handed it need not read that mailbox");
    assert!(!is_signed_in(&cast.agent.browser));
    assert_eq!(type_in(&instance.browser(), MIA, NEW_PASSWORD).status, 303);
    instance.browser().get(&path).expect(410, "This link no longer works");
}

fn open_to_all() -> Instance {
    Instance::start_with(|config| config.signups_open = true)
}

#[track_caller]
fn save(page: &Page) {
    let form = page.form("Save password").with("New password", PASSWORD);
    form.submit().expect(200, "saved.");
}

/// A founder nobody has verified, with a profile that customers see.
fn with_profile(instance: &Instance) -> Browser {
    let browser = instance.browser();
    founding(&browser, FOUNDER).submit().expect(200, "created.");
    let form = browser.get("/settings/profile").form("Save profile");
    let form = form.with("Name customers see", "Ana").with("Signature", "Sprocket, Lyon");
    form.submit().expect(200, "Your profile is saved.");
    assert!(!instance.is_proved(FOUNDER));
    browser
}

fn keeps_profile(instance: &Instance) -> bool {
    let seen = "public_name = 'Ana' AND signature = 'Sprocket, Lyon'";
    let found =
        instance.count(&format!("SELECT count(*) FROM users WHERE email = '{FOUNDER}' AND {seen}"));
    assert!(instance.is_proved(FOUNDER));
    found == 1
}

#[test]
fn a_founder_who_is_signed_in_where_they_prove_their_address_keeps_their_profile() {
    // By a link for a new password.
    let instance = open_to_all();
    let browser = with_profile(&instance);
    browser.post("/forgot-password", &[("email", FOUNDER)]);
    save(&browser.get(&instance.reset_link(FOUNDER)));
    assert!(keeps_profile(&instance));
    // By the link that confirms the address.
    let instance = open_to_all();
    let browser = with_profile(&instance);
    browser.get("/settings/profile").form("Send confirmation link").submit();
    save(&browser.get(&instance.proof_link(FOUNDER)).form("Confirm address").submit());
    assert!(keeps_profile(&instance));
}

/// Whoever had the account may have taken an address that is not theirs.
#[test]
fn who_proves_an_address_without_having_been_in_the_account_begins_a_profile() {
    let instance = open_to_all();
    let _squatter = with_profile(&instance);
    let owner = instance.browser();
    owner.post("/forgot-password", &[("email", FOUNDER)]);
    save(&owner.get(&instance.reset_link(FOUNDER)));
    assert!(!keeps_profile(&instance));
    // Nor by a confirmation that the squatter asked for.
    let instance = open_to_all();
    let squatter = with_profile(&instance);
    squatter.get("/settings/profile").form("Send confirmation link").submit();
    save(&instance.browser().get(&instance.proof_link(FOUNDER)).form("Confirm address").submit());
    assert!(!keeps_profile(&instance));
    // Nor where they are signed in as somebody else.
    let instance = open_to_all();
    let _squatter = with_profile(&instance);
    let owner = instance.browser();
    founding(&owner, "bo@sprocket.example").submit().expect(200, "created.");
    owner.post("/forgot-password", &[("email", FOUNDER)]);
    save(&owner.get(&instance.reset_link(FOUNDER)));
    assert!(!keeps_profile(&instance));
}
