//@ crate: sea-orm-sqlite
//! sea-orm with SQLite's driver alone.
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseConnection, Set, TransactionTrait};

mod page {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pages")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        pub views: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

// SQLite refuses it to the second of two that have read.
pub async fn bad_literal(db: &DatabaseConnection, id: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    let Some(model) = page::Entity::find().filter(page::Column::Id.eq(id)).one(&txn).await? else {
        return Ok(());
    };
    let active = page::ActiveModel { id: Set(model.id), views: Set(model.views * 2), ..Default::default() };
    active.update(&txn).await?; //~ lock_upgrade
    txn.commit().await
}
