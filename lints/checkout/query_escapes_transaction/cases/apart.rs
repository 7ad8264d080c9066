//@ crate: sqlx-postgres
//! An object that has made a pool for itself, beside another pool.
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres, Transaction};

const TIP: &str = "SELECT max(height) FROM proofs";

#[derive(Clone)]
pub struct Database {
    pool: PgPool,
}

impl Database {
    pub async fn new(url: &str) -> sqlx::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(5).connect(url).await?;
        Ok(Self { pool })
    }

    pub async fn tip(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar(TIP).fetch_one(&self.pool).await
    }
}

pub struct Prover {
    db: Database,
}

impl Prover {
    pub async fn new(url: &str) -> sqlx::Result<Self> {
        if url.is_empty() {
            return Err(sqlx::Error::PoolClosed);
        }
        let db = Database::new(url).await?;
        db.tip().await?;
        Ok(Self { db })
    }

    pub async fn height(&self) -> sqlx::Result<i64> {
        self.db.tip().await
    }

    // Its own, as far as anybody knows.
    pub async fn bad_height_within(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<i64> {
        sqlx::query("INSERT INTO checks DEFAULT VALUES").execute(&mut **tx).await?;
        self.db.tip().await //~ query_escapes_transaction
    }
}

pub struct Verifier {
    db: Database,
    prover: Prover,
}

impl Verifier {
    pub async fn new(url: &str) -> sqlx::Result<Self> {
        let db = Database::new(url).await?;
        let prover = Prover::new(url).await?;
        Ok(Self { db, prover })
    }

    // The transaction is from the verifier's pool: the prover's waits for nobody here.
    pub async fn good_challenge(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<i64> {
        sqlx::query("INSERT INTO challenges DEFAULT VALUES").execute(&mut **tx).await?;
        self.prover.height().await
    }

    pub async fn bad_own(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<i64> {
        sqlx::query("INSERT INTO challenges DEFAULT VALUES").execute(&mut **tx).await?;
        self.db.tip().await //~ query_escapes_transaction
    }
}

pub struct Reader {
    db: Database,
}

impl Reader {
    pub fn new(db: Database) -> Self {
        Self { db }
    }
}

pub struct Service {
    db: Database,
    reader: Reader,
}

impl Service {
    pub async fn new(url: &str) -> sqlx::Result<Self> {
        let db = Database::new(url).await?;
        let reader = Reader::new(db.clone());
        Ok(Self { db, reader })
    }

    pub async fn own(&self) -> sqlx::Result<i64> {
        self.db.tip().await
    }

    // A clone of the service's.
    pub async fn bad_shared(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<i64> {
        sqlx::query("INSERT INTO challenges DEFAULT VALUES").execute(&mut **tx).await?;
        self.reader.db.tip().await //~ query_escapes_transaction
    }
}

pub struct App {
    prover: Prover,
    name: String,
}

impl App {
    pub async fn new(url: &str) -> sqlx::Result<Self> {
        let prover = Prover::new(url).await?;
        Ok(Self { prover, name: url.to_owned() })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    // The only pool that there is.
    pub async fn bad_only(&self, tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<i64> {
        sqlx::query("INSERT INTO challenges DEFAULT VALUES").execute(&mut **tx).await?;
        self.prover.height().await //~ query_escapes_transaction
    }
}
