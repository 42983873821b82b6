//! Whatever arrives is read, without an end that is not an answer.

#![no_main]

use baton::channels::email::{page, read};
use libfuzzer_sys::fuzz_target;

// Where the parser panics, the reading catches it, and the mail is kept as one that could
// not be read: only a panic that comes out of it is a finding.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |raw: &[u8]| {
    let letter = read(raw);
    assert!(letter.from_address.is_empty() || letter.from_address.contains('@'));
    assert!(!letter.body.contains('\0') && !letter.subject.contains('\n'));
    let _ = page(raw, true);
});
