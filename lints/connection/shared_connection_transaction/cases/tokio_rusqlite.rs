//@ crate: tokio-rusqlite
//! tokio-rusqlite: clones share the connection; a closure has it to itself, two closures don't.
use tokio_rusqlite::Connection;

// Another task's closure may run between these, inside the transaction. Known limit: a closure's parameter is another connection.
pub async fn limit_two_calls(conn: Connection) -> anyhow::Result<()> {
    let other = conn.clone();
    tokio::spawn(async move {
        let _beat = other.call(|conn| conn.execute("INSERT INTO heartbeats DEFAULT VALUES", [])).await;
    });
    conn.call(|conn| conn.execute_batch("BEGIN")).await?;
    let done = conn.call(|conn| conn.execute("DELETE FROM drafts", [])).await;
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    conn.call(move |conn| conn.execute_batch(end)).await?;
    done?;
    Ok(())
}

// One closure from begin to commit.
pub async fn good_one_call(conn: Connection) -> anyhow::Result<()> {
    let other = conn.clone();
    tokio::spawn(async move {
        let _beat = other.call(|conn| conn.execute("INSERT INTO heartbeats DEFAULT VALUES", [])).await;
    });
    conn.call(|conn| {
        let tx = conn.transaction()?;
        tx.execute("DELETE FROM drafts", [])?;
        tx.commit()
    })
    .await?;
    Ok(())
}
