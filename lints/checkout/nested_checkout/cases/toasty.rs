//@ crate: toasty apart: an ORM with drivers for six databases, for minutes
//! toasty: an operation on the `Db` takes a connection of its own.
use toasty::Db;

#[derive(Debug, toasty::Model)]
pub struct User {
    #[key]
    pub id: u64,
    pub name: String,
}

pub async fn bad_beside_transaction(db: &mut Db, other: User) -> toasty::Result<()> {
    let mut reader = db.clone();
    let mut tx = db.transaction().await?;
    toasty::create!(User { name: "new" }).exec(&mut tx).await?;
    toasty::create!(User { name: "newer" }).exec(&mut reader).await?; //~ nested_checkout
    println!("{}", other.name);
    tx.commit().await
}

pub async fn good_in_transaction(db: &mut Db) -> toasty::Result<()> {
    let mut tx = db.transaction().await?;
    toasty::create!(User { name: "new" }).exec(&mut tx).await?;
    tx.commit().await?;
    toasty::create!(User { name: "newer" }).exec(db).await?;
    Ok(())
}
