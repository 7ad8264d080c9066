//! Lowered files to findings: definitions, types, events, summaries, then each lint over each unit.

mod crates;

use std::mem::ManuallyDrop;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::Scope;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::body::{EventKind, Unit, units};
use crate::catalogue::{self, Catalogue, Sheet};
use crate::config::Config;
use crate::context::{Context, UnitContext};
use crate::defs::{Defs, FnId};
use crate::drivers::Drivers;
use crate::error::Error;
use crate::flow::Flow;
use crate::handlers::{self, Handler, Shapes};
use crate::included::Included;
use crate::infer::{Owner, Types};
use crate::keeper::{self, Keeper};
use crate::lint::{Check, Finding, Lint};
use crate::lints::LINTS;
use crate::lowered::Lowered;
use crate::reach::Reach;
use crate::solo::Solo;
use crate::source::{Sources, Span};
use crate::summary::Program;
use crate::workspace::Workspace;

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
    let crates = crates::crates(workspace, sources, catalogue);
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
        Reach::find(&types, &shapes, config.lints_tests())
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
        drivers: &Drivers::find(workspace, catalogue),
        reach: &reach,
        sources,
        config,
    };
    ask(&cx)
}

/// The catalogue's sheets.
///
/// # Errors
/// One is wrong: a defect of this program.
pub fn sheets() -> Result<Vec<(String, Sheet)>, Error> {
    catalogue::sheets().map_err(|error| {
        Error::new(format!(
            "the catalogue's {} sheet: {}",
            error.sheet, error.message
        ))
    })
}

/// The catalogue of these sheets and the user's models.
///
/// # Errors
/// A `[[model]]` that names nothing.
pub fn catalogue(mut sheets: Vec<(String, Sheet)>, config: &Config) -> Result<Catalogue, Error> {
    let house = sheets.len();
    let models = config.models.iter();
    sheets.extend(models.map(|model| ("acid.toml".to_owned(), model.clone())));
    let mut catalogue = Catalogue::join(sheets).map_err(|error| config.at_model(error.message))?;
    catalogue.prefer_from(house);
    Ok(catalogue)
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

/// Events of the bodies that touch a handle, and of all that they call.
fn read(types: &Types<'_>, shapes: &Shapes, reach: &Reach) -> Read {
    let reading = Reading {
        types,
        shapes,
        reach,
        known: Mutex::new(reach.touching.clone()),
        read: Mutex::default(),
    };
    rayon::scope(|scope| {
        let reading = &reading;
        for owner in reach.touching.iter().copied() {
            scope.spawn(move |scope| reading.body(owner, scope));
        }
    });
    let read = reading.read.into_inner();
    let mut read = read.unwrap_or_else(PoisonError::into_inner);
    // Threads finish in any order.
    read.sort_by_key(|(owner, _)| *owner);
    let mut all = Read::default();
    for (_, one) in read {
        all.units.extend(one.units);
        all.handlers.extend(one.handlers);
        all.kept.extend(one.kept);
    }
    all
}

/// Bodies being read, side by side.
struct Reading<'r, 'a> {
    types: &'r Types<'a>,
    shapes: &'r Shapes,
    reach: &'r Reach,
    /// Bodies that are read, have been or will be.
    known: Mutex<FxHashSet<Owner>>,
    read: Mutex<Vec<(Owner, Read)>>,
}

impl<'r> Reading<'r, '_> {
    /// Reads a body, and sends for those that it calls.
    fn body<'s>(&'s self, owner: Owner, scope: &Scope<'s>)
    where
        'r: 's,
    {
        let Some(found) = read_one(self.types, self.shapes, owner) else {
            return;
        };
        let calls = found.units.iter().flat_map(called);
        let calls = calls.filter(|id| self.reach.counts(*id)).map(Owner::Fn);
        let calls: Vec<Owner> = calls.collect();
        let new: Vec<Owner> = {
            let mut known = locked(&self.known);
            calls
                .into_iter()
                .filter(|owner| known.insert(*owner))
                .collect()
        };
        for owner in new {
            scope.spawn(move |scope| self.body(owner, scope));
        }
        locked(&self.read).push((owner, found));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_one(types: &Types<'_>, shapes: &Shapes, owner: Owner) -> Option<Read> {
    let typed = match owner {
        Owner::Fn(id) => types.infer_fn(id),
        Owner::Value(id) => types.infer_value(id),
    }?;
    Some(Read {
        units: units(types, &typed),
        handlers: shapes.given(types.defs, &typed),
        kept: keeper::looked_after(types, &typed).into_iter().collect(),
    })
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
