//@ crate: sqlx-postgres
//! What counts as holding, and what as asking for another.
use std::collections::HashMap;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool, Row};

const TARIFFS: &str = "SELECT id FROM tariffs ORDER BY id";
const ADD: &str = "INSERT INTO charges (tariff) VALUES ($1)";

// A read through the pool while a transaction is open that doesn't write that table.
pub async fn bad_read_in_transaction(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let rows = sqlx::query(TARIFFS).fetch_all(pool).await?; //~ nested_checkout
    sqlx::query(ADD).bind(rows.len() as i64).execute(&mut *tx).await?;
    tx.commit().await
}

// The transaction only reads, and nobody commits it: what runs on it is lost. The help says so.
pub async fn bad_write_beside_a_reader(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let rows = sqlx::query(TARIFFS).fetch_all(&mut *tx).await?;
    sqlx::query(ADD).bind(rows.len() as i64).execute(pool).await?; //~ nested_checkout
    let rows = sqlx::query(TARIFFS).fetch_all(&mut *tx).await?;
    println!("{} tariffs", rows.len());
    Ok(())
}

// The transaction has written, another table than the one that is read.
pub async fn bad_read_of_other_table(pool: &PgPool) -> sqlx::Result<usize> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).bind(1_i64).execute(&mut *tx).await?;
    let rows = sqlx::query(TARIFFS).fetch_all(pool).await?; //~ nested_checkout
    tx.commit().await?;
    Ok(rows.len())
}

// A checkout without a transaction holds its connection just as well.
pub async fn bad_checkout_held(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let rows = sqlx::query(TARIFFS).fetch_all(&mut *conn).await?;
    sqlx::query(ADD).bind(rows.len() as i64).execute(pool).await?; //~ nested_checkout
    conn.ping().await
}

// Two checkouts.
pub async fn bad_two_checkouts(pool: &PgPool) -> sqlx::Result<()> {
    let mut first = pool.acquire().await?;
    let mut second = pool.acquire().await?; //~ nested_checkout
    first.ping().await?;
    second.ping().await
}

// Two transactions.
pub async fn bad_two_transactions(pool: &PgPool) -> sqlx::Result<()> {
    let mut writer = pool.begin().await?;
    let mut reader = pool.begin().await?; //~ nested_checkout
    let rows = sqlx::query(TARIFFS).fetch_all(&mut *reader).await?;
    reader.commit().await?;
    sqlx::query(ADD).bind(rows.len() as i64).execute(&mut *writer).await?;
    writer.commit().await
}

// A row stream holds a connection of the pool while its body asks for another.
pub async fn bad_stream(pool: &PgPool) -> sqlx::Result<()> {
    let mut rows = sqlx::query(TARIFFS).fetch(pool);
    while let Some(row) = rows.try_next().await? {
        let id: i64 = row.get(0);
        sqlx::query(ADD).bind(id).execute(pool).await?; //~ nested_checkout
    }
    Ok(())
}

// A stream on a clone of the pool.
pub async fn bad_stream_of_clone(pool: &PgPool) -> sqlx::Result<()> {
    let reader = pool.clone();
    let mut rows = sqlx::query(TARIFFS).fetch(&reader);
    while let Some(row) = rows.try_next().await? {
        sqlx::query(ADD).bind(row.get::<i64, _>(0)).execute(pool).await?; //~ nested_checkout
    }
    Ok(())
}

// A transaction is handed to the next turn to be committed there; the read lies inside the one of its own turn.
pub async fn bad_carried_by_loop(pool: &PgPool, batches: &[Vec<i64>]) -> sqlx::Result<()> {
    let mut open: Option<sqlx::Transaction<'static, sqlx::Postgres>> = None;
    for batch in batches {
        if let Some(tx) = open.take() {
            tx.commit().await?;
        }
        let mut tx = pool.begin().await?;
        for id in batch {
            let known = sqlx::query(TARIFFS).bind(id).fetch_optional(pool).await?; //~ nested_checkout
            sqlx::query(ADD).bind(known.is_some() as i64).execute(&mut *tx).await?;
        }
        open = Some(tx);
    }
    match open {
        Some(tx) => tx.commit().await,
        None => Ok(()),
    }
}

// The guard binding holds the connection to the end of the function, whatever its name begins with.
pub async fn bad_underscore(pool: &PgPool) -> sqlx::Result<usize> {
    let _conn = pool.acquire().await?;
    Ok(sqlx::query(TARIFFS).fetch_all(pool).await?.len()) //~ nested_checkout
}

// A pool of one: certain.
pub async fn bad_pool_of_one(url: &str) -> sqlx::Result<()> {
    let pool = PgPoolOptions::new().max_connections(1).connect(url).await?;
    let mut tx = pool.begin().await?;
    let rows = sqlx::query(TARIFFS).fetch_all(&pool).await?; //~ nested_checkout
    sqlx::query(ADD).bind(rows.len() as i64).execute(&mut *tx).await?;
    tx.commit().await
}

// `let _ =` drops the guard at once.
pub async fn good_dropped_at_once(pool: &PgPool) -> sqlx::Result<usize> {
    let _ = pool.acquire().await?;
    Ok(sqlx::query(TARIFFS).fetch_all(pool).await?.len())
}

// Released by `drop`, by a block, by the end of a statement.
pub async fn good_released(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.ping().await?;
    drop(conn);
    let rows = {
        let mut conn = pool.acquire().await?;
        sqlx::query(TARIFFS).fetch_all(&mut *conn).await?
    };
    pool.acquire().await?.ping().await?;
    sqlx::query(ADD).bind(rows.len() as i64).execute(pool).await?;
    Ok(())
}

// Committed before.
pub async fn good_committed(pool: &PgPool) -> sqlx::Result<usize> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).bind(1_i64).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(sqlx::query(TARIFFS).fetch_all(pool).await?.len())
}

// Asked for before.
pub async fn good_read_before(pool: &PgPool) -> sqlx::Result<()> {
    let rows = sqlx::query(TARIFFS).fetch_all(pool).await?;
    let mut tx = pool.begin().await?;
    sqlx::query(ADD).bind(rows.len() as i64).execute(&mut *tx).await?;
    tx.commit().await
}

// All rows are collected: nothing is held in the loop.
pub async fn good_collected(pool: &PgPool) -> sqlx::Result<()> {
    for row in sqlx::query(TARIFFS).fetch_all(pool).await? {
        sqlx::query(ADD).bind(row.get::<i64, _>(0)).execute(pool).await?; //~ autocommit_loop
    }
    Ok(())
}

// A collected stream.
pub async fn good_stream_collected(pool: &PgPool) -> sqlx::Result<()> {
    let rows: Vec<_> = sqlx::query(TARIFFS).fetch(pool).try_collect().await?;
    for row in rows {
        sqlx::query(ADD).bind(row.get::<i64, _>(0)).execute(pool).await?; //~ autocommit_loop
    }
    Ok(())
}

// Another pool.
pub async fn good_other_pool(pool: &PgPool, replica: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let rows = sqlx::query(TARIFFS).fetch_all(replica).await?;
    sqlx::query(ADD).bind(rows.len() as i64).execute(&mut *tx).await?;
    tx.commit().await
}

// `try_acquire` gives up at once.
pub async fn good_try_acquire(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    if let Some(mut spare) = pool.try_acquire() {
        spare.ping().await?;
    }
    conn.ping().await
}

// A detached connection no longer counts against the pool.
pub async fn good_detached(pool: &PgPool) -> sqlx::Result<usize> {
    let mut conn: PgConnection = pool.acquire().await?.detach();
    conn.ping().await?;
    let rows = sqlx::query(TARIFFS).fetch_all(pool).await?;
    conn.close().await?;
    Ok(rows.len())
}

// A spawned task waits for nobody here.
pub async fn good_spawned(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let own = pool.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        sqlx::query(TARIFFS).fetch_all(&own).await
    });
    conn.ping().await
}

// Concurrent, each with one: not nested.
pub async fn good_concurrent(pool: &PgPool) -> sqlx::Result<()> {
    tokio::try_join!(sqlx::query(TARIFFS).fetch_all(pool), sqlx::query(TARIFFS).fetch_one(pool))?;
    Ok(())
}

// The early return releases; the other branch never had one.
pub async fn good_branches(pool: &PgPool, direct: bool) -> sqlx::Result<usize> {
    if direct {
        let mut conn = pool.acquire().await?;
        return Ok(sqlx::query(TARIFFS).fetch_all(&mut *conn).await?.len());
    }
    Ok(sqlx::query(TARIFFS).fetch_all(pool).await?.len())
}

// Moved into a function that gives it back to the pool.
pub async fn good_moved_away(pool: &PgPool) -> sqlx::Result<usize> {
    let conn = pool.acquire().await?;
    finish(conn).await?;
    Ok(sqlx::query(TARIFFS).fetch_all(pool).await?.len())
}

async fn finish(mut conn: sqlx::pool::PoolConnection<sqlx::Postgres>) -> sqlx::Result<()> {
    conn.ping().await
}

// Consumed where it stands: what is kept holds no stream.
pub async fn good_consumed(pool: &PgPool) -> sqlx::Result<()> {
    let sums: HashMap<i64, i64> = sqlx::query("SELECT id, rate FROM tariffs")
        .fetch(pool)
        .try_fold(HashMap::new(), |mut sums: HashMap<i64, i64>, row| {
            *sums.entry(row.get("id")).or_default() += row.get::<i64, _>("rate");
            async move { Ok(sums) }
        })
        .await?;
    let ids: Vec<i64> = sqlx::query(TARIFFS).fetch(pool).map_ok(|row| row.get::<i64, _>(0)).try_collect().await?;
    let count = sqlx::query(TARIFFS).fetch(pool).fold(0, |count, _| async move { count + 1 }).await;
    let first = sqlx::query(TARIFFS).fetch(pool).next().await;
    let all: Vec<_> = sqlx::query(TARIFFS).fetch(pool).collect().await;
    let number = sums.len() + ids.len() + count + all.len() + usize::from(first.is_some());
    sqlx::query(ADD).bind(number as i64).execute(pool).await?;
    Ok(())
}

// Mapped it is still a stream.
pub async fn bad_mapped(pool: &PgPool) -> sqlx::Result<()> {
    let mut ids = sqlx::query(TARIFFS).fetch(pool).map_ok(|row| row.get::<i64, _>(0));
    while let Some(id) = ids.try_next().await? {
        sqlx::query(ADD).bind(id).execute(pool).await?; //~ nested_checkout
    }
    Ok(())
}

// Where there was none to take, none is held.
pub async fn good_taken_or_waited_for(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = match pool.try_acquire() {
        Some(conn) => conn,
        None => pool.acquire().await?,
    };
    conn.ping().await?;
    drop(conn);
    let Some(mut spare) = pool.try_acquire() else {
        sqlx::query(ADD).bind(1_i64).execute(pool).await?;
        return Ok(());
    };
    spare.ping().await
}

// Where there was one, it is.
pub async fn bad_taken(pool: &PgPool) -> sqlx::Result<()> {
    if let Some(mut conn) = pool.try_acquire() {
        sqlx::query(ADD).bind(1_i64).execute(pool).await?; //~ nested_checkout
        conn.ping().await?;
    } else {
        sqlx::query(ADD).bind(2_i64).execute(pool).await?;
    }
    Ok(())
}

// Given back by hand.
pub async fn good_returned(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.ping().await?;
    conn.return_to_pool().await;
    sqlx::query(ADD).bind(1_i64).execute(pool).await?;
    Ok(())
}
