//@ crate: rusqlite
//! rusqlite in r2d2: behaviours, and a runner of the workspace.
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, Transaction, TransactionBehavior};

type DbPool = Pool<SqliteConnectionManager>;

const READ: &str = "SELECT stock FROM items WHERE id = 1";
const WRITE: &str = "UPDATE items SET stock = 0 WHERE id = 1";

pub fn bad_default(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    let tx = conn.transaction()?;
    let stock: i64 = tx.query_row(READ, [], |row| row.get(0))?;
    if stock > 0 {
        tx.execute(WRITE, [])?; //~ lock_upgrade
    }
    Ok(tx.commit()?)
}

pub fn good_immediate(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stock: i64 = tx.query_row(READ, [], |row| row.get(0))?;
    if stock > 0 {
        tx.execute(WRITE, [])?;
    }
    Ok(tx.commit()?)
}

// The connection is told how to begin.
pub fn good_told(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    conn.set_transaction_behavior(TransactionBehavior::Immediate);
    let tx = conn.transaction()?;
    let stock: i64 = tx.query_row(READ, [], |row| row.get(0))?;
    if stock > 0 {
        tx.execute(WRITE, [])?;
    }
    Ok(tx.commit()?)
}

/// Runs closures in transactions.
pub struct Store {
    pool: DbPool,
}

impl Store {
    fn in_transaction<T>(&self, run: impl FnOnce(&Transaction<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut conn = self.pool.get()?;
        let tx = conn.transaction()?;
        let done = run(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    fn in_immediate<T>(&self, run: impl FnOnce(&Transaction<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut conn = self.pool.get()?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = run(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    pub fn bad_runner(&self) -> anyhow::Result<()> {
        self.in_transaction(|tx| {
            tx.query_row(READ, [], |row| row.get::<_, i64>(0))?;
            tx.execute(WRITE, [])?; //~ lock_upgrade
            Ok(())
        })
    }

    pub fn good_runner(&self) -> anyhow::Result<()> {
        self.in_immediate(|tx| {
            tx.query_row(READ, [], |row| row.get::<_, i64>(0))?;
            tx.execute(WRITE, [])?;
            Ok(())
        })
    }

    pub fn good_runner_writes_first(&self) -> anyhow::Result<()> {
        self.in_transaction(|tx| {
            tx.execute(WRITE, [])?;
            tx.query_row(READ, [], |row| row.get::<_, i64>(0))?;
            Ok(())
        })
    }
}

// A connection of the program's own.
pub fn good_own(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    tx.query_row(READ, [], |row| row.get::<_, i64>(0))?;
    tx.execute(WRITE, [])?;
    tx.commit()
}

// The one that read is over.
pub fn good_two_in_turn(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    let stock: i64 = {
        let tx = conn.transaction()?;
        tx.query_row(READ, [], |row| row.get(0))?
    };
    if stock > 0 {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute(WRITE, [])?;
        tx.commit()?;
    }
    Ok(())
}

/// A transaction of the workspace's own.
pub struct Wrapped<'a>(Transaction<'a>);

impl Wrapped<'_> {
    pub fn begin(conn: &mut Connection, behavior: TransactionBehavior) -> anyhow::Result<Wrapped<'_>> {
        Ok(Wrapped(conn.transaction_with_behavior(behavior)?))
    }

    pub fn read(&self) -> anyhow::Result<i64> {
        Ok(self.0.query_row(READ, [], |row| row.get(0))?)
    }

    pub fn write(&self) -> anyhow::Result<usize> {
        Ok(self.0.execute(WRITE, [])?)
    }
}

pub fn good_dropped(pool: &DbPool) -> anyhow::Result<()> {
    let mut conn = pool.get()?;
    let reader = Wrapped::begin(&mut conn, TransactionBehavior::Deferred)?;
    let stock = reader.read()?;
    drop(reader);
    let writer = Wrapped::begin(&mut conn, TransactionBehavior::Immediate)?;
    if stock > 0 {
        writer.write()?;
    }
    Ok(writer.0.commit()?)
}

/// The database is one connection's.
pub const POOL_SIZE: u32 = 1;

/// Filled by two constructors, from one helper.
pub struct Guarded {
    conn_pool: DbPool,
}

impl Guarded {
    pub fn create(path: &str) -> anyhow::Result<Self> {
        let conn_pool = Self::open_pool(path)?;
        let mut conn = conn_pool.get()?;
        let tx = conn.transaction()?;
        Self::prepare(&tx)?;
        tx.commit()?;
        Ok(Self { conn_pool })
    }

    pub fn open(path: &str) -> anyhow::Result<Self> {
        let conn_pool = Self::open_pool(path)?;
        let guarded = Self { conn_pool };
        guarded.run(Self::prepare)?;
        Ok(guarded)
    }

    fn prepare(tx: &Transaction<'_>) -> anyhow::Result<()> {
        tx.execute(WRITE, [])?;
        Ok(())
    }

    fn open_pool(path: &str) -> anyhow::Result<DbPool> {
        let manager = SqliteConnectionManager::file(path);
        let conn_pool = Pool::builder()
            .max_size(POOL_SIZE)
            .build(manager)
            .map_err(|error| anyhow::anyhow!("not opened: {error}"))?;
        Ok(conn_pool)
    }

    pub fn run<T>(&self, run: impl FnOnce(&Transaction<'_>) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut conn = self.conn_pool.get()?;
        let tx = conn.transaction()?;
        let done = run(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    pub fn good_checked_out(&self) -> anyhow::Result<()> {
        let mut conn = self.conn_pool.get()?;
        let tx = conn.transaction()?;
        tx.query_row(READ, [], |row| row.get::<_, i64>(0))?;
        tx.execute(WRITE, [])?;
        Ok(tx.commit()?)
    }

    pub fn good_closure(&self) -> anyhow::Result<()> {
        self.run(|tx| {
            tx.query_row(READ, [], |row| row.get::<_, i64>(0))?;
            tx.execute(WRITE, [])?;
            Ok(())
        })
    }

    pub fn good_gives(&self) -> anyhow::Result<()> {
        let mut conn = self.conn_pool.get()?;
        let tx = conn.transaction()?;
        self.good_given(&tx)?;
        Ok(tx.commit()?)
    }

    pub fn good_gives_in_closure(&self) -> anyhow::Result<()> {
        self.run(|tx| self.good_given(tx))
    }

    fn good_given(&self, tx: &Transaction<'_>) -> anyhow::Result<()> {
        tx.query_row(READ, [], |row| row.get::<_, i64>(0))?;
        tx.execute(WRITE, [])?;
        Ok(())
    }
}
