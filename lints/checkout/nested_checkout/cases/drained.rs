//@ crate: sqlx-postgres
//! A row stream that has been read to its end has given its connection back, though its variable lives on.
use futures::{StreamExt, TryStreamExt};
use sqlx::{PgPool, Row};

const TARIFFS: &str = "SELECT id, rate FROM tariffs ORDER BY id";
const COUNT: &str = "SELECT count(*) FROM tariffs";
const ADD: &str = "INSERT INTO charges (tariff) VALUES ($1)";

async fn count(pool: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar(COUNT).fetch_one(pool).await
}

pub async fn good_read_to_its_end(pool: &PgPool) -> sqlx::Result<(Vec<i64>, i64)> {
    let mut rows = sqlx::query(TARIFFS).fetch(pool);
    let mut ids = Vec::new();
    while let Some(row) = rows.try_next().await? {
        ids.push(row.get(0));
    }
    Ok((ids, count(pool).await?))
}

// The next row is asked for in other ways.
pub async fn good_other_ways(pool: &PgPool) -> sqlx::Result<i64> {
    let mut pairs = sqlx::query_as::<_, (i64, i64)>(TARIFFS).fetch(pool);
    while let Some((id, rate)) = pairs.try_next().await? {
        println!("{id} {rate}");
    }
    count(pool).await?;
    let mut rows = sqlx::query(TARIFFS).fetch(pool).map_ok(|row| row.get::<i64, _>(0));
    while let Some(id) = rows.next().await {
        println!("{}", id?);
    }
    count(pool).await?;
    let mut rows = sqlx::query(TARIFFS).fetch(pool);
    loop {
        match rows.try_next().await? {
            Some(row) => println!("{}", row.get::<i64, _>(0)),
            None => break,
        }
    }
    count(pool).await?;
    let mut rows = sqlx::query(TARIFFS).fetch(pool);
    loop {
        let Some(row) = rows.try_next().await? else {
            break;
        };
        println!("{}", row.get::<i64, _>(0));
    }
    count(pool).await?;
    let mut one = sqlx::query(TARIFFS).fetch(pool);
    if let Some(row) = one.try_next().await? {
        return Ok(row.get(0));
    }
    count(pool).await
}

// While there are rows to come it is held.
pub async fn bad_inside(pool: &PgPool) -> sqlx::Result<()> {
    let mut rows = sqlx::query(TARIFFS).fetch(pool);
    while let Some(row) = rows.try_next().await? {
        sqlx::query(ADD).bind(row.get::<i64, _>(0)).execute(pool).await?; //~ nested_checkout
    }
    Ok(())
}

// The loop may have been left before the end.
pub async fn bad_left_early(pool: &PgPool) -> sqlx::Result<i64> {
    let mut rows = sqlx::query(TARIFFS).fetch(pool);
    while let Some(row) = rows.try_next().await? {
        if row.get::<i64, _>(0) == 7 {
            break;
        }
    }
    count(pool).await //~ nested_checkout
}

// The first row only.
pub async fn bad_one_row(pool: &PgPool) -> sqlx::Result<i64> {
    let mut rows = sqlx::query(TARIFFS).fetch(pool);
    if let Some(row) = rows.try_next().await? {
        println!("{}", row.get::<i64, _>(0));
        return count(pool).await; //~ nested_checkout
    }
    Ok(0)
}

// A row that has failed to be one ends this loop, too.
pub async fn bad_left_by_error(pool: &PgPool) -> sqlx::Result<i64> {
    let mut ids = sqlx::query_scalar::<_, i64>(TARIFFS).fetch(pool);
    while let Some(Ok(id)) = ids.next().await {
        println!("{id}");
    }
    count(pool).await //~ nested_checkout
}

// The end of the first ten is not the end of the rows.
pub async fn bad_first_ten(pool: &PgPool) -> sqlx::Result<i64> {
    let mut rows = sqlx::query(TARIFFS).fetch(pool).take(10);
    while let Some(row) = rows.try_next().await? {
        println!("{}", row.get::<i64, _>(0));
    }
    count(pool).await //~ nested_checkout
}

// Another stream has come to its end.
pub async fn bad_other_stream(pool: &PgPool, replica: &PgPool) -> sqlx::Result<i64> {
    let mut kept = sqlx::query(TARIFFS).fetch(pool);
    let first = kept.try_next().await?;
    let mut rows = sqlx::query(TARIFFS).fetch(replica);
    while let Some(row) = rows.try_next().await? {
        println!("{}", row.get::<i64, _>(0));
    }
    drop(first);
    let all = count(pool).await?; //~ nested_checkout
    kept.try_next().await?;
    Ok(all)
}
