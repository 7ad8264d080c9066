//! What no rollback takes back, done between a transaction's first write and its commit.

use crate::context::{Deed, Meanwhile, UnitContext};
use crate::flow::{Moment, Resource};
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "side_effect_in_transaction",
    group: "transaction",
    level: Level::Warn,
    summary: "a message, mail or cache change leaves before the transaction it belongs to is committed",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let all = unit.meanwhile(
        |held, _| held.is_transaction(),
        |held, deed, moment| deed.outside.lasts && comes_after_write(unit, held, deed, moment),
    );
    found.extend(all.iter().filter_map(|all| report(unit, all)));
}

/// A write of the transaction comes before it, here or in the function that is called.
fn comes_after_write(
    unit: &UnitContext<'_, '_>,
    held: Option<&Resource>,
    deed: &Deed<'_>,
    moment: &Moment,
) -> bool {
    let Some(held) = held else {
        return deed.outside.after_write;
    };
    let in_callee = deed.outside.after_write && unit.writes(held, moment);
    let is_told = in_callee && unit.gives_transaction(deed.event);
    !is_told && (in_callee || unit.written_before(held, deed.event).is_some())
}

fn report(unit: &UnitContext<'_, '_>, meanwhile: &Meanwhile<'_>) -> Option<Finding> {
    let first = meanwhile.deeds.first()?;
    let (what, help) = match first.kind() {
        "mail" => (
            "the mail is out before the commit, and no rollback takes it back",
            "send it once the transaction is committed",
        ),
        "cache" => (
            "the cache is changed before the commit: until then others fill it again with what the database still says",
            "change the cache once the transaction is committed",
        ),
        "queue" => (
            "the message is out before the commit: its receiver may look before the rows are there, and no rollback takes it back",
            "send it once the transaction is committed, or keep it in a table that the transaction writes and send it from there",
        ),
        _ => (
            "another service is told before the commit, and no rollback takes it back",
            "tell it once the transaction is committed",
        ),
    };
    let mut finding = unit.told(&LINT, what.to_owned(), first, meanwhile);
    let written = (meanwhile.held).and_then(|held| unit.written_before(held, first.event));
    finding.related.extend(written.map(|(span, _)| Label {
        span,
        message: "written here".to_owned(),
    }));
    finding.help = Some(help.to_owned());
    Some(finding)
}
