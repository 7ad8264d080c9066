//! Places to the ones that everybody knows: closure parameters by what they were given, calls by what they return, fields of literals.

use rustc_hash::FxHashMap;

use super::{Program, Returned};
use crate::body::{Arg, Event, EventKind, HeldText, Unit};
use crate::defs::FnId;
use crate::infer::{Place, Root, Val};
use crate::ir::{ExprId, Name};

/// Calls in calls are followed this deep.
const MAX_DEPTH: usize = 8;

/// What a unit's expressions made, by expression.
#[derive(Debug, Default)]
pub struct Canon<'u> {
    calls: FxHashMap<ExprId, (&'u [FnId], &'u [Arg])>,
    literals: FxHashMap<(ExprId, Name), &'u Val>,
    aliases: FxHashMap<Root, &'u Val>,
    makers: FxHashMap<ExprId, &'u Event>,
    texts: FxHashMap<(ExprId, Option<Name>), &'u HeldText>,
}

impl<'u> Canon<'u> {
    /// For one unit; a closure's unit also sees what the body around it made.
    #[must_use]
    pub fn new(units: &[&'u Unit]) -> Self {
        let mut canon = Self::default();
        for unit in units {
            canon.literals.extend(
                unit.literals
                    .iter()
                    .map(|(id, name, val)| ((*id, *name), val)),
            );
            canon
                .aliases
                .extend(unit.aliases.iter().map(|(root, val)| (*root, val)));
            let texts = unit.texts.iter();
            canon
                .texts
                .extend(texts.map(|text| ((text.site, text.field), text)));
            for event in unit.events() {
                if makes(&event.kind) {
                    canon.makers.insert(event.at, event);
                }
                if let EventKind::Call { fns, args } = &event.kind {
                    canon.calls.insert(event.at, (fns, args));
                }
            }
        }
        canon
    }

    /// The event that made what an expression stands for.
    #[must_use]
    pub fn maker(&self, site: ExprId) -> Option<&'u Event> {
        self.makers.get(&site).copied()
    }

    /// What a literal's field, or a statement prepared here, holds as its text.
    pub(super) fn text(&self, site: ExprId, field: Option<Name>) -> Option<&'u HeldText> {
        self.texts.get(&(site, field)).copied()
    }

    /// The fields of a literal that hold a text; none for a statement prepared here.
    pub(super) fn texts_in(&self, site: ExprId) -> impl Iterator<Item = Option<Name>> {
        let here = self.texts.keys().filter(move |(at, _)| *at == site);
        here.map(|(_, field)| *field)
    }

    /// The fields of a literal that hold a handle, or something that may.
    pub(super) fn fields(&self, site: ExprId) -> impl Iterator<Item = (Name, &'u Val)> {
        let here = self.literals.iter().filter(move |((at, _), _)| *at == site);
        here.map(|((_, field), val)| (*field, *val))
    }

    /// The functions that an expression calls, and what it gives them.
    pub(super) fn call(&self, site: ExprId) -> Option<(&'u [FnId], &'u [Arg])> {
        self.calls.get(&site).copied()
    }

    /// All places that a value stands for.
    #[must_use]
    pub fn val(&self, program: &Program<'_>, val: &Val) -> Val {
        Val::from_places(
            val.places()
                .iter()
                .flat_map(|place| self.places(program, place))
                .collect(),
        )
    }

    /// What a place stands for.
    #[must_use]
    pub fn places(&self, program: &Program<'_>, place: &Place) -> Vec<Place> {
        let mut found = Vec::new();
        self.follow(program, place, 0, &mut found);
        found
    }

    fn follow(&self, program: &Program<'_>, place: &Place, depth: usize, found: &mut Vec<Place>) {
        if depth > MAX_DEPTH || found.len() > MAX_DEPTH {
            return;
        }
        if let Some(val) = self.aliases.get(&place.root) {
            for base in val.places() {
                self.follow(program, &place.rebased(base), depth + 1, found);
            }
            return;
        }
        let Root::Site(site) = place.root else {
            found.push(place.clone());
            return;
        };
        if let Some(first) = place.fields().first()
            && let Some(val) = self.literals.get(&(site, *first))
        {
            let rest = &place.fields()[1..];
            for base in val.places() {
                let inner = rest
                    .iter()
                    .fold(base.clone(), |place, name| place.field(*name));
                self.follow(program, &inner, depth + 1, found);
            }
            return;
        }
        let before = found.len();
        if let Some((fns, args)) = self.calls.get(&site) {
            for function in *fns {
                self.returned(program, *function, args, place, depth, found);
            }
        }
        if found.len() == before {
            found.push(place.clone());
        }
    }

    /// Everything that a value made here may hold, by root: literals' fields, arguments that calls hand back.
    #[must_use]
    pub fn holds(&self, program: &Program<'_>, val: &Val) -> Vec<Root> {
        self.roots_in(program, val, |_| true)
    }

    /// As `holds`, without what a call was only lent: it outlives the value that the call makes of it.
    #[must_use]
    pub fn owns(&self, program: &Program<'_>, val: &Val) -> Vec<Root> {
        self.roots_in(program, val, |arg| arg.by_value)
    }

    fn roots_in(
        &self,
        program: &Program<'_>,
        val: &Val,
        counts: impl Fn(&Arg) -> bool,
    ) -> Vec<Root> {
        let mut found = Vec::new();
        let mut queue: Vec<Root> = val.places().iter().map(|place| place.root).collect();
        while let Some(root) = queue.pop() {
            if found.contains(&root) || found.len() > 64 {
                continue;
            }
            found.push(root);
            if let Some(alias) = self.aliases.get(&root) {
                queue.extend(alias.places().iter().map(|place| place.root));
            }
            let Root::Site(site) = root else { continue };
            let fields = self.literals.iter().filter(|((id, _), _)| *id == site);
            queue.extend(fields.flat_map(|(_, val)| val.places().iter().map(|place| place.root)));
            let Some((fns, args)) = self.calls.get(&site) else {
                continue;
            };
            for (_, returned) in fns
                .iter()
                .filter_map(|id| program.of_fn(*id))
                .flat_map(|summary| &summary.returns)
            {
                if let Returned::Known(Place {
                    root: Root::Param(index),
                    ..
                }) = returned
                {
                    let given = args.iter().filter(|arg| arg.param == *index && counts(arg));
                    queue.extend(
                        given.flat_map(|arg| arg.val.places().iter().map(|place| place.root)),
                    );
                }
            }
        }
        found
    }

    /// What the call that made a place put into fields below it: what it was given, or what everybody knows.
    #[must_use]
    pub fn below(&self, program: &Program<'_>, place: &Place) -> Vec<(Vec<Name>, Place)> {
        let Root::Site(site) = place.root else {
            return Vec::new();
        };
        let Some(&([function], args)) = self.calls.get(&site) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (path, returned) in program.of_fn(*function).iter().flat_map(|all| &all.returns) {
            let rest = path.strip_prefix(place.fields());
            if let (Some(rest), Returned::Known(known)) = (rest, returned)
                && !rest.is_empty()
            {
                let given = bases(known, args);
                found.extend(given.into_iter().map(|base| (rest.to_vec(), base)));
            }
        }
        found
    }

    /// What a call's result holds at a path.
    fn returned(
        &self,
        program: &Program<'_>,
        function: FnId,
        args: &[Arg],
        place: &Place,
        depth: usize,
        found: &mut Vec<Place>,
    ) {
        let Some(summary) = program.of_fn(function) else {
            return;
        };
        for (path, returned) in &summary.returns {
            let Some(rest) = place.fields().strip_prefix(path.as_slice()) else {
                continue;
            };
            let Returned::Known(known) = returned else {
                continue;
            };
            for base in bases(known, args) {
                let inner = rest.iter().fold(base, |place, name| place.field(*name));
                self.follow(program, &inner, depth + 1, found);
            }
        }
    }
}

/// A callee's place in the terms of what it was given.
pub(super) fn bases(known: &Place, args: &[Arg]) -> Vec<Place> {
    match known.root {
        Root::Param(index) => args
            .iter()
            .filter(|arg| arg.param == index)
            .flat_map(|arg| arg.val.places().iter().map(|base| known.rebased(base)))
            .collect(),
        _ => vec![known.clone()],
    }
}

/// Events whose expression stands for a connection or transaction.
fn makes(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Checkout { .. } | EventKind::Begin { .. } | EventKind::Call { .. }
    )
}
