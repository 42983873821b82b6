//! One connection to a mailbox: what is new is taken in the order in which it came,
//! and the cursor moves on once a mail is on disk with all that it causes.

use std::collections::HashMap;
use std::future::pending;
use std::time::{Duration, Instant};

use async_imap::error::Error as ImapError;
use async_imap::extensions::idle::IdleResponse;
use async_imap::types::Fetch;
use futures_util::TryStreamExt;
use tokio::time::{sleep, timeout};

use super::super::Stop;
use crate::App;
use crate::channels::email::{self, NotReceived};
use crate::channels::mail_server::{self, Opened, Session, problem_of, timed};
use crate::db::{Db, DbError, Utc};
use crate::models::mailbox::reading::{self, Cursor, Lease, Trouble};
use crate::models::mailbox::{self, NewServer, Protocol};
use crate::net::{Dialer, Problem};

/// The largest mail that is taken whole, in bytes.
const MAIL_MAX: usize = 25 * 1024 * 1024;
/// What a server may send beside a mail, in bytes: the numbers of a full folder.
const TALK_MAX: usize = 4 * 1024 * 1024;
/// Mails whose sizes are asked for at once. They are fetched one by one, so that no
/// more than one is in memory.
const BATCH: usize = 100;
/// A server ends a connection that says nothing for 29 minutes (RFC 2177), and
/// some networks one that says nothing for ten.
const IDLE_FOR: Duration = Duration::from_secs(9 * 60);
/// How often a node asks whether it is still its turn, and how often it says so.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// A connection that lasted so long has come over its failures.
const STEADY_AFTER: Duration = Duration::from_secs(60);
/// For the largest mail over a slow line, beyond the time of any command.
const FETCH_EXTRA: Duration = Duration::from_secs(5 * 60);

/// Why a connection ended without being told to.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Server(#[from] Problem),
    #[error("{}", problem_of(.0))]
    Imap(#[from] ImapError),
    #[error("Baton could not store a mail. It is still in the mailbox and will be tried again.")]
    NotReceived(NotReceived),
    #[error("Baton’s database failed. It will be tried again.")]
    Database(#[from] DbError),
    #[error("The stored password cannot be read with this secret key. Type it again on this page.")]
    Broken(#[from] crate::models::seal::Broken),
}

/// Reads a mailbox until it is not this node's any more, or Baton stops.
///
/// # Errors
/// When it cannot be given back; then its lease runs out.
pub(super) async fn read(
    app: App,
    dialer: Dialer,
    lease: Lease,
    stop: Stop,
) -> Result<(), DbError> {
    let ended = tokio::select! {
        ended = follow(&app, &dialer, &lease, stop) => ended,
        () = hold(&app.db, &lease) => Ok(()),
    };
    let Err(failure) = ended else {
        return app.db.change(move |conn| reading::give_back(conn, &lease)).await;
    };
    // A server's answer may repeat the address, and a log holds none.
    let step = match &failure {
        Failure::Server(problem) => problem.step.name(),
        Failure::NotReceived(error) => {
            tracing::error!(%error, inbox = lease.inbox_id, "a mail could not be stored");
            "Store"
        }
        Failure::Database(error) => {
            tracing::error!(%error, "the database failed while a mailbox was read");
            "Store"
        }
        Failure::Imap(_) => "Read",
        Failure::Broken(_) => "Password",
    };
    tracing::warn!(inbox = lease.inbox_id, step, "a mailbox cannot be read, will be tried again");
    let reason = failure.to_string();
    let short = match &failure {
        Failure::Server(problem) => problem.reason.clone(),
        Failure::Imap(error) => problem_of(error).reason,
        _ => reason.clone(),
    };
    let trouble = match &failure {
        Failure::Server(problem) if problem.is_sign_in_refused => Trouble::SignInRefused,
        _ => Trouble::Passing,
    };
    app.db
        .change(move |conn| reading::fail(conn, &lease, (trouble, &reason, &short), Utc::now()))
        .await
}

/// Ends when the mailbox is another node's, has other settings, or is archived.
async fn hold(db: &Db, lease: &Lease) {
    let begun = Instant::now();
    let mut renewed = Instant::now();
    loop {
        sleep(LOOK_EVERY).await;
        let asked = lease.clone();
        let is_held = if renewed.elapsed() < RENEW_EVERY {
            db.read(move |conn| reading::is_held(conn, &asked)).await
        } else {
            renewed = Instant::now();
            let is_steady = begun.elapsed() > STEADY_AFTER;
            db.change(move |conn| reading::renew(conn, &asked, Utc::now(), is_steady)).await
        };
        match is_held {
            Ok(true) => {}
            Ok(false) => return,
            // The lease runs out by itself where that goes on.
            Err(error) => tracing::error!(%error, "a mailbox could not be held"),
        }
    }
}

async fn follow(app: &App, dialer: &Dialer, lease: &Lease, mut stop: Stop) -> Result<(), Failure> {
    let Some(server) = server(app, lease).await? else { return Ok(()) };
    let opening = mail_server::open(dialer, &server);
    let Opened { mut session, has_idle, uid_validity, uid_next } = tokio::select! {
        opened = opening => opened?,
        _ = stop.or(pending()) => return Ok(()),
    };
    let held = lease.clone();
    let begun =
        app.db.change(move |conn| reading::begin(conn, &held, uid_validity, Utc::now())).await?;
    let Some(mut cursor) = begun else { return Ok(()) };
    tracing::info!(inbox = lease.inbox_id, has_idle, "a mailbox is connected");
    loop {
        if !take_new(app, lease, &mut session, &mut cursor, &stop).await? {
            break;
        }
        // What was there before and is not to be taken is not looked at again.
        let before = uid_next.map_or(0, |next| next.saturating_sub(1));
        if i64::from(before) > cursor.last_uid && !stop.is_asked() {
            let held = lease.clone();
            app.db.change(move |conn| reading::skip(conn, &held, before)).await?;
            cursor.last_uid = i64::from(before);
        }
        if stop.is_asked() {
            break;
        }
        if has_idle {
            session = idle(session, &mut stop).await?;
        } else {
            stop.or(sleep(app.config.mail_servers.poll_every)).await;
            session.as_mut().allow(TALK_MAX);
            timed(Duration::ZERO, session.noop()).await?;
        }
    }
    // The server may be gone; it is only told out of courtesy.
    let _ = timeout(Duration::from_secs(2), session.logout()).await;
    Ok(())
}

async fn server(app: &App, lease: &Lease) -> Result<Option<NewServer>, Failure> {
    let (workspace_id, inbox_id) = (lease.workspace_id, lease.inbox_id);
    let found = app.db.read(move |conn| mailbox::find(conn, workspace_id, inbox_id)).await?;
    Ok(found.map(|mailbox| mailbox.login(&app.signer, Protocol::Imap)).transpose()?)
}

/// Takes what is new; `false` when the mailbox is not this node's any more.
async fn take_new(
    app: &App,
    lease: &Lease,
    session: &mut Session,
    cursor: &mut Cursor,
    stop: &Stop,
) -> Result<bool, Failure> {
    session.as_mut().allow(TALK_MAX);
    let asked = if cursor.last_uid == 0 {
        format!("SINCE {}", cursor.since.to_chrono().format("%-d-%b-%Y"))
    } else {
        format!("UID {}:*", cursor.last_uid + 1)
    };
    let found = timed(Duration::ZERO, session.uid_search(asked)).await?;
    // `n:*` names the last mail also where its number is smaller than n.
    let mut uids: Vec<u32> =
        found.into_iter().filter(|uid| i64::from(*uid) > cursor.last_uid).collect();
    uids.sort_unstable();
    for batch in uids.chunks(BATCH) {
        let sizes = sizes(session, batch).await?;
        for &uid in batch {
            if stop.is_asked() {
                return Ok(true);
            }
            // One that is gone meanwhile has no size.
            let mail = match sizes.get(&uid) {
                Some(size) => fetch(session, uid, *size).await?,
                None => None,
            };
            let held = lease.clone();
            let is_mine = match mail {
                Some((raw, came_at)) => {
                    let (workspace_id, inbox_id) = (lease.workspace_id, lease.inbox_id);
                    match email::receive(app, workspace_id, inbox_id, &raw, came_at).await {
                        Ok(_) => {}
                        Err(error) if error.is_lasting() => return Ok(false),
                        Err(error) => return Err(Failure::NotReceived(error)),
                    }
                    app.db.change(move |conn| reading::advance(conn, &held, uid)).await?
                }
                None => app.db.change(move |conn| reading::skip(conn, &held, uid)).await?,
            };
            if !is_mine {
                return Ok(false);
            }
            cursor.last_uid = i64::from(uid);
        }
    }
    Ok(true)
}

async fn sizes(session: &mut Session, uids: &[u32]) -> Result<HashMap<u32, usize>, ImapError> {
    session.as_mut().allow(TALK_MAX);
    let asked: Vec<String> = uids.iter().map(ToString::to_string).collect();
    let fetching = async {
        let found: Vec<Fetch> =
            session.uid_fetch(asked.join(","), "(UID RFC822.SIZE)").await?.try_collect().await?;
        Ok(found)
    };
    let found = timed(Duration::ZERO, fetching).await?;
    Ok(found
        .iter()
        .filter_map(|mail| Some((mail.uid?, usize::try_from(mail.size?).ok()?)))
        .collect())
}

/// A mail as it is, or what there is to say of one that is too big, with the moment at which
/// it came. It stays an unseen one in the mailbox.
async fn fetch(
    session: &mut Session,
    uid: u32,
    size: usize,
) -> Result<Option<(Vec<u8>, Option<Utc>)>, ImapError> {
    // Servers do not count every line end alike.
    session.as_mut().allow(MAIL_MAX * 2 + TALK_MAX);
    let is_whole = size <= MAIL_MAX;
    let what = if is_whole {
        "(UID INTERNALDATE BODY.PEEK[])"
    } else {
        "(UID INTERNALDATE BODY.PEEK[HEADER])"
    };
    let fetching = async {
        let found: Vec<Fetch> =
            session.uid_fetch(uid.to_string(), what).await?.try_collect().await?;
        Ok(found)
    };
    let found = timed(FETCH_EXTRA, fetching).await?;
    let mail = found.into_iter().find(|mail| mail.uid == Some(uid));
    Ok(mail.and_then(|mail| {
        let raw = if is_whole {
            mail.body().map(<[u8]>::to_vec)
        } else {
            mail.header().map(|headers| in_place_of(headers, size))
        };
        let came_at = mail.internal_date().map(|date| Utc::from(date.to_utc()));
        Some((raw?, came_at))
    }))
}

/// A mail that says that the real one is too big, with its headers, so that it
/// arrives where that would have.
fn in_place_of(headers: &[u8], size: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(headers);
    let mut kept = String::with_capacity(text.len());
    let mut is_left_out = false;
    for line in text.lines().take_while(|line| !line.is_empty()) {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            is_left_out = name.starts_with("content-") || name == "mime-version";
        }
        if !is_left_out {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
    }
    let megabytes = size.div_ceil(1024 * 1024);
    format!(
        "{kept}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         This mail is {megabytes} MB. Baton takes mails of up to 25 MB; all of it is still in the mailbox.\r\n"
    )
    .into_bytes()
}

/// Waits until the server tells of something new, or it is time to ask.
async fn idle(mut session: Session, stop: &mut Stop) -> Result<Session, ImapError> {
    session.as_mut().allow(TALK_MAX);
    let told = session.unsolicited_responses.clone();
    while told.try_recv().is_ok() {}
    let mut idle = session.idle();
    timed(Duration::ZERO, idle.init()).await?;
    // What the server told while it began to wait was not waited for.
    if told.is_empty() {
        let (wait, interrupt) = idle.wait_with_timeout(IDLE_FOR);
        let waited = tokio::select! {
            waited = timeout(IDLE_FOR, wait) => waited.unwrap_or(Ok(IdleResponse::Timeout))?,
            _ = stop.or(pending()) => IdleResponse::Timeout,
        };
        drop(interrupt);
        // This library says so when the connection ends; nobody interrupts here.
        if waited == IdleResponse::ManualInterrupt {
            return Err(ImapError::ConnectionLost);
        }
    }
    timed(Duration::ZERO, idle.done()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_is_too_big_is_told_by_its_headers() {
        let headers = b"From: Kofi <kofi@customer.example>\r\nSubject: The\r\n plans\r\n\
            Content-Type: multipart/mixed;\r\n boundary=x\r\nMIME-Version: 1.0\r\n\
            Message-ID: <1@customer.example>\r\n\r\n";
        let mail = String::from_utf8(in_place_of(headers, 30 * 1024 * 1024 + 1)).expect("UTF-8");
        assert!(mail.contains("Subject: The\r\n plans\r\n"), "{mail}");
        assert!(!mail.contains("boundary"), "{mail}");
        assert!(mail.contains("Message-ID: <1@customer.example>\r\n"), "{mail}");
        assert!(mail.contains("\r\n\r\nThis mail is 31 MB."), "{mail}");
    }
}
