//! Several nodes, and notices that come while a mail leaves.

use std::sync::atomic::{AtomicBool, Ordering};

use baton::App;

use super::MIA;
use crate::outbox::{make_due, wait_until_empty, with_mail_server};
use crate::support::Runner;

#[test]
fn two_nodes_send_a_grouped_mail_once() {
    let (server, instance, cast) = with_mail_server();
    for _ in 0..4 {
        cast.manager.assigns(cast.waiting(&instance), "Mia Chen");
    }
    make_due(&instance);
    let other = App::open((*instance.app.config).clone()).expect("a second node opens");
    let _runners = [Runner::start(&instance.app), Runner::start(&other)];
    wait_until_empty(&instance);
    let mail = server.only_mail(MIA);
    assert_eq!(mail.plain().matches("Gil Roth assigned this to you").count(), 4);
}

#[test]
fn every_notice_is_in_one_mail_whenever_it_comes() {
    const EACH: usize = 12;
    let (server, instance, cast) = with_mail_server();
    let waiting: Vec<i64> = (0..2 * EACH).map(|_| cast.waiting(&instance)).collect();
    let other = App::open((*instance.app.config).clone()).expect("a second node opens");
    let runners = [Runner::start(&instance.app), Runner::start(&other)];
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                make_due(&instance);
                instance.app.outbox.notify_one();
                other.outbox.notify_one();
                std::thread::sleep(std::time::Duration::from_millis(30));
            }
        });
        let givers = [&cast.manager, &cast.admin].into_iter().zip(waiting.chunks(EACH));
        let threads: Vec<_> = givers
            .map(|(by, ids)| {
                scope.spawn(move || {
                    for id in ids {
                        by.assigns(*id, "Mia Chen");
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("everything is assigned");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    make_due(&instance);
    wait_until_empty(&instance);
    drop(runners);
    let plain: Vec<String> =
        server.taken_for(MIA).iter().map(crate::support::Mail::plain).collect();
    let told = plain.concat();
    for id in waiting {
        let link = format!("{}/conversations/{id}\n", instance.base);
        assert_eq!(told.matches(&link).count(), 1, "{id}");
    }
    assert!(plain.len() > 1, "some came while a mail was leaving");
}
