//! Configuration text to layers; every error names its place and the nearest name.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use toml::Spanned;

use super::levels::LevelSet;
use super::model::{self, Model};
use super::unmatched::Modelled;
use super::{PoolLimits, Pooler, Settings};
use crate::Options;
use crate::catalogue::Sheet;
use crate::error::{Error, nearest};
use crate::lint::Level;
use crate::sql::Database;
use crate::workspace::{Workspace, toml_error};

/// One configuration file or metadata table, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    levels: HashMap<Spanned<String>, Level>,
    exclude: Vec<Spanned<String>>,
    lint_tests: Option<bool>,
    database: Option<Database>,
    pool: RawPool,
    model: Vec<Spanned<Model>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawPool {
    max: Option<u32>,
    acquire_timeout: Option<Spanned<RawRange>>,
    pooler: Option<Pooler>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRange {
    min: u32,
    max: u32,
}

/// Which metadata of a manifest.
#[derive(Clone, Copy)]
pub(super) enum Table {
    Workspace,
    Package,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    workspace: Owner,
    #[serde(default)]
    package: Owner,
}

#[derive(Default, Deserialize)]
struct Owner {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    acid: Option<Raw>,
}

/// What one file or table says, checked.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    levels: Vec<(LevelSet, Level)>,
    exclude: Gitignore,
    lint_tests: Option<bool>,
    database: Option<Database>,
    max: Option<u32>,
    acquire_timeout: Option<(u32, u32)>,
    pooler: Option<Pooler>,
}

impl Layer {
    /// Puts what it says over what was said before.
    pub(super) fn apply(&self, settings: &mut Settings) {
        for (set, level) in &self.levels {
            settings.levels.set(*set, *level);
        }
        settings.exclude.push(self.exclude.clone());
        settings.lint_tests = self.lint_tests.unwrap_or(settings.lint_tests);
        settings.database = self.database.or(settings.database);
        settings.pool = PoolLimits {
            max: self.max.unwrap_or(settings.pool.max),
            acquire_timeout: self.acquire_timeout.or(settings.pool.acquire_timeout),
            pooler: self.pooler.or(settings.pool.pooler),
        };
    }
}

/// Reads each file once, and gathers the models on the way.
pub(super) struct Reader<'a> {
    workspace: &'a Workspace,
    isolated: bool,
    layers: BTreeMap<(PathBuf, bool), Option<Layer>>,
    models: Vec<Sheet>,
    modelled: Vec<Modelled>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(options: &Options, workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            isolated: options.isolated,
            layers: BTreeMap::new(),
            models: Vec::new(),
            modelled: Vec::new(),
        }
    }

    pub(super) fn into_models(self) -> (Vec<Sheet>, Vec<Modelled>) {
        (self.models, self.modelled)
    }

    /// An `acid.toml`.
    pub(super) fn file(&mut self, path: &Path) -> Result<Option<Layer>, Error> {
        self.layer(path, false, |text| toml::from_str(text).map(Some))
    }

    /// The `metadata.acid` table of the manifest in `dir`.
    pub(super) fn metadata(&mut self, dir: &Path, table: Table) -> Result<Option<Layer>, Error> {
        let path = dir.join("Cargo.toml");
        if !path.is_file() {
            return Ok(None);
        }
        self.layer(&path, matches!(table, Table::Package), |text| {
            if !text.contains("metadata") {
                return Ok(None);
            }
            let manifest: Manifest = toml::from_str(text)?;
            Ok(match table {
                Table::Workspace => manifest.workspace.metadata.acid,
                Table::Package => manifest.package.metadata.acid,
            })
        })
    }

    fn layer(
        &mut self,
        path: &Path,
        of_package: bool,
        parse: impl FnOnce(&str) -> Result<Option<Raw>, toml::de::Error>,
    ) -> Result<Option<Layer>, Error> {
        let key = (path.to_path_buf(), of_package);
        if self.isolated {
            return Ok(None);
        }
        if let Some(known) = self.layers.get(&key) {
            return Ok(known.clone());
        }
        let shown = self.workspace.shown(path);
        let text = fs::read_to_string(path)
            .map_err(|error| Error::new(format!("cannot read `{shown}`: {error}")))?;
        let file = File {
            path,
            shown: &shown,
            text: &text,
        };
        let raw = parse(&text).map_err(|error| file.explain(&error))?;
        let layer = raw.map(|raw| self.check(raw, &file)).transpose()?;
        self.layers.insert(key, layer.clone());
        Ok(layer)
    }

    fn check(&mut self, raw: Raw, file: &File) -> Result<Layer, Error> {
        let sheets = model::sheets(&raw.model, file, &mut self.modelled)?;
        self.models.extend(sheets);
        Ok(Layer {
            levels: file.levels(raw.levels)?,
            exclude: file.exclude(&raw.exclude)?,
            lint_tests: raw.lint_tests,
            database: raw.database,
            max: raw.pool.max,
            pooler: raw.pool.pooler,
            acquire_timeout: raw
                .pool
                .acquire_timeout
                .map(|range| file.range(&range))
                .transpose()?,
        })
    }
}

/// A file being read: where errors point.
pub(super) struct File<'a> {
    path: &'a Path,
    shown: &'a str,
    text: &'a str,
}

impl File<'_> {
    /// The error at bytes of this file.
    pub(super) fn place(&self, error: Error, span: Range<usize>) -> Error {
        error.at(self.shown, self.text, span)
    }

    /// From coarse to fine, so that a lint's own line wins over its group's wherever it stands.
    fn levels(
        &self,
        raw: HashMap<Spanned<String>, Level>,
    ) -> Result<Vec<(LevelSet, Level)>, Error> {
        let mut entries: Vec<_> = raw.into_iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let parse = |(name, level): (Spanned<String>, Level)| match LevelSet::parse(name.get_ref())
        {
            Ok(set) => Ok((set, level)),
            Err(error) => Err(self.place(error, name.span())),
        };
        let mut levels = entries
            .into_iter()
            .map(parse)
            .collect::<Result<Vec<_>, _>>()?;
        levels.sort_by_key(|(set, _)| *set);
        Ok(levels)
    }

    fn exclude(&self, patterns: &[Spanned<String>]) -> Result<Gitignore, Error> {
        let mut builder = GitignoreBuilder::new(self.path.parent().unwrap_or(self.path));
        for pattern in patterns {
            let added = builder.add_line(None, pattern.get_ref()).map(|_| ());
            added.map_err(|error| {
                self.place(
                    Error::new(format!("not a path pattern: {error}")),
                    pattern.span(),
                )
            })?;
        }
        builder
            .build()
            .map_err(|error| Error::new(format!("not a path pattern: {error}")).in_file(self.shown))
    }

    fn range(&self, range: &Spanned<RawRange>) -> Result<(u32, u32), Error> {
        let RawRange { min, max } = range.get_ref();
        if min > max {
            return Err(self.place(Error::new("`min` is above `max`"), range.span()));
        }
        Ok((*min, *max))
    }

    /// The parser's message in our words, with the nearest name.
    fn explain(&self, error: &toml::de::Error) -> Error {
        let (message, help) = reword(error.message());
        let placed = toml_error(error, self.shown, self.text);
        Error {
            message,
            help,
            ..placed
        }
    }
}

/// Serde says ``unknown field `a`, expected one of `b`, `c` ``: the names stand in backticks.
pub(super) fn reword(message: &str) -> (String, Option<String>) {
    let kinds = [
        ("unknown field", "unknown key"),
        ("unknown variant", "unknown value"),
    ];
    let Some((_, ours)) = kinds.iter().find(|(theirs, _)| message.starts_with(theirs)) else {
        return (message.lines().collect::<Vec<_>>().join(", "), None);
    };
    let mut names = message.split('`').skip(1).step_by(2);
    let written = names.next().unwrap_or_default();
    let known: Vec<_> = names.collect();
    let near =
        nearest(written, known.iter().copied()).map(|name| format!("did you mean `{name}`?"));
    let all: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    let listed = (!all.is_empty()).then(|| format!("expected {}", all.join(", ")));
    (format!("{ours} `{written}`"), near.or(listed))
}
