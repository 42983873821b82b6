//! Rows that have served go, however many there are.

use crate::support::Instance;

#[test]
fn more_rows_than_go_at_once_go_one_after_the_other() {
    let instance = Instance::start();
    let rows = vec!["('x', '2020-01-01 00:00:00')"; 1200].join(", ");
    instance.execute(&format!("INSERT INTO attempts (bucket, created_at) VALUES {rows}"));
    instance.sweep();
    assert_eq!(instance.count("SELECT count(*) FROM attempts"), 0);
}
