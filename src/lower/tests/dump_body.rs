//! A body as compact text.

use super::dump::{item_text, path_text, ty, types};
use crate::ir::{
    Arm, Block, Body, Closure, Expr, ExprId, FileIr, ItemKind, LocalId, MacroArgs, MacroCall, Pat,
    PatId, SelectArm, Slot, Stmt,
};

/// A body's items and expression.
pub(super) fn root(slot: &Slot) -> String {
    let empty = FileIr::default();
    let body = slot.get().unwrap();
    let items = slot
        .items
        .iter()
        .map(|item| match &item.kind {
            ItemKind::Fn(_) | ItemKind::Value { .. } => format!("[{}] ", item.name),
            _ => format!("[{}] ", item_text(item, &empty, "")),
        })
        .collect::<Vec<_>>()
        .concat();
    format!(
        "{items}{}",
        body.root.map(|root| expr(body, root)).unwrap_or_default()
    )
}

fn exprs(body: &Body, all: &[ExprId]) -> String {
    all.iter()
        .map(|id| expr(body, *id))
        .collect::<Vec<_>>()
        .join(", ")
}

fn maybe(body: &Body, id: Option<ExprId>) -> String {
    id.map(|id| expr(body, id)).unwrap_or_default()
}

fn local(body: &Body, id: LocalId) -> String {
    format!("{}.{}", body.locals[id.index()].name, id.0)
}

fn expr(body: &Body, id: ExprId) -> String {
    let e = |id: &ExprId| expr(body, *id);
    match body.expr(id) {
        Expr::Local(id) => local(body, *id),
        Expr::Path(path) => path_text(path),
        Expr::Str(text) => format!("{text:?}"),
        Expr::Int(value) => value.to_string(),
        Expr::Bool(value) => value.to_string(),
        Expr::Literal => "lit".to_owned(),
        Expr::Call { callee, args } => format!("{}({})", e(callee), exprs(body, args)),
        Expr::Method {
            receiver,
            name,
            turbofish,
            args,
            ..
        } => {
            let turbofish = if turbofish.is_empty() {
                String::new()
            } else {
                format!("::<{}>", types(turbofish))
            };
            format!("{}.{name}{turbofish}({})", e(receiver), exprs(body, args))
        }
        Expr::Field { base, name } => format!("{}.{name}", e(base)),
        Expr::Index(base, index) => format!("{}[{}]", e(base), e(index)),
        Expr::Await(base) => format!("{}.await", e(base)),
        Expr::Try(base) => format!("{}?", e(base)),
        Expr::Ref(value, is_mut) => format!("&{}{}", if *is_mut { "mut " } else { "" }, e(value)),
        Expr::Deref(value) => format!("*{}", e(value)),
        Expr::Unary(value) => format!("un {}", e(value)),
        Expr::Binary(left, right) | Expr::Compare(_, left, right) => {
            format!("({} op {})", e(left), e(right))
        }
        Expr::Logic { and, left, right } => format!(
            "({} {} {})",
            e(left),
            if *and { "&&" } else { "||" },
            e(right)
        ),
        Expr::Assign { place, value, op } => {
            format!("{} {}= {}", e(place), if *op { "op" } else { "" }, e(value))
        }
        Expr::Struct { path, fields, rest } => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", e(value)))
                .collect::<Vec<_>>()
                .join(", ");
            format!("{} {{{fields}; {}}}", path_text(path), maybe(body, *rest))
        }
        Expr::Tuple(elems) => format!("({})", exprs(body, elems)),
        Expr::Array(elems) => format!("[{}]", exprs(body, elems)),
        Expr::Range(from, to) => format!("{}..{}", maybe(body, *from), maybe(body, *to)),
        Expr::Cast(value, of) => format!("{} as {}", e(value), ty(of)),
        Expr::Macro(call) => macro_text(body, call),
        Expr::Missing => "missing".to_owned(),
        other => control(body, other),
    }
}

fn control(body: &Body, node: &Expr) -> String {
    let e = |id: &ExprId| expr(body, *id);
    match node {
        Expr::Block(block) => block_text(body, block),
        Expr::Async {
            body: inner,
            is_move,
        } => format!("async{} {}", if *is_move { " move" } else { "" }, e(inner)),
        Expr::If {
            cond,
            then,
            or_else,
        } => format!(
            "if {} {} else {{{}}}",
            e(cond),
            e(then),
            maybe(body, *or_else)
        ),
        Expr::Let { pat: id, value } => format!("let {} = {}", pat(body, *id), e(value)),
        Expr::Match { value, arms } => format!(
            "match {} {{{}}}",
            e(value),
            arms.iter()
                .map(|arm| arm_text(body, arm))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Expr::Loop { body: inner, label } => format!(
            "{}loop {}",
            label.map(|label| format!("{label}: ")).unwrap_or_default(),
            e(inner)
        ),
        Expr::While {
            cond, body: inner, ..
        } => format!("while {} {}", e(cond), e(inner)),
        Expr::For {
            pat: id,
            iter,
            body: inner,
            ..
        } => format!("for {} in {} {}", pat(body, *id), e(iter), e(inner)),
        Expr::Closure(closure) => closure_text(body, closure),
        Expr::Return(value) => format!("return {}", maybe(body, *value)),
        Expr::Break(label, value) => format!(
            "break {} {}",
            label.unwrap_or_default(),
            maybe(body, *value)
        ),
        Expr::Continue(label) => format!("continue {}", label.unwrap_or_default()),
        _ => String::new(),
    }
}

fn closure_text(body: &Body, closure: &Closure) -> String {
    let params = closure.params.iter().map(|(id, of)| {
        format!(
            "{}{}",
            pat(body, *id),
            of.as_ref()
                .map(|of| format!(": {}", ty(of)))
                .unwrap_or_default()
        )
    });
    let kind = format!(
        "{}{}",
        if closure.is_async { "async " } else { "" },
        if closure.is_move { "move " } else { "" }
    );
    format!(
        "{kind}|{}| {}",
        params.collect::<Vec<_>>().join(", "),
        expr(body, closure.body)
    )
}

fn macro_text(body: &Body, call: &MacroCall) -> String {
    let args = match &call.args {
        MacroArgs::Exprs { args, captures } => {
            let captures = captures
                .iter()
                .map(|(name, id)| format!(" {{{name}={}}}", expr(body, *id)));
            format!(
                "({}{})",
                exprs(body, args),
                captures.collect::<Vec<_>>().concat()
            )
        }
        MacroArgs::Block(id) => format!("{{{}}}", expr(body, *id)),
        MacroArgs::Select(arms) => format!(
            "select[{}]",
            arms.iter()
                .map(|arm| select_text(body, arm))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        MacroArgs::Opaque => "opaque".to_owned(),
    };
    format!("{}!{args}", path_text(&call.path))
}

fn select_text(body: &Body, arm: &SelectArm) -> String {
    let guard = arm
        .guard
        .map(|guard| format!(" if {}", expr(body, guard)))
        .unwrap_or_default();
    format!(
        "{} = {}{guard} => {}",
        pat(body, arm.pat),
        maybe(body, arm.future),
        expr(body, arm.body)
    )
}

fn arm_text(body: &Body, arm: &Arm) -> String {
    let guard = arm
        .guard
        .map(|guard| format!(" if {}", expr(body, guard)))
        .unwrap_or_default();
    format!("{}{guard} => {}", pat(body, arm.pat), expr(body, arm.body))
}

fn block_text(body: &Body, block: &Block) -> String {
    let stmts = block.stmts.iter().map(|stmt| match stmt {
        Stmt::Semi(id) => format!("{}; ", expr(body, *id)),
        Stmt::Let {
            pat: id,
            ty: of,
            init,
            or_else,
        } => {
            let of = of
                .as_ref()
                .map(|of| format!(": {}", ty(of)))
                .unwrap_or_default();
            let or_else = or_else
                .map(|id| format!(" else {}", expr(body, id)))
                .unwrap_or_default();
            format!(
                "let {}{of} = {}{or_else}; ",
                pat(body, *id),
                maybe(body, *init)
            )
        }
    });
    let label = block
        .label
        .map(|label| format!("{label}: "))
        .unwrap_or_default();
    let locals = block
        .locals
        .iter()
        .map(|id| format!(" drop {}", local(body, *id)))
        .collect::<Vec<_>>()
        .concat();
    format!(
        "{label}{{{}{}{locals}}}",
        stmts.collect::<Vec<_>>().concat(),
        maybe(body, block.tail)
    )
}

fn pats(body: &Body, all: &[PatId], rest: Option<usize>) -> String {
    let mut all: Vec<_> = all.iter().map(|id| pat(body, *id)).collect();
    if let Some(at) = rest {
        all.insert(at, "..".to_owned());
    }
    all.join(", ")
}

fn pat(body: &Body, id: PatId) -> String {
    match body.pat(id) {
        Pat::Bind {
            local: id,
            by_ref,
            sub,
        } => {
            let is_mut = if body.locals[id.index()].is_mut {
                "mut "
            } else {
                ""
            };
            let sub = sub
                .map(|sub| format!(" @ {}", pat(body, sub)))
                .unwrap_or_default();
            format!(
                "{}{is_mut}{}{sub}",
                if *by_ref { "ref " } else { "" },
                local(body, *id)
            )
        }
        Pat::Path(path) => path_text(path),
        Pat::TupleStruct {
            path,
            pats: all,
            rest,
        } => format!("{}({})", path_text(path), pats(body, all, *rest)),
        Pat::Struct { path, fields } => {
            let fields = fields
                .iter()
                .map(|(name, id)| format!("{name}: {}", pat(body, *id)));
            format!(
                "{} {{{}}}",
                path_text(path),
                fields.collect::<Vec<_>>().join(", ")
            )
        }
        Pat::Tuple { pats: all, rest } => format!("({})", pats(body, all, *rest)),
        Pat::Ref(inner) => format!("&{}", pat(body, *inner)),
        Pat::Or(all) => all
            .iter()
            .map(|id| pat(body, *id))
            .collect::<Vec<_>>()
            .join(" | "),
        Pat::Slice(all) => format!("[{}]", pats(body, all, None)),
        Pat::Typed(inner, of) => format!("{}: {}", pat(body, *inner), ty(of)),
        Pat::Bool(value) => value.to_string(),
        Pat::Literal => "some".to_owned(),
        Pat::Wild => "_".to_owned(),
    }
}
