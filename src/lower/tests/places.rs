//! Offsets are of the text on disk, in bytes.

use super::{body, lower, read};
use crate::ir::{BodyId, Expr, ItemKind};
use crate::lower::statement_ranges;

/// What stands at the place of every string, path and call of the first body, and the first item's name.
fn shown(text: &str) -> Vec<String> {
    let file = read(text);
    let slice =
        |range: crate::source::TextRange| text[range.start as usize..range.end as usize].to_owned();
    let body = body(&file, BodyId(0));
    let exprs = body
        .exprs
        .iter()
        .zip(&body.ranges)
        .filter(|(expr, _)| !matches!(expr, Expr::Block(_)));
    let mut found: Vec<_> = exprs.map(|(_, range)| slice(*range)).collect();
    found.insert(0, slice(file.items[0].range));
    found.insert(1, slice(file.items[0].full));
    found
}

const PLAIN: &str = "fn f(a: A) { a.é(\"ü\n🦀\", /* ß */ b); }";

#[test]
fn preambles_shift_nothing() {
    let expected = [
        "f",
        PLAIN,
        "a",
        "\"ü\n🦀\"",
        "b",
        "a.é(\"ü\n🦀\", /* ß */ b)",
    ];
    for preamble in [
        "",
        "\u{feff}",
        "#!/usr/bin/env rust ünd\n",
        "\u{feff}#!x\n",
        "\n\n",
        "/* é */ // ü\r\n",
        "#![a]\n",
        "#! [a]",
    ] {
        assert_eq!(
            shown(&format!("{preamble}{PLAIN}")),
            expected,
            "after {preamble:?}"
        );
    }
}

#[test]
fn carriage_returns_count() {
    let text = "// a\r\nfn f() {\r\n    g(\"x\r\ny\");\r\n}\r\n";
    let expected = [
        "f",
        "fn f() {\r\n    g(\"x\r\ny\");\r\n}",
        "g",
        "\"x\r\ny\"",
        "g(\"x\r\ny\")",
    ];
    assert_eq!(shown(text), expected);
}

#[test]
fn every_kind_of_expression_knows_its_ends() {
    let text = "fn f(a: A) { (a)[0].b::<C>(1)?.await; -a + *b as u8; ..=a; x!{a}; |a| a; async move { a }; 'l: loop { break 'l a } \
                if a { } else { a }; match a { _ => b }; <T as U>::V; S { a, ..b }; return; &mut a; a..; ::p::q; [a, b]; r#try; let x = (1, ) }";
    let text = text.replace("let x = (1, ) }", "(1, ) }");
    let expected = expect_test::expect![[r#"
        (a)
        0
        (a)[0]
        1
        (a)[0].b::<C>(1)
        (a)[0].b::<C>(1)?
        (a)[0].b::<C>(1)?.await
        a
        -a
        b
        *b
        *b as u8
        -a + *b as u8
        a
        ..=a
        a
        x!{a}
        a
        |a| a
        a
        async move { a }
        a
        break 'l a
        'l: loop { break 'l a }
        a
        a
        if a { } else { a }
        a
        b
        match a { _ => b }
        <T as U>::V
        a
        b
        S { a, ..b }
        return
        a
        &mut a
        a
        a..
        ::p::q
        a
        b
        [a, b]
        r#try
        1
        (1, )"#]];
    expected.assert_eq(&shown(&text)[2..].join("\n"));
}

#[test]
fn methods_know_their_names_place() {
    let text = "fn f() { a\n  .b()\n  .r#c(); }";
    let file = read(text);
    let names = body(&file, BodyId(0))
        .exprs
        .iter()
        .filter_map(|expr| match expr {
            Expr::Method {
                name, name_range, ..
            } => Some((
                name.as_str(),
                &text[name_range.start as usize..name_range.end as usize],
            )),
            _ => None,
        });
    assert_eq!(names.collect::<Vec<_>>(), [("b", "b"), ("c", "r#c")]);
}

#[test]
fn tuple_fields_stand_at_their_types() {
    let text = "struct S(pub &'a mut A, ::b::C<D>, #[x] (E,));";
    let file = read(text);
    let ItemKind::Struct(_, fields) = &file.items[0].kind else {
        panic!()
    };
    let shown: Vec<_> = fields
        .iter()
        .map(|field| &text[field.range.start as usize..field.range.end as usize])
        .collect();
    assert_eq!(shown, ["&'a mut A", "::b::C<D>", "(E,)"]);
}

#[test]
fn errors_point_into_the_text() {
    let at = |text: &str| lower(text).map(|_| ()).map_err(|error| error.offset);
    assert_eq!(at("\u{feff}// é\nfn f() { @ }"), Err(18));
    assert_eq!(at("fn f("), Err(4));
    assert_eq!(at("fn f() }"), Err(7));
    assert_eq!(at("/* é */ \u{1}"), Err(9));
    assert_eq!(at("fn f()"), Err(6));
}

#[test]
fn statements_arms_items_fields_and_variants_have_ranges() {
    let text = "/// Doc\n#[a] struct S {\n  /// Doc\n  x: u8,\n  pub y: u8 }\nenum E { A, #[b] B(u8) }\n\
                fn f() { let x = 1; if x { y(); } match x { A if x => 1, ref b | _ => S { x: 1 } }; m! { #[c] z; } }";
    let mut ranges = statement_ranges(text);
    ranges.sort();
    let shown: Vec<_> = ranges
        .iter()
        .map(|range| &text[range.start as usize..range.end as usize])
        .collect();
    expect_test::expect![[r#"
        /// Doc
        #[a] struct S {
          /// Doc
          x: u8,
          pub y: u8 }
        ---
        /// Doc
          x: u8
        ---
        pub y: u8 
        ---
        enum E { A, #[b] B(u8) }
        ---
        A
        ---
        #[b] B(u8)
        ---
        fn f() { let x = 1; if x { y(); } match x { A if x => 1, ref b | _ => S { x: 1 } }; m! { #[c] z; } }
        ---
        let x = 1;
        ---
        if x { y(); }
        ---
        y();
        ---
        match x { A if x => 1, ref b | _ => S { x: 1 } };
        ---
        A if x => 1
        ---
        ref b | _ => S { x: 1 }
        ---
        x: 1
        ---
        m! { #[c] z; }
        ---
        z;"#]].assert_eq(&shown.join("\n---\n"));
}
