use super::*;
use crate::db::schema::{account_links, deliveries};
use crate::db::testing::scratch;
use crate::db::{Db, DbError};
use crate::models::session::NewSession;
use crate::models::user::NewUser;

struct Kit {
    db: Db,
    signer: Signer,
    _folder: tempfile::TempDir,
}

fn kit() -> Kit {
    let (db, folder) = scratch();
    Kit { db, signer: Signer::new(vec![7; 32].into()), _folder: folder }
}

impl Kit {
    /// A user with one session.
    fn user(&self, email: &str, is_verified: bool) -> User {
        let new = NewUser {
            email: email.into(),
            name: "Ana Silva".into(),
            password_hash: format!("old of {email}"),
            is_verified,
        };
        let user = self.write(|conn| user::create(conn, &new)).unwrap();
        let session = NewSession {
            user_id: user.id,
            workspace_id: None,
            proof: user.proof(),
            user_agent: String::new(),
        };
        let made: Result<bool, LinkRefusal> =
            self.write(|conn| Ok(session::create(conn, email, &session, Utc::now())?));
        assert_eq!(made, Ok(true));
        user
    }

    fn write<T, R>(&self, verb: impl FnMut(&mut Conn) -> Verb<T, R>) -> Result<T, R> {
        self.db.write_now(verb).unwrap()
    }

    fn read<T>(&self, work: impl FnOnce(&mut Conn) -> QueryResult<T>) -> T {
        self.db.read_now(work).unwrap()
    }

    fn link(&self, user: &User, kind: LinkKind, email: &str) -> String {
        let link: Result<Link, LinkRefusal> =
            self.write(|conn| Ok(issue(conn, user, kind, email)?));
        token_of(&self.signer, kind, &link.unwrap())
    }

    fn reset(&self, token: &str) -> Result<User, LinkRefusal> {
        self.write(|conn| reset_password(conn, &self.signer, token, "new", None))
    }

    fn verify(&self, token: &str, signed_in_as: Option<i64>) -> Result<Proved, LinkRefusal> {
        self.write(|conn| verify_address(conn, &self.signer, token, signed_in_as))
    }

    fn found(&self, id: i64) -> User {
        self.read(|conn| user::find(conn, id)).unwrap()
    }

    fn sessions(&self, id: i64) -> usize {
        self.read(|conn| session::of_user(conn, id, Utc::now())).len()
    }
}

#[test]
fn a_reset_works_once_proves_the_address_and_ends_every_session() {
    let kit = kit();
    let ana = kit.user("ana@example.com", false);
    let token = kit.link(&ana, LinkKind::ResetPassword, &ana.email);
    assert!(kit.read(|conn| peek(conn, &kit.signer, LinkKind::ResetPassword, &token)).is_some());
    let user = kit.reset(&token).unwrap();
    assert!(user.is_verified());
    assert_eq!(kit.found(ana.id).password_hash, "new");
    assert_eq!(kit.sessions(ana.id), 0);
    assert_eq!(kit.reset(&token).err(), Some(LinkRefusal::Dead));
}

#[test]
fn a_newer_link_voids_the_older_and_another_kind_is_no_use() {
    let kit = kit();
    let ana = kit.user("ana@example.com", true);
    let older = kit.link(&ana, LinkKind::ResetPassword, &ana.email);
    let newer = kit.link(&ana, LinkKind::ResetPassword, &ana.email);
    assert_eq!(kit.reset(&older).err(), Some(LinkRefusal::Dead));
    assert_eq!(kit.verify(&newer, None).err(), Some(LinkRefusal::Dead));
    assert_eq!(kit.reset(&format!("{newer}x")).err(), Some(LinkRefusal::Dead));
    assert!(kit.reset(&newer).is_ok());
}

#[test]
fn an_expired_link_is_dead() {
    let kit = kit();
    let ana = kit.user("ana@example.com", true);
    let token = kit.link(&ana, LinkKind::ResetPassword, &ana.email);
    let aged: Result<usize, LinkRefusal> = kit.write(|conn| {
        let past = Utc::now().minus(TimeDelta::seconds(1));
        Ok(diesel::update(account_links::table)
            .set(account_links::expires_at.eq(past))
            .execute(conn)?)
    });
    assert_eq!(aged, Ok(1));
    assert_eq!(kit.reset(&token).err(), Some(LinkRefusal::Dead));
}

#[test]
fn of_many_who_press_the_button_at_once_one_succeeds() {
    let kit = kit();
    let ana = kit.user("ana@example.com", true);
    let token = kit.link(&ana, LinkKind::ResetPassword, &ana.email);
    let done = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| kit.reset(&token).is_ok())).collect();
        all.into_iter().map(|t| t.join().unwrap()).filter(|ok| *ok).count()
    });
    assert_eq!(done, 1);
}

#[test]
fn a_verified_user_who_is_signed_in_gets_the_new_address_at_once() {
    let kit = kit();
    let ana = kit.user("ana@example.com", true);
    let reset = kit.link(&ana, LinkKind::ResetPassword, &ana.email);
    let token = kit.link(&ana, LinkKind::VerifyAddress, "new@example.com");
    assert!(matches!(kit.verify(&token, Some(ana.id)), Ok(Proved::Applied(_))));
    assert_eq!(kit.found(ana.id).email, "new@example.com");
    assert_eq!(kit.sessions(ana.id), 1);
    assert_eq!(kit.reset(&reset).err(), Some(LinkRefusal::Dead), "it was for the old address");
}

#[test]
fn who_is_not_signed_in_as_a_verified_user_proves_no_address_of_theirs() {
    let kit = kit();
    let ana = kit.user("ana@example.com", true);
    let token = kit.link(&ana, LinkKind::VerifyAddress, "mistyped@example.com");
    for somebody in [None, Some(ana.id + 1)] {
        assert_eq!(kit.verify(&token, somebody).err(), Some(LinkRefusal::SignInFirst));
    }
    assert_eq!(kit.sessions(ana.id), 1);
    assert!(matches!(kit.verify(&token, Some(ana.id)), Ok(Proved::Applied(_))), "it still works");
}

#[test]
fn who_proves_an_unverified_address_without_being_signed_in_must_choose_a_password() {
    let kit = kit();
    let ana = kit.user("ana@example.com", false);
    let token = kit.link(&ana, LinkKind::VerifyAddress, "victim@example.com");
    let Ok(Proved::NeedsPassword(next)) = kit.verify(&token, None) else {
        panic!("applied at once");
    };
    assert_eq!(kit.found(ana.id).email, "ana@example.com", "not before the new password");
    assert_eq!(kit.sessions(ana.id), 0);
    let user = kit.reset(&token_of(&kit.signer, LinkKind::ResetPassword, &next)).unwrap();
    assert_eq!((user.email.as_str(), user.password_hash.as_str()), ("victim@example.com", "new"));
}

#[test]
fn an_unverified_user_chooses_a_password_even_when_signed_in() {
    let kit = kit();
    let ana = kit.user("ana@example.com", false);
    let token = kit.link(&ana, LinkKind::VerifyAddress, &ana.email);
    assert!(matches!(kit.verify(&token, Some(ana.id)), Ok(Proved::NeedsPassword(_))));
    assert_eq!(kit.sessions(ana.id), 0);
    assert!(!kit.found(ana.id).is_verified(), "not before the new password");
}

#[test]
fn an_address_that_somebody_else_got_meanwhile_is_refused() {
    let kit = kit();
    let ana = kit.user("ana@example.com", true);
    let token = kit.link(&ana, LinkKind::VerifyAddress, "new@example.com");
    kit.user("new@example.com", true);
    let taken = Some(LinkRefusal::User(UserRefusal::EmailTaken));
    assert_eq!(kit.verify(&token, Some(ana.id)).err(), taken);
    assert_eq!(kit.found(ana.id).email, "ana@example.com");
}

#[test]
fn a_request_for_an_unknown_address_is_answered_and_counted_but_mails_nothing() {
    let kit = kit();
    kit.user("ana@example.com", true);
    let ask = |email: &str| kit.write(|conn| request_reset(conn, &kit.signer, email, "192.0.2.1"));
    for _ in 0..5 {
        assert_eq!(ask("nobody@example.com"), Ok(()));
    }
    assert!(ask("nobody@example.com").is_err(), "the sixth in an hour");
    assert_eq!(ask("ana@example.com"), Ok(()));
    let mailed: Result<Vec<String>, DbError> =
        kit.db.read_now(|conn| deliveries::table.select(deliveries::recipient).load(conn));
    assert_eq!(mailed.unwrap(), ["ana@example.com"]);
}

#[test]
fn the_proof_of_an_address_goes_there_and_not_to_one_that_is_taken() {
    let kit = kit();
    let ana = kit.user("ana@example.com", true);
    kit.user("bo@example.com", true);
    let ask = |email: &str| {
        kit.write(|conn| request_proof(conn, &kit.signer, ana.id, email, "192.0.2.1"))
    };
    assert_eq!(ask("ana@example.com"), Err(RequestRefusal::AlreadyProved));
    assert_eq!(ask("bo@example.com"), Err(RequestRefusal::EmailTaken));
    assert_eq!(ask("new@example.com"), Ok(()));
    let pending = kit.read(|conn| pending_address(conn, ana.id));
    assert_eq!(pending.as_deref(), Some("new@example.com"));
}
