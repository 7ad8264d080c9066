//@ crate: sea-orm-sqlite
//! sea-orm on SQLite: unless told otherwise its pool has one connection, and the first nested statement hangs.
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, TransactionTrait};

// With the default size it is certain.
pub async fn bad_default_size() -> Result<(), DbErr> {
    let db: DatabaseConnection = Database::connect("sqlite://notes.db").await?;
    let txn = db.begin().await?;
    db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), "SELECT id FROM tags")).await?; //~ nested_checkout
    txn.execute_unprepared("INSERT INTO notes (text) VALUES ('x')").await?;
    txn.commit().await
}

// Two transactions.
pub async fn bad_two_transactions(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    let second = db.begin().await?; //~ nested_checkout
    second.rollback().await?;
    txn.commit().await
}

// A transaction inside the transaction is a savepoint on the same connection.
pub async fn good_savepoint(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    let inner = txn.begin().await?;
    inner.execute_unprepared("INSERT INTO notes (text) VALUES ('x')").await?;
    inner.commit().await?;
    txn.commit().await
}
