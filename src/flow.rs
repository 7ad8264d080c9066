//! A unit and the summaries to what is open at each event: transactions, held connections, marks left in sessions. *May* and *must*
//! are kept apart: open on some path here, open on every path here.

mod actions;
mod guards;
mod marks;
mod paths;
mod resources;

use rustc_hash::FxHashMap;

use crate::body::{BlockId, Event, EventKind, Unit};
use crate::infer::{Place, Root, Val};
use crate::ir::LocalId;
use crate::summary::{Canon, Happening, Program};

use actions::Action;
pub use marks::Mark;
pub(crate) use marks::marks;
pub use resources::{Resource, ResourceKind, bound};

/// Resources of a unit beyond this are not followed.
const MAX_RESOURCES: usize = 120;

/// A set of resources or locals, by position.
pub type Bits = u128;

/// What is open at a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// Control gets here.
    pub reached: bool,
    /// Open on every path.
    pub must: Bits,
    /// Open on some path.
    pub may: Bits,
    /// Transactions that are open and have changed rows, on some path.
    pub written: Bits,
    /// Transactions that are open and have changed rows, on every path.
    pub surely_written: Bits,
    /// On every path some call has failed.
    pub failed: bool,
    /// Locals whose value has moved on, on some path.
    moved: Bits,
}

impl State {
    /// What holds where two paths meet.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        self.join(other);
        self
    }

    /// With these closed.
    fn without(self, bits: Bits) -> Self {
        Self {
            must: self.must & !bits,
            may: self.may & !bits,
            ..self.unwritten(bits)
        }
    }

    fn unwritten(self, bits: Bits) -> Self {
        Self {
            written: self.written & !bits,
            surely_written: self.surely_written & !bits,
            ..self
        }
    }

    /// What holds where two paths meet; whether that is news.
    fn join(&mut self, other: Self) -> bool {
        let before = *self;
        if !other.reached {
            return false;
        }
        if self.reached {
            self.must &= other.must;
            self.may |= other.may;
            self.written |= other.written;
            self.surely_written &= other.surely_written;
            self.failed &= other.failed;
            self.moved |= other.moved;
        } else {
            *self = other;
        }
        before != *self
    }
}

/// An event's effects and what it opens and closes.
#[derive(Debug)]
pub struct Moment {
    /// Effects on connections.
    pub happenings: Vec<Happening>,
    actions: Vec<actions::Action>,
}

/// What is open where, in one unit.
#[derive(Debug)]
pub struct Flow<'p, 'a> {
    /// All units.
    pub program: &'p Program<'a>,
    /// This one.
    pub unit: &'p Unit,
    /// What its places stand for.
    pub canon: Canon<'p>,
    /// What may be open in it.
    pub resources: Vec<Resource>,
    /// Effects and actions, block by block.
    pub moments: Vec<Vec<Moment>>,
    /// At each block's start.
    before: Vec<State>,
    owner_bits: FxHashMap<LocalId, (usize, Bits)>,
}

impl<'p, 'a> Flow<'p, 'a> {
    /// Follows a unit.
    #[must_use]
    pub fn new(program: &'p Program<'a>, unit: &'p Unit) -> Self {
        let canon = program.canon(unit);
        let happenings: Vec<Vec<Vec<Happening>>> = unit
            .graph
            .blocks
            .iter()
            .map(|block| {
                block
                    .events
                    .iter()
                    .map(|event| program.effects_at(unit, &canon, event))
                    .collect()
            })
            .collect();
        let mut flow = Self {
            program,
            unit,
            canon,
            resources: Vec::new(),
            moments: Vec::new(),
            before: Vec::new(),
            owner_bits: FxHashMap::default(),
        };
        flow.find_resources(&happenings);
        flow.find_owner_bits();
        flow.moments = flow.find_actions(happenings);
        flow.take_back();
        flow.run();
        flow
    }

    fn run(&mut self) {
        let blocks = self.unit.graph.blocks.len();
        self.before = vec![State::default(); blocks];
        let given = self
            .resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| resource.given)
            .fold(0, |bits, (index, _)| bits | 1 << index);
        if blocks == 0 {
            return;
        }
        self.before[0] = State {
            reached: true,
            must: given,
            may: given,
            ..State::default()
        };
        let mut queue = vec![0usize];
        while let Some(block) = queue.pop() {
            let after = self.after(block);
            for next in &self.unit.graph.blocks[block].next {
                if self.before[next.0 as usize].join(after) {
                    queue.push(next.0 as usize);
                }
            }
        }
    }

    fn after(&self, block: usize) -> State {
        self.moments[block]
            .iter()
            .fold(self.before[block], |state, moment| {
                Self::step(state, moment)
            })
    }

    fn step(state: State, moment: &Moment) -> State {
        moment
            .actions
            .iter()
            .fold(state, |state, action| Self::act(state, *action))
    }

    /// Every event with what is open just before it, in order of blocks.
    pub fn walk(&self, mut each: impl FnMut(State, &'p Event, &Moment)) {
        self.walk_blocks(|_, state, event, moment| each(state, event, moment));
    }

    /// As `walk`, with the block that each event is in.
    pub fn walk_blocks<'f>(&'f self, mut each: impl FnMut(BlockId, State, &'p Event, &'f Moment)) {
        for (index, block) in self.unit.graph.blocks.iter().enumerate() {
            let mut state = self.before[index];
            if !state.reached {
                continue;
            }
            for (event, moment) in block.events.iter().zip(&self.moments[index]) {
                each(BlockId(index as u32), state, event, moment);
                state = Self::step(state, moment);
            }
        }
    }

    /// What is open where control leaves.
    #[must_use]
    pub fn exits(&self) -> Vec<(BlockId, State)> {
        let exits = self
            .unit
            .graph
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| block.exit.is_some());
        exits
            .map(|(index, _)| (BlockId(index as u32), self.after(index)))
            .filter(|(_, state)| state.reached)
            .collect()
    }

    /// Where a resource is in the list of all.
    #[must_use]
    pub fn index_of(&self, resource: &Resource) -> Option<usize> {
        let mut all = self.resources.iter();
        all.position(|other| std::ptr::eq(other, resource))
    }

    /// Whether an event closes a resource.
    #[must_use]
    pub fn closes(&self, event: &Event, moment: &Moment, resource: usize) -> bool {
        let closes =
            |action: &Action| matches!(action, Action::Close(bits) if bits >> resource & 1 == 1);
        // That it never opened isn't its end.
        !matches!(
            event.kind,
            EventKind::Failed { .. } | EventKind::Refused { .. } | EventKind::Absent { .. }
        ) && moment.actions.iter().any(closes)
    }

    /// Whether a resource is gone after an event on every path that has it: it is closed, or dropped by an owner that never gives it away.
    #[must_use]
    pub fn is_let_go(&self, event: &Event, moment: &Moment, resource: usize) -> bool {
        let is_moved = |owner: usize| {
            let mut actions = self
                .moments
                .iter()
                .flatten()
                .flat_map(|moment| &moment.actions);
            actions.any(|action| matches!(action, Action::Move(other) if *other == owner))
        };
        let drops = |action: &Action| match action {
            Action::Drop(owner, bits) => bits >> resource & 1 == 1 && !is_moved(*owner),
            _ => false,
        };
        self.closes(event, moment, resource) || moment.actions.iter().any(drops)
    }

    /// What is open once an event has passed.
    #[must_use]
    pub fn past(&self, state: State, moment: &Moment) -> State {
        Self::step(state, moment)
    }

    /// Whether an event changes rows in a transaction.
    #[must_use]
    pub fn writes(&self, moment: &Moment, resource: usize) -> bool {
        let writes =
            |action: &Action| matches!(action, Action::Write(bits) if bits >> resource & 1 == 1);
        moment.actions.iter().any(writes)
    }

    /// Whether a value is, or holds, a resource.
    #[must_use]
    pub fn leads_to(&self, val: &Val, resource: usize) -> bool {
        let root = self.resources[resource].place.root;
        self.canon.holds(self.program, val).contains(&root)
    }

    /// Whether something here closes a resource.
    #[must_use]
    pub fn is_ended(&self, resource: usize) -> bool {
        let blocks = self.unit.graph.blocks.iter().zip(&self.moments);
        blocks
            .flat_map(|(block, moments)| block.events.iter().zip(moments))
            .any(|(event, moment)| self.closes(event, moment, resource))
    }

    /// Whether all that own a resource have moved it on.
    #[must_use]
    pub fn has_moved(&self, state: State, resource: usize) -> bool {
        let owns = |owned: &Bits| owned >> resource & 1 == 1;
        let mut owners = self
            .owner_bits
            .values()
            .filter(|(_, owned)| owns(owned))
            .peekable();
        owners.peek().is_some() && owners.all(|(bit, _)| state.moved >> bit & 1 == 1)
    }

    /// Whether a resource dies with a local.
    #[must_use]
    pub fn is_owned_by(&self, resource: usize, local: LocalId) -> bool {
        let owner = self.owner_bits.get(&local);
        owner.is_some_and(|(_, owned)| owned >> resource & 1 == 1)
    }

    /// Resources of a set.
    pub fn open(&self, bits: Bits) -> impl Iterator<Item = &Resource> {
        self.resources
            .iter()
            .enumerate()
            .filter(move |(index, _)| bits & 1 << index != 0)
            .map(|(_, resource)| resource)
    }

    /// The resource that a place is, is a part of, or wraps.
    #[must_use]
    pub fn resource(&self, place: &Place) -> Option<usize> {
        let within = |resource: &Resource| place.fields().starts_with(resource.place.fields());
        let around = |resource: &Resource| resource.place.fields().starts_with(place.fields());
        let held = || {
            let held = self.resources.iter().enumerate();
            held.filter(|(_, resource)| resource.is_held() && resource.place.root == place.root)
        };
        let exact = held().find(|(_, resource)| within(resource));
        exact
            .or_else(|| held().find(|(_, resource)| around(resource)))
            .map(|(index, _)| index)
    }

    /// The first resource that a value may be.
    #[must_use]
    pub fn resource_of(&self, val: &Val) -> Option<usize> {
        val.places().iter().find_map(|place| self.resource(place))
    }

    /// The connection that a place runs on: transactions and savepoints lead to what they began on, a mutex's guard to what it guards.
    #[must_use]
    pub fn connection(&self, place: &Place) -> Place {
        let mut here = place.clone();
        for _ in 0..8 {
            let Some(resource) = self.resource(&here).map(|index| &self.resources[index]) else {
                return here;
            };
            // A mutex's guard gives what the mutex is around, as the next guard will.
            let leads_on = match resource.kind {
                ResourceKind::Transaction => !resource.takes_connection,
                ResourceKind::Mutex => true,
                _ => false,
            };
            if !leads_on {
                return resource.place.clone();
            }
            match resource.on.one() {
                Some(next) => here = next.clone(),
                None => return resource.place.clone(),
            }
        }
        here
    }

    /// Whether a place is declared outside of this unit: a parameter, a static, or the body around a closure.
    #[must_use]
    pub fn is_given(&self, place: &Place) -> bool {
        matches!(
            place.root,
            Root::Param(_) | Root::Static(_) | Root::ClosureParam(..)
        )
    }
}
