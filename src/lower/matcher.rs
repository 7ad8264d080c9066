//! A macro call's tokens against an arm's matcher: what its variables stand for.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use rustc_hash::FxHashMap;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser, Result};
use syn::{Ident, Token, braced, bracketed, parenthesized};

use super::pieces::{Piece, variables};

/// What a variable stands for.
#[derive(Clone)]
pub(super) enum Bound {
    /// These tokens, and how many they are.
    One(TokenStream, usize),
    /// One for each repetition.
    Many(Vec<Bound>),
}

pub(super) type Bindings = FxHashMap<String, Bound>;

/// Matches all of a call's tokens.
pub(super) fn matched(matcher: &[Piece], call: TokenStream, span: Span) -> Option<Bindings> {
    let parser = |input: ParseStream| {
        let mut bindings = Bindings::default();
        sequence(matcher, input, span, &mut bindings)?;
        Ok(bindings)
    };
    parser.parse2(call).ok()
}

fn sequence(pieces: &[Piece], input: ParseStream, span: Span, into: &mut Bindings) -> Result<()> {
    for piece in pieces {
        match piece {
            Piece::Token(token) => same(token, input)?,
            Piece::Group(delimiter, inner) => group(*delimiter, inner, input, span, into)?,
            Piece::Variable { name, kind } => {
                let tokens = fragment(kind, input, span)?;
                let size = count(&tokens);
                into.insert(name.clone(), Bound::One(tokens, size));
            }
            Piece::Crate => return Err(input.error("`$crate` in a matcher")),
            Piece::Repeat {
                inner,
                separator,
                operator,
            } => repeat((inner, separator, *operator), input, span, into)?,
        }
    }
    Ok(())
}

fn same(expected: &TokenTree, input: ParseStream) -> Result<()> {
    input.step(|cursor| {
        let rest = match expected {
            TokenTree::Ident(name) => cursor
                .ident()
                .and_then(|(ident, rest)| (ident == *name).then_some(rest)),
            TokenTree::Punct(mark) => cursor
                .punct()
                .and_then(|(punct, rest)| (punct.as_char() == mark.as_char()).then_some(rest)),
            TokenTree::Literal(literal) => cursor.literal().and_then(|(other, rest)| {
                (other.to_string() == literal.to_string()).then_some(rest)
            }),
            TokenTree::Group(_) => None,
        };
        rest.map(|rest| ((), rest))
            .ok_or_else(|| cursor.error("another token"))
    })
}

fn group(
    delimiter: Delimiter,
    inner: &[Piece],
    input: ParseStream,
    span: Span,
    into: &mut Bindings,
) -> Result<()> {
    let content;
    match delimiter {
        Delimiter::Parenthesis => _ = parenthesized!(content in input),
        Delimiter::Brace => _ = braced!(content in input),
        Delimiter::Bracket => _ = bracketed!(content in input),
        Delimiter::None => return sequence(inner, input, span, into),
    }
    sequence(inner, &content, span, into)?;
    if content.is_empty() {
        Ok(())
    } else {
        Err(content.error("more than the matcher asks for"))
    }
}

/// As many as there are, without a way back, like the compiler.
fn repeat(
    (inner, separator, operator): (&[Piece], &[TokenTree], char),
    input: ParseStream,
    span: Span,
    into: &mut Bindings,
) -> Result<()> {
    let mut rounds: Vec<Bindings> = Vec::new();
    while !input.is_empty() && (operator != '?' || rounds.is_empty()) {
        let ahead = input.fork();
        let mut bindings = Bindings::default();
        let separated =
            rounds.is_empty() || separator.iter().all(|token| same(token, &ahead).is_ok());
        let before = ahead.cursor();
        if !separated || sequence(inner, &ahead, span, &mut bindings).is_err() {
            break;
        }
        if ahead.cursor() == before {
            break;
        }
        input.advance_to(&ahead);
        rounds.push(bindings);
    }
    if operator == '+' && rounds.is_empty() {
        return Err(input.error("at least one"));
    }
    let mut names = Vec::new();
    variables(inner, &mut names);
    for name in names {
        let each = rounds.iter_mut().filter_map(|round| round.remove(name));
        into.insert(name.to_owned(), Bound::Many(each.collect()));
    }
    Ok(())
}

/// Reads what a fragment of this kind takes. Expressions and types stay whole in an invisible group.
fn fragment(kind: &str, input: ParseStream, span: Span) -> Result<TokenStream> {
    match kind {
        "expr" | "expr_2021" => Ok(whole(tokens::<syn::Expr>(input)?, span)),
        "ty" => Ok(whole(tokens::<syn::Type>(input)?, span)),
        "ident" => input
            .call(Ident::parse_any)
            .map(ToTokens::into_token_stream),
        "literal" => {
            let mut tokens = input.parse::<Option<Token![-]>>()?.into_token_stream();
            input.parse::<syn::Lit>()?.to_tokens(&mut tokens);
            Ok(tokens)
        }
        "path" => tokens::<syn::Path>(input),
        "block" => tokens::<syn::Block>(input),
        "stmt" => tokens::<syn::Expr>(input),
        "tt" => tokens::<TokenTree>(input),
        "lifetime" => tokens::<syn::Lifetime>(input),
        "vis" => tokens::<syn::Visibility>(input),
        "item" => tokens::<syn::Item>(input),
        "meta" => tokens::<syn::Meta>(input),
        "pat" => input
            .call(syn::Pat::parse_multi_with_leading_vert)
            .map(ToTokens::into_token_stream),
        "pat_param" => input
            .call(syn::Pat::parse_single)
            .map(ToTokens::into_token_stream),
        _ => Err(input.error("an unknown fragment")),
    }
}

fn tokens<T: syn::parse::Parse + ToTokens>(input: ParseStream) -> Result<TokenStream> {
    input.parse::<T>().map(ToTokens::into_token_stream)
}

fn whole(tokens: TokenStream, span: Span) -> TokenStream {
    if tokens.clone().into_iter().nth(1).is_none() {
        return tokens;
    }
    let mut group = Group::new(Delimiter::None, tokens);
    group.set_span(span);
    TokenTree::Group(group).into()
}

/// How many tokens, those in groups too.
fn count(tokens: &TokenStream) -> usize {
    let each = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    });
    each.sum()
}
