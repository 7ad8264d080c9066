//! Input that no one writes, through the whole program: an answer for each file, and never a crash.

use std::process::Command;

use crate::scratch::{MANIFEST, Scratch};

/// What opens and closes a level around a statement that reads from a pool.
const SHAPES: [(&str, &str, &str); 14] = [
    ("blocks", "{ ", " }"),
    ("parentheses", "(", ")"),
    ("ifs", "if a { ", " }"),
    ("elses", "if a {} else { ", " }"),
    ("matches", "match a { true => { ", " } _ => {} }"),
    ("guards", "match a { _ if { ", " ; true } => {} _ => {} }"),
    ("loops", "loop { ", " }"),
    ("whiles", "while let Some(a) = b { ", " }"),
    ("asyncs", "async { ", " }.await"),
    ("closures", "(|| ", ")()"),
    ("unary", "!", ""),
    ("references", "&", ""),
    ("calls", "one(", ")"),
    ("tries", "one({ ", " })?"),
];

const STATEMENT: &str = "sqlx::query(\"SELECT 1 FROM t\").fetch_one(pool).await";

fn nested((_, open, close): (&str, &str, &str), levels: usize) -> String {
    let (open, close) = (open.repeat(levels), close.repeat(levels));
    format!("async fn f(pool: &sqlx::PgPool, a: bool) {{ {open}{STATEMENT}{close}; }}\n")
}

fn package(files: impl Iterator<Item = (String, String)>) -> Scratch {
    let dependency = "[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n";
    let scratch = Scratch::new(&[("Cargo.toml", &format!("{MANIFEST}{dependency}"))]);
    let mut modules = String::new();
    for (name, text) in files {
        scratch.write(&format!("src/{name}.rs"), text.as_bytes());
        modules.extend(["mod ", &name, ";\n"]);
    }
    scratch.write("src/lib.rs", modules.as_bytes());
    scratch
}

#[test]
fn what_nests_less_than_the_bound_is_read() {
    // A level of some shapes is several of the parser's.
    let files = SHAPES.iter().flat_map(|shape| {
        [180, 300, 450, 950].map(|levels| (format!("{}_{levels}", shape.0), nested(*shape, levels)))
    });
    let said = package(files).run(&["--format", "short"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains("_180"), "{}", said.out);
    assert!(!said.out.contains("blocks_950"), "{}", said.out);
    let refused = said
        .out
        .matches(": not read: nested too deeply (1001 levels)");
    assert!(
        said.out
            .contains(&format!("in 57 files ({} unread)", refused.count())),
        "{}",
        said.out
    );
}

#[test]
fn what_nests_deeper_is_not_read() {
    let files = SHAPES.map(|shape| (shape.0.to_owned(), nested(shape, 10_000)));
    let links = ".bind(1)".repeat(100_000);
    let chain = format!(
        "async fn f(pool: &sqlx::PgPool) {{ sqlx::query(\"\"){links}.execute(pool).await; }}\n"
    );
    let files = files.into_iter().chain([("chain".to_owned(), chain)]);
    let said = package(files).run(&["--format", "short"]);
    assert!(
        said.out.ends_with("in 16 files (15 unread)\n"),
        "{}",
        said.out
    );
    assert_eq!(said.out.matches("not read: nested too deeply").count(), 15);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn a_long_chain_is_read() {
    let links = ".bind(1)".repeat(4_000);
    let text = format!(
        "async fn f(pool: &sqlx::PgPool) {{ sqlx::query(\"SELECT 1\"){links}.execute(pool).await; }}\n"
    );
    let said = package([("chain".to_owned(), text)].into_iter()).run(&["--format", "short"]);
    assert_eq!(said.out, "0 errors, 0 warnings in 2 files\n");
}

#[test]
fn a_soup_of_macros_is_read() {
    let rules = "macro_rules! soup { ($($a:tt)*) => { { let tx = $($a)*; soup!($($a)* soup!($($a)*)) } }; }\n\
         macro_rules! twice { ($a:expr) => { { twice!($a); twice!($a) } }; }\n";
    let calls = "soup!(pool.begin().await); twice!(pool.begin().await); odd!(=> ; [ { } ]);";
    let functions =
        (0..200).map(|index| format!("async fn f{index}(pool: &sqlx::PgPool) {{ {calls} }}\n"));
    let text = [rules.to_owned()].into_iter().chain(functions).collect();
    let said = package([("soup".to_owned(), text)].into_iter()).run(&["--format", "short"]);
    assert!(said.out.contains("in 2 files\n"), "{}", said.out);
    assert!(said.code < 2, "{}", said.err);
}

#[test]
fn bounds_that_name_each_other_are_read_once() {
    let names: Vec<String> = (0..20).map(|index| format!("T{index}")).collect();
    let all = names.join(", ");
    let bounds = names.iter().map(|name| format!("{name}: Join<{all}>, "));
    let text = format!(
        "pub trait Join<{all}> {{}}\npub fn f<{all}>(pool: &sqlx::PgPool, a: T0) where {} {{}}\n",
        bounds.collect::<String>()
    );
    let said = package([("bounds".to_owned(), text)].into_iter()).run(&["--format", "short"]);
    assert_eq!(said.out, "0 errors, 0 warnings in 2 files\n");
}

#[test]
fn arithmetic_on_types_is_read() {
    let sums = (0..40).map(|index| {
        let (one, two) = (format!("N{}", index + 1), format!("N{}", index + 2));
        let sum = format!("(<{one} as Sum>::Of, <{two} as Sum>::Of, <{one} as Sum>::Of)");
        format!("pub struct N{index};\nimpl Sum for N{index} {{ type Of = {sum}; }}\n")
    });
    let text = format!(
        "pub trait Sum {{ type Of; }}\npub struct N40;\npub struct N41;\n{}pub fn f(pool: sqlx::PgPool, a: <N0 as Sum>::Of) {{}}\n",
        sums.collect::<String>()
    );
    let said = package([("sums".to_owned(), text)].into_iter()).run(&["--format", "short"]);
    assert_eq!(said.out, "0 errors, 0 warnings in 2 files\n");
}

#[test]
fn a_wide_function_is_read() {
    let ifs = "if a { return; } else if let Ok(x) = b && c || !d { one(x); }\n".repeat(3_000);
    let arms = "1 if one(a) => one(b),\n".repeat(3_000);
    let text = format!(
        "async fn f(pool: &sqlx::PgPool, a: bool) {{ let tx = pool.begin().await; {ifs} match a {{ {arms} }} {STATEMENT}; }}\n"
    );
    let said = package([("wide".to_owned(), text)].into_iter()).run(&["--format", "short"]);
    assert!(said.out.ends_with("in 2 files\n"), "{}", said.out);
}

#[test]
fn fifty_megabytes_are_not_read() {
    let scratch = package(std::iter::empty());
    let huge = std::fs::File::create(scratch.path().join("src/huge.rs")).unwrap();
    huge.set_len(50 << 20).unwrap();
    let said = scratch.run(&["--format", "short"]);
    assert_eq!(
        said.out,
        "src/huge.rs:1:1: not read: larger than 8 MB\n0 errors, 0 warnings in 2 files (1 unread)\n"
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_left_alone() {
    let scratch = package(std::iter::empty());
    std::fs::create_dir(scratch.path().join("src/folder.rs")).unwrap();
    let pipe = scratch.path().join("src/pipe.rs");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    scratch.write(
        "src/lib.rs",
        b"mod folder;\nmod pipe;\nconst A: &str = include_str!(\"pipe.rs\");\n",
    );
    let said = scratch.run(&["--format", "short"]);
    assert_eq!(said.out, "0 errors, 0 warnings in 1 file\n");
}
