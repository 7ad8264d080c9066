//@ crate: sqlx-postgres
//! sqlx: values that two writes share, functions that take a pool or a connection, and what may stand alone.
use sqlx::{Connection, PgConnection, PgPool};

pub async fn bad_transfer(pool: &PgPool, from: i64, to: i64, amount: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2").bind(amount).bind(from).execute(pool).await?;
    sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2").bind(amount).bind(to).execute(pool).await?; //~ writes_without_transaction
    Ok(())
}

pub async fn bad_on_a_checkout(pool: &PgPool, team: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    sqlx::query("DELETE FROM members WHERE team = $1").bind(team).execute(&mut *conn).await?;
    sqlx::query("DELETE FROM teams WHERE id = $1").bind(team).execute(&mut *conn).await?; //~ writes_without_transaction
    Ok(())
}

async fn add_person(pool: &PgPool, name: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("INSERT INTO persons (name) VALUES ($1) RETURNING id").bind(name).fetch_one(pool).await
}

async fn add_login(pool: &PgPool, person: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO logins (person) VALUES ($1)").bind(person).execute(pool).await?;
    Ok(())
}

pub async fn bad_through_functions(pool: &PgPool, name: &str) -> sqlx::Result<()> {
    let person = add_person(pool, name).await?;
    if name.len() > 3 {
        add_login(pool, person).await?; //~ writes_without_transaction
    }
    Ok(())
}

// One finding for the three of them.
pub async fn bad_three(pool: &PgPool, team: i64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM invites WHERE team = $1").bind(team).execute(pool).await?;
    sqlx::query("DELETE FROM members WHERE team = $1").bind(team).execute(pool).await?; //~ writes_without_transaction
    sqlx::query("DELETE FROM teams WHERE id = $1").bind(team).execute(pool).await?;
    Ok(())
}

// All callers give it a connection of a pool, as it comes.
async fn bad_lent(conn: &mut PgConnection, order: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(&mut *conn).await?;
    sqlx::query("INSERT INTO payments (order_id) VALUES ($1)").bind(order).execute(&mut *conn).await?; //~ writes_without_transaction
    Ok(())
}

pub async fn good_lends(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    bad_lent(&mut conn, order).await
}

// One caller has a transaction open.
async fn good_within(conn: &mut PgConnection, order: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(&mut *conn).await?;
    sqlx::query("INSERT INTO payments (order_id) VALUES ($1)").bind(order).execute(&mut *conn).await?;
    Ok(())
}

pub async fn good_begins(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    good_within(&mut tx, order).await?;
    tx.commit().await
}

// Nobody here calls it.
pub async fn good_unknown_state(conn: &mut PgConnection, order: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(&mut *conn).await?;
    sqlx::query("INSERT INTO payments (order_id) VALUES ($1)").bind(order).execute(&mut *conn).await?;
    Ok(())
}

pub async fn good_by_guard(conn: &mut PgConnection, order: i64) -> sqlx::Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(&mut *tx).await?;
    sqlx::query("INSERT INTO payments (order_id) VALUES ($1)").bind(order).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn good_nothing_in_common(pool: &PgPool, name: &str, item: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO visits (name) VALUES ($1)").bind(name).execute(pool).await?;
    sqlx::query("INSERT INTO views (item) VALUES ($1)").bind(item).execute(pool).await?;
    Ok(())
}

pub async fn good_progress(pool: &PgPool, job: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE jobs SET state = 'running' WHERE id = $1").bind(job).execute(pool).await?;
    println!("working on {job}");
    sqlx::query("UPDATE jobs SET state = 'done' WHERE id = $1").bind(job).execute(pool).await?;
    Ok(())
}

pub async fn good_best_effort(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(pool).await?;
    let counted = sqlx::query("INSERT INTO statistics (order_id) VALUES ($1)").bind(order).execute(pool).await;
    if let Err(error) = counted {
        eprintln!("not counted: {error}");
    }
    Ok(())
}

pub async fn good_undone(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(pool).await?;
    match sqlx::query("SELECT total FROM orders WHERE id = $1").bind(order).execute(pool).await {
        Ok(_) => Ok(()),
        Err(error) => {
            sqlx::query("INSERT INTO complaints (order_id) VALUES ($1)").bind(order).execute(pool).await?;
            Err(error)
        }
    }
}

pub async fn good_waits_between(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO charges (order_id) VALUES ($1)").bind(order).execute(pool).await?;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    sqlx::query("UPDATE orders SET state = 'charged' WHERE id = $1").bind(order).execute(pool).await?;
    Ok(())
}

pub async fn good_there_anyway(pool: &PgPool, host: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO hosts (name) VALUES ($1) ON CONFLICT DO NOTHING").bind(host).execute(pool).await?;
    sqlx::query("INSERT INTO pages (host) VALUES ($1)").bind(host).execute(pool).await?;
    Ok(())
}

pub async fn good_branches(pool: &PgPool, order: i64, paid: bool) -> sqlx::Result<()> {
    if paid {
        sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(pool).await?;
    } else {
        sqlx::query("INSERT INTO reminders (order_id) VALUES ($1)").bind(order).execute(pool).await?;
    }
    Ok(())
}

// The next turn is another order's.
pub async fn good_arms_of_a_loop(pool: &PgPool, order: i64) -> sqlx::Result<()> {
    loop {
        match order % 3 {
            0 => {
                sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(pool).await?;
            }
            1 => {
                sqlx::query("INSERT INTO reminders (order_id) VALUES ($1)").bind(order).execute(pool).await?;
            }
            _ => return Ok(()),
        }
    }
}

pub async fn good_two_databases(orders: &PgPool, audit: &PgPool, order: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE orders SET state = 'paid' WHERE id = $1").bind(order).execute(orders).await?;
    sqlx::query("INSERT INTO entries (order_id) VALUES ($1)").bind(order).execute(audit).await?;
    Ok(())
}
