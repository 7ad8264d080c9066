//! Manifests to packages.

use std::collections::BTreeMap;
use std::path::Path;

use super::lock::Lock;
use super::manifest::{Inherited, Manifest, PackageTable};
use super::members::Manifests;
use super::{Package, Workspace, dependencies, targets};

/// Builds every package; ids are those of `manifests`.
pub(super) fn build(workspace: &mut Workspace, manifests: &Manifests) {
    let mut locks = BTreeMap::new();
    for (dir, manifest) in manifests.packages() {
        let Some(table) = &manifest.package else {
            continue;
        };
        let root = manifests.workspace_of(dir);
        let workspace_dir = root.map_or(dir, |(root, _)| root).to_path_buf();
        let lock = locks
            .entry(workspace_dir.clone())
            .or_insert_with(|| Lock::read(&workspace_dir));
        let scope = dependencies::Scope {
            dir,
            manifest,
            workspace: root,
            lock,
            manifests,
        };
        let layout = targets::Layout {
            dir: workspace.shown(dir),
            files: &workspace.files,
        };
        let package = Package {
            name: table.name.clone(),
            crate_name: targets::library_name(manifest, table),
            edition: edition(table, root),
            targets: targets::find(manifest, table, &layout),
            dependencies: dependencies::resolve(&scope),
            dir: dir.to_path_buf(),
            workspace_dir,
        };
        workspace.packages.push(package);
    }
    name_members(workspace);
}

/// A member is called by its library's name unless it was renamed.
fn name_members(workspace: &mut Workspace) {
    let names: Vec<_> = workspace
        .packages
        .iter()
        .map(|package| package.crate_name.clone())
        .collect();
    let dependencies = workspace
        .packages
        .iter_mut()
        .flat_map(|package| &mut package.dependencies);
    for dependency in
        dependencies.filter(|dependency| dependency.name == dependency.package.replace('-', "_"))
    {
        if let Some(member) = dependency.member {
            dependency.name.clone_from(&names[member.0 as usize]);
        }
    }
}

/// What cannot be told (a package taken out of its workspace) is read as 2021.
fn edition(package: &PackageTable, root: Option<(&Path, &Manifest)>) -> u16 {
    let shared =
        || root.and_then(|(_, manifest)| manifest.workspace.as_ref()?.package.edition.as_deref());
    let written = match &package.edition {
        None => Some("2015"),
        Some(Inherited::Own(edition)) => Some(edition.as_str()),
        Some(Inherited::Workspace { workspace }) => workspace.then(shared).flatten(),
    };
    written
        .and_then(|edition| edition.parse().ok())
        .unwrap_or(2021)
}
