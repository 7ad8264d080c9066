//@ crate: deadpool-postgres
//! clorinde and cornucopia: what they generate is a crate of the workspace, and runs on whatever client it is bound to.
use deadpool_postgres::Pool;

use client::GenericClient;
use queries::{add_order, count_orders, list_customers};

mod client {
    use std::future::Future;

    use tokio_postgres::types::ToSql;
    use tokio_postgres::{Client, Error, Row, Statement, ToStatement, Transaction};

    pub trait GenericClient: Send + Sync {
        fn stmt_cache() -> bool {
            false
        }
        fn prepare(&self, query: &str) -> impl Future<Output = Result<Statement, Error>> + Send;
        fn execute<T>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> impl Future<Output = Result<u64, Error>> + Send
        where
            T: ?Sized + ToStatement + Sync + Send;
        fn query<T>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> impl Future<Output = Result<Vec<Row>, Error>> + Send
        where
            T: ?Sized + ToStatement + Sync + Send;
    }

    impl GenericClient for deadpool_postgres::Client {
        fn stmt_cache() -> bool {
            true
        }
        async fn prepare(&self, query: &str) -> Result<Statement, Error> {
            deadpool_postgres::ClientWrapper::prepare_cached(self, query).await
        }
        async fn execute<T: ?Sized + ToStatement + Sync + Send>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<u64, Error> {
            Client::execute(self, query, params).await
        }
        async fn query<T: ?Sized + ToStatement + Sync + Send>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
            Client::query(self, query, params).await
        }
    }

    impl GenericClient for deadpool_postgres::Transaction<'_> {
        async fn prepare(&self, query: &str) -> Result<Statement, Error> {
            deadpool_postgres::Transaction::prepare_cached(self, query).await
        }
        async fn execute<T: ?Sized + ToStatement + Sync + Send>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<u64, Error> {
            Transaction::execute(self, query, params).await
        }
        async fn query<T: ?Sized + ToStatement + Sync + Send>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
            Transaction::query(self, query, params).await
        }
    }

    /// A struct's fields as the values that a statement is bound to.
    pub trait Params<'c, 'a, 's, P, O, C> {
        fn params(&'s self, client: &'c C, params: &'a P) -> O;
    }

    pub async fn rows<C: GenericClient>(client: &C, query: &str, params: &[&(dyn ToSql + Sync)], cached: Option<&Statement>) -> Result<Vec<Row>, Error> {
        if let Some(cached) = cached {
            client.query(cached, params).await
        } else if C::stmt_cache() {
            let cached = client.prepare(query).await?;
            client.query(&cached, params).await
        } else {
            client.query(query, params).await
        }
    }
}

mod queries {
    use tokio_postgres::types::ToSql;
    use tokio_postgres::{Error, Row, Statement};

    use super::client::{GenericClient, Params, rows};

    pub struct I64Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
        client: &'c C,
        params: [&'a (dyn ToSql + Sync); N],
        query: &'static str,
        cached: Option<&'s Statement>,
        extractor: fn(&Row) -> Result<i64, Error>,
        mapper: fn(i64) -> T,
    }

    impl<'c, 'a, 's, C: GenericClient, T, const N: usize> I64Query<'c, 'a, 's, C, T, N> {
        pub fn map<R>(self, mapper: fn(i64) -> R) -> I64Query<'c, 'a, 's, C, R, N> {
            I64Query {
                client: self.client,
                params: self.params,
                query: self.query,
                cached: self.cached,
                extractor: self.extractor,
                mapper,
            }
        }
        pub async fn all(self) -> Result<Vec<T>, Error> {
            let found = rows(self.client, self.query, &self.params, self.cached).await?;
            let extracted = found.iter().map(|row| (self.extractor)(row).map(self.mapper));
            extracted.collect()
        }
    }

    pub struct AddOrderStmt(&'static str, Option<Statement>);

    pub fn add_order() -> AddOrderStmt {
        AddOrderStmt("INSERT INTO orders (item) VALUES ($1)", None)
    }

    impl AddOrderStmt {
        pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, Error> {
            self.1 = Some(client.prepare(self.0).await?);
            Ok(self)
        }
        pub async fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C, item: &'a i64) -> Result<u64, Error> {
            client.execute(self.0, &[item]).await
        }
    }

    pub struct CountOrdersParams {
        pub item: i64,
    }

    pub struct CountOrdersStmt(&'static str, Option<Statement>);

    pub fn count_orders() -> CountOrdersStmt {
        CountOrdersStmt("SELECT count(*) FROM orders WHERE item = $1", None)
    }

    impl CountOrdersStmt {
        pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C, item: &'a i64) -> I64Query<'c, 'a, 's, C, i64, 1> {
            I64Query {
                client,
                params: [item],
                query: self.0,
                cached: self.1.as_ref(),
                extractor: |row| row.try_get(0),
                mapper: |it| it,
            }
        }
    }

    impl<'c, 'a, 's, C: GenericClient> Params<'c, 'a, 's, CountOrdersParams, I64Query<'c, 'a, 's, C, i64, 1>, C> for CountOrdersStmt {
        fn params(&'s self, client: &'c C, params: &'a CountOrdersParams) -> I64Query<'c, 'a, 's, C, i64, 1> {
            self.bind(client, &params.item)
        }
    }

    pub struct ListCustomersStmt(&'static str, Option<Statement>);

    pub fn list_customers() -> ListCustomersStmt {
        ListCustomersStmt("SELECT id FROM customers", None)
    }

    impl ListCustomersStmt {
        pub fn bind<'c, 's, C: GenericClient>(&'s self, client: &'c C) -> I64Query<'c, 'static, 's, C, i64, 0> {
            I64Query {
                client,
                params: [],
                query: self.0,
                cached: self.1.as_ref(),
                extractor: |row| row.try_get(0),
                mapper: |it| it,
            }
        }
    }
}

async fn note(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    add_order().bind(&conn, &0).await?;
    Ok(())
}

async fn note_prepared(pool: &Pool) -> anyhow::Result<()> {
    let conn = pool.get().await?;
    let statement = add_order().prepare(&conn).await?;
    statement.bind(&conn, &0).await?;
    Ok(())
}

async fn counted(pool: &Pool, item: i64) -> anyhow::Result<Vec<String>> {
    let conn = pool.get().await?;
    Ok(count_orders().bind(&conn, &item).map(|count| count.to_string()).all().await?)
}

async fn counted_by_struct(pool: &Pool, item: i64) -> anyhow::Result<Vec<i64>> {
    use client::Params;

    let conn = pool.get().await?;
    Ok(count_orders().params(&conn, &queries::CountOrdersParams { item }).all().await?)
}

async fn counted_on<C: GenericClient>(client: &C, item: i64) -> anyhow::Result<Vec<i64>> {
    Ok(count_orders().bind(client, &item).all().await?)
}

async fn customers(pool: &Pool) -> anyhow::Result<Vec<i64>> {
    let conn = pool.get().await?;
    Ok(list_customers().bind(&conn).all().await?)
}

pub async fn bad_bound_to_another(pool: &Pool) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    let tx = conn.transaction().await?;
    add_order().bind(&tx, &1).await?;
    note(pool).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(())
}

pub async fn bad_prepared_on_another(pool: &Pool) -> anyhow::Result<()> {
    let mut conn = pool.get().await?;
    let tx = conn.transaction().await?;
    add_order().bind(&tx, &1).await?;
    note_prepared(pool).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(())
}

// The second connection doesn't see what the first has written.
pub async fn bad_read_on_another(pool: &Pool) -> anyhow::Result<usize> {
    let mut conn = pool.get().await?;
    let tx = conn.transaction().await?;
    add_order().bind(&tx, &1).await?;
    let count = counted(pool, 1).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(count.len())
}

pub async fn bad_read_by_struct(pool: &Pool) -> anyhow::Result<usize> {
    let mut conn = pool.get().await?;
    let tx = conn.transaction().await?;
    add_order().bind(&tx, &1).await?;
    let count = counted_by_struct(pool, 1).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(count.len())
}

// What it reads isn't the transaction's: all that is wrong are two connections.
pub async fn bad_other_table(pool: &Pool) -> anyhow::Result<usize> {
    let mut conn = pool.get().await?;
    let tx = conn.transaction().await?;
    add_order().bind(&tx, &1).await?;
    let all = customers(pool).await?; //~ nested_checkout
    tx.commit().await?;
    Ok(all.len())
}

// A query that only borrows the transaction doesn't end it.
pub async fn bad_after_a_query(pool: &Pool) -> anyhow::Result<usize> {
    let mut conn = pool.get().await?;
    let tx = conn.transaction().await?;
    add_order().bind(&tx, &1).await?;
    let statement = list_customers();
    let query = statement.bind(&tx);
    let all = query.all().await?;
    note(pool).await?; //~ query_escapes_transaction
    tx.commit().await?;
    Ok(all.len())
}

pub async fn good_bound_to_transaction(pool: &Pool) -> anyhow::Result<usize> {
    let mut conn = pool.get().await?;
    let tx = conn.transaction().await?;
    add_order().bind(&tx, &1).await?;
    let prepared = add_order().prepare(&tx).await?;
    prepared.bind(&tx, &2).await?;
    let count = counted_on(&tx, 1).await?;
    tx.commit().await?;
    Ok(count.len())
}

pub async fn good_after_the_end(pool: &Pool) -> anyhow::Result<usize> {
    {
        let mut conn = pool.get().await?;
        let tx = conn.transaction().await?;
        add_order().bind(&tx, &1).await?;
        tx.commit().await?;
    }
    note(pool).await?;
    Ok(counted(pool, 1).await?.len())
}
