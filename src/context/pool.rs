//! Statements through a pool: who knows of it first, and on which database.

use super::{Context, UnitContext};
use crate::body::{Event, EventKind, Unit};
use crate::catalogue::{Role, SheetId};
use crate::config::Settings;
use crate::flow::Resource;
use crate::infer::{Owner, Part, Root, Setting, Val};
use crate::ir::{ExprId, Name};
use crate::source::{Span, TextRange};
use crate::sql::Database;
use crate::summary::{Effect, EffectKind};

/// A pool that is made somewhere, and what it is set to.
#[derive(Debug)]
pub struct MadePool<'c> {
    /// Where.
    pub event: &'c Event,
    /// By type.
    pub part: Part,
    /// The address, where it is constant.
    pub address: Option<&'c str>,
    /// No other options than these are set.
    pub is_whole: bool,
    /// Options in order of the text; a value is none where it isn't constant.
    pub options: Vec<(&'c Event, Name, Option<Setting>)>,
    /// Something runs before each checkout.
    pub has_checkout_hook: bool,
}

/// A connection that an effect takes from a pool.
#[derive(Debug)]
pub struct PoolUse<'e> {
    /// The pool.
    pub pool: &'e Val,
    /// What takes it.
    pub effect: &'e Effect,
    /// Gives up at once when there is none.
    pub tries: bool,
}

impl<'c> MadePool<'c> {
    /// Where an option is set last, and to what; none if it isn't set.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<(&'c Event, Option<Setting>)> {
        let mut all = self.options.iter().rev();
        all.find(|(_, option, _)| *option == name)
            .map(|(event, _, value)| (*event, *value))
    }

    /// The number that an option is set to.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<(&'c Event, i128)> {
        match self.option(name)? {
            (event, Some(Setting::Number(number))) => Some((event, number)),
            _ => None,
        }
    }
}

impl Context<'_> {
    /// How many connections a client's pools have at most, where all that the workspace makes have the same maximum, and tell it.
    #[must_use]
    pub fn pool_size(&self, sheet: SheetId) -> Option<i128> {
        let mut sizes = Vec::new();
        for unit in self.program.units.iter().filter(|unit| !self.in_test(unit)) {
            for event in unit.events() {
                let EventKind::PoolCreate {
                    options,
                    is_whole,
                    part: Some(part),
                    ..
                } = &event.kind
                else {
                    continue;
                };
                if part.sheet == sheet {
                    sizes.push(self.max_of(unit, options, *is_whole, sheet));
                }
            }
        }
        let first = *sizes.first()?;
        first.filter(|_| sizes.iter().all(|size| *size == first))
    }

    /// The maximum that options set, else the client's own; none where one or the other isn't known.
    pub(super) fn max_of(
        &self,
        unit: &Unit,
        options: &[ExprId],
        is_whole: bool,
        sheet: SheetId,
    ) -> Option<i128> {
        let set = unit.events().filter(|event| options.contains(&event.at));
        let max = set.filter_map(|event| match &event.kind {
            EventKind::PoolOption { option, value, .. } if *option == "max" => {
                Some((event.range.end, *value))
            }
            _ => None,
        });
        match max.max_by_key(|(end, _)| *end) {
            Some((_, Some(Setting::Number(max)))) => Some(max),
            Some(_) => None,
            None => self
                .behaviour(sheet)
                .pool_max
                .filter(|_| is_whole)
                .map(i128::from),
        }
    }
}

impl<'c, 'a> UnitContext<'c, 'a> {
    /// Pools that are made in this unit.
    #[must_use]
    pub fn pools_made(&self) -> Vec<MadePool<'c>> {
        let unit = self.flow.unit;
        let made = |event: &'c Event| match &event.kind {
            EventKind::PoolCreate {
                options,
                is_whole,
                address,
                part,
                ..
            } => {
                let mut pool = MadePool {
                    event,
                    part: (*part)?,
                    address: address.as_deref(),
                    is_whole: *is_whole,
                    options: Vec::new(),
                    has_checkout_hook: false,
                };
                let set = unit.events().filter(|event| options.contains(&event.at));
                set.for_each(|event| self.add_option(&mut pool, event));
                pool.options.sort_by_key(|(event, ..)| event.range.end);
                Some(pool)
            }
            _ => None,
        };
        unit.events().filter_map(made).collect()
    }

    fn add_option(&self, pool: &mut MadePool<'c>, event: &'c Event) {
        match &event.kind {
            EventKind::PoolOption { option, value, .. } => {
                pool.options.push((event, *option, *value));
            }
            EventKind::PoolSetting { call, .. } => {
                let value = self.cx.catalogue().call(*call).value;
                pool.has_checkout_hook |= value.is_some_and(|value| value == "each_checkout");
            }
            _ => {}
        }
    }

    /// The first place in one of these ranges that takes a connection from a pool for a time, in a closure or future that runs there or
    /// elsewhere; with the pool's client.
    #[must_use]
    pub fn first_checkout_in(&self, ranges: &[TextRange]) -> Option<(Span, SheetId)> {
        let unit = self.flow.unit;
        let body = self.body()?;
        let is_in = |range: TextRange| ranges.iter().any(|around| around.holds(range));
        let pool = |effect: &Effect| {
            let taken = matches!(
                effect.kind,
                EffectKind::Checkout(..) | EffectKind::Begin(_) | EffectKind::Statement(..)
            );
            let part = effect
                .part
                .filter(|part| taken && part.role == Role::Pool)?;
            Some((effect.steps.first()?.span, part.sheet))
        };
        let mut first = None;
        self.flow.walk(|_, event, moment| {
            if first.is_none() && is_in(body.range(event.at)) {
                first = moment.happenings.iter().find_map(|one| pool(&one.effect));
            }
        });
        let program = self.flow.program;
        let inner = program.units_of(unit.id.owner).iter().filter(|inner| {
            let at = inner.id.inner.map(|at| body.range(at));
            at.is_some_and(is_in)
        });
        let mut effects = inner.flat_map(|inner| &program.summary(inner).effects);
        first.or_else(|| effects.find_map(pool))
    }

    /// What the configuration says of the package that this unit is in.
    #[must_use]
    pub fn settings(&self) -> &'c Settings {
        let file = self.cx.sources.file(self.file());
        self.cx.config.settings(file.package)
    }

    /// The databases that a handle may talk to; none where nothing tells.
    #[must_use]
    pub fn databases(&self, part: Option<Part>) -> Vec<Database> {
        let Some(part) = part else { return Vec::new() };
        let known = self.cx.catalogue().client(part.sheet).databases.as_slice();
        let package = self.cx.sources.file(self.file()).package;
        let configured = self.cx.config.settings(package).database;
        match (part.database, known, configured) {
            (Some(database), ..) => vec![database],
            (None, [only], _) => vec![*only],
            (None, _, Some(configured)) => vec![configured],
            (None, [], None) => self.cx.drivers.of(package, part.sheet).to_vec(),
            (None, several, None) => several.to_vec(),
        }
    }

    /// Whether a mark's pool is made here, and closed after: its sessions end with it.
    #[must_use]
    pub fn closes_own_pool(&self, mark: &Resource) -> bool {
        let is_made = matches!(mark.place.root, Root::Site(_));
        let mut events = self.flow.unit.events();
        let closes = |event: &Event| match &event.kind {
            EventKind::Detach { on } => on.val.one() == Some(&mark.place),
            _ => false,
        };
        is_made && events.any(closes)
    }

    /// Whether a statement that `says` something is known here first to run through a pool: its text and its pool are both known,
    /// and to the called function, or those that it calls, one of them isn't.
    #[must_use]
    pub fn is_first_on_pool(&self, effect: &Effect, says: impl Fn(&Effect) -> bool) -> bool {
        let is_known = |effect: &Effect| {
            let part = effect.part.filter(|part| !part.is_bound);
            part.is_some_and(|part| part.role == Role::Pool) && says(effect)
        };
        let is_own = effect.steps.len() == 1;
        let is_here = is_known(effect) && self.role(effect) == Some(Role::Pool);
        is_here && (is_own || self.below(effect).is_some_and(|below| !is_known(below)))
    }

    /// An effect as the called function or closure itself sees it; `None` for one of this unit's own, or too far away.
    pub(super) fn below(&self, effect: &Effect) -> Option<&'a Effect> {
        let rest = effect.steps.get(1..).filter(|rest| !rest.is_empty())?;
        let owner = Owner::Fn(rest.first()?.within?);
        let program = self.cx.program;
        let from = program.units.partition_point(|unit| unit.id.owner < owner);
        let units = program.units.iter().zip(&program.summaries).skip(from);
        units
            .take_while(|(unit, _)| unit.id.owner == owner)
            .flat_map(|(_, summary)| &summary.effects)
            .find(|known| *known.steps == *rest && known.kind.is_like(&effect.kind))
    }
}
