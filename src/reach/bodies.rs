//! What a body names.

use super::Names;
use crate::ir::{Body, Expr, ExprId, PathRef, TypeRef};

/// A body, asked for the names in it.
pub(super) struct Mentions<'a>(pub &'a Body);

impl Mentions<'_> {
    /// Whether it names anything that leads to a handle.
    pub(super) fn any(&self, names: &Names) -> bool {
        self.0.exprs.iter().any(|expr| match expr {
            Expr::Path(path) => in_path(path, names),
            Expr::Struct { path, .. } => in_path(path, names),
            Expr::Macro(call) => in_path(&call.path, names),
            Expr::Method {
                name,
                turbofish,
                args,
                ..
            } => {
                names.methods.contains(name)
                    || names.routers.contains(name) && self.gives_code(args)
                    || turbofish.iter().any(|ty| in_type(ty, names))
            }
            Expr::Call { callee, args } => match self.0.expr(*callee) {
                Expr::Path(path) => {
                    let last = path.segments.last();
                    last.is_some_and(|last| names.routers.contains(&last.name))
                        && self.gives_code(args)
                }
                _ => false,
            },
            _ => false,
        })
    }

    fn gives_code(&self, args: &[ExprId]) -> bool {
        args.iter()
            .any(|arg| matches!(self.0.expr(*arg), Expr::Path(_) | Expr::Closure(_)))
    }
}

fn in_path(path: &PathRef, names: &Names) -> bool {
    let within = path.segments.iter().any(|segment| {
        names.segments.contains(&segment.name) || segment.args.iter().any(|ty| in_type(ty, names))
    });
    let pair = match &*path.segments {
        [.., owner, name] => names.associated.contains(&(owner.name, name.name)),
        _ => false,
    };
    within || pair || path.qself.as_deref().is_some_and(|ty| in_type(ty, names))
}

fn in_type(ty: &TypeRef, names: &Names) -> bool {
    match ty {
        TypeRef::Path(path) => in_path(path, names),
        TypeRef::Ref(inner, _) | TypeRef::Ptr(inner) | TypeRef::Slice(inner) => {
            in_type(inner, names)
        }
        TypeRef::Tuple(types) => types.iter().any(|ty| in_type(ty, names)),
        _ => false,
    }
}
