//! `select!` as tokio and futures write it: what each arm waits for, binds and runs.

use syn::parse::{ParseStream, Result};
use syn::{Expr, Ident, Pat as SynPat, Token, ext::IdentExt};

use super::Lower;
use super::arguments::skip_biased;
use crate::ir::{MacroArgs, Pat, SelectArm};

/// An arm as written; `wait` is none for `else`, `complete` and `default`.
pub(super) struct Arm {
    wait: Option<(SynPat, Expr)>,
    guard: Option<Expr>,
    body: Expr,
}

pub(super) fn arms(input: ParseStream) -> Result<Vec<Arm>> {
    skip_biased(input)?;
    let mut arms = Vec::new();
    while !input.is_empty() {
        arms.push(arm(input)?);
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(arms)
}

fn arm(input: ParseStream) -> Result<Arm> {
    let wait = wait(input)?;
    let mut guard = None;
    if input.peek(Token![,]) && input.peek2(Token![if]) {
        input.parse::<Token![,]>()?;
        input.parse::<Token![if]>()?;
        guard = Some(input.parse()?);
    }
    input.parse::<Token![=>]>()?;
    let body = if input.peek(syn::token::Brace) {
        Expr::Block(syn::ExprBlock {
            attrs: Vec::new(),
            label: None,
            block: input.parse()?,
        })
    } else {
        input.parse()?
    };
    Ok(Arm { wait, guard, body })
}

fn wait(input: ParseStream) -> Result<Option<(SynPat, Expr)>> {
    let ahead = input.fork();
    let word = ahead.call(Ident::parse_any);
    if word.is_ok_and(|word| word == "else" || word == "complete" || word == "default")
        && ahead.peek(Token![=>])
    {
        input.call(Ident::parse_any)?;
        return Ok(None);
    }
    let pat = SynPat::parse_multi_with_leading_vert(input)?;
    input.parse::<Token![=]>()?;
    Ok(Some((pat, input.parse()?)))
}

impl Lower<'_> {
    /// Futures and guards don't see what the patterns bind.
    pub(super) fn select(&mut self, arms: &[Arm]) -> MacroArgs {
        MacroArgs::Select(arms.iter().map(|arm| self.select_arm(arm)).collect())
    }

    fn select_arm(&mut self, arm: &Arm) -> SelectArm {
        let future = arm.wait.as_ref().map(|(_, future)| self.expr(future));
        let guard = arm.guard.as_ref().map(|guard| self.expr(guard));
        self.scoped(|lower| {
            let pat = match &arm.wait {
                Some((pat, _)) => lower.pat(pat),
                None => lower.add_pat(Pat::Wild),
            };
            SelectArm {
                pat,
                future,
                guard,
                body: lower.expr(&arm.body),
            }
        })
    }
}
