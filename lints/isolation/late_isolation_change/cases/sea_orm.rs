//@ crate: sea-orm
//! A level for a savepoint.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, IsolationLevel, TransactionTrait};

// Postgres refuses it, and the client's only driver is the one for Postgres.
pub async fn bad_savepoint(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let inner = tx.begin_with_config(Some(IsolationLevel::Serializable), None).await?; //~ late_isolation_change
    inner.execute_unprepared("UPDATE accounts SET balance = 0").await?;
    inner.commit().await?;
    tx.commit().await
}
