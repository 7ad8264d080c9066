//! `cargo acid`: the ACID test for code that talks to a database.
//!
//! ```text
//! workspace   Cargo.toml, Cargo.lock, directories → packages, targets, versions, files
//! source      files → texts, offsets, comments                               included  files that code includes → SQL text
//! lower       text → ir: item skeletons and bodies; syn is used here alone   (in parallel, file by file)
//! defs        skeletons → module tree, imports, aliases, traits, impls       catalogue  what clients' types and calls mean
//! reach       signatures and names → bodies that can touch a handle: the others are left alone
//! infer       a body → types, values, what calls reach                       sql  text → statements, by dialect
//! body        typed expressions → blocks of events, one graph a unit         (in parallel, body by body)
//! summary     the call graph → what each call does, to a fixpoint            handlers, keeper  who serves requests, what is kept
//! flow        a unit and the summaries → what is open where                  solo  what never runs twice at the same time
//! context     what lints ask                                                 locks, sharing  rows that are locked, who shares what
//! lints       questions → findings                                           (in parallel, unit by unit)
//! suppress    comments → fewer findings        config  levels        report  findings → people and machines
//! ```
//!
//! Data flows one way, top to bottom. What holds everywhere:
//! - No syn type outlives `lower`.
//! - Only the catalogue knows the names of client crates, only `report` knows codespan, only `main` prints or exits.
//! - Lints do no I/O, keep no state and never touch syn: they ask `Context`.
//! - A file that can't be read or parsed is reported and never fatal; output never depends on threads.
//! - Nothing unknown is guessed: a call without a participant of known role is silence, not a finding.
#![warn(missing_docs)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

pub mod analyse;
pub mod body;
#[allow(missing_docs)]
pub mod catalogue;
pub mod config;
pub mod context;
pub mod defs;
pub mod error;
pub mod explain;
pub mod flow;
pub mod handlers;
pub mod included;
pub mod infer;
#[allow(missing_docs)]
pub mod ir;
pub mod keeper;
pub mod lint;
#[path = "../lints/mod.rs"]
pub mod lints;
pub mod locks;
pub mod lower;
pub mod reach;
pub mod report;
pub mod sharing;
pub mod solo;
pub mod source;
pub mod sql;
pub mod summary;
pub mod suppress;
pub mod ty;
pub mod workspace;

use config::Config;
use error::Error;
use ir::{FileIr, Name};
use lint::Level;
use lower::{Found, Home, Macros};
use report::Outcome;
use source::{FileId, SourceFile, Sources, Unread};
use workspace::{Target, TargetKind, Workspace};

/// What was asked for.
#[derive(Debug, Default, Clone)]
pub struct Options {
    /// What to report on; the current directory if empty.
    pub paths: Vec<PathBuf>,
    /// The manifest to start from, instead of searching upward from `paths`.
    pub manifest_path: Option<PathBuf>,
    /// Report on these packages only.
    pub packages: Vec<String>,
    /// Don't report on these packages.
    pub exclude: Vec<String>,
    /// Levels by lint or group, over all configuration; later ones win.
    pub levels: Vec<(String, Level)>,
    /// Run these lints and groups only.
    pub only: Vec<String>,
    /// Don't run these lints and groups.
    pub skip: Vec<String>,
    /// Read this instead of `acid.toml`.
    pub config: Option<PathBuf>,
    /// Read no configuration.
    pub isolated: bool,
    /// Threads; as many as there are processors if none.
    pub jobs: Option<usize>,
}

/// Reads a workspace and reports what is wrong with its transactions.
///
/// # Errors
/// Wrong options, manifests or configuration, and nothing to check.
pub fn check(options: &Options) -> Result<Outcome, Error> {
    let workspace = Workspace::load(&options.paths, options.manifest_path.as_deref())?;
    let config = Config::load(options, &workspace)?;
    let chosen = report::Chosen::new(options, &workspace)?;
    workers(options.jobs)?.install(|| {
        let (sources, mut unread) = Sources::read(&workspace.files);
        let lowered = lower(&workspace, &sources, &mut unread);
        let found = analyse::run(&workspace, &sources, &config, &lowered)?;
        let findings = suppress::apply(found, &sources, &config);
        Ok(Outcome::new(
            findings, unread, sources, &workspace, &config, &chosen,
        ))
    })
}

/// Source nests as deep as it likes, and syn recurses: hence the stacks, of which only what is used takes memory.
fn workers(jobs: Option<usize>) -> Result<ThreadPool, Error> {
    const STACK: usize = 256 * 1024 * 1024;
    let builder = ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .stack_size(STACK);
    builder
        .build()
        .map_err(|error| Error::new(format!("cannot start threads: {error}")))
}

/// Every file, indexed by `FileId`; one that does not parse is reported and empty.
fn lower(
    workspace: &Workspace,
    sources: &Sources,
    unread: &mut Vec<Unread>,
) -> Vec<Option<FileIr>> {
    let macros = macros(workspace, sources);
    let ids = (0..sources.files().len() as u32)
        .into_par_iter()
        .map(FileId);
    let lowered: Vec<_> = ids
        .map(|id| lower_one(sources.file(id), &macros, id))
        .collect();
    let keep = |result: Result<FileIr, Unread>| result.map_err(|problem| unread.push(problem)).ok();
    lowered.into_iter().map(keep).collect()
}

/// The `macro_rules!` of all files, whose calls are expanded while bodies are read.
fn macros(workspace: &Workspace, sources: &Sources) -> Macros {
    let files = sources.files().par_iter();
    let found = files.map(|file| (home(workspace, file), Found::scan(&file.text)));
    Macros::new(found.collect())
}

fn lower_one(file: &SourceFile, macros: &Macros, id: FileId) -> Result<FileIr, Unread> {
    let lowered = catch_unwind(AssertUnwindSafe(|| lower::lower(&file.text, macros, id)));
    let lowered = lowered.map_err(|_| Unread::at(file, 0, "the parser gave up".to_owned()))?;
    lowered.map_err(|error| Unread::at(file, error.offset, error.message))
}

/// To whom the macros of a file belong.
fn home(workspace: &Workspace, file: &SourceFile) -> Home {
    let Some(id) = file.package else {
        return Home::default();
    };
    let package = workspace.package(id);
    let is_library = |target: &Target| target.kind == TargetKind::Lib;
    let has_library = package.targets.iter().any(is_library);
    let mut others = package.targets.iter().filter(|target| !is_library(target));
    Home {
        package: Some(id.0),
        krate: Name::from(&package.crate_name),
        beside_library: has_library && others.any(|target| target.root == file.path),
    }
}
