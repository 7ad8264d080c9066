//! Attributes: which are there, whether they mean a test, and the two that name things (`derive`, `path`).

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Stmt, Token};

use super::places::Places;
use crate::ir::{Attrs, Name};

/// Last path segments of attributes that make a function a test.
const TESTS: [&str; 8] = [
    "test",
    "rstest",
    "test_case",
    "quickcheck",
    "bench",
    "proptest",
    "traced_test",
    "wasm_bindgen_test",
];

/// Features behind which crates keep what only tests use.
const TEST_FEATURES: [&str; 10] = [
    "test",
    "tests",
    "testing",
    "test-util",
    "test_util",
    "test-utils",
    "test_utils",
    "test-support",
    "test-helpers",
    "testutils",
];

impl Places<'_> {
    pub(super) fn attrs(&self, attributes: &[Attribute]) -> Attrs {
        let mut attrs = Attrs::default();
        for attribute in attributes {
            self.meta(&attribute.meta, &mut attrs);
        }
        attrs.paths.shrink_to_fit();
        attrs.derives.shrink_to_fit();
        attrs
    }

    /// Whether what has these attributes is compiled for tests alone.
    pub(super) fn is_for_tests(&self, attributes: &[Attribute]) -> bool {
        attributes.iter().any(|attribute| {
            let mut attrs = Attrs::default();
            if attribute.path().is_ident("cfg") {
                self.meta(&attribute.meta, &mut attrs);
            }
            attrs.cfg_test
        })
    }

    /// Paths of attributes.
    pub(super) fn attr_paths(&self, attributes: &[Attribute]) -> Vec<Name> {
        attributes
            .iter()
            .map(|attribute| self.joined(attribute.meta.path()))
            .collect()
    }

    fn meta(&self, meta: &Meta, attrs: &mut Attrs) {
        let path = self.joined(meta.path());
        attrs.paths.push(path);
        attrs.test |= path
            .rsplit("::")
            .next()
            .is_some_and(|last| TESTS.contains(&last));
        match (path.as_str(), meta) {
            ("cfg", Meta::List(list)) => {
                attrs.cfg_test |= list.parse_args().is_ok_and(|meta| requires_test(&meta));
            }
            ("cfg_attr", Meta::List(list)) => {
                for meta in metas(list).iter().skip(1) {
                    self.meta(meta, attrs);
                }
            }
            ("derive", Meta::List(list)) => attrs.derives.extend(self.last_segments(list)),
            ("path", Meta::NameValue(pair)) => {
                attrs.path = string(&pair.value).or(attrs.path.take());
            }
            ("macro_use" | "macro_export", _) => attrs.macro_use = true,
            _ => {}
        }
    }

    fn last_segments(&self, list: &syn::MetaList) -> Vec<Name> {
        let paths =
            Punctuated::<syn::Path, Token![,]>::parse_terminated.parse2(list.tokens.clone());
        let paths = paths.unwrap_or_default();
        paths
            .iter()
            .filter_map(|path| path.segments.last())
            .map(|segment| self.name(&segment.ident))
            .collect()
    }

    fn joined(&self, path: &syn::Path) -> Name {
        if let Some(ident) = path.get_ident() {
            return self.name(ident);
        }
        let segments: Vec<_> = path
            .segments
            .iter()
            .map(|segment| self.name(&segment.ident).as_str())
            .collect();
        Name::from(&segments.join("::"))
    }
}

/// Attributes of a statement; those of rarer expressions are passed over.
pub(super) fn statement_attrs(stmt: &Stmt) -> &[Attribute] {
    match stmt {
        Stmt::Local(local) => &local.attrs,
        Stmt::Macro(stmt) => &stmt.attrs,
        Stmt::Item(_) => &[],
        Stmt::Expr(expr, _) => match expr {
            Expr::Assign(expr) => &expr.attrs,
            Expr::Await(expr) => &expr.attrs,
            Expr::Block(expr) => &expr.attrs,
            Expr::Call(expr) => &expr.attrs,
            Expr::ForLoop(expr) => &expr.attrs,
            Expr::If(expr) => &expr.attrs,
            Expr::Macro(expr) => &expr.attrs,
            Expr::Match(expr) => &expr.attrs,
            Expr::MethodCall(expr) => &expr.attrs,
            Expr::Return(expr) => &expr.attrs,
            Expr::Try(expr) => &expr.attrs,
            _ => &[],
        },
    }
}

/// Whether a `cfg` predicate holds only under `cargo test`, or with a feature that says so.
fn requires_test(meta: &Meta) -> bool {
    let list = match meta {
        Meta::List(list) => list,
        Meta::NameValue(pair) => {
            let feature = string(&pair.value).filter(|_| pair.path.is_ident("feature"));
            return feature.is_some_and(|feature| TEST_FEATURES.contains(&feature.as_str()));
        }
        // A release doesn't have it: checks, and what tests look behind the scenes with.
        Meta::Path(path) => return path.is_ident("test") || path.is_ident("debug_assertions"),
    };
    let inner = metas(list);
    if list.path.is_ident("all") {
        return inner.iter().any(requires_test);
    }
    list.path.is_ident("any") && !inner.is_empty() && inner.iter().all(requires_test)
}

fn metas(list: &syn::MetaList) -> Punctuated<Meta, Token![,]> {
    Punctuated::parse_terminated
        .parse2(list.tokens.clone())
        .unwrap_or_default()
}

fn string(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
