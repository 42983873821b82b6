//! Files of messages, and those that are to be deleted.

diesel::table! {
    attachments (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        message_id -> Nullable<BigInt>,
        member_id -> Nullable<BigInt>,
        inbox_id -> Nullable<BigInt>,
        word_hash -> Text,
        name -> Text,
        content_type -> Text,
        size -> BigInt,
        store_key -> Text,
        width -> Nullable<BigInt>,
        height -> Nullable<BigInt>,
        place -> BigInt,
        client -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    discarded_files (store_key) {
        store_key -> Text,
    }
}
