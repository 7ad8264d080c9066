//! Text with holes: put together, and told from other text.

use super::MAX_ALTERNATIVES;
use crate::sql::{SqlPiece, SqlText};

/// Words that SQL begins with.
const VERBS: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "with",
    "begin",
    "start",
    "commit",
    "rollback",
    "set",
    "lock",
    "call",
    "create",
    "alter",
    "drop",
    "truncate",
    "merge",
    "replace",
    "savepoint",
    "release",
    "pragma",
    "listen",
    "unlisten",
    "copy",
    "end",
    "abort",
    "reset",
    "discard",
    "use",
    "exec",
    "execute",
    "vacuum",
];

impl SqlText {
    /// One hole: nothing is known.
    #[must_use]
    pub fn hole() -> Self {
        Self(vec![SqlPiece::Hole])
    }

    pub(super) fn known(text: &str) -> Self {
        Self(vec![SqlPiece::Text(text.to_owned())])
    }

    /// Whether any text is known.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.0
            .iter()
            .any(|piece| matches!(piece, SqlPiece::Text(text) if !text.trim().is_empty()))
    }

    pub(super) fn then(&self, other: &Self) -> Self {
        let mut pieces = self.0.clone();
        for piece in &other.0 {
            match (pieces.last_mut(), piece) {
                (Some(SqlPiece::Text(before)), SqlPiece::Text(text)) => before.push_str(text),
                _ => pieces.push(piece.clone()),
            }
        }
        Self(pieces)
    }

    /// Whether the known text begins as SQL does.
    #[must_use]
    pub fn looks_like_sql(&self) -> bool {
        let Some(SqlPiece::Text(text)) = self.0.first() else {
            return false;
        };
        let word: String = text
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        VERBS.contains(&word.to_ascii_lowercase().as_str())
    }
}

/// Each of `left` followed by each of `right`.
pub(super) fn join(left: &[SqlText], right: &[SqlText]) -> Vec<SqlText> {
    let mut all: Vec<SqlText> = left
        .iter()
        .flat_map(|left| right.iter().map(move |right| left.then(right)))
        .collect();
    all.truncate(MAX_ALTERNATIVES);
    all
}
