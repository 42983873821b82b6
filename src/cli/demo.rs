//! `baton demo`: a throw-away shop to look around in.

mod contacts;
mod data;
mod earlier;
mod labels;
mod mail;
mod this_week;
mod weeks_before;

use std::convert::Infallible;
use std::net::TcpListener;

use baton::App;
use baton::config::Args;
use baton::db::{Conn, Stop, Utc, Verb};
use baton::models::contact::bulk::{NewContact, write_contacts};
use baton::models::history::{self, Event, Person, Story};
use baton::models::saved_view::{self, Details};
use baton::models::token::Signer;
use baton::models::user::{self, NewUser};
use baton::models::workspace::{self, Founder};
use baton::models::{inbox, membership, password};
use baton::policy::Role;
use chrono::TimeDelta;
use tokio::signal::unix::SignalKind;

use super::serve;
use data::{Inbox, Step, Tale, Who};

const WORKSPACE: &str = "Sprocket & Co";
const DAY: i64 = 24 * 60;

/// Views that Gil shares with the team.
const VIEWS: [(&str, &str); 2] = [
    ("Waiting", "/inbox?view=unassigned&order=waiting"),
    ("Open orders", "/search?q=order&status=open"),
];

/// The team: one member per role. They can be known to everybody, since the
/// workspace listens on this machine only and is gone afterwards.
const TEAM: [(Who, &str, &str, Role, &str); 3] = [
    (Who::Ana, "Ana Silva", "ana@sprocket.example", Role::Administrator, "brass-bell-ana"),
    (Who::Gil, "Gil Roth", "gil@sprocket.example", Role::Manager, "brass-bell-gil"),
    (Who::Mia, "Mia Chen", "mia@sprocket.example", Role::Agent, "brass-bell-mia"),
];

pub fn run(args: Args) -> Result<(), String> {
    // Deleted with everything in it when this function ends.
    let folder = tempfile::Builder::new()
        .prefix("baton-demo-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .tempdir()
        .map_err(|e| format!("Cannot create a temporary folder: {e}."))?;
    let is_free = |listen: &str| TcpListener::bind(listen).is_ok();
    let listen = args.listen.filter(|given| !given.is_empty()).unwrap_or_else(|| {
        if is_free("127.0.0.1:8080") { "127.0.0.1:8080".into() } else { "127.0.0.1:0".into() }
    });
    // Nothing of a real installation is touched, and no mail leaves.
    let config = super::configure(&Args {
        listen: Some(listen),
        data_dir: Some(folder.path().to_owned()),
        log: args.log.or(Some("warn".into())),
        ..Args::default()
    })?;
    let listener = serve::bind(&config)?;
    let app = super::open(config)?;
    let signer = app.signer.clone();
    super::write(&app.db, move |conn| fill(conn, &signer))?;
    // It is gone with its terminal, too.
    let signals = [&serve::STOP[..], &[SignalKind::hangup()]].concat();
    serve::until_stopped(app.clone(), listener, &welcome(&app), &signals)
}

fn welcome(app: &App) -> String {
    let mut text = format!(
        "Baton is ready: open {}\n\nThis is {WORKSPACE}, an example that is gone when you stop it. Sign in as\n",
        app.config.link("")
    );
    for (_, name, email, role, password) in TEAM {
        text.push_str(&format!("\n  {:<14} {name:<10} {email:<22} {password}", role.name()));
    }
    text.push_str("\n\nMails are written to files in ");
    text.push_str(&app.config.data_dir.join("mail").display().to_string());
    text.push_str(".\nCtrl+C stops it.");
    text
}

fn fill(conn: &mut Conn, signer: &Signer) -> Verb<(), Infallible> {
    let mut people = Vec::new();
    let mut workspace_id = 0;
    let mut shop = 0;
    for (who, name, email, role, password) in TEAM {
        let password_hash = password::hash_now(password).map_err(broken)?;
        let new =
            NewUser { email: email.into(), name: name.into(), password_hash, is_verified: true };
        let membership_id = if workspace_id == 0 {
            let founder = Founder::New(new);
            let founded = workspace::found(conn, WORKSPACE, "Europe/Berlin", &founder, true)
                .map_err(unrefused)?;
            workspace_id = founded.workspace_id;
            shop = founded.inbox_id;
            founded.membership_id
        } else {
            let user = user::create(conn, &new).map_err(unrefused)?;
            membership::insert(conn, workspace_id, user.id, role)?
        };
        people.push((who, Person { membership_id, name: name.into() }));
    }
    // Room for whoever is invited to see how that goes.
    workspace::set_plan(conn, workspace_id, "growth").map_err(unrefused)?;
    let scene = Scene {
        people,
        shop,
        workshop: inbox::create_web_chat(conn, workspace_id, "Workshop", "Tell us what creaks.")?,
        wholesale: inbox::create_web_chat(conn, workspace_id, "Wholesale", "")?,
        now: Utc::now(),
    };
    scene.write(conn, workspace_id)?;
    mail::write(conn, signer, workspace_id, [Who::Mia, Who::Gil].map(|who| scene.person(who)))?;
    for (name, address) in VIEWS {
        let details = Details { name: name.into(), is_shared: true };
        let by = scene.person(Who::Gil).id(workspace_id);
        saved_view::add(conn, by, &details, address).map_err(unrefused)?;
    }
    Ok(())
}

/// A refusal in an empty database: a mistake of ours, told as a failure.
fn unrefused<R: std::fmt::Display>(stop: Stop<R>) -> Stop<Infallible> {
    match stop {
        Stop::Refused(reason) => broken(reason.to_string()),
        Stop::Failed(error) => Stop::Failed(error),
    }
}

fn broken(reason: impl ToString) -> Stop<Infallible> {
    Stop::Failed(diesel::result::Error::QueryBuilderError(reason.to_string().into()))
}

struct Scene {
    people: Vec<(Who, Person)>,
    shop: i64,
    workshop: i64,
    wholesale: i64,
    now: Utc,
}

impl Scene {
    fn write(&self, conn: &mut Conn, workspace_id: i64) -> baton::db::QueryResult<()> {
        let mut tales: Vec<&Tale> = this_week::TALES.iter().chain(earlier::TALES).collect();
        // In the order in which they began, as ids would have it.
        tales.sort_by_key(|tale| std::cmp::Reverse(tale.steps.first().map(|(ago, _)| *ago)));
        let new: Vec<NewContact> = tales.iter().map(|tale| self.contact(tale)).collect();
        let ids = write_contacts(conn, workspace_id, &new)?;
        let known: Vec<(&str, i64)> =
            tales.iter().zip(&ids).map(|(tale, id)| (tale.name, *id)).collect();
        let (person, ago) = (|who| self.person(who), |minutes| self.ago(minutes));
        contacts::write(conn, workspace_id, &known, person, ago)?;
        contacts::write_fields(conn, workspace_id, &known)?;
        let regulars: Vec<weeks_before::Regular> =
            tales.iter().zip(&ids).map(|(tale, id)| (*id, tale.name, self.inbox(tale))).collect();
        let team: Vec<Person> = self.people.iter().map(|(_, person)| person.clone()).collect();
        let before = weeks_before::stories(&regulars, &team, ago);
        history::write_stories(conn, workspace_id, &before)?;
        let stories: Vec<Story> =
            tales.iter().zip(ids).map(|(tale, id)| self.story(tale, id)).collect();
        history::write_stories(conn, workspace_id, &stories)?;
        labels::write(conn, workspace_id)?;
        history::date_members(conn, workspace_id, self.ago(30 * DAY), self.ago(4))
    }

    fn ago(&self, minutes: i64) -> Utc {
        self.now.minus(TimeDelta::minutes(minutes))
    }

    fn contact(&self, tale: &Tale) -> NewContact {
        let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        NewContact {
            name: tale.name.into(),
            email: text(tale.email),
            phone: text(tale.phone),
            company: text(tale.company),
            values: Vec::new(),
            // Many wrote in the weeks before, too.
            created_at: self.ago(30 * DAY),
        }
    }

    #[allow(clippy::expect_used, reason = "every Who is in TEAM")]
    fn person(&self, who: Who) -> Person {
        let found = self.people.iter().find(|(one, _)| *one == who);
        found.map(|(_, person)| person.clone()).expect("one of the team")
    }

    fn inbox(&self, tale: &Tale) -> i64 {
        match tale.inbox {
            Inbox::Shop => self.shop,
            Inbox::Workshop => self.workshop,
            Inbox::Wholesale => self.wholesale,
        }
    }

    fn story(&self, tale: &Tale, contact_id: i64) -> Story {
        let event = |step: &Step| match step {
            Step::Customer(body) => Event::Customer((*body).into()),
            Step::Reply(who, body) => Event::Reply(self.person(*who), (*body).into()),
            Step::Note(who, body) => Event::Note(self.person(*who), (*body).into()),
            Step::Claim(who) => Event::Claimed(self.person(*who)),
            Step::Assign(by, to) => Event::Assigned(self.person(*by), self.person(*to)),
            Step::TakeOver(who) => Event::TookOver(self.person(*who)),
            Step::Release(who) => Event::Released(self.person(*who)),
            Step::Resolve(who) => Event::Resolved(self.person(*who)),
            Step::Snooze(who, hours) => {
                Event::Snoozed(self.person(*who), self.now.plus(TimeDelta::hours(*hours)))
            }
        };
        Story {
            inbox_id: self.inbox(tale),
            contact_id,
            contact_name: tale.name.into(),
            events: tale.steps.iter().map(|(ago, step)| (self.ago(*ago), event(step))).collect(),
            read_by: self.readers(tale),
            notify: true,
        }
    }

    /// Old ones were read by all; of the new ones, a member who was the last to
    /// do something has seen everything.
    fn readers(&self, tale: &Tale) -> Vec<i64> {
        let Some((ago, last)) = tale.steps.last() else { return Vec::new() };
        let has_read = |who: Who| *ago > DAY || last.by() == Some(who);
        self.people
            .iter()
            .filter(|(who, _)| has_read(*who))
            .map(|(_, person)| person.membership_id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_tales_are_told_in_order_and_begin_with_the_customer() {
        let tales: Vec<&Tale> = this_week::TALES.iter().chain(earlier::TALES).collect();
        assert_eq!(tales.len(), 40);
        for tale in tales {
            assert!(matches!(tale.steps[0].1, Step::Customer(_)), "{}", tale.name);
            let agos: Vec<i64> = tale.steps.iter().map(|(ago, _)| *ago).collect();
            assert!(agos.is_sorted_by(|a, b| a >= b), "{}: {agos:?}", tale.name);
            assert!(agos.iter().all(|ago| (1..=15 * DAY).contains(ago)), "{}", tale.name);
        }
    }

    #[test]
    fn only_owners_reply() {
        for tale in this_week::TALES.iter().chain(earlier::TALES) {
            let mut owner = None;
            for (_, step) in tale.steps {
                match step {
                    Step::Claim(who) => {
                        assert_eq!(owner, None, "{}", tale.name);
                        owner = Some(*who);
                    }
                    Step::TakeOver(who) | Step::Assign(_, who) => owner = Some(*who),
                    Step::Release(_) => owner = None,
                    Step::Reply(who, _) => assert_eq!(owner, Some(*who), "{}", tale.name),
                    _ => {}
                }
            }
        }
    }
}
