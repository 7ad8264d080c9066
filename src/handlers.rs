//! Request handlers: functions and closures that a framework calls once a request, by attribute, by trait, or because a router or
//! runtime is given them. The catalogue's `[[handler]]` entries say which.

use rustc_hash::FxHashMap;

use crate::body::UnitId;
use crate::catalogue::{Catalogue, HandlerEntry, Operand, SheetId};
use crate::defs::{Def, Defs, FnId, ModuleId};
use crate::infer::{Owner, Typed};
use crate::ir::{Expr, ExprId, Name};
use crate::ty::{TraitRef, Ty};

/// A function or closure that handles requests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Handler {
    /// Its body.
    pub unit: UnitId,
    /// What it handles, and how.
    pub kind: HandlerKind,
    /// `self` is shared by all requests: a service's method.
    pub is_method: bool,
}

/// What a handler handles, and how: the later wins where several are told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HandlerKind {
    /// Nobody knows: a function of another crate is given it, and may call it once a request.
    Presumed,
    /// Jobs.
    Job,
    /// Requests, one after the other (Lambda).
    OneAtATime,
    /// Requests, many at a time.
    Concurrent,
}

impl HandlerKind {
    /// What it runs for: `request`.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::OneAtATime => "invocation",
            Self::Presumed | Self::Concurrent => "request",
        }
    }
}

/// What the catalogue says of handlers, by path.
#[derive(Debug, Default)]
pub struct Shapes {
    /// With the type of a parameter that it asks for.
    attributes: FxHashMap<Name, (HandlerKind, Option<Name>)>,
    traits: FxHashMap<Name, HandlerKind>,
    calls: FxHashMap<Name, (Operand, HandlerKind)>,
    /// Last segments of `calls`, with their sheets: what bodies are searched for.
    last: FxHashMap<Name, Vec<SheetId>>,
}

impl Shapes {
    /// All sheets' entries.
    #[must_use]
    pub fn new(catalogue: &Catalogue) -> Self {
        let mut shapes = Self::default();
        let sheets = (0..).map(SheetId).zip(&catalogue.clients);
        let entries =
            sheets.flat_map(|(id, client)| client.handlers.iter().map(move |entry| (id, entry)));
        for (sheet, entry) in entries {
            let kind = kind(entry);
            if let Some(path) = &entry.attribute {
                let takes = entry.takes.as_deref().map(Name::from);
                shapes
                    .attributes
                    .insert(catalogue.canonical(path), (kind, takes));
            }
            if let Some(path) = &entry.implements {
                shapes.traits.insert(catalogue.canonical(path), kind);
            }
            if let (Some(path), Some(operand)) = (&entry.call, entry.arg) {
                let name = path.rsplit("::").next().unwrap_or(path);
                shapes.last.entry(Name::from(name)).or_default().push(sheet);
                shapes
                    .calls
                    .insert(catalogue.canonical(path), (operand, kind));
            }
        }
        shapes
    }

    /// Names of the calls of some clients that are given handlers.
    pub fn names(&self, is_used: impl Fn(SheetId) -> bool) -> impl Iterator<Item = Name> {
        let used = self.last.iter();
        used.filter(move |(_, sheets)| sheets.iter().any(|sheet| is_used(*sheet)))
            .map(|(name, _)| *name)
    }

    /// Functions that are handlers by what is written on them.
    #[must_use]
    pub fn declared(&self, defs: &Defs<'_>) -> Vec<Handler> {
        let all = (0..defs.fns.len()).map(|index| FnId(index as u32));
        all.filter_map(|id| self.by_declaration(defs, id)).collect()
    }

    fn by_declaration(&self, defs: &Defs<'_>, id: FnId) -> Option<Handler> {
        let function = defs.function(id);
        let block = function.in_impl.map(|block| defs.implementation(block));
        let on = |module, attrs: &crate::ir::Attrs| {
            let (kind, takes) = self.by_attribute(defs, module, &attrs.paths)?;
            takes.is_none_or(|ty| takes_a(defs, id, ty)).then_some(kind)
        };
        let own = on(function.module, &function.ir.attrs);
        let kind = own.or_else(|| {
            let block = block?;
            let by_trait = block.of_trait.as_ref().and_then(|bound| match bound.of {
                TraitRef::Ext(id) => self.traits.get(&defs.catalogue.of_trait(id).path),
                TraitRef::Foreign(path) => self.traits.get(&defs.catalogue.canonical(&path)),
                TraitRef::Own(_) => None,
            });
            by_trait.copied().or_else(|| on(block.module, block.attrs))
        })?;
        Some(Handler {
            unit: of_fn(id),
            kind,
            is_method: function.ir.receiver.is_some(),
        })
    }

    fn by_attribute(
        &self,
        defs: &Defs<'_>,
        module: ModuleId,
        paths: &[Name],
    ) -> Option<(HandlerKind, Option<Name>)> {
        paths.iter().find_map(|path| {
            let segments: Vec<Name> = path.split("::").map(Name::from).collect();
            let found = defs.resolve(module, &segments).into_iter();
            let mut externs = found.filter_map(|def| match def {
                Def::Extern(path) => Some(defs.catalogue.canonical(&path)),
                _ => None,
            });
            externs.find_map(|path| self.attributes.get(&path).copied())
        })
    }

    /// Functions and closures that a body gives to a router or runtime.
    #[must_use]
    pub fn given(&self, defs: &Defs<'_>, typed: &Typed<'_>) -> Vec<Handler> {
        let mut found = Vec::new();
        for index in 0..typed.body.exprs.len() {
            let id = ExprId(index as u32);
            let (path, args) = match typed.body.expr(id) {
                Expr::Method {
                    receiver,
                    name,
                    args,
                    ..
                } if self.last.contains_key(name) => {
                    (on_type(defs, typed.ty(*receiver), *name), args)
                }
                Expr::Call { callee, args } if args.iter().any(|arg| is_code(typed.ty(*arg))) => {
                    (by_path(defs, typed, *callee), args)
                }
                _ => continue,
            };
            let Some(path) = path else { continue };
            let known = self.calls.get(&path);
            let is_stranger = known.is_none() && typed.callee(id).is_none();
            for arg in args {
                let is_it = known.is_some_and(|(operand, _)| operand.of(None, args) == Some(*arg));
                let kind = match known {
                    Some((_, kind)) if is_it => *kind,
                    _ if is_stranger => HandlerKind::Presumed,
                    _ => continue,
                };
                found.extend(unit_of(typed, *arg).map(|unit| Handler {
                    unit,
                    kind,
                    is_method: false,
                }));
            }
        }
        found
    }
}

/// Of several for one function or closure, what is most.
#[must_use]
pub fn once_each(mut handlers: Vec<Handler>) -> Vec<Handler> {
    handlers.sort_by_key(|handler| (handler.unit, std::cmp::Reverse(handler.kind)));
    handlers.dedup_by_key(|handler| handler.unit);
    handlers
}

fn kind(entry: &HandlerEntry) -> HandlerKind {
    match (entry.job, entry.one_at_a_time) {
        (true, _) => HandlerKind::Job,
        (_, true) => HandlerKind::OneAtATime,
        _ => HandlerKind::Concurrent,
    }
}

fn of_fn(id: FnId) -> UnitId {
    UnitId {
        owner: Owner::Fn(id),
        inner: None,
    }
}

fn is_code(ty: &Ty) -> bool {
    matches!(ty, Ty::Fn(_) | Ty::Closure(_))
}

fn unit_of(typed: &Typed<'_>, arg: ExprId) -> Option<UnitId> {
    match typed.ty(arg) {
        Ty::Fn(id) => Some(of_fn(*id)),
        Ty::Closure(id) => Some(UnitId {
            owner: typed.owner,
            inner: Some(*id),
        }),
        _ => None,
    }
}

fn takes_a(defs: &Defs<'_>, id: FnId, wanted: Name) -> bool {
    let scope = defs.scope_of(id);
    let mut params = defs.function(id).ir.params.iter();
    params.any(|written| match defs.ty(written, &scope).peeled() {
        Ty::Ext(id, _) => defs.catalogue.ty(*id).path == wanted,
        Ty::Foreign(path, _) => defs.catalogue.canonical(path) == wanted,
        _ => false,
    })
}

/// `Router::fallback`, whatever the receiver is called.
fn on_type(defs: &Defs<'_>, receiver: &Ty, name: Name) -> Option<Name> {
    let path = match receiver.peeled() {
        Ty::Ext(id, _) => defs.catalogue.ty(*id).path,
        Ty::Foreign(path, _) => defs.catalogue.canonical(path),
        _ => return None,
    };
    Some(Name::from(&format!("{path}::{name}")))
}

fn by_path(defs: &Defs<'_>, typed: &Typed<'_>, callee: ExprId) -> Option<Name> {
    let Expr::Path(path) = typed.body.expr(callee) else {
        return None;
    };
    defs.resolve_path(typed.scope.module, path)
        .into_iter()
        .find_map(|resolved| match resolved.def {
            Def::Extern(path) => Some(defs.catalogue.canonical(&path)),
            _ => None,
        })
}
