//@ crate: sea-orm
//! sea-orm: `lock_exclusive()` on the pool, or on a transaction.
use sea_orm::entity::prelude::*;
use sea_orm::{DbErr, QuerySelect, TransactionTrait};

pub mod seat {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seats")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub taken: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub async fn bad_pool(db: &DatabaseConnection, id: i64) -> Result<Option<seat::Model>, DbErr> {
    seat::Entity::find_by_id(id).lock_exclusive().one(db).await //~ lock_without_transaction
}

async fn find<C: ConnectionTrait>(db: &C, id: i64) -> Result<Option<seat::Model>, DbErr> {
    seat::Entity::find_by_id(id).lock_exclusive().one(db).await
}

pub async fn bad_given(db: &DatabaseConnection, id: i64) -> Result<Option<seat::Model>, DbErr> {
    find(db, id).await //~ lock_without_transaction
}

pub async fn good_transaction(db: &DatabaseConnection, id: i64) -> Result<Option<seat::Model>, DbErr> {
    let txn = db.begin().await?;
    let seat = find(&txn, id).await?;
    txn.commit().await?;
    Ok(seat)
}

pub async fn good_unknown<C: ConnectionTrait>(db: &C, id: i64) -> Result<Option<seat::Model>, DbErr> {
    find(db, id).await
}
