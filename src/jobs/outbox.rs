//! Sends what is due in the outbox.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use strum::{EnumIter, IntoEnumIterator};
use tokio::sync::Notify;
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::sleep;

use super::mails::Mails;
use super::pushes::Pushes;
use super::replies::Post;
use super::trouble::Trouble;
use super::{OUTBOX_TIMEOUT, STOP_TIMEOUT, Stop};
use crate::db::{Db, DbError, Origin, Utc};
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
            Self::Mails | Self::Replies => OUTBOX_TIMEOUT,
            Self::Pushes => STOP_TIMEOUT,
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
    places: HashMap<task::Id, Place>,
}

/// What one of them takes.
struct Place {
    lane: Lane,
    workspace_id: Option<i64>,
    delivery_id: i64,
}

impl Sending {
    fn room(&self, lane: Lane) -> Room {
        let mut busy = HashMap::new();
        let taken = self.places.values().filter(|place| place.lane == lane);
        for place in taken.clone() {
            *busy.entry(place.workspace_id).or_default() += 1;
        }
        Room {
            kinds: Kind::iter().filter(|kind| Lane::of(*kind) == lane).collect(),
            places: lane.places() - taken.count(),
            of_one: lane.places_of_one(),
            busy,
            held: self.held(),
        }
    }

    /// The deliveries that are in hand here, also where a lease has ended since the database
    /// was away: what becomes of them is known here alone.
    fn held(&self) -> Vec<i64> {
        self.places.values().map(|place| place.delivery_id).collect()
    }

    fn start(
        &mut self,
        leased: &Leased,
        sent: impl Future<Output = Result<(), DbError>> + Send + 'static,
    ) {
        let place = Place {
            lane: Lane::of(leased.kind),
            workspace_id: leased.workspace_id,
            delivery_id: leased.id,
        };
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
    mails: Mails,
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
        if let Err(error) = settle_broken_off(&db, sending.held()).await {
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
                    let sent = send(mails.clone(), post.clone(), pushes.clone(), one.clone());
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

async fn settle_broken_off(db: &Db, held: Vec<i64>) -> Result<(), DbError> {
    let looked = held.clone();
    if !db.read(move |conn| reply::is_any_broken_off(conn, Utc::now(), &looked)).await? {
        return Ok(());
    }
    db.change(move |conn| reply::settle_broken_off(conn, Utc::now(), &held)).await
}

async fn lease_due(db: &Db, room: Room) -> Result<Vec<Leased>, DbError> {
    let looked = room.clone();
    if !db.read(move |conn| delivery::is_any_due(conn, Utc::now(), &looked)).await? {
        return Ok(Vec::new());
    }
    db.change(move |conn| delivery::lease_due(conn, Utc::now(), &room)).await
}

async fn send(mails: Mails, post: Post, pushes: Pushes, leased: Leased) -> Result<(), DbError> {
    match Lane::of(leased.kind) {
        Lane::Mails => mails.send(leased).await,
        Lane::Replies => post.send(leased).await,
        Lane::Pushes => pushes.send(leased).await,
    }
}
