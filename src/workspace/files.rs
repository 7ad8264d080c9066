//! Directories to the manifests and `.rs` files below them: `.gitignore`d, hidden, built and vendored ones left out,
//! symbolic links to directories not followed.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::members::Manifests;
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
        for entry in walker(root, true).build() {
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

fn walker(root: &Path, git_ignore: bool) -> WalkBuilder {
    let mut walker = WalkBuilder::new(root);
    walker
        .standard_filters(false)
        .hidden(true)
        .parents(git_ignore)
        .git_ignore(git_ignore)
        .require_git(false);
    walker.filter_entry(|entry| entry.depth() == 0 || !is_foreign(entry));
    walker
}

fn unreadable(error: &ignore::Error) -> Error {
    Error::new(format!("cannot read a directory: {error}"))
}

/// Where cargo looks for crates `.gitignore` has no say: a rule such as `bin/` does not stop rustc from reading `src/bin`.
fn add_ignored(walked: &mut Walked, manifest: &Path) -> Result<(), Error> {
    let dirs = ["src", "tests", "examples", "benches"].map(|name| manifest.with_file_name(name));
    for dir in dirs.iter().filter(|dir| dir.is_dir() && !dir.is_symlink()) {
        for entry in walker(dir, false).build() {
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
    let Some(kind) = entry.file_type() else {
        return false;
    };
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
    let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
    is_dir && (is_build_output(entry.path()) || entry.path().join(".cargo-checksum.json").exists())
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
