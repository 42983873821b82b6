//! What is kept of what happened, and refers to the rest by numbers alone.

diesel::table! {
    audit_entries (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        conversation_id -> Nullable<BigInt>,
        topic -> Text,
        kind -> Text,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        about -> Text,
        old_value -> Text,
        new_value -> Text,
        origin -> Text,
        created_at -> Timestamp,
    }
}
