//! Functions that only tests call: what goes wrong in them goes wrong in tests.

use rustc_hash::FxHashSet;

use super::climb::is_main;
use super::{PLAIN_ATTRIBUTES, Sites, whole_words};
use crate::body::Unit;
use crate::context::Context;
use crate::defs::{Extern, FnId};
use crate::infer::Owner;
use crate::ir::Name;

/// Functions asked about are called by no more than this.
const MAX_CALLERS: usize = 20;

impl Context<'_> {
    /// Whether a unit is test code, or all who call it in the workspace are; not so where nobody does, or others may.
    #[must_use]
    pub fn is_for_tests(&self, unit: &Unit) -> bool {
        let Owner::Fn(id) = unit.id.owner else {
            return self.in_test(unit);
        };
        self.in_test(unit) || self.only_tests_call(id)
    }

    fn only_tests_call(&self, asked: FnId) -> bool {
        let (mut known, mut queue) = (FxHashSet::from_iter([asked]), vec![asked]);
        let mut called_by_none = Vec::new();
        while let Some(id) = queue.pop() {
            if self.is_anybodys(id) || known.len() > MAX_CALLERS {
                return false;
            }
            let Some(callers) = self.callers_outside_tests(id) else {
                return false;
            };
            if callers.is_empty() {
                called_by_none.push(id);
            }
            queue.extend(callers.into_iter().filter(|id| known.insert(*id)));
        }
        // Names last: tests' texts are read for them, then all others.
        !called_by_none.is_empty()
            && called_by_none
                .iter()
                .all(|id| self.is_called_by_a_test(*id))
            && known.iter().all(|id| !self.is_named_outside(*id, &known))
    }

    /// Whether who calls a function may not be seen: `main`, a trait's method, what a framework or an attribute takes.
    fn is_anybodys(&self, id: FnId) -> bool {
        let function = self.defs().function(id);
        let is_plain = |path: &Name| PLAIN_ATTRIBUTES.contains(&path.as_str());
        is_main(self.defs(), id)
            || self.trait_of(id).is_some()
            || function.in_trait.is_some()
            || self.may_be_called_by_others(id)
            || !function.ir.attrs.paths.iter().all(is_plain)
    }

    /// Functions outside tests that call one; none if something else does.
    fn callers_outside_tests(&self, id: FnId) -> Option<Vec<FnId>> {
        let calls = self.program.calls_of(id);
        let calls = calls.filter(|(unit, _)| !self.in_test(unit));
        let read = calls.map(|(unit, _)| match unit.id.owner {
            Owner::Fn(caller) => Some(caller),
            Owner::Value(_) => None,
        });
        let unread = self.reach.callers(self.defs(), id).into_iter();
        let unread = unread.filter(|id| self.program.of_fn(*id).is_none());
        let unread = unread.filter(|id| !self.defs().is_test(*id));
        read.chain(unread.map(Some)).collect()
    }

    /// Whether code outside tests names something like a function: other functions than those that are known, constants, macros.
    fn is_named_outside(&self, id: FnId, known: &FxHashSet<FnId>) -> bool {
        let defs = self.defs();
        let ir = defs.function(id).ir;
        let (name, is_method) = (ir.name, ir.receiver.is_some());
        let is_in = |text: &str| names(text, name.as_str(), is_method);
        let others = (0..defs.fns.len() as u32).map(FnId);
        let mut others = others.filter(|id| !known.contains(id) && !defs.is_test(*id));
        let mut values = defs.values.iter().filter(|value| {
            let module = defs.module(value.module);
            !module.in_test && !defs.crate_of(value.module).is_test
        });
        let mut macros = defs.lowered.macro_mentions().values();
        others.any(|id| defs.text(id).is_some_and(is_in))
            || values.any(|value| {
                let file = defs.module(value.module).file;
                value
                    .init
                    .is_some_and(|init| is_in(defs.lowered.text(file, init)))
            })
            || macros.any(|named| {
                let mut paths = named.paths();
                paths.any(|path| path.last() == Some(&name))
                    || named.members.contains(&name)
                    || is_method && named.methods.contains(&name)
            })
    }

    /// Whether a test calls a function. Tests of a library call what its users call: of what it shows, those of packages that make a
    /// program tell, its own or others.
    fn is_called_by_a_test(&self, id: FnId) -> bool {
        let defs = self.defs();
        let function = defs.function(id);
        let home = defs.crate_of(function.module);
        let is_shown = function.ir.is_pub && !home.is_program;
        let is_program = |package| {
            let mut crates = defs.crates.iter();
            crates.any(|one| one.package == package && one.is_installed)
        };
        let tells = |test: FnId| {
            let krate = defs.crate_of(defs.function(test).module);
            let mut externs = krate.externs.values();
            let mut uses = || {
                externs
                    .any(|one| matches!(one, Extern::Member(package) if *package == home.package))
            };
            let mut is_ours = || krate.package == home.package || uses();
            !is_shown || is_program(krate.package) && is_ours()
        };
        let name = function.ir.name;
        let is_method = function.ir.receiver.is_some();
        let is_in = |text: &str| names(text, name.as_str(), is_method);
        let sites = self.solo.0.get_or_init(|| Sites::find(self.program));
        let tests = (0..defs.fns.len() as u32).map(FnId);
        let tests = tests.filter(|test| defs.is_test(*test) && tells(*test));
        let mut tests = tests.filter(|test| defs.text(*test).is_some_and(is_in));
        tests.any(|test| sites.calls(self.program, test, id))
    }
}

/// Whether a text has a word that may be a function's name; `.word` is another one's unless it is a method.
fn names(text: &str, word: &str, is_method: bool) -> bool {
    whole_words(text, word).any(|at| is_method || !text[..at].trim_end().ends_with('.'))
}
