//! Statements in words.

use crate::sql::{Statement, Verb};

/// A statement with its article: `an UPDATE of stock`.
#[must_use]
pub fn describe(statement: &Statement) -> String {
    let table = |tables: &[String], word: &str| {
        tables
            .first()
            .map(|table| format!(" {word} `{table}`"))
            .unwrap_or_default()
    };
    match statement.verb {
        Verb::Select if statement.is_write() => {
            format!("a SELECT that writes{}", table(&statement.writes, "to"))
        }
        Verb::Select => format!("a SELECT{}", table(&statement.reads, "from")),
        Verb::Insert => format!("an INSERT{}", table(&statement.writes, "into")),
        Verb::Upsert => format!("an upsert{}", table(&statement.writes, "into")),
        Verb::Update => format!("an UPDATE{}", table(&statement.writes, "of")),
        Verb::Delete => format!("a DELETE{}", table(&statement.writes, "from")),
        Verb::Begin => "BEGIN".to_owned(),
        Verb::Ddl => "a schema change".to_owned(),
        _ => "a statement".to_owned(),
    }
}
