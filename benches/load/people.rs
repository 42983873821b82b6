//! Members and their sessions, as many as there are open pages.

use actix_web::cookie::{Cookie, CookieJar};
use baton::db::{Conn, Utc};
use baton::models::session::{self, NewSession};
use baton::models::user::{self, NewUser, User};
use baton::models::workspace::{self, Founder};
use baton::models::{membership, password};
use baton::policy::Role;

use crate::installation::{self, Installation, PASSWORD};

/// A member who is signed in.
pub struct Person {
    pub membership_id: i64,
    /// What their browser sends.
    pub cookie: String,
}

impl Installation {
    /// Users without a workspace.
    pub fn users(&self, label: &str, count: usize) -> Vec<User> {
        let password_hash = password::hash_now(PASSWORD).expect("a hash");
        let create = |n: usize| {
            let new = NewUser {
                email: format!("{label}.{n}@members.example"),
                name: format!("Member {n}"),
                password_hash: password_hash.clone(),
                is_verified: true,
            };
            installation::write(self.db(), |conn| user::create(conn, &new))
        };
        (0..count).map(create).collect()
    }

    /// Makes a workspace of them, with a session of each in it; its id and what their
    /// browsers send.
    pub fn workspace_of(&self, name: &str, users: &[User]) -> (i64, Vec<String>) {
        let (first, others) = users.split_first().expect("somebody");
        let found = |conn: &mut _| {
            workspace::found(conn, name, "Europe/Berlin", &Founder::User(first.id), true)
        };
        let workspace_id = installation::write(self.db(), found).workspace_id;
        let mut cookies = vec![self.cookie_of(first, workspace_id)];
        for user in others {
            cookies.push(self.join(user, workspace_id).cookie);
        }
        (workspace_id, cookies)
    }

    /// Makes a user an Agent of a workspace, signed in there.
    pub fn join(&self, user: &User, workspace_id: i64) -> Person {
        let insert = |conn: &mut Conn| membership::insert(conn, workspace_id, user.id, Role::Agent);
        let membership_id = self.db().change_now(insert).expect("the database works");
        Person { membership_id, cookie: self.cookie_of(user, workspace_id) }
    }

    fn cookie_of(&self, user: &User, workspace_id: i64) -> String {
        let key = format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>());
        let new = NewSession {
            user_id: user.id,
            workspace_id: Some(workspace_id),
            proof: user.proof(),
            user_agent: "a benchmark".to_owned(),
        };
        let create = |conn: &mut Conn| session::create(conn, &key, &new, Utc::now());
        let is_made = self.db().change_now(create).expect("the database works");
        assert!(is_made, "the password is still the same");
        let mut jar = CookieJar::new();
        jar.signed_mut(self.cookie_key()).add(Cookie::new("baton_session", key));
        let cookie = jar.get("baton_session").expect("it was added");
        format!("baton_session={}", cookie.value())
    }
}
