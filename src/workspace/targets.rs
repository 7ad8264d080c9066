//! A manifest and the files beside it to the crates that cargo would build: declared ones, and those it finds by itself.

use std::collections::BTreeSet;

use super::manifest::{BuildScript, Manifest, PackageTable, TargetTable};
use super::{FileEntry, Target, TargetKind};

/// A package's directory as shown, and the run's files.
pub(super) struct Layout<'a> {
    pub dir: String,
    pub files: &'a [FileEntry],
}

/// Every target whose root file exists, the library first, then by kind and name.
pub(super) fn find(manifest: &Manifest, package: &PackageTable, layout: &Layout) -> Vec<Target> {
    let mut targets = Vec::new();
    targets.extend(library(manifest, package, layout));
    targets.extend(several(
        TargetKind::Bin,
        &manifest.bin,
        package.autobins,
        package,
        layout,
    ));
    targets.extend(several(
        TargetKind::Example,
        &manifest.example,
        package.autoexamples,
        package,
        layout,
    ));
    targets.extend(several(
        TargetKind::Test,
        &manifest.test,
        package.autotests,
        package,
        layout,
    ));
    targets.extend(several(
        TargetKind::Bench,
        &manifest.bench,
        package.autobenches,
        package,
        layout,
    ));
    targets.extend(build_scripts(package, layout));
    targets
}

/// What the library is called in code.
pub(super) fn library_name(manifest: &Manifest, package: &PackageTable) -> String {
    let named = manifest.lib.as_ref().and_then(|lib| lib.name.as_deref());
    named.unwrap_or(&package.name).replace('-', "_")
}

fn library(manifest: &Manifest, package: &PackageTable, layout: &Layout) -> Option<Target> {
    let path = manifest
        .lib
        .as_ref()
        .and_then(|lib| lib.path.as_deref())
        .unwrap_or("src/lib.rs");
    let root = layout.existing(path)?;
    Some(Target {
        name: library_name(manifest, package),
        kind: TargetKind::Lib,
        root,
    })
}

fn build_scripts(package: &PackageTable, layout: &Layout) -> Vec<Target> {
    let paths = match &package.build {
        Some(BuildScript::Switch(false)) => vec![],
        Some(BuildScript::Path(path)) => vec![path.as_str()],
        Some(BuildScript::Several(paths)) => paths.iter().map(String::as_str).collect(),
        Some(BuildScript::Switch(true)) | None => vec!["build.rs"],
    };
    let roots = paths.into_iter().filter_map(|path| layout.existing(path));
    roots
        .map(|root| Target {
            name: "build_script_build".to_owned(),
            kind: TargetKind::Build,
            root,
        })
        .collect()
}

fn several(
    kind: TargetKind,
    declared: &[TargetTable],
    auto: Option<bool>,
    package: &PackageTable,
    layout: &Layout,
) -> Vec<Target> {
    let mut targets: Vec<_> = declared
        .iter()
        .filter_map(|table| declared_target(kind, table, package, layout))
        .collect();
    let mut roots: BTreeSet<_> = targets.iter().map(|target| target.root.clone()).collect();
    if auto.unwrap_or(true) {
        let found = discovered(kind, package, layout);
        targets.extend(
            found
                .into_iter()
                .filter(|target| roots.insert(target.root.clone())),
        );
    }
    targets.sort_by(|a, b| (&a.name, &a.root).cmp(&(&b.name, &b.root)));
    targets
}

fn declared_target(
    kind: TargetKind,
    table: &TargetTable,
    package: &PackageTable,
    layout: &Layout,
) -> Option<Target> {
    let name = table.name.as_deref()?;
    let root = match &table.path {
        Some(path) => layout.existing(path),
        None => default_paths(kind, name, package)
            .iter()
            .find_map(|path| layout.existing(path)),
    };
    Some(Target {
        name: name.replace('-', "_"),
        kind,
        root: root?,
    })
}

fn default_paths(kind: TargetKind, name: &str, package: &PackageTable) -> Vec<String> {
    let dir = auto_dir(kind);
    let mut paths = vec![format!("{dir}/{name}.rs"), format!("{dir}/{name}/main.rs")];
    if kind == TargetKind::Bin && name == package.name {
        paths.insert(0, "src/main.rs".to_owned());
    }
    paths
}

fn auto_dir(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Lib | TargetKind::Build => "src",
        TargetKind::Bin => "src/bin",
        TargetKind::Example => "examples",
        TargetKind::Test => "tests",
        TargetKind::Bench => "benches",
    }
}

/// `src/main.rs`, and `name.rs` or `name/main.rs` in the kind's directory.
fn discovered(kind: TargetKind, package: &PackageTable, layout: &Layout) -> Vec<Target> {
    let main = (kind == TargetKind::Bin)
        .then(|| layout.existing("src/main.rs"))
        .flatten();
    let main = main.map(|root| (package.name.clone(), root));
    let found = main.into_iter().chain(layout.programs_in(auto_dir(kind)));
    found
        .map(|(name, root)| Target {
            name: name.replace('-', "_"),
            kind,
            root,
        })
        .collect()
}

impl Layout<'_> {
    /// The shown path of a file of the package, if it is there.
    fn existing(&self, path: &str) -> Option<String> {
        let full = self.join(path);
        self.files
            .binary_search_by(|file| file.path.cmp(&full))
            .is_ok()
            .then_some(full)
    }

    fn join(&self, path: &str) -> String {
        let mut parts: Vec<_> = self
            .dir
            .split('/')
            .filter(|part| !matches!(*part, "." | ""))
            .collect();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                other => parts.push(other),
            }
        }
        let joined = parts.join("/");
        if self.dir.starts_with('/') {
            format!("/{joined}")
        } else {
            joined
        }
    }

    /// Names and roots of `dir/name.rs` and `dir/name/main.rs`.
    fn programs_in(&self, dir: &str) -> Vec<(String, String)> {
        let prefix = format!("{}/", self.join(dir));
        let start = self.files.partition_point(|file| file.path < prefix);
        let below = self.files[start..]
            .iter()
            .map_while(|file| Some((file, file.path.strip_prefix(&prefix)?)));
        let named = below.filter_map(|(file, rest)| {
            let name = rest
                .strip_suffix("/main.rs")
                .or_else(|| rest.strip_suffix(".rs"))?;
            (!name.contains('/')).then(|| (name.to_owned(), file.path.clone()))
        });
        named.collect()
    }
}
