//@ crate: sea-orm
//! A level for a savepoint.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, IsolationLevel, TransactionTrait};

// On Postgres it fails, on MySQL and SQLite it doesn't: nothing tells which it is.
pub async fn good_unknown(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let inner = tx.begin_with_config(Some(IsolationLevel::Serializable), None).await?;
    inner.execute_unprepared("UPDATE accounts SET balance = 0").await?;
    inner.commit().await?;
    tx.commit().await
}
