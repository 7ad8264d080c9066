//@ crate: sqlx-postgres
//! Postgres: settings, roles, temporary tables, sequences, prepared statements, notifications.
use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, PgPool, Row};

// A setting through the pool.
pub async fn bad_set(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("SET search_path TO tenant_7").execute(pool).await?; //~ session_state_on_pool
    sqlx::query("SELECT count(*) FROM invoices").execute(pool).await?;
    Ok(())
}

// A role through the pool: whose request will have it next is chance.
pub async fn bad_role(pool: &PgPool) -> sqlx::Result<()> {
    pool.execute("SET ROLE auditor").await?; //~ session_state_on_pool
    Ok(())
}

// A setting left on a checkout.
pub async fn bad_left_on_checkout(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET statement_timeout = 0").execute(&mut *conn).await?; //~ session_state_on_pool
    sqlx::query("REFRESH MATERIALIZED VIEW totals").execute(&mut *conn).await?;
    Ok(())
}

// A session-wide setting in a transaction outlives the commit.
pub async fn bad_left_by_transaction(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET search_path TO tenant_7").execute(&mut *tx).await?; //~ session_state_on_pool
    sqlx::query("INSERT INTO invoices DEFAULT VALUES").execute(&mut *tx).await?;
    tx.commit().await
}

// Reset on the way that succeeds; the error keeps the role.
pub async fn bad_reset_on_one_path(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET ROLE auditor").execute(&mut *conn).await?; //~ session_state_on_pool
    sqlx::query("INSERT INTO audits DEFAULT VALUES").execute(&mut *conn).await?;
    sqlx::query("RESET ROLE").execute(&mut *conn).await?;
    Ok(())
}

// A temporary table that the next statement looks for on another connection.
pub async fn bad_temporary_table(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("CREATE TEMP TABLE picked (id bigint)").execute(pool).await?; //~ session_state_on_pool
    sqlx::query("INSERT INTO picked VALUES (1)").execute(pool).await?;
    Ok(())
}

// The last value of a sequence, in somebody else's session.
pub async fn bad_lastval(pool: &PgPool) -> sqlx::Result<i64> {
    sqlx::query("INSERT INTO invoices DEFAULT VALUES").execute(pool).await?;
    let row = sqlx::query("SELECT currval('invoices_id_seq')").fetch_one(pool).await?; //~ session_state_on_pool
    Ok(row.get(0))
}

// LISTEN through the pool: nobody reads that connection.
pub async fn bad_listen(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("LISTEN invoices").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

// PREPARE by hand.
pub async fn bad_prepare(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("PREPARE totals AS SELECT sum(amount) FROM invoices").execute(pool).await?; //~ session_state_on_pool
    Ok(())
}

async fn use_tenant(conn: &mut PgConnection, tenant: &str) -> sqlx::Result<()> {
    sqlx::query("SELECT set_config('search_path', $1, false)").bind(tenant).execute(conn).await?;
    Ok(())
}

// A helper sets it on the checkout that it is lent.
pub async fn bad_helper(pool: &PgPool, tenant: &str) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    use_tenant(&mut conn, tenant).await?; //~ session_state_on_pool
    sqlx::query("SELECT count(*) FROM invoices").execute(&mut *conn).await?;
    Ok(())
}

fn told(when: &str, error: sqlx::Error) -> std::io::Error {
    std::io::Error::other(format!("{when}: {error}"))
}

// Errors are told in closures: what these get is not the connection.
pub async fn bad_told_errors(pool: &PgPool) -> std::io::Result<()> {
    let mut conn = pool.acquire().await.map_err(|error| told("no connection", error))?;
    conn.execute("SET statement_timeout = 0").await.map_err(|error| told("no time", error))?; //~ session_state_on_pool
    Ok(())
}

// The same helper on a connection of one's own.
pub async fn good_helper(url: &str, tenant: &str) -> sqlx::Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    use_tenant(&mut conn, tenant).await?;
    sqlx::query("SELECT count(*) FROM invoices").execute(&mut conn).await?;
    conn.close().await
}

// Every new connection gets it.
pub async fn good_after_connect(url: &str) -> sqlx::Result<PgPool> {
    PgPoolOptions::new()
        .after_connect(|conn, _meta| {
            Box::pin(async move {
                conn.execute("SET application_name = 'billing'").await?;
                conn.execute("SET search_path TO billing").await?;
                Ok(())
            })
        })
        .connect(url)
        .await
}

// Local to the transaction, in three spellings.
pub async fn good_local(pool: &PgPool, tenant: &str) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SET LOCAL statement_timeout = '5s'").execute(&mut *tx).await?;
    sqlx::query("SELECT set_config('app.tenant', $1, true)").bind(tenant).execute(&mut *tx).await?;
    sqlx::query("SET LOCAL ROLE auditor").execute(&mut *tx).await?;
    sqlx::query("INSERT INTO invoices DEFAULT VALUES").execute(&mut *tx).await?;
    tx.commit().await
}

// A temporary table of the transaction.
pub async fn good_temporary_table(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("CREATE TEMP TABLE picked (id bigint) ON COMMIT DROP").execute(&mut *tx).await?;
    sqlx::query("INSERT INTO picked VALUES (1)").execute(&mut *tx).await?;
    tx.commit().await
}

// Detached: it never goes back.
pub async fn good_detached(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query("SET statement_timeout = 0").execute(&mut conn).await?;
    sqlx::query("REFRESH MATERIALIZED VIEW totals").execute(&mut conn).await?;
    conn.close().await
}

// Reset on every path.
pub async fn good_reset(pool: &PgPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("SET ROLE auditor").execute(&mut *conn).await?;
    let done = sqlx::query("INSERT INTO audits DEFAULT VALUES").execute(&mut *conn).await;
    sqlx::query("RESET ROLE").execute(&mut *conn).await?;
    done.map(|_| ())
}

// The client's listener has a connection of its own.
pub async fn good_listener(pool: &PgPool) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen("invoices").await?;
    listener.recv().await?;
    Ok(())
}

// The key comes back with the insert.
pub async fn good_returning(pool: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar("INSERT INTO invoices DEFAULT VALUES RETURNING id").fetch_one(pool).await
}

// Words that only look like it.
pub async fn good_words(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query("UPDATE settings SET role = 'auditor' WHERE id = 1").execute(pool).await?;
    sqlx::query("SELECT current_setting('search_path')").execute(pool).await?;
    sqlx::query("SHOW statement_timeout").execute(pool).await?;
    sqlx::query("ALTER ROLE auditor SET search_path TO audit").execute(pool).await?;
    Ok(())
}
