use std::sync::mpsc;

use diesel::connection::SimpleConnection;

use super::*;

#[tokio::test]
async fn a_long_read_keeps_its_place_when_nobody_waits_for_it_any_more() {
    let (mut db, _folder) = testing::scratch();
    db.long_reads = Arc::new(Semaphore::new(2));
    let mut ends = Vec::new();
    for _ in 0..2 {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, ended) = mpsc::channel::<()>();
        let reader = db.clone();
        let reading = tokio::spawn(async move {
            reader
                .read_long(move |_| {
                    begun.send(()).unwrap();
                    Ok(ended.recv().is_err())
                })
                .await
        });
        has_begun.await.unwrap();
        reading.abort();
        assert!(reading.await.unwrap_err().is_cancelled());
        ends.push(end);
    }
    assert_eq!(db.long_reads.available_permits(), 0);

    drop(ends);
    assert!(db.read_long(|_| Ok(true)).await.unwrap());
    assert!(db.snapshot_long(|_| Ok(true)).await.unwrap());
}

#[test]
fn a_disk_that_is_full_is_told_from_a_defect() {
    let (db, _folder) = testing::scratch();
    let full = db.change_now(|conn| {
        // As full as it is already.
        conn.batch_execute("PRAGMA max_page_count = 1")?;
        conn.batch_execute("CREATE TABLE more AS SELECT zeroblob(10000000)")
    });
    let full = full.unwrap_err();
    assert!(full.is_outage() && !full.is_unreachable(), "{full}");
    let defect = db.change_now(|conn| diesel::sql_query("no SQL").execute(conn)).unwrap_err();
    assert!(!defect.is_outage());
}
