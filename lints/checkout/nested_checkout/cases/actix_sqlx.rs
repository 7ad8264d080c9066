//@ crate: actix-sqlx
//! actix-web: the pool out of `web::Data`, dereferenced twice.
use actix_web::error::ErrorInternalServerError;
use actix_web::{HttpResponse, Result, post, web};
use sqlx::{PgPool, Row};

async fn may_pay(pool: &PgPool, customer: i64) -> sqlx::Result<bool> {
    let row = sqlx::query("SELECT blocked FROM customers WHERE id = $1").bind(customer).fetch_one(pool).await?;
    Ok(!row.get::<bool, _>(0))
}

// A check through the pool behind the begin.
#[post("/payments/{customer}")]
pub async fn bad_pay(pool: web::Data<PgPool>, customer: web::Path<i64>) -> Result<HttpResponse> {
    let mut tx = pool.begin().await.map_err(ErrorInternalServerError)?;
    if !may_pay(&pool, *customer).await.map_err(ErrorInternalServerError)? { //~ nested_checkout
        return Ok(HttpResponse::Forbidden().finish());
    }
    let tariff = sqlx::query("SELECT rate FROM tariffs")
        .fetch_one(&**pool) //~ nested_checkout
        .await
        .map_err(ErrorInternalServerError)?;
    sqlx::query("INSERT INTO payments (customer, rate) VALUES ($1, $2)")
        .bind(*customer)
        .bind(tariff.get::<i64, _>(0))
        .execute(&mut *tx)
        .await
        .map_err(ErrorInternalServerError)?;
    tx.commit().await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Created().finish())
}

// The check before the begin.
#[post("/invoices/{customer}")]
pub async fn good_invoice(pool: web::Data<PgPool>, customer: web::Path<i64>) -> Result<HttpResponse> {
    if !may_pay(pool.get_ref(), *customer).await.map_err(ErrorInternalServerError)? {
        return Ok(HttpResponse::Forbidden().finish());
    }
    let mut tx = pool.begin().await.map_err(ErrorInternalServerError)?;
    sqlx::query("INSERT INTO payments (customer) VALUES ($1)")
        .bind(*customer)
        .execute(&mut *tx)
        .await
        .map_err(ErrorInternalServerError)?;
    tx.commit().await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Created().finish())
}
