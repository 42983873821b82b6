//! Streams through a proxy.

use crate::support::{Cast, Nginx, Told};

fn numbers(all: &[Told]) -> Vec<i64> {
    all.iter().filter(|told| told.name != "here").map(Told::number).collect()
}

#[test]
fn a_proxy_holds_nothing_back_and_a_page_goes_on_after_it_was_restarted() {
    let (instance, mut proxy) = Nginx::before_instance();
    let cast = Cast::create(&instance);
    let stream = cast.manager.listen();
    let mut ids: Vec<i64> = Vec::new();
    let mut all = Vec::new();
    for _ in 0..5 {
        ids.push(cast.waiting(&instance));
        // Each as soon as it is there.
        all.push(stream.next());
        all.extend(stream.all());
    }
    proxy.restart();
    all.extend(stream.ends());
    ids.push(cast.waiting(&instance));
    let last = &all.last().expect("something was told").id;
    let again = cast.manager.listen_after(last).expect("a stream");
    ids.push(cast.waiting(&instance));
    all.extend(again.all());

    let told = numbers(&all);
    assert!(told.is_sorted_by(|a, b| a < b), "each once and in order: {told:?}");
    for id in ids {
        for kind in ["opened", "message"] {
            let words = format!("conversation {id} {kind}");
            assert_eq!(all.iter().filter(|told| told.words() == words).count(), 1, "{words}");
        }
    }
}
