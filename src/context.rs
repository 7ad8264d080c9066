//! What lints ask: the program, one unit's flow, and words for what they found.

mod anew;
mod autocommit;
mod begins;
mod called;
mod commits;
mod describe;
mod dropped;
mod endings;
mod escapes;
mod isolation;
mod kept;
mod modes;
mod mutex;
mod outside;
mod pool;
mod pooler;
mod queued;
mod retry;
mod session;
mod siblings;
mod single;
mod streamed;
mod sure;
mod threads;
mod transaction;
mod unheeded;
mod ways;

use rustc_hash::FxHashSet;

use crate::body::{Event, Unit};
use crate::catalogue::{Behaviour, CallId, Catalogue, Role, SheetId};
use crate::config::Config;
use crate::defs::Defs;
use crate::drivers::Drivers;
use crate::flow::{Flow, Resource, ResourceKind, State};
use crate::handlers::Handler;
use crate::infer::{Owner, Place, Root};
use crate::ir::Body;
use crate::keeper::Keeper;
use crate::lint::{Finding, Label, Lint};
use crate::reach::Reach;
use crate::solo::Solo;
use crate::source::{Sources, Span};
use crate::summary::{Effect, EffectKind, Program, Step};

pub use begins::Beginning;
pub use commits::UnheardCommit;
pub use describe::describe;
pub use dropped::DroppedBegin;
pub use endings::Lost;
pub use escapes::{Escape, Whither};
pub use kept::Kept;
pub use modes::Position;
pub use mutex::guards;
pub use outside::{Deed, Meanwhile};
pub use pool::{MadePool, PoolUse};
pub use pooler::Between;
pub use queued::Unsent;
pub use retry::Retry;
pub use session::{Fate, PoolReturnOf};
pub use streamed::{HeldByResponse, Streamed};
pub use transaction::beginning;
pub use unheeded::{Aftermath, Next, Unheeded};
pub use ways::WayOut;

/// The whole workspace.
#[derive(Debug)]
pub struct Context<'a> {
    /// Units and what calling them does.
    pub program: &'a Program<'a>,
    /// Functions and closures that handle requests, in order.
    pub handlers: &'a [Handler],
    /// What keeps a connection and makes it anew.
    pub looked_after: &'a FxHashSet<Keeper>,
    /// What never runs twice at the same time.
    pub solo: &'a Solo,
    /// The databases that features tell, by package and client.
    pub drivers: &'a Drivers,
    /// What was read closely.
    pub reach: &'a Reach,
    /// The texts.
    pub sources: &'a Sources,
    /// Limits and levels.
    pub config: &'a Config,
}

/// One unit in it.
#[derive(Debug)]
pub struct UnitContext<'c, 'a> {
    /// The whole.
    pub cx: &'c Context<'a>,
    /// What is open where.
    pub flow: &'c Flow<'c, 'a>,
}

impl<'a> Context<'a> {
    /// All definitions.
    #[must_use]
    pub fn defs(&self) -> &'a Defs<'a> {
        self.program.types.defs
    }

    /// All calls and types of clients.
    #[must_use]
    pub fn catalogue(&self) -> &'a Catalogue {
        self.defs().catalogue
    }

    /// What a client does on its own.
    #[must_use]
    pub fn behaviour(&self, sheet: SheetId) -> &'a Behaviour {
        &self.catalogue().client(sheet).behaviour
    }

    /// The client of a call.
    #[must_use]
    pub fn client_of(&self, call: CallId) -> SheetId {
        self.catalogue().call(call).sheet
    }

    /// Text of a place in a file.
    #[must_use]
    pub fn text(&self, span: Span) -> &'a str {
        self.sources.file(span.file).slice(span.range)
    }

    /// The function that a unit is, or stands in, for people.
    #[must_use]
    pub fn function(&self, unit: &Unit) -> String {
        match unit.id.owner {
            Owner::Fn(id) => self.defs().display(id),
            Owner::Value(id) => self.defs().value(id).name.to_string(),
        }
    }

    /// Whether a unit is test code.
    #[must_use]
    pub fn in_test(&self, unit: &Unit) -> bool {
        match unit.id.owner {
            Owner::Fn(id) => self.defs().is_test(id),
            Owner::Value(id) => {
                let module = self.defs().value(id).module;
                self.defs().module(module).in_test || self.defs().crate_of(module).is_test
            }
        }
    }

    /// A finding in a unit.
    #[must_use]
    pub fn finding(&self, unit: &Unit, lint: &Lint, primary: Label, message: String) -> Finding {
        Finding {
            lint: lint.name,
            message,
            primary,
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            function: self.function(unit),
            in_test: self.is_for_tests(unit),
            covers: Vec::new(),
            pedantic: false,
        }
    }

    /// Labels along calls that lead to an effect.
    #[must_use]
    pub fn chain(&self, steps: &[Step], effect: &Effect) -> Vec<Label> {
        self.chain_to(steps, &self.deed(effect))
    }

    /// Labels along calls that lead to a deed, told by a verb phrase.
    #[must_use]
    pub fn chain_to(&self, steps: &[Step], deed: &str) -> Vec<Label> {
        let Some((last, between)) = steps.split_last() else {
            return Vec::new();
        };
        let through = |step: &Step| Label {
            span: step.span,
            message: format!("{} calls this", self.named(step)),
        };
        let end = Label {
            span: last.span,
            message: format!("{} {deed} here", self.named(last)),
        };
        between.iter().map(through).chain([end]).collect()
    }

    fn named(&self, step: &Step) -> String {
        match step.within {
            Some(id) => format!("`{}`", self.defs().function(id).ir.name),
            None => "this".to_owned(),
        }
    }

    /// What an effect does, as a verb phrase.
    #[must_use]
    pub fn deed(&self, effect: &Effect) -> String {
        match &effect.kind {
            EffectKind::Checkout(..) => "takes a connection".to_owned(),
            EffectKind::Begin(_) => "begins a transaction".to_owned(),
            EffectKind::Statement(sql, _) => match sql.statements().next() {
                Some(statement) => format!("runs {}", describe(statement)),
                None => "runs a statement".to_owned(),
            },
            EffectKind::Commit => "commits".to_owned(),
            EffectKind::Rollback => "rolls back".to_owned(),
            EffectKind::MutexLock(_) => "locks the mutex".to_owned(),
            _ => "uses the connection".to_owned(),
        }
    }
}

impl<'c, 'a> UnitContext<'c, 'a> {
    /// Whether an effect takes a connection of its own from a pool.
    #[must_use]
    pub fn pool_use<'e>(&self, effect: &'e Effect) -> Option<PoolUse<'e>> {
        let tries = match effect.kind {
            EffectKind::Checkout(tries, _) => tries,
            EffectKind::Begin(_) | EffectKind::Statement(..)
                if self.role(effect) == Some(Role::Pool) =>
            {
                false
            }
            _ => return None,
        };
        Some(PoolUse {
            pool: &effect.on,
            effect,
            tries,
        })
    }

    /// The role of what an effect is on: by what made it here, by what callers give, by type.
    #[must_use]
    pub fn role(&self, effect: &Effect) -> Option<Role> {
        if let Some(index) = self.flow.resource_of(&effect.on) {
            return match self.flow.resources[index].kind {
                ResourceKind::Transaction => Some(Role::Transaction),
                ResourceKind::Checkout => Some(Role::Checkout),
                _ => effect.part.map(|part| part.role),
            };
        }
        match effect.on.one() {
            Some(place) => self
                .flow
                .program
                .role_of(self.flow.unit, place, effect.part),
            None => effect.part.map(|part| part.role),
        }
    }

    /// The pool that a held resource's connection is from, if it is known.
    #[must_use]
    pub fn pool_of(&self, resource: &Resource) -> Option<Place> {
        let mut on = resource.on.one()?.clone();
        let mut takes = resource.takes_connection || resource.kind == ResourceKind::Checkout;
        for _ in 0..8 {
            if takes {
                return Some(on);
            }
            let index = self.flow.resource(&on)?;
            let held = &self.flow.resources[index];
            takes = held.takes_connection || held.kind == ResourceKind::Checkout;
            on = held.on.one()?.clone();
        }
        None
    }

    /// Whether a held connection carries a session lock that others give up on: then no two of its kind are held at once.
    #[must_use]
    pub fn is_sole(&self, resource: &Resource, state: State) -> bool {
        let connection = self.flow.connection(&resource.place);
        let came_so = |index: usize| self.flow.resources[index].is_sole;
        let is_locked = |open: &Resource| match &open.kind {
            ResourceKind::Mark(mark) => mark.is_tried_lock() && open.place == connection,
            _ => false,
        };
        self.flow.resource(&connection).is_some_and(came_so)
            || self.flow.open(state.may).any(is_locked)
    }

    /// Held resources that are open at an event on every path, transactions first.
    #[must_use]
    pub fn held(&self, state: State) -> Vec<&'c Resource> {
        let mut held: Vec<&Resource> = self
            .flow
            .open(state.must)
            .filter(|resource| resource.is_held() || resource.is_transaction())
            .collect();
        held.sort_by_key(|resource| !resource.is_transaction());
        held
    }

    /// The body that this unit's events are in.
    #[must_use]
    pub fn body(&self) -> Option<&'a Body> {
        match self.flow.unit.id.owner {
            Owner::Fn(id) => self.cx.defs().body(id),
            Owner::Value(_) => None,
        }
    }

    /// A finding of this unit.
    #[must_use]
    pub fn finding(&self, lint: &Lint, primary: Label, message: String) -> Finding {
        self.cx.finding(self.flow.unit, lint, primary, message)
    }

    /// The file that this unit is in.
    #[must_use]
    pub fn file(&self) -> crate::source::FileId {
        match self.flow.unit.id.owner {
            Owner::Fn(id) => self.cx.defs().function(id).file,
            Owner::Value(id) => self.cx.defs().value(id).span.file,
        }
    }

    /// The place of an event.
    #[must_use]
    pub fn span(&self, event: &Event) -> Span {
        self.flow.program.step(self.flow.unit, event).span
    }

    /// Labels along the calls that lead from an event to an effect, the event itself left out.
    #[must_use]
    pub fn chain(&self, effect: &Effect) -> Vec<Label> {
        self.cx.chain(effect.steps.get(1..).unwrap_or(&[]), effect)
    }

    /// What an effect does, as a verb phrase.
    #[must_use]
    pub fn deed(&self, effect: &Effect) -> String {
        self.cx.deed(effect)
    }

    /// A name for a place, as its function would write it.
    #[must_use]
    pub fn place_name(&self, place: &Place) -> Option<String> {
        let Owner::Fn(id) = self.flow.unit.id.owner else {
            return None;
        };
        let body = self.cx.defs().body(id)?;
        let root = match place.root {
            Root::Param(0) => "self".to_owned(),
            Root::Param(index) => {
                let function = self.cx.defs().function(id);
                function
                    .ir
                    .param_names
                    .get(index as usize - 1)
                    .copied()
                    .flatten()?
                    .to_string()
            }
            Root::Static(id) => self.cx.defs().value(id).name.to_string(),
            Root::Local(local) => body.locals[local.index()].name.to_string(),
            Root::Site(site) => {
                let owner = self
                    .flow
                    .unit
                    .owners
                    .iter()
                    .find(|(made, _)| *made == site)?;
                body.locals[owner.1.index()].name.to_string()
            }
            Root::ClosureParam(..) => return None,
        };
        Some(
            place
                .fields()
                .iter()
                .fold(root, |name, field| format!("{name}.{field}")),
        )
    }
}
