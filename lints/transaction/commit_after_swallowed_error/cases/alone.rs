//@ crate: sqlx-postgres
//! The only write of a transaction on Postgres, and others.
use sqlx::{PgPool, Postgres, Transaction};

async fn audit(tx: &mut Transaction<'_, Postgres>) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO audit (what) VALUES ('x')").execute(&mut **tx).await?;
    Ok(())
}

// Nothing else is in the transaction: what fails alone is lost alone, and was looked at.
pub async fn good_logged_alone(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    if let Err(error) = audit(&mut tx).await {
        eprintln!("not audited: {error}");
    }
    tx.commit().await
}

pub async fn good_logged_alone_each(pool: &PgPool, names: &[String]) -> sqlx::Result<()> {
    for name in names {
        let mut tx = pool.begin().await?;
        if let Err(error) = sqlx::query("INSERT INTO names (name) VALUES ($1)").bind(name).execute(&mut *tx).await {
            eprintln!("{name}: {error}");
        }
        tx.commit().await?;
    }
    Ok(())
}

pub async fn bad_logged_before_another(pool: &PgPool, name: &str) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    let audited = audit(&mut tx).await; //~ commit_after_swallowed_error
    match audited {
        Ok(()) => {
            sqlx::query("INSERT INTO names (name) VALUES ($1)").bind(name).execute(&mut *tx).await?;
        }
        Err(error) => eprintln!("not audited: {error}"),
    }
    tx.commit().await
}

// Nobody hears of the commit either.
pub async fn good_best_effort(pool: &PgPool) {
    let Ok(mut tx) = pool.begin().await else { return };
    let _ = sqlx::query("INSERT INTO audit (what) VALUES ('x')").execute(&mut *tx).await;
    let _ = tx.commit().await;
}
