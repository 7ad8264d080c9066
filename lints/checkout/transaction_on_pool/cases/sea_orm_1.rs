//@ crate: sea-orm-1
//! sea-orm 1: a `Statement` of transaction control.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

fn statement(sql: &'static str) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql)
}

// Each takes a connection of its own.
pub async fn bad_statement(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.execute(Statement::from_string(DbBackend::Postgres, "BEGIN")).await?; //~ transaction_on_pool
    db.execute(statement("INSERT INTO notes (text) VALUES ('x')")).await?;
    db.execute(Statement::from_string(DbBackend::Postgres, "COMMIT")).await?;
    Ok(())
}

// The client's own transaction.
pub async fn good_begin(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    txn.execute(statement("INSERT INTO notes (text) VALUES ('x')")).await?;
    txn.commit().await
}
