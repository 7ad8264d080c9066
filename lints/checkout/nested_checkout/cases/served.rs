//@ crate: axum-sqlx
//! What starts a server runs once, though the handlers in it don't.
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use sqlx::PgPool;
use tokio::net::TcpListener;

const IDS: &str = "SELECT id FROM tariffs";

#[tokio::main]
async fn main() -> sqlx::Result<()> {
    let pool = PgPool::connect("postgres://localhost/shop").await?;
    serve(pool).await
}

async fn serve(pool: PgPool) -> sqlx::Result<()> {
    migrate(&pool).await?;
    let count = |State(pool): State<PgPool>| async move {
        match counted(&pool).await {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    };
    let app = Router::new().route("/", get(count)).with_state(pool);
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app).await?;
    Ok(())
}

async fn migrate(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout?
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}

async fn counted(pool: &PgPool) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query(IDS).execute(pool).await?; //~ nested_checkout
    sqlx::query("UPDATE charges SET done = true").execute(&mut *tx).await?;
    tx.commit().await
}
