//@ crate: sea-orm
//! sea-orm: models name the module of their table.
use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseConnection, Set, TransactionTrait};

mod site {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sites")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod page {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pages")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub site: i64,
        pub views: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

// Rows of one table, in hash order.
pub async fn bad_models(db: &DatabaseConnection, views: HashMap<i64, page::Model>) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    for (views, found) in views {
        let mut page = page::ActiveModel::from(found);
        page.views = Set(views);
        page.update(&txn).await?; //~ unordered_row_locks?
    }
    txn.commit().await
}

// The site is another table, and they are all of it.
pub async fn good_parent_model(db: &DatabaseConnection, found: site::Model, pages: HashMap<i64, page::Model>) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    let mut site = site::ActiveModel::from(found);
    site.version = Set(1);
    let site = site.update(&txn).await?;
    for (views, found) in pages {
        let mut page = page::ActiveModel::from(found);
        page.views = Set(views);
        page.site = Set(site.id);
        page.update(&txn).await?;
    }
    txn.commit().await
}
