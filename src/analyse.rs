//! Lowered files to findings: definitions, types, events, summaries, then each lint over each unit.

use std::mem::ManuallyDrop;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::body::{EventKind, Unit, units};
use crate::catalogue::{Catalogue, Versions, sheets};
use crate::config::Config;
use crate::context::{Context, UnitContext};
use crate::defs::{CrateInput, Defs, Extern, FnId};
use crate::error::Error;
use crate::flow::Flow;
use crate::handlers::{self, Handler, Shapes};
use crate::included::Included;
use crate::infer::{Owner, Types};
use crate::ir::Name;
use crate::keeper::{self, Keeper};
use crate::lint::{Check, Finding, Lint};
use crate::lints::LINTS;
use crate::lowered::Lowered;
use crate::reach::{Reach, Tests};
use crate::solo::Solo;
use crate::source::{Sources, Span};
use crate::summary::Program;
use crate::workspace::{Dependency, DependencyKind, Package, TargetKind, Workspace};

/// What a run is about.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Packages and their dependencies.
    pub workspace: &'a Workspace,
    /// The texts.
    pub sources: &'a Sources,
    /// Levels and limits.
    pub config: &'a Config,
    /// What clients' calls mean: see [`catalogue`].
    pub catalogue: &'a Catalogue,
    /// The texts, lowered.
    pub lowered: &'a Lowered<'a>,
}

/// Runs every lint that is on; `exhaustive` reads all bodies closely.
#[must_use]
pub fn run(input: Input<'_>, exhaustive: bool) -> Vec<Finding> {
    with_context(input, exhaustive, lint)
}

/// Builds what lints ask, and asks.
pub fn with_context<T>(
    input: Input<'_>,
    exhaustive: bool,
    ask: impl FnOnce(&Context<'_>) -> T,
) -> T {
    let Input {
        workspace,
        sources,
        config,
        catalogue,
        lowered,
    } = input;
    let crates = crates(workspace, sources, catalogue);
    let paths: Vec<&str> = sources
        .files()
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    // Never given back: see `check`.
    let defs = ManuallyDrop::new(Defs::build(catalogue, lowered, &paths, crates));
    let included = Included::read(workspace, sources, &catalogue.file_macros(), lowered);
    let types = ManuallyDrop::new(Types::new(&defs, &included));
    let shapes = Shapes::new(catalogue);
    let reach = if exhaustive {
        Reach::all(&defs)
    } else {
        let tests = if config.lints_tests() {
            Tests::Wholly
        } else {
            Tests::Gravely
        };
        Reach::find(&types, &shapes, tests)
    };
    let reach = ManuallyDrop::new(reach);
    let mut read = read(&types, &shapes, &reach);
    read.handlers.extend(shapes.declared(&defs));
    let program = ManuallyDrop::new(Program::new(&types, read.units));
    let cx = Context {
        program: &program,
        handlers: &handlers::once_each(read.handlers),
        looked_after: &read.kept,
        solo: &Solo::default(),
        reach: &reach,
        sources,
        config,
    };
    ask(&cx)
}

/// The catalogue with the user's models.
///
/// # Errors
/// A `[[model]]` that names nothing.
pub fn catalogue(config: &Config) -> Result<Catalogue, Error> {
    let mut all = sheets().map_err(|error| {
        Error::new(format!(
            "the catalogue's {} sheet: {}",
            error.sheet, error.message
        ))
    })?;
    for model in &config.models {
        all.push(("acid.toml".to_owned(), model.clone()));
    }
    Catalogue::join(all).map_err(|error| Error::new(format!("{}: {}", error.sheet, error.message)))
}

/// What reading bodies closely gave.
#[derive(Default)]
struct Read {
    units: Vec<Unit>,
    /// What bodies give to frameworks.
    handlers: Vec<Handler>,
    /// What they look after.
    kept: FxHashSet<Keeper>,
}

/// Events of these bodies, and of all that they call.
fn read(types: &Types<'_>, shapes: &Shapes, reach: &Reach) -> Read {
    let mut known = reach.touching.clone();
    let mut queue: Vec<Owner> = known.iter().copied().collect();
    let mut all = Read::default();
    while !queue.is_empty() {
        let found: Vec<_> = queue
            .par_iter()
            .filter_map(|owner| read_one(types, shapes, *owner))
            .collect();
        queue.clear();
        for (units, handlers, kept) in found {
            let calls = units.iter().flat_map(called);
            let calls = calls.filter(|id| reach.counts(*id)).map(Owner::Fn);
            queue.extend(calls.filter(|owner| known.insert(*owner)));
            all.units.extend(units);
            all.handlers.extend(handlers);
            all.kept.extend(kept);
        }
    }
    all
}

fn read_one(
    types: &Types<'_>,
    shapes: &Shapes,
    owner: Owner,
) -> Option<(Vec<Unit>, Vec<Handler>, Vec<Keeper>)> {
    let typed = match owner {
        Owner::Fn(id) => types.infer_fn(id),
        Owner::Value(id) => types.infer_value(id),
    }?;
    Some((
        units(types, &typed),
        shapes.given(types.defs, &typed),
        keeper::looked_after(types, &typed),
    ))
}

/// Functions of the workspace that a unit calls.
fn called(unit: &Unit) -> impl Iterator<Item = FnId> {
    let events = unit.events();
    events.flat_map(|event| match &event.kind {
        EventKind::Call { fns, .. } => fns.to_vec(),
        _ => Vec::new(),
    })
}

fn lint(cx: &Context<'_>) -> Vec<Finding> {
    let on: Vec<&Lint> = LINTS
        .iter()
        .copied()
        .filter(|lint| cx.config.runs(lint))
        .collect();
    let mut found: Vec<Finding> = cx
        .program
        .units
        .par_iter()
        .flat_map_iter(|unit| lint_unit(cx, unit, &on))
        .collect();
    for lint in &on {
        if let Check::Whole(check) = lint.check {
            check(cx, &mut found);
        }
    }
    owned(found)
}

fn lint_unit(cx: &Context<'_>, unit: &Unit, on: &[&Lint]) -> Vec<Finding> {
    if unit
        .graph
        .blocks
        .iter()
        .all(|block| block.events.is_empty())
    {
        return Vec::new();
    }
    let flow = Flow::new(cx.program, unit);
    let unit = UnitContext { cx, flow: &flow };
    let mut found = Vec::new();
    for lint in on {
        if let Check::Unit(check) = lint.check {
            check(&unit, &mut found);
        }
    }
    // What nobody calls does nothing.
    if !found.is_empty() && cx.is_unused(unit.flow.unit.id.owner) {
        found.clear();
    }
    found
}

/// One cause, one finding: of several at one place the first lint's stays, by the order of `LINTS`; so it is at places that a finding
/// covers.
fn owned(mut found: Vec<Finding>) -> Vec<Finding> {
    let order: FxHashMap<&str, usize> = LINTS
        .iter()
        .enumerate()
        .map(|(index, lint)| (lint.name, index))
        .collect();
    found.sort_by_key(|finding| {
        (
            finding.primary.span,
            order.get(finding.lint).copied(),
            finding.message.clone(),
        )
    });
    found.dedup_by_key(|finding| finding.primary.span);
    let rank = |finding: &Finding| order.get(finding.lint).copied();
    let mut covered = Vec::new();
    for finding in &found {
        covered.extend(finding.covers.iter().map(|span| (*span, rank(finding))));
    }
    found.retain(|finding| {
        let is_told = |(span, by): &(Span, _)| *span == finding.primary.span && *by < rank(finding);
        !covered.iter().any(is_told)
    });
    found
}

/// The crates of all packages, libraries first.
fn crates(workspace: &Workspace, sources: &Sources, catalogue: &Catalogue) -> Vec<CrateInput> {
    if workspace.packages.is_empty() {
        return loose(sources, catalogue);
    }
    let everywhere = versions(catalogue, &workspace.packages.iter());
    let mut found = Vec::new();
    for (index, package) in workspace.packages.iter().enumerate() {
        let versions = or_else(versions(catalogue, &std::iter::once(package)), &everywhere);
        let mut targets: Vec<_> = package.targets.iter().collect();
        targets.sort_by_key(|target| target.kind != TargetKind::Lib);
        for target in targets {
            let Some(root) = sources.by_path(&target.root) else {
                continue;
            };
            let is_lib = target.kind == TargetKind::Lib;
            found.push(CrateInput {
                name: Name::from(if is_lib {
                    &package.crate_name
                } else {
                    &target.name
                }),
                package: index,
                root,
                is_test: matches!(target.kind, TargetKind::Test | TargetKind::Bench)
                    || workspace.is_for_tests(index),
                is_program: !is_lib,
                externs: externs(catalogue, package, index, is_lib),
                versions: versions.clone(),
            });
        }
    }
    found
}

/// Files without a manifest: each a crate of its own, for which every client counts.
fn loose(sources: &Sources, catalogue: &Catalogue) -> Vec<CrateInput> {
    let externs: FxHashMap<Name, Extern> = catalogue
        .crates()
        .map(|name| (name, Extern::Foreign(name)))
        .collect();
    let all = Versions(
        catalogue
            .clients
            .iter()
            .map(|_| Some(semver::Version::new(u64::MAX, 0, 0)))
            .collect(),
    );
    let crate_of = |(id, _): (crate::source::FileId, &crate::source::SourceFile)| CrateInput {
        name: Name::from("loose"),
        package: id.0 as usize,
        root: id,
        is_test: false,
        is_program: false,
        externs: externs.clone(),
        versions: all.clone(),
    };
    sources.iter().map(crate_of).collect()
}

/// Names that a target's code may begin paths with.
fn externs(
    catalogue: &Catalogue,
    package: &Package,
    index: usize,
    is_lib: bool,
) -> FxHashMap<Name, Extern> {
    let named = |dependency: &Dependency| {
        let name = Name::from(&dependency.name);
        let own = Name::from(&dependency.package.replace('-', "_"));
        if let Some(member) = dependency.member {
            return (name, Extern::Member(member.0 as usize));
        }
        let library = catalogue.library(&dependency.package).unwrap_or(own);
        // A renamed dependency is called what its package's user says.
        let name = if name == own { library } else { name };
        (name, Extern::Foreign(library))
    };
    let mut names: FxHashMap<Name, Extern> = package.dependencies.iter().map(named).collect();
    if !is_lib
        && package
            .targets
            .iter()
            .any(|target| target.kind == TargetKind::Lib)
    {
        names.insert(Name::from(&package.crate_name), Extern::Member(index));
    }
    names
}

/// The version of each sheet's client that packages depend on; normal dependencies first.
fn versions<'p>(
    catalogue: &Catalogue,
    packages: &(impl Iterator<Item = &'p Package> + Clone),
) -> Versions {
    let of = |client: &crate::catalogue::Client| {
        if client.packages.is_empty() {
            return Some(semver::Version::new(u64::MAX, 0, 0));
        }
        let mut all: Vec<_> = packages
            .clone()
            .flat_map(|package| &package.dependencies)
            .filter(|dependency| client.packages.contains(&dependency.package))
            .collect();
        all.sort_by_key(|dependency| dependency.kind != DependencyKind::Normal);
        all.first().map(|dependency| {
            dependency
                .version
                .clone()
                .unwrap_or(semver::Version::new(u64::MAX, 0, 0))
        })
    };
    Versions(catalogue.clients.iter().map(of).collect())
}

/// A client that only another package of the workspace depends on reaches this one through re-exports.
fn or_else(own: Versions, everywhere: &Versions) -> Versions {
    Versions(
        own.0
            .into_iter()
            .zip(&everywhere.0)
            .map(|(own, other)| own.or_else(|| other.clone()))
            .collect(),
    )
}
