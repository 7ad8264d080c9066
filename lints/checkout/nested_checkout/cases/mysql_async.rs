//@ crate: mysql-async
//! `mysql_async`: the pool waits for ever; a text takes a connection, too.
use futures::StreamExt;
use mysql_async::prelude::{Query, Queryable};
use mysql_async::{Pool, TxOpts};

async fn rate(pool: &Pool) -> mysql_async::Result<Option<i64>> {
    "SELECT rate FROM tariffs".first(pool).await
}

// The callee's text needs a second connection.
pub async fn bad_callee(pool: &Pool) -> mysql_async::Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default()).await?;
    let amount = rate(pool).await?; //~ nested_checkout
    tx.exec_drop("INSERT INTO charges (amount) VALUES (?)", (amount,)).await?;
    tx.commit().await
}

// The first one is dropped before.
pub async fn good_dropped(pool: &Pool) -> mysql_async::Result<Option<i64>> {
    let mut conn = pool.get_conn().await?;
    conn.query_drop("INSERT INTO charges (amount) VALUES (1)").await?;
    drop(conn);
    rate(pool).await
}

// A stream that has been read to its end has given its connection back; a result that is read row by row keeps it.
pub async fn good_stream_read_to_its_end(pool: &Pool) -> mysql_async::Result<Option<i64>> {
    let mut ids = "SELECT id FROM tariffs".stream::<i64, _>(pool).await?;
    while let Some(id) = ids.next().await {
        println!("{}", id?);
    }
    rate(pool).await
}

pub async fn bad_result_read_to_its_end(pool: &Pool) -> mysql_async::Result<Option<i64>> {
    let mut ids = "SELECT id FROM tariffs".run(pool).await?;
    while let Some(row) = ids.next().await? {
        println!("{row:?}");
    }
    rate(pool).await //~ nested_checkout
}
