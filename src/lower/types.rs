//! Types, paths, bounds and generics as written.

use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

use super::places::Places;
use crate::ir::{GenericParam, Generics, Name, PathRef, Rare, Segment, TypeRef};

impl Places<'_> {
    pub(super) fn ty(&self, ty: &Type) -> TypeRef {
        match ty {
            Type::Array(ty) => TypeRef::Slice(Box::new(self.ty(&ty.elem))),
            Type::FnPtr(ty) => {
                let inputs = ty.inputs.iter().map(|arg| self.ty(&arg.ty)).collect();
                TypeRef::Fn(inputs, Box::new(self.return_type(&ty.output)))
            }
            Type::Group(ty) => self.ty(&ty.elem),
            Type::ImplTrait(ty) => TypeRef::Impl(self.bounds(&ty.bounds)),
            Type::Never(_) => TypeRef::Never,
            Type::Paren(ty) => self.ty(&ty.elem),
            Type::Path(ty) => TypeRef::Path(self.path(&ty.path, ty.qself.as_ref())),
            Type::Ptr(ty) => TypeRef::Ptr(Box::new(self.ty(&ty.elem))),
            Type::Reference(ty) => {
                TypeRef::Ref(Box::new(self.ty(&ty.elem)), ty.mutability.is_some())
            }
            Type::Slice(ty) => TypeRef::Slice(Box::new(self.ty(&ty.elem))),
            Type::TraitObject(ty) => TypeRef::Dyn(self.bounds(&ty.bounds)),
            Type::Tuple(ty) => TypeRef::Tuple(ty.elems.iter().map(|ty| self.ty(ty)).collect()),
            _ => TypeRef::Unknown,
        }
    }

    pub(super) fn return_type(&self, output: &ReturnType) -> TypeRef {
        match output {
            ReturnType::Default => TypeRef::Tuple(Vec::new()),
            ReturnType::Type(_, ty) => self.ty(ty),
        }
    }

    /// A path with its `<T as Trait>::` prefix, whose trait syn already holds in the path.
    pub(super) fn path(&self, path: &syn::Path, qself: Option<&syn::QSelf>) -> PathRef {
        let mut segments =
            Vec::with_capacity(path.segments.len() + usize::from(path.leading_colon.is_some()));
        if path.leading_colon.is_some() && qself.is_none() {
            segments.push(plain(Name::from("")));
        }
        segments.extend(path.segments.iter().map(|segment| self.segment(segment)));
        PathRef {
            qself: qself.map(|qself| Box::new(self.ty(&qself.ty))),
            segments: segments.into(),
        }
    }

    fn segment(&self, segment: &syn::PathSegment) -> Segment {
        let mut lowered = plain(self.name(&segment.ident));
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(arguments) => {
                lowered.args = self.type_arguments(arguments);
                lowered.bindings = self.bindings(arguments);
            }
            PathArguments::Parenthesized(arguments) => {
                let inputs = arguments
                    .inputs
                    .iter()
                    .map(|arg| self.ty(&arg.ty))
                    .collect();
                let output = Box::new(self.return_type(&arguments.output));
                lowered.args = vec![TypeRef::Fn(inputs, output)].into();
            }
        }
        lowered
    }

    fn bindings(&self, arguments: &syn::AngleBracketedGenericArguments) -> Rare<(Name, TypeRef)> {
        let bindings = arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::AssocType(binding) => {
                Some((self.name(&binding.ident), self.ty(&binding.ty)))
            }
            GenericArgument::Constraint(constraint) => Some((
                self.name(&constraint.ident),
                TypeRef::Impl(self.bounds(&constraint.bounds)),
            )),
            _ => None,
        });
        bindings.collect()
    }

    /// The types between `<` and `>`.
    pub(super) fn type_arguments(
        &self,
        arguments: &syn::AngleBracketedGenericArguments,
    ) -> Rare<TypeRef> {
        let types = arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(self.ty(ty)),
            _ => None,
        });
        types.collect()
    }

    /// Trait bounds; `?Sized`, lifetimes and `use<…>` are none.
    pub(super) fn bounds<P>(&self, bounds: &Punctuated<TypeParamBound, P>) -> Vec<PathRef> {
        let traits = bounds.iter().filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) if bound.maybe.is_none() => {
                Some(self.path(&bound.path, None))
            }
            _ => None,
        });
        let mut traits: Vec<_> = traits.collect();
        traits.shrink_to_fit();
        traits
    }

    pub(super) fn generics(&self, generics: &syn::Generics) -> Generics {
        let params = generics.type_params().map(|param| GenericParam {
            name: self.name(&param.ident),
            bounds: self.bounds(&param.bounds),
            default: param.default.as_ref().map(|(_, ty)| self.ty(ty)),
        });
        let predicates = generics
            .where_clause
            .iter()
            .flat_map(|clause| &clause.predicates);
        let wheres = predicates.filter_map(|predicate| match predicate {
            syn::WherePredicate::Type(predicate) => Some((
                self.ty(&predicate.bounded_ty),
                self.bounds(&predicate.bounds),
            )),
            _ => None,
        });
        Generics {
            params: params.collect(),
            wheres: wheres.collect(),
        }
    }
}

/// A segment without arguments.
fn plain(name: Name) -> Segment {
    Segment {
        name,
        args: Rare::default(),
        bindings: Rare::default(),
    }
}

/// A path of one segment.
pub(super) fn lone(name: Name) -> PathRef {
    PathRef {
        qself: None,
        segments: Box::new([plain(name)]),
    }
}
