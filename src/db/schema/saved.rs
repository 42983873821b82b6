//! What members keep for themselves, and what is kept of their forms.

diesel::table! {
    saved_views (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        membership_id -> BigInt,
        name -> Text,
        name_key -> Text,
        address -> Text,
        scope -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    drafts (membership_id, conversation_id, kind) {
        membership_id -> BigInt,
        conversation_id -> BigInt,
        kind -> Text,
        workspace_id -> BigInt,
        body -> Text,
        version -> BigInt,
        page -> Text,
        updated_at -> Timestamp,
        cc -> Nullable<Text>,
    }
}

diesel::table! {
    answered_forms (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        membership_id -> BigInt,
        submission -> Text,
        said -> Text,
        answer -> Text,
        created_at -> Timestamp,
    }
}
