//! A manifest's dependency tables to [`Dependency`] entries: renames, workspace inheritance, features, locked versions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::lock::Lock;
use super::manifest::{Dependencies, DependencyTable, Manifest};
use super::members::Manifests;
use super::{Dependency, DependencyKind, PackageId, normal};

/// What a package's dependencies are resolved against.
pub(super) struct Scope<'a> {
    /// The package's directory and manifest.
    pub dir: &'a Path,
    pub manifest: &'a Manifest,
    /// Its workspace's.
    pub workspace: Option<(&'a Path, &'a Manifest)>,
    pub lock: &'a Lock,
    pub manifests: &'a Manifests,
}

/// All dependencies, sorted by name and kind; an entry that several platforms repeat is one.
pub(super) fn resolve(scope: &Scope) -> Vec<Dependency> {
    let mut merged: BTreeMap<(String, DependencyKind, String), Dependency> = BTreeMap::new();
    for (kind, table) in tables(scope.manifest) {
        for (key, entry) in table {
            let dependency = one(scope, key, entry.table(), kind);
            let id = (dependency.name.clone(), kind, dependency.package.clone());
            merged
                .entry(id)
                .and_modify(|known| merge(known, &dependency))
                .or_insert(dependency);
        }
    }
    merged.into_values().collect()
}

fn merge(known: &mut Dependency, other: &Dependency) {
    let features: BTreeSet<_> = known
        .features
        .drain(..)
        .chain(other.features.iter().cloned())
        .collect();
    known.features = features.into_iter().collect();
    known.default_features |= other.default_features;
    known.member = known.member.or(other.member);
}

fn tables(manifest: &Manifest) -> impl Iterator<Item = (DependencyKind, &Dependencies)> {
    let own = [
        (DependencyKind::Normal, &manifest.dependencies),
        (DependencyKind::Dev, &manifest.dev_dependencies),
        (DependencyKind::Build, &manifest.build_dependencies),
    ];
    let platforms = manifest.target.values().flat_map(|table| {
        [
            (DependencyKind::Normal, &table.dependencies),
            (DependencyKind::Dev, &table.dev_dependencies),
            (DependencyKind::Build, &table.build_dependencies),
        ]
    });
    own.into_iter().chain(platforms)
}

fn one(scope: &Scope, key: &str, own: DependencyTable, kind: DependencyKind) -> Dependency {
    let (table, base) = inherit(scope, key, own);
    let package = table.package.unwrap_or_else(|| key.to_owned());
    let member = member(
        scope,
        &package,
        table.path.map(|path| normal(&base.join(path))),
    );
    let dependent = scope
        .manifest
        .package
        .as_ref()
        .map_or("", |package| package.name.as_str());
    let features: BTreeSet<_> = table
        .features
        .into_iter()
        .chain(enabled_by_features(scope.manifest, key))
        .collect();
    Dependency {
        name: key.replace('-', "_"),
        version: scope
            .lock
            .version(dependent, &package, table.version.as_deref()),
        features: features.into_iter().collect(),
        default_features: table.default_features.unwrap_or(true),
        package,
        kind,
        member,
    }
}

/// `dep.workspace = true`: the workspace's entry, with the features of both. Paths are relative to where they stand.
fn inherit<'a>(scope: &Scope<'a>, key: &str, own: DependencyTable) -> (DependencyTable, &'a Path) {
    let Some((root, manifest)) = scope.workspace.filter(|_| own.workspace) else {
        return (own, scope.dir);
    };
    let shared = manifest
        .workspace
        .as_ref()
        .and_then(|workspace| workspace.dependencies.get(key));
    let Some(shared) = shared else {
        return (own, scope.dir);
    };
    let mut table = shared.table();
    table.features.extend(own.features);
    let asked = own.default_features == Some(true);
    table.default_features = Some(asked || table.default_features.unwrap_or(true));
    (table, root)
}

/// A dependency by path, or one that the workspace patches to a path.
fn member(scope: &Scope, package: &str, path: Option<PathBuf>) -> Option<PackageId> {
    let patched = || {
        let (root, manifest) = scope.workspace.unwrap_or((scope.dir, scope.manifest));
        let mut entries = manifest.patch.values().flat_map(|table| table.iter());
        let (_, entry) = entries
            .find(|(key, entry)| entry.table().package.as_deref().unwrap_or(key) == package)?;
        Some(normal(&root.join(entry.table().path?)))
    };
    scope.manifests.package_in(&path.or_else(patched)?)
}

/// `dependency/feature` in the package's own `[features]`, whichever of them are on.
fn enabled_by_features(manifest: &Manifest, key: &str) -> Vec<String> {
    let values = manifest.features.values().flatten();
    let pairs = values.filter_map(|value| value.split_once('/'));
    let of_this = pairs.filter(|(dependency, _)| dependency.trim_end_matches('?') == key);
    of_this.map(|(_, feature)| feature.to_owned()).collect()
}
