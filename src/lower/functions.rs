//! Functions: signatures, parameters and bodies.

use proc_macro2::Span;
use syn::{Attribute, FnArg, Pat as SynPat, ReceiverKind, Signature};

use super::Lower;
use super::items::visibility;
use crate::ir::{BodyId, Function, Item, ItemKind, Name, Receiver};
use crate::source::TextRange;

impl Lower<'_> {
    pub(super) fn free_function(&mut self, item: &syn::ItemFn) -> Item {
        let starts = [
            visibility(&item.vis),
            item.modifiers.defaultness.map(|token| token.span),
        ];
        let function = self.function(&item.attrs, starts, &item.sig, Ok(&item.block));
        let (name, range, full) = (function.name, function.range, function.full);
        Item {
            name,
            range,
            full,
            attrs: function.attrs.clone(),
            kind: ItemKind::Fn(Box::new(function)),
        }
    }

    pub(super) fn method(&mut self, item: &syn::ImplItemFn) -> Function {
        let starts = [
            visibility(&item.vis),
            item.modifiers.defaultness.map(|token| token.span),
        ];
        self.function(&item.attrs, starts, &item.sig, Ok(&item.block))
    }

    pub(super) fn trait_function(&mut self, item: &syn::TraitItemFn) -> Function {
        let starts = [None, item.modifiers.defaultness.map(|token| token.span)];
        let end = item
            .semi_token
            .map_or(item.sig.paren_token.span.close(), |semi| semi.span);
        self.function(
            &item.attrs,
            starts,
            &item.sig,
            item.default.as_ref().ok_or(end),
        )
    }

    /// A function with its block, or with its last token where it has none.
    fn function(
        &mut self,
        attributes: &[Attribute],
        [vis, default]: [Option<Span>; 2],
        sig: &Signature,
        block: Result<&syn::Block, Span>,
    ) -> Function {
        let (name, range) = self.places.named(&sig.ident);
        let end = match block {
            Ok(block) => self.places.close(block.brace_token.span),
            Err(last) => self.places.end(last),
        };
        let full = TextRange {
            start: self.documented(attributes, &[vis, default, Some(first_token(sig))]),
            end,
        };
        self.statements.push(full);
        let typed = sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(param) => Some(param),
            FnArg::Receiver(_) => None,
        });
        Function {
            name,
            range,
            full,
            generics: self.places.generics(&sig.generics),
            receiver: sig.inputs.first().and_then(|input| self.receiver(input)),
            params: typed
                .clone()
                .map(|param| self.places.ty(&param.ty))
                .collect(),
            param_names: typed.map(|param| self.param_name(&param.pat)).collect(),
            ret: self.places.return_type(&sig.output),
            is_async: sig.asyncness.is_some(),
            attrs: self.places.attrs(attributes),
            body: block.ok().map(|block| self.function_body(sig, block)),
        }
    }

    fn receiver(&self, input: &FnArg) -> Option<Receiver> {
        let FnArg::Receiver(receiver) = input else {
            return None;
        };
        Some(match &receiver.kind {
            ReceiverKind::Reference(_, _, None) => Receiver::Ref,
            ReceiverKind::Reference(_, _, Some(_)) => Receiver::RefMut,
            ReceiverKind::Typed(_, ty) => Receiver::Typed(self.places.ty(ty)),
            _ => Receiver::Value,
        })
    }

    fn param_name(&self, pat: &SynPat) -> Option<Name> {
        match pat {
            SynPat::Ident(pat) if pat.subpat.is_none() => Some(self.places.name(&pat.ident)),
            _ => None,
        }
    }

    fn function_body(&mut self, sig: &Signature, block: &syn::Block) -> BodyId {
        self.new_body(|lower| {
            for input in &sig.inputs {
                match input {
                    FnArg::Receiver(receiver) => {
                        let range = lower.places.range(receiver.self_token.span);
                        let local =
                            lower.declare(Name::from("self"), range, receiver.mutability.is_some());
                        lower.body.ir.self_local = Some(local);
                    }
                    FnArg::Typed(param) => {
                        let pat = lower.pat(&param.pat);
                        lower.body.ir.params.push(pat);
                    }
                }
            }
            Some(lower.block(block, None))
        })
    }
}

fn first_token(sig: &Signature) -> Span {
    let safety = match &sig.safety {
        syn::Safety::Safe(token) => Some(token.span),
        syn::Safety::Unsafe(token) => Some(token.span),
        syn::Safety::Default => None,
    };
    let tokens = [
        sig.constness.map(|token| token.span),
        sig.asyncness.map(|token| token.span),
        safety,
        sig.abi.as_ref().map(|abi| abi.extern_token.span),
    ];
    tokens
        .into_iter()
        .flatten()
        .next()
        .unwrap_or(sig.fn_token.span)
}
