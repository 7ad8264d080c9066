//! The paths asked for to the directories to analyse: each path's cargo workspace as a whole, so that narrowing what is
//! reported never narrows what is known.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::{self, Manifest};
use super::members::excludes;
use super::{normal, shown};
use crate::error::Error;

/// Where to look and what to report.
pub(super) struct Found {
    pub base: PathBuf,
    pub roots: Vec<PathBuf>,
    pub scopes: Vec<PathBuf>,
}

pub(super) fn find(paths: &[PathBuf], manifest_path: Option<&Path>) -> Result<Found, Error> {
    let current = env::current_dir()
        .and_then(fs::canonicalize)
        .map_err(|error| unusable(Path::new("."), &error))?;
    let scopes = scopes(paths, manifest_path)?;
    let mut roots = match manifest_path {
        Some(path) => vec![workspace_root(&existing(path)?, &current)?],
        None => scopes
            .iter()
            .map(|scope| root_of(scope, &current))
            .collect::<Result<_, _>>()?,
    };
    roots.sort();
    roots.dedup_by(|inner, outer| inner.starts_with(outer));
    let base = base(&current, &roots);
    Ok(Found {
        base,
        roots,
        scopes,
    })
}

fn scopes(paths: &[PathBuf], manifest_path: Option<&Path>) -> Result<Vec<PathBuf>, Error> {
    if !paths.is_empty() {
        return paths.iter().map(|path| existing(path)).collect();
    }
    let Some(manifest) = manifest_path else {
        return Ok(vec![existing(Path::new("."))?]);
    };
    if !manifest.ends_with("Cargo.toml") {
        return Err(Error::new(format!(
            "`{}` is no Cargo.toml",
            manifest.display()
        )));
    }
    Ok(existing(manifest)?
        .parent()
        .map(Path::to_path_buf)
        .into_iter()
        .collect())
}

fn existing(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot read `{}`: {error}", path.display()))
}

/// The current directory if all lies below it, else what the roots have in common.
fn base(current: &Path, roots: &[PathBuf]) -> PathBuf {
    if roots.iter().all(|root| root.starts_with(current)) {
        return current.to_path_buf();
    }
    let common = |a: PathBuf, b: &PathBuf| {
        a.ancestors()
            .find(|parent| b.starts_with(parent))
            .map(Path::to_path_buf)
    };
    let first = roots.first().cloned().unwrap_or_default();
    roots
        .iter()
        .fold(first, |a, b| common(a, b).unwrap_or_default())
}

/// The workspace that a path lies in; the path itself (a file's directory) where no manifest is above it.
fn root_of(scope: &Path, current: &Path) -> Result<PathBuf, Error> {
    let dir = if scope.is_dir() {
        scope
    } else {
        scope.parent().unwrap_or(scope)
    };
    let manifest = dir
        .ancestors()
        .map(|parent| parent.join("Cargo.toml"))
        .find(|path| path.is_file());
    manifest.map_or_else(
        || Ok(dir.to_path_buf()),
        |path| workspace_root(&path, current),
    )
}

/// Cargo's search: the manifest itself, the workspace it names, or the first one above that does not exclude it.
fn workspace_root(manifest_path: &Path, current: &Path) -> Result<PathBuf, Error> {
    let dir = manifest_path.parent().unwrap_or(manifest_path);
    let manifest = manifest::read(manifest_path, &shown(current, manifest_path))?;
    if manifest.workspace.is_some() {
        return Ok(dir.to_path_buf());
    }
    if let Some(named) = manifest
        .package
        .as_ref()
        .and_then(|package| package.workspace.as_ref())
    {
        return Ok(normal(&dir.join(named)));
    }
    Ok(dir
        .ancestors()
        .skip(1)
        .find(|parent| holds(parent, dir))
        .unwrap_or(dir)
        .to_path_buf())
}

/// Whether there is a workspace manifest in `root` that does not exclude `dir`.
fn holds(root: &Path, dir: &Path) -> bool {
    let Ok(text) = fs::read_to_string(root.join("Cargo.toml")) else {
        return false;
    };
    let Ok(manifest) = toml::from_str::<Manifest>(&text) else {
        return false;
    };
    manifest.workspace.is_some() && !excludes(root, &manifest, dir)
}
