//@ crate: sea-orm
//! sea-orm's transaction.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

pub async fn bad_let(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    tx.execute_unprepared("DELETE FROM jobs WHERE done").await?;
    let _ = tx.commit().await; //~ commit_result_ignored
    Ok(())
}

pub async fn bad_never_awaited(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    tx.execute_unprepared("DELETE FROM jobs WHERE done").await?;
    let _ = tx.commit(); //~ commit_result_ignored
    Ok(())
}

// The runner's error is that of the statements, too.
pub async fn good_runner(db: &DatabaseConnection) {
    let _ = db
        .transaction::<_, (), DbErr>(|tx| {
            Box::pin(async move {
                tx.execute_unprepared("DELETE FROM jobs WHERE done").await?;
                Ok(())
            })
        })
        .await;
}
