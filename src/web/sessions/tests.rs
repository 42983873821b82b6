use chrono::TimeDelta;

use super::*;
use crate::db::testing::scratch;
use crate::models::user::NewUser;

struct Kit {
    db: Db,
    store: Store,
    user: user::User,
    _folder: tempfile::TempDir,
}

fn kit() -> Kit {
    let (db, folder) = scratch();
    let new = NewUser {
        email: "ana@example.com".into(),
        name: "Ana Silva".into(),
        password_hash: "old".into(),
        is_verified: true,
    };
    let user = db.write_now(|conn| user::create(conn, &new)).unwrap().unwrap();
    Kit { store: Store::new(db.clone()), db, user, _folder: folder }
}

impl Kit {
    fn state(&self) -> State {
        State::from([
            (USER_ID.to_owned(), self.user.id.to_string()),
            (PROOF.to_owned(), format!("{:?}", self.user.proof())),
            (USER_AGENT.to_owned(), "\"Firefox\"".to_owned()),
        ])
    }

    async fn signed_in(&self) -> SessionKey {
        self.store.save(self.state(), &COOKIE_LIFETIME).await.unwrap()
    }

    async fn loaded(&self, key: &SessionKey) -> Option<State> {
        self.store.load(key).await.unwrap()
    }

    fn run<T>(&self, work: impl FnMut(&mut Conn) -> QueryResult<T>) -> T {
        self.db.change_now(work).unwrap()
    }

    fn count(&self) -> usize {
        let id = self.user.id;
        self.db.read_now(|conn| session::of_user(conn, id, Utc::now())).unwrap().len()
    }
}

fn copy(key: &SessionKey) -> SessionKey {
    key.as_ref().to_owned().try_into().unwrap()
}

#[tokio::test]
async fn a_session_comes_back_with_its_user_and_its_row() {
    let kit = kit();
    let key = kit.signed_in().await;
    let state = kit.loaded(&key).await.unwrap();
    assert_eq!(get::<i64>(&state, USER_ID).unwrap(), kit.user.id);
    assert!(get::<i64>(&state, SESSION_ID).unwrap() > 0);
    assert_eq!(maybe::<i64>(&state, WORKSPACE_ID).unwrap(), None);
    let unknown = "guess".to_owned().try_into().unwrap();
    assert!(kit.loaded(&unknown).await.is_none());
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_brought_back_by_an_update() {
    let kit = kit();
    let key = kit.signed_in().await;
    let state = kit.loaded(&key).await.unwrap();
    kit.store.delete(&key).await.unwrap();
    kit.store.update(copy(&key), state, &COOKIE_LIFETIME).await.unwrap();
    assert!(kit.loaded(&key).await.is_none());
    assert_eq!(kit.count(), 0);
}

#[tokio::test]
async fn no_session_is_made_with_a_password_that_has_changed_meanwhile() {
    let kit = kit();
    let key = kit.signed_in().await;
    let (id, proof) = (kit.user.id, kit.user.proof());
    let session_id = get::<i64>(&kit.loaded(&key).await.unwrap(), SESSION_ID).unwrap();
    kit.db
        .write_now(|conn| user::change_password(conn, id, &proof, "new", session_id))
        .unwrap()
        .unwrap();
    let late = kit.signed_in().await;
    assert!(kit.loaded(&late).await.is_none());
    assert_eq!(kit.count(), 1, "the session that changed the password stays");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_alone() {
    let kit = kit();
    let (mine, other) = (kit.signed_in().await, kit.signed_in().await);
    let session_id = get::<i64>(&kit.loaded(&mine).await.unwrap(), SESSION_ID).unwrap();
    let (id, proof) = (kit.user.id, kit.user.proof());
    kit.db
        .write_now(|conn| user::change_password(conn, id, &proof, "new", session_id))
        .unwrap()
        .unwrap();
    assert!(kit.loaded(&mine).await.is_some());
    assert!(kit.loaded(&other).await.is_none());
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let kit = kit();
    let (one, two) = (kit.signed_in().await, kit.signed_in().await);
    let id = kit.user.id;
    assert_eq!(kit.run(|conn| session::end_all(conn, id)), 2);
    assert!(kit.loaded(&one).await.is_none() && kit.loaded(&two).await.is_none());
}

#[tokio::test]
async fn a_session_that_is_not_used_expires() {
    let kit = kit();
    let key = kit.signed_in().await;
    let later = Utc::now().plus(session::LIFETIME).plus(TimeDelta::seconds(1));
    let live = |now| kit.db.read_now(|conn| session::load(conn, key.as_ref(), now)).unwrap();
    assert!(live(Utc::now()).is_some());
    assert!(live(later).is_none());
}
