//@ crate: sqlx-postgres
//! One function: which executor each statement between begin and end is given.
use sqlx::{PgConnection, PgPool, Postgres, Row, Transaction};

const ADD_ORDER: &str = "INSERT INTO orders (customer) VALUES ($1)";
const ADD_EVENT: &str = "INSERT INTO events (customer) VALUES ($1)";

// A write through the pool while the transaction is open.
pub async fn bad_write_on_pool(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// A read of what the transaction has just written: the pool's connection can't see it.
pub async fn bad_read_of_written_table(pool: &PgPool, customer: i64) -> sqlx::Result<i64> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    let row = sqlx::query("SELECT count(*) FROM orders WHERE customer = $1")
        .bind(customer)
        .fetch_one(pool) //~ query_escapes_transaction
        .await?;
    tx.commit().await?;
    Ok(row.get(0))
}

// All writes escape: the transaction guards nothing.
pub async fn bad_empty_transaction(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// The first write comes through the pool: what the transaction writes later doesn't matter.
pub async fn bad_pool_first(pool: PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(&pool).await?; //~ query_escapes_transaction
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    tx.commit().await
}

// The executor is the receiver.
pub async fn bad_receiver(pool: &PgPool) -> sqlx::Result<()> {
    use sqlx::Executor;
    let mut tx = pool.begin().await?;
    tx.execute("INSERT INTO orders (customer) VALUES (1)").await?;
    pool.execute("INSERT INTO events (customer) VALUES (1)").await?; //~ query_escapes_transaction
    tx.commit().await
}

// A transaction on a checkout, a write beside it on the pool.
pub async fn bad_beside_checkout(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    use sqlx::Connection;
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    tx.commit().await
}

// In a transaction that BEGIN opened on a checkout, and that every path ends.
pub async fn bad_text_transaction(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("BEGIN").execute(&mut conn).await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut conn).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    sqlx::query("COMMIT").execute(&mut conn).await?;
    Ok(())
}

// On one branch only: there is a path.
pub async fn bad_in_branch(pool: &PgPool, customer: i64, loud: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    if loud {
        sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    }
    tx.commit().await
}

// In a loop over what the transaction read.
pub async fn bad_in_loop(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let customers = sqlx::query("SELECT customer FROM waiting ORDER BY customer").fetch_all(&mut *tx).await?;
    for row in customers {
        let customer: i64 = row.get(0);
        sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
    }
    tx.commit().await
}

// An arm of a match, a let-else and a let chain still lie between begin and commit.
pub async fn bad_in_match(pool: &PgPool, customer: Option<i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let Some(customer) = customer else {
        sqlx::query("INSERT INTO strays DEFAULT VALUES").execute(pool).await?; //~ query_escapes_transaction
        return tx.rollback().await;
    };
    match sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await {
        Ok(done) if done.rows_affected() == 0 => return tx.rollback().await,
        Ok(_) => {
            sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?; //~ query_escapes_transaction
        }
        Err(error) => return Err(error),
    }
    if let Some(rest) = customer.checked_sub(1)
        && rest > 0
    {
        sqlx::query(ADD_EVENT).bind(rest).execute(pool).await?; //~ query_escapes_transaction
    }
    tx.commit().await
}

// A future built before the begin runs where it is awaited.
pub async fn bad_built_before(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let event = sqlx::query(ADD_EVENT).bind(customer).execute(pool);
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    event.await?; //~ query_escapes_transaction
    tx.commit().await
}

// A clone moved into an async block that is awaited in place.
pub async fn bad_async_block(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    let own = pool.clone();
    async move {
        sqlx::query(ADD_EVENT).bind(customer).execute(&own).await //~ query_escapes_transaction
    }
    .await?;
    tx.commit().await
}

// Both run at once, one in the transaction, one beside it.
pub async fn bad_try_join(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tokio::try_join!(
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx),
        sqlx::query(ADD_EVENT).bind(customer).execute(pool), //~ query_escapes_transaction
    )?;
    tx.commit().await
}

// An arm of `select!` runs while the transaction is open.
pub async fn bad_select(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    tokio::select! {
        done = sqlx::query(ADD_EVENT).bind(customer).execute(pool) => { done?; } //~ query_escapes_transaction
        _ = tokio::task::yield_now() => {}
    }
    tx.commit().await
}

// Transaction by every spelling, its connection by every reborrow.
pub async fn good_all_inside(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(tx.as_mut()).await?;
    let conn: &mut PgConnection = &mut tx;
    sqlx::query(ADD_EVENT).bind(customer).execute(conn).await?;
    tx.commit().await
}

// After the end of the transaction the pool is the right place.
pub async fn good_after_commit(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    tx.commit().await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
    Ok(())
}

// A block ends the transaction's scope.
pub async fn good_after_scope(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    {
        let mut tx = pool.begin().await?;
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
    Ok(())
}

// An error path writes after it rolled back, or dropped the transaction.
pub async fn good_error_path(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if let Err(error) = sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await {
        tx.rollback().await?;
        sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
        return Err(error);
    }
    if customer < 0 {
        drop(tx);
        sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
        return Ok(());
    }
    tx.commit().await
}

// The name of the pool is taken over by the transaction.
pub async fn good_shadowed(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut pool = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *pool).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(&mut *pool).await?;
    pool.commit().await
}

// Another database's pool.
pub async fn good_other_pool(pool: &PgPool, archive: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    sqlx::query(ADD_EVENT).bind(customer).execute(archive).await?;
    tx.commit().await
}

// A spawned task runs on its own time.
pub async fn good_spawned(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    tx.commit().await?;
    let own = pool.clone();
    tokio::spawn(async move { sqlx::query(ADD_EVENT).bind(customer).execute(&own).await });
    Ok(())
}

// A future that is built while the transaction is open and awaited after it.
pub async fn good_awaited_later(pool: &PgPool, customer: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
    let event = sqlx::query(ADD_EVENT).bind(customer).execute(pool);
    tx.commit().await?;
    event.await?;
    Ok(())
}

// One transaction a turn: each is over before the pool is used.
pub async fn good_loop(pool: &PgPool, customers: &[i64]) -> sqlx::Result<()> {
    for customer in customers {
        let mut tx = pool.begin().await?;
        sqlx::query(ADD_ORDER).bind(customer).execute(&mut *tx).await?;
        tx.commit().await?;
        sqlx::query(ADD_EVENT).bind(customer).execute(pool).await?;
    }
    Ok(())
}

// The transaction writes that table only after the read: nothing is missed.
pub async fn good_read_before_write(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE totals SET amount = 0 WHERE id = $1").bind(id).execute(&mut *tx).await?;
    let known = sqlx::query("SELECT id FROM orders WHERE id = $1").bind(id).fetch_optional(pool).await?; //~ nested_checkout
    if known.is_none() {
        sqlx::query("INSERT INTO orders (id) VALUES ($1)").bind(id).execute(&mut *tx).await?; //~ check_then_insert
    }
    tx.commit().await
}

// In a loop the write of one turn comes before the read of the next.
pub async fn bad_read_of_next_turn(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for id in ids {
        let known = sqlx::query("SELECT id FROM orders WHERE id = $1").bind(id).fetch_optional(pool).await?; //~ query_escapes_transaction
        if known.is_none() {
            sqlx::query("INSERT INTO orders (id) VALUES ($1)").bind(id).execute(&mut *tx).await?; //~ check_then_insert
        }
    }
    tx.commit().await
}

// A transaction for each turn: what the last one wrote is committed.
pub async fn good_transaction_of_turn(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    for id in ids {
        let mut tx = pool.begin().await?;
        let known = sqlx::query("SELECT id FROM orders WHERE id = $1").bind(id).fetch_optional(pool).await?; //~ nested_checkout
        if known.is_none() {
            sqlx::query("INSERT INTO orders (id) VALUES ($1)").bind(id).execute(&mut *tx).await?; //~ check_then_insert
        }
        tx.commit().await?;
    }
    Ok(())
}

// Nothing is written in it, and nobody commits it: there is nothing to belong to.
pub async fn good_reading(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let due = sqlx::query("SELECT id FROM certificates WHERE expires < now()").fetch_all(&mut *tx).await?;
    if !due.is_empty() {
        sqlx::query("UPDATE certificates SET expires = now() + '1 year'").execute(pool).await?;  //~ nested_checkout
    }
    Ok(())
}

pub struct Shelf {
    db: Shop,
}

pub struct Shop {
    pool: PgPool,
}

impl Shelf {
    // Told here …
    async fn bad_inner(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
        sqlx::query("UPDATE shelves SET n = 1").execute(&mut **tx).await?;
        sqlx::query("WITH gone AS (DELETE FROM books RETURNING id) SELECT id FROM gone").execute(&self.db.pool).await?; //~ query_escapes_transaction
        Ok(())
    }

    // … and not again by who only hands it on.
    pub async fn good_outer(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
        self.bad_inner(tx).await
    }
}

pub struct Daemon {
    pool: PgPool,
    metadata: PgPool,
}

impl Daemon {
    // Two databases, perhaps: which one the caller's transaction is from, nobody says.
    pub async fn good_other_database(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
        let name: String = sqlx::query_scalar("SELECT name FROM keys").fetch_one(&self.metadata).await?;
        sqlx::query("UPDATE hotspots SET name = $1").bind(name).execute(&mut **tx).await?;
        Ok(())
    }

    pub async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.pool.begin().await
    }
}
