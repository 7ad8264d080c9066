//! The house rules that can be counted: lints' folders, the order of headings, sizes of files and functions, module docs.

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::support::{assert_none, files, read, root};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const HEADINGS: [&str; 6] = [
    "What happens",
    "Bad",
    "Good",
    "How to fix",
    "Not reported",
    "Known limits",
];

/// All Rust code of the house; fixtures are other people's code in the play.
fn sources() -> Vec<PathBuf> {
    let is_source = |path: &Path| path.extension().is_some_and(|end| end == "rs");
    ["src", "lints", "tests", "benches"]
        .iter()
        .filter(|folder| root().join(folder).exists())
        .flat_map(|folder| files(folder, is_source))
        .collect()
}

/// Without the cases.
fn house() -> Vec<PathBuf> {
    sources()
        .into_iter()
        .filter(|path| {
            !path
                .parent()
                .is_some_and(|folder| folder.ends_with("cases"))
        })
        .collect()
}

/// `lints/<group>/<lint>`.
fn lint_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = files("lints", |_| true)
        .iter()
        .map(|path| path.iter().take(3).collect())
        .filter(|folder: &PathBuf| root().join(folder).is_dir())
        .collect();
    folders.dedup();
    assert!(!folders.is_empty(), "no lint found");
    folders
}

#[test]
fn lints_are_complete() {
    let mut complaints = Vec::new();
    for folder in lint_folders() {
        for name in ["README.md", "mod.rs", "cases"] {
            if !root().join(&folder).join(name).exists() {
                complaints.push(format!("{}: no {name}", folder.display()));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn pages_keep_their_order() {
    let complaints: Vec<String> = lint_folders()
        .iter()
        .flat_map(|folder| page_order(folder))
        .collect();
    assert_none(&complaints);
}

/// `# name`, one sentence, then the headings.
fn page_order(folder: &Path) -> Vec<String> {
    let path = folder.join("README.md");
    let text = read(&path);
    let mut complaints = Vec::new();
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let mut paragraphs = text.split("\n\n");
    if paragraphs.next() != Some(&format!("# {name}")) {
        complaints.push(format!("{}:1: expected `# {name}`", path.display()));
    }
    let summary = paragraphs.next().unwrap_or_default().replace('\n', " ");
    if !summary.ends_with('.') || summary.contains(". ") {
        complaints.push(format!("{}:3: expected one sentence", path.display()));
    }
    let headings: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    if headings != HEADINGS {
        complaints.push(format!(
            "{}: headings are {headings:?}, expected {HEADINGS:?}",
            path.display()
        ));
    }
    complaints
}

#[test]
fn files_are_short() {
    let long = |path: &PathBuf| {
        (read(path).lines().count() > FILE_LINES)
            .then(|| format!("{}: over {FILE_LINES} lines", path.display()))
    };
    assert_none(&sources().iter().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn files_say_what_they_are() {
    let bare = |path: &PathBuf| {
        (!read(path).starts_with("//! ")).then(|| format!("{}:1: expected `//! …`", path.display()))
    };
    assert_none(&house().iter().filter_map(bare).collect::<Vec<_>>());
}

#[test]
fn functions_are_short() {
    let mut complaints = Vec::new();
    for path in house() {
        let tokens: TokenStream = read(&path)
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (line, length) in long_functions(tokens) {
            complaints.push(format!(
                "{}:{line}: a function of {length} lines, at most {FUNCTION_LINES}",
                path.display()
            ));
        }
    }
    assert_none(&complaints);
}

/// First line and length of each function that is too long, one big `match` excepted.
fn long_functions(tokens: TokenStream) -> Vec<(usize, usize)> {
    let mut long = Vec::new();
    let mut start = None;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "fn" => start = Some(word.span().start().line),
            TokenTree::Punct(mark) if mark.as_char() == ';' => start = None,
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Brace
                    && let Some(line) = start.take()
                {
                    let length = group.span_close().end().line + 1 - line;
                    if length > FUNCTION_LINES && !is_match(&group.stream()) {
                        long.push((line, length));
                    }
                }
                long.extend(long_functions(group.stream()));
            }
            _ => {}
        }
    }
    long
}

fn is_match(body: &TokenStream) -> bool {
    matches!(body.clone().into_iter().next(), Some(TokenTree::Ident(word)) if word == "match")
}

#[test]
fn long_functions_are_found() {
    let body = "let x = 1;\n".repeat(FUNCTION_LINES);
    let text = format!(
        "struct S;\nimpl S {{ fn short() {{}}\nfn long() {{\n{body}}} }}\nfn big() {{ match 1 {{\n_ => {{ {body} }} }} }}"
    );
    let tokens: TokenStream = text.parse().expect("the text is Rust");
    assert_eq!(long_functions(tokens), [(3, FUNCTION_LINES + 2)]);
}
