//@ crate: sqlx-postgres
//! sqlx on Postgres: pools, checkouts, executors that callers give.
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Executor, PgConnection, PgPool, Postgres, QueryBuilder, Transaction};

const LOCK_ORDER: &str = "SELECT state FROM orders WHERE id = $1 FOR UPDATE";

// A checkout is a connection of its own, not a transaction.
pub async fn bad_checkout(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    conn.execute("SELECT id FROM orders WHERE state = 'new' FOR SHARE").await?; //~ lock_without_transaction
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(id).execute(&mut *conn).await?;
    Ok(())
}

// Read from a queue, and not kept.
pub async fn bad_skip_locked(pool: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT id FROM jobs WHERE done IS NULL LIMIT 1 FOR UPDATE SKIP LOCKED")
        .fetch_one(pool) //~ lock_without_transaction
        .await
}

pub async fn bad_advisory(pool: &PgPool, key: i64) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(key).execute(pool).await?; //~ lock_without_transaction
    sqlx::query("INSERT INTO orders (state) VALUES ('new')").execute(pool).await?;
    Ok(())
}

pub async fn bad_table(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("LOCK TABLE orders IN EXCLUSIVE MODE").execute(&mut *conn).await?; //~ lock_without_transaction
    Ok(())
}

pub async fn bad_set_local(pool: &PgPool, tenant: &str) -> sqlx::Result<i64> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SELECT set_config('app.tenant', $1, true)").bind(tenant).execute(&mut *conn).await?; //~ lock_without_transaction
    sqlx::query("SET LOCAL statement_timeout = '5s'").execute(&mut *conn).await?; //~ lock_without_transaction
    sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&mut *conn).await
}

pub async fn bad_modes(pool: &PgPool) -> sqlx::Result<i64> {
    let mut conn = pool.acquire().await?;
    conn.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").await?; //~ lock_without_transaction
    sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&mut *conn).await
}

// A connection made here, outside of any pool.
pub async fn bad_connect(url: &str) -> sqlx::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    conn.execute("SELECT id FROM orders FOR UPDATE").await?; //~ lock_without_transaction
    conn.close().await
}

// After the transaction.
pub async fn bad_after_commit(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?;
    sqlx::query(LOCK_ORDER).bind(id).execute(&mut *tx).await?;
    tx.commit().await?;
    sqlx::query(LOCK_ORDER).bind(id).execute(&mut *conn).await?; //~ lock_without_transaction
    Ok(())
}

async fn locked<'e, E: Executor<'e, Database = Postgres>>(executor: E, id: i64) -> sqlx::Result<String> {
    sqlx::query_scalar(LOCK_ORDER).bind(id).fetch_one(executor).await
}

// The executor is given by the caller, which knows.
pub async fn bad_pool_given(pool: &PgPool, id: i64) -> sqlx::Result<String> {
    locked(pool, id).await //~ lock_without_transaction
}

pub async fn good_transaction_given(pool: &PgPool, id: i64) -> sqlx::Result<String> {
    let mut tx = pool.begin().await?;
    let state = locked(&mut *tx, id).await?;
    tx.commit().await?;
    Ok(state)
}

async fn lock_on(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query(LOCK_ORDER).bind(id).execute(conn).await?;
    Ok(())
}

pub async fn bad_lent(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    lock_on(&mut conn, id).await //~ lock_without_transaction
}

// A wrapper that takes the connection and begins nothing.
pub struct Store {
    pool: PgPool,
}

impl Store {
    async fn conn(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        self.pool.acquire().await
    }

    async fn begun(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        let mut conn = self.pool.acquire().await?;
        conn.execute("BEGIN").await?;
        Ok(conn)
    }

    pub async fn bad_own(&self, id: i64) -> sqlx::Result<()> {
        sqlx::query(LOCK_ORDER).bind(id).execute(&self.pool).await?; //~ lock_without_transaction
        Ok(())
    }

    pub async fn bad_wrapped(&self, id: i64) -> sqlx::Result<()> {
        let mut conn = self.conn().await?;
        lock_on(&mut conn, id).await //~ lock_without_transaction
    }

    // What the wrapper gives is in a transaction.
    pub async fn good_begun(&self, id: i64) -> sqlx::Result<()> {
        let mut conn = self.begun().await?;
        lock_on(&mut conn, id).await?;
        conn.execute("COMMIT").await?;
        Ok(())
    }
}

// A caller may have begun.
pub async fn good_unknown(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    lock_on(conn, id).await
}

// Begun as text.
pub async fn good_text(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    conn.execute("BEGIN").await?;
    lock_on(&mut conn, id).await?;
    conn.execute("COMMIT").await?;
    Ok(())
}

async fn begin_on(conn: &mut PgConnection) -> sqlx::Result<()> {
    conn.execute("BEGIN").await?;
    conn.execute("SET LOCAL lock_timeout = '1s'").await?;
    Ok(())
}

// Begun by a helper, which sets something too.
pub async fn good_helper_begins(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    begin_on(&mut conn).await?;
    lock_on(&mut conn, id).await?;
    conn.execute("COMMIT").await?;
    Ok(())
}

async fn in_own_transaction(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    lock_on(&mut tx, id).await?;
    tx.commit().await
}

// The callee begins its own.
pub async fn good_callee_begins(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    in_own_transaction(pool, id).await
}

async fn in_any_transaction<'c, A: sqlx::Acquire<'c, Database = Postgres>>(on: A, id: i64) -> sqlx::Result<()> {
    let mut tx = on.begin().await?;
    lock_on(&mut tx, id).await?;
    tx.commit().await
}

// As before, on whatever it is given.
pub async fn good_generic_callee_begins(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    in_any_transaction(pool, id).await
}

// One statement that takes its row and changes it.
pub async fn good_queue_pop(pool: &PgPool) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar(
        "UPDATE jobs SET taken = now() WHERE id = (SELECT id FROM jobs WHERE taken IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
    )
    .fetch_optional(pool)
    .await
}

pub async fn good_cte(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "WITH next AS (SELECT id FROM jobs ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) DELETE FROM jobs USING next WHERE jobs.id = next.id",
    )
    .execute(pool)
    .await?;
    Ok(())
}

// One statement that holds its advisory lock as long as it inserts.
pub async fn good_advisory_cte(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("WITH lock AS (SELECT pg_advisory_xact_lock(7)) INSERT INTO orders (state) SELECT 'new' FROM lock")
        .execute(pool)
        .await?;
    Ok(())
}

// Asks whether somebody has it.
pub async fn good_probe(pool: &PgPool, id: i64) -> bool {
    let probe = sqlx::query("SELECT id FROM orders WHERE id = $1 FOR UPDATE NOWAIT");
    probe.bind(id).execute(pool).await.is_ok()
}

// Sent as one text, which the server runs as one transaction.
pub async fn good_several(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::raw_sql("SET LOCAL lock_timeout = '1s'; UPDATE orders SET state = 'old'").execute(pool).await?;
    Ok(())
}

// With or without the clause: the callers decide.
async fn maybe_locked<'e, E: Executor<'e, Database = Postgres>>(executor: E, id: i64, lock: bool) -> sqlx::Result<String> {
    let sql = if lock { LOCK_ORDER } else { "SELECT state FROM orders WHERE id = $1" };
    sqlx::query_scalar(sql).bind(id).fetch_one(executor).await
}

pub async fn good_flag(pool: &PgPool, id: i64) -> sqlx::Result<String> {
    maybe_locked(pool, id, false).await
}

// The clause is added on some ways only.
async fn pushed_if(conn: &mut PgConnection, kind: Option<i64>, lock: bool) -> sqlx::Result<Vec<i64>> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT id FROM orders WHERE state = 'new'");
    if let Some(kind) = kind {
        query.push(" AND kind = ");
        query.push_bind(kind);
    }
    if lock {
        query.push(" ORDER BY id");
        query.push(" FOR UPDATE");
    }
    query.build_query_scalar().fetch_all(conn).await
}

pub async fn good_pushed_if(pool: &PgPool) -> sqlx::Result<Vec<i64>> {
    let mut conn = pool.acquire().await?;
    pushed_if(&mut conn, None, false).await
}

async fn pushed(conn: &mut PgConnection, kind: Option<i64>) -> sqlx::Result<Vec<i64>> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT id FROM orders WHERE state = 'new'");
    if let Some(kind) = kind {
        query.push(" AND kind = ");
        query.push_bind(kind);
    }
    query.push(" ORDER BY id");
    query.push(" FOR UPDATE");
    query.build_query_scalar().fetch_all(conn).await
}

pub async fn bad_pushed(pool: &PgPool) -> sqlx::Result<Vec<i64>> {
    let mut conn = pool.acquire().await?;
    pushed(&mut conn, None).await //~ lock_without_transaction
}

// Added where it runs: nothing decides between the two.
pub async fn bad_pushed_and_run_in_branch(pool: &PgPool, lock: bool) -> sqlx::Result<Vec<i64>> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT id FROM orders WHERE state = 'new'");
    if lock {
        query.push(" FOR UPDATE");
        return query.build_query_scalar().fetch_all(pool).await; //~ lock_without_transaction
    }
    query.build_query_scalar().fetch_all(pool).await
}

// Added after the one has run.
pub async fn good_pushed_later(pool: &PgPool, id: i64, lock: bool) -> sqlx::Result<Vec<i64>> {
    let mut query = QueryBuilder::<Postgres>::new("SELECT id FROM orders WHERE id = ");
    query.push_bind(id);
    if !lock {
        return query.build_query_scalar().fetch_all(pool).await;
    }
    query.push(" FOR UPDATE");
    let mut tx = pool.begin().await?;
    let found = query.build_query_scalar().fetch_all(&mut *tx).await?;
    tx.commit().await?;
    Ok(found)
}

// A transaction by type.
pub async fn good_given(tx: &mut Transaction<'_, Postgres>, id: i64) -> sqlx::Result<()> {
    lock_on(tx, id).await
}

// A session lock is another matter.
pub async fn good_session_lock(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    conn.execute("SELECT pg_advisory_lock(7)").await?;
    conn.execute("UPDATE orders SET state = 'old'").await?;
    conn.close().await
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    // Nobody else is there.
    async fn good_in_test(pool: &PgPool) -> sqlx::Result<()> {
        sqlx::query("SELECT id FROM orders FOR UPDATE").execute(pool).await?;
        Ok(())
    }
}
