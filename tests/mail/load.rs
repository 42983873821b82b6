//! Ten thousand mails into one inbox: how quick, and whether memory stays flat.

use std::time::Instant;

use super::HANNA;
use crate::support::Instance;

const MAILS: usize = 10_000;

/// `cargo test --release --test baton mail::load -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_mails_into_one_inbox_leave_memory_flat() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let started = Instant::now();
    let mut early = 0.0;
    for n in 0..MAILS {
        let from = if n % 3 == 0 { HANNA.to_owned() } else { format!("c{n}@customer.example") };
        let text = format!("Question {n}\n\n{}", "It squeaks when it rains. ".repeat(40));
        inbox.takes(&instance, inbox.mail(&from, &format!("Order {n}"), &text).raw());
        if n == MAILS / 10 {
            early = memory();
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let late = memory();
    println!(
        "{MAILS} mails in {seconds:.0} s, {:.0} a second; {early:.0} MB after a tenth, {late:.0} MB at the end",
        MAILS as f64 / seconds
    );
    assert!(late - early < 32.0, "from {early:.0} MB to {late:.0} MB");
    let stored = i64::try_from(MAILS).expect("not so many");
    assert_eq!(instance.count("SELECT count(*) FROM mails"), stored);
}

/// What this process holds, in megabytes.
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("a process has a status");
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the line");
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("kilobytes");
    kilobytes / 1024.0
}
