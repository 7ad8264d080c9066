//! Functions: signatures, parameters and bodies.

use proc_macro2::Span;
use syn::{Attribute, FnArg, Pat as SynPat, ReceiverKind, Signature, Visibility};

use super::Lower;
use super::items::visibility;
use crate::ir::{BodyId, ExprId, Function, Item, ItemKind, Name, Receiver, Slot};
use crate::source::TextRange;

impl Lower<'_> {
    pub(super) fn free_function(&mut self, item: &syn::ItemFn) -> Item {
        let starts = [
            visibility(&item.vis),
            item.modifiers.defaultness.map(|token| token.span),
        ];
        let mut function = self.function(&item.attrs, starts, &item.sig, Ok(&item.block));
        function.is_pub = matches!(item.vis, Visibility::Public(_));
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
        let mut method = self.function(&item.attrs, starts, &item.sig, Ok(&item.block));
        method.is_pub = matches!(item.vis, Visibility::Public(_));
        method
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
            is_pub: false,
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

    /// Reads a body, or says where it is.
    fn function_body(&mut self, sig: &Signature, block: &syn::Block) -> BodyId {
        let range = self.places.group(block.brace_token.span);
        let Some(text) = self.texts.at(range.start) else {
            return self.new_body(|lower| Some(lower.parameters_and_block(sig, block)));
        };
        let allowance = self.allowance(text);
        if self.texts.are_left_out && !text.stays {
            return self.later(text.range(), allowance, block);
        }
        let outer = std::mem::replace(&mut self.expansions_left, allowance);
        let id = self.new_body(|lower| Some(lower.parameters_and_block(sig, block)));
        self.expansions_left = outer;
        id
    }

    /// A body of which only imports and constants have been parsed.
    fn later(&mut self, source: TextRange, allowance: u32, block: &syn::Block) -> BodyId {
        let id = BodyId(self.bodies.len() as u32);
        self.bodies.push(Slot::unread(source, allowance));
        let outer = std::mem::take(&mut self.body);
        for stmt in &block.stmts {
            if let syn::Stmt::Item(item) = stmt {
                self.inner_item(item);
            }
        }
        let inner = std::mem::replace(&mut self.body, outer);
        self.bodies[id.index()].items = inner.items;
        id
    }

    /// The root of a body of its own.
    pub(super) fn parameters_and_block(&mut self, sig: &Signature, block: &syn::Block) -> ExprId {
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let range = self.places.range(receiver.self_token.span);
                    let is_mut = receiver.mutability.is_some();
                    self.body.ir.self_local = Some(self.declare(Name::from("self"), range, is_mut));
                }
                FnArg::Typed(param) => {
                    let pat = self.pat(&param.pat);
                    self.body.ir.params.push(pat);
                }
            }
        }
        self.block(block, None)
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
