//! An arm's transcriber and what its variables stand for to the tokens that a call expands to.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};

use super::matcher::{Bindings, Bound};
use super::pieces::{Piece, variables};

/// Where tokens that the call doesn't hold are said to be, what `$crate` is, and how many tokens may still be written.
pub(super) struct Transcriber<'a> {
    pub(super) span: Span,
    pub(super) krate: &'a str,
    pub(super) left: usize,
}

impl Transcriber<'_> {
    /// None where a variable is missing or repeats otherwise, and past the limit.
    pub(super) fn write(&mut self, pieces: &[Piece], bindings: &Bindings) -> Option<TokenStream> {
        let mut out = TokenStream::new();
        for piece in pieces {
            match piece {
                Piece::Token(token) => self.token(token, &mut out)?,
                Piece::Crate => {
                    let krate = Ident::new(self.krate, self.span);
                    self.token(&TokenTree::Ident(krate), &mut out)?;
                }
                Piece::Group(delimiter, inner) => {
                    let inner = self.write(inner, bindings)?;
                    self.token(&Group::new(*delimiter, inner).into(), &mut out)?;
                }
                Piece::Variable { name, .. } => {
                    let Some(Bound::One(tokens, size)) = bindings.get(name) else {
                        return None;
                    };
                    self.left = self.left.checked_sub(*size)?;
                    out.extend(tokens.clone());
                }
                Piece::Repeat {
                    inner, separator, ..
                } => self.repeat(inner, separator, bindings, &mut out)?,
            }
        }
        Some(out)
    }

    fn token(&mut self, token: &TokenTree, out: &mut TokenStream) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let mut token = token.clone();
        token.set_span(self.span);
        out.extend([token]);
        Some(())
    }

    /// Once for each repetition of the variables in it, which repeat equally often.
    fn repeat(
        &mut self,
        inner: &[Piece],
        separator: &[TokenTree],
        bindings: &Bindings,
        out: &mut TokenStream,
    ) -> Option<()> {
        let mut names = Vec::new();
        variables(inner, &mut names);
        let many = |name: &&str| match bindings.get(*name) {
            Some(Bound::Many(rounds)) => Some(((*name).to_owned(), rounds)),
            _ => None,
        };
        let repeated: Vec<_> = names.iter().filter_map(many).collect();
        let rounds = repeated.first()?.1.len();
        if repeated.iter().any(|(_, other)| other.len() != rounds) {
            return None;
        }
        let mut bindings = bindings.clone();
        for round in 0..rounds {
            for (name, each) in &repeated {
                bindings.insert(name.clone(), each[round].clone());
            }
            if round > 0 {
                for token in separator {
                    self.token(token, out)?;
                }
            }
            out.extend(self.write(inner, &bindings)?);
            self.left = self.left.checked_sub(1)?;
        }
        Some(())
    }
}
