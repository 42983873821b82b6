//! Browsers that show notifications.

diesel::table! {
    push_subscriptions (id) {
        id -> BigInt,
        user_id -> BigInt,
        session_id -> Nullable<BigInt>,
        left_by -> Nullable<BigInt>,
        endpoint -> Text,
        p256dh -> Text,
        auth -> Text,
        with_sound -> Bool,
        created_at -> Timestamp,
    }
}
