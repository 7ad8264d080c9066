//@ crate: sqlx-postgres
//! A store generic over its backend: what a call through a trait hands back is held only where each implementation hands out a connection.
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

pub struct Cloned(PgPool);
pub struct Taken(PoolConnection<Postgres>);

#[allow(async_fn_in_trait)]
pub trait Session {
    async fn touch(&mut self) -> sqlx::Result<()>;
}

impl Session for Cloned {
    async fn touch(&mut self) -> sqlx::Result<()> {
        sqlx::query("SELECT id FROM tariffs").execute(&self.0).await?;
        Ok(())
    }
}

impl Session for Taken {
    async fn touch(&mut self) -> sqlx::Result<()> {
        sqlx::query("SELECT id FROM tariffs").execute(&mut *self.0).await?;
        Ok(())
    }
}

#[allow(async_fn_in_trait)]
pub trait Sessions<S: Session> {
    async fn session(&self) -> sqlx::Result<S>;
}

pub struct Clones(PgPool);
pub struct Takes(PgPool);

impl Sessions<Cloned> for Clones {
    async fn session(&self) -> sqlx::Result<Cloned> {
        Ok(Cloned(self.0.clone()))
    }
}

impl Sessions<Taken> for Takes {
    async fn session(&self) -> sqlx::Result<Taken> {
        Ok(Taken(self.0.acquire().await?))
    }
}

pub struct Store<F> {
    sessions: F,
}

impl<F> Store<F> {
    // One implementation clones the pool and holds nothing, the other uses what it holds.
    pub async fn good_of_either<S: Session>(&self) -> sqlx::Result<()>
    where
        F: Sessions<S>,
    {
        let mut session = self.sessions.session().await?;
        session.touch().await
    }
}

// The one that is known holds a connection.
pub async fn bad_of_known(takes: &Takes) -> sqlx::Result<()> {
    let mut session = takes.session().await?;
    sqlx::query("SELECT id FROM tariffs").execute(&takes.0).await?; //~ nested_checkout
    session.touch().await
}

#[allow(async_fn_in_trait)]
pub trait Connections {
    async fn connection(&self) -> sqlx::Result<PoolConnection<Postgres>>;
}

impl Connections for Clones {
    async fn connection(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        self.0.acquire().await
    }
}

impl Connections for Takes {
    async fn connection(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        match self.0.try_acquire() {
            Some(conn) => Ok(conn),
            None => self.0.acquire().await,
        }
    }
}

pub struct Unused;

impl Connections for Unused {
    async fn connection(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        unimplemented!()
    }
}

// All that ever return hand out a connection.
pub async fn bad_of_all<C: Connections>(pools: &C) -> sqlx::Result<()> {
    let mut first = pools.connection().await?;
    let mut second = pools.connection().await?; //~ nested_checkout
    sqlx::query("SELECT id FROM tariffs").execute(&mut *first).await?;
    sqlx::query("SELECT id FROM tariffs").execute(&mut *second).await?;
    Ok(())
}
