//! Several nodes on one database.

use std::collections::BTreeMap;

use baton::App;
use baton::models::delivery::{self, About};

use super::{Runner, wait_until_empty, with_mail_server};

/// More than one node takes at once, so that they meet.
const MAILS: usize = 60;

#[test]
fn two_nodes_send_each_mail_once() {
    let (server, instance, cast) = with_mail_server();
    instance.write(|conn| {
        for _ in 0..MAILS {
            let about = About::Test { workspace_id: cast.workspace_id };
            delivery::enqueue(conn, about, "ana@sprocket.example")?;
        }
        Ok(())
    });
    let other = App::open((*instance.app.config).clone()).expect("a second node opens");
    let _runners = [Runner::start(&instance.app), Runner::start(&other)];
    wait_until_empty(&instance);
    let mut times = BTreeMap::new();
    for mail in server.mails() {
        *times.entry(mail.header("Message-ID")).or_insert(0) += 1;
    }
    assert_eq!(times.len(), MAILS);
    assert!(times.values().all(|count| *count == 1), "{times:?}");
    assert_eq!(instance.count("SELECT count(*) FROM deliveries WHERE attempts <> 1"), 0);
}
