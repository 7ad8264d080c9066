//! Which test code is read: most lints are silent there, and those that speak, because they deny by default, are about transactions,
//! session state and databases in memory, which leave their words in a body.

use aho_corasick::AhoCorasick;

use crate::catalogue::{Catalogue, Effect, ExtCall};

/// Words that SQL or a client's calls have for it.
const WORDS: [&str; 14] = [
    "begin",
    "transaction",
    "txn",
    "commit",
    "rollback",
    "savepoint",
    "autocommit",
    "isolation",
    "advisory",
    "get_lock",
    "lock table",
    "for update",
    "pragma",
    "memory",
];

/// Looks for these words.
pub(super) struct Grave(Option<AhoCorasick>);

impl Grave {
    /// With the names of a client's own that begin or end transactions; those of one word say too little.
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let calls = catalogue.methods_on();
        let calls = calls.filter(|(_, name, call)| ends_or_begins(call) && name.contains('_'));
        let words = calls.map(|(_, name, _)| name.as_str()).chain(WORDS);
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(words);
        Self(search.ok())
    }

    /// Whether one stands in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|words| words.is_match(text))
    }
}

fn ends_or_begins(call: &ExtCall) -> bool {
    matches!(
        call.effect,
        Effect::Begin
            | Effect::BeginClosure
            | Effect::BeginTest
            | Effect::Commit
            | Effect::Rollback
            | Effect::Autocommit
            | Effect::Isolation
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sheets;

    #[test]
    fn words_of_transactions_are_found_in_any_case_and_a_clients_own_names() {
        let catalogue = Catalogue::join(sheets().unwrap()).unwrap();
        let grave = Grave::new(&catalogue);
        for text in [
            r#"sqlx::query("BEGIN").execute(&pool)"#,
            "conn.set_autocommit(false)",
            "repo.begin_op().await?",
            r#"query("SELECT pg_advisory_lock(1)")"#,
        ] {
            assert!(grave.is_in(text), "{text}");
        }
        let plain = r#"let user = sqlx::query("SELECT 1").fetch_one(&pool).await.unwrap();"#;
        assert!(!grave.is_in(plain));
    }
}
