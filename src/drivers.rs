//! Features to databases: a client that talks to several knows those whose drivers it is built with.

use crate::catalogue::{Catalogue, Client, SheetId};
use crate::sql::Database;
use crate::workspace::{Dependency, DependencyKind, Package, PackageId, Workspace};

/// The databases that features tell, by package and client.
#[derive(Debug, Default)]
pub struct Drivers {
    /// By package: where in `told` its cargo workspace is.
    workspace_of: Vec<usize>,
    /// By cargo workspace and client.
    told: Vec<Vec<Vec<Database>>>,
}

impl Drivers {
    /// Features are put together over a cargo workspace, as cargo does when it builds all of it.
    #[must_use]
    pub fn find(workspace: &Workspace, catalogue: &Catalogue) -> Self {
        let mut found = Self::default();
        let mut roots: Vec<&Package> = Vec::new();
        for package in &workspace.packages {
            let root = |root: &&Package| root.workspace_dir == package.workspace_dir;
            let index = roots.iter().position(root).unwrap_or(roots.len());
            if index == roots.len() {
                roots.push(package);
            }
            found.workspace_of.push(index);
        }
        for root in roots {
            let of_root = |package: &&Package| package.workspace_dir == root.workspace_dir;
            let packages = workspace.packages.iter().filter(of_root);
            let dependencies: Vec<&Dependency> =
                packages.flat_map(|package| &package.dependencies).collect();
            let clients = catalogue.clients.iter();
            found
                .told
                .push(clients.map(|client| told(client, &dependencies)).collect());
        }
        found
    }

    /// The databases that a package's client may talk to; none where no feature tells.
    #[must_use]
    pub fn of(&self, package: Option<PackageId>, client: SheetId) -> &[Database] {
        let index = package.and_then(|id| self.workspace_of.get(id.0 as usize));
        let told = index.and_then(|index| self.told[*index].get(client.0 as usize));
        told.map_or(&[], Vec::as_slice)
    }
}

/// What the features of a client say. Those of tests alone say nothing: whoever uses a library asks for its own.
fn told(client: &Client, dependencies: &[&Dependency]) -> Vec<Database> {
    let mut found = Vec::new();
    let mut is_told = false;
    for dependency in dependencies {
        if !client.packages.contains(&dependency.package) {
            continue;
        }
        let on = |feature: &String| dependency.features.contains(feature);
        let drivers = client.drivers.iter().filter(|driver| on(&driver.feature));
        for database in drivers.flat_map(|driver| &driver.databases) {
            is_told |= dependency.kind == DependencyKind::Normal;
            if !found.contains(database) {
                found.push(*database);
            }
        }
    }
    if is_told { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Driver;

    fn client() -> Client {
        let driver = |feature: &str, database| Driver {
            feature: feature.to_owned(),
            databases: vec![database],
        };
        Client {
            name: "orm".to_owned(),
            packages: vec!["orm".to_owned()],
            library: None,
            reexports: Vec::new(),
            databases: Vec::new(),
            drivers: vec![
                driver("pg", Database::Postgres),
                driver("lite", Database::Sqlite),
            ],
            behaviour: crate::catalogue::Behaviour::default(),
            handlers: Vec::new(),
        }
    }

    fn dependency(features: &[&str], kind: DependencyKind) -> Dependency {
        Dependency {
            name: "orm".to_owned(),
            package: "orm".to_owned(),
            version: None,
            features: features.iter().map(ToString::to_string).collect(),
            default_features: true,
            kind,
            member: None,
        }
    }

    #[test]
    fn features_of_all_packages_count() {
        let one = dependency(&["pg"], DependencyKind::Normal);
        let two = dependency(&["lite"], DependencyKind::Dev);
        assert_eq!(told(&client(), &[&one]), [Database::Postgres]);
        assert_eq!(
            told(&client(), &[&one, &two]),
            [Database::Postgres, Database::Sqlite]
        );
    }

    #[test]
    fn features_of_tests_alone_tell_nothing() {
        let one = dependency(&["lite"], DependencyKind::Dev);
        let two = dependency(&[], DependencyKind::Normal);
        assert_eq!(told(&client(), &[&one, &two]), []);
    }
}
