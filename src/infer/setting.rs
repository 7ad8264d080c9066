//! What options are set to, to constants: numbers, switches and durations, by literals, constants of the workspace, and locals.

use super::{Typed, Types};
use crate::defs::{Def, ModuleId};
use crate::ir::{Body, Expr, ExprId, LocalId, Name, Stmt};

/// Constants in constants are followed this deep.
const MAX_DEPTH: usize = 8;
/// Chains of options longer than this are read no further.
const MAX_LINKS: usize = 200;

/// A constant that an option is set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// A number.
    Number(i128),
    /// A switch.
    Switch(bool),
    /// A duration, in milliseconds.
    Duration(u64),
    /// `None`: no limit, or the default.
    Nothing,
}

impl Types<'_> {
    /// What an expression of a body stands for, whatever runs before.
    #[must_use]
    pub fn setting(&self, typed: &Typed<'_>, id: ExprId) -> Option<Setting> {
        self.constant(typed.body, typed.scope.module, id, 0, &|local| {
            let init = typed.init_of(local)?;
            let is_set = |expr: &Expr| matches!(expr, Expr::Assign { place, .. } if matches!(typed.body.expr(*place), Expr::Local(known) if *known == local));
            (!typed.body.exprs.iter().any(is_set)).then_some(init)
        })
    }

    fn constant(
        &self,
        body: &Body,
        module: ModuleId,
        id: ExprId,
        depth: usize,
        init: &dyn Fn(LocalId) -> Option<ExprId>,
    ) -> Option<Setting> {
        if depth > MAX_DEPTH {
            return None;
        }
        let inner = |id: ExprId| self.constant(body, module, id, depth + 1, init);
        match body.expr(id) {
            Expr::Int(number) => Some(Setting::Number(i128::from(*number))),
            Expr::Bool(on) => Some(Setting::Switch(*on)),
            Expr::Cast(value, _) | Expr::Ref(value, _) | Expr::Try(value) => inner(*value),
            Expr::Local(local) => inner(init(*local)?),
            Expr::Path(path) if path.segments.last()?.name == "None" => Some(Setting::Nothing),
            Expr::Path(path) => {
                let mut found = self.defs.resolve_path(module, path).into_iter();
                found.find_map(|found| match found.def {
                    Def::Value(id) => {
                        let value = self.defs.value(id);
                        let file = self.defs.module(value.module).file;
                        let body = self.defs.body_of(file, value.init?)?;
                        self.constant(body, value.module, body.root?, depth + 1, &|_| None)
                    }
                    _ => None,
                })
            }
            Expr::Call { callee, args } => {
                let Expr::Path(path) = body.expr(*callee) else {
                    return None;
                };
                made(path.segments.last()?.name, inner(*args.first()?)?)
            }
            Expr::Method { receiver, name, .. }
                if matches!(name.as_str(), "into" | "unwrap" | "expect" | "try_into") =>
            {
                inner(*receiver)
            }
            _ => None,
        }
    }
}

/// `Duration::from_secs(30)`, `Some(5)`, `NonZeroU32::new(5)`.
fn made(name: Name, of: Setting) -> Option<Setting> {
    let unit = match name.as_str() {
        "Some" | "new" | "from" => return Some(of),
        "from_millis" => 1,
        "from_secs" => 1_000,
        "from_mins" => 60_000,
        "from_hours" => 3_600_000,
        _ => return None,
    };
    let Setting::Number(count) = of else {
        return None;
    };
    u64::try_from(count)
        .ok()?
        .checked_mul(unit)
        .map(Setting::Duration)
}

/// A chain of calls that sets options.
#[derive(Clone, Debug)]
pub struct Options {
    /// The calls, last first.
    pub links: Vec<ExprId>,
    /// It begins with a call, and no field is set by hand.
    pub is_whole: bool,
}

impl Typed<'_> {
    /// The calls that set options, from the last one back to the first; those on a local before it is used too.
    #[must_use]
    pub fn options(&self, id: ExprId) -> Options {
        let (mut links, mut locals) = (Vec::new(), Vec::new());
        let mut here = id;
        loop {
            let (start, local) = self.links(here, &mut links);
            here = start;
            let Some(local) = local else { break };
            locals.push(local);
            match self.init_of(local).filter(|_| locals.len() < MAX_DEPTH) {
                Some(init) => here = init,
                None => break,
            }
        }
        let mut is_whole = matches!(self.body.expr(here), Expr::Call { .. });
        for expr in &self.body.exprs {
            match expr {
                Expr::Block(block) => {
                    for stmt in &block.stmts {
                        if let Stmt::Semi(stmt) = stmt {
                            self.links_on(*stmt, &locals, &mut links);
                        }
                    }
                }
                Expr::Assign { place, value, .. } => match self.body.expr(*place) {
                    Expr::Local(local) if locals.contains(local) => {
                        self.links_on(*value, &locals, &mut links);
                    }
                    Expr::Field { base, .. } => {
                        let (_, local) = self.links(*base, &mut Vec::new());
                        is_whole &= local.is_none_or(|local| !locals.contains(&local));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Options { links, is_whole }
    }

    /// Adds a statement's links if they are on one of the locals.
    fn links_on(&self, id: ExprId, locals: &[LocalId], links: &mut Vec<ExprId>) {
        let mut found = Vec::new();
        let (_, local) = self.links(id, &mut found);
        if local.is_some_and(|local| locals.contains(&local)) {
            found.retain(|link| !links.contains(link));
            links.extend(found);
        }
    }

    /// One chain's calls, and where it begins: at a local, if it does.
    fn links(&self, id: ExprId, links: &mut Vec<ExprId>) -> (ExprId, Option<LocalId>) {
        let mut here = id;
        for _ in 0..MAX_LINKS {
            here = match self.body.expr(here) {
                Expr::Method { receiver, .. } => {
                    links.push(here);
                    *receiver
                }
                Expr::Ref(inner, _)
                | Expr::Deref(inner)
                | Expr::Try(inner)
                | Expr::Await(inner)
                | Expr::Cast(inner, _) => *inner,
                Expr::Local(local) => return (here, Some(*local)),
                _ => return (here, None),
            };
        }
        (here, None)
    }
}
