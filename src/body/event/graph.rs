//! Units, their graphs of blocks, and the loops in them.

use super::{Event, EventKind, Way};
use crate::defs::FnId;
use crate::infer::{Owner, Part, Root, Val};
use crate::ir::{ExprId, LocalId, Name};
use crate::source::TextRange;
use crate::sql::SqlText;

/// A block of a graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub u32);

/// Whose events they are: a function's, or those of a closure or async block in it that runs elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct UnitId {
    /// The body.
    pub owner: Owner,
    /// The closure or async block in it.
    pub inner: Option<ExprId>,
}

/// How a unit comes to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitKind {
    /// By a call.
    Body,
    /// A closure or future given to a function of the workspace, which may run it.
    Callback,
    /// A closure or future that is a task or thread of its own.
    Spawned,
    /// A closure or future given to nobody known.
    Detached,
    /// A closure that a pool calls with every new connection.
    AfterConnect,
}

/// A future that runs here, and is dropped where it waits when time is up or another one is first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Droppable {
    /// What it is made of.
    pub future: TextRange,
    /// The race that it may lose, with what its arms do then; none under a time limit.
    pub race: Option<TextRange>,
}

/// SQL text that a value holds.
#[derive(Clone, Debug)]
pub struct HeldText {
    /// The literal, or the call that prepares a statement.
    pub site: ExprId,
    /// The literal's field.
    pub field: Option<Name>,
    /// What its value stands for.
    pub val: Val,
    /// The texts, if they are told here.
    pub texts: Vec<SqlText>,
}

/// A unit's events.
#[derive(Debug)]
pub struct Unit {
    /// Whose.
    pub id: UnitId,
    /// How it comes to run.
    pub kind: UnitKind,
    /// Its blocks.
    pub graph: Graph,
    /// Parameters that are handles, with their parts: of the function, or of the closure.
    pub params: Vec<(u32, Part)>,
    /// Closure parameters that stand for something made here (a transaction runner's).
    pub aliases: Vec<(Root, Val)>,
    /// Who owns what an expression makes: it dies when they do.
    pub owners: Vec<(ExprId, LocalId)>,
    /// Fields of literals that hold handles: which literal, which field, what.
    pub literals: Vec<(ExprId, Name, Val)>,
    /// What holds SQL text, or what may be: fields of literals, and statements prepared from one.
    pub texts: Vec<HeldText>,
    /// Loops over lists, outer ones after inner ones.
    pub loops: Vec<Loop>,
    /// Closures that run here, on a thread that may block.
    pub blocking: Vec<TextRange>,
    /// Closures that run here and fill a cell: once in a program's life.
    pub once: Vec<TextRange>,
    /// Futures that run here, and are dropped where they wait when time is up or another one is first.
    pub dropped: Vec<Droppable>,
    /// Functions that are called where control never comes: a constant stands before it, or the way has ended.
    pub cut: Vec<FnId>,
}

impl Unit {
    /// All events, in order of blocks.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.graph.blocks.iter().flat_map(|block| &block.events)
    }
}

/// A loop over a list, or a closure run for each of its values.
#[derive(Clone, Debug)]
pub struct Loop {
    /// Its blocks: from the first to before the second.
    pub blocks: (BlockId, BlockId),
    /// All of it.
    pub range: TextRange,
    /// The order that the values come in.
    pub origin: Origin,
    /// Statements and calls whose rows depend on the turn, by their expression.
    pub varying: Vec<ExprId>,
}

impl Loop {
    /// Whether a block is in it.
    #[must_use]
    pub fn holds(&self, block: BlockId) -> bool {
        self.blocks.0 <= block && block < self.blocks.1
    }
}

/// In which order a list's values come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// Not known.
    #[default]
    Unknown,
    /// Sorted, or at least always the same.
    Sorted,
    /// A hash's: another one each time.
    Hash,
    /// As a request has it.
    Request,
    /// As messages arrived.
    Arrival,
    /// As futures finished.
    Finish,
    /// As the database found rows.
    Rows,
    /// As the caller gave it, by parameter.
    Param(u32),
}

impl Order {
    /// Known to differ from one run to the next.
    #[must_use]
    pub fn varies(self) -> bool {
        matches!(
            self,
            Self::Hash | Self::Request | Self::Arrival | Self::Finish | Self::Rows
        )
    }
}

/// An order and what decides it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// Which.
    pub order: Order,
    /// The list, parameter or statement.
    pub range: TextRange,
}

/// Blocks; the first is the entry.
#[derive(Debug, Default)]
pub struct Graph {
    /// All blocks.
    pub blocks: Vec<Block>,
}

impl Graph {
    /// Whether control gets to where it returns a value.
    #[must_use]
    pub fn returns(&self) -> bool {
        self.leads_to(|exit| matches!(exit, Exit::Return(_)))
    }

    /// What is handed back, wherever a body returns.
    pub fn returned(&self) -> impl Iterator<Item = &Val> {
        self.blocks.iter().filter_map(|block| match &block.exit {
            Some(Exit::Return(val)) => Some(val),
            _ => None,
        })
    }

    /// Whether control gets to where it returns, and every value that it returns is `Ok(…)`, none of them one that says that nothing
    /// was done: `Ok(false)` tells of a failure too.
    #[must_use]
    pub fn only_succeeds(&self) -> bool {
        let mut events = self.blocks.iter().flat_map(|block| &block.events);
        let succeeds = |event: &Event| match event.kind {
            EventKind::Leave { way, ok } => ok || way == Way::Panic,
            _ => true,
        };
        let fails = self.leads_to(|exit| *exit == Exit::Error);
        !fails && self.returns() && events.all(succeeds)
    }

    fn leads_to(&self, is_it: impl Fn(&Exit) -> bool) -> bool {
        let leads = |to: usize| {
            self.blocks
                .iter()
                .any(|block| block.next.contains(&BlockId(to as u32)))
        };
        let mut exits = self.blocks.iter().enumerate();
        exits.any(|(index, block)| block.exit.as_ref().is_some_and(&is_it) && leads(index))
    }
}

/// Events without a branch between them.
#[derive(Debug, Default)]
pub struct Block {
    /// In order.
    pub events: Vec<Event>,
    /// Where control may go.
    pub next: Vec<BlockId>,
    /// Control leaves the unit here.
    pub exit: Option<Exit>,
}

/// How control leaves a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With a value.
    Return(Val),
    /// By `?`, `return Err(…)`, `bail!`.
    Error,
    /// By a panic or the end of the process.
    Panic,
}

impl Event {
    /// Whether control comes here because a call has failed, or whether it has or not.
    #[must_use]
    pub fn follows_failure_of(&self, call: ExprId) -> bool {
        match self.kind {
            EventKind::Failed { call: of, .. } | EventKind::Ignored { call: of, .. } => of == call,
            _ => false,
        }
    }
}

impl EventKind {
    /// A call of the database or the workspace, which answers whether it has succeeded.
    pub(in crate::body) fn may_fail(&self) -> bool {
        matches!(
            self,
            Self::Checkout { .. }
                | Self::Connect { .. }
                | Self::Begin { .. }
                | Self::Statement { .. }
                | Self::Prepare { .. }
                | Self::Call { .. }
                | Self::Autocommit { .. }
        )
    }
}
