//! The people who ask, and the things they ask for, made anew for every request.

use std::sync::atomic::{AtomicU32, Ordering};

use baton::models::account_link::{self, LinkKind};
use baton::models::{user, workspace};
use baton::policy::Role;

use crate::support::{Browser, Cast, EmailInbox, Instance, Member, join, sign_in};

/// Who asks: the columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Administrator,
    Manager,
    /// The Agent who owns the conversation that is asked for.
    Owner,
    OtherAgent,
    /// The Administrator of another workspace.
    Outsider,
    /// Nobody who is signed in.
    Stranger,
}

impl Who {
    pub const ALL: [Self; 6] = [
        Self::Administrator,
        Self::Manager,
        Self::Owner,
        Self::OtherAgent,
        Self::Outsider,
        Self::Stranger,
    ];
}

pub struct World {
    pub instance: Instance,
    pub cast: Cast,
    password_hash: String,
}

impl World {
    pub fn new() -> Self {
        let (instance, cast) = Instance::with_cast();
        // Seats have tests of their own.
        instance.execute("UPDATE plans SET seats = seats * 100");
        let hash = instance.app.db.read_now(|conn| user::by_email(conn, &cast.admin.email));
        let password_hash = hash.expect("the query works").expect("a user").password_hash;
        Self { instance, cast, password_hash }
    }

    /// Who asks, as a member of some workspace.
    pub fn member(&self, who: Who) -> Option<&Member> {
        match who {
            Who::Administrator => Some(&self.cast.admin),
            Who::Manager => Some(&self.cast.manager),
            Who::Owner => Some(&self.cast.agent),
            Who::OtherAgent => Some(&self.cast.other_agent),
            Who::Outsider => Some(&self.cast.outsider),
            Who::Stranger => None,
        }
    }

    /// Whom a link is for, or whose password is typed: a stranger has the Agent's.
    pub fn user(&self, who: Who) -> &Member {
        self.member(who).unwrap_or(&self.cast.agent)
    }

    pub fn browser(&self, who: Who) -> Browser {
        self.member(who).map_or_else(|| self.instance.browser(), |member| member.browser.clone())
    }

    /// The workspace that the pages of whoever asks were made for.
    pub fn workspace_of(&self, who: Who) -> i64 {
        if who == Who::Outsider { self.cast.other_workspace_id } else { self.cast.workspace_id }
    }

    pub fn workspace_name_of(&self, who: Who) -> String {
        let id = self.workspace_of(who);
        let found = self.instance.read(|conn| workspace::find(conn, id));
        found.expect("a workspace").name
    }

    /// An open conversation that the Agent owns.
    pub fn conversation(&self) -> i64 {
        self.forget_attempts();
        // One that was archived takes none.
        self.instance.execute("UPDATE inboxes SET archived_at = NULL");
        self.cast.owned_by(&self.instance, &self.cast.agent)
    }

    /// An inbox that takes mail.
    pub fn email_inbox(&self, workspace: i64) -> EmailInbox {
        let address = format!("{}@sprocket.example", new_word("support"));
        EmailInbox::create(&self.instance, workspace, "Support", &address)
    }

    /// A reply of the Agent's that is about to leave by mail: the conversation, and the
    /// message.
    pub fn mailed_reply(&self) -> (i64, i64) {
        let (id, inbox) = (self.conversation(), self.email_inbox(self.cast.workspace_id).id);
        self.instance
            .execute(&format!("UPDATE conversations SET inbox_id = {inbox} WHERE id = {id}"));
        let form = self.cast.agent.open(id).form("Send reply");
        form.with("Reply", "It left.").submit().expect(200, "Sending");
        (id, self.instance.count("SELECT max(id) FROM messages"))
    }

    /// A note in a conversation, by whoever asks.
    pub fn note(&self, conversation: i64, who: Who) -> i64 {
        let author = self.member(who).filter(|_| who != Who::Outsider);
        let author = author.unwrap_or(&self.cast.agent).membership_id;
        self.instance.execute(&format!(
            "INSERT INTO messages (workspace_id, conversation_id, kind, author_id, author_name,
             public_name, body, created_at)
             SELECT workspace_id, id, 'note', {author}, 'Mia', 'Mia', 'Third time', created_at
             FROM conversations WHERE id = {conversation}"
        ));
        self.instance.count("SELECT max(id) FROM messages")
    }

    /// A file of a note in a conversation that the Agent owns.
    pub fn file(&self) -> i64 {
        let form = self.cast.agent.open(self.conversation()).form("Add note");
        form.attach("Attach files to the note", "a.txt", b"a").submit().expect(200, "a.txt");
        self.instance.count("SELECT max(id) FROM attachments")
    }

    /// A mail with HTML in a conversation that the Agent owns.
    pub fn mail(&self) -> i64 {
        let address = new_word("support") + "@sprocket.example";
        let inbox = EmailInbox::create(&self.instance, self.cast.workspace_id, "Support", &address);
        let mail = inbox.mail("hanna@customer.example", "Hello", "<p>Is it in stock?</p>");
        let raw = mail.with("Content-Type", "text/html").raw();
        let (conversation, message) = inbox.takes(&self.instance, raw);
        self.cast.agent.open(conversation).form("Claim").submit().expect(200, "You own this");
        message
    }

    /// A contact who wrote to the workspace.
    pub fn contact(&self) -> i64 {
        // One who is blocked could not write again under the same address.
        self.instance.execute("UPDATE contacts SET blocked_at = NULL");
        let conversation = self.conversation();
        let sql = format!("SELECT contact_id FROM conversations WHERE id = {conversation}");
        self.instance.count(&sql)
    }

    /// A note on a contact, by whoever asks.
    pub fn contact_note(&self, contact: i64, who: Who) -> i64 {
        let author = self.member(who).filter(|_| who != Who::Outsider);
        let author = author.unwrap_or(&self.cast.agent).membership_id;
        self.instance.execute(&format!(
            "INSERT INTO contact_notes (workspace_id, contact_id, author_id, author_name, body,
             created_at)
             SELECT workspace_id, id, {author}, 'Mia', 'In a hurry', created_at
             FROM contacts WHERE id = {contact}"
        ));
        self.instance.count("SELECT max(id) FROM contact_notes")
    }

    /// A merge of another contact into this one.
    pub fn merge_into(&self, contact: i64) -> i64 {
        let (other, workspace) = (self.contact(), self.cast.workspace_id.to_string());
        let fields = [("workspace", workspace.as_str()), ("into", &contact.to_string())];
        let path = format!("/contacts/{other}/merge");
        let sent = self.cast.admin.browser.post_once(&path, &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
        self.instance.count("SELECT max(id) FROM contact_merges")
    }

    /// An address that this contact has beside its own.
    pub fn other_address(&self, contact: i64) -> String {
        let email = new_address();
        self.instance.execute(&format!(
            "INSERT INTO contact_addresses (workspace_id, contact_id, email)
             SELECT workspace_id, id, '{email}' FROM contacts WHERE id = {contact}"
        ));
        email
    }

    pub fn last_message(&self, conversation: i64) -> i64 {
        let sql = format!("SELECT last_message_id FROM conversations WHERE id = {conversation}");
        self.instance.count(&sql)
    }

    /// An Agent with nothing to lose.
    pub fn new_member(&self) -> i64 {
        let user_id = self.new_user();
        join(&self.instance, self.cast.workspace_id, user_id, Role::Agent)
    }

    fn new_user(&self) -> i64 {
        let email = new_address();
        self.instance.execute(&format!(
            "INSERT INTO users (email, name, password_hash, created_at)
             VALUES ('{email}', 'Noor Aziz', 'none', CURRENT_TIMESTAMP)"
        ));
        self.instance.count(&format!("SELECT id FROM users WHERE email = '{email}'"))
    }

    /// A pending invitation: its id, and the address.
    pub fn invitation(&self) -> (i64, String) {
        self.forget_attempts();
        let email = new_address();
        let workspace = self.cast.workspace_id.to_string();
        let fields = [("workspace", workspace.as_str()), ("email", &email), ("role", "agent")];
        let sent = self.cast.admin.browser.post_once("/settings/team/invite", &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
        (self.instance.count("SELECT max(id) FROM invitations"), email)
    }

    pub fn inbox(&self) -> i64 {
        self.instance.first_inbox(self.cast.workspace_id)
    }

    /// A label that nothing has yet.
    pub fn label(&self) -> i64 {
        let (workspace_id, name) = (self.cast.workspace_id, new_word("label "));
        self.instance.execute(&format!(
            "INSERT INTO labels (workspace_id, name, name_key, colour, created_at)
             VALUES ({workspace_id}, '{name}', '{name}', 'grey', CURRENT_TIMESTAMP)"
        ));
        self.instance.count("SELECT max(id) FROM labels")
    }

    /// A table of contacts that nobody has started.
    pub fn import(&self) -> i64 {
        let workspace = self.cast.workspace_id.to_string();
        let table = format!("Name\n{}", new_word("Hanna "));
        let fields = [("workspace", workspace.as_str()), ("table", table.as_str())];
        let sent = self.cast.admin.browser.post_once("/contacts/import", &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
        self.instance.count("SELECT max(id) FROM contact_imports")
    }

    /// A contact field behind another one.
    pub fn contact_field(&self) -> i64 {
        let workspace_id = self.cast.workspace_id;
        self.instance.execute("DELETE FROM contact_fields");
        for position in 1..=2 {
            let name = new_word("field ");
            self.instance.execute(&format!(
                "INSERT INTO contact_fields
                     (workspace_id, name, name_key, kind, choices, position, created_at)
                 VALUES ({workspace_id}, '{name}', '{name}', 'text', '', {position},
                         CURRENT_TIMESTAMP)"
            ));
        }
        self.instance.count("SELECT max(id) FROM contact_fields")
    }

    /// A quick reply for every inbox.
    pub fn quick_reply(&self) -> i64 {
        let (workspace_id, name) = (self.cast.workspace_id, new_word("reply "));
        self.instance.execute(&format!(
            "INSERT INTO quick_replies
                 (workspace_id, name, name_key, body, scope, times_used, created_at)
             VALUES ({workspace_id}, '{name}', '{name}', 'Hello', 'all', 0, CURRENT_TIMESTAMP)"
        ));
        self.instance.count("SELECT max(id) FROM quick_replies")
    }

    /// A view that the Agent saved.
    pub fn saved_view(&self) -> i64 {
        let (workspace, name) = (self.cast.workspace_id.to_string(), new_word("view "));
        let fields = [("workspace", workspace.as_str()), ("name", &name), ("address", "/inbox")];
        let sent = self.cast.agent.browser.post_once("/saved-views/new", &fields);
        assert_eq!(sent.status, 303, "{}", sent.text());
        self.instance.count("SELECT max(id) FROM saved_views")
    }

    /// A browser of this user's that shows notifications.
    pub fn device_of(&self, who: Who) -> i64 {
        let user_id = self.user(who).user_id;
        let endpoint = new_word("https://push.example/");
        self.instance.execute(&format!(
            "INSERT INTO push_subscriptions
                    (user_id, session_id, endpoint, p256dh, auth, with_sound, created_at)
             VALUES ({user_id}, NULL, '{endpoint}', '', '', FALSE, CURRENT_TIMESTAMP)"
        ));
        self.instance.count("SELECT max(id) FROM push_subscriptions")
    }

    /// The token of a link to the user's own or to another address.
    pub fn account_token(&self, kind: LinkKind, of: &Member, to: &str) -> String {
        let link = self.instance.write(|conn| {
            let user = user::by_email(conn, &of.email)?.expect("a user");
            account_link::issue(conn, &user, kind, to)
        });
        account_link::token_of(&self.instance.app.signer, kind, &link)
    }

    /// Gives a person a picture, and answers its key.
    pub fn picture_of(&self, user_id: i64) -> String {
        self.picture("user_id", user_id, "UPDATE users SET picture")
    }

    /// Gives a workspace a logo, and answers its key.
    pub fn logo_of(&self, workspace_id: i64) -> String {
        self.picture("workspace_id", workspace_id, "UPDATE workspaces SET logo")
    }

    fn picture(&self, owner: &str, id: i64, update: &str) -> String {
        let key = new_word("picture");
        self.instance.execute(&format!("DELETE FROM pictures WHERE {owner} = {id}"));
        self.instance.execute(&format!(
            "INSERT INTO pictures (key, {owner}, png, created_at)
             VALUES ('{key}', {id}, 'PNG', CURRENT_TIMESTAMP)"
        ));
        self.instance.execute(&format!("{update} = '{key}' WHERE id = {id}"));
        key
    }

    /// Something unread, for whoever is a member.
    pub fn notify(&self, who: Who) {
        let (workspace_id, member) = (self.workspace_of(who), self.user(who).membership_id);
        self.instance.execute(&format!(
            "INSERT INTO notifications (workspace_id, membership_id, kind, actor_name,
                                        subject_name, created_at)
             VALUES ({workspace_id}, {member}, 'snooze_ended', '', 'Hanna', CURRENT_TIMESTAMP)"
        ));
    }

    pub fn forget_attempts(&self) {
        self.instance.execute("DELETE FROM attempts");
    }

    /// Puts right what a request did to whoever sent it: membership, address,
    /// password, session.
    pub fn restore(&self, who: Who) {
        let Member { user_id, membership_id, email, browser, .. } = self.user(who);
        self.instance.execute(&format!(
            "UPDATE memberships SET ended_at = NULL, active_id = id WHERE id = {membership_id}"
        ));
        let hash = &self.password_hash;
        self.instance.execute(&format!(
            "UPDATE users SET email = '{email}', password_hash = '{hash}',
             email_verified_at = CURRENT_TIMESTAMP WHERE id = {user_id}"
        ));
        browser.set_cookie("baton_session", "");
        sign_in(browser, email);
    }
}

/// A number that was not there before, in letters and digits.
pub fn new_word(begin: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{begin}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn new_address() -> String {
    new_word("noor") + "@sprocket.example"
}

/// A password that nobody has yet.
pub const NEW_PASSWORD: &str = "a lantern over quiet harbours";
