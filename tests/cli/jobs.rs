//! What a queue of jobs runs: it delivers a job again that has failed.

use crate::scratch::Scratch;

const MANIFEST: &str = "[package]
name = \"app\"
version = \"0.1.0\"
edition = \"2024\"
[dependencies]
sqlx = { version = \"0.8\", features = [\"postgres\"] }
sqlxmq = \"0.5\"
";

/// Whether a serializable transaction is told that a function leads to.
fn is_told(attribute: &str) -> bool {
    let code = format!(
        "use sqlx::PgPool;

{attribute}
pub async fn settle(pool: PgPool) -> sqlx::Result<()> {{
    book(&pool).await
}}

async fn book(pool: &PgPool) -> sqlx::Result<()> {{
    let mut tx = pool.begin().await?;
    sqlx::query(\"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE\").execute(&mut *tx).await?;
    sqlx::query(\"UPDATE accounts SET settled = TRUE WHERE id = 1\").execute(&mut *tx).await?;
    tx.commit().await
}}
"
    );
    let scratch = Scratch::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", &code)]);
    let said = scratch.run(&["--format", "short", "--only", "serializable_without_retry"]);
    said.out.contains("serializable_without_retry")
}

#[test]
fn a_job_that_fails_is_run_again() {
    assert!(!is_told("#[sqlxmq::job]"));
    assert!(is_told("#[tracing::instrument]"));
}
