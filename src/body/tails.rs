//! The last expressions of a unit: what it returns, one for each branch.

use rustc_hash::FxHashSet;

use super::build::Builder;
use super::event::Way;
use crate::ir::{Body, Expr, ExprId};

/// What an answer that is no success is called: `Ok(HttpResponse::NotFound())`, `Ok(StatusCode::CONFLICT)`.
const REFUSALS: &[&str] = &[
    "badrequest",
    "unauthorized",
    "forbidden",
    "notfound",
    "conflict",
    "gone",
    "preconditionfailed",
    "unprocessable",
    "toomanyrequests",
    "internalservererror",
    "serviceunavailable",
    "error",
    "err",
    "fail",
    "invalid",
    "reject",
    "refuse",
    "denied",
];

/// Branches in branches are looked into this deep.
const MAX_DEPTH: usize = 64;

/// Expressions whose value a unit returns by coming to its end; a block without one stands for itself.
pub(super) fn tails(body: &Body, value: ExprId) -> FxHashSet<ExprId> {
    let (mut found, mut queue) = (FxHashSet::default(), vec![(value, 0)]);
    while let Some((id, depth)) = queue.pop() {
        let next = depth + 1;
        match body.expr(id) {
            _ if depth > MAX_DEPTH => {}
            Expr::Block(block) if block.label.is_none() => match block.tail {
                Some(tail) => queue.push((tail, next)),
                None => {
                    found.insert(id);
                }
            },
            Expr::If {
                then,
                or_else: Some(or_else),
                ..
            } => queue.extend([(*then, next), (*or_else, next)]),
            Expr::Match { arms, .. } => queue.extend(arms.iter().map(|arm| (arm.body, next))),
            _ => {
                found.insert(id);
            }
        }
    }
    found
}

impl Builder<'_, '_> {
    /// Comes to the end of the unit, if this is one of its last expressions: before anything is dropped.
    pub(super) fn end_at(&mut self, id: ExprId) {
        if !self.tails.contains(&id) || self.frames() != 1 {
            return;
        }
        self.leaving(id, Way::End, Some(id));
        if self.is_error_value(id) && self.scopes.len() > 1 {
            let errors = self.unwinding(self.scopes.len());
            self.jump_to(errors);
        }
    }

    /// Whether `Ok(…)` holds an error response, or a value that says that there was nothing to do.
    pub(super) fn is_refusal(&self, ok: ExprId) -> bool {
        let body = self.typed.body;
        let whole = body.range(ok);
        let mut inside = body.exprs.iter().zip(&body.ranges);
        inside.any(|(expr, at)| {
            whole.holds(*at)
                && match expr {
                    Expr::Bool(is) => !is,
                    Expr::Int(number) => *number == 0,
                    Expr::Path(path) => path
                        .segments
                        .iter()
                        .any(|segment| segment.name == "None" || says_no(&segment.name)),
                    Expr::Method { name, .. } => says_no(name),
                    Expr::Struct { path, .. } => {
                        path.segments.iter().any(|segment| says_no(&segment.name))
                    }
                    _ => false,
                }
        })
    }
}

fn says_no(name: &str) -> bool {
    let name: String = name.chars().filter(|c| *c != '_').collect();
    let name = name.to_lowercase();
    REFUSALS.iter().any(|word| name.contains(word))
}
