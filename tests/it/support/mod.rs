//! What the tests of pages, cases and projects share: examples as they are written, and `cargo acid` run on them.

pub mod acid;
pub mod example;
pub mod page;

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` for which `wanted` holds, sorted, relative to the root.
pub fn files(folder: &str, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    walkdir::WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_name() != "target")
        .map(|entry| entry.expect("a readable folder").into_path())
        .filter(|path| path.is_file() && wanted(path))
        .map(|path| {
            path.strip_prefix(root())
                .expect("below the root")
                .to_path_buf()
        })
        .collect()
}

/// The text of a file of the repository.
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Outputs are to be written instead of compared.
pub fn update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Fails with all the complaints at once.
pub fn assert_none(complaints: &[String]) {
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}
