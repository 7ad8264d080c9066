//! A file's IR as compact text: locals are `name.number`, so that scoping shows.

use crate::ir::{
    Arm, Attrs, Block, Body, Expr, ExprId, Field, FileIr, Function, Generics, ImportAs, Item, ItemKind, MacroArgs,
    MacroCall, Pat, PatId, PathRef, Receiver, SelectArm, Stmt, TypeRef,
};

pub(super) fn file(file: &FileIr) -> String {
    items(&file.items, file, "")
}

fn items(all: &[Item], file: &FileIr, indent: &str) -> String {
    all.iter().map(|item| format!("{indent}{}{}\n", attrs(&item.attrs), item_text(item, file, indent))).collect::<Vec<_>>().concat()
}

fn attrs(attrs: &Attrs) -> String {
    let flags = [(attrs.cfg_test, "cfg_test"), (attrs.test, "test"), (attrs.macro_use, "macro_use")];
    let flags = flags.iter().filter(|(set, _)| *set).map(|(_, name)| format!("#{name} ")).collect::<Vec<_>>().concat();
    let path = attrs.path.as_ref().map(|path| format!("#path={path} ")).unwrap_or_default();
    let paths = if attrs.paths.is_empty() { String::new() } else { format!("#{} ", join(&attrs.paths, " ")) };
    let derives = if attrs.derives.is_empty() { String::new() } else { format!("derive({}) ", join(&attrs.derives, " ")) };
    format!("{flags}{path}{paths}{derives}")
}

fn item_text(item: &Item, file: &FileIr, indent: &str) -> String {
    let name = item.name;
    let inner = format!("{indent}  ");
    match &item.kind {
        ItemKind::Mod(None) => format!("mod {name};"),
        ItemKind::Mod(Some(content)) => format!("mod {name}\n{}", items(content, file, &inner)),
        ItemKind::Use(imports) => {
            let imports = imports.iter().map(|import| {
                let alias = match import.alias {
                    ImportAs::Name(name) => name.to_string(),
                    ImportAs::Glob => "*".to_owned(),
                    ImportAs::Underscore => "_".to_owned(),
                };
                format!("{}{} as {alias}", if import.is_pub { "pub " } else { "" }, join(&import.path, "::"))
            });
            format!("use {}", imports.collect::<Vec<_>>().join(", "))
        }
        ItemKind::ExternCrate { krate } => format!("extern crate {krate} as {name}"),
        ItemKind::Fn(function) => fn_text(function, file),
        ItemKind::Struct(generics, fields) => format!("struct {name}{} {{{}}}", generics_text(generics), fields_text(fields)),
        ItemKind::Enum(generics, variants) => {
            let variants = variants.iter().map(|variant| format!("{}{{{}}}", variant.name, fields_text(&variant.fields)));
            format!("enum {name}{} {}", generics_text(generics), variants.collect::<Vec<_>>().join(", "))
        }
        ItemKind::Trait(item) => {
            let types = item.types.iter().map(|(name, bounds, default)| {
                format!("; type {name}: {} = {}", paths(bounds), default.as_ref().map(ty).unwrap_or_default())
            });
            let fns = item.fns.iter().map(|function| format!("\n{inner}{}", fn_text(function, file)));
            format!("trait {name}{}: {}{}{}", generics_text(&item.generics), paths(&item.supers), types.collect::<Vec<_>>().concat(), fns.collect::<Vec<_>>().concat())
        }
        ItemKind::Impl(item) => {
            let of = item.of_trait.as_ref().map(|path| format!("{} for ", path_text(path))).unwrap_or_default();
            let types = item.types.iter().map(|(name, to)| format!("; type {name} = {}", ty(to)));
            let consts = item.consts.iter().map(|(name, to, _)| format!("; const {name}: {}", ty(to)));
            let fns = item.fns.iter().map(|function| format!("\n{inner}{}{}", attrs(&function.attrs), fn_text(function, file)));
            format!("impl{} {of}{}{}{}{}", generics_text(&item.generics), ty(&item.self_ty), types.collect::<Vec<_>>().concat(), consts.collect::<Vec<_>>().concat(), fns.collect::<Vec<_>>().concat())
        }
        ItemKind::Alias(generics, to) => format!("type {name}{} = {}", generics_text(generics), ty(to)),
        ItemKind::Value { ty: of, init, is_static } => {
            let init = init.map(|init| format!(" = {}", root(&file.bodies[init.index()]))).unwrap_or_default();
            format!("{} {name}: {}{init}", if *is_static { "static" } else { "const" }, ty(of))
        }
        ItemKind::MacroRules(arms) => {
            let arms = arms.iter().map(|arm| format!(" ({}) => ({})", arm.matcher, arm.body));
            format!("macro {name}{}", arms.collect::<Vec<_>>().concat())
        }
    }
}

fn fn_text(function: &Function, file: &FileIr) -> String {
    let receiver = function.receiver.as_ref().map(|receiver| match receiver {
        Receiver::Value => "self".to_owned(),
        Receiver::Ref => "&self".to_owned(),
        Receiver::RefMut => "&mut self".to_owned(),
        Receiver::Typed(of) => format!("self: {}", ty(of)),
    });
    let params = function.params.iter().zip(&function.param_names).map(|(of, name)| {
        format!("{}: {}", name.map_or("_".to_owned(), |name| name.to_string()), ty(of))
    });
    let params = receiver.into_iter().chain(params).collect::<Vec<_>>().join(", ");
    let body = function.body.map(|body| format!(" {}", root(&file.bodies[body.index()]))).unwrap_or_default();
    let keyword = if function.is_async { "async fn" } else { "fn" };
    format!("{keyword} {}{}({params}) -> {}{body}", function.name, generics_text(&function.generics), ty(&function.ret))
}

fn fields_text(fields: &[Field]) -> String {
    let fields = fields.iter().map(|field| format!("{}: {}{}", field.name, ty(&field.ty), field.attrs.iter().map(|name| format!(" #{name}")).collect::<Vec<_>>().concat()));
    fields.collect::<Vec<_>>().join(", ")
}

fn generics_text(generics: &Generics) -> String {
    let params = generics.params.iter().map(|param| {
        format!("{}: {}{}", param.name, paths(&param.bounds), param.default.as_ref().map(|of| format!(" = {}", ty(of))).unwrap_or_default())
    });
    let wheres = generics.wheres.iter().map(|(of, bounds)| format!("where {}: {}", ty(of), paths(bounds)));
    let all: Vec<_> = params.chain(wheres).collect();
    if all.is_empty() { String::new() } else { format!("<{}>", all.join(", ")) }
}

pub(super) fn ty(of: &TypeRef) -> String {
    match of {
        TypeRef::Path(path) => path_text(path),
        TypeRef::Ref(inner, is_mut) => format!("&{}{}", if *is_mut { "mut " } else { "" }, ty(inner)),
        TypeRef::Ptr(inner) => format!("*{}", ty(inner)),
        TypeRef::Tuple(elems) => format!("({})", types(elems)),
        TypeRef::Slice(inner) => format!("[{}]", ty(inner)),
        TypeRef::Impl(bounds) => format!("impl {}", paths(bounds)),
        TypeRef::Dyn(bounds) => format!("dyn {}", paths(bounds)),
        TypeRef::Fn(params, ret) => format!("fn({}) -> {}", types(params), ty(ret)),
        TypeRef::Never => "!".to_owned(),
        TypeRef::Unknown => "?".to_owned(),
    }
}

fn types(all: &[TypeRef]) -> String {
    all.iter().map(ty).collect::<Vec<_>>().join(", ")
}

fn paths(all: &[PathRef]) -> String {
    all.iter().map(path_text).collect::<Vec<_>>().join(" + ")
}

fn join(names: &[crate::ir::Name], by: &str) -> String {
    names.iter().map(crate::ir::Name::as_str).collect::<Vec<_>>().join(by)
}

fn path_text(path: &PathRef) -> String {
    let segments = path.segments.iter().map(|segment| {
        let bindings = segment.bindings.iter().map(|(name, to)| format!("{name} = {}", ty(to)));
        let args: Vec<_> = segment.args.iter().map(ty).chain(bindings).collect();
        let args = if args.is_empty() { String::new() } else { format!("<{}>", args.join(", ")) };
        format!("{}{args}", segment.name)
    });
    let qself = path.qself.as_ref().map(|of| format!("<{}>::", ty(of))).unwrap_or_default();
    format!("{qself}{}", segments.collect::<Vec<_>>().join("::"))
}

/// A body's items and expression.
pub(super) fn root(body: &Body) -> String {
    let empty = FileIr::default();
    let items = body.items.iter().map(|item| match &item.kind {
        ItemKind::Fn(_) | ItemKind::Value { .. } => format!("[{}] ", item.name),
        _ => format!("[{}] ", item_text(item, &empty, "")),
    }).collect::<Vec<_>>().concat();
    format!("{items}{}", body.root.map(|root| expr(body, root)).unwrap_or_default())
}

fn exprs(body: &Body, all: &[ExprId]) -> String {
    all.iter().map(|id| expr(body, *id)).collect::<Vec<_>>().join(", ")
}

fn maybe(body: &Body, id: Option<ExprId>) -> String {
    id.map(|id| expr(body, id)).unwrap_or_default()
}

fn local(body: &Body, id: crate::ir::LocalId) -> String {
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
        Expr::Method { receiver, name, turbofish, args, .. } => {
            let turbofish = if turbofish.is_empty() { String::new() } else { format!("::<{}>", types(turbofish)) };
            format!("{}.{name}{turbofish}({})", e(receiver), exprs(body, args))
        }
        Expr::Field { base, name } => format!("{}.{name}", e(base)),
        Expr::Index(base, index) => format!("{}[{}]", e(base), e(index)),
        Expr::Await(base) => format!("{}.await", e(base)),
        Expr::Try(base) => format!("{}?", e(base)),
        Expr::Ref(value, is_mut) => format!("&{}{}", if *is_mut { "mut " } else { "" }, e(value)),
        Expr::Deref(value) => format!("*{}", e(value)),
        Expr::Unary(value) => format!("un {}", e(value)),
        Expr::Binary(left, right) => format!("({} op {})", e(left), e(right)),
        Expr::Logic { and, left, right } => format!("({} {} {})", e(left), if *and { "&&" } else { "||" }, e(right)),
        Expr::Assign { place, value, op } => format!("{} {}= {}", e(place), if *op { "op" } else { "" }, e(value)),
        Expr::Block(block) => block_text(body, block),
        Expr::Async { body: inner, is_move } => format!("async{} {}", if *is_move { " move" } else { "" }, e(inner)),
        Expr::If { cond, then, or_else } => format!("if {} {} else {{{}}}", e(cond), e(then), maybe(body, *or_else)),
        Expr::Let { pat: id, value } => format!("let {} = {}", pat(body, *id), e(value)),
        Expr::Match { value, arms } => format!("match {} {{{}}}", e(value), arms.iter().map(|arm| arm_text(body, arm)).collect::<Vec<_>>().join(", ")),
        Expr::Loop { body: inner, label } => format!("{}loop {}", label.map(|label| format!("{label}: ")).unwrap_or_default(), e(inner)),
        Expr::While { cond, body: inner, .. } => format!("while {} {}", e(cond), e(inner)),
        Expr::For { pat: id, iter, body: inner, .. } => format!("for {} in {} {}", pat(body, *id), e(iter), e(inner)),
        Expr::Closure(closure) => {
            let params = closure.params.iter().map(|(id, of)| format!("{}{}", pat(body, *id), of.as_ref().map(|of| format!(": {}", ty(of))).unwrap_or_default()));
            let kind = format!("{}{}", if closure.is_async { "async " } else { "" }, if closure.is_move { "move " } else { "" });
            format!("{kind}|{}| {}", params.collect::<Vec<_>>().join(", "), e(&closure.body))
        }
        Expr::Return(value) => format!("return {}", maybe(body, *value)),
        Expr::Break(label, value) => format!("break {} {}", label.unwrap_or_default(), maybe(body, *value)),
        Expr::Continue(label) => format!("continue {}", label.unwrap_or_default()),
        Expr::Struct { path, fields, rest } => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", e(value))).collect::<Vec<_>>().join(", ");
            format!("{} {{{fields}; {}}}", path_text(path), maybe(body, *rest))
        }
        Expr::Tuple(elems) => format!("({})", exprs(body, elems)),
        Expr::Array(elems) => format!("[{}]", exprs(body, elems)),
        Expr::Range(from, to) => format!("{}..{}", maybe(body, *from), maybe(body, *to)),
        Expr::Cast(value, of) => format!("{} as {}", e(value), ty(of)),
        Expr::Macro(call) => macro_text(body, call),
        Expr::Missing => "missing".to_owned(),
    }
}

fn macro_text(body: &Body, call: &MacroCall) -> String {
    let args = match &call.args {
        MacroArgs::Exprs { args, captures } => {
            let captures = captures.iter().map(|(name, id)| format!(" {{{name}={}}}", expr(body, *id)));
            format!("({}{})", exprs(body, args), captures.collect::<Vec<_>>().concat())
        }
        MacroArgs::Block(id) => format!("{{{}}}", expr(body, *id)),
        MacroArgs::Select(arms) => format!("select[{}]", arms.iter().map(|arm| select_text(body, arm)).collect::<Vec<_>>().join(", ")),
        MacroArgs::Opaque => "opaque".to_owned(),
    };
    let text = call.text.as_ref().map(|text| format!(" text {text:?}")).unwrap_or_default();
    format!("{}!{args}{text}", path_text(&call.path))
}

fn select_text(body: &Body, arm: &SelectArm) -> String {
    let guard = arm.guard.map(|guard| format!(" if {}", expr(body, guard))).unwrap_or_default();
    format!("{} = {}{guard} => {}", pat(body, arm.pat), maybe(body, arm.future), expr(body, arm.body))
}

fn arm_text(body: &Body, arm: &Arm) -> String {
    let guard = arm.guard.map(|guard| format!(" if {}", expr(body, guard))).unwrap_or_default();
    format!("{}{guard} => {}", pat(body, arm.pat), expr(body, arm.body))
}

fn block_text(body: &Body, block: &Block) -> String {
    let stmts = block.stmts.iter().map(|stmt| match stmt {
        Stmt::Semi(id) => format!("{}; ", expr(body, *id)),
        Stmt::Let { pat: id, ty: of, init, or_else } => {
            let of = of.as_ref().map(|of| format!(": {}", ty(of))).unwrap_or_default();
            let or_else = or_else.map(|id| format!(" else {}", expr(body, id))).unwrap_or_default();
            format!("let {}{of} = {}{or_else}; ", pat(body, *id), maybe(body, *init))
        }
    });
    let label = block.label.map(|label| format!("{label}: ")).unwrap_or_default();
    let locals = block.locals.iter().map(|id| format!(" drop {}", local(body, *id))).collect::<Vec<_>>().concat();
    format!("{label}{{{}{}{locals}}}", stmts.collect::<Vec<_>>().concat(), maybe(body, block.tail))
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
        Pat::Bind { local: id, by_ref, sub } => {
            let is_mut = if body.locals[id.index()].is_mut { "mut " } else { "" };
            let sub = sub.map(|sub| format!(" @ {}", pat(body, sub))).unwrap_or_default();
            format!("{}{is_mut}{}{sub}", if *by_ref { "ref " } else { "" }, local(body, *id))
        }
        Pat::Path(path) => path_text(path),
        Pat::TupleStruct { path, pats: all, rest } => format!("{}({})", path_text(path), pats(body, all, *rest)),
        Pat::Struct { path, fields } => {
            let fields = fields.iter().map(|(name, id)| format!("{name}: {}", pat(body, *id)));
            format!("{} {{{}}}", path_text(path), fields.collect::<Vec<_>>().join(", "))
        }
        Pat::Tuple { pats: all, rest } => format!("({})", pats(body, all, *rest)),
        Pat::Ref(inner) => format!("&{}", pat(body, *inner)),
        Pat::Or(all) => all.iter().map(|id| pat(body, *id)).collect::<Vec<_>>().join(" | "),
        Pat::Slice(all) => format!("[{}]", pats(body, all, None)),
        Pat::Typed(inner, of) => format!("{}: {}", pat(body, *inner), ty(of)),
        Pat::Wild => "_".to_owned(),
    }
}
