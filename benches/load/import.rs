//! A table of contacts on its way in: how long it takes, and how much memory, which
//! must not grow with the table.

use std::time::{Duration, Instant};

use crate::installation::Installation;

/// Contacts in the table.
pub const ROWS: usize = 50_000;

/// How an import went.
pub struct Import {
    pub elapsed: Duration,
    /// In megabytes: before, and the most in between.
    pub before: f64,
    pub peak: f64,
}

/// Sends a table, starts its import, and waits for the end.
///
/// # Panics
/// When the import does not end well: then no number would mean anything.
pub fn run(installation: &Installation) -> Import {
    let table: String = (0..ROWS)
        .map(|n| {
            format!(
                "Customer {n},customer.{n}@import.example,+46 70 555 {n:05},\"Velo, No. {n}\"\n"
            )
        })
        .collect();
    let table = format!("Name,Email address,Phone,Company\n{table}");
    let mut body = b"--part\r\nContent-Disposition: form-data; name=\"file\"; \
        filename=\"customers.csv\"\r\n\r\n"
        .to_vec();
    body.extend(table.bytes());
    body.extend(b"\r\n--part--\r\n");
    installation.forget_peak();
    let before = installation.memory();
    let started = Instant::now();
    let preview = installation.post("/contacts/import", "multipart/form-data; boundary=part", body);
    let columns = "column_0=name&column_1=email&column_2=phone&column_3=company";
    let form = "application/x-www-form-urlencoded";
    installation.post(&format!("{preview}/start"), form, columns.into());
    for _ in 0..3_000 {
        let page = installation.get(&preview);
        let page = String::from_utf8_lossy(&page);
        if page.contains("Import finished") {
            assert!(page.contains("50,000 contacts"), "every line is taken");
            let (elapsed, peak) = (started.elapsed(), installation.memory_peak());
            return Import { elapsed, before, peak };
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the import did not end");
}
