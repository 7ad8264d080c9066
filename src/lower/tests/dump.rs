//! A file's IR as compact text: locals are `name.number`, so that scoping shows.

use super::dump_body::root;
use crate::ir::{
    Attrs, Field, FileIr, Function, Generics, Impl, Import, ImportAs, Item, ItemKind, Name,
    PathRef, Receiver, Trait, TypeRef,
};

pub(super) fn file(file: &FileIr) -> String {
    items(&file.items, file, "")
}

fn items(all: &[Item], file: &FileIr, indent: &str) -> String {
    all.iter()
        .map(|item| {
            format!(
                "{indent}{}{}\n",
                attrs(&item.attrs),
                item_text(item, file, indent)
            )
        })
        .collect::<Vec<_>>()
        .concat()
}

fn attrs(attrs: &Attrs) -> String {
    let flags = [
        (attrs.cfg_test, "cfg_test"),
        (attrs.test, "test"),
        (attrs.macro_use, "macro_use"),
    ];
    let flags = flags
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, name)| format!("#{name} "))
        .collect::<Vec<_>>()
        .concat();
    let path = attrs
        .path
        .as_ref()
        .map(|path| format!("#path={path} "))
        .unwrap_or_default();
    let paths = if attrs.paths.is_empty() {
        String::new()
    } else {
        format!("#{} ", join(&attrs.paths, " "))
    };
    let derives = if attrs.derives.is_empty() {
        String::new()
    } else {
        format!("derive({}) ", join(&attrs.derives, " "))
    };
    format!("{flags}{path}{paths}{derives}")
}

pub(super) fn item_text(item: &Item, file: &FileIr, indent: &str) -> String {
    let name = item.name;
    let inner = format!("{indent}  ");
    match &item.kind {
        ItemKind::Mod(None) => format!("mod {name};"),
        ItemKind::Mod(Some(content)) => format!("mod {name}\n{}", items(content, file, &inner)),
        ItemKind::Use(imports) => use_text(imports),
        ItemKind::ExternCrate { krate } => format!("extern crate {krate} as {name}"),
        ItemKind::Fn(function) => fn_text(function, file),
        ItemKind::Struct(generics, fields) => format!(
            "struct {name}{} {{{}}}",
            generics_text(generics),
            fields_text(fields)
        ),
        ItemKind::Enum(generics, variants) => {
            let variants = variants
                .iter()
                .map(|variant| format!("{}{{{}}}", variant.name, fields_text(&variant.fields)));
            format!(
                "enum {name}{} {}",
                generics_text(generics),
                variants.collect::<Vec<_>>().join(", ")
            )
        }
        ItemKind::Trait(of) => trait_text(item.name, of, file, &inner),
        ItemKind::Impl(of) => impl_text(of, file, &inner),
        ItemKind::Alias(generics, to) => {
            format!("type {name}{} = {}", generics_text(generics), ty(to))
        }
        ItemKind::Value {
            ty: of,
            init,
            is_static,
        } => {
            let init = init
                .map(|init| format!(" = {}", root(&file.bodies[init.index()])))
                .unwrap_or_default();
            format!(
                "{} {name}: {}{init}",
                if *is_static { "static" } else { "const" },
                ty(of)
            )
        }
        ItemKind::MacroRules => format!("macro {name}"),
    }
}

fn use_text(imports: &[Import]) -> String {
    let imports = imports.iter().map(|import| {
        let alias = match import.alias {
            ImportAs::Name(name) => name.to_string(),
            ImportAs::Glob => "*".to_owned(),
            ImportAs::Underscore => "_".to_owned(),
        };
        format!(
            "{}{} as {alias}",
            if import.is_pub { "pub " } else { "" },
            join(&import.path, "::")
        )
    });
    format!("use {}", imports.collect::<Vec<_>>().join(", "))
}

fn trait_text(name: Name, item: &Trait, file: &FileIr, inner: &str) -> String {
    let types = item.types.iter().map(|(name, bounds, default)| {
        format!(
            "; type {name}: {} = {}",
            paths(bounds),
            default.as_ref().map(ty).unwrap_or_default()
        )
    });
    let fns = item
        .fns
        .iter()
        .map(|function| format!("\n{inner}{}", fn_text(function, file)));
    format!(
        "trait {name}{}: {}{}{}",
        generics_text(&item.generics),
        paths(&item.supers),
        types.collect::<Vec<_>>().concat(),
        fns.collect::<Vec<_>>().concat()
    )
}

fn impl_text(item: &Impl, file: &FileIr, inner: &str) -> String {
    let of = item
        .of_trait
        .as_ref()
        .map(|path| format!("{} for ", path_text(path)))
        .unwrap_or_default();
    let types = item
        .types
        .iter()
        .map(|(name, to)| format!("; type {name} = {}", ty(to)));
    let consts = item
        .consts
        .iter()
        .map(|(name, to, _)| format!("; const {name}: {}", ty(to)));
    let fns = item.fns.iter().map(|function| {
        format!(
            "\n{inner}{}{}",
            attrs(&function.attrs),
            fn_text(function, file)
        )
    });
    format!(
        "impl{} {of}{}{}{}{}",
        generics_text(&item.generics),
        ty(&item.self_ty),
        types.collect::<Vec<_>>().concat(),
        consts.collect::<Vec<_>>().concat(),
        fns.collect::<Vec<_>>().concat()
    )
}

fn fn_text(function: &Function, file: &FileIr) -> String {
    let receiver = function.receiver.as_ref().map(|receiver| match receiver {
        Receiver::Value => "self".to_owned(),
        Receiver::Ref => "&self".to_owned(),
        Receiver::RefMut => "&mut self".to_owned(),
        Receiver::Typed(of) => format!("self: {}", ty(of)),
    });
    let params = function
        .params
        .iter()
        .zip(&function.param_names)
        .map(|(of, name)| {
            format!(
                "{}: {}",
                name.map_or("_".to_owned(), |name| name.to_string()),
                ty(of)
            )
        });
    let params = receiver
        .into_iter()
        .chain(params)
        .collect::<Vec<_>>()
        .join(", ");
    let body = function
        .body
        .map(|body| format!(" {}", root(&file.bodies[body.index()])))
        .unwrap_or_default();
    let keyword = if function.is_async { "async fn" } else { "fn" };
    format!(
        "{keyword} {}{}({params}) -> {}{body}",
        function.name,
        generics_text(&function.generics),
        ty(&function.ret)
    )
}

fn fields_text(fields: &[Field]) -> String {
    let fields = fields.iter().map(|field| {
        format!(
            "{}: {}{}",
            field.name,
            ty(&field.ty),
            field
                .attrs
                .iter()
                .map(|name| format!(" #{name}"))
                .collect::<Vec<_>>()
                .concat()
        )
    });
    fields.collect::<Vec<_>>().join(", ")
}

fn generics_text(generics: &Generics) -> String {
    let params = generics.params.iter().map(|param| {
        format!(
            "{}: {}{}",
            param.name,
            paths(&param.bounds),
            param
                .default
                .as_ref()
                .map(|of| format!(" = {}", ty(of)))
                .unwrap_or_default()
        )
    });
    let wheres = generics
        .wheres
        .iter()
        .map(|(of, bounds)| format!("where {}: {}", ty(of), paths(bounds)));
    let all: Vec<_> = params.chain(wheres).collect();
    if all.is_empty() {
        String::new()
    } else {
        format!("<{}>", all.join(", "))
    }
}

pub(super) fn ty(of: &TypeRef) -> String {
    match of {
        TypeRef::Path(path) => path_text(path),
        TypeRef::Ref(inner, is_mut) => {
            format!("&{}{}", if *is_mut { "mut " } else { "" }, ty(inner))
        }
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

pub(super) fn types(all: &[TypeRef]) -> String {
    all.iter().map(ty).collect::<Vec<_>>().join(", ")
}

fn paths(all: &[PathRef]) -> String {
    all.iter().map(path_text).collect::<Vec<_>>().join(" + ")
}

fn join(names: &[Name], by: &str) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(by)
}

pub(super) fn path_text(path: &PathRef) -> String {
    let segments = path.segments.iter().map(|segment| {
        let bindings = segment
            .bindings
            .iter()
            .map(|(name, to)| format!("{name} = {}", ty(to)));
        let args: Vec<_> = segment.args.iter().map(ty).chain(bindings).collect();
        let args = if args.is_empty() {
            String::new()
        } else {
            format!("<{}>", args.join(", "))
        };
        format!("{}{args}", segment.name)
    });
    let qself = path
        .qself
        .as_ref()
        .map(|of| format!("<{}>::", ty(of)))
        .unwrap_or_default();
    format!("{qself}{}", segments.collect::<Vec<_>>().join("::"))
}
