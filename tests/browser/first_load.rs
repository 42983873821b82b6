//! What a browser loads before somebody's inbox stands there for the first time.

use serde_json::json;

use crate::driver::Ask;
use crate::support::Instance;
use crate::window::{Script, Window};

/// Over the wire, packed and with headers, in bytes.
const BYTES: f64 = 60.0 * 1024.0;
const REQUESTS: usize = 10;

#[test]
fn the_first_load_of_the_inbox_is_small() {
    let (instance, cast) = Instance::with_cast();
    let waiting = 20;
    for _ in 0..waiting {
        cast.waiting(&instance);
    }
    let window = Window::of(&cast.manager, Script::On);
    window.ask(Ask::devtools("Network.clearBrowserCache", json!({})));
    window.go("/inbox?view=all");
    window.sees("Is the rear hanger in stock?");
    assert_eq!(window.run("return document.querySelectorAll('a.row').length"), waiting);
    let sizes = window.run(
        "return performance.getEntries()
           .filter((entry) => ['navigation', 'resource'].includes(entry.entryType))
           .map((entry) => [entry.name, entry.transferSize])",
    );
    let loaded: Vec<(String, f64)> = serde_json::from_value(sizes).expect("names and sizes");
    assert!(loaded.iter().all(|(_, size)| *size > 0.0), "not all of it was loaded: {loaded:#?}");
    let bytes: f64 = loaded.iter().map(|(_, size)| size).sum();
    assert!(bytes < BYTES && loaded.len() <= REQUESTS, "{bytes} bytes: {loaded:#?}");
    // The page, its style, its script, and its icons.
    assert!(loaded.len() >= 4, "{loaded:#?}");
}
