//! A lint's page: its rust blocks are examples, and the text block after *Bad* is what the bad one prints.

use std::path::{Path, PathBuf};

use super::example::Example;
use super::{files, read, root};

const RUST: &str = "```rust\n";
const TEXT: &str = "```text\n";
const END: &str = "```\n";

/// The README.md of a lint's folder.
pub struct Page {
    /// Relative to the root.
    pub path: PathBuf,
    /// The lint's name: that of the folder.
    pub lint: String,
    /// Its blocks under *Bad* and *Good*.
    pub bad: Example,
    pub good: Example,
    /// What the page shows as the output of the bad one.
    pub shown: String,
}

/// All pages.
pub fn pages() -> Vec<Page> {
    let paths = files("lints", |path| path.ends_with("README.md"));
    assert!(!paths.is_empty(), "no page found");
    paths.iter().map(|path| page(path)).collect()
}

fn page(path: &Path) -> Page {
    let text = read(path);
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .expect("a page lies in its lint's folder");
    Page {
        lint: folder.to_string_lossy().into_owned(),
        bad: example(path, &text, "## Bad\n"),
        good: example(path, &text, "## Good\n"),
        shown: text[shown(path, &text)].to_owned(),
        path: path.to_path_buf(),
    }
}

impl Page {
    /// Writes what the page shows anew.
    pub fn rewrite(&self, output: &str) {
        let mut text = read(&self.path);
        text.replace_range(shown(&self.path, &text), output);
        std::fs::write(root().join(&self.path), text).expect("the page can be written");
    }
}

/// The code block under `heading`.
fn example(path: &Path, text: &str, heading: &str) -> Example {
    let section = find(path, text, 0, heading);
    let comment = find(path, text, section, "<!-- crate: ");
    let client = text[comment..].split(' ').next().unwrap_or_default();
    let start = find(path, text, comment, RUST);
    let end = find(path, text, start, END) - END.len();
    Example::new(
        path,
        text[..start].lines().count(),
        client,
        &text[start..end],
    )
}

/// The byte range between the fences of the output.
fn shown(path: &Path, text: &str) -> std::ops::Range<usize> {
    let start = find(path, text, find(path, text, 0, "## Bad\n"), TEXT);
    start..find(path, text, start, END) - END.len()
}

/// Where `needle` ends, at or after `from`.
fn find(path: &Path, text: &str, from: usize, needle: &str) -> usize {
    let found = text[from..].find(needle);
    from + needle.len()
        + found.unwrap_or_else(|| panic!("{}: no `{}`", path.display(), needle.trim()))
}
