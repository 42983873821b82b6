//! What the export holds of each table, and why not the rest of it: a column that is new is
//! missing here until somebody decides.

use std::collections::BTreeSet;

/// What is left out of many tables.
const ITS_OWN: &str = "the file is of one workspace";
const MADE: &str = "made of the other columns";
const FORM: &str = "keeps a form from being stored twice";
const OPENS: &str = "opens something";
const PRIVATE: &str = "a member's own affair";
const PASSING: &str = "over in days";
const CUSTOMER: &str = "how a customer's browser is known";

/// Tables of which nothing is exported, and why.
const LEFT_OUT: [(&str, &str); 26] = [
    ("installation", "the installation's"),
    ("plans", "the installation's"),
    ("pictures", "drawn anew from what is uploaded"),
    ("sessions", OPENS),
    ("account_links", OPENS),
    ("push_subscriptions", OPENS),
    ("visitors", CUSTOMER),
    ("conversation_reads", PRIVATE),
    ("notifications", PRIVATE),
    ("drafts", PRIVATE),
    ("deliveries", PASSING),
    ("attempts", PASSING),
    ("discarded_files", PASSING),
    ("live_counters", PASSING),
    ("live_events", PASSING),
    ("taken_back", PASSING),
    ("mailbox_outages", PASSING),
    ("answered_forms", PASSING),
    ("contact_imports", PASSING),
    ("contact_import_parts", PASSING),
    ("contact_import_refusals", PASSING),
    ("contact_merges", PASSING),
    ("stale_contacts", PASSING),
    ("undos", PASSING),
    ("undo_changes", PASSING),
    ("mail_stops", "who wants no more mails from this installation"),
];

/// Of every other table: the columns that are exported, and the others with their reasons.
type Table = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const EXPORTED: [Table; 26] = [
    (
        "users",
        "id name email public_name",
        &[
            ("password_hash", OPENS),
            ("email_verified_at created_at", "of the installation's user"),
            ("picture time_zone theme signature shortcuts", PRIVATE),
        ],
    ),
    (
        "workspaces",
        "id name plan time_zone created_at working_hours session_days agents_pass_on",
        &[("logo", "a picture"), ("deleted_at", "of one that is gone")],
    ),
    (
        "memberships",
        "id user_id role ended_at created_at away_until",
        &[("workspace_id", ITS_OWN), ("active_id", MADE), ("last_seen_at told_by", PRIVATE)],
    ),
    (
        "invitations",
        "id email role invited_by_id expires_at created_at",
        &[
            ("workspace_id", ITS_OWN),
            ("nonce", OPENS),
            ("accepted_at accepted_by_id revoked_at", "those that are open are exported alone"),
        ],
    ),
    (
        "quick_replies",
        "id name body scope times_used",
        &[("workspace_id", ITS_OWN), ("name_key", MADE), ("created_at", "shown nowhere")],
    ),
    ("quick_reply_inboxes", "quick_reply_id inbox_id", &[("workspace_id", ITS_OWN)]),
    (
        "conversations",
        "id inbox_id contact_id subject status assignee_id owned_since last_owner_user_id snoozed_until \
         last_activity_at created_at spam_at",
        &[
            ("workspace_id", ITS_OWN),
            ("visitor_id visitor_email visitor_read_id", CUSTOMER),
            (
                "ownership_version preview last_message_id last_customer_message_id \
                 waiting_since",
                MADE,
            ),
            ("snoozed_by_id", "in the timeline"),
        ],
    ),
    (
        "messages",
        "id conversation_id kind author_id author_name body created_at edited_at deleted_at \
         file_count mailed_from",
        &[
            ("workspace_id", ITS_OWN),
            ("submission", FORM),
            ("public_name", "what the member is called to customers, which the members have"),
        ],
    ),
    (
        "activities",
        "id conversation_id kind actor_id actor_name subject_id subject_name detail created_at",
        &[("workspace_id", ITS_OWN), ("by_undo", "shown nowhere")],
    ),
    ("labels", "id name colour created_at", &[("workspace_id", ITS_OWN), ("name_key", MADE)]),
    (
        "conversation_labels",
        "conversation_id label_id",
        &[("workspace_id", ITS_OWN), ("created_at", "in the timeline")],
    ),
    (
        "inboxes",
        "id kind name greeting allowed_sites created_at is_restricted archived_at accent side \
         welcome_title button_label opening working_hours away_message",
        &[("workspace_id", ITS_OWN), ("chat_key", OPENS), ("submission", FORM)],
    ),
    ("inbox_members", "inbox_id membership_id", &[("workspace_id", ITS_OWN)]),
    (
        "attachments",
        "id message_id name content_type size",
        &[
            ("workspace_id", ITS_OWN),
            ("member_id inbox_id created_at client", "whose it is until the message is stored"),
            ("word_hash store_key", OPENS),
            ("width height place", MADE),
        ],
    ),
    (
        "mailboxes",
        "inbox_id address sender_name signature",
        &[
            ("workspace_id", ITS_OWN),
            ("taken_since", "where reading it began"),
            ("imap_host imap_port imap_user imap_password imap_security", OPENS),
            ("smtp_host smtp_port smtp_user smtp_password smtp_security", OPENS),
            ("has_plus_addresses version uid_validity last_uid leased_by leased_until", PASSING),
            ("connected_at last_mail_at last_error last_error_at failures", PASSING),
            ("next_attempt_at", PASSING),
            ("created_at", "the inbox's"),
        ],
    ),
    (
        "mails",
        "message_id header_id refs subject from_name from_address to_list cc_list reply_to quoted \
         is_automatic is_auto_reply is_colleague bounced_at bounce_reason unreached",
        &[
            ("workspace_id", ITS_OWN),
            ("inbox_id", "the conversation's"),
            ("has_html has_remote_images original_key original_size", "of the mail's file"),
            ("fingerprint", FORM),
            ("undo_id", PASSING),
        ],
    ),
    (
        "note_mentions",
        "message_id name",
        &[("workspace_id", ITS_OWN), ("membership_id", MADE), ("created_at", "the note's")],
    ),
    ("note_versions", "message_id body created_at", &[("workspace_id", ITS_OWN), ("id", MADE)]),
    (
        "contacts",
        "id name email phone company created_at blocked_at proved_email",
        &[
            ("workspace_id", ITS_OWN),
            ("sort_name search_text", MADE),
            ("merged_at", "what became part of another contact is exported there"),
        ],
    ),
    (
        "contact_addresses",
        "contact_id email",
        &[("workspace_id", ITS_OWN), ("id", "nothing refers to it")],
    ),
    (
        "contact_fields",
        "id name kind choices position",
        &[("workspace_id", ITS_OWN), ("name_key", MADE), ("created_at", "shown nowhere")],
    ),
    ("contact_values", "contact_id field_id value", &[("workspace_id", ITS_OWN)]),
    (
        "contact_notes",
        "contact_id author_id author_name body created_at edited_at deleted_at",
        &[
            ("workspace_id", ITS_OWN),
            ("id", "nothing refers to it"),
            ("submission", FORM),
            ("search_text", MADE),
        ],
    ),
    (
        "contact_note_versions",
        "body created_at",
        &[("workspace_id", ITS_OWN), ("id", MADE), ("note_id", "they stand at their note")],
    ),
    (
        "saved_views",
        "id membership_id name address scope created_at",
        &[("workspace_id", ITS_OWN), ("name_key", MADE)],
    ),
    (
        "audit_entries",
        "id conversation_id topic kind actor_id actor_name about old_value new_value origin \
         created_at",
        &[("workspace_id", ITS_OWN)],
    ),
];

/// `table.column` of the whole schema, as the source has it.
fn schema() -> BTreeSet<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db");
    let parts = std::fs::read_dir(folder.join("schema")).expect("a folder");
    let mut files: Vec<_> = parts.map(|entry| entry.expect("an entry").path()).collect();
    files.push(folder.join("schema.rs"));
    let mut columns = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("a text");
        let mut table = String::new();
        for line in text.lines().map(str::trim) {
            if let Some((column, _)) = line.strip_suffix(',').and_then(|l| l.split_once(" -> ")) {
                columns.insert(format!("{table}.{column}"));
            } else if let Some((name, _)) = line.strip_suffix('{').and_then(|l| l.split_once(" ("))
            {
                table = name.to_owned();
            }
        }
    }
    columns
}

#[test]
fn every_column_is_exported_or_left_out_for_a_reason() {
    let mut decided = BTreeSet::new();
    for (table, exported, left_out) in EXPORTED {
        let left_out = left_out.iter().map(|(columns, _)| *columns);
        for column in left_out.chain([exported]).flat_map(str::split_whitespace) {
            assert!(decided.insert(format!("{table}.{column}")), "{table}.{column} stands twice");
        }
    }
    let table_of = |column: &str| column.split('.').next().unwrap_or_default().to_owned();
    let is_left_out =
        |column: &String| LEFT_OUT.iter().any(|(table, _)| table_of(column) == *table);
    let schema = schema();
    for (table, _) in LEFT_OUT {
        assert!(schema.iter().any(|column| table_of(column) == table), "there is no {table}");
    }
    let schema: BTreeSet<String> =
        schema.into_iter().filter(|column| !is_left_out(column)).collect();
    let undecided: Vec<_> = schema.difference(&decided).collect();
    assert!(undecided.is_empty(), "exported, or why not? {undecided:?}");
    let unknown: Vec<_> = decided.difference(&schema).collect();
    assert!(unknown.is_empty(), "not in the schema: {unknown:?}");
}
