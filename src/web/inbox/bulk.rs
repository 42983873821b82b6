//! Many of the list at once: *Assign selected*, *Label selected*, *Snooze selected*,
//! *Resolve selected*, *Reopen selected*, *Release selected*, and what is spam.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::show;
use crate::App;
use crate::db::Utc;
use crate::models::bulk::{self, Deed, Done, MOST, Pick, Task};
use crate::models::conversation_list;
use crate::models::obstacle::Obstacle;
use crate::models::progress::Step;
use crate::models::undo;
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::list::{Chosen, ListQuery};
use crate::web::list_pane::{BulkProblem, Selected};
use crate::web::undo::offered;
use crate::web::view::FlashKind;
use crate::web::{respond, several, snooze};

/// A row that is checked: `ID.VERSION`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Checked(Pick);

impl TryFrom<String> for Checked {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parse = |(id, version): (&str, &str)| {
            Some(Self(Pick { id: id.parse().ok()?, version: version.parse().ok()? }))
        };
        text.split_once('.').and_then(parse).ok_or("not a row")
    }
}

/// The list's form.
#[derive(Debug, Default, Deserialize)]
pub struct Selection {
    #[serde(default)]
    c: Vec<Checked>,
    /// *All that match*.
    all: Option<String>,
    /// When the page was made, in microseconds: what happened since is not meant by
    /// *all*, and what was written since is not put away.
    made: Option<i64>,
    #[serde(default)]
    assignee: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    until: String,
    /// When its choices were made, in microseconds.
    offered: Option<i64>,
}

impl Selection {
    fn made(&self) -> Option<Utc> {
        self.made.and_then(Utc::from_micros)
    }

    /// What the page comes back with when nothing can be done yet.
    fn kept(self, problem: BulkProblem) -> Selected {
        Selected {
            picked: self.c.iter().map(|row| row.0.id).collect(),
            is_all: self.all.is_some(),
            assignee: self.assignee,
            label: self.label,
            until: self.until,
            problem: Some(problem),
        }
    }
}

/// The form of a list, and what it lists.
type Sent = (Data<App>, Query<ListQuery>, Act<Selection>);

/// `POST /inbox/assign`
pub async fn assign(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    let to = match act.form.assignee.as_str() {
        "nobody" => Some(None),
        id => id.parse().ok().map(Some),
    };
    run((app, query, act), to.map(Deed::Assign), BulkProblem::NoAssignee, "assigned").await
}

/// `POST /inbox/release`: back to the queue, for those who can assign to nobody else.
pub async fn release(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    let deed = Some(Deed::Assign(None));
    run((app, query, act), deed, BulkProblem::Nothing, "released").await
}

/// `POST /inbox/label`
pub async fn label(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    let deed = act.form.label.parse().ok().map(Deed::Label);
    run((app, query, act), deed, BulkProblem::NoLabel, "labelled").await
}

/// `POST /inbox/snooze`
pub async fn snooze(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    let (now, zone) = (Utc::now().to_chrono(), act.viewer.time_zone);
    let until = snooze::chosen(&act.form.until, "", act.form.offered, now, zone);
    let missing = match until {
        Err(snooze::Problem::Past) => BulkProblem::Past,
        _ => BulkProblem::NoTime,
    };
    let deed = until.ok().map(|until| Deed::Take(Step::Snooze(until.into())));
    run((app, query, act), deed, missing, "snoozed").await
}

/// `POST /inbox/resolve`
pub async fn resolve(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    take((app, query, act), Step::Resolve, "resolved").await
}

/// `POST /inbox/reopen`: what was resolved or snoozed comes back.
pub async fn reopen(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    take((app, query, act), Step::Reopen, "reopened").await
}

/// `POST /inbox/spam`
pub async fn spam(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    take((app, query, act), Step::MarkSpam, "marked as spam").await
}

/// `POST /inbox/not-spam`
pub async fn not_spam(
    app: Data<App>,
    query: Query<ListQuery>,
    act: Act<Selection>,
) -> Result<HttpResponse, AppError> {
    take((app, query, act), Step::NotSpam, "marked as not spam").await
}

/// What needs no more than the selection.
async fn take(sent: Sent, step: Step, verb: &'static str) -> Result<HttpResponse, AppError> {
    run(sent, Some(Deed::Take(step)), BulkProblem::Nothing, verb).await
}

/// Does it to each of them and says in one line what came of it.
async fn run(
    (app, query, act): Sent,
    deed: Option<Deed>,
    missing: BulkProblem,
    verb: &'static str,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let chosen = query.chosen(&viewer)?;
    let is_nothing = form.c.is_empty() && form.all.is_none();
    let Some(deed) = deed.filter(|_| !is_nothing) else {
        let problem = if is_nothing { BulkProblem::Nothing } else { missing };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&app, &viewer, chosen, status, form.kept(problem), None).await;
    };
    let (picks, are_more) = picked(&app, chosen, &form).await?;
    let filter = chosen.filter;
    let task = Task {
        caller: viewer.caller(),
        deed,
        status: filter.status,
        is_spam: filter.is_spam,
        made: form.made(),
    };
    let Came { undo, done, same, obstacles, untried } = each(&app, task, picks).await?;
    let mut words = several::sentence(done, verb, &obstacles);
    if same > 0 {
        words.push_str(&format!(" {same} needed no change."));
    }
    words.push_str(&several::untried(untried));
    if are_more {
        words.push_str(" There are more: select all that match again to go on.");
    }
    let address = format!("/inbox{}", chosen.query());
    let mut flash = offered(&words, undo, &address);
    if !obstacles.is_empty() || untried > 0 {
        flash.kind = FlashKind::Warn;
        if done + same == 0 {
            let nothing = Selected::default();
            return show(&app, &viewer, chosen, StatusCode::CONFLICT, nothing, Some(flash)).await;
        }
    }
    Ok(respond::see_other_with(&app, &address, &flash))
}

/// What came of each of them.
#[derive(Default)]
struct Came {
    undo: Option<undo::Id>,
    done: usize,
    /// They were so already.
    same: usize,
    obstacles: Vec<Obstacle>,
    /// The database failed before their turn.
    untried: usize,
}

async fn each(app: &App, task: Task, picks: Vec<Pick>) -> Result<Came, AppError> {
    let mut came = Came::default();
    let mut picks = picks.into_iter();
    while let Some(pick) = picks.next() {
        let undo = came.undo;
        let done = app.db.write(move |conn| bulk::one(conn, task, pick, undo)).await;
        let done = match done {
            // What is done stays done, and is told with what takes it back.
            Err(error) if came.done > 0 => {
                tracing::error!(%error, "the rest of many conversations was left");
                came.untried = 1 + picks.len();
                break;
            }
            done => done?,
        };
        match done {
            Ok(Done::Changed { undo: by }) => {
                came.undo = Some(by);
                came.done += 1;
            }
            Ok(Done::Unchanged) => came.same += 1,
            Err(Obstacle::NoMember) => return Err(AppError::ChooseWorkspace),
            Err(obstacle) => came.obstacles.push(obstacle),
        }
    }
    if let Some(undo) = came.undo {
        let workspace_id = task.caller.workspace_id;
        let started = app.db.change(move |conn| undo::start(conn, workspace_id, undo)).await;
        // Less time is left to take it back, and no more than that.
        if let Err(error) = started {
            tracing::error!(%error, "the seconds of an undo could not begin anew");
        }
    }
    Ok(came)
}

/// Which ones are meant; and whether there are more than are done at once.
async fn picked(
    app: &App,
    chosen: Chosen,
    form: &Selection,
) -> Result<(Vec<Pick>, bool), AppError> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    if form.all.is_none() {
        let mut picks: Vec<Pick> = form.c.iter().map(|row| row.0).collect();
        picks.truncate(most);
        return Ok((picks, form.c.len() > most));
    }
    let made = form.made().unwrap_or_else(Utc::now);
    let mut picks = app
        .db
        .read_long(move |conn| {
            let Chosen { workspace_id, actor, filter, .. } = chosen;
            conversation_list::as_of(conn, workspace_id, actor, filter, made, MOST + 1)
        })
        .await?;
    let are_more = picks.len() > most;
    picks.truncate(most);
    Ok((picks, are_more))
}
