//@ crate: mysql-async
//! `mysql_async`: one statement for each of a batch's rows, in the batch's order.
use std::collections::HashMap;

use mysql_async::prelude::{BatchQuery, Queryable, WithParams};
use mysql_async::{Pool, TxOpts};

const TOUCH: &str = "UPDATE pages SET views = views + ? WHERE id = ?";

// Entries of a map.
pub async fn bad_entries(pool: &Pool, views: HashMap<i64, i64>) -> mysql_async::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default()).await?;
    for (id, seen) in views {
        tx.exec_drop(TOUCH, (seen, id)).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// Sorted before.
pub async fn good_sorted(pool: &Pool, views: HashMap<i64, i64>) -> mysql_async::Result<()> {
    let mut rows: Vec<(i64, i64)> = views.into_iter().collect();
    rows.sort_unstable();
    let mut tx = pool.start_transaction(TxOpts::default()).await?;
    for (id, seen) in &rows {
        tx.exec_drop(TOUCH, (seen, id)).await?;
    }
    TOUCH.with(rows.into_iter().map(|(id, seen)| (seen, id))).batch(&mut tx).await?;
    tx.commit().await
}
