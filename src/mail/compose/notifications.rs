//! What a member is told, as a mail.

use url::form_urlencoded::byte_serialize;

use crate::config::Config;
use crate::mail::page::{NoticeGroup, NotificationsMail};
use crate::models::notification::mail::{self, About, Digest, Group};
use crate::models::push::Place;
use crate::models::reply_token::{self, Named, ReplyTo};
use crate::models::text;
use crate::models::token::Signer;

/// How much of a message a mail shows, in characters.
const EXCERPT_MAX: usize = 140;

/// The mail, and where its answers go.
pub(super) fn mail(
    digest: &Digest,
    config: &Config,
    signer: &Signer,
) -> (NotificationsMail, Option<String>) {
    let reply_to = reply_to(digest, signer);
    let token = mail::stop_token(signer, digest.membership_id, digest.user_id);
    let is_only = digest.groups.len() == 1;
    let groups = digest.groups.iter().map(|group| {
        let about = group.about.as_ref();
        let answer = about.and_then(|about| reply_to_one(about, digest, signer));
        NoticeGroup {
            title: title(group),
            lines: group.lines.iter().map(|(_, headline)| headline.clone()).collect(),
            excerpt: about.and_then(excerpt),
            link: path(group).map(|path| config.link(&path)),
            customer: answer.as_ref().and(about).map(|about| recipients(group, about)),
            answer_link: answer
                .filter(|_| !is_only)
                .map(|reply_to| mailto(&reply_to, &title(group))),
        }
    });
    let mail = NotificationsMail {
        workspace_name: digest.workspace.clone(),
        groups: groups.collect(),
        takes_answers: reply_to.is_some(),
        tag: reply_to.as_ref().and_then(|reply_to| reply_to.tag.clone()),
        profile_link: config.link("/settings/profile"),
        stop_link: config.link(&format!("/unsubscribe?token={token}")),
    };
    (mail, reply_to.map(|reply_to| reply_to.address))
}

/// Where an answer to the whole mail goes: to the customer, where it tells of one
/// conversation. Of several, the answer comes back with the question which one.
fn reply_to(digest: &Digest, signer: &Signer) -> Option<ReplyTo> {
    let mut abouts = digest.groups.iter().filter_map(|group| group.about.as_ref());
    if digest.groups.len() == 1 {
        return abouts.next().and_then(|about| reply_to_one(about, digest, signer));
    }
    let word = reply_token::of_several(signer, digest.membership_id);
    abouts
        .find_map(|about| about.mailbox.as_ref())
        .map(|mailbox| reply_token::reply_to(mailbox, &word))
}

fn reply_to_one(about: &About, digest: &Digest, signer: &Signer) -> Option<ReplyTo> {
    let id = about.conversation_id;
    let recipients = about.recipients.as_ref();
    let named = recipients.map(|(to, cc)| Named::of(signer, id, to, cc));
    let word = reply_token::of_member(signer, digest.membership_id, id, named);
    about.mailbox.as_ref().map(|mailbox| reply_token::reply_to(mailbox, &word))
}

/// Whom an answer goes to: all of them by their addresses, where it goes by mail, since a name
/// is what its writer says it is.
fn recipients(group: &Group, about: &About) -> String {
    let Some((to, cc)) = &about.recipients else { return group.subject_name.clone() };
    let copied: Vec<String> = cc.iter().map(ToString::to_string).collect();
    match &copied[..] {
        [] => to.to_string(),
        copied => format!("{to}, with a copy to {},", copied.join(", ")),
    }
}

fn mailto(reply_to: &ReplyTo, title: &str) -> String {
    let tag = reply_to.tag.as_ref().map_or_else(String::new, |tag| format!(" {tag}"));
    let subject: String = byte_serialize(format!("Re: {title}{tag}").as_bytes()).collect();
    format!("mailto:{}?subject={}", reply_to.address, subject.replace('+', "%20"))
}

/// Where to read on.
fn path(of: &Group) -> Option<String> {
    let conversation = of.about.as_ref().map(|about| Place::Conversation(about.conversation_id));
    conversation.or(of.inbox_id.map(Place::Inbox)).map(Place::path)
}

fn title(of: &Group) -> String {
    match &of.about {
        Some(about) => format!("{}: {}", of.subject_name, about.subject),
        None => of.subject_name.clone(),
    }
}

fn excerpt(of: &About) -> Option<String> {
    let excerpt = text::excerpt(&of.quote, EXCERPT_MAX);
    Some(excerpt).filter(|excerpt| !excerpt.is_empty() && *excerpt != of.subject)
}
