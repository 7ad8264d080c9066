//! Row streams that have been read to their end: where asking for the next row gives `None`.

use super::build::Builder;
use super::event::EventKind;
use crate::infer::{Root, Val};
use crate::ir::{Expr, ExprId};
use crate::source::TextRange;

/// Chains are followed this deep.
const MAX_DEPTH: usize = 32;
/// Methods that ask a stream for its next row.
const ASKS: &[&str] = &["next", "try_next"];
/// What changes the error alone: `None` stays what it is, and nothing else becomes it.
const KEEPS: &[&str] = &[
    "map_err",
    "context",
    "with_context",
    "wrap_err",
    "wrap_err_with",
    "change_context",
    "inspect_err",
    "transpose",
];
/// What ends before the stream that it is made of, or goes on after it: that it is over doesn't tell of the rows.
const CUTS: &[&str] = &[
    "take",
    "take_while",
    "try_take_while",
    "map_while",
    "take_until",
    "timeout",
    "scan",
    "zip",
    "select",
];

impl Builder<'_, '_> {
    /// The streams that are over where a value is `None`, by the calls that made them: those that give back their connection then.
    pub(super) fn read_to_the_end(&self, value: ExprId) -> Vec<ExprId> {
        let Some(stream) = self.asked_for_more(value) else {
            return Vec::new();
        };
        let made = self.typed.val(stream);
        let sites = made.places().iter().filter_map(|place| match place.root {
            Root::Site(site) if place.path.is_none() => Some(site),
            _ => None,
        });
        let sites = sites.filter(|site| self.gives_back_at_its_end(*site));
        sites
            .filter(|site| !self.is_cut(*site) && !self.may_be_left(*site, value))
            .collect()
    }

    /// `stream` of `stream.try_next().await?`
    fn asked_for_more(&self, value: ExprId) -> Option<ExprId> {
        let mut at = value;
        for _ in 0..MAX_DEPTH {
            at = match self.typed.body.expr(at) {
                Expr::Await(next) | Expr::Try(next) => *next,
                Expr::Method { receiver, name, .. } if ASKS.contains(&name.as_str()) => {
                    return Some(*receiver);
                }
                Expr::Method { receiver, name, .. } if KEEPS.contains(&name.as_str()) => *receiver,
                _ => return None,
            };
        }
        None
    }

    fn gives_back_at_its_end(&self, site: ExprId) -> bool {
        let mut events = self.blocks.iter().flat_map(|block| &block.events);
        events.any(|event| match &event.kind {
            EventKind::Statement {
                streams: true,
                call,
                ..
            } if event.at == site => {
                let value = self.types.defs.catalogue.call(*call).value;
                value.is_some_and(|value| value == "until_end")
            }
            _ => false,
        })
    }

    /// Whether the loop that reads a stream has another way out than its end: behind the loop there may be rows to come then.
    fn may_be_left(&self, site: ExprId, value: ExprId) -> bool {
        let body = self.typed.body;
        let (made, asked) = (body.range(site), body.range(value));
        let reads = |(expr, around): &(&Expr, &TextRange)| {
            expr.is_loop() && around.holds(asked) && !around.holds(made)
        };
        let loops = body.exprs.iter().zip(&body.ranges).filter(reads);
        let Some((reader, around)) = loops.min_by_key(|(_, around)| around.end - around.start)
        else {
            return false;
        };
        let is_condition =
            matches!(reader, Expr::While { cond, .. } if body.range(*cond).holds(asked));
        // Without a condition it is left by `break` at the end of the rows.
        let due = usize::from(!is_condition);
        let breaks = body.exprs.iter().zip(&body.ranges);
        let breaks =
            breaks.filter(|(expr, at)| matches!(expr, Expr::Break(..)) && around.holds(**at));
        breaks.count() > due
    }

    fn is_cut(&self, site: ExprId) -> bool {
        let made = Val::site(site);
        self.typed.body.exprs.iter().any(|expr| match expr {
            Expr::Method { receiver, name, .. } if CUTS.contains(&name.as_str()) => {
                let of = self.typed.val(*receiver);
                of.places()
                    .iter()
                    .any(|place| made.places().contains(place))
            }
            _ => false,
        })
    }
}
