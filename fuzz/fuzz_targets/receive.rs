//! Whatever arrives is read, without an end that is not an answer.

#![no_main]

use baton::channels::email::{page, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let letter = read(raw);
    assert!(letter.from_address.is_empty() || letter.from_address.contains('@'));
    assert!(!letter.body.contains('\0') && !letter.subject.contains('\n'));
    let _ = page(raw, true);
});
