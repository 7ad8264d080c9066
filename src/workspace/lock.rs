//! `Cargo.lock` to the version that a dependency resolved to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use semver::{Op, Version, VersionReq};
use serde::Deserialize;

/// The locked packages by name; empty where there is no readable lock file, which is no error: libraries often have none.
#[derive(Debug, Default)]
pub(super) struct Lock {
    by_name: BTreeMap<String, Vec<Locked>>,
}

#[derive(Debug, Deserialize)]
struct LockFile {
    #[serde(default)]
    package: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Lock {
    /// Reads the lock file in a workspace's directory.
    pub(super) fn read(workspace_dir: &Path) -> Self {
        fs::read_to_string(workspace_dir.join("Cargo.lock"))
            .map_or_else(|_| Self::default(), |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let Ok(file) = toml::from_str::<LockFile>(text) else {
            return Self::default();
        };
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for package in file.package {
            by_name
                .entry(package.name.clone())
                .or_default()
                .push(package);
        }
        Self { by_name }
    }

    /// The version of `package` that `dependent` got: what the lock says of that edge, else the newest that satisfies
    /// the requirement, else the lowest that the requirement allows.
    pub(super) fn version(
        &self,
        dependent: &str,
        package: &str,
        requirement: Option<&str>,
    ) -> Option<Version> {
        let requirement = requirement.and_then(|text| VersionReq::parse(text).ok());
        let allowed = |version: &Version| {
            requirement
                .as_ref()
                .is_none_or(|wanted| wanted.matches(version))
        };
        let on_edge = self.edge(dependent, package).filter(allowed).max();
        let locked = self
            .by_name
            .get(package)
            .into_iter()
            .flatten()
            .filter_map(|locked| locked.version.parse().ok());
        let best = on_edge.or_else(|| locked.filter(allowed).max());
        best.or_else(|| lowest(&requirement?))
    }

    /// Versions that the lock names in the dependent's list, which it does only where there are several.
    fn edge(&self, dependent: &str, package: &str) -> impl Iterator<Item = Version> {
        let dependents = self.by_name.get(dependent).into_iter().flatten();
        let entries = dependents.flat_map(|locked| &locked.dependencies);
        entries.filter_map(move |entry| {
            let mut words = entry.split(' ');
            (words.next()? == package)
                .then(|| words.next()?.parse().ok())
                .flatten()
        })
    }
}

/// The lower bound of a requirement.
fn lowest(requirement: &VersionReq) -> Option<Version> {
    let bounds = requirement
        .comparators
        .iter()
        .filter(|part| !matches!(part.op, Op::Less | Op::LessEq | Op::Wildcard));
    bounds
        .map(|part| Version::new(part.major, part.minor.unwrap_or(0), part.patch.unwrap_or(0)))
        .max()
        .or_else(|| {
            let wild = requirement
                .comparators
                .iter()
                .find(|part| part.op == Op::Wildcard)?;
            Some(Version::new(wild.major, wild.minor.unwrap_or(0), 0))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "app"
        version = "0.1.0"
        dependencies = ["sqlx 0.7.4", "serde"]
        [[package]]
        name = "other"
        version = "0.1.0"
        dependencies = ["sqlx 0.8.1 (registry+https://github.com/rust-lang/crates.io-index)"]
        [[package]]
        name = "serde"
        version = "1.0.200"
        [[package]]
        name = "sqlx"
        version = "0.7.4"
        [[package]]
        name = "sqlx"
        version = "0.8.1"
    "#;

    fn version(dependent: &str, package: &str, requirement: Option<&str>) -> String {
        Lock::parse(LOCK)
            .version(dependent, package, requirement)
            .map(|version| version.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn the_edge_decides_between_two_versions() {
        assert_eq!(version("app", "sqlx", Some(">=0.7")), "0.7.4");
        assert_eq!(version("other", "sqlx", Some(">=0.7")), "0.8.1");
        assert_eq!(version("new", "sqlx", Some(">=0.7")), "0.8.1");
    }

    #[test]
    fn the_lock_gives_way_to_the_requirement() {
        assert_eq!(version("app", "serde", Some("1")), "1.0.200");
        assert_eq!(version("app", "serde", None), "1.0.200");
        assert_eq!(version("app", "serde", Some("2.1")), "2.1.0");
        assert_eq!(version("app", "diesel", Some("=2.2.4")), "2.2.4");
        assert_eq!(version("app", "diesel", Some(">=2.1, <3")), "2.1.0");
        assert_eq!(version("app", "diesel", Some("2.*")), "2.0.0");
        assert_eq!(version("app", "diesel", None), "");
    }
}
