//! Advisory locks whose key is another one in the next process.

use crate::body::{EventKind, Seed};
use crate::context::UnitContext;
use crate::lint::{Check, Finding, Label, Level, Lint};

/// The lint.
pub static LINT: Lint = Lint {
    name: "unstable_advisory_key",
    group: "checkout",
    level: Level::Deny,
    summary: "the key of an advisory lock is a hash that other processes don't share",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    for event in unit.flow.unit.events() {
        let EventKind::Statement { sql, .. } = &event.kind else {
            continue;
        };
        let message = match sql.key_seed {
            Some(Seed::Process) => {
                "the key of this lock is hashed with a seed that every process draws for itself: no two of them lock the same"
            }
            Some(Seed::Release) => {
                "the key of this lock is hashed by an algorithm that may change with the compiler: two builds may not lock the same"
            }
            None => continue,
        };
        let primary = Label {
            span: unit.span(event),
            message: "locks by a hash".to_owned(),
        };
        let mut finding = unit.finding(&LINT, primary, message.to_owned());
        // It hasn't changed for years.
        finding.pedantic = sql.key_seed == Some(Seed::Release);
        finding.help = Some(
            "use a constant, a hash whose algorithm is named (SipHash with fixed keys, FNV, CRC), or let the database hash: `hashtextextended($1, 0)`"
                .to_owned(),
        );
        found.push(finding);
    }
}
