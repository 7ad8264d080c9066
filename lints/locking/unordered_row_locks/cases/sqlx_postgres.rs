//@ crate: sqlx-postgres
//! Where an order comes from, and what makes one.
use std::collections::{BTreeMap, HashMap, HashSet};

use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder, Row, Transaction};

const TOUCH: &str = "UPDATE pages SET views = views + 1 WHERE id = $1";

// Keys of a map.
pub async fn bad_keys(pool: &PgPool, views: &HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for id in views.keys() {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// A set, by way of a list that keeps its order.
pub async fn bad_collected(pool: &PgPool, ids: HashSet<i64>) -> sqlx::Result<()> {
    let ids: Vec<i64> = ids.into_iter().filter(|id| *id > 0).collect();
    let mut tx = pool.begin().await?;
    for id in &ids {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// Rows in the order in which the database found them.
pub async fn bad_select_without_order(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let rows = sqlx::query("SELECT id FROM pages WHERE stale").fetch_all(&mut *tx).await?;
    for row in rows {
        sqlx::query(TOUCH).bind(row.get::<i64, _>(0)).execute(&mut *tx).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

async fn bad_filled_by_caller(tx: &mut Transaction<'_, Postgres>, ids: &[i64]) -> sqlx::Result<()> {
    for id in ids {
        sqlx::query(TOUCH).bind(id).execute(&mut **tx).await?; //~ unordered_row_locks?
    }
    Ok(())
}

// The caller fills the list in hash order.
pub async fn good_filler(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let ids: Vec<i64> = views.into_keys().collect();
    let mut tx = pool.begin().await?;
    bad_filled_by_caller(&mut tx, &ids).await?;
    tx.commit().await
}

async fn touch(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query(TOUCH).bind(id).execute(conn).await?;
    Ok(())
}

// The statement is in a callee: the call in the loop is what locks.
pub async fn bad_callee(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for (id, _) in views {
        touch(&mut tx, id).await?; //~ unordered_row_locks?
    }
    tx.commit().await
}

// A locking read of a list: the database picks the order.
pub async fn bad_any_for_update(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM pages WHERE id = ANY($1) FOR UPDATE").bind(ids).fetch_all(&mut *tx).await?; //~ unordered_row_locks
    sqlx::query("UPDATE pages SET views = 0 WHERE id = ANY($1)").bind(ids).execute(&mut *tx).await?;
    tx.commit().await
}

// An update joined with arrays that are filled in hash order.
pub async fn bad_update_from_unnest(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let (ids, counts): (Vec<i64>, Vec<i64>) = views.into_iter().unzip();
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE pages SET views = v.n FROM UNNEST($1::bigint[], $2::bigint[]) AS v(id, n) WHERE pages.id = v.id")
        .bind(ids)
        .bind(counts)
        .execute(&mut *tx) //~ unordered_row_locks?
        .await?;
    tx.commit().await
}

// The caller's order, value by value.
async fn bad_update_from_pushed(pool: &PgPool, views: Vec<(i64, i64)>) -> sqlx::Result<()> {
    let (mut ids, mut counts) = (Vec::new(), Vec::new());
    for (id, n) in views {
        ids.push(id);
        counts.push(n);
    }
    sqlx::query("UPDATE pages SET views = v.n FROM (SELECT * FROM UNNEST($1::bigint[], $2::bigint[]) AS t(id, n)) AS v WHERE pages.id = v.id")
        .bind(ids)
        .bind(counts)
        .execute(pool) //~ unordered_row_locks?
        .await?;
    Ok(())
}

pub async fn good_pusher(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    bad_update_from_pushed(pool, views.into_iter().collect()).await
}

// The same, sorted before.
pub async fn good_update_from_sorted(pool: &PgPool, mut views: Vec<(i64, i64)>) -> sqlx::Result<()> {
    views.sort_unstable();
    let (mut ids, mut counts) = (Vec::new(), Vec::new());
    for (id, n) in views {
        ids.push(id);
        counts.push(n);
    }
    sqlx::query("UPDATE pages SET views = v.n FROM UNNEST($1::bigint[], $2::bigint[]) AS v(id, n) WHERE pages.id = v.id")
        .bind(ids)
        .bind(counts)
        .execute(pool)
        .await?;
    Ok(())
}

// A multi-row upsert in hash order.
pub async fn bad_upsert(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<Postgres>::new("INSERT INTO counters (id, n) ");
    query.push_values(views, |mut row, (id, n)| {
        row.push_bind(id).push_bind(n);
    });
    query.push(" ON CONFLICT (id) DO UPDATE SET n = counters.n + excluded.n");
    query.build().execute(pool).await?; //~ unordered_row_locks?
    Ok(())
}

// From and to: the way back locks them the other way round.
pub async fn bad_transfer(pool: &PgPool, from: i64, to: i64, amount: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2").bind(amount).bind(from).execute(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2").bind(amount).bind(to).execute(&mut *tx).await?; //~ unordered_row_locks
    tx.commit().await
}

// Sorted before the loop.
pub async fn good_sorted(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut ids: Vec<i64> = views.into_keys().collect();
    ids.sort_unstable();
    let mut tx = pool.begin().await?;
    for id in ids {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// A map that is sorted by nature.
pub async fn good_sorted_map(pool: &PgPool, views: BTreeMap<i64, i64>, more: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for id in views.keys() {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    let more: BTreeMap<i64, i64> = more.into_iter().collect();
    let mut tx = pool.begin().await?;
    for id in more.keys() {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// The database sorted them.
pub async fn good_select_with_order(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let rows = sqlx::query("SELECT id FROM pages WHERE stale ORDER BY id").fetch_all(&mut *tx).await?;
    for row in rows {
        sqlx::query(TOUCH).bind(row.get::<i64, _>(0)).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// Locked in order first.
pub async fn good_locked_in_order(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM pages WHERE id = ANY($1) ORDER BY id FOR UPDATE").bind(ids).fetch_all(&mut *tx).await?;
    sqlx::query("UPDATE pages SET views = 0 WHERE id = ANY($1)").bind(ids).execute(&mut *tx).await?;
    tx.commit().await
}

// Locked in order by the statement itself.
pub async fn good_inner_select(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query(
        "WITH locked AS (SELECT id FROM pages WHERE id = ANY($1) ORDER BY id FOR UPDATE) \
         UPDATE pages SET views = 0 FROM locked WHERE pages.id = locked.id",
    )
    .bind(ids)
    .execute(pool)
    .await?;
    Ok(())
}

// Doesn't wait.
pub async fn good_skip_locked(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM pages WHERE id = ANY($1) FOR UPDATE SKIP LOCKED").bind(ids).fetch_all(&mut *tx).await?;
    sqlx::query("SELECT id FROM pages WHERE id = ANY($1) FOR UPDATE NOWAIT").bind(ids).fetch_all(&mut *tx).await?;
    tx.commit().await
}

// The parent is locked first: nobody else gets to its pages.
pub async fn good_parent_first(pool: &PgPool, site: i64, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM sites WHERE id = $1 FOR UPDATE").bind(site).execute(&mut *tx).await?;
    for id in views.keys() {
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// Who changed the one row before is alone with what was found.
pub async fn good_select_after_update(pool: &PgPool, site: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE sites SET version = version + 1 WHERE id = $1").bind(site).execute(&mut *tx).await?;
    let rows = sqlx::query("SELECT id FROM pages WHERE stale").fetch_all(&mut *tx).await?;
    for row in rows {
        sqlx::query(TOUCH).bind(row.get::<i64, _>(0)).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// Rows that exist stay as they are.
pub async fn good_do_nothing(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for id in views.keys() {
        sqlx::query("INSERT INTO counters (id, n) VALUES ($1, 0) ON CONFLICT (id) DO NOTHING").bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// New rows.
pub async fn good_inserts(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for (id, n) in &views {
        sqlx::query("INSERT INTO visits (page, n) VALUES ($1, $2)").bind(id).bind(n).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// One transaction a row, or none.
pub async fn good_one_row_each(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    for id in views.keys() {
        let mut tx = pool.begin().await?;
        sqlx::query(TOUCH).bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        sqlx::query(TOUCH).bind(id).execute(pool).await?;
    }
    Ok(())
}

// The smaller key first.
pub async fn good_transfer(pool: &PgPool, from: i64, to: i64, amount: i64) -> sqlx::Result<()> {
    let mut steps = [(from, -amount), (to, amount)];
    steps.sort_unstable();
    let mut tx = pool.begin().await?;
    for (id, change) in steps {
        sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2").bind(change).bind(id).execute(&mut *tx).await?;
    }
    tx.commit().await
}

// Both rows locked in order before.
pub async fn good_transfer_locked(pool: &PgPool, from: i64, to: i64, amount: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT id FROM accounts WHERE id IN ($1, $2) ORDER BY id FOR UPDATE").bind(from).bind(to).execute(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET balance = balance - $1 WHERE id = $2").bind(amount).bind(from).execute(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET balance = balance + $1 WHERE id = $2").bind(amount).bind(to).execute(&mut *tx).await?;
    tx.commit().await
}

// The same row twice.
pub async fn good_same_row(pool: &PgPool, id: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE accounts SET balance = balance - 1 WHERE id = $1").bind(id).execute(&mut *tx).await?;
    sqlx::query("UPDATE accounts SET seen = true WHERE id = $1").bind(id).execute(&mut *tx).await?;
    tx.commit().await
}

// A sorted multi-row upsert: it takes its rows in the order given.
pub async fn good_upsert(pool: &PgPool, views: HashMap<i64, i64>) -> sqlx::Result<()> {
    let mut views: Vec<_> = views.into_iter().collect();
    views.sort_unstable();
    let mut query = QueryBuilder::<Postgres>::new("INSERT INTO counters (id, n) ");
    query.push_values(views, |mut row, (id, n)| {
        row.push_bind(id).push_bind(n);
    });
    query.push(" ON CONFLICT (id) DO UPDATE SET n = counters.n + excluded.n");
    query.build().execute(pool).await?;
    Ok(())
}

// One row, as often as there are keys.
pub async fn good_same_row_for_each_tag(pool: &PgPool, page: i64, tags: &HashMap<String, String>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for (key, value) in tags {
        sqlx::query("UPDATE pages SET tags = jsonb_set(tags, $2, $3::jsonb) WHERE id = $1")
            .bind(page)
            .bind(format!("{{{key}}}"))
            .bind(value)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await
}

// The lock is added on every way …
pub async fn bad_pushed_lock(pool: &PgPool, ids: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut query = QueryBuilder::<Postgres>::new("SELECT id FROM pages WHERE id = ANY(");
    query.push_bind(ids);
    query.push(") FOR UPDATE");
    query.build().fetch_all(&mut *tx).await?; //~ unordered_row_locks
    tx.commit().await
}

// … and on some ways only.
pub async fn good_pushed_lock_if(pool: &PgPool, ids: &[i64], lock: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let mut query = QueryBuilder::<Postgres>::new("SELECT id FROM pages WHERE id = ANY(");
    query.push_bind(ids);
    query.push(")");
    if lock {
        query.push(" FOR UPDATE");
    }
    query.build().fetch_all(&mut *tx).await?;
    tx.commit().await
}
