//! What a comment covers, and what is said of comments that do nothing.
//! The findings are those about other comments: the meta lints can be allowed like any other.

use crate::scratch::Scratch;

/// Lines and lints of what is reported.
fn reported(main: &str) -> Vec<String> {
    let said = Scratch::package(main).run(&["--format", "short", "-W", "pedantic"]);
    let lines = said.out.lines().filter_map(|line| {
        let mut parts = line.strip_prefix("src/main.rs:")?.split([':', '[', ']']);
        Some(format!("{} {}", parts.next()?, parts.nth(2)?))
    });
    lines.collect()
}

#[test]
fn above_a_statement() {
    let inner = "// acid: allow(nothing) -- r\n        b();";
    let covered = format!(
        "fn main() {{\n    // acid: allow(unknown_lint) -- r\n    if a() {{\n        {inner}\n    }}\n}}\n"
    );
    assert_eq!(reported(&covered), [""; 0]);
    let beside = format!(
        "fn main() {{\n    // acid: allow(unknown_lint) -- r\n    a();\n        {inner}\n}}\n"
    );
    assert_eq!(reported(&beside), ["2 unused_allow", "4 unknown_lint"]);
}

#[test]
fn above_an_item_with_documentation_and_attributes() {
    for item in [
        "/// Doc.\n#[inline]\nfn f() {",
        "#[inline]\n// more\nfn f() {",
        "\nimpl A {",
        "struct A {",
        "mod a {",
    ] {
        let text = format!(
            "// acid: allow(unknown_lint) -- r\n{item}\n// acid: allow(nothing) -- r\n}}\n"
        );
        assert_eq!(reported(&text), [""; 0], "{item}");
    }
}

#[test]
fn between_attributes_and_item() {
    let text = "#[inline]\n// acid: allow(unknown_lint) -- r\nfn f() {\n    g(); // acid: allow(nothing) -- r\n}\n";
    assert_eq!(reported(text), [""; 0]);
}

#[test]
fn above_an_arm_and_a_field() {
    let arm = "fn f() {\n match a {\n // acid: allow(unknown_lint) -- r\n 1 => {\n // acid: allow(no) -- r\n }\n _ => {}\n }\n}\n";
    assert_eq!(reported(arm), [""; 0]);
    let field = "struct A {\n // acid: allow(unknown_lint) -- r\n a: B<\n // acid: allow(no) -- r\n C>,\n d: E,\n}\n";
    assert_eq!(reported(field), [""; 0]);
}

#[test]
fn at_the_end_of_a_line() {
    let whole = "fn f() { // acid: allow(unknown_lint) -- r\n    // acid: allow(nothing) -- r\n    a();\n}\n";
    assert_eq!(reported(whole), [""; 0]);
    let one = "fn f() {\n    a(); // acid: allow(unknown_lint) -- r\n    b(); // acid: allow(nothing) -- r\n}\n";
    assert_eq!(reported(one), ["2 unused_allow", "3 unknown_lint"]);
}

#[test]
fn nothing_follows() {
    let text = "fn f() {\n    a();\n    // acid: allow(unknown_lint) -- r\n}\n// acid: allow(nothing) -- r\nfn g() {}\n";
    assert_eq!(reported(text), ["3 unused_allow", "5 unknown_lint"]);
}

#[test]
fn the_whole_file() {
    let text = "fn f() {} // acid: allow(nothing) -- r\n// acid: allow-file(unknown_lint) -- r\nfn g() {}\n";
    assert_eq!(reported(text), [""; 0]);
}

#[test]
fn what_is_no_directive() {
    let text = "//! acid: allow(nothing)\n/// acid: allow(nothing)\nconst A: &str = \"// acid: allow(nothing)\"; /* acid: x */\n";
    assert_eq!(reported(text), [""; 0]);
}

#[test]
fn malformed_directives() {
    for flaw in [
        "allow",
        "allow()",
        "allow(unknown_lint",
        "alow(unknown_lint)",
        "allow(unknown_lint) because",
        "deny(x)",
    ] {
        assert_eq!(
            reported(&format!("// acid: {flaw}\nfn f() {{}}\n")),
            ["1 unknown_lint"],
            "{flaw}"
        );
    }
}

#[test]
fn a_reason_is_asked_for() {
    let text = "// acid: allow(nothing)\nfn f() {}\n// acid: allow(nothing) --\nfn g() {}\n";
    let all = [
        "1 allow_without_reason",
        "1 unknown_lint",
        "3 allow_without_reason",
        "3 unknown_lint",
    ];
    assert_eq!(reported(text), all);
}

#[test]
fn several_names_are_judged_one_by_one() {
    let text = "// acid: allow(unknown_lint, allow_without_reason) -- r\nfn f() {\n    a(); // acid: allow(nothing) -- r\n}\n";
    assert_eq!(reported(text), ["1 unused_allow"]);
}

#[test]
fn lints_that_did_not_run_are_not_judged() {
    let text = "// acid: allow(allow_without_reason) -- r\nfn f() {}\n";
    let said = Scratch::package(text).run(&[]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "0 errors, 0 warnings in 1 file\n")
    );
}

#[test]
fn generated_files_are_left_alone() {
    assert_eq!(
        reported("// @generated\n// acid: allow(nothing)\nfn f() {}\n"),
        [""; 0]
    );
}
