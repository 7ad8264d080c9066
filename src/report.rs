//! Findings to text: what is reported, in which order, and the formats it is written in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::Options;
use crate::config::Config;
use crate::error::{Error, nearest};
use crate::lint::{Finding, Label, Level, Lint};
use crate::lints::LINTS;
use crate::source::{SourceFile, Sources, Unread};
use crate::workspace::{FileEntry, PackageId, Workspace};

mod fingerprint;
pub mod github;
pub mod human;
pub mod json;
pub mod sarif;
pub mod short;

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// What is reported, by path and line.
    pub findings: Vec<Reported>,
    /// Files that could not be read or parsed, by path.
    pub unread: Vec<Unread>,
    /// Where the findings' spans lie.
    pub sources: Sources,
    /// How many files were asked for, unread ones included.
    pub files: usize,
    /// What the user should know, one sentence each.
    pub notes: Vec<String>,
}

/// A finding that is reported.
#[derive(Debug)]
pub struct Reported {
    /// What was found; each label's range is cut at its first line.
    pub finding: Finding,
    /// Which lint.
    pub lint: &'static Lint,
    /// How loud: never `Allow`.
    pub level: Level,
    /// Tells it from all others, and survives moved lines: 16 hexadecimal digits.
    pub fingerprint: String,
}

impl Reported {
    /// The level that it has unless configured.
    #[must_use]
    pub fn default_level(&self) -> Level {
        if self.finding.pedantic {
            Level::Allow
        } else {
            self.lint.level
        }
    }
}

/// The packages that are reported on.
#[derive(Debug)]
pub struct Chosen {
    only: Option<BTreeSet<PackageId>>,
    not: BTreeSet<PackageId>,
}

impl Chosen {
    /// By `-p` and `--exclude`.
    ///
    /// # Errors
    /// A name that no package has.
    pub fn new(options: &Options, workspace: &Workspace) -> Result<Self, Error> {
        let only = (!options.packages.is_empty())
            .then(|| named(&options.packages, workspace))
            .transpose()?;
        Ok(Self {
            only,
            not: named(&options.exclude, workspace)?,
        })
    }

    fn holds(&self, package: Option<PackageId>) -> bool {
        let excluded = package.is_some_and(|id| self.not.contains(&id));
        let wanted = self
            .only
            .as_ref()
            .is_none_or(|only| package.is_some_and(|id| only.contains(&id)));
        wanted && !excluded
    }
}

fn named(names: &[String], workspace: &Workspace) -> Result<BTreeSet<PackageId>, Error> {
    let mut ids = BTreeSet::new();
    for name in names {
        let packages = workspace
            .packages
            .iter()
            .enumerate()
            .filter(|(_, package)| package.name == *name);
        let before = ids.len();
        ids.extend(packages.map(|(index, _)| PackageId(index as u32)));
        if ids.len() == before && names.iter().filter(|other| *other == name).count() == 1 {
            return Err(no_package(name, workspace));
        }
    }
    Ok(ids)
}

fn no_package(name: &str, workspace: &Workspace) -> Error {
    let error = Error::new(format!("no package `{name}` here"));
    match nearest(
        name,
        workspace
            .packages
            .iter()
            .map(|package| package.name.as_str()),
    ) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    }
}

impl Outcome {
    /// Keeps what is asked for and not allowed, and puts it in order.
    #[must_use]
    pub fn new(
        findings: Vec<Finding>,
        unread: Vec<Unread>,
        sources: Sources,
        workspace: &Workspace,
        config: &Config,
        chosen: &Chosen,
    ) -> Self {
        let wanted =
            |file: &SourceFile| workspace.in_scope(&file.absolute) && chosen.holds(file.package);
        let reported = findings.into_iter().filter_map(|finding| {
            let file = sources.file(finding.primary.span.file);
            let level = config.level(&finding, file).filter(|_| wanted(file))?;
            let lint = LINTS.iter().find(|lint| lint.name == finding.lint)?;
            Some(Reported {
                finding: on_one_line(finding, &sources),
                lint,
                level,
                fingerprint: String::new(),
            })
        });
        let mut findings: Vec<_> = reported.collect();
        findings.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
        findings.dedup_by(|a, b| a.finding == b.finding);
        fingerprint::fill(&mut findings, &sources, workspace.home());
        let asked_for =
            |file: &&FileEntry| workspace.in_scope(&file.absolute) && chosen.holds(file.package);
        let files = workspace.files.iter().filter(asked_for).count();
        let unread = wanted_unread(unread, workspace, config, chosen);
        Self {
            findings,
            unread,
            sources,
            files,
            notes: workspace.notes.clone(),
        }
    }

    /// How many errors and warnings.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let errors = self
            .findings
            .iter()
            .filter(|reported| reported.level == Level::Deny)
            .count();
        (errors, self.findings.len() - errors)
    }

    /// `2 errors, 1 warning in 214 files (1 unread)`
    #[must_use]
    pub fn summary(&self) -> String {
        let (errors, warnings) = self.counts();
        let unread = if self.unread.is_empty() {
            String::new()
        } else {
            format!(" ({} unread)", self.unread.len())
        };
        let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
        format!(
            "{errors}, {warnings} in {}{unread}",
            counted(self.files, "file")
        )
    }
}

/// Files outside of what is asked for, and those that `exclude` names, may be what they like.
fn wanted_unread(
    unread: Vec<Unread>,
    workspace: &Workspace,
    config: &Config,
    chosen: &Chosen,
) -> Vec<Unread> {
    let places: BTreeMap<&str, (&PathBuf, Option<PackageId>)> = workspace
        .files
        .iter()
        .map(|file| (file.path.as_str(), (&file.absolute, file.package)))
        .collect();
    let wanted = |problem: &Unread| {
        let Some((absolute, package)) = places.get(problem.path.as_str()) else {
            return true;
        };
        workspace.in_scope(absolute)
            && chosen.holds(*package)
            && !config.settings(*package).excludes(absolute)
    };
    let mut kept: Vec<_> = unread.into_iter().filter(wanted).collect();
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    kept
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

fn order(finding: &Finding) -> (crate::source::Span, &'static str, &str) {
    (finding.primary.span, finding.lint, &finding.message)
}

fn on_one_line(mut finding: Finding, sources: &Sources) -> Finding {
    for label in finding.related.iter_mut().chain([&mut finding.primary]) {
        label.span.range = sources.file(label.span.file).first_line(label.span.range);
    }
    finding
}

/// `error` or `warning`.
#[must_use]
pub fn severity(level: Level) -> &'static str {
    if level == Level::Deny {
        "error"
    } else {
        "warning"
    }
}

/// Where a label stands, in lines and columns.
struct Position<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

fn position<'a>(label: &Label, sources: &'a Sources) -> Position<'a> {
    let file = sources.file(label.span.file);
    let (line, column) = file.line_col(label.span.range.start);
    let (end_line, end_column) = file.line_col(label.span.range.end);
    Position {
        path: &file.path,
        line,
        column,
        end_line,
        end_column,
    }
}
