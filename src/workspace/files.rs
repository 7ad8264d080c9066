//! Directories to the manifests and `.rs` files below them: `.gitignore`d, hidden, built and vendored ones left out,
//! symbolic links to directories not followed.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::members::Manifests;
use super::rules::Rules;
use super::{FileEntry, PackageId, shown};
use crate::error::Error;

/// What was found.
pub(super) struct Walked {
    /// Every `Cargo.toml`, in order of directories.
    pub manifests: Vec<PathBuf>,
    /// Every `.rs` file.
    pub sources: Vec<PathBuf>,
}

pub(super) fn walk(roots: &[PathBuf]) -> Result<Walked, Error> {
    let mut walked = Walked {
        manifests: Vec::new(),
        sources: Vec::new(),
    };
    for root in roots {
        let mut rules = Rules::above(root);
        let entries = WalkDir::new(root)
            .into_iter()
            .filter_entry(|entry| is_wanted(entry) && rules.let_in(entry));
        for entry in entries {
            sort_in(
                &mut walked,
                entry.map_err(|error| unreadable(&error))?,
                root,
            );
        }
    }
    walked.manifests.sort_by(|a, b| a.parent().cmp(&b.parent()));
    for manifest in walked.manifests.clone() {
        add_ignored(&mut walked, &manifest)?;
    }
    Ok(walked)
}

fn unreadable(error: &walkdir::Error) -> Error {
    Error::new(format!("cannot read a directory: {error}"))
}

/// Neither hidden nor somebody else's.
fn is_wanted(entry: &DirEntry) -> bool {
    let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
    entry.depth() == 0 || !is_hidden && !is_foreign(entry)
}

/// Where cargo looks for crates `.gitignore` has no say: a rule such as `bin/` does not stop rustc from reading `src/bin`.
fn add_ignored(walked: &mut Walked, manifest: &Path) -> Result<(), Error> {
    let dirs = ["src", "tests", "examples", "benches"].map(|name| manifest.with_file_name(name));
    for dir in dirs.iter().filter(|dir| dir.is_dir() && !dir.is_symlink()) {
        for entry in WalkDir::new(dir).into_iter().filter_entry(is_wanted) {
            let entry = entry.map_err(|error| unreadable(&error))?;
            if entry.file_name() != "Cargo.toml" {
                sort_in(walked, entry, dir);
            }
        }
    }
    Ok(())
}

fn sort_in(walked: &mut Walked, entry: DirEntry, root: &Path) {
    if !is_file_below(&entry, root) {
        return;
    }
    let path = entry.into_path();
    if path.file_name().is_some_and(|name| name == "Cargo.toml") {
        walked.manifests.push(path);
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        walked.sources.push(path);
    }
}

/// A file, or a link to one that stays below the root.
fn is_file_below(entry: &DirEntry, root: &Path) -> bool {
    let kind = entry.file_type();
    let leads_inside = || {
        entry
            .path()
            .canonicalize()
            .is_ok_and(|target| target.is_file() && target.starts_with(root))
    };
    kind.is_file() || kind.is_symlink() && leads_inside()
}

/// What cargo built or vendored.
fn is_foreign(entry: &DirEntry) -> bool {
    entry.file_type().is_dir()
        && (is_build_output(entry.path()) || entry.path().join(".cargo-checksum.json").exists())
}

/// A `target` directory; a module may be called so too.
fn is_build_output(dir: &Path) -> bool {
    let beside_manifest = || dir.with_file_name("Cargo.toml").exists();
    dir.join("CACHEDIR.TAG").exists()
        || dir.file_name().is_some_and(|name| name == "target") && beside_manifest()
}

/// The files with the packages they belong to: the deepest directory with a package's manifest.
pub(super) fn entries(base: &Path, sources: Vec<PathBuf>, manifests: &Manifests) -> Vec<FileEntry> {
    let entry = |absolute: PathBuf| FileEntry {
        path: shown(base, &absolute),
        package: owner(&absolute, manifests),
        absolute,
    };
    let mut entries: Vec<_> = sources.into_iter().map(entry).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.dedup_by(|a, b| a.path == b.path);
    entries
}

fn owner(file: &Path, manifests: &Manifests) -> Option<PackageId> {
    file.ancestors()
        .skip(1)
        .find_map(|dir| manifests.package_in(dir))
}
