//! One schema for both databases. Written by hand: `diesel print-schema` knows
//! one backend at a time, and would call the same column `Integer` on SQLite.

mod channels;
mod files;
mod live;
mod mail;
mod notes;
mod of_contacts;
mod push;
mod records;
mod saved;
mod undo;

pub use channels::{inbox_members, inboxes};
pub use files::{attachments, discarded_files};
pub use live::{live_counters, live_events};
pub use mail::{mail_stops, mailbox_outages, mailboxes, mails, taken_back};
pub use notes::{note_mentions, note_versions};
pub use of_contacts::*;
pub use push::push_subscriptions;
pub use records::audit_entries;
pub use saved::{answered_forms, drafts, saved_views};
pub use undo::{undo_changes, undos};

diesel::table! {
    installation (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    plans (code) {
        code -> Text,
        name -> Text,
        seats -> Integer,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        public_name -> Nullable<Text>,
        password_hash -> Text,
        email_verified_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        picture -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        theme -> Text,
        signature -> Text,
        shortcuts -> Bool,
    }
}

diesel::table! {
    pictures (key) {
        key -> Text,
        workspace_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        png -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    workspaces (id) {
        id -> BigInt,
        name -> Text,
        plan -> Text,
        time_zone -> Text,
        created_at -> Timestamp,
        working_hours -> Nullable<Text>,
        session_days -> Integer,
        agents_pass_on -> Bool,
        logo -> Nullable<Text>,
        /// Nobody is in it any more; a job erases what is left.
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    memberships (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        ended_at -> Nullable<Timestamp>,
        active_id -> Nullable<BigInt>,
        last_seen_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        told_by -> Text,
        away_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        email -> Text,
        role -> Text,
        invited_by_id -> BigInt,
        nonce -> Text,
        expires_at -> Timestamp,
        accepted_at -> Nullable<Timestamp>,
        accepted_by_id -> Nullable<BigInt>,
        revoked_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    quick_replies (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        name_key -> Text,
        body -> Text,
        scope -> Text,
        times_used -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    quick_reply_inboxes (quick_reply_id, inbox_id) {
        quick_reply_id -> BigInt,
        inbox_id -> BigInt,
        workspace_id -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        key_hash -> Text,
        user_id -> BigInt,
        workspace_id -> Nullable<BigInt>,
        user_agent -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    account_links (id) {
        id -> BigInt,
        user_id -> BigInt,
        purpose -> Text,
        email -> Text,
        nonce -> Text,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    visitors (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        inbox_id -> BigInt,
        contact_id -> BigInt,
        nonce -> Text,
        created_at -> Timestamp,
        name -> Text,
        email -> Nullable<Text>,
        proved_email -> Nullable<Text>,
    }
}

diesel::table! {
    conversations (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        inbox_id -> BigInt,
        contact_id -> BigInt,
        visitor_id -> Nullable<BigInt>,
        visitor_email -> Nullable<Text>,
        subject -> Text,
        status -> Text,
        assignee_id -> Nullable<BigInt>,
        ownership_version -> BigInt,
        owned_since -> Nullable<Timestamp>,
        #[sql_name = "last_owner_id"]
        last_owner_user_id -> Nullable<BigInt>,
        snoozed_until -> Nullable<Timestamp>,
        snoozed_by_id -> Nullable<BigInt>,
        preview -> Text,
        last_message_id -> BigInt,
        last_customer_message_id -> BigInt,
        last_activity_at -> Timestamp,
        created_at -> Timestamp,
        spam_at -> Nullable<Timestamp>,
        visitor_read_id -> BigInt,
        waiting_since -> Nullable<Timestamp>,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        conversation_id -> BigInt,
        kind -> Text,
        author_id -> Nullable<BigInt>,
        author_name -> Text,
        public_name -> Text,
        body -> Text,
        submission -> Nullable<Text>,
        created_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        file_count -> BigInt,
        mailed_from -> Nullable<Text>,
    }
}

diesel::table! {
    activities (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        conversation_id -> Nullable<BigInt>,
        kind -> Text,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        subject_id -> Nullable<BigInt>,
        subject_name -> Text,
        detail -> Text,
        created_at -> Timestamp,
        by_undo -> Bool,
    }
}

diesel::table! {
    labels (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        name_key -> Text,
        colour -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    conversation_labels (conversation_id, label_id) {
        conversation_id -> BigInt,
        label_id -> BigInt,
        workspace_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    conversation_reads (conversation_id, membership_id) {
        conversation_id -> BigInt,
        membership_id -> BigInt,
        workspace_id -> BigInt,
        message_id -> BigInt,
    }
}

diesel::table! {
    notifications (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        membership_id -> BigInt,
        kind -> Text,
        conversation_id -> Nullable<BigInt>,
        actor_name -> Text,
        subject_name -> Text,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
        in_page -> Bool,
        delivery_id -> Nullable<BigInt>,
        outage_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        kind -> Text,
        workspace_id -> Nullable<BigInt>,
        invitation_id -> Nullable<BigInt>,
        account_link_id -> Nullable<BigInt>,
        recipient -> Text,
        /// Of the Message-ID, the part before the `@`.
        #[sql_name = "message_id"]
        local_part -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        failed_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        reply_id -> Nullable<BigInt>,
        began_at -> Nullable<Timestamp>,
        membership_id -> Nullable<BigInt>,
        conversation_id -> Nullable<BigInt>,
        first_reply_id -> Nullable<BigInt>,
        refusal -> Nullable<Text>,
        refused_body -> Nullable<Text>,
        push_subscription_id -> Nullable<BigInt>,
        notification_id -> Nullable<BigInt>,
        first_notification_id -> Nullable<BigInt>,
        is_file -> Bool,
    }
}

diesel::table! {
    attempts (id) {
        id -> BigInt,
        bucket -> Text,
        created_at -> Timestamp,
    }
}

diesel::joinable!(workspaces -> plans (plan));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(memberships -> workspaces (workspace_id));
diesel::joinable!(invitations -> workspaces (workspace_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(account_links -> users (user_id));
diesel::joinable!(inboxes -> workspaces (workspace_id));
diesel::joinable!(visitors -> inboxes (inbox_id));
diesel::joinable!(visitors -> contacts (contact_id));
diesel::joinable!(conversations -> inboxes (inbox_id));
diesel::joinable!(conversations -> contacts (contact_id));
diesel::joinable!(messages -> conversations (conversation_id));
diesel::joinable!(activities -> conversations (conversation_id));
diesel::joinable!(notifications -> conversations (conversation_id));
diesel::joinable!(notifications -> mailbox_outages (outage_id));
diesel::joinable!(deliveries -> invitations (invitation_id));
diesel::joinable!(deliveries -> account_links (account_link_id));
diesel::joinable!(push_subscriptions -> sessions (session_id));
diesel::joinable!(mailboxes -> inboxes (inbox_id));
diesel::joinable!(mailbox_outages -> inboxes (inbox_id));
diesel::joinable!(mails -> messages (message_id));
diesel::joinable!(mails -> inboxes (inbox_id));

diesel::allow_tables_to_appear_in_same_query!(
    account_links,
    activities,
    attachments,
    attempts,
    contact_addresses,
    contact_fields,
    contact_import_parts,
    contact_import_refusals,
    contact_imports,
    contact_merges,
    contact_note_versions,
    contact_notes,
    contact_values,
    contacts,
    conversation_labels,
    conversation_reads,
    conversations,
    deliveries,
    inbox_members,
    inboxes,
    installation,
    invitations,
    labels,
    live_counters,
    live_events,
    mail_stops,
    mailbox_outages,
    mailboxes,
    mails,
    memberships,
    messages,
    notifications,
    pictures,
    plans,
    push_subscriptions,
    quick_replies,
    quick_reply_inboxes,
    sessions,
    taken_back,
    undo_changes,
    undos,
    users,
    visitors,
    workspaces,
);
