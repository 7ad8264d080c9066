//@ crate: sea-orm-sqlite
//! SQLite's driver alone: a statement that fails leaves the rest of its transaction.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

pub async fn bad_half_done(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    tx.execute_unprepared("UPDATE accounts SET balance = balance - 1 WHERE id = 1").await?;
    let _ = tx.execute_unprepared("UPDATE accounts SET balance = balance + 1 WHERE id = 2").await; //~ commit_after_swallowed_error
    tx.commit().await
}

// Nothing else is written: no half is left.
pub async fn good_only_write(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let _ = tx.execute_unprepared("UPDATE accounts SET seen = TRUE WHERE id = 1").await;
    tx.commit().await
}

// Another statement makes up for it, in a transaction that goes on.
pub async fn good_other_way(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    if tx.execute_unprepared("INSERT INTO tags (name) VALUES ('new')").await.is_err() {
        tx.execute_unprepared("UPDATE tags SET uses = uses + 1 WHERE name = 'new'").await?;
    }
    tx.commit().await
}
