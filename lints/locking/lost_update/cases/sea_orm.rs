//@ crate: sea-orm
//! sea-orm: a model read, turned into an active one, and updated.
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseConnection, ExprTrait, IntoActiveModel, QuerySelect, Set, TransactionTrait};

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

pub async fn bad_set(db: &DatabaseConnection, id: i64) -> Result<(), DbErr> {
    let found = page::Entity::find_by_id(id).one(db).await?;
    if let Some(model) = found {
        let views = model.views;
        let mut active: page::ActiveModel = model.into();
        active.views = Set(views + 1);
        active.update(db).await?; //~ lost_update?
    }
    Ok(())
}

// In a transaction: on Postgres both read, and both write.
pub async fn bad_literal(db: &DatabaseConnection, id: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    let Some(model) = page::Entity::find().filter(page::Column::Id.eq(id)).one(&txn).await? else {
        return Ok(());
    };
    let active = page::ActiveModel { id: Set(model.id), views: Set(model.views * 2), ..Default::default() };
    active.update(&txn).await?; //~ lost_update
    txn.commit().await
}

pub async fn good_locked(db: &DatabaseConnection, id: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    if let Some(model) = page::Entity::find_by_id(id).lock_exclusive().one(&txn).await? {
        let views = model.views;
        let mut active = model.into_active_model();
        active.views = Set(views + 1);
        active.update(&txn).await?;
    }
    txn.commit().await
}

pub async fn good_from_request(db: &DatabaseConnection, id: i64, title: String) -> Result<(), DbErr> {
    if let Some(model) = page::Entity::find_by_id(id).one(db).await? {
        let mut active = model.into_active_model();
        active.title = Set(title);
        active.update(db).await?;
    }
    Ok(())
}

pub async fn good_in_the_statement(db: &DatabaseConnection, id: i64) -> Result<(), DbErr> {
    page::Entity::update_many()
        .col_expr(page::Column::Views, Expr::col(page::Column::Views).add(1))
        .filter(page::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
