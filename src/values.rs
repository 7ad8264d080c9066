//! Values of a body back to what gave them: from whose result a value was taken, by which fields, and whether it was changed on the way.

mod names;
mod places;
mod through;

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::body::Given;
use crate::ir::{Body, Expr, ExprId, LocalId, MacroArgs, Name};
use names::{CARRIES, GETS, MAPS, PASSES};
use places::Places;
pub use places::changes_in_place;
use through::{Back, Calls};

/// Values made of values are followed this deep.
const MAX_DEPTH: usize = 40;
/// Ways back from one value are told no further.
const MAX_FOUND: usize = 16;

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The call that gave it, or what holds it.
    pub from: ExprId,
    /// The fields, columns or positions that lead to it.
    pub path: Vec<Name>,
    /// It is not what was given any more, but made of it.
    pub changed: bool,
}

/// The values of one body.
pub struct Values<'b> {
    body: &'b Body,
    places: Places,
    called: Calls<'b>,
}

impl<'b> Values<'b> {
    /// Of a body.
    #[must_use]
    pub fn new(body: &'b Body) -> Self {
        Self {
            body,
            places: Places::find(body),
            called: Calls::default(),
        }
    }

    /// What the value in the fields `fields` of `at` was taken from, when control is at the end of `by`.
    #[must_use]
    pub fn taken(&self, at: ExprId, fields: &[Name], by: ExprId, from: &[ExprId]) -> Vec<Taken> {
        let walk = Walk {
            values: self,
            from,
            end: self.body.range(by).end,
            asked: RefCell::default(),
            found: RefCell::default(),
            back: None,
        };
        walk.expr(at, fields, false, 0);
        walk.found.into_inner()
    }

    /// Whether two statements are given the same value.
    #[must_use]
    pub fn is_same(&self, one: &Given, other: &Given) -> bool {
        let place = |given: &Given| {
            let (local, mut fields) = self.place(given.at)?;
            fields.extend(given.fields.iter());
            Some((local, fields))
        };
        let same_val = one.val.one().is_some() && one.val == other.val;
        same_val || place(one).is_some_and(|one| Some(one) == place(other))
    }

    /// Whether a condition made of what `from` gave decides if control gets to `at`.
    #[must_use]
    pub fn decides(&self, from: ExprId, at: ExprId) -> bool {
        !self.deciding(from, at).is_empty()
    }

    /// Whether a condition that decides so compares a number, and not with `few` or less.
    #[must_use]
    pub fn decides_by_amount(&self, from: ExprId, at: ExprId, few: i64) -> bool {
        let body = self.body;
        let is_few = |id: ExprId| matches!(body.expr(id), Expr::Int(value) if *value <= few);
        self.deciding(from, at).into_iter().any(|condition| {
            let around = body.range(condition);
            let mut inside = body.exprs.iter().zip(&body.ranges);
            inside.any(|(expr, range)| match expr {
                Expr::Binary(left, right) | Expr::Compare(_, left, right) => {
                    around.holds(*range) && !is_few(*left) && !is_few(*right)
                }
                _ => false,
            })
        })
    }

    /// Conditions made of what `from` gave that decide if control gets to `at`.
    fn deciding(&self, from: ExprId, at: ExprId) -> Vec<ExprId> {
        let body = self.body;
        let asked = body.range(from);
        let is_made_of_it = |condition: &ExprId| {
            let taken = || self.taken(*condition, &[], *condition, &[from]);
            body.range(*condition).holds(asked) || !taken().is_empty()
        };
        let conditions = body.exprs.iter().enumerate().filter_map(|(index, expr)| {
            let (Expr::If { cond: asks, .. } | Expr::Match { value: asks, .. }) = expr else {
                return None;
            };
            let branch = ExprId(index as u32);
            let is_before = body.range(branch).start < body.range(at).start;
            (is_before && self.guards(branch, at)).then_some(*asks)
        });
        conditions.filter(is_made_of_it).collect()
    }

    /// Whether `at` stands in a branch, or the branch leaves before it.
    fn guards(&self, branch: ExprId, at: ExprId) -> bool {
        let body = self.body;
        let (range, at) = (body.range(branch), body.range(at));
        let all = || body.exprs.iter().zip(&body.ranges);
        let turn = body.innermost_loop(range).map(|(_, around)| around);
        let leaves = |expr: &Expr| match expr {
            Expr::Return(_) => true,
            Expr::Break(..) | Expr::Continue(_) => turn.is_some_and(|turn| turn.holds(at)),
            Expr::Macro(call) => {
                let name = call
                    .path
                    .segments
                    .last()
                    .map_or("", |last| last.name.as_str());
                matches!(name, "bail" | "panic" | "ensure")
            }
            _ => false,
        };
        range.holds(at) || all().any(|(expr, inside)| range.holds(*inside) && leaves(expr))
    }

    /// The local, and the fields of it, that an expression stands for as it is.
    #[must_use]
    pub fn place(&self, id: ExprId) -> Option<(LocalId, Vec<Name>)> {
        match self.body.expr(id) {
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } if args.is_empty() && PASSES.contains(&name.as_str()) => self.place(*receiver),
            Expr::Ref(inner, _) | Expr::Deref(inner) | Expr::Cast(inner, _) => self.place(*inner),
            Expr::Local(local) => Some((*local, Vec::new())),
            Expr::Field { base, name } => {
                let (local, mut fields) = self.place(*base)?;
                fields.push(*name);
                Some((local, fields))
            }
            _ => None,
        }
    }
}

/// The way back from one value.
struct Walk<'w, 'b> {
    values: &'w Values<'b>,
    from: &'w [ExprId],
    end: u32,
    /// How often locals were asked: a value may be made of itself.
    asked: RefCell<FxHashMap<(LocalId, Vec<Name>), u8>>,
    found: RefCell<Vec<Taken>>,
    /// What comes of parameters, if that is asked for.
    back: Option<RefCell<Vec<Back>>>,
}

impl Walk<'_, '_> {
    fn expr(&self, id: ExprId, path: &[Name], changed: bool, depth: usize) {
        if depth > MAX_DEPTH || self.found.borrow().len() >= MAX_FOUND {
            return;
        }
        let depth = depth + 1;
        if self.from.contains(&id) {
            let taken = Taken {
                from: id,
                path: path.to_vec(),
                changed,
            };
            return self.found.borrow_mut().push(taken);
        }
        match self.values.body.expr(id) {
            Expr::Local(local) => self.local(*local, path, changed, depth),
            Expr::Field { base, name } => self.expr(*base, &under(*name, path), changed, depth),
            Expr::Await(inner)
            | Expr::Try(inner)
            | Expr::Ref(inner, _)
            | Expr::Deref(inner)
            | Expr::Cast(inner, _) => {
                self.expr(*inner, path, changed, depth);
            }
            Expr::Unary(inner) => self.expr(*inner, path, true, depth),
            Expr::Index(base, key) => {
                let key = self
                    .constant(*key)
                    .map_or_else(|| path.to_vec(), |key| under(key, path));
                self.expr(*base, &key, changed, depth);
            }
            Expr::Binary(left, right)
            | Expr::Compare(_, left, right)
            | Expr::Logic { left, right, .. } => {
                self.all(&[*left, *right], &[], true, depth);
            }
            Expr::Let { value, .. } => self.expr(*value, path, true, depth),
            Expr::If { .. } | Expr::Match { .. } | Expr::Block(_) => {
                self.branches(id, path, changed, depth);
            }
            Expr::Async { body, .. } => self.expr(*body, path, changed, depth),
            Expr::Closure(closure) => self.expr(closure.body, path, changed, depth),
            Expr::Array(parts) => self.all(parts, path, changed, depth),
            Expr::Tuple(parts) => {
                let (first, rest) = split(path);
                let part = first.and_then(|first| parts.get(first.parse::<usize>().ok()?));
                self.all(
                    part.map(std::slice::from_ref).unwrap_or_default(),
                    rest,
                    changed,
                    depth,
                );
            }
            Expr::Struct { fields, rest, .. } => self.literal(fields, *rest, path, changed, depth),
            Expr::Method { .. } | Expr::Call { .. } | Expr::Macro(_) => {
                self.call(id, path, changed, depth);
            }
            _ => {}
        }
    }

    /// What one branch or the other gives; what decides between them isn't part of it.
    fn branches(&self, id: ExprId, path: &[Name], changed: bool, depth: usize) {
        match self.values.body.expr(id) {
            Expr::If { then, or_else, .. } => {
                self.expr(*then, path, changed, depth);
                self.all(or_else.as_slice(), path, changed, depth);
            }
            Expr::Match { arms, .. } => arms
                .iter()
                .for_each(|arm| self.expr(arm.body, path, changed, depth)),
            Expr::Block(block) => self.all(block.tail.as_slice(), path, changed, depth),
            _ => {}
        }
    }

    fn all(&self, ids: &[ExprId], path: &[Name], changed: bool, depth: usize) {
        ids.iter()
            .for_each(|id| self.expr(*id, path, changed, depth));
    }

    fn literal(
        &self,
        fields: &[(Name, ExprId)],
        rest: Option<ExprId>,
        path: &[Name],
        changed: bool,
        depth: usize,
    ) {
        let (Some(first), below) = split(path) else {
            return;
        };
        match fields.iter().find(|(name, _)| *name == first) {
            Some((_, value)) => self.expr(*value, below, changed, depth),
            None => self.all(rest.as_slice(), path, changed, depth),
        }
    }

    fn call(&self, id: ExprId, path: &[Name], changed: bool, depth: usize) {
        let body = self.values.body;
        if self.through(id, path, changed, depth) {
            return;
        }
        match body.expr(id) {
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } => {
                let name = name.as_str();
                let key = args.first().and_then(|arg| self.constant(*arg));
                let closure = args
                    .last()
                    .filter(|arg| matches!(body.expr(**arg), Expr::Closure(_)));
                match (key, closure) {
                    (Some(key), _) if GETS.contains(&name) => {
                        self.expr(*receiver, &under(key, path), changed, depth);
                    }
                    (_, Some(closure)) if MAPS.contains(&name) => {
                        self.expr(*closure, path, changed, depth);
                    }
                    _ if PASSES.contains(&name) => self.expr(*receiver, path, changed, depth),
                    // One or the other, as it is.
                    _ if name == "or" && args.len() == 1 => {
                        self.expr(*receiver, path, changed, depth);
                        self.expr(args[0], path, changed, depth);
                    }
                    _ => {
                        self.expr(*receiver, &[], true, depth);
                        self.all(args, &[], true, depth);
                    }
                }
            }
            Expr::Call { callee, args } => match body.expr(*callee) {
                Expr::Path(called) => {
                    let name = called.segments.last().map_or("", |last| last.name.as_str());
                    let carries = CARRIES.contains(&name)
                        || called.segments.iter().any(|one| one.name == "Set");
                    if carries {
                        self.all(args, path, changed, depth);
                    } else if name != "Unchanged" && name != "Err" {
                        self.all(args, &[], true, depth);
                    }
                }
                _ => self.all(args, &[], true, depth),
            },
            Expr::Macro(call) => {
                if let MacroArgs::Exprs { args, captures } = &call.args {
                    self.all(args, &[], true, depth);
                    captures
                        .iter()
                        .for_each(|(_, local)| self.expr(*local, &[], true, depth));
                }
            }
            _ => {}
        }
    }

    /// A local's value, as what is done to it up to the end of what is asked for leaves it.
    fn local(&self, local: LocalId, path: &[Name], mut changed: bool, depth: usize) {
        let times = {
            let mut asked = self.asked.borrow_mut();
            let times = asked.entry((local, path.to_vec())).or_default();
            *times += 1;
            *times
        };
        if times > 2 {
            return;
        }
        let places = &self.values.places;
        changed |= places.is_changed(local, path, self.end);
        // What it was before counts where nothing else was put in its place, or where that is made of it.
        let mut replaced = false;
        for put in places.put_in(local, path, self.end).filter(|_| times == 1) {
            replaced |= !put.adds;
            changed |= put.adds;
            let below = path.get(put.fields.len()..).unwrap_or(&[]);
            self.expr(put.value, below, changed || put.adds, depth);
        }
        if replaced || self.param(local, path, changed) {
            return;
        }
        for source in places.sources(local) {
            let whole: Vec<Name> = source.path.iter().chain(path).copied().collect();
            self.expr(source.value, &whole, changed, depth);
        }
    }

    /// A name or position, as one picks a column by.
    fn constant(&self, id: ExprId) -> Option<Name> {
        match self.values.body.expr(id) {
            Expr::Str(text) => Some(Name::from(text)),
            Expr::Int(number) => Some(Name::from(&number.to_string())),
            _ => None,
        }
    }
}

fn under(name: Name, path: &[Name]) -> Vec<Name> {
    std::iter::once(name).chain(path.iter().copied()).collect()
}

fn split(path: &[Name]) -> (Option<Name>, &[Name]) {
    match path.split_first() {
        Some((first, rest)) => (Some(*first), rest),
        None => (None, &[]),
    }
}
