//@ crate: sea-orm
//! Guards that don't borrow each other.
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};

const ADD: &str = "INSERT INTO rows (id) VALUES (1)";

// Releases the savepoint; all is rolled back in the end.
pub async fn bad_commit(db: &DatabaseConnection) -> Result<(), DbErr> {
    let outer = db.begin().await?;
    let inner = outer.begin().await?;
    inner.execute_unprepared(ADD).await?;
    outer.commit().await?; //~ outer_handle_in_nested_transaction
    inner.commit().await
}

async fn log(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    tx.execute_unprepared("INSERT INTO log (what) VALUES ('x')").await?;
    Ok(())
}

pub async fn bad_callee(db: &DatabaseConnection) -> Result<(), DbErr> {
    let outer = db.begin().await?;
    let inner = outer.begin().await?;
    inner.execute_unprepared(ADD).await?;
    log(&outer).await?; //~ outer_handle_in_nested_transaction
    inner.commit().await?;
    outer.commit().await
}

pub async fn bad_given(outer: &DatabaseTransaction) -> Result<(), DbErr> {
    let inner = outer.begin().await?;
    inner.execute_unprepared(ADD).await?;
    log(outer).await?; //~ outer_handle_in_nested_transaction
    inner.commit().await
}

pub async fn good_inner(db: &DatabaseConnection) -> Result<(), DbErr> {
    let outer = db.begin().await?;
    log(&outer).await?;
    let inner = outer.begin().await?;
    inner.execute_unprepared(ADD).await?;
    log(&inner).await?;
    inner.commit().await?;
    log(&outer).await?;
    outer.commit().await
}

pub async fn good_rolled_back(db: &DatabaseConnection) -> Result<(), DbErr> {
    let outer = db.begin().await?;
    let inner = outer.begin().await?;
    if inner.execute_unprepared(ADD).await.is_err() {
        inner.rollback().await?;
        log(&outer).await?;
        return outer.commit().await;
    }
    inner.commit().await?;
    outer.commit().await
}

pub async fn good_block(db: &DatabaseConnection) -> Result<(), DbErr> {
    let outer = db.begin().await?;
    {
        let inner = outer.begin().await?;
        inner.execute_unprepared(ADD).await?;
        inner.commit().await?;
    }
    log(&outer).await?;
    outer.commit().await
}

// Two connections.
pub async fn good_two(db: &DatabaseConnection, other: &DatabaseConnection) -> Result<(), DbErr> {
    let one = db.begin().await?;
    let two = other.begin().await?;
    log(&one).await?;
    log(&two).await?;
    one.commit().await?;
    two.commit().await
}
