//@ crate: sqlx-mysql
//! sqlx on MySQL: guards, BEGIN as text, helpers, autocommit.
use sqlx::{Connection, Executor, MySql, MySqlConnection, MySqlPool, Transaction};

// The first one commits, the others run on their own.
pub async fn bad_create(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("CREATE TABLE a (id BIGINT PRIMARY KEY)").await?; //~ implicit_commit
    tx.execute("CREATE INDEX b ON a (id)").await?;
    tx.execute("INSERT INTO a (id) VALUES (1)").await?;
    tx.commit().await
}

pub async fn bad_given(tx: &mut Transaction<'_, MySql>) -> sqlx::Result<()> {
    sqlx::query("ALTER TABLE a ADD COLUMN c INT").execute(&mut **tx).await?; //~ implicit_commit
    Ok(())
}

// Told where it is first known.
pub async fn good_passes_on(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    bad_given(&mut tx).await?;
    tx.commit().await
}

async fn clear(conn: &mut MySqlConnection) -> sqlx::Result<()> {
    sqlx::query("TRUNCATE TABLE a").execute(conn).await?;
    Ok(())
}

pub async fn bad_helper(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("INSERT INTO a (id) VALUES (1)").await?;
    clear(&mut tx).await?; //~ implicit_commit
    tx.commit().await
}

pub async fn good_no_transaction(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    clear(&mut conn).await
}

pub async fn bad_text(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    conn.execute("START TRANSACTION").await?;
    conn.execute("DELETE FROM a").await?;
    conn.execute("LOCK TABLES a WRITE").await?; //~ implicit_commit
    conn.execute("UNLOCK TABLES").await?;
    conn.execute("COMMIT").await?;
    conn.close().await
}

pub async fn bad_second_begin(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("DELETE FROM a").await?;
    tx.execute("START TRANSACTION").await?; //~ implicit_commit
    tx.commit().await
}

// Off and on again inside the transaction.
pub async fn bad_autocommit(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    let mut tx = conn.begin().await?;
    tx.execute("SET autocommit = 0").await?;
    tx.execute("DELETE FROM a").await?;
    tx.execute("SET autocommit = 1").await?; //~ implicit_commit
    tx.execute("INSERT INTO a (id) VALUES (1)").await?;
    tx.commit().await
}

// Nothing but settings and the commit follows.
pub async fn bad_autocommit_at_the_end(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    let mut tx = conn.begin().await?;
    tx.execute("SET autocommit = 0").await?;
    tx.execute("DELETE FROM a").await?;
    tx.execute("SET autocommit = 1").await?; //~ implicit_commit?
    tx.execute("SET unique_checks = 1").await?;
    tx.commit().await?;
    conn.execute("INSERT INTO a (id) VALUES (1)").await?;
    Ok(())
}

// There is nothing else that the transaction could cover.
pub async fn bad_nothing_but_ddl(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("CREATE TABLE IF NOT EXISTS a (id BIGINT PRIMARY KEY)").await?; //~ implicit_commit?
    tx.execute("CREATE TABLE IF NOT EXISTS b (id BIGINT PRIMARY KEY)").await?;
    tx.commit().await
}

// It is on already: nothing is committed.
pub async fn good_autocommit_on(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("SET autocommit = 1").await?;
    tx.execute("DELETE FROM a").await?;
    tx.commit().await
}

// MySQL's way to a transaction without BEGIN.
pub async fn good_autocommit_as_transaction(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?.detach();
    conn.execute("SET autocommit = 0").await?;
    conn.execute("DELETE FROM a").await?;
    conn.execute("COMMIT").await?;
    conn.execute("SET autocommit = 1").await?;
    conn.close().await
}

// As long as the text is.
pub async fn bad_long_sum(pool: &MySqlPool) -> sqlx::Result<()> {
    let columns = "a1 INT, ".to_owned()
        + "a2 INT, "
        + "a3 INT, "
        + "a4 INT, "
        + "a5 INT, "
        + "a6 INT, "
        + "a7 INT, "
        + "a8 INT, "
        + "a9 INT, "
        + "b1 INT, "
        + "b2 INT, "
        + "b3 INT, "
        + "b4 INT, "
        + "b5 INT";
    let create = "CREATE TABLE long (".to_owned() + &columns + ")";
    let mut tx = pool.begin().await?;
    tx.execute("INSERT INTO a (id) VALUES (1)").await?;
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut *tx).await?; //~ implicit_commit
    tx.commit().await
}

pub async fn good_temporary(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    tx.execute("CREATE TEMPORARY TABLE picked (id BIGINT)").await?;
    tx.execute("INSERT INTO picked SELECT id FROM a").await?;
    tx.execute("DROP TEMPORARY TABLE picked").await?;
    tx.commit().await
}

pub async fn good_after_commit(pool: &MySqlPool) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?;
    tx.execute("DELETE FROM a").await?;
    tx.commit().await?;
    conn.execute("TRUNCATE TABLE b").await?;
    Ok(())
}
