//@ crate: sea-orm-1
//! sea-orm 1: `execute` and `query_*` take a `Statement`.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

// The statement is the transaction's, the handle isn't.
pub async fn bad_execute(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    txn.execute(Statement::from_string(DbBackend::Postgres, "INSERT INTO orders DEFAULT VALUES")).await?;
    let event = Statement::from_sql_and_values(DbBackend::Postgres, "INSERT INTO events (kind) VALUES ($1)", [1.into()]);
    db.execute(event).await?; //~ query_escapes_transaction
    txn.commit().await
}

// What it inserted is invisible to the other connection.
pub async fn bad_query(db: &DatabaseConnection) -> Result<bool, DbErr> {
    let txn = db.begin().await?;
    txn.execute(Statement::from_string(DbBackend::Postgres, "INSERT INTO orders DEFAULT VALUES")).await?;
    let found = db.query_one(Statement::from_string(DbBackend::Postgres, "SELECT id FROM orders")).await?; //~ query_escapes_transaction
    txn.commit().await?;
    Ok(found.is_some())
}

// All of it on the transaction.
pub async fn good_execute(db: &DatabaseConnection) -> Result<bool, DbErr> {
    let txn = db.begin().await?;
    txn.execute(Statement::from_string(DbBackend::Postgres, "INSERT INTO orders DEFAULT VALUES")).await?;
    let found = txn.query_one(Statement::from_string(DbBackend::Postgres, "SELECT id FROM orders")).await?;
    txn.commit().await?;
    Ok(found.is_some())
}
