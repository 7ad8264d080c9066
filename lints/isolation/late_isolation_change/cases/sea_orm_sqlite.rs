//@ crate: sea-orm-sqlite
//! A level for a savepoint.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, IsolationLevel, TransactionTrait};

// The client ignores it on SQLite.
pub async fn good_ignored(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let inner = tx.begin_with_config(Some(IsolationLevel::Serializable), None).await?;
    inner.execute_unprepared("UPDATE accounts SET balance = 0").await?;
    inner.commit().await?;
    tx.commit().await
}
