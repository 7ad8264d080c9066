//! An example: code with `//~ lint` markers at the end of the lines where a finding is due, `//~ lint?` where it is a judgement.

use std::path::{Path, PathBuf};

use super::{files, read};

/// A file of `cases/`, or a block of a page.
pub struct Example {
    /// Where it is written, relative to the root.
    pub source: PathBuf,
    /// Lines of the source before its first.
    pub offset: usize,
    /// The member of `fixtures/clients` whose dependencies it has.
    pub client: String,
    /// The code without markers: nothing in it tells what is expected.
    pub code: String,
    /// What the markers say.
    pub expected: Vec<Mark>,
}

/// A finding's line, in the source where the example is written, and its lint, with a `?` for a judgement.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mark {
    pub line: usize,
    pub lint: String,
}

impl Example {
    /// Reads the markers out of `text`, which begins after `offset` lines of `source`.
    pub fn new(source: &Path, offset: usize, client: &str, text: &str) -> Self {
        let mut expected = Vec::new();
        let mut code = String::new();
        for (index, line) in text.lines().enumerate() {
            let (clean, lints) = line.split_once("//~").unwrap_or((line, ""));
            let lints = lints
                .split(',')
                .map(str::trim)
                .filter(|lint| !lint.is_empty());
            expected.extend(lints.map(|lint| Mark {
                line: offset + index + 1,
                lint: lint.to_owned(),
            }));
            code.push_str(clean.trim_end());
            code.push('\n');
        }
        expected.sort();
        Self {
            source: source.to_path_buf(),
            offset,
            client: client.to_owned(),
            code,
            expected,
        }
    }

    /// `main.rs` where there is a `main`, else `lib.rs`.
    pub fn file_name(&self) -> &'static str {
        let main = self
            .code
            .lines()
            .any(|line| line.starts_with("fn main(") || line.starts_with("async fn main("));
        if main { "main.rs" } else { "lib.rs" }
    }

    /// The same with every line commented out.
    pub fn commented_out(&self) -> Self {
        let lines = self.code.lines().map(|line| ["// ", line, "\n"].concat());
        let code = lines.collect();
        Self {
            source: self.source.clone(),
            client: self.client.clone(),
            code,
            expected: Vec::new(),
            offset: self.offset,
        }
    }

    /// `source:line` of a line of the source.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.source.display())
    }
}

/// All files of all `cases/` folders.
pub fn cases() -> Vec<Example> {
    let paths = files("lints", |path| {
        path.parent()
            .is_some_and(|folder| folder.ends_with("cases"))
    });
    assert!(!paths.is_empty(), "no case found");
    paths.iter().map(|path| case(path)).collect()
}

fn case(path: &Path) -> Example {
    let text = read(path);
    let head = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//@ crate: "));
    let client = head.and_then(|rest| rest.split(' ').next());
    let client =
        client.unwrap_or_else(|| panic!("{}:1: expected `//@ crate: NAME`", path.display()));
    Example::new(path, 0, client, &text)
}
