//! Mail as a channel: mailboxes, and what a message was as a mail.

diesel::table! {
    mailboxes (inbox_id) {
        inbox_id -> BigInt,
        workspace_id -> BigInt,
        address -> Text,
        sender_name -> Text,
        signature -> Text,
        imap_host -> Text,
        imap_port -> Integer,
        imap_user -> Text,
        imap_password -> Text,
        imap_security -> Text,
        smtp_host -> Text,
        smtp_port -> Integer,
        smtp_user -> Text,
        smtp_password -> Text,
        smtp_security -> Text,
        has_plus_addresses -> Bool,
        version -> BigInt,
        uid_validity -> Nullable<BigInt>,
        last_uid -> BigInt,
        leased_by -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        connected_at -> Nullable<Timestamp>,
        last_mail_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        last_error_at -> Nullable<Timestamp>,
        failures -> Integer,
        next_attempt_at -> Timestamp,
        created_at -> Timestamp,
        taken_since -> Timestamp,
    }
}

diesel::table! {
    mails (message_id) {
        message_id -> BigInt,
        workspace_id -> BigInt,
        inbox_id -> BigInt,
        header_id -> Text,
        refs -> Text,
        subject -> Text,
        from_name -> Text,
        from_address -> Text,
        to_list -> Text,
        cc_list -> Text,
        reply_to -> Nullable<Text>,
        quoted -> Text,
        has_html -> Bool,
        is_automatic -> Bool,
        is_auto_reply -> Bool,
        original_key -> Nullable<Text>,
        original_size -> Nullable<BigInt>,
        fingerprint -> Nullable<Text>,
        bounced_at -> Nullable<Timestamp>,
        bounce_reason -> Nullable<Text>,
        undo_id -> Nullable<BigInt>,
        has_remote_images -> Bool,
        unreached -> Nullable<Text>,
        is_colleague -> Bool,
    }
}

diesel::table! {
    taken_back (message_id) {
        message_id -> BigInt,
        workspace_id -> BigInt,
        membership_id -> BigInt,
        conversation_id -> Nullable<BigInt>,
        inbox_id -> BigInt,
        to_list -> Text,
        cc_list -> Text,
        subject -> Text,
        body -> Text,
        files -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    mail_stops (workspace_id, address) {
        workspace_id -> BigInt,
        address -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    mailbox_outages (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        inbox_id -> BigInt,
        server -> Text,
        since -> Timestamp,
        reason -> Text,
        told_at -> Nullable<Timestamp>,
    }
}
