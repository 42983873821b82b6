//! Sends what is due in the outbox.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use strum::{EnumIter, IntoEnumIterator};
use tokio::sync::Notify;
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::sleep;

use super::pushes::Pushes;
use super::replies::Post;
use super::trouble::Trouble;
use super::{OUTBOX_TIMEOUT, STOP_TIMEOUT, Stop};
use crate::db::{Db, DbError, Origin, Utc};
use crate::mail::{MailError, Mailer, without_address};
use crate::models::delivery::{self, Kind, Leased, Room, reply};

/// Another node's deliveries, and those whose pause is over, are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What leaves by one way. Each has places of its own, so that a server which keeps one
/// waiting holds up nothing that goes another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
enum Lane {
    /// Baton's own mails, by the installation's mail server.
    Mails,
    /// Replies, by servers that teams choose.
    Replies,
    /// What browsers show, by their push services.
    Pushes,
}

impl Lane {
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Push => Self::Pushes,
            Kind::Reply => Self::Replies,
            Kind::Invitation
            | Kind::ResetPassword
            | Kind::VerifyAddress
            | Kind::AddressChanged
            | Kind::Test
            | Kind::Notifications
            | Kind::ChatAnswers
            | Kind::ReplyRefused => Self::Mails,
        }
    }

    /// Deliveries sent at once.
    const fn places(self) -> usize {
        match self {
            Self::Replies => 32,
            Self::Mails | Self::Pushes => 8,
        }
    }

    /// How long a delivery may go on when Baton stops.
    const fn patience(self) -> Duration {
        match self {
            Self::Replies => OUTBOX_TIMEOUT,
            Self::Mails | Self::Pushes => STOP_TIMEOUT,
        }
    }

    /// How many of them one workspace may have: its server may be the one that is stuck.
    const fn places_of_one(self) -> usize {
        match self {
            Self::Replies | Self::Pushes => 4,
            Self::Mails => self.places(),
        }
    }
}

/// What is being sent.
#[derive(Default)]
struct Sending {
    tasks: JoinSet<Result<(), DbError>>,
    places: HashMap<task::Id, (Lane, Option<i64>)>,
}

impl Sending {
    fn room(&self, lane: Lane) -> Room {
        let mut busy = HashMap::new();
        let taken = self.places.values().filter(|(of, _)| *of == lane);
        for (_, workspace_id) in taken.clone() {
            *busy.entry(*workspace_id).or_default() += 1;
        }
        Room {
            kinds: Kind::iter().filter(|kind| Lane::of(*kind) == lane).collect(),
            places: lane.places() - taken.count(),
            of_one: lane.places_of_one(),
            busy,
        }
    }

    fn start(
        &mut self,
        leased: &Leased,
        sent: impl Future<Output = Result<(), DbError>> + Send + 'static,
    ) {
        let place = (Lane::of(leased.kind), leased.workspace_id);
        let task = self.tasks.spawn(Origin::Baton.of(sent));
        self.places.insert(task.id(), place);
    }

    /// The next that ends; `None` when nothing is being sent.
    async fn ended(&mut self) -> Option<Result<Result<(), DbError>, JoinError>> {
        let ended = self.tasks.join_next_with_id().await?;
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        self.places.remove(&id);
        Some(ended.map(|(_, sent)| sent))
    }
}

pub(super) async fn run(
    mailer: Mailer,
    post: Post,
    pushes: Pushes,
    wake: Arc<Notify>,
    mut stop: Stop,
) {
    let db = post.db.clone();
    let mut sending = Sending::default();
    let mut unsettled = Trouble::of("looking for replies that broke off failed");
    let mut unread = Trouble::of("looking into the outbox failed");
    loop {
        if let Err(error) = settle_broken_off(&db).await {
            unsettled.tell(&error);
        }
        for lane in Lane::iter() {
            // What one workspace has too much of may stand before what another waits for.
            while !stop.is_asked() {
                let leased = match lease_due(&db, sending.room(lane)).await {
                    Ok(leased) => leased,
                    Err(error) => {
                        unread.tell(&error);
                        break;
                    }
                };
                if leased.is_empty() {
                    break;
                }
                for one in leased {
                    let sent = send(mailer.clone(), post.clone(), pushes.clone(), one.clone());
                    let stop = stop.clone();
                    sending.start(&one, async move {
                        // What does not end in time is left to its lease.
                        stop.allowing(lane.patience(), sent).await.unwrap_or(Ok(()))
                    });
                }
            }
        }
        let woken = async {
            tokio::select! {
                () = wake.notified() => {}
                () = sleep(LOOK_EVERY) => {}
                Some(ended) = sending.ended() => note(ended),
            }
        };
        if !stop.or(woken).await {
            break;
        }
    }
    while let Some(ended) = sending.ended().await {
        note(ended);
    }
}

/// What was sent is noted already; what could not be noted is left to its lease.
fn note(ended: Result<Result<(), DbError>, JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the outbox could not be written"),
        Err(error) => tracing::error!(%error, "a delivery broke off"),
    }
}

async fn settle_broken_off(db: &Db) -> Result<(), DbError> {
    if !db.read(|conn| reply::is_any_broken_off(conn, Utc::now())).await? {
        return Ok(());
    }
    db.change(|conn| reply::settle_broken_off(conn, Utc::now())).await
}

async fn lease_due(db: &Db, room: Room) -> Result<Vec<Leased>, DbError> {
    let looked = room.clone();
    if !db.read(move |conn| delivery::is_any_due(conn, Utc::now(), &looked)).await? {
        return Ok(Vec::new());
    }
    db.change(move |conn| delivery::lease_due(conn, Utc::now(), &room)).await
}

async fn send(mailer: Mailer, post: Post, pushes: Pushes, leased: Leased) -> Result<(), DbError> {
    match Lane::of(leased.kind) {
        Lane::Mails => send_mail(mailer, post.db, leased).await,
        Lane::Replies => post.send(leased).await,
        Lane::Pushes => pushes.send(leased).await,
    }
}

async fn send_mail(mailer: Mailer, db: Db, leased: Leased) -> Result<(), DbError> {
    let (id, kind) = (leased.id, leased.kind.into_str());
    let asked = leased.clone();
    let content = db.read(move |conn| delivery::content(conn, &asked, Utc::now())).await?;
    let Some(content) = content else {
        tracing::info!(delivery = id, kind, "dropped: its cause is gone");
        return db.change(move |conn| delivery::discard(conn, id)).await;
    };
    let logged = |reason: &str| without_address(reason, &leased.recipient);
    match mailer.send(&leased, &content).await {
        Ok(()) => {
            tracing::info!(delivery = id, kind, "sent");
            db.change(move |conn| delivery::mark_sent(conn, id, Utc::now())).await
        }
        Err(MailError::Passing(reason)) => {
            let (attempt, why) = (leased.attempts, logged(&reason));
            tracing::warn!(delivery = id, kind, attempt, why, "not sent, will be tried again");
            db.change(move |conn| delivery::mark_retry(conn, &leased, &reason, Utc::now())).await
        }
        Err(MailError::Permanent(reason)) => {
            tracing::warn!(delivery = id, kind, why = logged(&reason), "refused");
            db.change(move |conn| delivery::mark_failed(conn, &leased, &reason, Utc::now())).await
        }
    }
}
