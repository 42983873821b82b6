//! What members can undo.

diesel::table! {
    undos (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        membership_id -> BigInt,
        kind -> Text,
        until -> Timestamp,
    }
}

diesel::table! {
    undo_changes (undo_id, conversation_id) {
        undo_id -> BigInt,
        conversation_id -> BigInt,
        workspace_id -> BigInt,
        owner_id -> Nullable<BigInt>,
        owned_since -> Nullable<Timestamp>,
        #[sql_name = "last_owner_id"]
        last_owner_user_id -> Nullable<BigInt>,
        status -> Text,
        snoozed_until -> Nullable<Timestamp>,
        snoozed_by_id -> Nullable<BigInt>,
        spam_at -> Nullable<Timestamp>,
        last_activity_at -> Timestamp,
        since_version -> BigInt,
        since_status -> Text,
        since_snoozed_until -> Nullable<Timestamp>,
        since_spam_at -> Nullable<Timestamp>,
        since_activity_at -> Timestamp,
        label_id -> Nullable<BigInt>,
        labelled_at -> Nullable<Timestamp>,
        changed_at -> Timestamp,
    }
}
