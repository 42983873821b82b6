//! Answers to mails of Baton's own: by members to what they were told, and by customers
//! to the answers of a chat.

mod attached;
mod customers;
mod members;
mod recipients;
mod refused;

use baton::channels::email::Received;

use crate::outbox::{after_two_minutes, with_mail_server};
use crate::support::{Cast, EmailInbox, Instance, Mail, MailServer, TestMail};

const MIA: &str = "mia@sprocket.example";
const HANNA: &str = "hanna.lindqvist@customer.example";

/// An installation whose workspace has an inbox that takes mail.
struct Place {
    server: MailServer,
    instance: Instance,
    cast: Cast,
    inbox: EmailInbox,
}

impl Place {
    fn new() -> Self {
        let (server, instance, cast) = with_mail_server();
        let inbox = cast.email_inbox(&instance);
        // With addresses such as support+something@, as most servers take them.
        instance.execute("UPDATE mailboxes SET has_plus_addresses = TRUE");
        Self { server, instance, cast, inbox }
    }

    /// A conversation that Mia owns and has answered, of which she is told by mail that
    /// the customer replied.
    fn told(&self) -> (i64, Mail) {
        let (id, hanna) =
            self.cast.customer_writes(&self.instance, "Hanna Lindqvist", "Is it in stock?");
        self.cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
        self.cast.customer_adds(&hanna, "Hello?");
        (id, self.mailed(MIA))
    }

    /// What an address is mailed after two minutes.
    #[track_caller]
    fn mailed(&self, to: &str) -> Mail {
        let before = self.server.taken_for(to).len();
        after_two_minutes(&self.instance);
        let mut mails = self.server.taken_for(to);
        assert_eq!(mails.len(), before + 1, "mails to {to}");
        mails.pop().expect("there is one")
    }

    /// An answer to a mail, as a mail program writes it.
    fn answer(&self, to: &Mail, from: &str, text: &str) -> TestMail {
        let quoted = format!("{text}\n\nOn Tue, 24 Nov 2026, Baton wrote:\n> {}\n", to.subject());
        self.inbox
            .mail(from, &format!("Re: {}", to.subject()), &quoted)
            .with("To", &to.header("Reply-To"))
            .answering(to.header("Message-ID").trim_matches(['<', '>']))
    }

    /// An answer that comes with another part.
    fn answer_with(&self, to: &Mail, from: &str, text: &str, part: &str) -> String {
        let answer = self.answer(to, from, "");
        let answer = answer.with("MIME-Version", "1.0");
        let raw = answer.with("Content-Type", "multipart/mixed; boundary=\"b\"").raw();
        let (head, _) = raw.split_once("\r\n\r\n").expect("headers and a text");
        format!(
            "{head}\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\n{part}\r\n\
             --b--\r\n"
        )
    }

    #[track_caller]
    fn arrives(&self, mail: &TestMail) {
        let received = self.inbox.tries(&self.instance, mail.raw()).expect("it is taken");
        assert_eq!(received, Received::Answered);
    }

    /// What the customer is shown in the conversation, oldest first.
    fn bubbles(&self, conversation: i64) -> Vec<String> {
        let page = self.cast.admin.open(conversation);
        page.all(".thread .message:not(.is-note) .bubble")
    }
}
