//! Pools that only those have yet who made them: up from what runs on a pool, by all calls, to who made it and gave it to nobody before.

use super::Sites;
use super::gifts::Gifts;
use super::sites::Standing;
use crate::body::{Event, EventKind, Unit, UnitId};
use crate::context::Context;
use crate::defs::FnId;
use crate::infer::{Owner, Place, Root};
use crate::ir::ExprId;

/// Calls are followed this far.
pub(super) const MAX_DEPTH: usize = 4;

impl Context<'_> {
    /// Whether nobody but those who made a pool, here or up the calls, has it where an expression runs: nobody else borrows from it yet.
    #[must_use]
    pub fn is_unshared(&self, unit: &Unit, pool: &Place, at: ExprId) -> bool {
        let way = Way {
            cx: self,
            fails: false,
        };
        way.is_unshared(unit, pool, at, 0)
    }

    /// Whether besides, when the function fails after that, all up to who made the pool leave with the failure: the pool is dropped, and its
    /// connections end.
    #[must_use]
    pub fn dies_with_failure(&self, unit: &Unit, pool: &Place, at: ExprId) -> bool {
        let way = Way {
            cx: self,
            fails: true,
        };
        way.is_unshared(unit, pool, at, 0)
    }
}

/// The way up to who made a pool.
struct Way<'c, 'a> {
    cx: &'c Context<'a>,
    /// Each call's failure leaves the caller, too.
    fails: bool,
}

impl Way<'_, '_> {
    fn is_unshared(&self, unit: &Unit, pool: &Place, at: ExprId, depth: usize) -> bool {
        let Owner::Fn(id) = unit.id.owner else {
            return false;
        };
        let is_whole = unit.id.inner.is_none() && pool.path.is_none();
        if !is_whole || depth > MAX_DEPTH {
            return false;
        }
        let is_ours = match pool.root {
            Root::Site(site) => is_maker(self.cx, unit, site, depth),
            Root::Param(index) => self.by_callers(id, index, depth),
            _ => false,
        };
        is_ours && !Gifts::gives(self.cx, unit, pool.root, Some(at), depth)
    }

    /// Whether all who call a function are known, wait for it there, and give it such a pool.
    fn by_callers(&self, id: FnId, param: u32, depth: usize) -> bool {
        let program = self.cx.program;
        let sites = self.cx.solo.0.get_or_init(|| Sites::find(program));
        let Some(standing) = sites.callers(self.cx, id) else {
            return false;
        };
        let calls = program.calls_of(id);
        let calls: Vec<_> = calls.filter(|(unit, _)| !self.cx.in_test(unit)).collect();
        let is_here =
            |standing: &Standing| matches!(standing, Standing::In(place) if !place.starts);
        // Callers that weren't read closely have a standing alone.
        let is_known = !calls.is_empty() && calls.len() == standing.len();
        is_known
            && standing.iter().all(is_here)
            && !self.cx.may_be_called_by_others(id)
            && (calls.iter()).all(|(unit, event)| self.by_caller(unit, event, param, depth))
    }

    fn by_caller(&self, unit: &Unit, event: &Event, param: u32, depth: usize) -> bool {
        let EventKind::Call { args, .. } = &event.kind else {
            return false;
        };
        let canon = self.cx.program.canon(unit);
        let given = args.iter().filter(|arg| arg.param == param);
        let given: Vec<_> = given
            .map(|arg| canon.val(self.cx.program, &arg.val))
            .collect();
        let [given] = given.as_slice() else {
            return false;
        };
        let leaves = || match unit.id.owner {
            Owner::Fn(id) => {
                let body = self.cx.defs().body(id);
                body.is_some_and(|body| body.fails_with(event.at))
            }
            Owner::Value(_) => false,
        };
        let is_unshared = |pool| self.is_unshared(unit, pool, event.at, depth + 1);
        (!self.fails || leaves()) && given.one().is_some_and(is_unshared)
    }
}

/// Whether an expression makes a pool: by the client's call, or by a function that does nothing else with it but give it back.
fn is_maker(cx: &Context<'_>, unit: &Unit, site: ExprId, depth: usize) -> bool {
    let mut events = unit.events().filter(|event| event.at == site);
    events.any(|event| match &event.kind {
        EventKind::PoolCreate { once, .. } => !once,
        EventKind::Call { fns, .. } => match &**fns {
            [maker] => gives_back(cx, *maker, depth + 1),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a function always returns a pool that it has made, and keeps nothing of it.
fn gives_back(cx: &Context<'_>, id: FnId, depth: usize) -> bool {
    let (program, owner) = (cx.program, Owner::Fn(id));
    let Some(index) = program.index.get(&UnitId { owner, inner: None }) else {
        return false;
    };
    let unit = &program.units[*index];
    let canon = program.canon(unit);
    let returned = unit.graph.returned();
    let mut returned = returned.map(|val| canon.val(program, val)).peekable();
    let is_new = |pool: &Place| match pool.root {
        Root::Site(site) if pool.path.is_none() => {
            is_maker(cx, unit, site, depth) && !Gifts::gives(cx, unit, pool.root, None, depth)
        }
        _ => false,
    };
    depth <= MAX_DEPTH
        && returned.peek().is_some()
        && returned.all(|val| val.one().is_some_and(is_new))
}
