//! A conversation's story in words: the thread with its handovers, the panel's
//! activity list, the relay of owners.

mod mail;
mod notes;
mod received;

use super::page::{ActivityLine, Note, Since, ThreadItem};
use crate::models::activity::{Activity, Kind};
use crate::models::attachment::Attachment;
use crate::models::contact::Contact;
use crate::models::conversation::Conversation;
use crate::models::mail::Mail;
use crate::models::membership::MemberName;
use crate::models::message::{self, Message};
use crate::models::sending::{Mailing, Outgoing};
use crate::models::text;
use crate::policy::{Holding, Status};
use crate::rich;
use crate::web::view::{Baton, Changing, day_and_hour};
use crate::web::viewer::Viewer;
use crate::web::{attachments, pictures};

pub use notes::Notes;

/// Messages, and what belongs to them.
pub struct Thread<'a> {
    pub messages: &'a [Message],
    pub notes: &'a Notes,
    pub files: &'a [Attachment],
    /// How those that go by mail fare.
    pub outgoing: &'a [Outgoing],
    pub mails: &'a [Mail],
    /// Where the next reply goes, where that is by mail.
    pub mailing: Option<&'a Mailing>,
    pub contact: &'a Contact,
    /// The active members, whose pictures stand beside what they wrote.
    pub members: &'a [MemberName],
    pub holding: Holding,
    /// What the viewer is about to do with a note.
    pub changing: Option<Changing>,
    /// The page shows the end of the thread, and not an earlier part.
    pub is_newest: bool,
}

impl Thread<'_> {
    fn picture_of(&self, message: &Message) -> Option<String> {
        let author = message.author_id?;
        let member = self.members.iter().find(|member| member.membership_id == author)?;
        member.picture.as_deref().map(pictures::address)
    }

    fn mail_of(&self, message: &Message) -> Option<&Mail> {
        self.mails.iter().find(|mail| mail.message_id == message.id)
    }
}

/// Messages and changes of owner in the order in which they happened. Changes
/// before the first message shown belong to an earlier page, and those after
/// the last to a later one.
pub fn items(thread: &Thread<'_>, activities: &[Activity], viewer: &Viewer) -> Vec<ThreadItem> {
    let Thread { messages, is_newest, .. } = *thread;
    let from = messages.first().map(|message| message.created_at);
    let to = messages.last().map(|message| message.created_at);
    let mut handovers = activities
        .iter()
        .filter(|line| Pass::of(line).is_some() || line.kind == Some(Kind::AwayTold))
        .filter(|line| from.is_none_or(|from| line.created_at >= from))
        .filter(|line| is_newest || to.is_none_or(|to| line.created_at <= to))
        .peekable();
    let mut items = Vec::with_capacity(messages.len() + 8);
    for message in messages {
        while let Some(line) = handovers.next_if(|line| line.created_at <= message.created_at) {
            items.push(handover(line, viewer));
        }
        items.push(said(message, thread, viewer));
    }
    items.extend(handovers.map(|line| handover(line, viewer)));
    items
}

/// The panel's list, newest first.
pub fn lines(activities: &[Activity], contact: &str, viewer: &Viewer) -> Vec<ActivityLine> {
    activities
        .iter()
        .rev()
        .map(|line| ActivityLine {
            icon: icon(line),
            text: words(line, contact, viewer),
            when: viewer.when(line.created_at),
        })
        .collect()
}

/// Who held it, in order, from the queue on.
pub fn relay(activities: &[Activity], viewer: &Viewer) -> Vec<Baton> {
    let mut holders: Vec<(Option<i64>, Baton)> = vec![(None, Baton::Free)];
    for line in activities {
        let (id, name) = match Pass::of(line) {
            Some(Pass::Actor) => (line.actor_id, &line.actor_name),
            Some(Pass::Subject) => (line.subject_id, &line.subject_name),
            Some(Pass::Queue) => (None, &line.actor_name),
            None => continue,
        };
        if holders.last().is_none_or(|(last, _)| *last != id) {
            let baton = match id {
                None => Baton::Free,
                Some(id) => Baton::of(name, id == viewer.membership_id),
            };
            holders.push((id, baton));
        }
    }
    // The last few tell enough, and fit on a line.
    let skip = holders.len().saturating_sub(6);
    holders.into_iter().skip(skip).map(|(_, baton)| baton).collect()
}

/// Since when the owner holds it, or nobody does, and how that came.
pub fn since(conversation: &Conversation, activities: &[Activity], viewer: &Viewer) -> Since {
    let last = activities.iter().rev().find(|line| Pass::of(line).is_some());
    let is_open = conversation.holding.status == Status::Open;
    let (words, at) = match (conversation.owned_since, last) {
        (Some(since), Some(line)) if line.kind == Some(Kind::Assigned) => {
            (format!("Assigned by {},", actor(line, viewer)), since)
        }
        (Some(since), Some(line)) if line.kind == Some(Kind::TookOver) => {
            ("Took over".to_owned(), since)
        }
        (Some(since), _) => ("Claimed".to_owned(), since),
        (None, line) => {
            let words = match line {
                _ if is_open => "Joined the queue",
                Some(_) => "Released",
                None => "Opened",
            };
            (words.to_owned(), line.map_or(conversation.created_at, |line| line.created_at))
        }
    };
    Since { words, when: viewer.when(at) }
}

/// To whom a line of activity passes the conversation.
enum Pass {
    Actor,
    Subject,
    Queue,
}

impl Pass {
    fn of(line: &Activity) -> Option<Self> {
        match line.kind? {
            Kind::Claimed | Kind::TookOver => Some(Self::Actor),
            Kind::Assigned => Some(Self::Subject),
            Kind::Released | Kind::Unassigned | Kind::OwnerLeft | Kind::OwnerAway => {
                Some(Self::Queue)
            }
            _ => None,
        }
    }
}

fn handover(line: &Activity, viewer: &Viewer) -> ThreadItem {
    if line.kind == Some(Kind::AwayTold) {
        let text = words(line, "", viewer);
        return ThreadItem::Automatic { text, when: viewer.when(line.created_at) };
    }
    let (id, name) = match Pass::of(line) {
        Some(Pass::Subject) => (line.subject_id, &line.subject_name),
        Some(Pass::Actor) => (line.actor_id, &line.actor_name),
        _ => (None, &line.actor_name),
    };
    let holder = match id {
        None => Baton::Free,
        Some(id) => Baton::of(name, id == viewer.membership_id),
    };
    ThreadItem::Handover {
        holder,
        text: words(line, "", viewer),
        when: viewer.when(line.created_at),
    }
}

fn said(message: &Message, thread: &Thread<'_>, viewer: &Viewer) -> ThreadItem {
    let id = message.id;
    let is_mine = message.author_id == Some(viewer.membership_id);
    let name = message.author_name.clone();
    let picture = thread.picture_of(message);
    let files = attachments::views(thread.files, id, attachments::member_link);
    match message.kind {
        // The customer wrote no Markdown: their asterisks are asterisks.
        message::Kind::Customer => {
            let html = rich::html(&message.body);
            let Thread { contact, mailing, .. } = *thread;
            let mail =
                thread.mail_of(message).map(|mail| received::view(mail, message, contact, mailing));
            let when = viewer.when(message.created_at);
            let mailed_from = message.mailed_from.clone();
            ThreadItem::Customer { id, html, files, when, mailed_from, mail }
        }
        message::Kind::Note => {
            let Thread { notes, holding, changing, .. } = thread;
            let item = notes::item(message, notes, *holding, changing.as_ref(), viewer);
            match item {
                ThreadItem::Note(note) => ThreadItem::Note(Note { files, picture, ..note }),
                other => other,
            }
        }
        message::Kind::Reply => {
            let html = rich::markdown(&message.body, &[]);
            let when = viewer.when(message.created_at);
            let outgoing = thread.outgoing.iter().find(|one| one.message_id == id);
            let mail = outgoing.map(|one| mail::line(one, is_mine, thread.holding, viewer));
            ThreadItem::Team { id, name, picture, is_mine, html, files, when, mail }
        }
    }
}

/// A line as it is read: by name, also one's own.
fn words(line: &Activity, contact: &str, viewer: &Viewer) -> String {
    let [actor, subject, contact, label] =
        [&*line.actor_name, &*line.subject_name, contact, &*line.detail].map(text::isolated);
    let subject = if subject.is_empty() { "a former member".into() } else { subject };
    match line.kind {
        Some(Kind::Created) => match line.actor_id {
            Some(_) => format!("{actor} started this"),
            None => format!("{} wrote", if contact.is_empty() { actor } else { contact }),
        },
        Some(Kind::Claimed) => format!("{actor} claimed this"),
        Some(Kind::Released) => format!("{actor} released this"),
        Some(Kind::Assigned) => format!("{actor} assigned this to {subject}"),
        Some(Kind::Unassigned) => format!("{actor} unassigned this from {subject}"),
        Some(Kind::TookOver) => format!("{actor} took this over from {subject}"),
        Some(Kind::OwnerLeft) => match line.actor_id {
            Some(id) if Some(id) != line.subject_id => {
                format!("{actor} removed {subject}, who owned this")
            }
            _ => format!("{subject} left, who owned this"),
        },
        Some(Kind::OwnerAway) => format!("Released, as {subject} is away"),
        Some(Kind::Resolved) => format!("{actor} resolved this"),
        Some(Kind::Reopened) => format!("{actor} reopened this"),
        Some(Kind::Snoozed) => match line.detail.parse() {
            Ok(until) => {
                let until = day_and_hour(until, chrono::Utc::now(), viewer.time_zone);
                format!("{actor} snoozed this until {until}")
            }
            Err(_) => format!("{actor} snoozed this"),
        },
        Some(Kind::SnoozeEnded) => "The snooze ended".to_owned(),
        Some(Kind::AwayTold) => format!("Away message sent: “{}”", line.detail),
        Some(Kind::NoteAdded) => format!("{actor} added a note"),
        Some(Kind::NoteDeleted) => format!("{actor} deleted a note"),
        Some(Kind::MarkedSpam) => format!("{actor} marked this as spam"),
        Some(Kind::NotSpam) => format!("{actor} marked this as not spam"),
        Some(Kind::Labelled) => format!("{actor} added the label {label}"),
        Some(Kind::Unlabelled) => format!("{actor} removed the label {label}"),
        _ => actor.into_owned(),
    }
}

fn icon(line: &Activity) -> &'static str {
    match line.kind {
        Some(Kind::Claimed | Kind::TookOver) => "key",
        Some(Kind::Assigned) => "arrow",
        Some(Kind::Released | Kind::Unassigned | Kind::OwnerLeft | Kind::OwnerAway) => "undo",
        Some(Kind::Resolved) => "check",
        Some(Kind::Reopened | Kind::NotSpam) => "inbox",
        Some(Kind::Snoozed | Kind::SnoozeEnded | Kind::AwayTold) => "clock",
        Some(Kind::NoteAdded | Kind::NoteDeleted) => "note",
        Some(Kind::MarkedSpam) => "alert",
        Some(Kind::Labelled | Kind::Unlabelled) => "label",
        _ => "chat",
    }
}

fn actor(line: &Activity, viewer: &Viewer) -> String {
    if line.actor_id == Some(viewer.membership_id) {
        "you".to_owned()
    } else {
        line.actor_name.clone()
    }
}
