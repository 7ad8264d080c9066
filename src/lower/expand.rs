//! Calls of the workspace's `macro_rules!` macros: expanded by plain substitution and read as if the caller had written the result.
//! A name that the macro itself binds is another one than the caller's; what it writes has the place of the call.

use proc_macro2::{Span, TokenStream};
use syn::parse::{ParseStream, Parser, Result};
use syn::{Macro, Token};

use super::Lower;
use super::depth::{MACRO, MACRO_NESTING, is_shallow};
use super::macros::is_known;
use super::matcher::{Bindings, matched};
use super::pieces::{Piece, pieces};
use super::places::Expansion;
use super::rules::MacroArm;
use super::skip::FnText;
use super::transcribe::Transcriber;
use crate::ir::{Block, ExprId};

/// How many bytes of macros the expansions in a file's functions may read and write, and those in its values as much.
pub(super) const BUDGET: u32 = 4 * 1024 * 1024;
/// How long the text of a call that is expanded may be, in bytes.
const MAX_CALL: usize = 64 * 1024;
/// How many tokens one expansion may have.
const MAX_TOKENS: usize = 20_000;

/// What a call expands to.
struct Expanded {
    tokens: TokenStream,
    place: Expansion,
}

impl Lower<'_> {
    /// The expression that a call stands for.
    pub(super) fn expanded_expr(&mut self, mac: &Macro) -> Option<ExprId> {
        let expanded = self.expand(mac)?;
        let expr = expression.parse2(expanded.tokens).ok()?;
        Some(self.within(expanded.place, |lower| lower.expr(&expr)))
    }

    /// The statements that a call between statements stands for: what they bind by the caller's names is visible behind it.
    pub(super) fn expanded_statements(&mut self, mac: &Macro, into: &mut Block) -> bool {
        let Some(expanded) = self.expand(mac) else {
            return false;
        };
        let Ok(stmts) = syn::Block::parse_within.parse2(expanded.tokens) else {
            return false;
        };
        self.within(expanded.place, |lower| {
            for stmt in &stmts {
                lower.statement(stmt, false, into);
            }
        });
        true
    }

    fn within<T>(&mut self, place: Expansion, run: impl FnOnce(&mut Self) -> T) -> T {
        self.places.enter(place);
        let result = self.opened(run);
        self.places.leave();
        result
    }

    fn expand(&mut self, mac: &Macro) -> Option<Expanded> {
        let path = self.places.path(&mac.path, None);
        let mark = self.places.mark(mac.bang_token.span);
        let meant = self.macros.meant(&path, self.file, mark)?;
        let is_library = path.segments.len() == 1 && is_known(&path.segments[0].name);
        if is_library && meant.rules.file != self.file {
            return None;
        }
        let given = self.inside(mac);
        if self.macro_depth >= MACRO_NESTING || given.len() > MAX_CALL || !is_shallow(&given, MACRO)
        {
            return None;
        }
        let place = Expansion {
            mark,
            call: self.call_range(mac),
            sees_locals: meant.rules.nested,
        };
        let mut arms = meant.rules.arms.iter();
        let (arm, bindings) = arms.find_map(|arm| Some((arm, self.bindings(arm, mac)?)))?;
        let span = mac.bang_token.span;
        let tokens = self.transcribed(&arm.body, &bindings, span, &meant.krate)?;
        Some(Expanded { tokens, place })
    }

    fn bindings(&mut self, arm: &MacroArm, mac: &Macro) -> Option<Bindings> {
        self.pay(64 + arm.matcher.len() + self.inside(mac).len())?;
        let matcher = side(&arm.matcher, true)?;
        matched(&matcher, mac.tokens.clone(), mac.bang_token.span)
    }

    fn transcribed(
        &mut self,
        body: &str,
        bindings: &Bindings,
        span: Span,
        krate: &str,
    ) -> Option<TokenStream> {
        self.pay(body.len())?;
        let mut transcriber = Transcriber {
            span,
            krate,
            left: MAX_TOKENS,
        };
        let tokens = transcriber.write(&side(body, false)?, bindings)?;
        let text = tokens.to_string();
        self.pay(text.len())?;
        is_shallow(&text, MACRO).then_some(tokens)
    }

    /// What a function may spend of its file's budget: settled in the order of functions, whenever each is read.
    pub(super) fn allowance(&mut self, function: FnText) -> u32 {
        let len = function.close - function.open;
        let wanted = u32::try_from(len.saturating_mul(16) + 8 * 1024).unwrap_or(BUDGET);
        let wanted = if function.expands { wanted } else { 0 };
        let allowance = wanted.min(self.budget);
        self.budget -= allowance;
        allowance
    }

    fn pay(&mut self, bytes: usize) -> Option<()> {
        let bytes = u32::try_from(bytes).ok()?;
        self.expansions_left = self.expansions_left.checked_sub(bytes)?;
        Some(())
    }
}

fn side(text: &str, is_matcher: bool) -> Option<Vec<Piece>> {
    if !is_shallow(text, MACRO) {
        return None;
    }
    pieces(text.parse().ok()?, is_matcher)
}

fn expression(input: ParseStream) -> Result<syn::Expr> {
    let expr = input.parse()?;
    input.parse::<Option<Token![;]>>()?;
    Ok(expr)
}
