//! Two ways through the workspace that take the same locks in opposite order.

mod cycles;
mod ways;

use rayon::prelude::*;

use crate::context::Context;
use crate::lint::{Check, Finding, Label, Level, Lint};
use ways::Way;

/// The lint.
pub static LINT: Lint = Lint {
    name: "inconsistent_lock_order",
    group: "locking",
    level: Level::Warn,
    summary: "two places of the workspace take the same locks in opposite order",
    docs: include_str!("README.md"),
    check: Check::Whole(check),
};

fn check(cx: &Context<'_>, found: &mut Vec<Finding>) {
    let units = cx.program.units.par_iter();
    let ways: Vec<Way> = units.flat_map_iter(|unit| ways::ways(cx, unit)).collect();
    let cycles = cycles::cycles(&ways);
    found.extend(cycles.iter().map(|cycle| report(cx, cycle)));
}

/// The first way is told from its own side, the others as what meets it.
fn report(cx: &Context<'_>, cycle: &[&Way]) -> Finding {
    let (first, others) = (cycle[0], &cycle[1..]);
    let elsewhere = others
        .first()
        .map_or("another way", |way| way.function.as_str());
    let how = match others.len() {
        1 => format!("`{elsewhere}` takes them the other way round"),
        _ => format!("`{elsewhere}` and others close the circle"),
    };
    let message = format!(
        "waits for {} while it holds {}; {how}: when they run at the same time they deadlock",
        first.second.lock, first.first.lock
    );
    let mut related = vec![Label {
        span: first.first.span,
        message: format!("holds {} from here on", first.first.lock),
    }];
    related.extend(first.second.chain.iter().cloned());
    for way in others {
        related.push(Label {
            span: way.first.span,
            message: format!("`{}` holds {} from here on", way.function, way.first.lock),
        });
        related.push(Label {
            span: way.second.span,
            message: format!("… and waits for {} here", way.second.lock),
        });
        related.extend(way.second.chain.iter().cloned());
    }
    Finding {
        lint: LINT.name,
        message,
        primary: Label {
            span: first.second.span,
            message: format!("waits for {}", first.second.lock),
        },
        related,
        notes: Vec::new(),
        help: Some(
            "take the locks in the same order everywhere, or one lock that stands for both before them".to_owned(),
        ),
        function: first.function.clone(),
        in_test: false,
        covers: Vec::new(),
        pedantic: is_doubtful(cx, cycle),
    }
}

/// Rows are seldom edited while they are made or removed, and a table is a coarse name for them. A lock that only some ways of a
/// transaction take is for cases that seldom meet on the same rows.
fn is_doubtful(cx: &Context<'_>, cycle: &[&Way]) -> bool {
    cycle.iter().any(|way| !way.stays() || !way.is_sure(cx))
}
