//! What belongs to notes: who is mentioned, and what they said before.

diesel::table! {
    note_mentions (message_id, membership_id) {
        message_id -> BigInt,
        membership_id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    note_versions (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        message_id -> BigInt,
        body -> Text,
        created_at -> Timestamp,
    }
}
