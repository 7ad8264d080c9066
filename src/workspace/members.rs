//! Manifests to workspaces: which manifest belongs to which workspace, and what becomes of those that cannot be read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ignore::gitignore::GitignoreBuilder;

use super::manifest::{self, Manifest};
use super::{PackageId, Workspace, normal};
use crate::error::Error;

/// All manifests of a run that could be read, by directory.
pub(super) struct Manifests {
    by_dir: BTreeMap<PathBuf, Manifest>,
    packages: BTreeMap<PathBuf, PackageId>,
}

impl Manifests {
    /// The package whose manifest lies in `dir`.
    pub(super) fn package_in(&self, dir: &Path) -> Option<PackageId> {
        self.packages.get(dir).copied()
    }

    /// Directories and manifests of all packages, in order of their ids.
    pub(super) fn packages(&self) -> impl Iterator<Item = (&Path, &Manifest)> {
        self.packages
            .keys()
            .filter_map(|dir| Some((dir.as_path(), self.by_dir.get(dir)?)))
    }

    /// The workspace that a package belongs to: its own manifest, the one it names, or the first above that does not exclude it.
    pub(super) fn workspace_of(&self, dir: &Path) -> Option<(&Path, &Manifest)> {
        let named = self
            .by_dir
            .get(dir)
            .and_then(|manifest| manifest.package.as_ref()?.workspace.as_ref());
        let start = named.map_or_else(|| dir.to_path_buf(), |path| normal(&dir.join(path)));
        let above = start
            .ancestors()
            .filter_map(|parent| self.by_dir.get_key_value(parent));
        let mut workspaces =
            above.filter(|(root, manifest)| *root == dir || !excludes(root, manifest, dir));
        workspaces
            .find(|(_, manifest)| manifest.workspace.is_some())
            .map(|(root, manifest)| (root.as_path(), manifest))
    }

    /// Directories that a workspace lists or that its packages depend on by path.
    fn is_member(&self, dir: &Path) -> bool {
        let listed = |root: &Path, manifest: &Manifest| {
            let members = manifest
                .workspace
                .as_ref()
                .map(|workspace| &workspace.members);
            members.is_some_and(|members| matches_any(root, members, dir))
                && !excludes(root, manifest, dir)
        };
        self.by_dir.iter().any(|(root, manifest)| {
            listed(root, manifest) || path_dependencies(root, manifest).contains(dir)
        })
    }
}

fn path_dependencies(dir: &Path, manifest: &Manifest) -> BTreeSet<PathBuf> {
    let shared = manifest
        .workspace
        .iter()
        .map(|workspace| &workspace.dependencies);
    let tables = [
        &manifest.dependencies,
        &manifest.dev_dependencies,
        &manifest.build_dependencies,
    ];
    let entries = shared.chain(tables).flat_map(BTreeMap::values);
    entries
        .filter_map(|entry| entry.table().path)
        .map(|path| normal(&dir.join(path)))
        .collect()
}

/// Reads all manifests. A broken one is an error where a workspace counts on it, else a note.
pub(super) fn read(workspace: &mut Workspace, paths: &[PathBuf]) -> Result<Manifests, Error> {
    let mut manifests = Manifests {
        by_dir: BTreeMap::new(),
        packages: BTreeMap::new(),
    };
    let mut broken = Vec::new();
    for path in paths {
        let dir = path.parent().unwrap_or(path).to_path_buf();
        match manifest::read(path, &workspace.shown(path)) {
            Ok(manifest) => drop(manifests.by_dir.insert(dir, manifest)),
            Err(error) => broken.push((dir, error)),
        }
    }
    for (dir, error) in broken {
        if workspace.roots.contains(&dir) || manifests.is_member(&dir) {
            return Err(error);
        }
        let shown = workspace.shown(&dir.join("Cargo.toml"));
        workspace.notes.push(format!(
            "{shown} is no member of a workspace and is passed over: {}",
            error.message
        ));
    }
    number(&mut manifests);
    note_missing_members(workspace, &manifests);
    Ok(manifests)
}

fn number(manifests: &mut Manifests) {
    let packages = manifests
        .by_dir
        .iter()
        .filter(|(_, manifest)| manifest.package.is_some());
    manifests.packages = packages
        .enumerate()
        .map(|(index, (dir, _))| (dir.clone(), PackageId(index as u32)))
        .collect();
}

fn note_missing_members(workspace: &mut Workspace, manifests: &Manifests) {
    for (root, manifest) in &manifests.by_dir {
        for member in manifest.workspace.iter().flat_map(|table| &table.members) {
            let dir = normal(&root.join(member));
            if is_plain(member) && !manifests.by_dir.contains_key(&dir) {
                let shown = workspace.shown(&root.join("Cargo.toml"));
                workspace.notes.push(format!(
                    "{shown}: member `{member}` is missing or lies outside, and is passed over"
                ));
            }
        }
    }
}

fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '['])
}

/// `exclude` is a list of directories, as in cargo; a member listed by name wins over it.
pub(super) fn excludes(root: &Path, manifest: &Manifest, dir: &Path) -> bool {
    let Some(workspace) = &manifest.workspace else {
        return false;
    };
    let below = |path: &String| dir.starts_with(normal(&root.join(path)));
    workspace.exclude.iter().any(below) && !workspace.members.iter().any(below)
}

/// Whether one of a workspace's member patterns means this directory.
fn matches_any(root: &Path, patterns: &[String], dir: &Path) -> bool {
    patterns.iter().any(|pattern| {
        let plain = is_plain(pattern) && normal(&root.join(pattern)) == dir;
        plain || !is_plain(pattern) && matches_glob(root, pattern, dir)
    })
}

fn matches_glob(root: &Path, pattern: &str, dir: &Path) -> bool {
    let mut builder = GitignoreBuilder::new(root);
    let anchored = format!(
        "/{}",
        pattern.trim_start_matches("./").trim_end_matches('/')
    );
    let built = builder
        .add_line(None, &anchored)
        .and_then(|builder| builder.build());
    built.is_ok_and(|matcher| dir.starts_with(root) && matcher.matched(dir, true).is_ignore())
}
