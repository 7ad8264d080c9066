//! Bodies that are read later are what they would have been at once.

use super::{Bodies, macros};
use crate::ir::FileIr;
use crate::source::FileId;

/// Reads a text both ways and compares all of it; how many bodies were left for later.
fn compare(text: &str) -> usize {
    let macros = macros(text);
    let read = |bodies| super::super::lower(text, &macros, FileId(0), bodies).unwrap();
    let (at_once, later) = (read(Bodies::AtOnce), read(Bodies::Later));
    assert_eq!(format!("{:?}", at_once.items), format!("{:?}", later.items));
    assert_eq!(at_once.bodies.len(), later.bodies.len());
    let left = later
        .bodies
        .iter()
        .filter(|slot| slot.body.get().is_none())
        .count();
    for (index, slot) in later.bodies.iter().enumerate() {
        let read = || super::super::body(text, slot, &macros, FileId(0)).ok();
        assert_eq!(
            format!("{:?}", slot.items),
            format!("{:?}", at_once.bodies[index].items)
        );
        let body = slot.body.get_or_init(read).as_ref();
        let expected = at_once.bodies[index].get();
        assert_eq!(format!("{body:?}"), format!("{expected:?}"), "{text}");
    }
    left
}

/// Long enough not to be read at once.
fn long(statements: &str) -> String {
    format!("{statements} {}", "work(a, &b, c.d()).await?; ".repeat(8))
}

#[test]
fn functions_of_all_kinds() {
    let body = long("let x = a.b(|y| y + 1);");
    let text = format!(
        "\u{feff}/// ü\npub(crate) const unsafe extern \"C\" fn a<const N: usize>(x: [u8; {{ 1 + 2 }}]) -> A<{{ N }}> where B<{{ N }}>: C, {{ {body} }}
        impl<T: A<B<C>>> D for E<T> {{ async fn f(&mut self, (a, b): (u8, fn(u8) -> u8)) -> impl Fn(u8) -> Vec<Vec<u8>> {{ {body} }} }}
        trait F {{ fn g(self); fn h(self: Box<Self>) -> <<Self as G>::H as I>::J {{ {body} }} }}
        mod m {{ #[test] fn k() {{ {body} }} }}"
    );
    assert_eq!(compare(&text), 4);
}

#[test]
fn places_behind_what_is_left_out() {
    let body = long("let ü = \"ü€\"; use a::b; const C: &str = \"€\"; let x = 'ü';");
    let text = format!(
        "const Ü: &str = \"ü\"; fn a(ä: u8) {{ {body} }} const A: &str = \"€\"; fn b() {{ {body} }} fn c() {{}} /* € */ const Z: u8 = ü;"
    );
    assert_eq!(compare(&text), 2);
}

#[test]
fn bodies_that_declare_are_read_at_once() {
    for declaration in [
        "fn g() {}",
        "impl A {}",
        "#[cfg(test)] use a::*;",
        "m!(use a::b);",
        "const A: fn() = { fn g() {} g };",
        "static A: u8 = 1;",
        "union A { a: u8 }",
        "thread_local! { static A: u8 = 1; }",
        "let a = include_str!(\"a\");",
        "items!();",
        "through!();",
    ] {
        let body = long(declaration);
        let rules = "macro_rules! items { () => { fn i() {} } } macro_rules! through { () => { items!(); } }";
        assert_eq!(
            compare(&format!("{rules} fn f() {{ {body} }}")),
            0,
            "{declaration}"
        );
    }
    for statement in [
        "let f: fn(u8) = g;",
        "use a::{b, c as d};",
        "if a { use a::b; const A: [u8; 2] = [1; 2]; }",
        "const A: u8 = { 1; 2 }; use a::b;",
        "let a = b as *const u8;",
        "let b = const { 1 };",
    ] {
        assert_eq!(
            compare(&format!("fn f() {{ {} }}", long(statement))),
            1,
            "{statement}"
        );
    }
}

#[test]
fn macros_are_expanded_as_they_would_be() {
    let rules = "macro_rules! m { ($x:expr) => { run($x, { let y = $x; y }) } }";
    let functions = format!("fn f() {{ {} }}\n", long("m!(a); m!(m!(b));")).repeat(40);
    assert_eq!(compare(&format!("{rules}\n{functions}")), 40);
    let bomb = "macro_rules! m { ($($x:tt)*) => { [m!($($x $x)*), $($x),*] } }";
    let calls = format!("fn f() {{ m!({}); {} }}\n", "a ".repeat(400), long("")).repeat(60);
    compare(&format!("{bomb}\n{calls}"));
}

#[test]
fn the_house_reads_the_same_both_ways() {
    let mut read = 0;
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/lower")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                read += compare(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    assert!(read > 100, "{read}");
}

#[test]
fn a_body_that_does_not_parse_is_told_when_it_is_read() {
    let text = format!("fn f() {{ {} let = 1; }} fn g() {{}}", long(""));
    let macros = macros(&text);
    let file: FileIr = super::super::lower(&text, &macros, FileId(0), Bodies::Later).unwrap();
    let error = super::super::body(&text, &file.bodies[0], &macros, FileId(0)).unwrap_err();
    assert_eq!(&text[error.offset as usize..][..5], "= 1; ");
}
