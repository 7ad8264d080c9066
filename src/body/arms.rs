//! The arms of a match: tried in order, each from where the ones before have not taken the value.

use super::build::Builder;
use super::control::Scope;
use super::event::Sink;
use crate::ir::{Arm, ExprId};

impl Builder<'_, '_> {
    /// `match value { … }`
    pub(super) fn matches(&mut self, value: ExprId, arms: &[Arm]) {
        self.walk(value);
        self.consume(value, Sink::Owner);
        let mut start = self.current;
        let after = self.new_block();
        let mut pats = Vec::new();
        let never = |arm: &&Arm| self.is_ruled_out(arm.pat, value);
        let (never, taken): (Vec<&Arm>, Vec<&Arm>) = arms.iter().partition(never);
        pats.extend(never.iter().map(|arm| arm.pat));
        for arm in taken {
            self.current = start;
            self.current = self.fork();
            self.failed_in(value, arm, arms, &pats);
            let emptied = self.emptied_in_arm(value, arm.pat, &pats);
            self.empty(value, &emptied);
            self.assume(value, &self.assumed_in_arm(value, arm.pat, &pats));
            let bound = self.owners.bound_by(self.typed, arm.pat);
            self.scopes.push(Scope::block(bound, None));
            start = self.guarded(arm, start);
            pats.extend(arm.guard.is_none().then_some(arm.pat));
            self.arm(arm.body);
            self.end_scope();
            self.jump_to(after);
        }
        self.current = Some(after).filter(|_| start.is_some() && !arms.is_empty());
    }
}
