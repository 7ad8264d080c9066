//! Clients under other names, and calls told twice: what a package's library is called, and clients that another one hands through (`rocket_db_pools::sqlx`).

use super::{Catalogue, Client, Reexport};
use crate::ir::Name;

impl Catalogue {
    /// What Rust calls the library of a package, where it isn't the package's name.
    #[must_use]
    pub fn library(&self, package: &str) -> Option<Name> {
        let mut clients = self.clients.iter();
        let client = clients.find(|client| client.packages.iter().any(|own| own == package))?;
        client.library
    }

    /// The crate that `first::second` stands for, where `first` hands another client through.
    pub(super) fn handed_through(&self, first: &str, second: &str) -> Option<Name> {
        self.reexports.get(first)?.get(second).copied()
    }

    /// How a package hands a client through.
    #[must_use]
    pub fn reexport(&self, package: &str, client: &Client) -> Option<&Reexport> {
        // Few hand anything through, and each dependency of each package is asked for each client.
        let mut clients = self
            .clients
            .iter()
            .filter(|from| !from.reexports.is_empty());
        let from = clients.find(|from| from.packages.iter().any(|own| own == package))?;
        let mut all = from.reexports.iter();
        all.find(|reexport| client.packages.contains(&reexport.package))
    }

    /// Where several sheets tell of one call, those from this one on do: what the user says goes over the house.
    pub fn prefer_from(&mut self, first: usize) {
        let calls = &self.calls;
        let by_path = self.fns.values_mut().chain(self.macros.values_mut());
        let by_type = self.on_type.values_mut().chain(self.on_trait.values_mut());
        for told in by_path.chain(by_type).filter(|told| told.len() > 1) {
            told.sort_by_key(|id| (calls[id.0 as usize].sheet.0 as usize) < first);
        }
    }

    /// Notes a sheet's: crate, name in it, and the crate behind.
    pub(super) fn add_reexports(&mut self, reexports: &[Reexport]) {
        for reexport in reexports {
            if let Some((first, second)) = reexport.path.split_once("::") {
                let behind = Name::from(&reexport.package.replace('-', "_"));
                let crates = self.reexports.entry(first.to_owned()).or_default();
                crates.insert(second.to_owned(), behind);
            }
        }
    }
}
