//! The answers of a chat, as a mail.

use crate::config::Config;
use crate::mail::page::{ChatAnswersMail, MailedReply};
use crate::models::chat::answers::{Answers, Reply};
use crate::models::reply_token;
use crate::models::token::Signer;

/// The mail, and where its answers go.
pub(super) fn mail(
    of: &Answers,
    config: &Config,
    signer: &Signer,
) -> (ChatAnswersMail, Option<String>) {
    let word = reply_token::of_visitor(signer, of.conversation_id, &of.email);
    let reply_to = of.mailbox.as_ref().map(|mailbox| reply_token::reply_to(mailbox, &word));
    let mail = ChatAnswersMail {
        workspace_name: of.workspace.clone(),
        replies: of.replies.iter().map(reply).collect(),
        link: of.chat_key.as_ref().map(|key| {
            let (id, proof) = (of.conversation_id, of.proof(signer));
            config.link(&format!("/chat/{key}?conversation={id}&proof={proof}"))
        }),
        takes_answers: reply_to.is_some(),
        tag: reply_to.as_ref().and_then(|reply_to| reply_to.tag.clone()),
        email: of.email.clone(),
        stop_link: config.link(&format!("/unsubscribe?token={}", of.stop_token(signer))),
    };
    (mail, reply_to.map(|reply_to| reply_to.address))
}

fn reply(of: &Reply) -> MailedReply {
    MailedReply {
        author: of.author.clone(),
        text: of.body.clone(),
        files: match of.file_count {
            0 => String::new(),
            1 => "A file is in the chat.".to_owned(),
            count => format!("{count} files are in the chat."),
        },
    }
}
