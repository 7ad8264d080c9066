//! What keeps a single connection between requests: a static, a field of a struct, a parameter or local that a handler captures;
//! and which of these look after it, so that a lost connection is made anew.

#![expect(
    clippy::similar_names,
    reason = "`types` of the run and `typed` of a body are called so everywhere"
)]

use rustc_hash::FxHashSet;

use crate::catalogue::{Effect, Operand, Role};
use crate::defs::{AdtId, Scope, ValueId};
use crate::infer::{Callee, Part, Place, Root, Typed, Types, Val};
use crate::ir::{Expr, ExprId, Name};
use crate::ty::Ty;

/// `Deref` chains longer than this are not followed.
const MAX_STEPS: usize = 12;

/// Something that keeps a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Keeper {
    /// A static.
    Static(ValueId),
    /// A field of a struct of the workspace.
    Field(AdtId, Name),
}

/// What a path of fields leads to.
#[derive(Clone, Debug)]
pub struct Led {
    /// The last field on the way that a struct of the workspace has.
    pub field: Option<(AdtId, Name)>,
    /// The type at its end, carriers included.
    pub ty: Ty,
    /// A read-write lock is on the way.
    pub is_read_locked: bool,
}

/// Follows fields from a type, carriers and `Deref` seen through; `None` where a field is not known.
#[must_use]
pub fn follow(types: &Types<'_>, from: &Ty, fields: &[Name]) -> Option<Led> {
    let mut led = Led {
        field: None,
        ty: from.clone(),
        is_read_locked: has_read_lock(types, from),
    };
    for name in fields {
        let (adt, ty) = member(types, &led.ty, *name)?;
        led = Led {
            field: adt.map(|adt| (adt, *name)).or(led.field),
            is_read_locked: led.is_read_locked || has_read_lock(types, &ty),
            ty,
        };
    }
    Some(led)
}

fn has_read_lock(types: &Types<'_>, ty: &Ty) -> bool {
    let is_it = matches!(ty.peeled(), Ty::Ext(id, _) if types.defs.catalogue.ty(*id).path.ends_with("::RwLock"));
    let inner = matches!(ty.peeled(), Ty::Ext(..))
        .then(|| ty.peeled().args().first())
        .flatten();
    is_it || inner.is_some_and(|inner| has_read_lock(types, inner))
}

fn member(types: &Types<'_>, ty: &Ty, name: Name) -> Option<(Option<AdtId>, Ty)> {
    let mut ty = types.peel(ty.clone());
    for _ in 0..MAX_STEPS {
        match &ty {
            Ty::Adt(id, args) => {
                if let Some(field) = types.defs.field_ty(*id, args, name) {
                    return Some((Some(*id), field));
                }
            }
            Ty::Tuple(parts) => {
                let index: usize = name.parse().ok()?;
                return parts.get(index).map(|part| (None, part.clone()));
            }
            _ => {}
        }
        ty = types.peel(types.defs.deref(&ty)?);
    }
    None
}

/// The single connection that a value of this type is or carries.
#[must_use]
pub fn connection(types: &Types<'_>, ty: &Ty) -> Option<Part> {
    let nowhere = Scope::plain(*types.defs.roots.first()?);
    let part = types.part(&types.peel(ty.clone()), &nowhere)?;
    (part.role == Role::Connection && !part.is_bound).then_some(part)
}

/// Keepers that a body looks after: it asks whether the connection lives, replaces it, or throws it away.
#[must_use]
pub fn looked_after(types: &Types<'_>, typed: &Typed<'_>) -> Vec<Keeper> {
    let mut found = FxHashSet::default();
    for index in 0..typed.body.exprs.len() {
        if let Some(value) = cared_for(types, typed, ExprId(index as u32)) {
            found.extend(keepers(types, typed, typed.val(value)));
        }
    }
    found.into_iter().collect()
}

/// The connection, or what it is kept in, if an expression cares for one.
fn cared_for(types: &Types<'_>, typed: &Typed<'_>, id: ExprId) -> Option<ExprId> {
    match typed.body.expr(id) {
        Expr::Assign {
            place,
            value,
            op: false,
        } => (!is_option(types, typed.ty(*place)) || is_none(typed, *value)).then_some(*place),
        Expr::Method {
            receiver,
            name,
            args,
            ..
        } => {
            let thrown_away = *name == "take" && is_option(types, typed.ty(*receiver));
            let asked = matches!(typed.callee(id), Some(Callee::Ext(call)) if {
                let facts = types.defs.catalogue.call(*call);
                facts.effect == Effect::Check
                    && facts.handle.unwrap_or(Operand::Receiver).of(Some(*receiver), args) == Some(*receiver)
            });
            (thrown_away || asked).then_some(*receiver)
        }
        _ => None,
    }
}

fn is_option(types: &Types<'_>, ty: &Ty) -> bool {
    let mut ty = ty.peeled().clone();
    for _ in 0..MAX_STEPS {
        match &ty {
            Ty::Ext(id, _) if types.defs.catalogue.ty(*id).path.ends_with("::Option") => {
                return true;
            }
            _ => match types.defs.deref(&ty) {
                Some(next) => ty = next,
                None => return false,
            },
        }
    }
    false
}

fn is_none(typed: &Typed<'_>, value: ExprId) -> bool {
    let Expr::Path(path) = typed.body.expr(value) else {
        return false;
    };
    path.segments
        .last()
        .is_some_and(|segment| segment.name == "None")
}

/// What keeps a value; a mutex guard leads to what keeps the mutex.
fn keepers(types: &Types<'_>, typed: &Typed<'_>, val: &Val) -> Vec<Keeper> {
    let mut found = Vec::new();
    for place in val.places() {
        match mutex(types, typed, place) {
            Some(on) => {
                let inner = on.map(|on| Val::One(place.rebased(on)));
                found.extend(
                    inner
                        .places()
                        .iter()
                        .filter_map(|place| keeper(types, typed, place)),
                );
            }
            None => found.extend(keeper(types, typed, place)),
        }
    }
    found
}

fn mutex<'t>(types: &Types<'_>, typed: &'t Typed<'_>, place: &Place) -> Option<&'t Val> {
    let Root::Site(site) = place.root else {
        return None;
    };
    match (typed.body.expr(site), typed.callee(site)) {
        (Expr::Method { receiver, .. }, Some(Callee::Ext(call)))
            if types.defs.catalogue.call(*call).effect == Effect::MutexLock =>
        {
            Some(typed.val(*receiver))
        }
        _ => None,
    }
}

fn keeper(types: &Types<'_>, typed: &Typed<'_>, place: &Place) -> Option<Keeper> {
    let from = match place.root {
        Root::Static(id) => return Some(Keeper::Static(id)),
        Root::Param(0) => typed.scope.self_ty.clone()?,
        Root::Param(index) => {
            let crate::infer::Owner::Fn(id) = typed.owner else {
                return None;
            };
            let signature = types.signature(id);
            signature.params.get(index as usize - 1)?.clone()
        }
        Root::Site(site) => typed.ty(site).clone(),
        Root::Local(local) => typed.local_tys[local.index()].clone(),
        Root::ClosureParam(..) => return None,
    };
    let (adt, field) = follow(types, &from, place.fields())?.field?;
    Some(Keeper::Field(adt, field))
}
