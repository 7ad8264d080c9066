//@ crate: sea-orm
//! sea-query's statements, which sea-orm 2 runs as they are.
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

// The built delete commits by itself.
pub async fn bad_delete(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    txn.execute_unprepared("INSERT INTO orders DEFAULT VALUES").await?;
    let delete = Query::delete().from_table(Alias::new("drafts")).and_where(Expr::col(Alias::new("id")).gt(7)).to_owned();
    db.execute(&delete).await?; //~ query_escapes_transaction
    txn.commit().await
}

// On the transaction.
pub async fn good_delete(db: &DatabaseConnection) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    txn.execute_unprepared("INSERT INTO orders DEFAULT VALUES").await?;
    let delete = Query::delete().from_table(Alias::new("drafts")).and_where(Expr::col(Alias::new("id")).gt(7)).to_owned();
    txn.execute(&delete).await?;
    txn.commit().await
}
