//! Macro calls among items: definitions of macros, statics in disguise, and macros around plain items.

use proc_macro2::Span;
use syn::parse::{ParseStream, Result};
use syn::{Attribute, Expr, Ident, ImplItem, Item as SynItem, Macro, Token, Type, Visibility};

use super::Lower;
use super::items::visibility;
use super::macros::branches;
use super::types::lone;
use crate::ir::{Item, ItemKind, Name, TypeRef};

/// `static [ref] NAME: Type [= init];` of `lazy_static!` and `thread_local!`.
struct Static {
    attrs: Vec<Attribute>,
    vis: Visibility,
    keyword: Span,
    name: Ident,
    ty: Type,
    init: Option<Expr>,
}

impl Lower<'_> {
    pub(super) fn item_macro(&mut self, item: &syn::ItemMacro, into: &mut Vec<Item>) {
        if let Some(name) = &item.ident {
            return into.push(self.macro_rules(item, name));
        }
        let before = into.len();
        self.macro_items(&item.mac, into);
        if self.places.attrs(&item.attrs).cfg_test {
            for item in &mut into[before..] {
                item.attrs.cfg_test = true;
            }
        }
    }

    fn macro_items(&mut self, mac: &Macro, into: &mut Vec<Item>) {
        if self.statics(mac, into) {
            return;
        }
        let items = if last_segment_is(mac, &["cfg_if"]) {
            let branches = self
                .parse_macro(mac, |input| branches(input, items))
                .unwrap_or_default();
            Some(
                branches
                    .into_iter()
                    .flat_map(|branch| branch.content)
                    .collect(),
            )
        } else {
            self.parse_macro(mac, items)
        };
        let items: Vec<SynItem> = items.unwrap_or_default();
        self.opened(|lower| into.append(&mut lower.items(&items)));
    }

    /// A macro that stands between statements but declares statics.
    pub(super) fn macro_of_items(&mut self, mac: &Macro) -> bool {
        let mut items = Vec::new();
        let found = self.statics(mac, &mut items);
        self.body.items.append(&mut items);
        found
    }

    fn statics(&mut self, mac: &Macro, into: &mut Vec<Item>) -> bool {
        let wrapper = if last_segment_is(mac, &["lazy_static"]) {
            "LazyLock"
        } else if last_segment_is(mac, &["thread_local", "task_local"]) {
            "LocalKey"
        } else {
            return false;
        };
        let found = self.parse_macro(mac, statics).unwrap_or_default();
        self.opened(|lower| {
            into.extend(found.iter().map(|item| lower.macro_static(item, wrapper)));
        });
        true
    }

    fn macro_static(&mut self, item: &Static, wrapper: &str) -> Item {
        let init = item.init.as_ref().map(|init| self.value_body(init));
        let mut path = lone(Name::from(wrapper));
        path.segments[0].args = vec![self.places.ty(&item.ty)].into();
        let kind = ItemKind::Value {
            ty: TypeRef::Path(path),
            init,
            is_static: true,
        };
        let named = self.places.named(&item.name);
        let end = init.map_or(named.1.end, |init| self.bodies[init.index()].source.end);
        self.whole(
            named,
            (
                &item.attrs,
                &[visibility(&item.vis), Some(item.keyword)],
                end,
            ),
            kind,
        )
    }

    fn macro_rules(&mut self, item: &syn::ItemMacro, name: &Ident) -> Item {
        let end = self.places.close(*item.mac.delimiter.span());
        let start = item
            .mac
            .path
            .segments
            .first()
            .map(|segment| segment.ident.span());
        self.whole(
            self.places.named(name),
            (&item.attrs, &[start], end),
            ItemKind::MacroRules,
        )
    }
}

fn last_segment_is(mac: &Macro, names: &[&str]) -> bool {
    mac.path
        .segments
        .last()
        .is_some_and(|segment| names.iter().any(|name| segment.ident == name))
}

fn items(input: ParseStream) -> Result<Vec<SynItem>> {
    all(input)
}

/// Members of an `impl` block.
pub(super) fn members(input: ParseStream) -> Result<Vec<ImplItem>> {
    all(input)
}

fn all<T: syn::parse::Parse>(input: ParseStream) -> Result<Vec<T>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        found.push(input.parse()?);
    }
    Ok(found)
}

fn statics(input: ParseStream) -> Result<Vec<Static>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        found.push(one_static(input)?);
        if !input.is_empty() {
            input.parse::<Token![;]>()?;
        }
    }
    Ok(found)
}

fn one_static(input: ParseStream) -> Result<Static> {
    let attrs = Attribute::parse_outer(input)?;
    let vis = input.parse()?;
    let keyword = input.parse::<Token![static]>()?.span;
    input.parse::<Option<Token![ref]>>()?;
    let name = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = input.parse()?;
    let mut init = None;
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        init = Some(input.parse()?);
    }
    Ok(Static {
        attrs,
        vis,
        keyword,
        name,
        ty,
        init,
    })
}
