//! A body and the definitions to types and values: what each expression is, which call it makes, and which connection it stands for.
//! One forward walk a body; names play no part.

mod call;
mod carried;
mod closure;
mod expr;
mod ext;
mod macro_names;
mod macros;
mod method;
mod own;
mod pattern;
mod query;
mod role;
mod setting;
mod text;
mod value;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::catalogue::{CallId, Versions};
use crate::defs::{Defs, FnId, ModuleId, Scope, ValueId};
use crate::included::Included;
use crate::ir::{Body, ExprId, LocalId, Name, TypeRef};
use crate::source::FileId;
use crate::ty::{Subst, Ty};

pub use query::{Query, QueryFact};
pub use role::Part;
pub use setting::{Options, Setting};
pub use text::TextReader;
pub use value::{Place, Root, Val};

/// What a call reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// Functions of the workspace: several behind a trait or under `cfg` alternatives.
    Own(Vec<FnId>),
    /// A call of the catalogue.
    Ext(CallId),
    /// A closure of this body.
    Closure(ExprId),
    /// A tuple struct or variant.
    Constructor,
}

/// A function's declared types.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The type of `self`, if it has one.
    pub receiver: Option<Ty>,
    /// Parameters, `self` excluded.
    pub params: Vec<Ty>,
    /// What a call yields: a future for an `async fn`.
    pub ret: Ty,
}

impl Signature {
    /// The type of a parameter: 0 is `self`, the others count from 1.
    #[must_use]
    pub fn param(&self, index: u32) -> Option<&Ty> {
        match index.checked_sub(1) {
            None => self.receiver.as_ref(),
            Some(index) => self.params.get(index as usize),
        }
    }
}

/// Shared by all bodies: definitions and signatures.
#[derive(Debug)]
pub struct Types<'a> {
    /// All definitions.
    pub defs: &'a Defs<'a>,
    /// Text of included files.
    pub included: &'a Included,
    signatures: Vec<OnceLock<Signature>>,
    parts: role::PartCache,
}

/// Whose body it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Owner {
    /// A function's.
    Fn(FnId),
    /// A static's or constant's initialiser.
    Value(ValueId),
}

/// A body with types and values.
#[derive(Debug)]
pub struct Typed<'a> {
    /// Whose.
    pub owner: Owner,
    /// The expressions.
    pub body: &'a Body,
    /// Its file.
    pub file: FileId,
    /// Where its types are written.
    pub scope: Scope<'a>,
    /// Type of each expression.
    pub tys: Vec<Ty>,
    /// What each expression stands for.
    pub vals: Vec<Val>,
    /// Type of each local.
    pub local_tys: Vec<Ty>,
    /// What each local stands for.
    pub local_vals: Vec<Val>,
    /// What calls reach.
    pub calls: FxHashMap<ExprId, Callee>,
    /// Text and binds appended to a local in place (`sql.push_str(…)`, `builder.push(…)`), in order.
    pub appended: FxHashMap<LocalId, Vec<ExprId>>,
    /// What a closure's first parameter is given, where its call tells.
    closure_vals: FxHashMap<ExprId, Val>,
    /// Locals that were sorted in place.
    pub sorted: Vec<LocalId>,
}

impl<'a> Types<'a> {
    /// For all bodies of `defs`.
    #[must_use]
    pub fn new(defs: &'a Defs<'a>, included: &'a Included) -> Self {
        Self {
            defs,
            included,
            signatures: (0..defs.fns.len()).map(|_| OnceLock::new()).collect(),
            parts: role::PartCache::default(),
        }
    }

    /// A function's declared types.
    #[must_use]
    pub fn signature(&self, id: FnId) -> &Signature {
        self.signatures[id.0 as usize].get_or_init(|| self.read_signature(id))
    }

    fn read_signature(&self, id: FnId) -> Signature {
        let function = self.defs.function(id);
        let scope = self.defs.scope_of(id);
        let self_ty = || scope.self_ty.clone().unwrap_or_default();
        let receiver = function
            .ir
            .receiver
            .as_ref()
            .map(|receiver| match receiver {
                crate::ir::Receiver::Value => self_ty(),
                crate::ir::Receiver::Ref => Ty::Ref(self_ty().into(), false),
                crate::ir::Receiver::RefMut => Ty::Ref(self_ty().into(), true),
                crate::ir::Receiver::Typed(written) => self.defs.ty(written, &scope),
            });
        let params = function
            .ir
            .params
            .iter()
            .map(|written| self.defs.ty(written, &scope))
            .collect();
        let ret = self.defs.ty(&function.ir.ret, &scope);
        let ret = if function.ir.is_async {
            Ty::Future(ret.into())
        } else {
            ret
        };
        Signature {
            receiver,
            params,
            ret,
        }
    }

    /// Types and values of a function's body.
    #[must_use]
    pub fn infer_fn(&self, id: FnId) -> Option<Typed<'a>> {
        let body = self.defs.body(id)?;
        let mut walk = Walk::new(
            self,
            Owner::Fn(id),
            body,
            self.defs.function(id).file,
            self.defs.scope_of(id),
        );
        let signature = self.signature(id).clone();
        if let (Some(local), Some(ty)) = (body.self_local, signature.receiver) {
            walk.bind(local, ty, Val::root(Root::Param(0)));
        }
        for (index, (pat, ty)) in body.params.iter().zip(signature.params).enumerate() {
            walk.bind_pat(*pat, &ty, &Val::root(Root::Param(index as u32 + 1)));
        }
        Some(walk.run())
    }

    /// Types and values of a static's or constant's initialiser.
    #[must_use]
    pub fn infer_value(&self, id: ValueId) -> Option<Typed<'a>> {
        let value = self.defs.value(id);
        let file = self.defs.module(value.module).file;
        let body = self.defs.body_of(file, value.init?)?;
        let scope = match value.in_impl {
            Some(block) => self.defs.impl_scope(block),
            None => Scope::plain(value.block.unwrap_or(value.module)),
        };
        Some(Walk::new(self, Owner::Value(id), body, file, scope).run())
    }
}

/// The walk over one body.
struct Walk<'t, 'a> {
    types: &'t Types<'a>,
    out: Typed<'a>,
    macro_names: macro_names::MacroNames,
}

impl<'t, 'a> Walk<'t, 'a> {
    fn new(
        types: &'t Types<'a>,
        owner: Owner,
        body: &'a Body,
        file: FileId,
        scope: Scope<'a>,
    ) -> Self {
        let out = Typed {
            owner,
            body,
            file,
            scope,
            tys: vec![Ty::Unknown; body.exprs.len()],
            vals: vec![Val::None; body.exprs.len()],
            local_tys: vec![Ty::Unknown; body.locals.len()],
            local_vals: vec![Val::None; body.locals.len()],
            calls: FxHashMap::default(),
            appended: FxHashMap::default(),
            closure_vals: FxHashMap::default(),
            sorted: Vec::new(),
        };
        let macro_names = macro_names::MacroNames::find(body);
        Self {
            types,
            out,
            macro_names,
        }
    }

    fn run(mut self) -> Typed<'a> {
        if let Some(root) = self.out.body.root {
            self.expr(root);
        }
        self.out
    }

    fn defs(&self) -> &'t Defs<'a> {
        self.types.defs
    }

    fn module(&self) -> ModuleId {
        self.out.scope.module
    }

    fn versions(&self) -> &'t Versions {
        self.types.defs.versions(self.module())
    }

    fn written(&self, ty: &TypeRef) -> Ty {
        self.defs().ty(ty, &self.out.scope)
    }

    fn ty(&self, id: ExprId) -> &Ty {
        &self.out.tys[id.index()]
    }

    fn val(&self, id: ExprId) -> &Val {
        &self.out.vals[id.index()]
    }

    fn bind(&mut self, local: LocalId, ty: Ty, val: Val) {
        let known = &mut self.out.local_tys[local.index()];
        if ty.is_known() || !known.is_known() {
            *known = ty;
        }
        let before = std::mem::take(&mut self.out.local_vals[local.index()]);
        self.out.local_vals[local.index()] = before.or(val);
    }
}

impl Typed<'_> {
    /// The type of an expression.
    #[must_use]
    pub fn ty(&self, id: ExprId) -> &Ty {
        &self.tys[id.index()]
    }

    /// What an expression stands for.
    #[must_use]
    pub fn val(&self, id: ExprId) -> &Val {
        &self.vals[id.index()]
    }

    /// What a call reaches.
    #[must_use]
    pub fn callee(&self, id: ExprId) -> Option<&Callee> {
        self.calls.get(&id)
    }
}

/// A name as an interned one, for associated types and fields.
fn name(text: &str) -> Name {
    Name::from(text)
}

/// What parameters stand for: those of `names`, in order.
fn subst_of(names: &[Name], args: &[Ty]) -> Subst {
    names.iter().copied().zip(args.iter().cloned()).collect()
}
