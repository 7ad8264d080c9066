//! Text that nests as no one writes it: refused or read, never a crash.

use super::{lower, with_big_stack};
use crate::lower::LowerError;

/// Lowers on a worker's stack; drops the result there too.
fn outcome(text: String) -> Result<(), LowerError> {
    with_big_stack(move || lower(&text).map(|_| ()))
}

fn refused(text: String) -> bool {
    outcome(text).is_err_and(|error| error.message.starts_with("nested too deeply"))
}

fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    format!("{}{inner}{}", open.repeat(times), close.repeat(times))
}

fn in_fn(text: &str) -> String {
    format!("fn f() {{ {text} }}")
}

/// What each level looks like in an expression.
const EXPRESSIONS: [(&str, &str, &str); 42] = [
    ("{", "", "}"),
    ("(", "a", ")"),
    ("[", "a", "]"),
    ("a(", "a", ")"),
    ("a[", "a", "]"),
    ("!", "a", ""),
    ("- ", "a", ""),
    ("&", "a", ""),
    ("&&", "a", ""),
    ("*", "a", ""),
    ("&mut ", "a", ""),
    ("&raw const ", "a", ""),
    ("|| ", "a", ""),
    ("|a| ", "a", ""),
    ("|a, b| ", "a", ""),
    ("move |a: A<B, C>, b| ", "a", ""),
    ("|| a > ", "a", ""),
    ("return ", "a", ""),
    ("break ", "a", ""),
    ("yield ", "a", ""),
    ("a = ", "a", ""),
    ("a += ", "a", ""),
    (".. ", "a", ""),
    ("..= ", "a", ""),
    ("if a {} else ", "{}", ""),
    ("if a { ", "", "}"),
    ("if ", "a", " {}"),
    ("match ", "a", " {}"),
    ("match a { _ => ", "a", "}"),
    ("while ", "a", " {}"),
    ("for A {} in ", "a", " {}"),
    ("loop { ", "", "}"),
    ("unsafe { ", "", "}"),
    ("async { ", "", "}"),
    ("a && let _ = ", "a", ""),
    ("a + (a * ", "a", ")"),
    ("a || a && a == a | a ^ a & a << a + a * (", "a", ")"),
    ("S { a: ", "a", "}"),
    ("a::<A, A<", "A", ">>()"),
    ("a as A<", "A", ">"),
    ("m!(", "a", ")"),
    ("vec![", "a", "]"),
];

#[test]
fn ten_thousand_levels_of_expressions_are_refused() {
    for (open, inner, close) in EXPRESSIONS {
        assert!(
            refused(in_fn(&nested(open, inner, close, 10_000))),
            "{open}"
        );
    }
}

#[test]
fn what_is_just_not_refused_fits_the_stack() {
    for (open, inner, close) in EXPRESSIONS {
        for times in [100, 300, 450, 900, 990] {
            let _ = outcome(in_fn(&nested(open, inner, close, times)));
        }
    }
}

const TYPES: [(&str, &str, &str); 14] = [
    ("A<", "A", ">"),
    ("A<B, ", "A", ">"),
    ("(", "A", ")"),
    ("[", "A", "]"),
    ("[", "A", "; 1]"),
    ("&", "A", ""),
    ("&'a mut ", "A", ""),
    ("*const ", "A", ""),
    ("fn() -> ", "A", ""),
    ("fn(", "A", ")"),
    ("impl Fn() -> ", "A", ""),
    ("dyn A<T = ", "A", ">"),
    ("<", "A", " as A>::A"),
    ("A<{ ", "1", " }>"),
];

#[test]
fn types_and_patterns_nest_as_little() {
    for (open, inner, close) in TYPES {
        assert!(
            refused(format!("type T = {};", nested(open, inner, close, 10_000))),
            "{open}"
        );
        for times in [300, 900, 990] {
            let _ = outcome(format!("type T = {};", nested(open, inner, close, times)));
        }
    }
    for (open, inner, close) in [
        ("(", "a", ")"),
        ("A(", "a", ")"),
        ("&", "a", ""),
        ("a @ ", "a", ""),
        ("[", "a", "]"),
        ("A { a: ", "a", "}"),
    ] {
        assert!(
            refused(in_fn(&format!(
                "let {} = a;",
                nested(open, inner, close, 10_000)
            ))),
            "{open}"
        );
        let _ = outcome(in_fn(&format!(
            "let {} = a;",
            nested(open, inner, close, 990)
        )));
    }
}

#[test]
fn items_nest_as_little() {
    for (open, close) in [
        ("mod a { ", "}"),
        ("fn f() { ", "}"),
        ("impl A { fn f() { ", "} }"),
        ("m! { ", "}"),
        ("cfg_if! { if #[a] { ", "} }"),
    ] {
        assert!(refused(nested(open, "", close, 10_000)), "{open}");
        for times in [100, 450, 900] {
            let _ = outcome(nested(open, "", close, times));
        }
    }
    assert!(refused(format!(
        "use {};",
        nested("a::{", "a", "}", 10_000)
    )));
    assert!(refused(format!("use {}a;", "a::".repeat(100_000))));
    assert!(outcome(format!("use {}a;", "a::".repeat(9_000))).is_ok());
}

const CHAINS: [(&str, &str); 12] = [
    ("a", ".b()"),
    ("a", ".b"),
    ("a", "?"),
    ("a", ".await"),
    ("a", "()"),
    ("a", "[0]"),
    ("a", " + a"),
    ("a", " && a"),
    ("a", " as A"),
    ("a", ".b(|a, b| a + b)?"),
    ("if a {}", " else if a {}"),
    ("a", ".b({ a })"),
];

#[test]
fn chains_are_read_up_to_a_bound() {
    for (start, link) in CHAINS {
        assert!(
            refused(in_fn(&format!("{start}{}", link.repeat(100_000)))),
            "{link}"
        );
        assert!(
            outcome(in_fn(&format!("{start}{}", link.repeat(2_400)))).is_ok(),
            "{link}"
        );
    }
    assert!(outcome(in_fn(&format!("a{}", " + a".repeat(9_900)))).is_ok());
    assert!(outcome(in_fn(&format!("a{}", "?".repeat(9_900)))).is_ok());
}

#[test]
fn long_is_not_deep() {
    assert!(
        outcome(in_fn(
            &"let a = |x| -x; if a < b { c } else { d }\n f(&a, || *b)?; ".repeat(5_000)
        ))
        .is_ok()
    );
    assert!(
        outcome(format!(
            "const A: [u8; 9] = [{}];",
            "-1, !a, ".repeat(50_000)
        ))
        .is_ok()
    );
    assert!(
        outcome(in_fn(&format!(
            "match a {{ {} }}",
            "A { a } if a < b => -a, &B | C => {}\n".repeat(5_000)
        )))
        .is_ok()
    );
    assert!(
        outcome(
            "fn f<T: A<B>>() -> C<D> {}\n#[a] impl<T> A<T> for B {}\nstruct S { a: Vec<A> }\n"
                .repeat(5_000)
        )
        .is_ok()
    );
    assert!(outcome(format!("m! {{ {} }}", "a < b -> - ! & * ".repeat(5_000))).is_ok());
    assert!(
        outcome(in_fn(&format!(
            "match a {{ {}'a' => 1 }}",
            "'a'..='z' | ".repeat(2_000)
        )))
        .is_ok()
    );
}

#[test]
fn macros_are_opened_only_so_deep() {
    assert!(outcome(in_fn(&nested("vec![", "a", "]", 900))).is_ok());
    assert!(outcome(in_fn(&format!("vec![{}a]", "!".repeat(5_000)))).is_ok());
    assert!(outcome(in_fn(&format!("vec![a{}]", ".b()".repeat(50_000)))).is_ok());
}

#[test]
fn time_stays_linear() {
    let text = in_fn(&nested("vec![", &"a, ".repeat(500_000), "]", 900));
    assert!(outcome(text).is_ok());
    let locals: Vec<_> = (0..20_000)
        .map(|i| format!("let a{i} = a{}; ", i / 2))
        .collect();
    assert!(outcome(in_fn(&locals.concat())).is_ok());
    let line = "\"é\" ".repeat(100_000);
    assert!(outcome(format!("m!({line});")).is_ok());
    assert!(outcome(in_fn(&format!("f({})", "\"é\", ".repeat(100_000)))).is_ok());
    assert!(outcome("pub impl A {}\n".repeat(2_000)).is_ok());
}

#[test]
fn delimiters_hide_nowhere() {
    for hide in [
        "'\"'",
        "b'\"'",
        "'\\''",
        "\"\\\"\"",
        "r#\"\"\"#",
        "br\"\\\"",
        "'a: ",
        "/* /* \" */ */",
        "// \"\n",
        "'\\u{22}'",
        "\"\"r",
        "1r",
        "r#a",
        "c\"\\\"\"",
    ] {
        let text = format!("fn f() {{ m!({hide}); {} }}", nested("(", "a", ")", 10_000));
        assert!(refused(text), "{hide}");
    }
}

#[test]
fn expansions_are_bounded() {
    let calls = "m!(m!(m!(m!(a)))); ".repeat(2_000);
    for body in [
        "m!($x)",
        "m!($x) + m!($x)",
        "[$x, $x, $x, $x, $x, $x, $x, $x]",
        "$x.b().c().d()",
        "{ m!({ $x }); m!([$x]); m!(($x)) }",
    ] {
        let rules = format!("macro_rules! m {{ ($x:expr) => {{ {body} }} }}");
        assert!(
            outcome(format!("{rules} {}", in_fn(&calls))).is_ok(),
            "{body}"
        );
    }
    let tokens = "a ".repeat(30_000);
    for (matcher, body) in [
        ("$($x:tt)*", "m!($($x $x)*)"),
        ("$($x:tt)*", "[$([$($x)*]),*]"),
        ("$x:tt $($y:tt)*", "{ $x; m!($($y)*) }"),
        ("$($($x:ident)?)*", "$($($x)?)*"),
        ("$($x:expr),* $(,)?", "m!($($x),*)"),
    ] {
        let rules = format!("macro_rules! m {{ ({matcher}) => {{ {body} }} }}");
        let text = format!("{rules} {}", in_fn(&format!("m!({tokens}); m!(a a);")));
        assert!(outcome(text).is_ok(), "{matcher}");
    }
    let deep = nested("{", "", "}", 900);
    assert!(
        outcome(format!(
            "macro_rules! m {{ () => {{ {deep} }} }} {}",
            in_fn("m!()")
        ))
        .is_ok()
    );
}
