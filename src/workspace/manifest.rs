//! `Cargo.toml` as written: the keys that matter here; all others are cargo's business.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;

/// A manifest.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Manifest {
    pub package: Option<PackageTable>,
    pub workspace: Option<WorkspaceTable>,
    pub lib: Option<TargetTable>,
    pub bin: Vec<TargetTable>,
    pub example: Vec<TargetTable>,
    pub test: Vec<TargetTable>,
    pub bench: Vec<TargetTable>,
    #[serde(alias = "dev_dependencies")]
    pub dev_dependencies: Dependencies,
    #[serde(alias = "build_dependencies")]
    pub build_dependencies: Dependencies,
    pub dependencies: Dependencies,
    pub target: BTreeMap<String, PlatformTable>,
    pub features: BTreeMap<String, Vec<String>>,
    pub patch: BTreeMap<String, Dependencies>,
}

/// Dependencies by the key they are written under.
pub(super) type Dependencies = BTreeMap<String, DependencyEntry>;

/// `[package]`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PackageTable {
    pub name: String,
    pub edition: Option<Inherited<String>>,
    pub workspace: Option<PathBuf>,
    pub build: Option<BuildScript>,
    pub autobins: Option<bool>,
    pub autoexamples: Option<bool>,
    pub autotests: Option<bool>,
    pub autobenches: Option<bool>,
}

/// `[workspace]`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct WorkspaceTable {
    pub members: Vec<String>,
    pub exclude: Vec<String>,
    pub package: WorkspacePackage,
    pub dependencies: Dependencies,
}

/// `[workspace.package]`
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WorkspacePackage {
    pub edition: Option<String>,
}

/// A value, or `key.workspace = true`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Inherited<T> {
    Own(T),
    Workspace { workspace: bool },
}

/// `build = "path"`, `build = false`, or several scripts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum BuildScript {
    Path(String),
    Switch(bool),
    Several(Vec<String>),
}

/// `[lib]`, `[[bin]]`…
#[derive(Debug, Default, Deserialize)]
pub(super) struct TargetTable {
    pub name: Option<String>,
    pub path: Option<String>,
}

/// `[target.'cfg(…)']`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct PlatformTable {
    pub dependencies: Dependencies,
    #[serde(alias = "dev_dependencies")]
    pub dev_dependencies: Dependencies,
    #[serde(alias = "build_dependencies")]
    pub build_dependencies: Dependencies,
}

/// `name = "1.2"` or a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum DependencyEntry {
    Version(String),
    Table(DependencyTable),
}

/// A dependency's table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct DependencyTable {
    pub version: Option<String>,
    pub package: Option<String>,
    pub path: Option<PathBuf>,
    pub workspace: bool,
    pub features: Vec<String>,
    #[serde(alias = "default_features")]
    pub default_features: Option<bool>,
}

impl DependencyEntry {
    /// The table that the short form stands for.
    pub(super) fn table(&self) -> DependencyTable {
        match self {
            Self::Version(version) => DependencyTable {
                version: Some(version.clone()),
                ..DependencyTable::default()
            },
            Self::Table(table) => table.clone(),
        }
    }
}

/// Reads a manifest; `shown` is its path in messages.
pub(super) fn read(path: &Path, shown: &str) -> Result<Manifest, Error> {
    let text = fs::read_to_string(path)
        .map_err(|error| Error::new(format!("cannot read `{shown}`: {error}")))?;
    let manifest: Manifest =
        toml::from_str(&text).map_err(|error| toml_error(&error, shown, &text))?;
    if manifest.package.is_none() && manifest.workspace.is_none() {
        let help = "a manifest has a `[package]` or a `[workspace]` table";
        return Err(Error::new("neither a package nor a workspace")
            .in_file(shown)
            .help(help));
    }
    Ok(manifest)
}

/// The parser's message, on one line, with its place.
pub(crate) fn toml_error(error: &toml::de::Error, shown: &str, text: &str) -> Error {
    let message = Error::new(error.message().lines().collect::<Vec<_>>().join(", "));
    match error.span() {
        Some(span) => message.at(shown, text, span),
        None => message.in_file(shown),
    }
}
