//! `acid.toml`, `[workspace.metadata.acid]`, `[package.metadata.acid]` and the command line to what is in force in each package.
//!
//! ```toml
//! exclude = ["fixtures", "/src/schema.rs"]  # as in .gitignore, from this file's directory: read, never reported on
//! lint_tests = true                         # test code gets the lints, too
//! database = "postgres"                     # where the client does not tell
//!
//! [levels]                                  # lint or group = "allow" | "warn" | "deny"
//! pedantic = "warn"
//! nested_checkout = "deny"
//!
//! [pool]
//! max = 50                                  # connections in one pool
//! acquire_timeout = { min = 1, max = 30 }   # seconds
//! pooler = "transaction"                    # what stands between: its connections are lent for one transaction each
//!
//! [[model]]                                 # what the catalogue says of clients, for wrappers of your own
//! method = "my_crate::Db::run_tx"
//! effect = "begin_closure"
//! closure = "arg0"
//! ```

use std::path::{Path, PathBuf};

use crate::Options;
use crate::catalogue::Sheet;
use crate::error::Error;
use crate::lint::{Finding, Level, Lint};
use crate::source::SourceFile;
use crate::sql::Database;
use crate::workspace::{PackageId, Workspace};

mod levels;
mod model;
mod read;
mod unmatched;

pub use levels::{LevelSet, Levels};
use read::Layer;
use unmatched::Modelled;

/// What is in force, by package.
#[derive(Debug)]
pub struct Config {
    packages: Vec<Settings>,
    loose: Settings,
    /// The user's `[[model]]` entries, one sheet a file and crate.
    pub models: Vec<Sheet>,
    modelled: Vec<Modelled>,
}

/// What is in force in one package.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The level of each lint.
    pub levels: Levels,
    /// Test code gets the lints, too.
    pub lint_tests: bool,
    /// The database where the client does not tell.
    pub database: Option<Database>,
    /// What a pool may be set to.
    pub pool: PoolLimits,
    exclude: Vec<ignore::gitignore::Gitignore>,
}

/// What a pool may be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Most connections of one pool.
    pub max: u32,
    /// Shortest and longest acquire time-out, in seconds.
    pub acquire_timeout: Option<(u32, u32)>,
    /// What stands between the program and its database.
    pub pooler: Option<Pooler>,
}

/// For how long a pooler between the program and its database lends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooler {
    /// For one transaction.
    Transaction,
    /// For as long as the program holds its own.
    Session,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            max: 100,
            acquire_timeout: None,
            pooler: None,
        }
    }
}

impl Config {
    /// Reads every configuration of the workspace: packages over their workspace, the command line over all.
    ///
    /// # Errors
    /// Unknown keys, lints and levels, wrong types, and files that cannot be read, each with its place.
    pub fn load(options: &Options, workspace: &Workspace) -> Result<Self, Error> {
        let mut reader = read::Reader::new(options, workspace);
        let home = workspace_layers(&mut reader, options, workspace.home())?;
        let loose = settings(&home, options)?;
        let mut packages = Vec::with_capacity(workspace.packages.len());
        for package in &workspace.packages {
            let mut layers = workspace_layers(&mut reader, options, &package.workspace_dir)?;
            layers.extend(reader.metadata(&package.dir, read::Table::Package)?);
            let mut settings = settings(&layers, options)?;
            if package.workspace_dir != workspace.home() {
                // What is excluded here is excluded, also where it is a workspace of its own.
                settings.exclude.extend(loose.exclude.iter().cloned());
            }
            packages.push(settings);
        }
        let (models, modelled) = reader.into_models();
        Ok(Self {
            packages,
            loose,
            models,
            modelled,
        })
    }

    /// What is in force in a package, or for files outside of any.
    #[must_use]
    pub fn settings(&self, package: Option<PackageId>) -> &Settings {
        package.map_or(&self.loose, |id| &self.packages[id.0 as usize])
    }

    /// Whether a lint is on anywhere.
    #[must_use]
    pub fn runs(&self, lint: &Lint) -> bool {
        let mut all = self.packages.iter().chain([&self.loose]);
        all.any(|settings| settings.levels.runs(lint.name))
    }

    /// Whether lints speak in some package's test code.
    #[must_use]
    pub fn lints_tests(&self) -> bool {
        let mut all = self.packages.iter().chain([&self.loose]);
        all.any(|settings| settings.lint_tests)
    }

    /// The level that a finding in `file` is reported at; none where it is not reported at all.
    #[must_use]
    pub fn level(&self, finding: &Finding, file: &SourceFile) -> Option<Level> {
        let settings = self.settings(file.package);
        let quiet_in_tests = finding.in_test && !settings.lint_tests;
        let level = if finding.pedantic {
            settings.levels.of_judgements(finding.lint)
        } else {
            settings.levels.of(finding.lint)
        };
        (level > Level::Allow && !quiet_in_tests && !settings.is_excluded(file)).then_some(level)
    }
}

impl Settings {
    /// Whether nothing is reported in a file: it is generated, or `exclude` names it.
    #[must_use]
    pub fn is_excluded(&self, file: &SourceFile) -> bool {
        file.generated || self.excludes(&file.absolute)
    }

    /// Whether `exclude` names a path.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        let below = self
            .exclude
            .iter()
            .filter(|matcher| path.starts_with(matcher.path()));
        below
            .into_iter()
            .any(|matcher| matcher.matched_path_or_any_parents(path, false).is_ignore())
    }
}

/// A workspace's metadata, then its `acid.toml` or the file named on the command line.
fn workspace_layers(
    reader: &mut read::Reader,
    options: &Options,
    dir: &Path,
) -> Result<Vec<Layer>, Error> {
    let mut layers = Vec::from_iter(reader.metadata(dir, read::Table::Workspace)?);
    let beside: PathBuf = dir.join("acid.toml");
    match &options.config {
        Some(path) => layers.extend(reader.file(path)?),
        None if beside.is_file() => layers.extend(reader.file(&beside)?),
        None => {}
    }
    Ok(layers)
}

fn settings(layers: &[Layer], options: &Options) -> Result<Settings, Error> {
    let mut settings = Settings {
        levels: Levels::default(),
        lint_tests: false,
        database: None,
        pool: PoolLimits::default(),
        exclude: Vec::new(),
    };
    for layer in layers {
        layer.apply(&mut settings);
    }
    settings.levels.set_all(&options.levels)?;
    settings.levels.narrow(&options.only, &options.skip)?;
    Ok(settings)
}
