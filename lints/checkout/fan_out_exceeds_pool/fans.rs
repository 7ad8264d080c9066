//! Where a body runs many tasks side by side, how many, and what they are.

use crate::ir::{Body, Expr, ExprId, Stmt};
use crate::source::TextRange;

/// How many run at the same time.
#[derive(Clone, Copy)]
pub(super) enum Width {
    /// As many.
    Tasks(i128),
    /// One for each element of a list whose length isn't known.
    Elements,
}

/// Tasks side by side.
pub(super) struct Fan {
    /// What runs them.
    pub name: TextRange,
    pub width: Width,
    /// Where the tasks are made.
    pub tasks: Vec<TextRange>,
}

/// All of a body.
pub(super) fn fans(body: &Body) -> Vec<Fan> {
    let all = (0..body.exprs.len() as u32).map(ExprId);
    all.filter_map(|id| fan(body, id)).collect()
}

fn fan(body: &Body, id: ExprId) -> Option<Fan> {
    let range = body.range(id);
    match body.expr(id) {
        Expr::Call { callee, args } => {
            let Expr::Path(path) = body.expr(*callee) else {
                return None;
            };
            let name = path.segments.last()?.name;
            if name != "join_all" && name != "try_join_all" {
                return None;
            }
            let list = args.first()?;
            let width = match body.expr(*list) {
                Expr::Array(parts) => Width::Tasks(parts.len() as i128),
                _ => Width::Elements,
            };
            is_made_of_closure(body, *list).then(|| Fan {
                name: body.range(*callee),
                width,
                tasks: made_at(body, *list),
            })
        }
        Expr::Method {
            name,
            name_range,
            args,
            receiver,
            ..
        } => {
            let (width, tasks) = match name.as_str() {
                "buffer_unordered" | "buffered" | "try_buffer_unordered" | "try_buffered" => {
                    (number(body, *args.first()?)?, made_at(body, *receiver))
                }
                "for_each_concurrent" | "try_for_each_concurrent" => {
                    (number(body, *args.first()?)?, vec![range])
                }
                _ => return None,
            };
            Some(Fan {
                name: *name_range,
                width,
                tasks,
            })
        }
        _ => None,
    }
}

/// A list with one task for each element of another.
fn is_made_of_closure(body: &Body, list: ExprId) -> bool {
    let ranges = made_at(body, list);
    let maps = |expr: &Expr| matches!(expr, Expr::Method { name, args, .. } if *name == "map" && args.len() == 1);
    let mut all = body.exprs.iter().zip(&body.ranges);
    matches!(body.expr(list), Expr::Array(_))
        || all.any(|(expr, at)| maps(expr) && ranges.iter().any(|range| range.holds(*at)))
}

/// `8`, `Some(8)`, `None`
fn number(body: &Body, id: ExprId) -> Option<Width> {
    match body.expr(id) {
        Expr::Int(number) => Some(Width::Tasks(i128::from(*number))),
        Expr::Call { args, .. } => number(body, *args.first()?),
        Expr::Path(path) if path.segments.last()?.name == "None" => Some(Width::Elements),
        _ => None,
    }
}

/// An expression, and what the locals in it are bound to.
fn made_at(body: &Body, id: ExprId) -> Vec<TextRange> {
    let range = body.range(id);
    let all = body.exprs.iter().zip(&body.ranges);
    let locals = all.filter_map(|(expr, at)| match expr {
        Expr::Local(local) if range.holds(*at) => Some(*local),
        _ => None,
    });
    let lets = |local| {
        let blocks = body.exprs.iter().filter_map(|expr| match expr {
            Expr::Block(block) => Some(&block.stmts),
            _ => None,
        });
        let init = |stmt: &Stmt| match stmt {
            Stmt::Let {
                pat,
                init: Some(init),
                ..
            } if body.bound_by(*pat) == [local] => Some(body.range(*init)),
            _ => None,
        };
        blocks.flatten().find_map(init)
    };
    let made: Vec<TextRange> = locals.filter_map(lets).collect();
    [vec![range], made].concat()
}
