//@ crate: sea-orm
//! sea-orm's types don't tell the database; the features of its drivers do.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};

pub async fn bad_told_by_feature(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    if tx.execute_unprepared("INSERT INTO tags (name) VALUES ('new')").await.is_err() {
        tx.execute_unprepared("UPDATE tags SET uses = uses + 1 WHERE name = 'new'").await?; //~ use_after_failed_statement
    }
    tx.commit().await
}

pub async fn good_upsert(db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    tx.execute_unprepared("INSERT INTO tags (name) VALUES ('new') ON CONFLICT (name) DO UPDATE SET uses = tags.uses + 1").await?;
    tx.commit().await
}
