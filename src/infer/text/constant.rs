//! The text of constants, by their initialisers.

use super::template::{Piece, pieces};
use super::{MAX_DEPTH, Types};
use crate::defs::{Def, ValueId};
use crate::ir::{Body, Expr, ExprId, MacroArgs, Name};
use crate::sql::SqlText;

impl Types<'_> {
    /// The text of a constant: a literal, `concat!`, or another constant.
    #[must_use]
    pub fn const_text(&self, id: ValueId) -> Option<SqlText> {
        self.const_text_at(id, 0)
    }

    fn const_text_at(&self, id: ValueId, depth: usize) -> Option<SqlText> {
        let value = self.defs.value(id);
        let file = self.defs.module(value.module).file;
        let body = self.defs.body_of(file, value.init?)?;
        if depth > MAX_DEPTH {
            None
        } else {
            self.const_expr(body, body.root?, value.module, depth)
        }
    }

    fn const_expr(
        &self,
        body: &Body,
        id: ExprId,
        module: crate::defs::ModuleId,
        depth: usize,
    ) -> Option<SqlText> {
        match body.expr(id) {
            Expr::Str(text) => Some(SqlText::known(text)),
            Expr::Ref(inner, _) => self.const_expr(body, *inner, module, depth + 1),
            Expr::Path(path) => {
                self.defs
                    .resolve_path(module, path)
                    .into_iter()
                    .find_map(|found| match found.def {
                        Def::Value(id) => self.const_text_at(id, depth + 1),
                        _ => None,
                    })
            }
            Expr::Macro(call) => {
                let file = self.defs.module(module).file;
                if let Some(text) = self.included.included(file, body, call) {
                    return Some(SqlText::known(text));
                }
                let MacroArgs::Exprs { args, captures } = &call.args else {
                    return None;
                };
                let part = |id: &ExprId| {
                    self.const_expr(body, *id, module, depth + 1)
                        .unwrap_or_else(SqlText::hole)
                };
                match call.path.segments.last()?.name.as_str() {
                    "concat" | "concatcp" => Some(
                        args.iter()
                            .fold(SqlText::default(), |whole, arg| whole.then(&part(arg))),
                    ),
                    "formatcp" | "format" => format(body, args, captures, &part),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn format(
    body: &Body,
    args: &[ExprId],
    captures: &[(Name, ExprId)],
    part: &dyn Fn(&ExprId) -> SqlText,
) -> Option<SqlText> {
    let (first, rest) = args.split_first()?;
    let Expr::Str(template) = body.expr(*first) else {
        return None;
    };
    let mut rest = rest.iter();
    let mut whole = SqlText::default();
    for piece in pieces(template) {
        let text = match piece {
            Piece::Text(text) => SqlText::known(&text),
            Piece::Hole(name) if name.is_empty() => rest.next().map_or_else(SqlText::hole, part),
            Piece::Hole(name) => captures
                .iter()
                .find(|(known, _)| *known == *name)
                .map_or_else(SqlText::hole, |(_, id)| part(id)),
        };
        whole = whole.then(&text);
    }
    Some(whole)
}
