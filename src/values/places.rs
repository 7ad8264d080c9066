//! Locals of a body and what fills them: patterns, assignments, and what changes them in place.

use rustc_hash::FxHashMap;

use crate::ir::{Body, Expr, ExprId, LocalId, Name, Pat, PatId};

/// What a local is bound to.
#[derive(Debug)]
pub(super) struct Source {
    pub value: ExprId,
    /// The fields and positions of it.
    pub path: Vec<Name>,
}

/// A value put into a local, or into a field of it.
#[derive(Debug)]
pub(super) struct Put {
    local: LocalId,
    pub fields: Vec<Name>,
    pub value: ExprId,
    /// `+=` and the like.
    pub adds: bool,
    end: u32,
}

/// A change in place of a local, or of a field of it.
#[derive(Debug)]
struct Change {
    local: LocalId,
    fields: Vec<Name>,
    end: u32,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Places {
    sources: FxHashMap<LocalId, Vec<Source>>,
    puts: Vec<Put>,
    changes: Vec<Change>,
}

/// Whether a method of this name changes what it is called on.
#[must_use]
pub fn changes_in_place(method: Name) -> bool {
    const NAMES: &[&str] = &[
        "push",
        "push_back",
        "push_front",
        "push_str",
        "insert",
        "insert_str",
        "remove",
        "extend",
        "extend_from_slice",
        "append",
        "retain",
        "retain_mut",
        "truncate",
        "pop",
        "swap_remove",
        "drain",
        "dedup",
        "merge",
        "add_assign",
        "sub_assign",
        "get_or_insert_with",
        "increment",
        "decrement",
    ];
    NAMES.contains(&method.as_str())
}

impl Places {
    pub(super) fn find(body: &Body) -> Self {
        let mut found = Self::default();
        for bound in body.bindings() {
            found.bind(body, bound.pat, bound.value, &[]);
        }
        for expr in &body.exprs {
            found.bind_closures(body, expr);
        }
        for (index, expr) in body.exprs.iter().enumerate() {
            found.change(body, ExprId(index as u32), expr);
        }
        found
    }

    pub(super) fn sources(&self, local: LocalId) -> &[Source] {
        self.sources.get(&local).map_or(&[], Vec::as_slice)
    }

    /// What is put into a place, or into what holds it, before `end`.
    pub(super) fn put_in(
        &self,
        local: LocalId,
        path: &[Name],
        end: u32,
    ) -> impl Iterator<Item = &Put> {
        self.puts.iter().filter(move |put| {
            put.local == local && put.end <= end && path.starts_with(&put.fields)
        })
    }

    /// Whether a place, or a part of it, is changed before `end`.
    pub(super) fn is_changed(&self, local: LocalId, path: &[Name], end: u32) -> bool {
        let in_part = self.puts.iter().any(|put| {
            put.local == local
                && put.end <= end
                && put.fields.len() > path.len()
                && put.fields.starts_with(path)
        });
        let meets = |fields: &[Name]| {
            fields.starts_with(path) || (!fields.is_empty() && path.starts_with(fields))
        };
        in_part
            || self
                .changes
                .iter()
                .any(|change| change.local == local && change.end <= end && meets(&change.fields))
    }

    /// The one parameter of a closure is a part of what its method is called on.
    fn bind_closures(&mut self, body: &Body, expr: &Expr) {
        let Expr::Method { receiver, args, .. } = expr else {
            return;
        };
        for arg in args {
            if let Expr::Closure(closure) = body.expr(*arg)
                && let [(pat, _)] = closure.params.as_slice()
            {
                self.bind(body, *pat, *receiver, &[]);
            }
        }
    }

    fn bind(&mut self, body: &Body, pat: PatId, value: ExprId, path: &[Name]) {
        let below = |name: Name| -> Vec<Name> { path.iter().copied().chain([name]).collect() };
        match body.pat(pat) {
            Pat::Bind { local, sub, .. } => {
                let source = Source {
                    value,
                    path: path.to_vec(),
                };
                self.sources.entry(*local).or_default().push(source);
                sub.iter()
                    .for_each(|sub| self.bind(body, *sub, value, path));
            }
            Pat::Typed(inner, _) | Pat::Ref(inner) => self.bind(body, *inner, value, path),
            Pat::Or(pats) | Pat::Slice(pats) => pats
                .iter()
                .for_each(|pat| self.bind(body, *pat, value, path)),
            // `Some(x)`, `Ok(x)`, `Json(x)`
            Pat::TupleStruct { pats, .. } if pats.len() == 1 => {
                self.bind(body, pats[0], value, path);
            }
            Pat::TupleStruct { pats, .. } | Pat::Tuple { pats, .. } => {
                for (index, pat) in pats.iter().enumerate() {
                    self.bind(body, *pat, value, &below(Name::from(&index.to_string())));
                }
            }
            Pat::Struct { fields, .. } => {
                for (name, pat) in fields {
                    self.bind(body, *pat, value, &below(*name));
                }
            }
            Pat::Path(_) | Pat::Bool(_) | Pat::Literal | Pat::Wild => {}
        }
    }

    fn change(&mut self, body: &Body, id: ExprId, expr: &Expr) {
        let end = body.range(id).end;
        match expr {
            Expr::Assign { place, .. } if !is_plain(body, *place) => self.touch(body, *place, end),
            Expr::Assign { place, value, op } => {
                if let Some((local, fields)) = place_in(body, *place) {
                    self.changed(body, local, end);
                    self.puts.push(Put {
                        local,
                        fields,
                        value: *value,
                        adds: *op,
                        end,
                    });
                }
            }
            Expr::Method { receiver, name, .. } if changes_in_place(*name) => {
                self.touch(body, *receiver, end);
            }
            Expr::Ref(inner, true) => self.touch(body, *inner, end),
            _ => {}
        }
    }

    fn touch(&mut self, body: &Body, place: ExprId, end: u32) {
        if let Some((local, fields)) = place_in(body, place) {
            self.changed(body, local, end);
            self.changes.push(Change { local, fields, end });
        }
    }

    /// What changes a local changes what it borrows: `for item in list.iter_mut()`, `if let Some(x) = map.get_mut(…)`.
    fn changed(&mut self, body: &Body, local: LocalId, end: u32) {
        let sources = self.sources.get(&local).into_iter().flatten();
        let lenders: Vec<_> = sources
            .filter(|source| lends(body, source.value))
            .filter_map(|source| place_in(body, source.value))
            .filter(|(lender, _)| *lender != local)
            .collect();
        let changes = lenders
            .into_iter()
            .map(|(local, fields)| Change { local, fields, end });
        self.changes.extend(changes);
    }
}

/// A local or a field of it, not an element of a list or map.
fn is_plain(body: &Body, place: ExprId) -> bool {
    match body.expr(place) {
        Expr::Local(_) => true,
        Expr::Field { base: inner, .. } | Expr::Deref(inner) => is_plain(body, *inner),
        _ => false,
    }
}

/// Whether an expression lends what it stands for to be changed.
fn lends(body: &Body, mut id: ExprId) -> bool {
    loop {
        match body.expr(id) {
            Expr::Ref(_, true) => return true,
            Expr::Method { name, .. } if name.ends_with("_mut") || name == "entry" => return true,
            Expr::Method {
                receiver: inner, ..
            }
            | Expr::Try(inner)
            | Expr::Ref(inner, _)
            | Expr::Deref(inner) => id = *inner,
            _ => return false,
        }
    }
}

/// The local, and the fields of it, that a place to change stands in.
fn place_in(body: &Body, id: ExprId) -> Option<(LocalId, Vec<Name>)> {
    const LENDS: &[&str] = &[
        "unwrap",
        "expect",
        "find",
        "entry",
        "or_insert",
        "or_insert_with",
        "or_default",
        "next",
        "filter",
        "rev",
        "enumerate",
        "take",
        "unwrap_or_default",
    ];
    match body.expr(id) {
        Expr::Local(local) => Some((*local, Vec::new())),
        Expr::Field { base, name } => {
            let (local, mut fields) = place_in(body, *base)?;
            fields.push(*name);
            Some((local, fields))
        }
        Expr::Method { receiver, name, .. }
            if name.ends_with("_mut") || LENDS.contains(&name.as_str()) =>
        {
            place_in(body, *receiver)
        }
        Expr::Index(inner, _) | Expr::Ref(inner, _) | Expr::Deref(inner) | Expr::Try(inner) => {
            place_in(body, *inner)
        }
        _ => None,
    }
}
