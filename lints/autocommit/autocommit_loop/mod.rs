//! A loop that writes row by row, each write its own transaction.

use crate::catalogue::Role;
use crate::context::UnitContext;
use crate::flow::ResourceKind;
use crate::ir::{Body, Expr, ExprId};
use crate::lint::{Check, Finding, Label, Level, Lint};
use crate::locks::{self, Run};
use crate::source::{Span, TextRange};
use crate::sql::Statement;
use crate::summary::EffectKind;

/// The lint.
pub static LINT: Lint = Lint {
    name: "autocommit_loop",
    group: "autocommit",
    level: Level::Allow,
    summary: "a loop writes row by row, each write committed by itself",
    docs: include_str!("README.md"),
    check: Check::Unit(check),
};

fn check(unit: &UnitContext<'_, '_>, found: &mut Vec<Finding>) {
    let Some(body) = unit.body() else { return };
    let mut told: Vec<TextRange> = Vec::new();
    let outside = outside_work(unit);
    for run in locks::statements(unit) {
        let Some(written) = run.sql.statements().find(|statement| statement.is_write()) else {
            continue;
        };
        let Some((around, list)) = innermost(body, run.event.at) else {
            continue;
        };
        let works_elsewhere = outside.iter().any(|at| around.holds(body.range(*at)));
        let is_known = !told.contains(&around) && commits_itself(unit, &run);
        if !is_known || works_elsewhere || is_short(body, list) || leaves(body, around, &run) {
            continue;
        }
        told.push(around);
        found.push(report(unit, &run, written, around));
    }
}

/// On a pool, or on a connection taken from one here, without a transaction.
fn commits_itself(unit: &UnitContext<'_, '_>, run: &Run<'_>) -> bool {
    let held = |kind: &ResourceKind| {
        let index = unit.flow.resource(&run.on);
        index.is_some_and(|index| unit.flow.resources[index].kind == *kind)
    };
    let is_pools = unit.role(run.effect) == Some(Role::Pool) || held(&ResourceKind::Checkout);
    let open = unit.flow.open(run.state.may);
    is_pools && !open.into_iter().any(crate::flow::Resource::is_transaction)
}

/// The innermost `for` around an expression, with what it goes over; none if another loop, a closure or a future is nearer.
fn innermost(body: &Body, at: ExprId) -> Option<(TextRange, ExprId)> {
    let around = body.exprs.iter().zip(&body.ranges).filter(|(expr, range)| {
        let repeats = expr.is_loop() || matches!(expr, Expr::Closure(_) | Expr::Async { .. });
        repeats && range.holds(body.range(at))
    });
    match around.min_by_key(|(_, range)| range.end - range.start)? {
        (Expr::For { iter, .. }, range) if !body.range(*iter).holds(body.range(at)) => {
            Some((*range, *iter))
        }
        _ => None,
    }
}

/// A few known values, or batches of many.
fn is_short(body: &Body, list: ExprId) -> bool {
    match body.expr(list) {
        Expr::Array(_) | Expr::Range(..) | Expr::Macro(_) | Expr::Path(_) => true,
        Expr::Method { receiver, name, .. } => name.contains("chunk") || is_short(body, *receiver),
        Expr::Ref(inner, _) => is_short(body, *inner),
        Expr::Local(local) => body.locals[local.index()].name.contains("chunk"),
        _ => false,
    }
}

/// Calls that wait on the outside world, or act on it: they take longer than the commit, and no transaction should wait for them. A
/// transaction in each turn says that each stands for itself.
fn outside_work(unit: &UnitContext<'_, '_>) -> Vec<ExprId> {
    let mut found = Vec::new();
    unit.flow.walk(|_, event, moment| {
        let mut happenings = moment.happenings.iter();
        let begins = happenings.any(|one| matches!(one.effect.kind, EffectKind::Begin(_)));
        if begins || !unit.outside(event).is_empty() {
            found.push(event.at);
        }
    });
    found
}

/// Whether the loop ends with the write: it looks for the first that works.
fn leaves(body: &Body, around: TextRange, run: &Run<'_>) -> bool {
    let after = body.range(run.event.at).end;
    body.exprs.iter().zip(&body.ranges).any(|(expr, at)| {
        let jumps = matches!(expr, Expr::Break(..) | Expr::Return(_));
        jumps && around.holds(*at) && at.start >= after
    })
}

fn report(
    unit: &UnitContext<'_, '_>,
    run: &Run<'_>,
    written: &Statement,
    around: TextRange,
) -> Finding {
    let message = format!(
        "runs {} in every turn, each a transaction of its own: one commit a row, and half of the rows when it fails midway",
        crate::context::describe(written)
    );
    let primary = Label {
        span: unit.span(run.event),
        message: "commits by itself".to_owned(),
    };
    let mut finding = unit.finding(&LINT, primary, message);
    let keyword = TextRange {
        start: around.start,
        end: around.start + 3,
    };
    finding.related.push(Label {
        span: Span {
            file: unit.file(),
            range: keyword,
        },
        message: "once for each element".to_owned(),
    });
    finding.related.extend(unit.chain(run.effect));
    finding.help = Some(
        "begin one transaction around the loop, or write all rows in one statement".to_owned(),
    );
    finding
}
