//! The two sides of a `macro_rules!` arm as trees: what stands for itself, variables, and repetitions.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A part of a matcher or transcriber.
pub(super) enum Piece {
    /// A token that stands for itself.
    Token(TokenTree),
    /// A delimited group.
    Group(Delimiter, Vec<Piece>),
    /// `$name:kind`; without kind in a transcriber.
    Variable { name: String, kind: String },
    /// `$crate`
    Crate,
    /// `$( … ) separator operator`
    Repeat {
        inner: Vec<Piece>,
        separator: Vec<TokenTree>,
        operator: char,
    },
}

type Tokens = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

/// Reads one side; none where it says more than plain substitution does (`$$`, `${count(x)}`).
pub(super) fn pieces(tokens: TokenStream, is_matcher: bool) -> Option<Vec<Piece>> {
    let mut tokens = tokens.into_iter().peekable();
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        found.push(match token {
            TokenTree::Punct(mark) if mark.as_char() == '$' => {
                after_dollar(&mut tokens, is_matcher)?
            }
            TokenTree::Group(group) => {
                Piece::Group(group.delimiter(), pieces(group.stream(), is_matcher)?)
            }
            token => Piece::Token(token),
        });
    }
    Some(found)
}

fn after_dollar(tokens: &mut Tokens, is_matcher: bool) -> Option<Piece> {
    match tokens.next()? {
        TokenTree::Ident(name) if name == "crate" => Some(Piece::Crate),
        TokenTree::Ident(name) => {
            let kind = if is_matcher {
                tokens.next().filter(|token| is_punct(token, ':'))?;
                tokens.next()?.to_string()
            } else {
                String::new()
            };
            let name = name.to_string();
            Some(Piece::Variable { name, kind })
        }
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let inner = pieces(group.stream(), is_matcher)?;
            let mut separator = Vec::new();
            let operator = loop {
                let token = tokens.next()?;
                match operator(&token) {
                    Some(operator) => break operator,
                    _ if separator.len() < 2 => separator.push(token),
                    _ => return None,
                }
            };
            Some(Piece::Repeat {
                inner,
                separator,
                operator,
            })
        }
        _ => None,
    }
}

fn operator(token: &TokenTree) -> Option<char> {
    ['*', '+', '?']
        .into_iter()
        .find(|operator| is_punct(token, *operator))
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// Names of the variables in some pieces, those in groups and repetitions too.
pub(super) fn variables<'p>(pieces: &'p [Piece], into: &mut Vec<&'p str>) {
    for piece in pieces {
        match piece {
            Piece::Variable { name, .. } => into.push(name),
            Piece::Group(_, inner) | Piece::Repeat { inner, .. } => variables(inner, into),
            Piece::Token(_) | Piece::Crate => {}
        }
    }
}
