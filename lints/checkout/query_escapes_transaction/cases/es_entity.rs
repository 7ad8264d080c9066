//@ crate: es-entity
//! Repositories of es-entity: what a method runs on depends on its name.
use es_entity::*;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

es_entity::entity_id! { InvoiceId }

#[derive(EsEvent, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[es_event(id = "InvoiceId")]
pub enum InvoiceEvent {
    Sent { id: InvoiceId, number: String },
}

#[derive(EsEntity)]
pub struct Invoice {
    pub id: InvoiceId,
    pub number: String,
    events: EntityEvents<InvoiceEvent>,
}

impl TryFromEvents<InvoiceEvent> for Invoice {
    fn try_from_events(events: EntityEvents<InvoiceEvent>) -> Result<Self, EntityHydrationError> {
        let mut hydrator = Invoice::hydrator();
        for event in events.iter_all() {
            let InvoiceEvent::Sent { id, number } = event;
            hydrator.id(*id).number(number.clone());
        }
        hydrator.build(events)
    }
}

pub struct NewInvoice {
    pub number: String,
}

impl IntoEvents<InvoiceEvent> for NewInvoice {
    type IdSource = FromRepo;

    fn into_events(self, builder: EntityEventsBuilder<InvoiceEvent, FromRepo>) -> EntityEvents<InvoiceEvent> {
        let id = builder.id();
        builder.initial_events([InvoiceEvent::Sent { id, number: self.number }])
    }
}

#[derive(EsRepo)]
#[es_repo(entity = "Invoice", columns(number = "String"))]
pub struct Invoices {
    pool: PgPool,
}

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
