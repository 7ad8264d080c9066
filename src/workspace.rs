//! A directory to packages: their targets, dependencies with versions and features, and every `.rs` file below them.
//! Reads `Cargo.toml` and `Cargo.lock` as cargo does, without running it; never leaves the workspace's directory.

use std::path::{Path, PathBuf};

use semver::Version;

use crate::error::Error;

mod dependencies;
mod files;
mod lock;
mod manifest;
mod members;
mod package;
mod roots;
mod rules;
mod targets;

pub(crate) use manifest::toml_error;

/// A package of the run; ids follow the order of directories.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PackageId(pub u32);

/// All that a run looks at. Several independent cargo workspaces may lie in it.
#[derive(Debug, Default)]
pub struct Workspace {
    /// What shown paths are relative to: the current directory if everything lies below it, else the workspace's root.
    pub base: PathBuf,
    /// The directories analysed, each a cargo workspace or a directory that holds several.
    pub roots: Vec<PathBuf>,
    /// What was asked for: findings elsewhere are not reported.
    pub scopes: Vec<PathBuf>,
    /// Packages by directory.
    pub packages: Vec<Package>,
    /// Rust files, sorted by path.
    pub files: Vec<FileEntry>,
    /// What the user should know about what was found, one sentence each.
    pub notes: Vec<String>,
}

/// A `.rs` file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEntry {
    /// Relative to the run's base, with `/`.
    pub path: String,
    /// Where it is.
    pub absolute: PathBuf,
    /// The package whose directory it lies in.
    pub package: Option<PackageId>,
}

/// A cargo package.
#[derive(Debug)]
pub struct Package {
    /// As in its manifest.
    pub name: String,
    /// What its library is called in code.
    pub crate_name: String,
    /// Where its manifest is.
    pub dir: PathBuf,
    /// Where its cargo workspace's manifest is; its own directory if it is in none.
    pub workspace_dir: PathBuf,
    /// 2015, 2018, 2021, 2024.
    pub edition: u16,
    /// Library, binaries, examples, tests, benches, build script.
    pub targets: Vec<Target>,
    /// What it depends on, by the name used in code.
    pub dependencies: Vec<Dependency>,
}

/// A crate that cargo builds from a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// What it is called in code.
    pub name: String,
    /// What it is for.
    pub kind: TargetKind,
    /// Its root file, as [`FileEntry::path`].
    pub root: String,
}

/// What a target is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum TargetKind {
    /// The library.
    Lib,
    /// A program.
    Bin,
    /// `examples/`
    Example,
    /// `tests/`
    Test,
    /// `benches/`
    Bench,
    /// `build.rs`
    Build,
}

/// A dependency of a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dependency {
    /// What it is called in code: renames applied, `-` as `_`.
    pub name: String,
    /// The package's own name.
    pub package: String,
    /// The locked version, else the lowest that the requirement allows.
    pub version: Option<Version>,
    /// Features asked for, here, in the workspace's table and through the package's own features; sorted.
    pub features: Vec<String>,
    /// Its default features are on.
    pub default_features: bool,
    /// When it is there.
    pub kind: DependencyKind,
    /// The package of this run that it is.
    pub member: Option<PackageId>,
}

/// When a dependency is there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum DependencyKind {
    /// Always.
    Normal,
    /// In tests, examples and benches.
    Dev,
    /// In the build script.
    Build,
}

impl Workspace {
    /// Finds and reads everything that `paths` belong to.
    ///
    /// # Errors
    /// A path that does not exist, an unreadable directory, a broken manifest, or no Rust file at all.
    pub fn load(paths: &[PathBuf], manifest_path: Option<&Path>) -> Result<Self, Error> {
        let found = roots::find(paths, manifest_path)?;
        let walked = files::walk(&found.roots)?;
        let mut workspace = Self {
            base: found.base,
            roots: found.roots,
            scopes: found.scopes,
            ..Self::default()
        };
        let manifests = members::read(&mut workspace, &walked.manifests)?;
        workspace.files = files::entries(&workspace.base, walked.sources, &manifests);
        package::build(&mut workspace, &manifests);
        if workspace.files.is_empty() {
            let shown = workspace
                .scopes
                .iter()
                .map(|scope| format!("`{}`", scope.display()));
            return Err(Error::new(format!(
                "no Rust file in {}",
                shown.collect::<Vec<_>>().join(", ")
            )));
        }
        if workspace.packages.is_empty() {
            workspace
                .notes
                .push("no Cargo.toml found: the files are read on their own".to_owned());
        }
        Ok(workspace)
    }

    /// One package.
    #[must_use]
    pub fn package(&self, id: PackageId) -> &Package {
        &self.packages[id.0 as usize]
    }

    /// Whether a package is there for tests alone: its name says so, or others depend on it, but only when they are tested, and it builds
    /// no program.
    #[must_use]
    pub fn is_for_tests(&self, package: usize) -> bool {
        let name = &self.packages[package].name;
        let mut words = name.split(['-', '_']);
        if words.any(|word| matches!(word, "test" | "tests" | "testing" | "e2e")) {
            return true;
        }
        let is_it = |dependency: &&Dependency| {
            dependency
                .member
                .is_some_and(|member| member.0 as usize == package)
        };
        let all = self.packages.iter().flat_map(|other| &other.dependencies);
        let mut uses = all.filter(is_it).peekable();
        let mut targets = self.packages[package].targets.iter();
        uses.peek().is_some()
            && uses.all(|dependency| dependency.kind == DependencyKind::Dev)
            && !targets.any(|target| target.kind == TargetKind::Bin)
    }

    /// A path as shown: relative to the base, with `/`.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        shown(&self.base, path)
    }

    /// Whether findings in a file are asked for.
    #[must_use]
    pub fn in_scope(&self, file: &Path) -> bool {
        self.scopes.iter().any(|scope| file.starts_with(scope))
    }

    /// Where `acid.toml` and fingerprints start from: the first root.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.roots.first().map_or(&self.base, PathBuf::as_path)
    }
}

/// Relative to `base` where it lies below it, with `/`; `.` for `base` itself.
fn shown(base: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

/// Resolves `.` and `..` in text alone: what is not there cannot be asked for.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
