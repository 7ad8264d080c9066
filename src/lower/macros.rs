//! Macro calls in expressions: known grammars first, then arguments, then statements, else opaque.

use std::borrow::Cow;

use syn::parse::{ParseStream, Parser, Result};
use syn::{Macro, Token};

use super::Lower;
use super::arguments::{self, Argument, Arguments};
use super::depth::{MACRO, MACRO_NESTING, is_shallow};
use super::format::captures;
use super::select;
use crate::ir::{Expr, ExprId, MacroArgs, MacroCall, Name};
use crate::source::TextRange;

/// Library macros, whose names mean a macro of the workspace only in the file that defines it.
const LIBRARY: [&str; 46] = [
    "vec",
    "matches",
    "assert_matches",
    "dbg",
    "json",
    "bson",
    "doc",
    "concat",
    "include_str",
    "include_bytes",
    "env",
    "option_env",
    "stringify",
    "line",
    "file",
    "column",
    "module_path",
    "cfg",
    "compile_error",
    "select",
    "select_biased",
    "join",
    "try_join",
    "pin",
    "ready",
    "stream",
    "try_stream",
    "params",
    "named_params",
    "query",
    "query_as",
    "query_scalar",
    "query_unchecked",
    "query_as_unchecked",
    "query_scalar_unchecked",
    "query_file",
    "query_file_as",
    "query_file_scalar",
    "migrate",
    "hashmap",
    "btreemap",
    "smallvec",
    "addr_of",
    "addr_of_mut",
    "is_x86_feature_detected",
    "cfg_if",
];

/// Macros whose string literals are format strings.
const FORMATS: [&str; 42] = [
    "format",
    "format_args",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "bail",
    "anyhow",
    "ensure",
    "eyre",
    "format_err",
    "whatever",
    "info",
    "warn",
    "error",
    "debug",
    "trace",
    "log",
    "event",
    "span",
    "info_span",
    "warn_span",
    "error_span",
    "debug_span",
    "trace_span",
    "crit",
    "fatal",
    "internal_error",
    "slog_info",
    "formatdoc",
];

/// Whether a name is a library macro's.
pub(super) fn is_known(name: &str) -> bool {
    LIBRARY.contains(&name) || FORMATS.contains(&name)
}

impl Lower<'_> {
    pub(super) fn macro_call(&mut self, mac: &Macro) -> ExprId {
        if let Some(expanded) = self.expanded_expr(mac) {
            return expanded;
        }
        let path = self.places.path(&mac.path, None);
        let delimiters = *mac.delimiter.span();
        let name = path
            .segments
            .last()
            .map(|segment| segment.name)
            .unwrap_or_default();
        let args = self.macro_args(&name, mac, self.places.group(delimiters));
        let range = self.call_range(mac);
        self.add(Expr::Macro(Box::new(MacroCall { path, args })), range)
    }

    /// From the path to the closing delimiter.
    pub(super) fn call_range(&self, mac: &Macro) -> TextRange {
        TextRange {
            start: self.path_range(&mac.path, None).start,
            end: self.places.close(*mac.delimiter.span()),
        }
    }

    /// The text of a call's tokens.
    pub(super) fn inside(&self, mac: &Macro) -> Cow<'_, str> {
        let delimiters = *mac.delimiter.span();
        if self
            .places
            .written_by(self.places.group(delimiters))
            .is_some()
        {
            return Cow::Owned(mac.tokens.to_string());
        }
        Cow::Borrowed(self.places.inside(delimiters))
    }

    /// Parses a macro's tokens, unless they or the calls around them nest too deep.
    pub(super) fn parse_macro<T>(
        &self,
        mac: &Macro,
        parser: fn(ParseStream) -> Result<T>,
    ) -> Option<T> {
        let shallow = self.macro_depth < MACRO_NESTING && is_shallow(&self.inside(mac), MACRO);
        if shallow {
            parser.parse2(mac.tokens.clone()).ok()
        } else {
            None
        }
    }

    /// Lowers what a macro's tokens were read as.
    pub(super) fn opened<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.macro_depth += 1;
        let result = lower(self);
        self.macro_depth -= 1;
        result
    }

    fn macro_args(&mut self, name: &str, mac: &Macro, range: TextRange) -> MacroArgs {
        if matches!(name, "select" | "select_biased" | "try_select")
            && let Some(arms) = self.parse_macro(mac, select::arms)
        {
            return self.opened(|lower| lower.select(&arms));
        }
        if name == "cfg_if"
            && let Some(branches) =
                self.parse_macro(mac, |input| branches(input, syn::Block::parse_within))
        {
            return self.opened(|lower| lower.alternatives(&branches, range));
        }
        let grammar = match name {
            "matches" | "assert_matches" | "debug_assert_matches" => arguments::scrutinee,
            "json" | "bson" => arguments::json,
            "doc" | "named_params" => arguments::document,
            "stream" | "try_stream" | "async_stream" => statements,
            "vec" | "smallvec" => arguments::values,
            _ if FORMATS.contains(&name) => arguments::values,
            _ => arguments::values_or_statements,
        };
        let parsed = self.parse_macro(mac, grammar);
        self.opened(|lower| {
            lower.scoped(|lower| match parsed {
                Some(Arguments::Values(values)) => lower.values(&values, FORMATS.contains(&name)),
                Some(Arguments::Statements(stmts)) => {
                    MacroArgs::Block(lower.statements(&stmts, None, range))
                }
                None => MacroArgs::Opaque,
            })
        })
    }

    fn values(&mut self, values: &[Argument], is_format: bool) -> MacroArgs {
        let args: Vec<_> = values.iter().map(|value| self.argument(value)).collect();
        let captures = if is_format {
            self.captures(values, &args)
        } else {
            Vec::new()
        };
        MacroArgs::Exprs { args, captures }
    }

    fn argument(&mut self, argument: &Argument) -> ExprId {
        match argument {
            Argument::Value(value) => self.expr(value),
            Argument::Named(name, value) => {
                let (name, range) = self.places.named(name);
                let place = self.name_expr(name, range);
                let value = self.expr(value);
                let range = TextRange {
                    start: range.start,
                    end: self.end_of(value),
                };
                self.add(
                    Expr::Assign {
                        place,
                        value,
                        op: false,
                    },
                    range,
                )
            }
            Argument::Type(syn::Type::Path(ty)) => {
                let path = self.places.path(&ty.path, ty.qself.as_ref());
                let range = self.path_range(&ty.path, ty.qself.as_ref());
                self.add(Expr::Path(Box::new(path)), range)
            }
            Argument::Type(_) => self.add(Expr::Missing, TextRange::default()),
        }
    }

    /// What the format strings among the arguments capture; named arguments are no captures.
    fn captures(&mut self, values: &[Argument], args: &[ExprId]) -> Vec<(Name, ExprId)> {
        let given: Vec<Name> = values
            .iter()
            .filter_map(|value| self.argument_name(value))
            .collect();
        let mut found = Vec::new();
        for &value in args {
            if let Expr::Str(text) = self.body.ir.expr(value) {
                let names = captures(text).into_iter().map(Name::from);
                found.extend(names.map(|name| (name, self.body.ir.range(value))));
            }
        }
        found.retain(|(name, _)| !given.contains(name));
        found
            .into_iter()
            .map(|(name, range)| (name, self.name_expr(name, range)))
            .collect()
    }

    fn argument_name(&self, value: &Argument) -> Option<Name> {
        match value {
            Argument::Named(name, _) => Some(self.places.name(name)),
            Argument::Value(syn::Expr::Assign(assign)) => match &*assign.left {
                syn::Expr::Path(path) => Some(self.places.name(path.path.get_ident()?)),
                _ => None,
            },
            _ => None,
        }
    }

    /// `cfg_if!` between statements: one of its branches runs, nobody knows which.
    fn alternatives(&mut self, branches: &[Branch<Vec<syn::Stmt>>], range: TextRange) -> MacroArgs {
        let mut or_else = None;
        for branch in branches.iter().rev() {
            let then = self.statements(&branch.content, None, range);
            if !branch.has_condition {
                or_else = Some(then);
                continue;
            }
            let cond = self.add(Expr::Missing, range);
            or_else = Some(self.add(
                Expr::If {
                    cond,
                    then,
                    or_else,
                },
                range,
            ));
        }
        or_else.map_or(MacroArgs::Opaque, MacroArgs::Block)
    }
}

fn statements(input: ParseStream) -> Result<Arguments> {
    syn::Block::parse_within(input).map(Arguments::Statements)
}

/// A branch of `cfg_if! { if #[cfg(…)] { … } else if … else { … } }`.
pub(super) struct Branch<T> {
    has_condition: bool,
    pub(super) content: T,
}

pub(super) fn branches<T>(
    input: ParseStream,
    inside: fn(ParseStream) -> Result<T>,
) -> Result<Vec<Branch<T>>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        input.parse::<Option<Token![else]>>()?;
        let has_condition = input.parse::<Option<Token![if]>>()?.is_some();
        syn::Attribute::parse_outer(input)?;
        let content;
        syn::braced!(content in input);
        found.push(Branch {
            has_condition,
            content: inside(&content)?,
        });
    }
    Ok(found)
}
