//! From a function up to all who lead there: how often it runs, and beside whom.

use rustc_hash::{FxHashMap, FxHashSet};

use super::sites::{Place, Sites, Standing};
use crate::context::Context;
use crate::defs::{Defs, FnId};
use crate::ir::ExprId;

/// Functions asked about lead to no more callers than this.
const MAX_CALLERS: usize = 500;

/// How often a body runs, and who else may be in it at the same time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tempo {
    /// As often as others like, side by side.
    Any,
    /// Nobody of the same process is in it at the same time.
    Alone,
    /// Once in a program's life.
    Once,
}

/// A way up, by all callers.
pub(super) struct Climb<'a, 'c> {
    cx: &'a Context<'c>,
    sites: &'a Sites,
    /// Calls that lead down, by the function that they are in; whether each leaves a task behind that goes on.
    places: FxHashMap<FnId, Vec<(ExprId, bool)>>,
    /// Functions to ask about; whether each leaves such a task behind, and has to run once at most.
    known: FxHashSet<(FnId, bool)>,
    queue: Vec<(FnId, bool)>,
}

impl<'a, 'c> Climb<'a, 'c> {
    pub(super) fn new(cx: &'a Context<'c>, sites: &'a Sites) -> Self {
        Self {
            cx,
            sites,
            places: FxHashMap::default(),
            known: FxHashSet::default(),
            queue: Vec::new(),
        }
    }

    /// How often a function runs; none if there may be one beside another.
    pub(super) fn from(mut self, asked: FnId) -> Option<Tempo> {
        self.ask(asked, false);
        let (mut once, mut guarded, mut is_reached) = (true, false, false);
        while let Some((id, starts)) = self.queue.pop() {
            if is_main(self.cx.defs(), id) || self.cx.is_migration(id) {
                is_reached = true;
                continue;
            }
            if self.cx.may_be_called_by_others(id) || self.known.len() > MAX_CALLERS {
                return None;
            }
            let standing = self.sites.callers(self.cx, id)?;
            once &= !standing.is_empty();
            for site in standing {
                match site {
                    Standing::Alone if starts => return None,
                    Standing::Alone => guarded = true,
                    Standing::In(place) => {
                        once &= !place.again;
                        self.follow(place, starts)?;
                    }
                }
            }
        }
        // What nobody calls is somebody else's to call.
        (is_reached || guarded).then_some(if once && !guarded {
            Tempo::Once
        } else {
            Tempo::Alone
        })
    }

    /// From a call to its function; none if what it starts may meet what another one starts or runs.
    fn follow(&mut self, place: Place, starts: bool) -> Option<()> {
        let starts = starts || place.starts;
        if starts && place.again {
            return None;
        }
        let here = (place.at, starts);
        let others = self.places.entry(place.by).or_default();
        if !others.contains(&here) {
            others.push(here);
            let defs = self.cx.defs();
            let mut others = others.iter().filter(|other| other.0 != here.0);
            if others.any(|other| meet(defs, place.by, *other, here)) {
                return None;
            }
            self.ask(place.by, starts);
        }
        Some(())
    }

    fn ask(&mut self, id: FnId, starts: bool) {
        if self.known.insert((id, starts)) {
            self.queue.push((id, starts));
        }
    }
}

/// Whether what two calls of a body lead to may run at the same time: the first one leaves it running, and the other follows.
fn meet(defs: &Defs<'_>, id: FnId, one: (ExprId, bool), other: (ExprId, bool)) -> bool {
    let Some(body) = defs.body(id) else {
        return true;
    };
    let is_before = body.range(one.0).start < body.range(other.0).start;
    let (_, goes_on) = if is_before { one } else { other };
    goes_on && !body.is_either(one.0, other.0)
}

/// A program's own `main`.
pub(super) fn is_main(defs: &Defs<'_>, id: FnId) -> bool {
    let function = defs.function(id);
    function.ir.name == "main" && defs.roots.contains(&function.module)
}
