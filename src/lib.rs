//! `cargo acid`: the ACID test for code that talks to a database.
//!
//! ```text
//! workspace   Cargo.toml, Cargo.lock, directories → packages, targets, versions, files     drivers  features → databases
//! source      files → texts, offsets, comments                               included  files that code includes → SQL text
//! lower       text → ir: item skeletons and bodies; syn is used here alone   (in parallel, file by file)
//! lowered     skeletons at once, a function's body when somebody asks for it
//! defs        skeletons → module tree, imports, aliases, traits, impls       catalogue  what clients' types and calls mean
//! reach       signatures and names → bodies that can touch a handle: the others are left alone
//! infer       a body → types, values, what calls reach                       sql  text → statements, by dialect
//! body        typed expressions → blocks of events, one graph a unit         (in parallel, body by body)
//! summary     the call graph → what each call does, to a fixpoint            handlers, keeper  who serves requests, what is kept
//! flow        a unit and the summaries → what is open where                  solo  what never runs twice at the same time
//! context     what lints ask                                                 locks, sharing  rows that are locked, who shares what
//!                                                                            values  from which rows a value was taken
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

use std::path::PathBuf;

use rayon::{ThreadPool, ThreadPoolBuilder};

pub mod analyse;
pub mod body;
#[allow(missing_docs)]
pub mod catalogue;
pub mod config;
pub mod context;
pub mod defs;
pub mod drivers;
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
pub mod lowered;
pub mod reach;
pub mod report;
pub mod sharing;
pub mod solo;
pub mod source;
pub mod sql;
pub mod summary;
pub mod suppress;
pub mod ty;
pub mod values;
pub mod workspace;

use analyse::Input;
use config::Config;
use error::Error;
use lint::Level;
use lower::Bodies;
use lowered::Lowered;
use report::{Chosen, Outcome};
use source::Sources;
use workspace::Workspace;

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
    /// Read all bodies closely, also those in which nothing can touch a database.
    pub exhaustive: bool,
    /// Threads; as many as there are processors if none.
    pub jobs: Option<usize>,
}

/// Reads a workspace and reports what is wrong with its transactions. Made for one call a process: what was read is never given back.
///
/// # Errors
/// Wrong options, manifests or configuration, and nothing to check.
pub fn check(options: &Options) -> Result<Outcome, Error> {
    workers(options.jobs)?.install(|| {
        let (found, sheets) = rayon::join(|| Asked::find(options), analyse::sheets);
        let Asked {
            workspace,
            config,
            chosen,
        } = found?;
        let sheets = sheets?;
        let ((sources, mut unread), catalogue) = rayon::join(
            || Sources::read(&workspace.files),
            || analyse::catalogue(sheets, &config),
        );
        config.match_models(&workspace, &sources)?;
        let catalogue = catalogue?;
        let bodies = if options.exhaustive {
            Bodies::AtOnce
        } else {
            Bodies::Later
        };
        let lowered = Lowered::read(&workspace, &sources, catalogue.file_macros(), bodies);
        let input = Input {
            workspace: &workspace,
            sources: &sources,
            config: &config,
            catalogue: &catalogue,
            lowered: &lowered,
        };
        let found = analyse::run(input, options.exhaustive);
        unread.extend(lowered.take_unread());
        // To give so much back piece by piece takes a tenth of a run, and nothing follows it.
        std::mem::forget(lowered);
        let findings = suppress::apply(found, &sources, &config);
        Ok(Outcome::new(
            findings, unread, sources, &workspace, &config, &chosen,
        ))
    })
}

/// What the options lead to.
struct Asked {
    workspace: Workspace,
    config: Config,
    chosen: Chosen,
}

impl Asked {
    fn find(options: &Options) -> Result<Self, Error> {
        let workspace = Workspace::load(&options.paths, options.manifest_path.as_deref())?;
        let config = Config::load(options, &workspace)?;
        let chosen = Chosen::new(options, &workspace)?;
        Ok(Self {
            workspace,
            config,
            chosen,
        })
    }
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
