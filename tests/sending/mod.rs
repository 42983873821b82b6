//! Mail to customers: replies in an email conversation, and conversations that
//! members begin.

mod beginning;
mod copies;
mod failing;
mod killed;
mod leaving;
mod undoing;

use std::convert::Infallible;
use std::time::{Duration, Instant};

use baton::db::schema::{conversations, mails, messages};
use baton::db::{Db, Utc, Verb};
use baton::models::activity::{self, By, Kind, Line};
use baton::models::contact;
use diesel::prelude::*;

use crate::support::Runner;
use crate::support::{Answer, Cast, EmailInbox, Instance, Mail, MailServer, Member, Page};

const HANNA: &str = "hanna@customer.example";

/// An installation with an email inbox, and the mail server by which its mail leaves.
struct Post {
    server: MailServer,
    instance: Instance,
    cast: Cast,
    inbox: EmailInbox,
}

impl Post {
    fn new() -> Self {
        let server = MailServer::start();
        let instance = Instance::start_with(|config| config.smtp_url = Some(server.url().into()));
        let cast = Cast::create(&instance);
        let inbox = cast.email_inbox(&instance);
        Self { server, instance, cast, inbox }
    }

    /// Hanna's mail about a late order, in a conversation that the Agent owns.
    fn owned(&self) -> i64 {
        let id = arrives(self.instance.db(), &self.inbox, &[]);
        self.cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
        id
    }

    /// The outbox at work, until the value goes.
    fn run(&self) -> Runner {
        Runner::start(&self.instance.app)
    }

    /// The Agent replies, and the moment to take it back is over.
    #[track_caller]
    fn replies(&self, id: i64, text: &str) -> Page {
        let page = reply(&self.cast.agent, id, text);
        page.expect(200, "Sending in 10 seconds.");
        self.hurry();
        page
    }

    /// Ends every pause.
    fn hurry(&self) {
        self.instance.execute("UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00'");
    }

    /// Waits for the one mail to Hanna.
    #[track_caller]
    fn wait(&self) -> Mail {
        self.server.wait_for(HANNA)
    }

    /// Waits until the conversation's page says this.
    #[track_caller]
    fn wait_for_words(&self, member: &Member, id: i64, words: &str) -> Page {
        let started = Instant::now();
        loop {
            let page = member.open(id);
            if page.says(words) {
                return page;
            }
            let waited = started.elapsed();
            assert!(waited < Duration::from_secs(30), "never {words:?}: {}", page.text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Writes a reply and sends it.
#[track_caller]
fn reply(member: &Member, id: i64, text: &str) -> Page {
    member.open(id).form("Send reply").with("Reply", text).submit()
}

/// A mail of Hanna's as it is stored when it has come in, with others in Cc; answers
/// its conversation.
fn arrives(db: &Db, inbox: &EmailInbox, cc: &[&str]) -> i64 {
    let written = db.write_now(|conn| -> Verb<i64, Infallible> {
        let contact = contact::create(conn, inbox.workspace_id, "Hanna Lindqvist", Some(HANNA))?;
        let now = Utc::now();
        let id: i64 = diesel::insert_into(conversations::table)
            .values((
                conversations::workspace_id.eq(inbox.workspace_id),
                conversations::inbox_id.eq(inbox.id),
                conversations::contact_id.eq(contact),
                conversations::subject.eq("Late order"),
                conversations::status.eq("open"),
                conversations::ownership_version.eq(0),
                conversations::preview.eq("Where is it?"),
                conversations::last_message_id.eq(0),
                conversations::last_customer_message_id.eq(0),
                conversations::last_activity_at.eq(now),
                conversations::created_at.eq(now),
            ))
            .returning(conversations::id)
            .get_result(conn)?;
        let by = By::named("Hanna Lindqvist");
        let line = Line {
            workspace_id: inbox.workspace_id,
            conversation_id: Some(id),
            kind: Kind::Created,
            by: &by,
            subject: None,
            detail: "",
        };
        activity::record(conn, &line)?;
        writes(conn, inbox, id, cc)?;
        Ok(id)
    });
    written.expect("the database works").expect("no rule refuses it")
}

/// Another mail of Hanna's in the conversation.
fn writes(conn: &mut baton::db::Conn, inbox: &EmailInbox, id: i64, cc: &[&str]) -> QueryResult<()> {
    let message: i64 = diesel::insert_into(messages::table)
        .values((
            messages::workspace_id.eq(inbox.workspace_id),
            messages::conversation_id.eq(id),
            messages::kind.eq("customer"),
            messages::author_name.eq("Hanna Lindqvist"),
            messages::public_name.eq("Hanna Lindqvist"),
            messages::body.eq("Where is it?"),
            messages::created_at.eq(Utc::now()),
        ))
        .returning(messages::id)
        .get_result(conn)?;
    diesel::insert_into(mails::table)
        .values((
            mails::message_id.eq(message),
            mails::workspace_id.eq(inbox.workspace_id),
            mails::inbox_id.eq(inbox.id),
            mails::header_id.eq(format!("{message}@customer.example")),
            mails::refs.eq("older@customer.example"),
            mails::subject.eq("Late order"),
            mails::from_name.eq("Hanna Lindqvist"),
            mails::from_address.eq(HANNA),
            mails::to_list.eq(&inbox.address),
            mails::cc_list.eq(cc.join("\n")),
            mails::quoted.eq(""),
            mails::has_html.eq(false),
            mails::is_automatic.eq(false),
        ))
        .execute(conn)?;
    diesel::update(conversations::table.find(id))
        .set((
            conversations::last_message_id.eq(message),
            conversations::last_customer_message_id.eq(message),
            conversations::last_activity_at.eq(Utc::now()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Refuses everybody for good.
const NO_SUCH: Answer = Answer::Refuse(550, "No such mailbox here");
