//! Functions that never run twice at the same time: reached from `main` or a migration alone, call by awaited call, only under a mutex, or
//! to fill a cell.
//! What goes wrong when two meet doesn't there. And functions that only tests run.

mod climb;
mod gifts;
mod sites;
mod tested;
mod unshared;

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::body::{EventKind, Unit, UnitId, UnitKind};
use crate::context::{Context, UnitContext};
use crate::defs::FnId;
use crate::handlers::HandlerKind;
use crate::infer::Owner;
use crate::ir::{ExprId, Name};
use crate::lint::{Finding, Label, Lint};
use crate::source::FileId;
use crate::ty::TraitRef;

use climb::{Climb, Tempo, is_main};
use sites::Sites;

/// Attributes that give a function to nobody.
const PLAIN_ATTRIBUTES: [&str; 8] = [
    "allow",
    "expect",
    "doc",
    "inline",
    "must_use",
    "cold",
    "instrument",
    "tracing::instrument",
];

/// Who calls whom, found when first asked.
#[derive(Debug, Default)]
pub struct Solo(OnceLock<Sites>);

impl Context<'_> {
    /// Whether a body never runs twice at the same time in one process.
    #[must_use]
    pub fn runs_alone(&self, owner: Owner) -> bool {
        self.tempo(owner) != Tempo::Any
    }

    /// Whether a body runs once in a program's life, when `main` or a migration comes by: a tool's work, a start-up's.
    #[must_use]
    pub fn runs_once(&self, owner: Owner) -> bool {
        self.tempo(owner) == Tempo::Once
    }

    /// Whether a handler that serves requests side by side leads to a body.
    #[must_use]
    pub fn is_served(&self, owner: Owner) -> bool {
        let (mut known, mut queue) = (FxHashSet::from_iter([owner]), vec![owner]);
        while let Some(owner) = queue.pop() {
            if self.serves(owner) {
                return true;
            }
            let Owner::Fn(id) = owner else { continue };
            let callers = self.program.calls_of(id).map(|(unit, _)| unit);
            let callers = callers.filter(|unit| !self.in_test(unit));
            queue.extend(
                callers
                    .map(|unit| unit.id.owner)
                    .filter(|owner| known.insert(*owner)),
            );
        }
        false
    }

    /// Whether a body's future may be dropped where it waits: a handler that serves requests leads to it, or a call under a time limit or in a
    /// race; or nobody in the workspace is known to run it. A task of its own and `main` run theirs to the end.
    #[must_use]
    pub fn may_be_dropped(&self, owner: Owner) -> bool {
        let (mut known, mut queue) = (FxHashSet::from_iter([owner]), vec![owner]);
        let mut is_run = false;
        while let Some(owner) = queue.pop() {
            let Owner::Fn(id) = owner else { continue };
            if self.serves(owner) {
                return true;
            }
            is_run |= is_main(self.defs(), id) || self.is_migration(id);
            let unread = self.reach.callers(self.defs(), id).into_iter();
            let unread = unread.filter(|id| self.program.of_fn(*id).is_none());
            let unread = unread.filter(|id| !self.defs().is_test(*id)).map(Owner::Fn);
            let mut callers: Vec<Owner> = unread.collect();
            for (unit, event) in self.program.calls_of(id) {
                let is_task =
                    unit.kind == UnitKind::Spawned || matches!(event.kind, EventKind::Spawn { .. });
                if self.in_test(unit) {
                    continue;
                }
                if self.is_dropped_in(unit, event.at) {
                    return true;
                }
                if is_task {
                    is_run = true;
                } else {
                    callers.push(unit.id.owner);
                }
            }
            queue.extend(callers.into_iter().filter(|owner| known.insert(*owner)));
        }
        !is_run
    }

    /// Whether an expression is part of a future that its unit drops where it waits, when time is up or another one is first.
    fn is_dropped_in(&self, unit: &Unit, at: ExprId) -> bool {
        let Owner::Fn(id) = unit.id.owner else {
            return false;
        };
        let at = self.defs().body(id).map(|body| body.range(at));
        let mut dropped = unit.dropped.iter();
        dropped.any(|dropped| at.is_some_and(|at| dropped.future.holds(at)))
    }

    fn serves(&self, owner: Owner) -> bool {
        let mut handlers = self.handlers.iter();
        handlers.any(|one| one.unit.owner == owner && one.kind == HandlerKind::Concurrent)
    }

    /// Whether nothing in the workspace calls a function that nobody else can: one that its crate hides, or a program's method of one of
    /// its own traits; or whether control gets to none of its calls.
    #[must_use]
    pub fn is_unused(&self, owner: Owner) -> bool {
        let Owner::Fn(id) = owner else {
            return false;
        };
        let defs = self.defs();
        let package = defs.crate_of(defs.function(id).module).package;
        let mut crates = defs.crates.iter();
        let has_program =
            crates.any(|one| one.package == package && one.is_program && !one.is_test);
        let is_own = matches!(self.trait_of(id), Some(TraitRef::Own(_)));
        let sites = self.solo.0.get_or_init(|| Sites::find(self.program));
        is_own && has_program && !sites.is_named(self, id)
            || self.is_hidden(id)
            || sites.is_cut_off(self, id)
    }

    /// Whether only its own crate can name a function, and no text of the package does, nor an attribute may.
    fn is_hidden(&self, id: FnId) -> bool {
        let function = self.defs().function(id);
        let is_plain = |path: &Name| PLAIN_ATTRIBUTES.contains(&path.as_str());
        !function.ir.is_pub
            && self.trait_of(id).is_none()
            && !is_main(self.defs(), id)
            && function.ir.attrs.paths.iter().all(is_plain)
            && !self.is_written_twice(function.file, function.ir.name.as_str())
    }

    /// Whether a package's files have a word in more than one place.
    fn is_written_twice(&self, file: FileId, word: &str) -> bool {
        let package = self.sources.file(file).package;
        let files = self.sources.files().iter();
        let files = files.filter(|file| file.package == package);
        let places = files.flat_map(|file| whole_words(&file.text, word));
        places.take(2).count() > 1
    }

    fn tempo(&self, owner: Owner) -> Tempo {
        let Owner::Fn(asked) = owner else {
            return Tempo::Any;
        };
        let sites = self.solo.0.get_or_init(|| Sites::find(self.program));
        Climb::new(self, sites).from(asked).unwrap_or(Tempo::Any)
    }

    /// A method of a trait whose methods run one after the other.
    fn is_migration(&self, id: FnId) -> bool {
        self.trait_of(id).is_some_and(|of| match of {
            TraitRef::Ext(of) => self.catalogue().of_trait(of).runs_alone,
            _ => false,
        })
    }

    /// The trait whose method a function implements.
    fn trait_of(&self, id: FnId) -> Option<TraitRef> {
        let block = self.defs().function(id).in_impl?;
        let bound = self.defs().implementation(block).of_trait.as_ref()?;
        Some(bound.of)
    }

    /// A framework or another crate calls it, who knows how often at once.
    fn may_be_called_by_others(&self, id: FnId) -> bool {
        // A handler that is a closure in it doesn't make it one.
        let body = UnitId {
            owner: Owner::Fn(id),
            inner: None,
        };
        let of_trait = self.trait_of(id);
        of_trait.is_some_and(|of| !matches!(of, TraitRef::Own(_)))
            || self.handlers.iter().any(|handler| handler.unit == body)
    }
}

/// Where a text has a word that is no part of a longer one.
fn whole_words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let all = text.match_indices(word).map(|(at, _)| at);
    all.filter(move |at| {
        !text[..*at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

impl UnitContext<'_, '_> {
    /// Whether the future that something is done in may be dropped where it waits, here or by those who run it.
    #[must_use]
    pub fn may_drop(&self, at: ExprId) -> bool {
        let unit = self.flow.unit;
        self.cx.is_dropped_in(unit, at) || self.cx.may_be_dropped(unit.id.owner)
    }

    /// A finding of this unit that takes two that run at the same time: a judgement where it only runs alone. A second process may run the
    /// same code; of those that do so few are more than one at a time.
    #[must_use]
    pub fn meeting(&self, lint: &Lint, primary: Label, message: String) -> Finding {
        let mut finding = self.finding(lint, primary, message);
        finding.pedantic = self.cx.runs_alone(self.flow.unit.id.owner);
        finding
    }
}
