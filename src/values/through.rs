//! Values through functions: what a call gives back of its own arguments, as they are or changed.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::{Values, Walk};
use crate::ir::{Body, Expr, ExprId, LocalId, Name, Pat};

/// Bodies of functions that are called, by call.
pub(super) type Calls<'b> = FxHashMap<ExprId, &'b Body>;

/// A part of a parameter that comes back.
#[derive(Clone, Debug)]
pub(super) struct Back {
    param: usize,
    path: Vec<Name>,
    changed: bool,
}

impl<'b> Values<'b> {
    /// With the bodies of functions that are called, by call: what they give back of their arguments is followed.
    #[must_use]
    pub fn with_calls(mut self, calls: impl Iterator<Item = (ExprId, &'b Body)>) -> Self {
        // What a method makes of its object isn't followed, nor what is changed in place.
        let only_looks = |body: &Body| {
            body.self_local.is_none() && body.locals.iter().all(|local| !local.is_mut)
        };
        self.called = calls.filter(|(_, body)| only_looks(body)).collect();
        self
    }

    /// What the value in `path` of what this body returns holds of its parameters; none if that isn't known.
    fn given_back(&self, path: &[Name]) -> Option<Vec<Back>> {
        let body = self.body;
        let root = body.root?;
        let walk = Walk {
            values: self,
            from: &[],
            end: body.range(root).end,
            asked: RefCell::default(),
            found: RefCell::default(),
            back: Some(RefCell::default()),
        };
        walk.expr(root, path, false, 0);
        for expr in &body.exprs {
            if let Expr::Return(Some(value)) = expr {
                walk.expr(*value, path, false, 0);
            }
        }
        walk.back.map(RefCell::into_inner)
    }
}

impl Walk<'_, '_> {
    /// A call of a function that only looks at its arguments, and gives some of them back as they are.
    pub(super) fn through(&self, id: ExprId, path: &[Name], changed: bool, depth: usize) -> bool {
        let values = self.values;
        let (Some(called), Expr::Call { args, .. }) =
            (values.called.get(&id), values.body.expr(id))
        else {
            return false;
        };
        let back = Values::new(called).given_back(path).unwrap_or_default();
        let is_plain = |one: &Back| !one.changed && one.param == back[0].param;
        if back.is_empty() || !back.iter().all(is_plain) {
            return false;
        }
        for Back { param, path, .. } in back {
            if let Some(arg) = args.get(param) {
                self.expr(*arg, &path, changed, depth);
            }
        }
        true
    }

    /// A parameter of the body, if that is what is asked for.
    pub(super) fn param(&self, local: LocalId, path: &[Name], changed: bool) -> bool {
        let body = self.values.body;
        let is_it = |pat: &crate::ir::PatId| matches!(body.pat(*pat), Pat::Bind { local: bound, sub: None, .. } if *bound == local);
        let (Some(back), Some(param)) = (&self.back, body.params.iter().position(is_it)) else {
            return false;
        };
        let path = path.to_vec();
        back.borrow_mut().push(Back {
            param,
            path,
            changed,
        });
        true
    }
}
