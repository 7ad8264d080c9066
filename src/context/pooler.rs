//! Poolers between the program and its database that lend a server's connection for one transaction at a time.

use super::UnitContext;
use crate::body::EventKind;
use crate::config::Pooler;
use crate::infer::Owner;
use crate::source::Span;

/// How it is known that a transaction pooler stands between.
#[derive(Clone, Copy, Debug)]
pub enum Between {
    /// The configuration says so.
    Configured,
    /// All pools of the package whose address is constant have such an address; the first of them.
    Address(Span),
}

impl UnitContext<'_, '_> {
    /// Whether what this package's pools are connected to is known to be a transaction pooler.
    #[must_use]
    pub fn transaction_pooler(&self) -> Option<Between> {
        match self.settings().pool.pooler {
            Some(Pooler::Transaction) => return Some(Between::Configured),
            Some(Pooler::Session) => return None,
            None => {}
        }
        let package = |file| self.cx.sources.file(file).package;
        let here = package(self.file());
        let file = |owner: Owner| match owner {
            Owner::Fn(id) => self.cx.defs().function(id).file,
            Owner::Value(id) => self.cx.defs().value(id).span.file,
        };
        let program = self.flow.program;
        let units = program.units.iter();
        let near =
            units.filter(|unit| package(file(unit.id.owner)) == here && !self.cx.in_test(unit));
        let mut first = None;
        for (unit, event) in near.flat_map(|unit| unit.events().map(move |event| (unit, event))) {
            let EventKind::PoolCreate {
                address: Some(address),
                ..
            } = &event.kind
            else {
                continue;
            };
            if !is_transaction_pooler(address) {
                return None;
            }
            first = first.or_else(|| Some(program.step(unit, event).span));
        }
        first.map(Between::Address)
    }
}

/// Host names of Neon's; `PgBouncer`'s port; Supabase's port for transactions, whose host has another for sessions.
fn is_transaction_pooler(address: &str) -> bool {
    let has_port = |port: &str| {
        let mut rest = address.split(port).skip(1);
        rest.any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
    };
    address.contains("-pooler.")
        || has_port(":6432")
        || address.contains("pooler.supabase.com") && has_port(":6543")
}
