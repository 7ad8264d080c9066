//@ crate: sqlx-postgres
//! Locks that only some ways of a transaction take.
use sqlx::{PgConnection, PgPool};

async fn touch_band(conn: &mut PgConnection, band: i64, touch: bool) -> sqlx::Result<()> {
    if !touch {
        return Ok(());
    }
    sqlx::query("UPDATE bands SET seen = now() WHERE id = $1").bind(band).execute(conn).await?;
    Ok(())
}

// Both on a condition, in the body and in a callee: two coincidences.
pub async fn bad_play(pool: &PgPool, band: i64, song: i64, loud: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if loud {
        sqlx::query("UPDATE songs SET loud = true WHERE id = $1").bind(song).execute(&mut *tx).await?;
    }
    sqlx::query("UPDATE bands SET songs = songs + 1 WHERE id = $1").bind(band).execute(&mut *tx).await?; //~ inconsistent_lock_order?
    tx.commit().await
}

pub async fn mute(pool: &PgPool, band: i64, song: i64, touch: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    touch_band(&mut tx, band, touch).await?;
    sqlx::query("UPDATE songs SET loud = false WHERE id = $1").bind(song).execute(&mut *tx).await?;
    tx.commit().await
}

// One of the two always takes both.
pub async fn bad_hire(pool: &PgPool, crew: i64, ship: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE crews SET ship = $1 WHERE id = $2").bind(ship).bind(crew).execute(&mut *tx).await?;
    sqlx::query("UPDATE ships SET hands = hands + 1 WHERE id = $1").bind(ship).execute(&mut *tx).await?; //~ inconsistent_lock_order?
    tx.commit().await
}

pub async fn dismiss(pool: &PgPool, crew: i64, ship: Option<i64>) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if let Some(ship) = ship {
        sqlx::query("UPDATE ships SET hands = hands - 1 WHERE id = $1").bind(ship).execute(&mut *tx).await?;
    }
    sqlx::query("UPDATE crews SET ship = NULL WHERE id = $1").bind(crew).execute(&mut *tx).await?;
    tx.commit().await
}

// A refusal before, and a `?`, take no lock away, and a list has something in it …
pub async fn bad_pack(pool: &PgPool, parcel: i64, goods: &[i64]) -> sqlx::Result<()> {
    if goods.contains(&parcel) {
        return Ok(());
    }
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE parcels SET packed = true WHERE id = $1").bind(parcel).execute(&mut *tx).await?;
    for good in goods {
        sqlx::query("UPDATE goods SET free = free - 1 WHERE id = $1").bind(good).execute(&mut *tx).await?; //~ inconsistent_lock_order
    }
    tx.commit().await
}

pub async fn unpack(pool: &PgPool, parcel: i64, goods: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for good in goods {
        sqlx::query("UPDATE goods SET free = free + 1 WHERE id = $1").bind(good).execute(&mut *tx).await?;
    }
    sqlx::query("UPDATE parcels SET packed = false WHERE id = $1").bind(parcel).execute(&mut *tx).await?;
    tx.commit().await
}

// … but not every value is one that a condition lets through.
pub async fn bad_sort(pool: &PgPool, shelf: i64, books: &[i64]) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("UPDATE shelves SET sorted = true WHERE id = $1").bind(shelf).execute(&mut *tx).await?;
    for book in books {
        if *book > 0 {
            sqlx::query("UPDATE books SET place = place + 1 WHERE id = $1").bind(book).execute(&mut *tx).await?; //~ inconsistent_lock_order?
        }
    }
    tx.commit().await
}

pub async fn jumble(pool: &PgPool, shelf: i64, books: &[i64], deep: bool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for book in books {
        sqlx::query("UPDATE books SET place = 0 WHERE id = $1").bind(book).execute(&mut *tx).await?;
    }
    if deep {
        sqlx::query("UPDATE shelves SET sorted = false WHERE id = $1").bind(shelf).execute(&mut *tx).await?;
    }
    tx.commit().await
}
