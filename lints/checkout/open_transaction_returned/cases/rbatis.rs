//@ crate: rbatis
//! rbatis: a transaction that is dropped goes back to the pool as it is.
use rbatis::RBatis;
use rbatis::executor::Executor;

const PAY: &str = "UPDATE accounts SET balance = balance - 1 WHERE id = 1";

pub async fn bad_question_leaves_it_open(rb: &RBatis) -> rbatis::Result<()> {
    let tx = rb.acquire_begin().await?;
    tx.exec(PAY, vec![]).await?; //~ open_transaction_returned
    tx.commit().await?;
    Ok(())
}

pub async fn good_rolled_back(rb: &RBatis) -> rbatis::Result<()> {
    let tx = rb.acquire_begin().await?;
    match tx.exec(PAY, vec![]).await {
        Ok(_) => tx.commit().await?,
        Err(error) => {
            tx.rollback().await?;
            return Err(error);
        }
    }
    Ok(())
}

// Dropped by an early return, the guard's closure rolls back.
pub async fn good_deferred(rb: &RBatis) -> rbatis::Result<()> {
    let tx = rb.acquire_begin().await?;
    let tx = tx.defer_async(|tx| async move {
        if !tx.done() {
            let _ = tx.rollback().await;
        }
    });
    tx.exec(PAY, vec![]).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn bad_write_beside_it(rb: &RBatis) -> rbatis::Result<()> {
    let tx = rb.acquire_begin().await?;
    rb.exec(PAY, vec![]).await.ok(); //~ query_escapes_transaction
    tx.commit().await?;
    Ok(())
}
