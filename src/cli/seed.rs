//! `baton seed`: a workspace with as many conversations as asked for, each with
//! about ten messages, to try Baton under load.

pub(super) mod words;

use std::time::Instant;

use baton::App;
use baton::db::{Conn, Utc, dialect};
use baton::models::contact::bulk::{NewContact, write_contacts};
use baton::models::history::{self, Event, Person, Story};
use baton::models::workspace::Workspace;
use baton::models::{inbox, membership, workspace};
use chrono::TimeDelta;

use super::random::Random;

/// Conversations written in one transaction.
const BATCH: usize = 500;

#[derive(clap::Args)]
pub struct Options {
    /// How many conversations to add
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    conversations: u32,
    /// The workspace's id or exact name; not needed when there is only one
    #[arg(long, value_name = "WORKSPACE")]
    workspace: Option<String>,
}

pub fn run(app: &App, options: &Options) -> Result<(), String> {
    let workspace = choose(app, options.workspace.as_deref())?;
    let scene = super::read(&app.db, |conn| Scene::load(conn, workspace.id))?;
    if scene.inboxes.is_empty() || scene.members.is_empty() {
        return Err(format!("{} has no inbox or no member.", workspace.name));
    }
    let total = options.conversations as usize;
    let mut random = Random::new(u64::from(options.conversations));
    let started = Instant::now();
    let (mut done, mut messages, mut told) = (0, 0, 0);
    while done < total {
        let count = BATCH.min(total - done);
        // A share of the whole span of time, so that later ids are newer.
        let cases: Vec<Case> =
            (done..done + count).map(|index| scene.invent(&mut random, index, total)).collect();
        messages += cases.iter().map(Case::messages).sum::<usize>();
        super::change(&app.db, |conn| scene.write(conn, &cases))?;
        done += count;
        if done * 10 / total > told || done == total {
            told = done * 10 / total;
            let seconds = started.elapsed().as_secs_f64();
            super::out::mention(format_args!(
                "{done} of {total} conversations, {messages} messages, {seconds:.0} s"
            ));
        }
    }
    super::change(&app.db, dialect::many_rows::analyze)
}

fn choose(app: &App, named: Option<&str>) -> Result<Workspace, String> {
    if let Some(named) = named {
        return super::workspace::find(app, named);
    }
    let mut all = super::read(&app.db, workspace::all)?;
    match (all.pop(), all.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(format!(
            "There is no workspace yet: create it at {} first.",
            app.config.link("/register")
        )),
        (Some(_), _) => Err("There are several workspaces: name one with --workspace.".into()),
    }
}

/// Where the conversations happen, and who answers.
struct Scene {
    workspace_id: i64,
    inboxes: Vec<i64>,
    members: Vec<Person>,
}

/// A conversation that is not written yet, with its contact.
struct Case {
    contact: NewContact,
    inbox_id: i64,
    events: Vec<(Utc, Event)>,
    read_by: Vec<i64>,
}

impl Case {
    fn messages(&self) -> usize {
        let is_message =
            |e: &Event| matches!(e, Event::Customer(_) | Event::Reply(..) | Event::Note(..));
        self.events.iter().filter(|(_, event)| is_message(event)).count()
    }
}

impl Scene {
    fn load(conn: &mut Conn, workspace_id: i64) -> baton::db::QueryResult<Self> {
        let members = membership::active_names(conn, workspace_id)?
            .into_iter()
            .map(|one| Person { membership_id: one.membership_id, name: one.name })
            .collect();
        let inboxes = inbox::list(conn, workspace_id)?.into_iter().map(|one| one.id).collect();
        Ok(Self { workspace_id, inboxes, members })
    }

    /// Most conversations are resolved and old; of the open ones a third waits in
    /// the queue, and the rest is spread over the members.
    fn invent(&self, random: &mut Random, index: usize, total: usize) -> Case {
        let days = 90.0 * (1.0 - (index as f64 + 1.0) / total as f64);
        let ended = Utc::now()
            .minus(TimeDelta::seconds((days * 86_400.0) as i64 + random.between(30, 3_600)));
        let owner = random.pick(&self.members).clone();
        let is_recent = days < 4.0;
        let is_owned = random.percent(if is_recent { 65 } else { 92 });
        let mut events = self.talk(random, &owner, is_owned, ended);
        if is_owned && random.percent(if is_recent { 35 } else { 85 }) {
            events.push((ended, Event::Resolved(owner.clone())));
        } else if is_owned && random.percent(15) {
            let until = Utc::now().plus(TimeDelta::hours(random.between(2, 24 * 14)));
            events.push((ended, Event::Snoozed(owner.clone(), until)));
        }
        let name = format!("{} {}", random.pick(&words::FIRST), random.pick(&words::LAST));
        let created_at = events.first().map_or(ended, |(at, _)| *at);
        Case {
            contact: NewContact {
                email: Some(format!("customer{}.{index}@example.com", random.between(1, 9_999))),
                name,
                phone: None,
                company: random.percent(20).then(|| (*random.pick(&words::COMPANIES)).to_owned()),
                values: Vec::new(),
                created_at,
            },
            inbox_id: *random.pick(&self.inboxes),
            events,
            read_by: if is_owned && random.percent(85) {
                vec![owner.membership_id]
            } else {
                Vec::new()
            },
        }
    }

    /// About ten messages that end at `ended`: customer and owner in turn.
    fn talk(
        &self,
        random: &mut Random,
        owner: &Person,
        is_owned: bool,
        ended: Utc,
    ) -> Vec<(Utc, Event)> {
        let turns = if is_owned { random.between(6, 16) } else { random.between(1, 5) };
        let mut at = ended.minus(TimeDelta::seconds(random.between(60, 5_400) * (turns + 1)));
        let step = TimeDelta::seconds(ended.since(at).num_seconds() / (turns + 2));
        let mut events = vec![(at, Event::Customer(words::customer(random)))];
        if is_owned {
            at = at.plus(step);
            let by = random.pick(&self.members);
            events.push((
                at,
                if random.percent(70) || by.membership_id == owner.membership_id {
                    Event::Claimed(owner.clone())
                } else {
                    Event::Assigned(by.clone(), owner.clone())
                },
            ));
        }
        for turn in 1..turns {
            at = at.plus(step);
            events.push((
                at,
                match turn % 2 {
                    1 if is_owned => Event::Reply(owner.clone(), words::reply(random)),
                    _ if is_owned && random.percent(8) => {
                        Event::Note(random.pick(&self.members).clone(), words::note(random))
                    }
                    _ => Event::Customer(words::customer(random)),
                },
            ));
        }
        events
    }

    fn write(&self, conn: &mut Conn, cases: &[Case]) -> baton::db::QueryResult<()> {
        let contacts: Vec<NewContact> = cases.iter().map(|case| case.contact.clone()).collect();
        let ids = write_contacts(conn, self.workspace_id, &contacts)?;
        let stories: Vec<Story> = cases
            .iter()
            .zip(ids)
            .map(|(case, contact_id)| Story {
                inbox_id: case.inbox_id,
                contact_id,
                contact_name: case.contact.name.clone(),
                events: case.events.clone(),
                read_by: case.read_by.clone(),
                notify: false,
            })
            .collect();
        history::write_stories(conn, self.workspace_id, &stories)
    }
}
