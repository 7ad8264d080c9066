//@ crate: sea-orm
//! sea-orm: text through `DatabaseConnection`.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

// Unprepared text on the pool.
pub async fn bad_unprepared(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.execute_unprepared("BEGIN").await?; //~ transaction_on_pool
    db.execute_unprepared("INSERT INTO notes (text) VALUES ('x')").await?;
    db.execute_unprepared("COMMIT").await?;
    Ok(())
}

// The client's own transaction.
pub async fn good_begin(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    txn.execute_unprepared("INSERT INTO notes (text) VALUES ('x')").await?;
    txn.commit().await
}
