//! Models that match nothing: a mistyped path would be silent otherwise.

use std::collections::BTreeSet;

use super::Config;
use crate::error::{Error, Place, nearest};
use crate::source::Sources;
use crate::workspace::Workspace;

/// Crates that every package has.
const BUILT_IN: [&str; 3] = ["std", "core", "alloc"];

/// A path that a model is about, and where it is written.
#[derive(Debug, Clone)]
pub struct Modelled {
    /// `my_crate::Db::run`
    pub path: String,
    /// Its key.
    pub place: Option<Place>,
}

impl Modelled {
    fn error(&self, message: String, near: Option<&str>) -> Error {
        Error {
            message,
            place: self.place.clone(),
            help: near.map(|name| format!("did you mean `{name}`?")),
        }
    }
}

impl Config {
    /// That every model is about something that the workspace uses: a crate that some package has, and a name that some file has.
    ///
    /// # Errors
    /// A model that matches nothing, with its place and the nearest name.
    pub fn match_models(&self, workspace: &Workspace, sources: &Sources) -> Result<(), Error> {
        let crates = crates(workspace);
        for modelled in &self.modelled {
            let mut segments = modelled.path.split("::");
            let (first, last) = (segments.next(), segments.last());
            let (Some(first), Some(last)) = (first, last) else {
                continue;
            };
            if !workspace.packages.is_empty() && !crates.contains(first) {
                let message = format!("no package of the workspace depends on `{first}`");
                return Err(modelled.error(message, nearest(first, crates.iter().copied())));
            }
            let name = last.trim_end_matches('!');
            let is_word = |word: &str| word == name;
            let mut texts = sources.files().iter().map(|file| file.text.as_str());
            if name.contains('*')
                || texts.any(|text| text.contains(name) && words(text).any(is_word))
            {
                continue;
            }
            let texts = sources.files().iter().map(|file| file.text.as_str());
            let all: BTreeSet<&str> = texts.flat_map(words).collect();
            let message = format!("no file of the workspace names `{name}`");
            return Err(modelled.error(message, nearest(name, all)));
        }
        Ok(())
    }

    /// An error about a model, at the model whose path it names.
    #[must_use]
    pub fn at_model(&self, message: String) -> Error {
        let mut all = self.modelled.iter();
        let about = all.find(|modelled| {
            let owner = modelled.path.rsplit_once("::").map(|(owner, _)| owner);
            let named = |path: &str| message.contains(&format!("`{path}`"));
            named(&modelled.path) || owner.is_some_and(named)
        });
        let place = about.and_then(|modelled| modelled.place.clone());
        Error {
            message,
            place,
            help: Some("a model with the key `type` or `trait` makes it known".to_owned()),
        }
    }
}

/// What code may call the crates of the workspace's packages and of their dependencies.
fn crates(workspace: &Workspace) -> BTreeSet<&str> {
    let mut found = BTreeSet::from(BUILT_IN);
    for package in &workspace.packages {
        found.insert(&package.crate_name);
        for dependency in &package.dependencies {
            found.insert(&dependency.name);
        }
    }
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}
