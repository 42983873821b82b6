//! The people of the tests, by role, and what they do most often.

use std::sync::OnceLock;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use baton::models::membership::MemberId;
use baton::models::user::NewUser;
use baton::models::workspace::{self, Founder};
use baton::models::{membership, user};
use baton::policy::Role;
use diesel::prelude::*;

use super::{Browser, Instance, Page};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// A member who is signed in.
#[derive(Clone)]
pub struct Member {
    pub name: String,
    pub email: String,
    pub user_id: i64,
    pub membership_id: i64,
    pub browser: Browser,
}

impl Member {
    /// As who asks in this workspace, theirs or not.
    pub fn at(&self, workspace_id: i64) -> MemberId {
        MemberId { workspace_id, membership_id: self.membership_id }
    }
}

/// One workspace with a member of every role, another agent, and a person of
/// another workspace. The plan is *Growth*, so that there are seats left.
pub struct Cast {
    pub workspace_id: i64,
    pub chat_key: String,
    pub admin: Member,
    pub manager: Member,
    pub agent: Member,
    pub other_agent: Member,
    /// The Administrator of another workspace.
    pub outsider: Member,
    pub other_workspace_id: i64,
}

impl Cast {
    pub fn create(instance: &Instance) -> Self {
        let (workspace_id, admin) =
            found(instance, "Sprocket & Co", "Ana Silva", "ana@sprocket.example");
        let (other_workspace_id, outsider) =
            found(instance, "Rival Ltd", "Olga Petrova", "olga@rival.example");
        instance.execute("UPDATE workspaces SET plan = 'growth'");
        let chat_key = instance.read(|conn| {
            use baton::db::schema::inboxes;
            inboxes::table
                .filter(inboxes::workspace_id.eq(workspace_id))
                .select(inboxes::chat_key)
                .first(conn)
        });
        let add = |name, email, role| add_member(instance, workspace_id, name, email, role);
        Self {
            manager: add("Gil Roth", "gil@sprocket.example", Role::Manager),
            agent: add("Mia Chen", "mia@sprocket.example", Role::Agent),
            other_agent: add("Lukas Brandt", "lukas@sprocket.example", Role::Agent),
            workspace_id,
            chat_key,
            admin,
            outsider,
            other_workspace_id,
        }
    }

    /// Everybody of the workspace.
    pub fn members(&self) -> [&Member; 4] {
        [&self.admin, &self.manager, &self.agent, &self.other_agent]
    }

    /// A customer writes in; answers the conversation's id and their browser.
    pub fn customer_writes(
        &self,
        instance: &Instance,
        name: &str,
        message: &str,
    ) -> (i64, Browser) {
        let browser = instance.browser();
        let page = browser.get(&self.chat_path());
        let email = format!("{}@customer.example", name.to_lowercase().replace(' ', "."));
        page.form("Send")
            .with("Your name", name)
            .with("Email address", &email)
            .with("Message", message)
            .submit()
            .expect(200, message);
        let id = instance.count("SELECT max(id) FROM conversations");
        (id, browser)
    }

    /// A customer's conversation of 103 messages, past the limits.
    pub fn customer_writes_a_lot(&self, instance: &Instance) -> (i64, Browser) {
        let (id, customer) = self.customer_writes(instance, "Hanna Lindqvist", "Message 1");
        for n in 2..=103 {
            instance.execute(&format!(
                "INSERT INTO messages (workspace_id, conversation_id, kind, author_name,
                                       public_name, body, created_at)
                 SELECT workspace_id, conversation_id, kind, author_name, public_name,
                        'Message {n}', created_at
                 FROM messages WHERE conversation_id = {id} ORDER BY id LIMIT 1"
            ));
        }
        instance.execute(
            "UPDATE conversations SET last_message_id = (SELECT max(id) FROM messages),
                                      last_customer_message_id = (SELECT max(id) FROM messages)",
        );
        (id, customer)
    }

    /// Where customers write.
    pub fn chat_path(&self) -> String {
        format!("/chat/{}", self.chat_key)
    }

    /// A customer who wrote in writes once more.
    #[track_caller]
    pub fn customer_adds(&self, customer: &Browser, message: &str) {
        let chat = customer.get(&self.chat_path());
        chat.form("Send").with("Message", message).submit().expect(200, message);
    }

    /// A conversation that waits in the queue.
    pub fn waiting(&self, instance: &Instance) -> i64 {
        self.customer_writes(instance, "Hanna Lindqvist", "Is the rear hanger in stock?").0
    }

    /// A conversation that this member owns.
    pub fn owned_by(&self, instance: &Instance, member: &Member) -> i64 {
        let id = self.waiting(instance);
        member.open(id).form("Claim").submit().expect(200, "You own this");
        id
    }
}

impl Member {
    /// Opens a conversation.
    #[track_caller]
    pub fn open(&self, conversation: i64) -> Page {
        self.browser.get(&format!("/conversations/{conversation}"))
    }

    /// Makes a member, as they are named in the form, the owner of a conversation.
    #[track_caller]
    pub fn assigns(&self, conversation: i64, to: &str) -> Page {
        let page = self.open(conversation).form("Assign").with("Assign to", to).submit();
        assert_eq!(page.status, 200, "{}", page.text());
        page
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Page {
        self.browser.get(path)
    }

    /// Waits until the visit of signing in is noted, for tests that change when
    /// somebody was seen: it is written beside the request, maybe after its answer.
    pub fn wait_for_visit(&self, instance: &Instance) {
        let noted = format!(
            "SELECT count(*) FROM memberships WHERE id = {} AND last_seen_at IS NOT NULL",
            self.membership_id
        );
        instance.wait_for_count(1, &noted);
    }
}

/// Signs in with everybody's password, as a person does.
pub fn sign_in(browser: &Browser, email: &str) {
    browser
        .get("/login")
        .form("Sign in")
        .with("Email address", email)
        .with("Password", PASSWORD)
        .submit()
        .expect(200, "Inbox");
}

/// Creates a workspace with its first Administrator, signed in.
pub fn found(instance: &Instance, workspace: &str, name: &str, email: &str) -> (i64, Member) {
    let founder = Founder::New(new_user(name, email));
    let founded = instance
        .verb(|conn| workspace::found(conn, workspace, "Europe/Berlin", &founder, true))
        .expect("it is founded");
    let browser = instance.browser();
    sign_in(&browser, email);
    let member = Member {
        name: name.to_owned(),
        email: email.to_owned(),
        user_id: founded.user.id,
        membership_id: founded.membership_id,
        browser,
    };
    (founded.workspace_id, member)
}

/// Adds a member with a user of their own, signed in.
pub fn add_member(
    instance: &Instance,
    workspace_id: i64,
    name: &str,
    email: &str,
    role: Role,
) -> Member {
    let new = new_user(name, email);
    let user_id = instance.verb(|conn| user::create(conn, &new)).expect("it is a new address").id;
    let membership_id = join(instance, workspace_id, user_id, role);
    let browser = instance.browser();
    sign_in(&browser, email);
    Member { name: name.to_owned(), email: email.to_owned(), user_id, membership_id, browser }
}

/// Makes a user a member, past every rule.
pub fn join(instance: &Instance, workspace_id: i64, user_id: i64, role: Role) -> i64 {
    instance.write(|conn| membership::insert(conn, workspace_id, user_id, role))
}

fn new_user(name: &str, email: &str) -> NewUser {
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = HASH.get_or_init(cheap_hash);
    NewUser {
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash: hash.clone(),
        is_verified: true,
    }
}

/// The hash of everybody's password at the least cost there is: everybody signs in for
/// most tests, and a hash names its own parameters. What people choose is hashed in earnest.
fn cheap_hash() -> String {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).expect("the least");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2.hash_password(PASSWORD.as_bytes()).expect("a hash");
    hash.to_string()
}
