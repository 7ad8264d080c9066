//! One row, read and written: which column of it goes back changed.

use crate::body::Given;
use crate::ir::{ExprId, Name};
use crate::locks::Run;
use crate::sql::{Statement, Term, Value, names_key};
use crate::values::{Taken, Values};

/// The column that is written back changed to the row it was read from. What another statement answers is not made of what it was asked.
pub(super) fn lost(
    values: &Values<'_>,
    runs: &[Run<'_>],
    read: &Run<'_>,
    write: &Run<'_>,
) -> Option<String> {
    let asked = runs.iter().map(|run| run.event.at);
    let pair = Pair {
        values,
        asked: asked.filter(|at| *at != write.event.at).collect(),
        read,
        write,
        selects: read.sql.statements().next()?,
        updates: write.sql.statements().next()?,
    };
    if !pair.is_one_row() {
        return None;
    }
    let mut sets = write.sql.sets.iter();
    let given = sets.find(|given| {
        let taken = pair.taken(given);
        taken
            .iter()
            .any(|taken| taken.changed && pair.column(&taken.path) == Some(given.column.as_str()))
    })?;
    Some(given.column.to_string())
}

struct Pair<'p, 'b, 'f> {
    values: &'p Values<'b>,
    asked: Vec<ExprId>,
    read: &'p Run<'f>,
    write: &'p Run<'f>,
    selects: &'f Statement,
    updates: &'f Statement,
}

impl Pair<'_, '_, '_> {
    fn taken(&self, given: &Given) -> Vec<Taken> {
        let by = self.write.event.at;
        let mut taken = (self.values).taken(given.at, &given.fields, by, &self.asked);
        taken.retain(|taken| taken.from == self.read.event.at);
        taken
    }

    /// The column that a path into what was read leads to.
    fn column<'s>(&'s self, path: &'s [Name]) -> Option<&'s str> {
        let columns = &self.selects.columns;
        let named = |name: &'s str| (!name.is_empty() && name != "*").then_some(name);
        let Some(first) = path.first() else {
            return match columns.as_slice() {
                [only] if !only.aggregates => named(&only.name),
                _ => None,
            };
        };
        if let Ok(index) = first.parse::<usize>() {
            return named(&columns.get(index).filter(|column| !column.aggregates)?.name);
        }
        match columns.iter().find(|column| column.label == first.as_str()) {
            Some(column) => named(&column.name).filter(|_| !column.aggregates),
            None => columns
                .iter()
                .any(|column| column.name == "*")
                .then_some(first.as_str()),
        }
    }

    /// Whether every condition of the UPDATE picks the row that was read, and none asks whether it still is as it was.
    fn is_one_row(&self) -> bool {
        let same_table = self
            .updates
            .writes
            .first()
            .is_none_or(|table| self.selects.reads.contains(table));
        let conditions = &self.updates.conditions;
        same_table && !conditions.is_empty() && conditions.iter().all(|term| self.picks_it(term))
    }

    fn picks_it(&self, term: &Term) -> bool {
        let is_set = |name: &str| self.updates.sets.iter().any(|set| set.column == name);
        if !term.column.is_empty() && is_set(&term.column) {
            return false;
        }
        match &term.value {
            Value::Bound(_) => {
                let mut picks = self.write.sql.picks.iter();
                picks
                    .find(|pick| pick.column == term.column)
                    .is_some_and(|pick| self.is_read_by(pick) || self.is_of_row(pick))
            }
            Value::Literal(_) => self.selects.conditions.contains(term),
            Value::Itself | Value::Other => false,
        }
    }

    /// The SELECT picked its row by the same value.
    fn is_read_by(&self, pick: &Given) -> bool {
        let mut picks = self.read.sql.picks.iter();
        picks.any(|other| {
            let is_same = || self.values.is_same(pick, other);
            !pick.column.is_empty() && pick.column == other.column && is_same()
        })
    }

    /// The key is that of the row that was read, or the object is that row.
    fn is_of_row(&self, pick: &Given) -> bool {
        let taken = self.taken(pick);
        if pick.column.is_empty() {
            let id = Name::from("id");
            let of_literal = || {
                let at = (self.write.event.at, [self.read.event.at]);
                self.values.taken(pick.at, &[id], at.0, &at.1)
            };
            return taken.iter().any(|taken| taken.path.is_empty())
                || of_literal()
                    .iter()
                    .any(|taken| !taken.changed && taken.path == [id]);
        }
        names_key(&pick.column)
            && !taken.is_empty()
            && taken.iter().all(|taken| {
                !taken.changed && self.column(&taken.path) == Some(pick.column.as_str())
            })
    }
}
