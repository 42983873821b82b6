//! The tables of contacts, and of what is known of them.

diesel::table! {
    contacts (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        company -> Nullable<Text>,
        created_at -> Timestamp,
        sort_name -> Text,
        search_text -> Text,
        blocked_at -> Nullable<Timestamp>,
        merged_at -> Nullable<Timestamp>,
        proved_email -> Nullable<Text>,
    }
}

diesel::table! {
    contact_fields (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        name -> Text,
        name_key -> Text,
        kind -> Text,
        choices -> Text,
        position -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    contact_values (contact_id, field_id) {
        contact_id -> BigInt,
        field_id -> BigInt,
        workspace_id -> BigInt,
        value -> Text,
    }
}

diesel::table! {
    contact_imports (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        started_by_id -> BigInt,
        file_name -> Text,
        encoding -> Text,
        delimiter -> Text,
        headings -> Text,
        targets -> Text,
        state -> Text,
        size -> BigInt,
        first_byte -> BigInt,
        first_line -> BigInt,
        next_byte -> BigInt,
        next_line -> BigInt,
        rows_total -> BigInt,
        rows_done -> BigInt,
        added -> BigInt,
        updated -> BigInt,
        refused -> BigInt,
        leased_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        attempts -> BigInt,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    contact_import_parts (import_id, number) {
        import_id -> BigInt,
        number -> BigInt,
        workspace_id -> BigInt,
        content -> Binary,
    }
}

diesel::table! {
    contact_import_refusals (import_id, line) {
        import_id -> BigInt,
        line -> BigInt,
        workspace_id -> BigInt,
        reason -> Text,
        cells -> Text,
    }
}

diesel::table! {
    contact_merges (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        contact_id -> BigInt,
        merged_id -> BigInt,
        merged_by_id -> BigInt,
        filled -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    contact_addresses (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        contact_id -> BigInt,
        email -> Text,
    }
}

diesel::table! {
    contact_notes (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        contact_id -> BigInt,
        author_id -> BigInt,
        author_name -> Text,
        body -> Text,
        submission -> Nullable<Text>,
        created_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        search_text -> Text,
    }
}

diesel::table! {
    contact_note_versions (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        note_id -> BigInt,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    stale_contacts (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        contact_id -> BigInt,
    }
}
