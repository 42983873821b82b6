//! Inboxes, and whom they are for.

diesel::table! {
    inboxes (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        kind -> Text,
        name -> Text,
        greeting -> Text,
        chat_key -> Text,
        allowed_sites -> Text,
        created_at -> Timestamp,
        is_restricted -> Bool,
        archived_at -> Nullable<Timestamp>,
        accent -> Text,
        side -> Text,
        welcome_title -> Text,
        button_label -> Text,
        opening -> Text,
        working_hours -> Nullable<Text>,
        away_message -> Text,
        submission -> Nullable<Text>,
    }
}

diesel::table! {
    inbox_members (inbox_id, membership_id) {
        inbox_id -> BigInt,
        membership_id -> BigInt,
        workspace_id -> BigInt,
    }
}
