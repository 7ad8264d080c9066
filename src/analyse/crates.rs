//! Packages to crates: what the code of each may name, and the versions of the clients that it depends on.

use rustc_hash::FxHashMap;

use crate::catalogue::{Catalogue, Client, Versions};
use crate::defs::{CrateInput, Extern};
use crate::ir::Name;
use crate::source::Sources;
use crate::workspace::{Dependency, DependencyKind, Package, TargetKind, Workspace};

/// That of code without a manifest.
const NEWEST_EDITION: u16 = 2024;

/// The crates of all packages, libraries first.
pub(super) fn crates(
    workspace: &Workspace,
    sources: &Sources,
    catalogue: &Catalogue,
) -> Vec<CrateInput> {
    if workspace.packages.is_empty() {
        return loose(sources, catalogue);
    }
    let everywhere = versions(catalogue, &workspace.packages.iter());
    let mut found = Vec::new();
    for (index, package) in workspace.packages.iter().enumerate() {
        let versions = or_else(versions(catalogue, &std::iter::once(package)), &everywhere);
        let mut targets: Vec<_> = package.targets.iter().collect();
        targets.sort_by_key(|target| target.kind != TargetKind::Lib);
        for target in targets {
            let Some(root) = sources.by_path(&target.root) else {
                continue;
            };
            let is_lib = target.kind == TargetKind::Lib;
            found.push(CrateInput {
                name: Name::from(if is_lib {
                    &package.crate_name
                } else {
                    &target.name
                }),
                package: index,
                root,
                is_test: matches!(target.kind, TargetKind::Test | TargetKind::Bench)
                    || workspace.is_for_tests(index),
                is_program: !is_lib,
                is_installed: target.kind == TargetKind::Bin,
                edition: package.edition,
                externs: externs(catalogue, package, index, is_lib),
                versions: versions.clone(),
            });
        }
    }
    found
}

/// Files without a manifest: each a crate of its own, for which every client counts.
fn loose(sources: &Sources, catalogue: &Catalogue) -> Vec<CrateInput> {
    let externs: FxHashMap<Name, Extern> = catalogue
        .crates()
        .map(|name| (name, Extern::Foreign(name)))
        .collect();
    let all = Versions(
        catalogue
            .clients
            .iter()
            .map(|_| Some(semver::Version::new(u64::MAX, 0, 0)))
            .collect(),
    );
    let crate_of = |(id, _): (crate::source::FileId, &crate::source::SourceFile)| CrateInput {
        name: Name::from("loose"),
        package: id.0 as usize,
        root: id,
        is_test: false,
        is_program: false,
        is_installed: false,
        edition: NEWEST_EDITION,
        externs: externs.clone(),
        versions: all.clone(),
    };
    sources.iter().map(crate_of).collect()
}

/// Names that a target's code may begin paths with.
fn externs(
    catalogue: &Catalogue,
    package: &Package,
    index: usize,
    is_lib: bool,
) -> FxHashMap<Name, Extern> {
    let named = |dependency: &Dependency| {
        let name = Name::from(&dependency.name);
        let own = Name::from(&dependency.package.replace('-', "_"));
        if let Some(member) = dependency.member {
            return (name, Extern::Member(member.0 as usize));
        }
        let library = catalogue.library(&dependency.package).unwrap_or(own);
        // A renamed dependency is called what its package's user says.
        let name = if name == own { library } else { name };
        (name, Extern::Foreign(library))
    };
    let mut names: FxHashMap<Name, Extern> = package.dependencies.iter().map(named).collect();
    if !is_lib
        && package
            .targets
            .iter()
            .any(|target| target.kind == TargetKind::Lib)
    {
        names.insert(Name::from(&package.crate_name), Extern::Member(index));
    }
    names
}

/// The version of each sheet's client that packages depend on; normal dependencies first.
fn versions<'p>(
    catalogue: &Catalogue,
    packages: &(impl Iterator<Item = &'p Package> + Clone),
) -> Versions {
    let newest = || semver::Version::new(u64::MAX, 0, 0);
    let mut by_name: FxHashMap<&str, Vec<(bool, usize, &Dependency)>> = FxHashMap::default();
    let all = packages.clone().flat_map(|package| &package.dependencies);
    for (index, dependency) in all.enumerate() {
        let is_extra = dependency.kind != DependencyKind::Normal;
        let of_name = by_name.entry(&dependency.package).or_default();
        of_name.push((is_extra, index, dependency));
    }
    let of = |client: &Client| {
        if client.packages.is_empty() {
            return Some(newest());
        }
        let all = client.packages.iter();
        let all = all.filter_map(|name| by_name.get(name.as_str())).flatten();
        let first = all.min_by_key(|(is_extra, index, _)| (*is_extra, *index));
        first
            .map(|(.., dependency)| dependency.version.clone().unwrap_or_else(newest))
            .or_else(|| handed_through(catalogue, client, by_name.keys().copied()))
    };
    Versions(catalogue.clients.iter().map(of).collect())
}

/// The version of a client that a dependency hands through (`rocket_db_pools::sqlx`).
fn handed_through<'p>(
    catalogue: &Catalogue,
    client: &Client,
    mut packages: impl Iterator<Item = &'p str>,
) -> Option<semver::Version> {
    let reexport = packages.find_map(|package| catalogue.reexport(package, client))?;
    Some(reexport.version.clone())
}

/// A client that only another package of the workspace depends on reaches this one through re-exports.
fn or_else(own: Versions, everywhere: &Versions) -> Versions {
    Versions(
        own.0
            .into_iter()
            .zip(&everywhere.0)
            .map(|(own, other)| own.or_else(|| other.clone()))
            .collect(),
    )
}
