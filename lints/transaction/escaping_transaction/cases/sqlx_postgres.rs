//@ crate: sqlx-postgres
use sqlx::{Connection, PgConnection, PgPool, Postgres, Transaction};

type Tx = Transaction<'static, Postgres>;

const ORDER: &str = "INSERT INTO orders (item) VALUES ($1)";

async fn finish(mut tx: Tx, item: i64) -> sqlx::Result<()> {
    sqlx::query(ORDER).bind(item).execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn bad_function(pool: &PgPool, item: i64) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    tokio::spawn(finish(tx, item)); //~ escaping_transaction
    Ok(())
}

pub async fn bad_handle_dropped(pool: &PgPool, item: i64) -> sqlx::Result<()> {
    let tx = pool.begin().await?;
    let _task = tokio::spawn(async move { finish(tx, item).await }); //~ escaping_transaction
    Ok(())
}

pub struct Draft {
    held_open: Tx,
    item: i64,
}

impl Draft {
    pub async fn bad_new(pool: &PgPool, item: i64) -> sqlx::Result<Self> {
        let tx = pool.begin().await?;
        Ok(Self { held_open: tx, item }) //~ escaping_transaction
    }

    pub async fn add(&mut self) -> sqlx::Result<()> {
        sqlx::query(ORDER).bind(self.item).execute(&mut *self.held_open).await?;
        Ok(())
    }
}

#[derive(Default)]
pub struct Session {
    left_open: Option<Tx>,
}

impl Session {
    pub async fn bad_assigned(&mut self, pool: &PgPool) -> sqlx::Result<()> {
        let tx = pool.begin().await?;
        self.left_open = Some(tx); //~ escaping_transaction
        Ok(())
    }

    pub fn is_open(&self) -> bool {
        self.left_open.is_some()
    }
}

pub struct UnitOfWork {
    work: Option<Tx>,
}

impl UnitOfWork {
    pub async fn good_new(pool: &PgPool) -> sqlx::Result<Self> {
        let tx = pool.begin().await?;
        Ok(Self { work: Some(tx) })
    }

    pub async fn commit(mut self) -> sqlx::Result<()> {
        match self.work.take() {
            Some(tx) => tx.commit().await,
            None => Ok(()),
        }
    }
}

pub struct Handed {
    inner_tx: Tx,
}

impl Handed {
    pub async fn good_new(pool: &PgPool) -> sqlx::Result<Self> {
        let inner_tx = pool.begin().await?;
        Ok(Self { inner_tx })
    }

    pub fn into_inner(self) -> Tx {
        self.inner_tx
    }
}

pub struct View<'a> {
    viewed: &'a mut Tx,
}

pub async fn good_reference(pool: &PgPool, item: i64) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let view = View { viewed: &mut tx };
    sqlx::query(ORDER).bind(item).execute(&mut **view.viewed).await?;
    tx.commit().await
}

pub async fn good_awaited(pool: &PgPool, item: i64) -> anyhow::Result<()> {
    let tx = pool.begin().await?;
    tokio::spawn(finish(tx, item)).await??;
    Ok(())
}

pub async fn good_handle_used(pool: &PgPool, item: i64) -> anyhow::Result<()> {
    let tx = pool.begin().await?;
    let task = tokio::spawn(async move { finish(tx, item).await });
    task.await??;
    Ok(())
}

pub async fn good_begun_in_the_task(pool: PgPool, item: i64) {
    tokio::spawn(async move {
        let tx = pool.begin().await?;
        finish(tx, item).await
    });
}

#[derive(Default)]
pub struct Report {
    rows_done: u64,
}

/// What a runner's closure gives back isn't its transaction.
pub async fn good_count_of_a_runner(conn: &mut PgConnection, report: &mut Report, item: i64) -> sqlx::Result<()> {
    let done = conn
        .transaction(|tx| {
            Box::pin(async move {
                let done = sqlx::query(ORDER).bind(item).execute(&mut **tx).await?;
                Ok::<u64, sqlx::Error>(done.rows_affected())
            })
        })
        .await?;
    report.rows_done = done;
    Ok(())
}

/// Nobody commits what is kept here, but a field of this name is committed elsewhere.
pub struct Namesake {
    work: Tx,
}

pub async fn limit_namesake(pool: &PgPool) -> sqlx::Result<Namesake> {
    let tx = pool.begin().await?;
    Ok(Namesake { work: tx })
}
