//! SQL text in a body's values: given to functions of the workspace, kept in fields, prepared as a statement.

use super::event::HeldText;
use super::owners::fields_of;
use crate::catalogue::Effect;
use crate::infer::{Callee, Root, TextReader, Typed, Types, Val};
use crate::ir::{Expr, ExprId};
use crate::sql::SqlText;
use crate::ty::Ty;

/// SQL text that an expression is, where it is told here.
pub(super) fn sql_texts(types: &Types<'_>, typed: &Typed<'_>, at: ExprId) -> Vec<SqlText> {
    let mut places = typed.val(at).places().iter();
    let is_text = places.any(|place| match place.root {
        Root::Site(site) => matches!(
            typed.body.expr(site),
            Expr::Str(_) | Expr::Macro(_) | Expr::Binary(..)
        ),
        Root::Static(_) => true,
        _ => false,
    });
    if !is_text || !may_be_text(typed, at) {
        return Vec::new();
    }
    let reader = TextReader {
        types,
        typed,
        sure_at: None,
    };
    let texts = reader.texts(at).into_iter();
    texts.filter(SqlText::looks_like_sql).collect()
}

fn may_be_text(typed: &Typed<'_>, at: ExprId) -> bool {
    let ty = typed.ty(at).peeled();
    !ty.is_known() || matches!(ty, Ty::Ext(..) | Ty::Foreign(..))
}

/// Fields of literals and prepared statements that hold a text, or what they are given as one.
pub(super) fn held(types: &Types<'_>, typed: &Typed<'_>) -> Vec<HeldText> {
    let mut found = Vec::new();
    for index in 0..typed.body.exprs.len() {
        let site = ExprId(index as u32);
        let fields = fields_of(typed, site).into_iter();
        let fields = fields.map(|(name, value)| (Some(name), value));
        for (field, value) in fields.chain(prepared(types, typed, site).map(|text| (None, text))) {
            let texts = sql_texts(types, typed, value);
            let val = typed.val(value);
            if !texts.is_empty() || is_given(val) && may_be_text(typed, value) {
                found.push(HeldText {
                    site,
                    field,
                    val: val.clone(),
                    texts,
                });
            }
        }
    }
    found
}

fn is_given(val: &Val) -> bool {
    let mut places = val.places().iter();
    places.any(|place| matches!(place.root, Root::Param(_)))
}

/// The text of the statement that a call prepares.
fn prepared(types: &Types<'_>, typed: &Typed<'_>, site: ExprId) -> Option<ExprId> {
    let Some(Callee::Ext(call)) = typed.callee(site) else {
        return None;
    };
    let facts = types.defs.catalogue.call(*call);
    let text = facts.sql.filter(|_| facts.effect == Effect::Prepare)?;
    match typed.body.expr(site) {
        Expr::Method { receiver, args, .. } => text.of(Some(*receiver), args),
        // By path the handle comes first.
        Expr::Call { args, .. } if facts.is_method => {
            let (receiver, rest) = args.split_first()?;
            text.of(Some(*receiver), rest)
        }
        Expr::Call { args, .. } => text.of(None, args),
        _ => None,
    }
}
