//! Mail to customers: replies in an email conversation, and conversations that
//! members begin.

mod beginning;
mod copies;
mod failing;
mod killed;
mod leaving;
mod outages;
mod undoing;

use std::time::{Duration, Instant};

use baton::config::Config;

use crate::support::{
    Answer, Cast, EmailInbox, Instance, Mail, MailServer, Member, Page, Runner, TestMail,
};

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
        Self::with(|_| {})
    }

    /// With another configuration.
    fn with(change: impl FnOnce(&mut Config)) -> Self {
        let server = MailServer::start();
        let instance = Instance::start_with(|config| {
            config.smtp_url = server.url().parse().ok();
            change(config);
        });
        let cast = Cast::create(&instance);
        let inbox = cast.email_inbox(&instance);
        Self { server, instance, cast, inbox }
    }

    /// Hanna's mail about a late order, in a conversation that the Agent owns.
    fn owned(&self) -> i64 {
        let (id, _) = self.inbox.takes(&self.instance, hannas(&self.inbox).raw());
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

/// Hanna's mail about a late order.
fn hannas(inbox: &EmailInbox) -> TestMail {
    inbox
        .mail(&format!("Hanna Lindqvist <{HANNA}>"), "Late order", "Where is it?")
        .with("Message-ID", "<asked@customer.example>")
        .with("References", "<older@customer.example>")
}

/// Refuses everybody for good.
const NO_SUCH: Answer = Answer::Refuse(550, "No such mailbox here");
