//! Locals that only a macro knows (`in_transaction!(pool, tx, { … })`): one value wherever their name stands in the call.

use rustc_hash::FxHashMap;

use crate::ir::{Body, Expr, ExprId, Name};
use crate::source::TextRange;

/// Where each unknown name first stands in an outermost macro call.
#[derive(Default)]
pub(super) struct MacroNames {
    /// Outermost calls, which don't overlap, in order.
    calls: Vec<TextRange>,
    firsts: FxHashMap<(TextRange, Name), ExprId>,
}

impl MacroNames {
    pub(super) fn find(body: &Body) -> Self {
        let mut found = Self::default();
        let all = || body.exprs.iter().zip(&body.ranges);
        let mut calls: Vec<TextRange> = all()
            .filter(|(expr, _)| matches!(expr, Expr::Macro(_)))
            .map(|(_, at)| *at)
            .collect();
        calls.sort_by_key(|at| (at.start, std::cmp::Reverse(at.end)));
        for call in calls {
            if !found.calls.last().is_some_and(|last| last.holds(call)) {
                found.calls.push(call);
            }
        }
        if !found.calls.is_empty() {
            for (index, (expr, at)) in all().enumerate() {
                if let (Some(name), Some(call)) = (lone(expr), found.call_around(*at)) {
                    let first = ExprId(index as u32);
                    found.firsts.entry((call, name)).or_insert(first);
                }
            }
        }
        found
    }

    /// The first place of the name that an expression is, or its own.
    pub(super) fn first(&self, body: &Body, id: ExprId) -> ExprId {
        let first = || {
            let call = self.call_around(body.range(id))?;
            self.firsts.get(&(call, lone(body.expr(id))?)).copied()
        };
        first().unwrap_or(id)
    }

    fn call_around(&self, at: TextRange) -> Option<TextRange> {
        let before = self.calls.partition_point(|call| call.start <= at.start);
        let call = self.calls.get(before.checked_sub(1)?)?;
        Some(*call).filter(|call| call.holds(at))
    }
}

/// A lone lower-case name.
fn lone(expr: &Expr) -> Option<Name> {
    let Expr::Path(path) = expr else {
        return None;
    };
    match &*path.segments {
        [only] if path.qself.is_none() && only.name.starts_with(char::is_lowercase) => {
            Some(only.name)
        }
        _ => None,
    }
}
