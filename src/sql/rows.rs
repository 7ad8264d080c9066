//! Which rows a statement names, from what its WHERE and its sources are made of.

use super::Rows;

/// One query level: what decides which rows it names.
#[derive(Default, Debug)]
pub(super) struct Level {
    /// The conjuncts of its WHERE; `None` without one.
    pub(super) filter: Option<Vec<Conjunct>>,
    /// What it reads beside its target: a table, or rows made in place.
    pub(super) sources: Vec<Source>,
    /// ORDER BY
    pub(super) ordered: bool,
    /// LIMIT 1, TOP 1, FETCH FIRST ROW ONLY
    pub(super) one: bool,
}

/// A part of FROM or USING.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    /// A table or view.
    Table,
    /// VALUES, UNNEST, another function, or a subquery that names these rows.
    Made(Rows),
}

/// A conjunct of a WHERE.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Conjunct {
    /// `column = value`
    Equal { column: String, literal: bool },
    /// `column IN (a, b)`, `= ANY (…)`
    List,
    /// `column = (SELECT …)`, `IN (SELECT …)`: the inner query's rows.
    Query(Rows),
    /// Put in at run time.
    Unknown,
    /// Anything else.
    Other,
}

impl Conjunct {
    /// `column IN (…)`: a list of keys, unless it lists what no key holds (`state IN ('a', 'b')`).
    pub(super) fn list(column: &str, literal: bool) -> Self {
        let keys = if literal {
            names_key(column)
        } else {
            !names_no_key(column)
        };
        if keys { Self::List } else { Self::Other }
    }

    /// An equality that picks one row: with a placeholder most columns may be keys, with a literal only one called so.
    fn is_key(&self) -> bool {
        matches!(self, Self::Equal { column, literal } if names_key(column) || !(*literal || names_no_key(column)))
    }

    /// Oracle's `ROWNUM = 1`
    fn is_row_number(&self) -> bool {
        matches!(self, Self::Equal { column, .. } if column == "rownum")
    }

    fn is_primary_key(&self) -> bool {
        matches!(self, Self::Equal { column, .. } if PRIMARY_KEYS.contains(&column.as_str()))
    }

    fn is_named_key(&self) -> bool {
        matches!(self, Self::Equal { column, .. } if names_key(column))
    }
}

/// Nothing else in a WHERE adds rows to one of these.
const PRIMARY_KEYS: [&str; 4] = ["id", "uuid", "rowid", "guid"];

/// Columns that many rows share a value of.
fn names_no_key(column: &str) -> bool {
    const NAMES: [&str; 9] = [
        "status", "state", "kind", "type", "queue", "active", "enabled", "deleted", "level",
    ];
    const ENDS: [&str; 6] = ["_status", "_state", "_type", "_kind", "_at", "_count"];
    NAMES.contains(&column)
        || column.starts_with("is_")
        || ENDS.iter().any(|end| column.ends_with(end))
}

/// Whether a column's name says that its values pick single rows.
#[must_use]
pub fn names_key(column: &str) -> bool {
    const KEYS: [&str; 8] = ["id", "uuid", "uid", "key", "name", "slug", "email", "rowid"];
    const ENDS: [&str; 6] = ["_id", "_uuid", "_key", "_name", "_uid", "_no"];
    KEYS.contains(&column) || ENDS.iter().any(|end| column.ends_with(end))
}

/// The rows that a level names.
pub(super) fn rows(level: &Level) -> Rows {
    if level.sources.contains(&Source::Made(Rows::List)) {
        return Rows::List;
    }
    let Some(filter) = &level.filter else {
        return unfiltered(level);
    };
    let has = |test: fn(&Conjunct) -> bool| filter.iter().any(test);
    let query = |rows: Rows| filter.contains(&Conjunct::Query(rows));
    let made = |rows: Rows| level.sources.contains(&Source::Made(rows));
    if has(Conjunct::is_primary_key) && !level.one {
        return Rows::One;
    }
    if has(|conjunct| *conjunct == Conjunct::List) || query(Rows::List) {
        Rows::List
    } else if (level.one && (level.ordered || !has(Conjunct::is_named_key)))
        || has(Conjunct::is_row_number)
    {
        Rows::First
    } else if has(Conjunct::is_key) || query(Rows::One) {
        Rows::One
    } else if query(Rows::First) || made(Rows::First) {
        Rows::First
    } else if made(Rows::One) {
        Rows::One
    } else if has(|conjunct| *conjunct == Conjunct::Unknown) {
        Rows::Unknown
    } else {
        Rows::Range
    }
}

fn unfiltered(level: &Level) -> Rows {
    match level.sources[..] {
        _ if level.one => Rows::First,
        [Source::Made(rows)] => rows,
        _ => Rows::All,
    }
}
