//! Lists of a body: what each local is filled from, in order of the text.

use super::event::Order;
use super::orders::Source;
use crate::infer::Typed;
use crate::ir::{Binding, Expr, ExprId, LocalId, PatId, TypeRef};
use crate::sql::{Rows, Statement, Verb};
use rustc_hash::FxHashMap;

/// Adaptors that hand values on in the order they come, where the catalogue doesn't say so.
pub(super) const KEEPS: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "drain",
    "map",
    "filter",
    "filter_map",
    "flat_map",
    "enumerate",
    "zip",
    "chain",
    "rev",
    "cloned",
    "copied",
    "keys",
    "values",
    "into_keys",
    "into_values",
    "values_mut",
    "collect",
    "collect_vec",
    "to_vec",
    "clone",
    "to_owned",
    "unzip",
    "partition",
    "chunks",
    "chunks_exact",
    "windows",
    "by_ref",
    "peekable",
    "skip",
    "take",
    "inspect",
    "as_slice",
    "as_ref",
    "as_mut",
    "as_deref",
    "into_inner",
    "unwrap",
    "expect",
    "unwrap_or_default",
    "unwrap_or_else",
    "map_err",
    "context",
    "with_context",
    "dedup",
    "unique",
    "flatten",
    "fold",
    "try_collect",
    "par_iter",
    "into_par_iter",
    "deref",
    "borrow",
    "then_some",
    "ok_or",
    "ok_or_else",
    "map_while",
];

/// Where the locals of a body get their values.
pub(super) fn find(typed: &Typed<'_>) -> FxHashMap<LocalId, Vec<Source>> {
    let body = typed.body;
    let mut found: FxHashMap<LocalId, Vec<Source>> = FxHashMap::default();
    let mut bind = |pat: PatId, whole: Source, part: Source| {
        for (local, is_whole) in bound_by(typed, pat, true) {
            found
                .entry(local)
                .or_default()
                .push(if is_whole { whole } else { part });
        }
    };
    for (index, pat) in body.params.iter().enumerate() {
        let source = Source::Param(index as u32 + 1);
        bind(*pat, source, source);
    }
    for Binding { pat, value, each } in body.bindings() {
        if each {
            bind(pat, Source::Element(value), Source::Element(value));
        } else {
            bind(pat, Source::Value(value), Source::Part(value));
        }
    }
    for index in 0..body.exprs.len() {
        if let Some((local, source)) = changed(typed, ExprId(index as u32)) {
            found.entry(local).or_default().push(source);
        }
    }
    found
}

/// What an expression does to a local's values in place.
pub(super) fn changed(typed: &Typed<'_>, id: ExprId) -> Option<(LocalId, Source)> {
    let body = typed.body;
    match body.expr(id) {
        Expr::Method { receiver, name, .. } => {
            let local = root_local(typed, *receiver)?;
            match name.as_str() {
                "push" | "extend" | "append" | "push_back" => Some((local, Source::Pushed(id))),
                name if name.starts_with("sort") || name.starts_with("par_sort") => {
                    Some((local, Source::Settled))
                }
                _ => None,
            }
        }
        Expr::Assign {
            place,
            value,
            op: false,
        } => match body.expr(*place) {
            Expr::Local(local) => Some((*local, Source::Value(*value))),
            _ => None,
        },
        // Somebody who gets `&mut` of it may sort it.
        Expr::Ref(inner, true) => match body.expr(*inner) {
            Expr::Local(local) => Some((*local, Source::Settled)),
            _ => None,
        },
        _ => None,
    }
}

/// The local that a chain of fields and references hangs on.
pub(super) fn root_local(typed: &Typed<'_>, mut id: ExprId) -> Option<LocalId> {
    loop {
        match typed.body.expr(id) {
            Expr::Local(local) => return Some(*local),
            Expr::Field { base: inner, .. }
            | Expr::Ref(inner, _)
            | Expr::Deref(inner)
            | Expr::Index(inner, _) => id = *inner,
            _ => return None,
        }
    }
}

/// Locals of a pattern, with whether each is the whole value; carriers (`Some`, `Ok`, an extractor) count as the whole.
pub(super) fn bound_by(typed: &Typed<'_>, pat: PatId, is_whole: bool) -> Vec<(LocalId, bool)> {
    use crate::ir::Pat;
    let all = |pats: &[PatId], is_whole: bool| -> Vec<(LocalId, bool)> {
        pats.iter()
            .flat_map(|pat| bound_by(typed, *pat, is_whole))
            .collect()
    };
    match typed.body.pat(pat) {
        Pat::Bind { local, sub, .. } => {
            let mut found = vec![(*local, is_whole)];
            found.extend(sub.iter().flat_map(|sub| bound_by(typed, *sub, is_whole)));
            found
        }
        Pat::Typed(inner, _) | Pat::Ref(inner) => bound_by(typed, *inner, is_whole),
        Pat::Or(pats) => all(pats, is_whole),
        Pat::TupleStruct { pats, .. } => all(pats, is_whole && pats.len() == 1),
        Pat::Tuple { pats, .. } | Pat::Slice(pats) => all(pats, false),
        Pat::Struct { fields, .. } => fields
            .iter()
            .flat_map(|(_, pat)| bound_by(typed, *pat, false))
            .collect(),
        Pat::Path(_) | Pat::Bool(_) | Pat::Literal | Pat::Wild => Vec::new(),
    }
}

pub(super) fn order_of_rows(statement: &Statement) -> Order {
    if statement.verb != Verb::Select || statement.holes || statement.row_lock.is_some() {
        return Order::Unknown;
    }
    match statement.rows {
        _ if statement.ordered => Order::Sorted,
        Rows::All | Rows::Range | Rows::List => Order::Rows,
        _ => Order::Unknown,
    }
}

/// `FuturesUnordered::new()`, `stream.buffer_unordered(n)`: what comes of them comes as it finishes.
pub(super) fn gives_unordered(typed: &Typed<'_>, id: ExprId) -> bool {
    match typed.body.expr(id) {
        Expr::Method { name, .. } => {
            matches!(name.as_str(), "buffer_unordered" | "try_buffer_unordered")
        }
        Expr::Call { callee, .. } => match typed.body.expr(*callee) {
            Expr::Path(path) => path
                .segments
                .iter()
                .any(|segment| segment.name == "FuturesUnordered"),
            _ => false,
        },
        _ => false,
    }
}

/// The list that `while let Some(x) = list.pop()` takes from.
pub(super) fn taken_from(typed: &Typed<'_>, cond: ExprId) -> Option<ExprId> {
    let body = typed.body;
    let Expr::Let { value, .. } = body.expr(cond) else {
        return None;
    };
    let mut value = *value;
    while let Expr::Await(inner) | Expr::Try(inner) = body.expr(value) {
        value = *inner;
    }
    match body.expr(value) {
        Expr::Method { receiver, name, .. }
            if matches!(
                name.as_str(),
                "next" | "try_next" | "pop" | "pop_front" | "pop_back"
            ) =>
        {
            Some(*receiver)
        }
        _ => None,
    }
}

/// `collect::<BTreeMap<_, _>>()`
pub(super) fn named_order(ty: &TypeRef) -> Option<Order> {
    let TypeRef::Path(path) = ty else { return None };
    let last = path.segments.last()?;
    match last.name.as_str() {
        "BTreeMap" | "BTreeSet" => Some(Order::Sorted),
        "HashMap" | "HashSet" => Some(Order::Hash),
        "FuturesUnordered" => Some(Order::Finish),
        "Result" | "Option" => last.args.first().and_then(named_order),
        _ => None,
    }
}
