//! Two rows of one table, each by a parameter of its own: from here to there, and for somebody else from there to here.

use crate::context::UnitContext;
use crate::infer::{Owner, Place, Root};
use crate::lint::{Finding, Label};
use crate::locks::{Run, is_gated, table};
use crate::sql::Rows;

/// One row of a table, picked by a parameter.
struct Pick<'r, 'f> {
    run: &'r Run<'f>,
    table: &'f str,
    key: u32,
}

pub(super) fn check(unit: &UnitContext<'_, '_>, runs: &[Run<'_>]) -> Vec<Finding> {
    let picks: Vec<Pick<'_, '_>> = runs.iter().filter_map(pick).collect();
    for (index, second) in picks.iter().enumerate() {
        let first = picks[..index]
            .iter()
            .find(|first| is_pair(unit, first, second));
        let Some(first) = first else { continue };
        let reversed = picks.iter().any(|one| {
            one.key == second.key
                && one.table == second.table
                && picks.iter().any(|other| {
                    other.key == first.key
                        && other.run.index > one.run.index
                        && follows(unit, one, other)
                })
        });
        if reversed || is_gated(unit, runs, first.run) {
            continue;
        }
        return vec![report(unit, first, second)];
    }
    Vec::new()
}

fn pick<'r, 'f>(run: &'r Run<'f>) -> Option<Pick<'r, 'f>> {
    let statement = run
        .locking()
        .find(|statement| statement.rows == Rows::One)?;
    match run.sql.key.as_ref()? {
        Place {
            root: Root::Param(key),
            path: None,
        } => Some(Pick {
            run,
            table: table(statement)?,
            key: *key,
        }),
        _ => None,
    }
}

fn is_pair(unit: &UnitContext<'_, '_>, first: &Pick<'_, '_>, second: &Pick<'_, '_>) -> bool {
    first.table == second.table
        && first.key != second.key
        && first.run.on == second.run.on
        && first.run.transaction(unit).is_some()
        && second.run.transaction(unit).is_some()
        && of_one_type(unit, first.key, second.key)
        && follows(unit, first, second)
}

fn follows(unit: &UnitContext<'_, '_>, first: &Pick<'_, '_>, second: &Pick<'_, '_>) -> bool {
    first.run.block == second.run.block || unit.flow.leads(first.run.block, second.run.block)
}

fn of_one_type(unit: &UnitContext<'_, '_>, one: u32, other: u32) -> bool {
    let Owner::Fn(id) = unit.flow.unit.id.owner else {
        return false;
    };
    let params = &unit.cx.defs().function(id).ir.params;
    let ty = |index: u32| {
        (index as usize)
            .checked_sub(1)
            .and_then(|index| params.get(index))
    };
    ty(one).is_some() && ty(one) == ty(other)
}

fn report(unit: &UnitContext<'_, '_>, first: &Pick<'_, '_>, second: &Pick<'_, '_>) -> Finding {
    let name = |key: u32| {
        let place = Place::root(Root::Param(key));
        unit.place_name(&place)
            .map_or_else(|| "one key".to_owned(), |name| format!("`{name}`"))
    };
    let message = format!(
        "locks the row of {} and then that of {} in `{}`: a call with the two swapped at the same time deadlocks",
        name(first.key),
        name(second.key),
        first.table
    );
    let primary = Label {
        span: unit.span(second.run.event),
        message: format!("locks the row of {}", name(second.key)),
    };
    let mut finding = unit.meeting(&super::LINT, primary, message);
    finding.related.push(Label {
        span: unit.span(first.run.event),
        message: format!("the row of {} is locked from here on", name(first.key)),
    });
    finding.related.extend(unit.chain(second.run.effect));
    finding.help = Some("lock the smaller key first".to_owned());
    finding
}
