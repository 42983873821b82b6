//! What members keep by name.

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
