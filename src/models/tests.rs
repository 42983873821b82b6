//! The words that rows, sealed passwords and open pages hold: a variant may get another
//! name, its word may not.

use strum::IntoEnumIterator;

use super::account_link::LinkKind;
use super::contact::import::State;
use super::mailbox::Protocol;
use super::{
    activity, audit, contact_field, delivery, draft, inbox, label, mailbox, message, notification,
    undo, user,
};
use crate::policy::{Role, Status};

fn all<T: IntoEnumIterator + Into<&'static str>>() -> String {
    T::iter().map(Into::into).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_words_that_are_stored_stay_as_they_are() {
    assert_eq!(all::<Role>(), "administrator manager agent");
    assert_eq!(all::<Status>(), "open snoozed resolved");
    assert_eq!(all::<user::Theme>(), "system light dark");
    assert_eq!(all::<mailbox::Security>(), "tls starttls none");
    assert_eq!(all::<label::Colour>(), "grey red yellow green blue purple");
    assert_eq!(all::<inbox::Accent>(), "ink teal blue purple red orange green");
    assert_eq!(all::<inbox::Side>(), "right left");
    assert_eq!(all::<contact_field::Kind>(), "text number date choice");
    assert_eq!(all::<message::Kind>(), "customer reply note");
    assert_eq!(all::<notification::Way>(), "page mail both none");
    let links = [LinkKind::ResetPassword, LinkKind::VerifyAddress];
    assert_eq!(links.map(|one| one.into_str()), ["reset_password", "verify_address"]);
    assert_eq!([Protocol::Imap, Protocol::Smtp].map(|one| one.into_str()), ["imap", "smtp"]);
    let inboxes = [inbox::Kind::WebChat, inbox::Kind::Email];
    assert_eq!(inboxes.map(|one| one.into_str()), ["web_chat", "email"]);
    let imports = [State::Draft, State::Running, State::Done, State::Cancelled];
    let words = ["draft", "running", "done", "cancelled"];
    assert_eq!(imports.map(|one| one.into_str()), words);
    let drafts = [draft::Kind::Reply, draft::Kind::Note];
    assert_eq!(drafts.map(|one| one.into_str()), ["reply", "note"]);
    let undos = [undo::Kind::Owner, undo::Kind::Status, undo::Kind::Label(1)];
    assert_eq!(undos.map(|one| one.into_str()), ["owner", "status", "label"]);
    assert_eq!(
        all::<notification::Kind>(),
        "assigned taken given_back went_back mentioned customer_replied reply_not_sent \
         snooze_ended invitation_accepted mailbox_failing"
    );
    assert_eq!(
        all::<audit::Topic>(),
        "owner team plan workspace inboxes labels quick_replies contacts contact_fields audit_log"
    );
    assert_eq!(
        all::<delivery::Kind>(),
        "invitation reset_password verify_address address_changed test reply notifications \
         chat_answers reply_refused push"
    );
    assert_eq!(
        all::<activity::Kind>(),
        "created claimed released assigned unassigned took_over owner_left owner_away resolved \
         reopened snoozed snooze_ended away_told note_added note_deleted marked_spam not_spam labelled \
         unlabelled member_invited invitation_resent invitation_revoked invitation_accepted \
         role_changed away_changed member_removed member_left plan_changed workspace_changed \
         workspace_exported contact_blocked contact_unblocked contacts_merged contacts_unmerged \
         contact_deleted contacts_exported contacts_imported inbox_added inbox_changed \
         inbox_sight_changed inbox_archived inbox_unarchived label_added \
         label_changed label_merged label_deleted contact_field_added contact_field_changed \
         contact_field_deleted quick_reply_added quick_reply_changed quick_reply_deleted \
         audit_log_exported"
    );
}
