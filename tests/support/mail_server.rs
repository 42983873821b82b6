//! An SMTP server in the test process, which keeps what it takes and behaves
//! as badly as it is told to.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use mail_parser::{Message, MessageParser};
use mailin::{Handler, Response, response};

use super::smtp::{self, Manner};

/// Long enough for a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the server answers a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Take,
    /// Refuses the recipient.
    Refuse(u16, &'static str),
    /// Hears the whole mail, then refuses it.
    RefuseInTheEnd(u16, &'static str),
    /// Says nothing until it is told another answer.
    BeSilent,
    /// Hears who it is for, and says nothing when the mail itself is to come.
    BeSilentBeforeTheMail,
    /// Takes the whole mail, and does not say so until it is told another answer.
    TakeSilently,
}

/// A mail as it came in.
#[derive(Clone)]
pub struct Mail {
    pub sender: String,
    pub recipients: Vec<String>,
    pub raw: Vec<u8>,
    /// Whether the server said yes to it.
    pub is_taken: bool,
}

struct Shared {
    mails: Vec<Mail>,
    /// The last one that fits the recipient counts.
    answers: Vec<(String, Answer)>,
    /// Whether whoever signs in may.
    lets_in: bool,
}

/// A running mail server. It runs until the process ends.
#[derive(Clone)]
pub struct MailServer {
    pub address: SocketAddr,
    shared: Arc<(Mutex<Shared>, Condvar)>,
}

impl MailServer {
    /// A server on a free port that takes everything.
    pub fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").expect("a free port"))
    }

    pub fn on(listener: TcpListener) -> Self {
        Self::run(listener, Manner::default())
    }

    /// A server by which only those send who sign in, whom it lets in once it is told.
    pub fn that_asks_who() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self::run(listener, Manner { asks_who: true, ..Manner::default() })
    }

    /// From now on, lets in whoever signs in, or nobody.
    pub fn lets_in(&self, everybody: bool) {
        self.lock().lets_in = everybody;
    }

    /// A server that offers STARTTLS with this certificate and key.
    pub fn with_certificate(certificate: &str, key: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let tls = Some(smtp::tls(certificate, key));
        Self::run(listener, Manner { tls, ..Manner::default() })
    }

    fn run(listener: TcpListener, manner: Manner) -> Self {
        let address = listener.local_addr().expect("an address");
        let shared = Shared { mails: Vec::new(), answers: Vec::new(), lets_in: false };
        let this = Self { address, shared: Arc::new((Mutex::new(shared), Condvar::new())) };
        smtp::serve(listener, manner, Session { server: this.clone(), mail: None });
        this
    }

    /// What `BATON_SMTP_URL` says.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// From now on, answers everybody so.
    pub fn answers(&self, answer: Answer) {
        self.answers_to("", answer);
    }

    /// From now on, answers recipients so whose address contains `part`.
    pub fn answers_to(&self, part: &str, answer: Answer) {
        self.lock().answers.push((part.to_owned(), answer));
        self.shared.1.notify_all();
    }

    /// Everything that was heard to its end, taken or not.
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().mails.clone()
    }

    /// What was taken for this recipient.
    pub fn taken_for(&self, recipient: &str) -> Vec<Mail> {
        let is_theirs =
            |mail: &Mail| mail.is_taken && mail.recipients.iter().any(|r| r == recipient);
        self.mails().into_iter().filter(is_theirs).collect()
    }

    /// The one mail that was taken for this recipient.
    #[track_caller]
    pub fn only_mail(&self, recipient: &str) -> Mail {
        let mut mails = self.taken_for(recipient);
        assert_eq!(mails.len(), 1, "mails to {recipient}");
        mails.remove(0)
    }

    /// Waits for a mail to this recipient.
    #[track_caller]
    pub fn wait_for(&self, recipient: &str) -> Mail {
        self.wait_until("a mail", |mails| {
            mails.iter().any(|m| m.is_taken && m.recipients.iter().any(|r| r == recipient))
        });
        self.taken_for(recipient).pop().expect("it has come")
    }

    /// Waits until the mails that were heard fulfil a condition.
    #[track_caller]
    pub fn wait_until(&self, what: &str, mut is_met: impl FnMut(&[Mail]) -> bool) {
        let started = Instant::now();
        let mut shared = self.lock();
        while !is_met(&shared.mails) {
            assert!(started.elapsed() < PATIENCE, "waited for {what} in vain");
            (shared, _) = self
                .shared
                .1
                .wait_timeout(shared, Duration::from_millis(200))
                .expect("no panic inside the lock");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.0.lock().expect("no panic inside the lock")
    }

    /// The answer to a recipient, as soon as there is another one than these.
    fn answer_to(&self, recipient: &str, silent: &[Answer]) -> Answer {
        let mut shared = self.lock();
        loop {
            let answer = shared.answers.iter().rev().find(|(part, _)| recipient.contains(part));
            match answer.map_or(Answer::Take, |(_, answer)| answer.clone()) {
                answer if silent.contains(&answer) => {
                    shared = self.shared.1.wait(shared).expect("no panic inside the lock");
                }
                answer => return answer,
            }
        }
    }
}

/// A conversation with a client.
#[derive(Clone)]
struct Session {
    server: MailServer,
    mail: Option<Mail>,
}

impl Handler for Session {
    fn auth_plain(&mut self, _: &str, _: &str, _: &str) -> Response {
        match self.server.lock().lets_in {
            true => response::AUTH_OK,
            false => response::INVALID_CREDENTIALS,
        }
    }

    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.mail = Some(Mail {
            sender: from.to_owned(),
            recipients: Vec::new(),
            raw: Vec::new(),
            is_taken: false,
        });
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        match self.server.answer_to(to, &[Answer::BeSilent]) {
            Answer::Refuse(code, words) => Response::custom(code, words.to_owned()),
            _ => {
                self.mail.as_mut().expect("MAIL came first").recipients.push(to.to_owned());
                response::OK
            }
        }
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, recipients: &[String]) -> Response {
        self.server.answer_to(&recipients.join(" "), &[Answer::BeSilentBeforeTheMail]);
        response::OK
    }

    fn data(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.mail.as_mut().expect("MAIL came first").raw.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mut mail = self.mail.take().expect("MAIL came first");
        let recipients = mail.recipients.join(" ");
        let answer = match self.server.answer_to(&recipients, &[Answer::BeSilent]) {
            Answer::RefuseInTheEnd(code, words) => Response::custom(code, words.to_owned()),
            _ => response::OK,
        };
        mail.is_taken = !answer.is_error;
        self.server.lock().mails.push(mail);
        self.server.shared.1.notify_all();
        self.server.answer_to(&recipients, &[Answer::TakeSilently]);
        answer
    }
}

impl Mail {
    pub fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.raw).expect("a mail")
    }

    /// A header's value, unfolded, as it travelled; empty when there is none.
    pub fn header(&self, name: &str) -> String {
        let raw = String::from_utf8_lossy(&self.raw).replace("\r\n ", " ").replace("\r\n\t", " ");
        let head = raw.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        let start = format!("{}:", name.to_lowercase());
        let values: Vec<&str> = head
            .split("\r\n")
            .filter(|line| line.to_lowercase().starts_with(&start))
            .map(|line| line[start.len()..].trim())
            .collect();
        assert!(values.len() < 2, "{name} is there {} times:\n{head}", values.len());
        values.first().map(|value| (*value).to_owned()).unwrap_or_default()
    }

    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap_or_default().to_owned()
    }

    pub fn plain(&self) -> String {
        self.parsed().body_text(0).expect("a plain text").replace("\r\n", "\n")
    }

    pub fn html(&self) -> String {
        self.parsed().body_html(0).expect("an HTML part").into_owned()
    }

    /// The address of the only link in the plain text.
    #[track_caller]
    pub fn link(&self) -> String {
        let plain = self.plain();
        let links: Vec<&str> = plain.lines().filter(|line| line.starts_with("http")).collect();
        assert_eq!(links.len(), 1, "{plain}");
        links[0].to_owned()
    }
}
