//@ crate: sea-orm
//! sea-orm: `DatabaseConnection` is a pool, `DatabaseTransaction` the transaction; both are `ConnectionTrait`.
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DbErr, TransactionTrait};

pub mod order {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub customer: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub customer: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn new_order(customer: i64) -> order::ActiveModel {
    order::ActiveModel { customer: Set(customer), ..Default::default() }
}

fn new_event(customer: i64) -> event::ActiveModel {
    event::ActiveModel { customer: Set(customer), ..Default::default() }
}

// An active model inserted through the pool.
pub async fn bad_insert(db: &DatabaseConnection, customer: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    new_order(customer).insert(&txn).await?;
    new_event(customer).insert(db).await?; //~ query_escapes_transaction
    txn.commit().await
}

// A builder's terminal method is given the pool.
pub async fn bad_update_many(db: &DatabaseConnection, customer: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    new_order(customer).insert(&txn).await?;
    event::Entity::update_many()
        .col_expr(event::Column::Customer, Expr::value(customer))
        .filter(event::Column::Customer.is_null())
        .exec(db) //~ query_escapes_transaction
        .await?;
    txn.commit().await
}

// A read of the table that the transaction wrote.
pub async fn bad_read_back(db: &DatabaseConnection, customer: i64) -> Result<u64, DbErr> {
    let txn = db.begin().await?;
    new_order(customer).insert(&txn).await?;
    let count = order::Entity::find().filter(order::Column::Customer.eq(customer)).count(db).await?; //~ nested_checkout
    txn.commit().await?;
    Ok(count)
}

// Inside a transaction closure the outer handle is still the pool.
pub async fn bad_closure(db: &DatabaseConnection, customer: i64) -> anyhow::Result<()> {
    let outer = db.clone();
    db.transaction::<_, (), DbErr>(move |txn| {
        Box::pin(async move {
            new_order(customer).insert(txn).await?;
            new_event(customer).insert(&outer).await?; //~ query_escapes_transaction
            Ok(())
        })
    })
    .await?;
    Ok(())
}

async fn record(db: &impl ConnectionTrait, customer: i64) -> Result<(), DbErr> {
    new_event(customer).insert(db).await?;
    Ok(())
}

// A generic connection that is given the pool.
pub async fn bad_generic(db: &DatabaseConnection, customer: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    new_order(customer).insert(&txn).await?;
    record(db, customer).await?; //~ query_escapes_transaction
    txn.commit().await
}

// All of it on the transaction.
pub async fn good_generic(db: &DatabaseConnection, customer: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    new_order(customer).insert(&txn).await?;
    record(&txn, customer).await?;
    order::Entity::find().filter(order::Column::Customer.eq(customer)).count(&txn).await?;
    txn.commit().await
}

// The closure's parameter has the pool's name.
pub async fn good_closure(db: &DatabaseConnection, customer: i64) -> anyhow::Result<()> {
    db.transaction::<_, (), DbErr>(move |db| {
        Box::pin(async move {
            new_order(customer).insert(db).await?;
            record(db, customer).await
        })
    })
    .await?;
    record(db, customer).await?;
    Ok(())
}

// Asking the pool what it talks to is no statement.
pub async fn good_backend(db: &DatabaseConnection, customer: i64) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    let sql = match db.get_database_backend() {
        sea_orm::DbBackend::MySql => "INSERT INTO events (customer) VALUES (?)",
        _ => "INSERT INTO events (customer) VALUES ($1)",
    };
    let statement = sea_orm::Statement::from_sql_and_values(txn.get_database_backend(), sql, [customer.into()]);
    txn.execute_raw(statement).await?;
    txn.commit().await
}
