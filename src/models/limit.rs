//! Limits: so many attempts in so long a time. An exact sliding window in the
//! database, so that all nodes share one count and a restart forgets nothing.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::token::Signer;
use crate::db::schema::attempts;
use crate::db::{Conn, Utc, Verb, dialect, refuse};

/// So many attempts of one kind in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Tells the buckets of one limit from those of another.
    pub name: &'static str,
    pub most: i64,
    pub window: TimeDelta,
}

/// Wrong passwords for one address from one client.
pub const WRONG_PASSWORDS: Quota = quota("wrong-password", 10, TimeDelta::minutes(5));
/// Wrong passwords from one client, whatever the address.
pub const WRONG_PASSWORDS_OF_CLIENT: Quota =
    quota("wrong-password-client", 100, TimeDelta::minutes(5));
/// Mails with a link to one address that one client asked for.
pub const LINKS: Quota = quota("link", 5, TimeDelta::hours(1));
/// Mails with a link to one address that anybody asked for: so many that strangers do
/// not easily keep its owner from getting one.
pub const LINKS_TO_ADDRESS: Quota = quota("link-address", 30, TimeDelta::hours(1));
/// Mails with a link that one client asked for.
pub const LINKS_OF_CLIENT: Quota = quota("link-client", 30, TimeDelta::hours(1));
/// New conversations in the web chat from one client.
pub const NEW_CONVERSATIONS: Quota = quota("conversation", 60, TimeDelta::minutes(10));
/// Messages of one visitor in the web chat.
pub const CHAT_MESSAGES: Quota = quota("chat-message", 10, TimeDelta::minutes(1));
/// Files that one client sends to the web chat.
pub const CHAT_FILES: Quota = quota("chat-file", 60, TimeDelta::minutes(10));
/// Invitations a workspace sends, again or for the first time.
pub const INVITATIONS: Quota = quota("invitation", 100, TimeDelta::hours(1));
/// Invitations that one address gets, from all workspaces together.
pub const INVITATIONS_TO_ADDRESS: Quota = quota("invitation-address", 200, TimeDelta::hours(1));
/// Test mails that one address gets.
pub const TEST_MAILS: Quota = quota("test-mail", 20, TimeDelta::hours(1));
/// Workspaces that one client makes, where everybody may.
pub const WORKSPACES: Quota = quota("workspace", 60, TimeDelta::hours(1));
/// Connections to mail servers that a member tries before anything is saved.
pub const MAIL_TRIALS: Quota = quota("mail-trial", 30, TimeDelta::minutes(10));
/// Push services that a person's browsers name, each of which is looked up.
pub const DEVICES: Quota = quota("device", 100, TimeDelta::minutes(10));

const fn quota(name: &'static str, most: i64, window: TimeDelta) -> Quota {
    Quota { name, most, window }
}

impl Quota {
    /// The bucket of those whom `parts` name (an address, a client, an id), as
    /// a pseudonym: the table holds no address and no IP.
    fn bucket(self, signer: &Signer, parts: &[&str]) -> String {
        let mut named = vec![self.name];
        named.extend(parts);
        signer.pseudonym(&named)
    }

    /// Counts an attempt of those whom `parts` name if there is room for it. Attempts in
    /// one bucket are counted one at a time, so that none of many at once slips through. A
    /// refused one does not count.
    ///
    /// # Errors
    /// The refusal, made from [`RetryAfter`]; or when a query fails.
    pub fn take<R: From<RetryAfter>>(
        self,
        conn: &mut Conn,
        signer: &Signer,
        parts: &[&str],
    ) -> Verb<AttemptId, R> {
        take_at(conn, &self.bucket(signer, parts), self, Utc::now())
    }

    /// Whether there is room for one more attempt; none is counted.
    ///
    /// # Errors
    /// When the query fails.
    pub fn room(
        self,
        conn: &mut Conn,
        signer: &Signer,
        parts: &[&str],
    ) -> QueryResult<Result<(), RetryAfter>> {
        room_at(conn, &self.bucket(signer, parts), self, Utc::now())
    }
}

/// An attempt that was counted, to be given back if it should not have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptId(i64);

/// The limit is reached: how many seconds until there is room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many attempts. Please try again in {}.", in_words(.0))]
pub struct RetryAfter(pub u64);

impl RetryAfter {
    /// `a minute`, `9 minutes`: nobody counts more precisely.
    pub fn in_words(self) -> String {
        in_words(&self.0)
    }
}

fn in_words(seconds: &u64) -> String {
    match seconds.div_ceil(60) {
        ..=1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

fn take_at<R: From<RetryAfter>>(
    conn: &mut Conn,
    bucket: &str,
    quota: Quota,
    now: Utc,
) -> Verb<AttemptId, R> {
    dialect::lock_name(conn, bucket)?;
    if let Err(after) = room_at(conn, bucket, quota, now)? {
        return refuse(after.into());
    }
    Ok(AttemptId(
        diesel::insert_into(attempts::table)
            .values((attempts::bucket.eq(bucket), attempts::created_at.eq(now)))
            .returning(attempts::id)
            .get_result(conn)?,
    ))
}

fn room_at(
    conn: &mut Conn,
    bucket: &str,
    quota: Quota,
    now: Utc,
) -> QueryResult<Result<(), RetryAfter>> {
    // The attempt that has to leave the window before there is room for one.
    let blocking: Option<Utc> = attempts::table
        .filter(attempts::bucket.eq(bucket))
        .filter(attempts::created_at.gt(now.minus(quota.window)))
        .order((attempts::created_at.desc(), attempts::id.desc()))
        .offset(quota.most - 1)
        .limit(1)
        .select(attempts::created_at)
        .first(conn)
        .optional()?;
    Ok(blocking.map_or(Ok(()), |at| {
        let left = at.plus(quota.window).since(now).num_milliseconds();
        Err(RetryAfter(u64::try_from(left).unwrap_or(0).div_ceil(1000).max(1)))
    }))
}

/// Counts a password that is about to be checked, before it is: for its address
/// and client together, and for the client. A right one is given back.
///
/// # Errors
/// The refusal, made from [`RetryAfter`]; or when a query fails.
pub fn take_password<R: From<RetryAfter>>(
    conn: &mut Conn,
    signer: &Signer,
    address: &str,
    client: &str,
) -> Verb<[AttemptId; 2], R> {
    // The narrow bucket first, for everyone: its lock is shared by fewer.
    Ok([
        WRONG_PASSWORDS.take(conn, signer, &[address, client])?,
        WRONG_PASSWORDS_OF_CLIENT.take(conn, signer, &[client])?,
    ])
}

/// Forgets the wrong passwords of an address from this client, whose person has just
/// chosen a new one.
///
/// # Errors
/// When the query fails.
pub fn forget_passwords(
    conn: &mut Conn,
    signer: &Signer,
    address: &str,
    client: &str,
) -> QueryResult<()> {
    let pair = WRONG_PASSWORDS.bucket(signer, &[address, client]);
    diesel::delete(attempts::table.filter(attempts::bucket.eq(pair))).execute(conn).map(|_| ())
}

/// Counts the request for a mailed link, for the client and for the address.
///
/// # Errors
/// The refusal, made from [`RetryAfter`]; or when a query fails.
pub fn take_link<R: From<RetryAfter>>(
    conn: &mut Conn,
    signer: &Signer,
    address: &str,
    client: &str,
) -> Verb<(), R> {
    LINKS.take(conn, signer, &[address, client])?;
    LINKS_TO_ADDRESS.take(conn, signer, &[address])?;
    LINKS_OF_CLIENT.take(conn, signer, &[client])?;
    Ok(())
}

/// Takes attempts out of the count again.
///
/// # Errors
/// When the query fails.
pub fn give_back(conn: &mut Conn, ids: &[AttemptId]) -> QueryResult<()> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    diesel::delete(attempts::table.filter(attempts::id.eq_any(ids))).execute(conn).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::testing::scratch;

    const THREE: Quota = quota("test", 3, TimeDelta::seconds(60));

    fn attempt(db: &Db, bucket: &str, at: Utc) -> Result<AttemptId, RetryAfter> {
        db.write_now(|conn| take_at(conn, bucket, THREE, at)).unwrap()
    }

    #[test]
    fn the_window_slides_and_says_when_there_is_room() {
        let (db, _folder) = scratch();
        let start = Utc::now();
        let after = |seconds| start.plus(TimeDelta::seconds(seconds));
        for second in [0, 10, 20] {
            attempt(&db, "a", after(second)).unwrap();
        }
        assert_eq!(attempt(&db, "a", after(30)), Err(RetryAfter(30)));
        assert!(attempt(&db, "b", after(30)).is_ok(), "another bucket is not concerned");
        assert!(attempt(&db, "a", after(60)).is_ok(), "the first one left the window");
        assert_eq!(attempt(&db, "a", after(61)), Err(RetryAfter(9)));
    }

    #[test]
    fn what_is_given_back_does_not_count() {
        let (db, _folder) = scratch();
        let now = Utc::now();
        let ids: Vec<_> = (0..3).map(|_| attempt(&db, "a", now).unwrap()).collect();
        assert!(attempt(&db, "a", now).is_err());
        db.change_now(|conn| give_back(conn, &ids[..1])).unwrap();
        assert!(attempt(&db, "a", now).is_ok());
        assert!(attempt(&db, "a", now).is_err());
    }

    #[test]
    fn of_many_at_once_no_more_than_the_quota_pass() {
        let (db, _folder) = scratch();
        let passed = std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..16).map(|_| scope.spawn(|| attempt(&db, "a", Utc::now()).is_ok())).collect();
            all.into_iter().map(|t| t.join().unwrap()).filter(|ok| *ok).count()
        });
        assert_eq!(passed, 3);
    }

    #[test]
    fn a_bucket_names_its_limit_and_hides_whom_it_is_about() {
        let signer = Signer::new(vec![7; 32].into());
        let one = WRONG_PASSWORDS.bucket(&signer, &["ana@example.com", "192.0.2.1"]);
        assert!(!one.contains("ana") && !one.contains("192"));
        assert_ne!(one, CHAT_MESSAGES.bucket(&signer, &["ana@example.com", "192.0.2.1"]));
        assert_eq!(one, WRONG_PASSWORDS.bucket(&signer, &["ana@example.com", "192.0.2.1"]));
    }
}
