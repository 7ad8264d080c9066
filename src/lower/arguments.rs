//! Grammars of macro arguments: comma-separated expressions with what tracing, sqlx and `serde_json` add to them.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Result};
use syn::{Expr, Ident, LitStr, Stmt, Token, Type, braced, bracketed, token};

/// How the tokens of a macro were read.
pub(super) enum Arguments {
    Values(Vec<Argument>),
    Statements(Vec<Stmt>),
}

/// One argument.
pub(super) enum Argument {
    Value(Expr),
    /// `name: value`, `name = %value`.
    Named(Ident, Expr),
    /// A type where no expression is (`query_as!(Vec<Row>, …)`).
    Type(Type),
}

/// Comma-separated expressions, or else statements.
pub(super) fn values_or_statements(input: ParseStream) -> Result<Arguments> {
    let ahead = input.fork();
    if let Ok(values) = separated(&ahead, false)
        && ahead.is_empty()
    {
        input.advance_to(&ahead);
        return Ok(Arguments::Values(values));
    }
    syn::Block::parse_within(input).map(Arguments::Statements)
}

/// Arguments between which `;` may stand (`vec![x; n]`, slog).
pub(super) fn values(input: ParseStream) -> Result<Arguments> {
    separated(input, true).map(Arguments::Values)
}

fn separated(input: ParseStream, semicolons: bool) -> Result<Vec<Argument>> {
    skip_biased(input)?;
    let mut values = Vec::new();
    while !input.is_empty() {
        values.push(argument(input, semicolons)?);
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
        } else if semicolons && input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        } else if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(values)
}

/// `biased;` before the futures of `join!` and `select!`.
pub(super) fn skip_biased(input: ParseStream) -> Result<()> {
    let ahead = input.fork();
    if ahead.parse::<Ident>().is_ok_and(|ident| ident == "biased") && ahead.peek(Token![;]) {
        input.parse::<Ident>()?;
        input.parse::<Token![;]>()?;
    }
    Ok(())
}

fn argument(input: ParseStream, semicolons: bool) -> Result<Argument> {
    if input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        return Ok(Argument::Named(name, sigil_value(input)?));
    }
    if let Some(value) = complete::<Expr>(input, semicolons) {
        return Ok(Argument::Value(value));
    }
    if let Some(ty) = complete::<Type>(input, semicolons) {
        return Ok(Argument::Type(ty));
    }
    if input.peek(LitStr) && input.peek2(Token![=]) {
        input.parse::<LitStr>()?;
        input.parse::<Token![=]>()?;
    } else if input.peek(Ident::peek_any) {
        return Ok(Argument::Named(field_name(input)?, sigil_value(input)?));
    }
    sigil_value(input).map(Argument::Value)
}

/// Reads a whole argument, or nothing.
fn complete<T: Parse>(input: ParseStream, semicolons: bool) -> Option<T> {
    let ahead = input.fork();
    let value = ahead.parse().ok()?;
    let ends = ahead.is_empty()
        || ahead.peek(Token![,])
        || ahead.peek(Token![=>])
        || semicolons && ahead.peek(Token![;]);
    if !ends {
        return None;
    }
    input.advance_to(&ahead);
    Some(value)
}

/// `a.b =` before a tracing field's value: its last name.
fn field_name(input: ParseStream) -> Result<Ident> {
    let mut name = input.call(Ident::parse_any)?;
    while input.parse::<Option<Token![.]>>()?.is_some() {
        name = input.call(Ident::parse_any)?;
    }
    input.parse::<Token![=]>()?;
    Ok(name)
}

/// A value that tracing shows by `Display` (`%`) or `Debug` (`?`).
fn sigil_value(input: ParseStream) -> Result<Expr> {
    if input.parse::<Option<Token![%]>>()?.is_none() {
        input.parse::<Option<Token![?]>>()?;
    }
    input.parse()
}

/// The first of the arguments; the rest is a pattern.
pub(super) fn scrutinee(input: ParseStream) -> Result<Arguments> {
    let value = input.parse()?;
    input.parse::<proc_macro2::TokenStream>()?;
    Ok(Arguments::Values(vec![Argument::Value(value)]))
}

/// The values inside a JSON literal.
pub(super) fn json(input: ParseStream) -> Result<Arguments> {
    let mut values = Vec::new();
    json_value(input, &mut values)?;
    Ok(Arguments::Values(values))
}

/// The values inside a BSON document, which has no braces of its own.
pub(super) fn document(input: ParseStream) -> Result<Arguments> {
    let mut values = Vec::new();
    members(input, &mut values)?;
    Ok(Arguments::Values(values))
}

fn json_value(input: ParseStream, values: &mut Vec<Argument>) -> Result<()> {
    let content;
    if input.peek(token::Brace) {
        braced!(content in input);
        return members(&content, values);
    }
    if !input.peek(token::Bracket) {
        values.push(Argument::Value(input.parse()?));
        return Ok(());
    }
    bracketed!(content in input);
    while !content.is_empty() {
        json_value(&content, values)?;
        comma(&content)?;
    }
    Ok(())
}

fn members(input: ParseStream, values: &mut Vec<Argument>) -> Result<()> {
    while !input.is_empty() {
        while !input.peek(Token![:]) || input.peek(Token![::]) {
            input.parse::<TokenTree>()?;
        }
        input.parse::<Token![:]>()?;
        json_value(input, values)?;
        comma(input)?;
    }
    Ok(())
}

fn comma(input: ParseStream) -> Result<()> {
    if input.is_empty() {
        Ok(())
    } else {
        input.parse::<Token![,]>().map(|_| ())
    }
}
