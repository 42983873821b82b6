//! How far back the mails go that are taken when a mailbox is connected.

use baton::db::Utc;
use baton::models::mailbox::reading::{self, Cursor};
use baton::models::mailbox::{self, Details, NewServer};
use chrono::TimeDelta;

use crate::support::{Cast, EmailInbox, Instance};

struct Scene {
    instance: Instance,
    inbox: EmailInbox,
}

impl Scene {
    /// The mailbox of this user's account.
    fn is_of(&self, user: &str) {
        let signer = self.instance.app.signer.clone();
        let imap = NewServer {
            host: "imap.sprocket.example".to_owned(),
            user: user.to_owned(),
            ..NewServer::default()
        };
        let address = self.inbox.address.clone();
        let details = Details { address, imap, ..Details::default() };
        self.instance.write(|conn| {
            let before = mailbox::find(conn, self.inbox.workspace_id, self.inbox.id)?;
            mailbox::change(conn, &signer, &before.expect("a mailbox"), &details)
        });
    }

    /// A node opens it, and takes the mails up to the tenth.
    fn is_read(&self, uid_validity: u32) -> Cursor {
        self.instance.write(|conn| {
            let lease = reading::lease_due(conn, Utc::now(), 1)?.remove(0);
            let cursor = reading::begin(conn, &lease, uid_validity, Utc::now())?;
            reading::advance(conn, &lease, 10)?;
            reading::give_back(conn, &lease)?;
            Ok(cursor.expect("it is ours"))
        })
    }
}

#[test]
fn an_inbox_that_moves_to_another_account_takes_the_last_week_of_that() {
    let instance = Instance::start();
    let cast = Cast::create(&instance);
    let inbox = cast.email_inbox(&instance);
    let scene = Scene { instance, inbox };
    scene.is_of("ana");
    // Two years later.
    let then = Utc::now().minus(TimeDelta::days(730));
    let written = then.to_chrono().format("%Y-%m-%d %H:%M:%S.000000");
    scene.instance.execute(&format!(
        "UPDATE mailboxes SET created_at = '{written}', taken_since = '{written}'"
    ));
    let week = |cursor: &Cursor, of: Utc| {
        let late = of.minus(TimeDelta::days(7));
        cursor.since <= late && cursor.since > late.minus(TimeDelta::minutes(10))
    };
    let first = scene.is_read(1);
    assert!(first.last_uid == 0 && week(&first, then), "{first:?}");
    let numbered_anew = scene.is_read(2);
    assert!(numbered_anew.last_uid == 0 && week(&numbered_anew, then), "{numbered_anew:?}");
    scene.is_of("ben");
    let of_another = scene.is_read(2);
    assert!(of_another.last_uid == 0 && week(&of_another, Utc::now()), "{of_another:?}");
    let gone_on = scene.is_read(2);
    assert_eq!(gone_on.last_uid, 10);
}
