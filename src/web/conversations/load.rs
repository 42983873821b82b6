//! Reads a conversation's page: one trip to the database, then the view.

use actix_web::web::Query;
use serde::Deserialize;

use super::page::{
    Abilities, Composer, Contact, ConversationPage, Earlier, Labels, MailFields, Ownership,
    PastConversation, Snooze, State,
};
use super::said::Said;
use super::timeline::{self, Notes, Thread};
use super::{draft as drafting, following};
use crate::App;
use crate::db::{Conn, QueryResult, Utc};
use crate::models::activity::{self, Activity};
use crate::models::attachment::{self, Attachment};
use crate::models::contact;
use crate::models::contact_field::{self, ContactField};
use crate::models::conversation::{self, Conversation};
use crate::models::draft::{self, Drafts};
use crate::models::identity::JoinedWorkspace;
use crate::models::label;
use crate::models::mail::{self, Mail};
use crate::models::membership::MemberName;
use crate::models::message::{self, Kind, Message};
use crate::models::ownership::Acting;
use crate::models::paging::Page;
use crate::models::quick_reply::{self, Offered};
use crate::models::sending::{self, Mailing, Outgoing};
use crate::models::sight::Audience;
use crate::models::{inbox, token};
use crate::policy::ownership::Reply;
use crate::policy::{Actor, Capability, Status};
use crate::web::error::AppError;
use crate::web::list::{self, ListData, ListQuery, owner_baton};
use crate::web::view::{Area, Changing, Choice, Field};
use crate::web::viewer::Viewer;
use crate::web::{away, chips, elsewhere, snooze};

/// Messages on a page of a thread.
const MESSAGES: Page = Page::of(100);
/// Lines of the timeline that a page knows.
const ACTIVITIES: i64 = 200;
/// Past conversations in the panel.
const PAST: i64 = 10;

/// The part of the address that is the conversation's own.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct ThreadQuery {
    messages_before: Option<i64>,
    /// The newest message that the page with the way to this part had shown.
    shown: Option<i64>,
    /// The note whose text is in a field, or that is asked about.
    edit: Option<i64>,
    delete: Option<i64>,
    /// A reply that was taken back, whose text goes into the composer.
    draft: Option<i64>,
}

/// Everything a conversation's page shows.
pub struct Loaded {
    pub list: ListData,
    following: Option<i64>,
    pub conversation: Conversation,
    messages: Vec<Message>,
    notes: Notes,
    files: Vec<Attachment>,
    mails: Vec<Mail>,
    audience: Audience,
    activities: Vec<Activity>,
    past: Vec<contact::PastConversation>,
    contact_fields: Vec<(ContactField, Option<String>)>,
    /// The ids of the conversation's labels.
    labels: Vec<i64>,
    quick_replies: Vec<Offered>,
    /// The oldest message that is shown, where there are earlier ones.
    earlier: Option<i64>,
    thread: ThreadQuery,
    pub drafts: Drafts,
    /// Where the next reply goes, where that is by mail.
    mailing: Option<Mailing>,
    signatures: Vec<String>,
    outgoing: Vec<Outgoing>,
}

/// Reads a conversation for this viewer; `query` is that of the page's address.
///
/// # Errors
/// 404 when it does not exist for them; 409 with the offer to switch when it is
/// in another workspace of theirs.
pub async fn load(app: &App, viewer: &Viewer, query: &str, id: i64) -> Result<Loaded, AppError> {
    let list = Query::<ListQuery>::from_query(query).map(Query::into_inner).unwrap_or_default();
    let thread = Query::<ThreadQuery>::from_query(query).map(Query::into_inner).unwrap_or_default();
    let chosen = list.beside(viewer);
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let loaded = app
        .db
        .read(move |conn| {
            let Some(conversation) = conversation::find(conn, workspace_id, actor, id)? else {
                return Ok(None);
            };
            let list = list::load(conn, chosen)?;
            read(conn, workspace_id, actor, conversation, list, thread).map(Some)
        })
        .await?;
    match loaded {
        Some(loaded) => Ok(loaded),
        None => {
            let is_there = move |conn: &mut Conn, of: &JoinedWorkspace| {
                conversation::find(conn, of.id, of.actor, id).map(|found| found.is_some())
            };
            Err(elsewhere::offered(app, viewer, format!("/conversations/{id}"), is_there).await)
        }
    }
}

fn read(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    conversation: Conversation,
    list: ListData,
    thread: ThreadQuery,
) -> QueryResult<Loaded> {
    let id = conversation.id;
    let is_mail = conversation.channel == inbox::Kind::Email;
    let (before, limit) = (thread.messages_before, MESSAGES.limit());
    let mut messages = message::of_conversation(conn, workspace_id, id, before, limit)?;
    let earlier = MESSAGES.cut_earlier(&mut messages).map(|oldest| oldest.id);
    let of_kind = |kind| -> Vec<i64> {
        let found = messages.iter().filter(|message| is_mail && message.kind == kind);
        found.map(|message| message.id).collect()
    };
    let (replies, received) = (of_kind(Kind::Reply), of_kind(Kind::Customer));
    let mailing = if is_mail { Mailing::of(conn, workspace_id, id)? } else { None };
    Ok(Loaded {
        following: following::after(conn, &list, &conversation)?,
        signatures: match &mailing {
            Some(mailing) => mailing.signatures(conn, actor.membership_id)?,
            None => Vec::new(),
        },
        mailing,
        outgoing: sending::of_messages(conn, workspace_id, replies)?,
        audience: Audience::read(conn, workspace_id, actor, (id, conversation.holding))?,
        notes: Notes::read(conn, workspace_id, &messages)?,
        files: {
            let with_files = messages.iter().filter(|message| message.file_count > 0);
            let ids = with_files.map(|message| message.id).collect();
            attachment::of_messages(conn, workspace_id, ids)?
        },
        mails: mail::of_messages(conn, workspace_id, received)?,
        activities: activity::of_conversation(conn, workspace_id, id, ACTIVITIES)?,
        past: contact::past_conversations(
            conn,
            workspace_id,
            actor,
            conversation.contact.id,
            id,
            PAST,
        )?,
        contact_fields: contact_field::of_contact(conn, workspace_id, conversation.contact.id)?,
        quick_replies: quick_reply::offered(conn, workspace_id, id)?,
        labels: labels_of(conn, workspace_id, id, &list)?,
        drafts: draft::of_conversation(
            conn,
            Acting { workspace_id, membership_id: actor.membership_id, conversation_id: id },
        )?,
        list,
        conversation,
        messages,
        earlier,
        thread,
    })
}

/// Where the workspace has no labels, nothing is read.
fn labels_of(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    list: &ListData,
) -> QueryResult<Vec<i64>> {
    if list.labels.is_empty() {
        return Ok(Vec::new());
    }
    let found = label::of_conversations(conn, workspace_id, vec![id])?;
    Ok(found.into_iter().map(|(_, label)| label).collect())
}

impl Loaded {
    /// The page, as this viewer may see and use it.
    ///
    /// # Errors
    /// When the frame cannot be read.
    pub async fn page<'a>(
        &'a self,
        app: &App,
        viewer: &Viewer,
        mut said: Said,
    ) -> Result<ConversationPage<'a>, AppError> {
        let drafts = drafting::restored(&self.drafts, &mut said);
        let mut chrome = viewer.chrome(app, Area::Inbox).await?;
        if said.flash.is_some() {
            chrome.flash = said.flash;
        }
        let conversation = &self.conversation;
        Ok(ConversationPage {
            chrome,
            list: self.list.pane(viewer, Some(conversation.id)),
            id: conversation.id,
            title: conversation.subject.clone(),
            contact: Contact::of(conversation, &self.contact_fields),
            channel: conversation.channel,
            inbox: conversation.inbox_name.clone(),
            state: self.state(viewer),
            is_spam: conversation.is_spam,
            ownership: self.ownership(viewer),
            may: self.abilities(viewer),
            composer: match viewer.actor().reply(conversation.holding) {
                Reply::AsOwner => Composer::Reply,
                Reply::ClaimsFirst => Composer::ClaimAndReply,
                Reply::OwnedBy(_) | Reply::Hidden => Composer::Explained,
            },
            items: timeline::items(&self.thread(said.changing), &self.activities, viewer),
            earlier: Earlier { before: self.earlier, is_past: !self.is_newest() },
            last_message: self.last_shown(),
            following: self.following.map(|id| id.to_string()).unwrap_or_default(),
            submission: token::short_nonce(),
            drafts,
            reply: said.reply,
            mailing: self
                .mailing
                .as_ref()
                .map(|one| MailFields::new(one, &self.signatures, said.cc, &app.config)),
            quick_replies: self
                .quick_replies
                .iter()
                .map(|one| Choice::new(one.id.to_string(), one.name.as_str(), false))
                .collect(),
            used: said.used,
            reply_files: said.reply_files,
            note: said.note,
            note_files: said.note_files,
            mentionable: self.mentionable(viewer),
            assignees: self.assignees(viewer),
            labels: self.labels(),
            snooze: snooze_choices(viewer, said.snooze_time),
            past: self
                .past
                .iter()
                .map(|one| PastConversation {
                    id: one.id,
                    title: one.subject.clone(),
                    when: viewer.when(one.last_activity_at),
                })
                .collect(),
            activity: timeline::lines(&self.activities, &conversation.contact.name, viewer),
            notice: said.notice,
        })
    }

    /// The reply that was taken back whose text is asked for.
    pub fn draft(&self) -> Option<i64> {
        self.thread.draft
    }

    /// The newest message, notes aside, that whoever looks at the page has seen: on an
    /// earlier part of the thread the one that the page before it showed.
    fn last_shown(&self) -> i64 {
        let newest = self.conversation.last_message_id;
        if self.is_newest() {
            return newest;
        }
        newest.min(self.thread.shown.unwrap_or_default().max(self.newest_shown()))
    }

    /// The newest message that the page shows, of any kind.
    pub fn newest_shown(&self) -> i64 {
        self.messages.last().map_or(0, |message| message.id)
    }

    /// What came last, notes aside, for whoever wrote without having seen it, e.g. in
    /// another tab.
    pub fn newest_words(&self, viewer: &Viewer) -> String {
        let newest = self.messages.iter().rev().find(|message| message.kind != Kind::Note);
        match newest {
            Some(Message { kind: Kind::Reply, author_id, author_name, .. }) => match author_id {
                Some(author) if *author == viewer.membership_id => "You replied".to_owned(),
                _ => format!("{author_name} replied"),
            },
            _ => format!("{} wrote again", self.conversation.contact.name),
        }
    }

    /// Whether the page shows the end of the thread, and not an earlier part.
    pub fn is_newest(&self) -> bool {
        self.thread.messages_before.is_none()
    }

    fn thread(&self, changing: Option<Changing>) -> Thread<'_> {
        let asked = Changing::asked(self.thread.edit, self.thread.delete);
        Thread {
            messages: &self.messages,
            notes: &self.notes,
            files: &self.files,
            outgoing: &self.outgoing,
            mails: &self.mails,
            mailing: self.mailing.as_ref(),
            contact: &self.conversation.contact,
            members: &self.list.members,
            holding: self.conversation.holding,
            changing: changing.or(asked),
            is_newest: self.is_newest(),
        }
    }

    fn state(&self, viewer: &Viewer) -> State {
        match (self.conversation.holding.status, self.conversation.snoozed_until) {
            (Status::Snoozed, Some(until)) => State::Snoozed { until: viewer.when(until) },
            (Status::Resolved, _) => State::Resolved,
            _ => State::Open,
        }
    }

    fn mentionable(&self, viewer: &Viewer) -> Vec<Choice> {
        let may_see = |member: &&MemberName| {
            member.membership_id != viewer.membership_id && self.audience.holds(member)
        };
        self.list
            .members
            .iter()
            .filter(may_see)
            .map(|member| Choice::new(member.membership_id.to_string(), &member.name, false))
            .collect()
    }

    fn ownership(&self, viewer: &Viewer) -> Ownership {
        let conversation = &self.conversation;
        Ownership {
            owner_id: conversation.holding.owner,
            version: conversation.ownership_version,
            holder: owner_baton(&self.list.members, viewer, conversation.holding.owner),
            away: away::of(&self.list.members, conversation.holding.owner, viewer),
            since: timeline::since(conversation, &self.activities, viewer),
            relay: timeline::relay(&self.activities, viewer),
        }
    }

    fn abilities(&self, viewer: &Viewer) -> Abilities {
        let (actor, holding) = (viewer.actor(), self.conversation.holding);
        let tends = actor.may_tend(holding);
        let is_spam = self.conversation.is_spam;
        Abilities {
            can_claim: actor.may_claim(holding),
            can_release: actor.may_release(holding),
            can_take_over: actor.may_take_over(holding),
            can_assign: actor.may_reassign(holding),
            can_resolve: tends && holding.status != Status::Resolved,
            can_reopen: tends && holding.status != Status::Open && !is_spam,
            can_snooze: tends && holding.status != Status::Resolved,
            can_note: tends,
            can_mark_spam: tends && !is_spam,
            can_unmark_spam: tends && is_spam,
            can_label: tends,
            can_manage_labels: viewer.may(Capability::ManageLabels),
        }
    }

    fn labels(&self) -> Labels {
        let (on, off): (Vec<_>, Vec<_>) =
            self.list.labels.iter().partition(|label| self.labels.contains(&label.id));
        Labels {
            chosen: on.into_iter().map(|label| (label.id, chips::chip(label))).collect(),
            others: off
                .into_iter()
                .map(|label| Choice::new(label.id.to_string(), label.name.as_str(), false))
                .collect(),
        }
    }

    fn assignees(&self, viewer: &Viewer) -> Vec<Choice> {
        let owner = self.conversation.holding.owner;
        self.list
            .members
            .iter()
            .map(|member| {
                let is_owner = owner == Some(member.membership_id);
                let label = away::label(member, viewer);
                Choice::new(member.membership_id.to_string(), label, is_owner)
            })
            .collect()
    }
}

fn snooze_choices(viewer: &Viewer, time: Field) -> Snooze {
    let now = Utc::now();
    let choices = snooze::choices(now.to_chrono(), viewer.time_zone, "");
    Snooze { choices, offered: now.micros(), is_picked: time.error.is_some(), time }
}
