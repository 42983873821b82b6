//! What open pages are told. Rows are written by triggers alone.

diesel::table! {
    live_counters (workspace_id) {
        workspace_id -> BigInt,
        number -> BigInt,
    }
}

diesel::table! {
    live_events (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        number -> Nullable<BigInt>,
        kind -> Text,
        conversation_id -> Nullable<BigInt>,
        membership_id -> Nullable<BigInt>,
        inbox_id -> Nullable<BigInt>,
        old_status -> Nullable<Text>,
        old_owner_id -> Nullable<BigInt>,
        #[sql_name = "old_last_owner_id"]
        old_last_owner_user_id -> Nullable<BigInt>,
        new_status -> Nullable<Text>,
        new_owner_id -> Nullable<BigInt>,
        #[sql_name = "new_last_owner_id"]
        new_last_owner_user_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}
