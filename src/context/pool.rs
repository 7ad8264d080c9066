//! Statements through a pool: who knows of it first, and on which database.

use super::UnitContext;
use crate::body::{Event, EventKind};
use crate::catalogue::Role;
use crate::flow::Resource;
use crate::infer::{Owner, Part, Root, Val};
use crate::sql::Database;
use crate::summary::Effect;

impl<'a> UnitContext<'_, 'a> {
    /// The databases that a handle may talk to; none where nothing tells.
    #[must_use]
    pub fn databases(&self, part: Option<Part>) -> Vec<Database> {
        let Some(part) = part else { return Vec::new() };
        let known = &self.cx.catalogue().client(part.sheet).databases;
        let package = self.cx.sources.file(self.file()).package;
        let configured = self.cx.config.settings(package).database;
        match (part.database, known.as_slice(), configured) {
            (Some(database), ..) => vec![database],
            (None, [only], _) => vec![*only],
            (None, _, Some(configured)) => vec![configured],
            (None, several, None) => several.to_vec(),
        }
    }

    /// Whether a pool is made here, with one connection at most: whoever takes it next has the same one.
    #[must_use]
    pub fn has_one_connection(&self, pool: &Val) -> bool {
        let events = || self.flow.unit.events();
        let made = |at| {
            events().any(|event| event.at == at && matches!(event.kind, EventKind::PoolCreate))
        };
        let is_made = pool
            .places()
            .iter()
            .any(|place| matches!(place.root, Root::Site(at) if made(at)));
        is_made
            && events().any(|event| matches!(event.kind, EventKind::PoolLimit { limit: Some(1) }))
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
    fn below(&self, effect: &Effect) -> Option<&'a Effect> {
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
