//! On SQLite in a file of its own; the integration tests run on both databases.

use diesel::prelude::*;

use super::*;
use crate::db::schema::{activities, memberships, notifications, users};
use crate::db::testing::{scratch, workspace};
use crate::db::{Db, Utc};
use crate::models::token::Signer;
use crate::models::{activity, inbox, visitor};
use crate::policy::Status;

struct World {
    db: Db,
    inbox: Inbox,
    _folder: tempfile::TempDir,
}

fn world() -> World {
    let (db, folder) = scratch();
    let inbox = write(&db, |conn| {
        let workspace_id = workspace(conn)?;
        let id = inbox::create_web_chat(conn, workspace_id, "Web chat", "")?;
        Ok(inbox::find(conn, workspace_id, id)?.unwrap())
    });
    World { db, inbox, _folder: folder }
}

fn write<T>(db: &Db, work: impl FnMut(&mut Conn) -> QueryResult<T>) -> T {
    db.change_now(work).unwrap()
}

fn words(body: &str, submission: &str) -> Words {
    Words { body: body.to_owned(), submission: submission.to_owned(), files: Vec::new() }
}

fn new_author() -> Author {
    Author { name: "Mia".to_owned(), email: "mia@example.com".to_owned(), visitor: None }
}

impl World {
    fn start(&self, author: &Author, body: &str, submission: &str) -> Stored {
        write(&self.db, |c| start_conversation(c, &self.inbox, author, &words(body, submission)))
    }

    fn send(
        &self,
        visitor: &Visitor,
        conversation_id: i64,
        body: &str,
        submission: &str,
    ) -> Result<Stored, NoSuchConversation> {
        let words = words(body, submission);
        self.db
            .write_now(|c| write_message(c, &self.inbox, visitor, conversation_id, &words))
            .unwrap()
    }

    fn seen(&self, visitor: &Visitor, conversation_id: i64) -> Vec<String> {
        let all =
            self.db.read_now(|c| visitor::latest_messages(c, visitor, conversation_id, None, 100));
        all.unwrap().into_iter().map(|message| message.body).collect()
    }

    /// A member who owns the conversation, by membership.
    fn give_to_owner(&self, conversation_id: i64) -> i64 {
        write(&self.db, |conn| {
            let user_id: i64 = diesel::insert_into(users::table)
                .values((
                    users::email.eq("ana@example.com"),
                    users::name.eq("Ana"),
                    users::password_hash.eq(""),
                    users::created_at.eq(Utc::now()),
                ))
                .returning(users::id)
                .get_result(conn)?;
            let role = crate::policy::Role::Agent;
            let ws = self.inbox.workspace_id;
            let owner = crate::models::membership::insert(conn, ws, user_id, role)?;
            diesel::update(conversations::table.find(conversation_id))
                .set((
                    conversations::assignee_id.eq(Some(owner)),
                    conversations::owned_since.eq(Some(Utc::now())),
                ))
                .execute(conn)?;
            Ok(owner)
        })
    }

    fn say(&self, conversation_id: i64, author: i64, kind: &str, body: &str) {
        write(&self.db, |conn| {
            diesel::insert_into(messages::table)
                .values((
                    messages::workspace_id.eq(self.inbox.workspace_id),
                    messages::conversation_id.eq(conversation_id),
                    messages::kind.eq(kind),
                    messages::author_id.eq(Some(author)),
                    messages::author_name.eq("Ana Silva"),
                    messages::public_name.eq("Ana"),
                    messages::body.eq(body),
                    messages::created_at.eq(Utc::now()),
                ))
                .execute(conn)
        });
    }

    fn set_status(&self, conversation_id: i64, status: Status) {
        let until = (status == Status::Snoozed).then(Utc::now);
        write(&self.db, |conn| {
            diesel::update(conversations::table.find(conversation_id))
                .set((conversations::status.eq(status), conversations::snoozed_until.eq(until)))
                .execute(conn)
        });
    }

    fn row(&self, conversation_id: i64) -> (String, Option<i64>, Option<Utc>, String, String) {
        self.db
            .read_now(|conn| {
                conversations::table
                    .find(conversation_id)
                    .select((
                        conversations::status,
                        conversations::assignee_id,
                        conversations::snoozed_until,
                        conversations::subject,
                        conversations::preview,
                    ))
                    .first(conn)
            })
            .unwrap()
    }

    fn count(&self, kind: activity::Kind) -> i64 {
        self.db
            .read_now(|c| activities::table.filter(activities::kind.eq(kind)).count().get_result(c))
            .unwrap()
    }
}

#[test]
fn the_first_message_names_the_conversation_and_puts_it_in_the_queue() {
    let world = world();
    let body = format!("My bicycle\n{}", "squeaks ".repeat(40));
    let stored = world.start(&new_author(), &body, "s1");
    let (status, owner, _, subject, preview) = world.row(stored.conversation_id);
    assert_eq!((status.as_str(), owner), ("open", None));
    assert!(subject.starts_with("My bicycle squeaks") && subject.chars().count() <= 80);
    assert!(preview.chars().count() > 80 && preview.chars().count() <= 140);
    assert_eq!(world.count(activity::Kind::Created), 1);
    assert_eq!(world.seen(&stored.visitor, stored.conversation_id), [body]);
}

#[test]
fn the_same_form_posted_twice_starts_one_conversation() {
    let world = world();
    let first = world.start(&new_author(), "Hello", "s1");
    let second = world.start(&new_author(), "Hello", "s1");
    assert_eq!(first.conversation_id, second.conversation_id);
    assert_eq!(first.visitor.id, second.visitor.id, "the second answer carries the same token");
    // What was typed is part of the proof, and another text is never swallowed.
    let edited = world.start(&new_author(), "Hello again", "s1");
    assert_ne!(edited.conversation_id, first.conversation_id);
    assert_ne!(edited.visitor.id, first.visitor.id);
}

#[test]
fn the_same_form_posted_twice_stores_one_message() {
    let world = world();
    let Stored { visitor, conversation_id, .. } = world.start(&new_author(), "Hello", "s1");
    let first = world.send(&visitor, conversation_id, "Are you there?", "s2").unwrap();
    let second = world.send(&visitor, conversation_id, "Are you there?", "s2").unwrap();
    assert_eq!(first.message_id, second.message_id);
    world.send(&visitor, conversation_id, "Another text", "s2").unwrap();
    world.send(&visitor, conversation_id, "Are you there?", "s3").unwrap();
    let expected = ["Hello", "Are you there?", "Another text", "Are you there?"];
    assert_eq!(world.seen(&visitor, conversation_id), expected);
}

#[test]
fn forms_without_an_id_are_each_stored() {
    let world = world();
    let Stored { visitor, conversation_id, .. } = world.start(&new_author(), "Hello", "");
    world.send(&visitor, conversation_id, "Hello", "").unwrap();
    assert_eq!(world.seen(&visitor, conversation_id), ["Hello", "Hello"]);
}

#[test]
fn a_message_reopens_and_keeps_its_owner_who_is_told_once() {
    for before in [Status::Resolved, Status::Snoozed] {
        let world = world();
        let Stored { visitor, conversation_id, .. } = world.start(&new_author(), "Hello", "s1");
        let owner = world.give_to_owner(conversation_id);
        world.set_status(conversation_id, before);
        world.send(&visitor, conversation_id, "One more thing", "s2").unwrap();
        world.send(&visitor, conversation_id, "And another", "s3").unwrap();
        let (status, assignee, until, _, preview) = world.row(conversation_id);
        assert_eq!((status.as_str(), assignee, until), ("open", Some(owner), None));
        assert_eq!(preview, "And another");
        assert_eq!(world.count(activity::Kind::Reopened), 1);
        let told: Vec<(i64, String)> = world
            .db
            .read_now(|conn| {
                notifications::table
                    .select((notifications::membership_id, notifications::kind))
                    .load(conn)
            })
            .unwrap();
        assert_eq!(told, [(owner, "customer_replied".to_owned())]);
    }
}

#[test]
fn a_message_to_what_its_owner_left_brings_it_back_to_everybody() {
    let world = world();
    let Stored { visitor, conversation_id, .. } = world.start(&new_author(), "Hello", "s1");
    let owner = world.give_to_owner(conversation_id);
    world.set_status(conversation_id, Status::Resolved);
    write(&world.db, |conn| {
        let user_id: i64 =
            memberships::table.find(owner).select(memberships::user_id).first(conn)?;
        diesel::update(conversations::table.find(conversation_id))
            .set((
                conversations::assignee_id.eq(None::<i64>),
                conversations::owned_since.eq(None::<Utc>),
                conversations::last_owner_user_id.eq(Some(user_id)),
            ))
            .execute(conn)
    });
    world.send(&visitor, conversation_id, "One more thing", "s2").unwrap();
    let last_owner_user: Option<i64> = world
        .db
        .read_now(|conn| {
            conversations::table
                .find(conversation_id)
                .select(conversations::last_owner_user_id)
                .first(conn)
        })
        .unwrap();
    assert_eq!(last_owner_user, None);
    assert_eq!(world.row(conversation_id).0, "open");
}

#[test]
fn a_visitor_sees_replies_and_never_notes() {
    let world = world();
    let Stored { visitor, conversation_id, message_id } = world.start(&new_author(), "Hello", "s1");
    let owner = world.give_to_owner(conversation_id);
    world.say(conversation_id, owner, "note", "A difficult customer");
    world.say(conversation_id, owner, "reply", "How can I help?");
    assert_eq!(world.seen(&visitor, conversation_id), ["Hello", "How can I help?"]);
    let new = world
        .db
        .read_now(|c| visitor::messages_after(c, &visitor, conversation_id, message_id, 100))
        .unwrap();
    assert_eq!(new.len(), 1);
    assert_eq!((new[0].author.as_str(), new[0].is_theirs), ("Ana", false));
}

#[test]
fn the_same_typed_address_opens_nothing_of_another_visitor() {
    let world = world();
    let mine = world.start(&new_author(), "My secret", "s1");
    let other = world.start(&new_author(), "Hello", "s2").visitor;
    assert_ne!(other.contact_id, mine.visitor.contact_id);
    let id = mine.conversation_id;
    assert!(world.seen(&other, id).is_empty());
    let found = world.db.read_now(|c| {
        Ok((
            visitor::find_conversation(c, &other, id)?.is_some(),
            visitor::messages_after(c, &other, id, 0, 100)?.len(),
            visitor::conversations_of(c, &other, 100)?.len(),
        ))
    });
    assert_eq!(found.unwrap(), (false, 0, 1));
    assert_eq!(world.send(&other, id, "Let me in", "s3").unwrap_err(), NoSuchConversation);
    assert_eq!(world.seen(&mine.visitor, id), ["My secret"]);
}

#[test]
fn a_visitor_has_several_conversations_the_latest_first() {
    let world = world();
    let first = world.start(&new_author(), "First", "s1");
    let known = Author { visitor: Some(first.visitor.clone()), ..new_author() };
    let second = world.start(&known, "Second", "s2");
    assert_eq!(second.visitor.id, first.visitor.id);
    assert_eq!(world.start(&known, "Second", "s2").conversation_id, second.conversation_id);
    world.send(&first.visitor, first.conversation_id, "First again", "s3").unwrap();
    let own = world.db.read_now(|c| visitor::conversations_of(c, &first.visitor, 100)).unwrap();
    let ids: Vec<i64> = own.iter().map(|one| one.id).collect();
    assert_eq!(ids, [first.conversation_id, second.conversation_id]);
}

#[test]
fn a_visitor_who_gives_another_name_keeps_what_was_theirs() {
    let world = world();
    let first = world.start(&new_author(), "First", "s1");
    let renamed =
        Author { name: "Noor".to_owned(), visitor: Some(first.visitor.clone()), ..new_author() };
    let second = world.start(&renamed, "Second", "s2");
    assert_eq!(second.visitor.id, first.visitor.id);
    assert_ne!(second.visitor.contact_id, first.visitor.contact_id);
    assert_eq!(world.seen(&second.visitor, first.conversation_id), ["First"]);
    world.send(&second.visitor, first.conversation_id, "Still me", "s3").unwrap();
    let authors: Vec<String> = world
        .db
        .read_now(|conn| {
            messages::table.order(messages::id).select(messages::author_name).load(conn)
        })
        .unwrap();
    assert_eq!(authors, ["Mia", "Noor", "Mia"], "each as the contact of its conversation");
}

#[test]
fn a_token_opens_its_own_chat_alone() {
    let world = world();
    let signer = Signer::new(vec![7; 32].into());
    let visitor = world.start(&new_author(), "Hello", "s1").visitor;
    let token = visitor.token(&signer);
    let ws = world.inbox.workspace_id;
    let recognised = |inbox_id: i64, token: &str| {
        let found = world.db.read_now(|c| visitor::recognise(c, &signer, ws, inbox_id, token));
        found.unwrap().map(|visitor| visitor.id)
    };
    assert_eq!(recognised(world.inbox.id, &token), Some(visitor.id));
    let other = write(&world.db, |c| inbox::create_web_chat(c, ws, "Second", ""));
    assert_eq!(recognised(other, &token), None);
    let next = token.replacen(&visitor.id.to_string(), &(visitor.id + 1).to_string(), 1);
    for forged in ["", "1", "1.", "x.y", &token[..token.len() - 2], &next] {
        assert_eq!(recognised(world.inbox.id, forged), None, "{forged}");
    }
}
