//@ crate: es-entity nocompile: its derive asks a database while it compiles
//! Repositories of es-entity: what a method runs on depends on its name.
use es_entity::{AtomicOperation, DbOp, EsRepo};
use sqlx::PgPool;

#[derive(EsRepo)]
#[es_repo(entity = "Invoice", columns(number = "String"))]
pub struct Invoices {
    pool: PgPool,
}

pub struct NewInvoice;

pub struct Billing {
    invoices: Invoices,
}

impl Billing {
    // Created on the repository's pool: it stays when the operation rolls back.
    pub async fn bad_created_outside(&self, new: NewInvoice) -> anyhow::Result<()> {
        let mut op = self.invoices.begin_op().await?;
        sqlx::query("UPDATE counters SET last = last + 1").execute(op.as_executor()).await?;
        self.invoices.create(new).await?; //~ query_escapes_transaction
        op.commit().await?;
        Ok(())
    }

    pub async fn bad_found_outside(&self, new: NewInvoice) -> anyhow::Result<()> {
        let mut op = self.invoices.begin_op().await?;
        self.invoices.create_in_op(&mut op, new).await?;
        self.invoices.find_by_number("A1").await?; //~ nested_checkout
        op.commit().await?;
        Ok(())
    }

    pub async fn good_in_operation(&self, new: NewInvoice) -> anyhow::Result<()> {
        let mut op = self.invoices.begin_op().await?;
        self.invoices.create_in_op(&mut op, new).await?;
        self.invoices.find_by_number_in_op(&mut op, "A1").await?;
        op.commit().await?;
        self.invoices.find_by_number("A1").await?;
        Ok(())
    }

    // The caller's operation, and the pool beside it.
    pub async fn bad_given_one(&self, op: &mut DbOp<'_>, new: NewInvoice) -> anyhow::Result<()> {
        self.invoices.create_in_op(op, new).await?;
        self.invoices.list_by_id(Default::default(), Default::default()).await?; //~ query_escapes_transaction
        Ok(())
    }

    pub async fn good_given_one(&self, op: &mut impl AtomicOperation, new: NewInvoice) -> anyhow::Result<()> {
        self.invoices.create_in_op(op, new).await?;
        Ok(())
    }
}
