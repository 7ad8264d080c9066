//! The last expressions of a unit: what it returns, one for each branch.

use rustc_hash::FxHashSet;

use super::build::Builder;
use super::event::{EventKind, Way};
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

/// Error responses by the names that HTTP has for them.
const ERROR_RESPONSES: &[&str] = &[
    "badrequest",
    "unauthorized",
    "paymentrequired",
    "forbidden",
    "notfound",
    "notacceptable",
    "conflict",
    "gone",
    "preconditionfailed",
    "payloadtoolarge",
    "unprocessableentity",
    "locked",
    "toomanyrequests",
    "internalservererror",
    "internalerror",
    "notimplemented",
    "badgateway",
    "serviceunavailable",
    "gatewaytimeout",
];

/// Types whose constants and constructors are called so.
const STATUS_TYPES: &[&str] = &[
    "StatusCode",
    "Status",
    "HttpResponse",
    "Response",
    "HttpStatus",
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
        if self.answers.contains(&id) {
            self.answer(id);
        }
        if !self.tails.contains(&id) || self.frames() != 1 {
            return;
        }
        self.leaving(id, Way::End, Some(id));
        if self.is_error_value(id) && self.scopes.len() > 1 {
            let errors = self.unwinding(self.scopes.len());
            self.jump_to(errors);
        }
    }

    /// A closure returns a value: it may be an error response in `Ok(…)`.
    pub(super) fn answer(&mut self, value: ExprId) {
        let Some(begun) = self.running.last().copied().flatten() else {
            return;
        };
        let Expr::Call { args, .. } = self.typed.body.expr(value) else {
            return;
        };
        // An error in `Ok(…)` is committed on purpose.
        let is_error = args.first().is_some_and(|arg| self.is_error_value(*arg));
        if self.is_variant(value, "Ok") && !is_error && self.is_error_response(value) {
            self.emit(value, EventKind::Refuse { begun });
        }
    }

    /// Whether something in an expression makes a response that says what the client or the server did wrong.
    fn is_error_response(&self, value: ExprId) -> bool {
        self.within(self.typed.body.range(value)).any(|id| {
            let Expr::Path(path) = self.typed.body.expr(id) else {
                return false;
            };
            let mut names = path.segments.iter().rev().map(|segment| segment.name);
            let (last, before) = (names.next(), names.next());
            let is_error =
                last.is_some_and(|name| ERROR_RESPONSES.contains(&plain(&name).as_str()));
            let is_status = before.is_some_and(|name| STATUS_TYPES.contains(&name.as_str()));
            is_error
                && (is_status
                    || last.is_some_and(|name| {
                        name.contains('_') && name.chars().all(|c| c == '_' || c.is_lowercase())
                    }))
        })
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

/// A name as it is said: `BAD_REQUEST`, `BadRequest` and `bad_request` are one.
fn plain(name: &str) -> String {
    let name: String = name.chars().filter(|c| *c != '_').collect();
    name.to_lowercase()
}

fn says_no(name: &str) -> bool {
    let name = plain(name);
    REFUSALS.iter().any(|word| name.contains(word))
}
