//@ crate: sea-orm
//! Guards and runners of sea-orm.
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};

async fn add<C: ConnectionTrait>(conn: &C) -> Result<(), DbErr> {
    conn.execute_unprepared("INSERT INTO audit (what) VALUES ('x')").await?;
    Ok(())
}

pub async fn bad_forgotten(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?; //~ transaction_never_committed
    add(&tx).await?;
    Ok(())
}

pub async fn good_committed(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    add(&tx).await?;
    tx.commit().await
}

// The runner commits.
pub async fn good_runner(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.transaction::<_, (), DbErr>(|tx| Box::pin(async move { add(tx).await }))
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))
}

pub async fn good_handed_out(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let tx = db.begin().await?;
    add(&tx).await?;
    Ok(tx)
}
