//! Many members at once. Their sessions are made without a password's hash,
//! which would take longer than the races themselves.

use actix_web::cookie::{Cookie, CookieJar};
use baton::db::Utc;
use baton::models::session::{self, NewSession};
use baton::models::token;
use baton::models::user::{self, NewUser};
use baton::policy::Role;

use crate::support::{Browser, Instance, Member, join};

/// What stands for a password's hash: nobody signs in with it.
const NO_PASSWORD: &str = "no password";

/// Adds so many members, each with a session in a browser of their own. The
/// plans have room for them.
pub fn add_members(
    instance: &Instance,
    workspace_id: i64,
    role: Role,
    count: usize,
) -> Vec<Member> {
    instance.execute("UPDATE plans SET seats = 200");
    (1..=count)
        .map(|n| {
            let name = format!("{} {n}", role.name());
            let email = format!("{}-{n}@crowd.example", role.into_str());
            let user_id = add_user(instance, &name, &email);
            let membership_id = join(instance, workspace_id, user_id, role);
            let browser = signed_in(instance, user_id, Some(workspace_id));
            Member { name, email, user_id, membership_id, browser }
        })
        .collect()
}

/// Adds a user whose address is proved, and who is a member of nothing.
pub fn add_user(instance: &Instance, name: &str, email: &str) -> i64 {
    let new = NewUser {
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash: NO_PASSWORD.to_owned(),
        is_verified: true,
    };
    instance.verb(|conn| user::create(conn, &new)).expect("it is a new address").id
}

/// A browser with a new session of this user.
pub fn signed_in(instance: &Instance, user_id: i64, workspace_id: Option<i64>) -> Browser {
    let key = token::nonce();
    let new = NewSession {
        user_id,
        workspace_id,
        proof: user::proof_of(NO_PASSWORD),
        user_agent: "a test".to_owned(),
    };
    let is_made = instance.write(|conn| session::create(conn, &key, &new, Utc::now()));
    assert!(is_made, "the proof is the right one");
    let mut jar = CookieJar::new();
    jar.signed_mut(&instance.app.cookie_key).add(Cookie::new("baton_session", key));
    let cookie = jar.delta().next().expect("it was added").encoded().to_string();
    let (name, value) = cookie.split_once('=').expect("a cookie has a name");
    let browser = instance.browser();
    browser.set_cookie(name, value);
    browser
}
