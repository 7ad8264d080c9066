//@ crate: sea-orm-migration apart: builds a command-line tool of its own, for minutes
//! A migration runs once, by itself.
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::TransactionTrait;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m1"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tx = manager.get_connection().begin().await?;
        tx.execute_unprepared("UPDATE people SET name = 'x'").await?;
        let _ = reqwest::get("https://names.example").await; //~ slow_work_in_transaction?
        tx.commit().await
    }
}
