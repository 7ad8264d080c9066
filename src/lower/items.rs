//! Items: modules, values, types, traits and impls to skeletons.

use proc_macro2::Span;
use syn::{Attribute, Fields, ImplItem, Item as SynItem, TraitItem, Visibility};

use super::Lower;
use super::edges::type_start;
use crate::ir::{BodyId, Field, Impl, Item, ItemKind, Name, Trait, Variant};
use crate::source::TextRange;

impl Lower<'_> {
    pub(super) fn items(&mut self, items: &[SynItem]) -> Vec<Item> {
        let mut lowered = Vec::with_capacity(items.len());
        for item in items {
            self.item(item, &mut lowered);
        }
        lowered
    }

    /// Appends what an item declares: nothing for what the analysis doesn't read, several for some macros.
    pub(super) fn item(&mut self, item: &SynItem, into: &mut Vec<Item>) {
        let lowered = match item {
            SynItem::Const(item) => self.constant(item),
            SynItem::Enum(item) => self.enumeration(item),
            SynItem::ExternCrate(item) => self.extern_crate(item),
            SynItem::Fn(item) => self.free_function(item),
            SynItem::Impl(item) => self.implementation(item),
            SynItem::Macro(item) => return self.item_macro(item, into),
            SynItem::Mod(item) => self.module(item),
            SynItem::Static(item) => self.static_item(item),
            SynItem::Struct(item) => self.structure(item),
            SynItem::Trait(item) => self.trait_item(item),
            SynItem::TraitAlias(item) => self.trait_alias(item),
            SynItem::Type(item) => self.alias(item),
            SynItem::Union(item) => self.union(item),
            SynItem::Use(item) => self.import(item),
            _ => return,
        };
        into.push(lowered);
    }

    /// An item that starts at its first attribute, visibility or given token and ends at `end`.
    pub(super) fn whole(
        &mut self,
        (name, range): (Name, TextRange),
        (attributes, tokens, end): (&[Attribute], &[Option<Span>], u32),
        kind: ItemKind,
    ) -> Item {
        let full = TextRange {
            start: self.documented(attributes, tokens),
            end,
        };
        self.statements.push(full);
        Item {
            name,
            range,
            full,
            kind,
            attrs: self.places.attrs(attributes),
        }
    }

    /// The start of the first outer attribute, or of the first token there is.
    pub(super) fn first(&self, attributes: &[Attribute], tokens: &[Option<Span>]) -> u32 {
        let attribute = attributes
            .iter()
            .find(|attribute| matches!(attribute.style, syn::AttrStyle::Outer));
        let span = attribute
            .map(|attribute| attribute.pound_token.span)
            .or(tokens.iter().flatten().next().copied());
        span.map_or(0, |span| self.places.start(span))
    }

    /// The same, with the doc comment above it.
    pub(super) fn documented(&self, attributes: &[Attribute], tokens: &[Option<Span>]) -> u32 {
        self.places.with_docs(self.first(attributes, tokens))
    }

    fn module(&mut self, item: &syn::ItemMod) -> Item {
        let content = item.content.as_ref().map(|(_, items)| self.items(items));
        let end = match (&item.content, &item.semi) {
            (Some((brace, _)), _) => self.places.close(brace.span),
            (None, Some(semi)) => self.places.end(semi.span),
            (None, None) => self.places.ident(&item.ident).end,
        };
        let tokens = [
            visibility(&item.vis),
            item.unsafety.map(|token| token.span),
            Some(item.mod_token.span),
        ];
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            ItemKind::Mod(content),
        )
    }

    fn extern_crate(&mut self, item: &syn::ItemExternCrate) -> Item {
        let krate = self.places.name(&item.ident);
        let alias = item.rename.as_ref().map_or(&item.ident, |(_, alias)| alias);
        let tokens = [visibility(&item.vis), Some(item.extern_token.span)];
        let end = self.places.end(item.semi_token.span);
        self.whole(
            self.places.named(alias),
            (&item.attrs, &tokens, end),
            ItemKind::ExternCrate { krate },
        )
    }

    fn constant(&mut self, item: &syn::ItemConst) -> Item {
        let init = Some(self.value_body(&item.expr));
        let kind = ItemKind::Value {
            ty: self.places.ty(&item.ty),
            init,
            is_static: false,
        };
        let default = item.modifiers.defaultness.map(|token| token.span);
        let tokens = [visibility(&item.vis), default, Some(item.const_token.span)];
        let end = self.places.end(item.semi_token.span);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            kind,
        )
    }

    fn static_item(&mut self, item: &syn::ItemStatic) -> Item {
        let init = Some(self.value_body(&item.expr));
        let kind = ItemKind::Value {
            ty: self.places.ty(&item.ty),
            init,
            is_static: true,
        };
        let tokens = [visibility(&item.vis), Some(item.static_token.span)];
        let end = self.places.end(item.semi_token.span);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            kind,
        )
    }

    /// The body of a constant or static.
    pub(super) fn value_body(&mut self, init: &syn::Expr) -> BodyId {
        self.new_body(|lower| Some(lower.expr(init)))
    }

    fn structure(&mut self, item: &syn::ItemStruct) -> Item {
        let fields = self.fields(&item.fields);
        let end = match (&item.fields, &item.semi_token) {
            (Fields::Named(fields), _) => self.places.close(fields.brace_token.span),
            (_, Some(semi)) => self.places.end(semi.span),
            (Fields::Unnamed(fields), None) => self.places.close(fields.paren_token.span),
            (Fields::Unit, None) => self.places.ident(&item.ident).end,
        };
        let tokens = [visibility(&item.vis), Some(item.struct_token.span)];
        let kind = ItemKind::Struct(self.places.generics(&item.generics), fields);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            kind,
        )
    }

    fn union(&mut self, item: &syn::ItemUnion) -> Item {
        let fields = self.named_fields(&item.fields);
        let end = self.places.close(item.fields.brace_token.span);
        let tokens = [visibility(&item.vis), Some(item.union_token.span)];
        let kind = ItemKind::Struct(self.places.generics(&item.generics), fields);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            kind,
        )
    }

    fn enumeration(&mut self, item: &syn::ItemEnum) -> Item {
        let variants = item
            .variants
            .iter()
            .map(|variant| self.variant(variant))
            .collect();
        let tokens = [visibility(&item.vis), Some(item.enum_token.span)];
        let end = self.places.close(item.brace_token.span);
        let kind = ItemKind::Enum(self.places.generics(&item.generics), variants);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            kind,
        )
    }

    fn variant(&mut self, variant: &syn::Variant) -> Variant {
        let (name, range) = self.places.named(&variant.ident);
        let end = match &variant.fields {
            Fields::Named(fields) => self.places.close(fields.brace_token.span),
            Fields::Unnamed(fields) => self.places.close(fields.paren_token.span),
            Fields::Unit => range.end,
        };
        let start = self.documented(&variant.attrs, &[Some(variant.ident.span())]);
        self.statements.push(TextRange { start, end });
        Variant {
            name,
            fields: self.fields(&variant.fields),
        }
    }

    fn fields(&mut self, fields: &Fields) -> Vec<Field> {
        match fields {
            Fields::Named(fields) => self.named_fields(fields),
            Fields::Unnamed(fields) => self.numbered_fields(fields),
            Fields::Unit => Vec::new(),
        }
    }

    fn named_fields(&mut self, fields: &syn::FieldsNamed) -> Vec<Field> {
        let close = self.places.start(fields.brace_token.span.close());
        let pairs = fields.named.pairs().filter_map(|pair| {
            let end = pair
                .punct()
                .map_or(close, |comma| self.places.start(comma.span));
            let field = pair.value();
            let ident = field.ident.as_ref()?;
            let start =
                self.documented(&field.attrs, &[visibility(&field.vis), Some(ident.span())]);
            self.statements.push(TextRange { start, end });
            let (name, range) = self.places.named(ident);
            Some(Field {
                name,
                range,
                ty: self.places.ty(&field.ty),
                attrs: self.places.attr_paths(&field.attrs),
            })
        });
        pairs.collect()
    }

    fn numbered_fields(&mut self, fields: &syn::FieldsUnnamed) -> Vec<Field> {
        let close = self.places.start(fields.paren_token.span.close());
        let pairs = fields.unnamed.pairs().enumerate().map(|(index, pair)| {
            let field = pair.value();
            let end = pair
                .punct()
                .map_or(close, |comma| self.places.start(comma.span));
            let range = TextRange {
                start: type_start(&field.ty).map_or(end, |first| self.places.start(first)),
                end,
            };
            let attrs = self.places.attr_paths(&field.attrs);
            Field {
                name: Name::from(&index.to_string()),
                ty: self.places.ty(&field.ty),
                range,
                attrs,
            }
        });
        pairs.collect()
    }

    fn alias(&mut self, item: &syn::ItemType) -> Item {
        let kind = ItemKind::Alias(
            self.places.generics(&item.generics),
            self.places.ty(&item.ty),
        );
        let tokens = [visibility(&item.vis), Some(item.type_token.span)];
        let end = self.places.end(item.semi_token.span);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            kind,
        )
    }

    fn trait_alias(&mut self, item: &syn::ItemTraitAlias) -> Item {
        let supers = self.places.bounds(&item.bounds);
        let generics = self.places.generics(&item.generics);
        let kind = ItemKind::Trait(Box::new(Trait {
            generics,
            supers,
            fns: Vec::new(),
            types: Vec::new(),
        }));
        let tokens = [visibility(&item.vis), Some(item.trait_token.span)];
        let end = self.places.end(item.semi_token.span);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            kind,
        )
    }

    fn trait_item(&mut self, item: &syn::ItemTrait) -> Item {
        let generics = self.places.generics(&item.generics);
        let supers = self.places.bounds(&item.supertraits);
        let mut lowered = Trait {
            generics,
            supers,
            fns: Vec::new(),
            types: Vec::new(),
        };
        for item in &item.items {
            match item {
                TraitItem::Fn(item) => lowered.fns.push(self.trait_function(item)),
                TraitItem::Type(item) => {
                    let default = item.default.as_ref().map(|(_, ty)| self.places.ty(ty));
                    lowered.types.push((
                        self.places.name(&item.ident),
                        self.places.bounds(&item.bounds),
                        default,
                    ));
                }
                _ => {}
            }
        }
        let tokens = [
            visibility(&item.vis),
            item.unsafety.map(|token| token.span),
            item.modifiers.auto_token.map(|token| token.span),
            Some(item.trait_token.span),
        ];
        let end = self.places.close(item.brace_token.span);
        self.whole(
            self.places.named(&item.ident),
            (&item.attrs, &tokens, end),
            ItemKind::Trait(Box::new(lowered)),
        )
    }

    fn implementation(&mut self, item: &syn::ItemImpl) -> Item {
        let mut lowered = Impl {
            generics: self.places.generics(&item.generics),
            of_trait: item
                .trait_
                .as_ref()
                .map(|(path, _)| self.places.path(path, None)),
            self_ty: self.places.ty(&item.self_ty),
            fns: Vec::new(),
            types: Vec::new(),
            consts: Vec::new(),
        };
        for item in &item.items {
            self.impl_item(item, &mut lowered);
        }
        let tokens = [
            item.modifiers.defaultness.map(|token| token.span),
            item.unsafety.map(|token| token.span),
            Some(item.impl_token.span),
        ];
        let end = self.places.close(item.brace_token.span);
        let name = (Name::from(""), self.places.range(item.impl_token.span));
        self.whole(
            name,
            (&item.attrs, &tokens, end),
            ItemKind::Impl(Box::new(lowered)),
        )
    }

    /// A member of an `impl` block; a macro around members is opened.
    fn impl_item(&mut self, item: &ImplItem, into: &mut Impl) {
        match item {
            ImplItem::Fn(item) => into.fns.push(self.method(item)),
            ImplItem::Type(item) => into
                .types
                .push((self.places.name(&item.ident), self.places.ty(&item.ty))),
            ImplItem::Const(item) => {
                let init = Some(self.value_body(&item.expr));
                into.consts.push((
                    self.places.name(&item.ident),
                    self.places.ty(&item.ty),
                    init,
                ));
            }
            ImplItem::Macro(item) => {
                for item in self
                    .parse_macro(&item.mac, super::item_macros::members)
                    .unwrap_or_default()
                {
                    self.impl_item(&item, into);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn visibility(vis: &Visibility) -> Option<Span> {
    match vis {
        Visibility::Public(token) => Some(token.span),
        Visibility::Restricted(vis) => Some(vis.pub_token.span),
        Visibility::Inherited => None,
    }
}
