//! What must not matter, tried on every page and case at once: findings come from transactions, not from names or line breaks.

use serde_json::Value;

use crate::support::acid::{records, workspace};
use crate::support::assert_none;
use crate::support::edit::{RENAMED, joined, renamed, spread, without_begins};
use crate::support::example::{Example, cases};
use crate::support::page::pages;

/// Lints that need an open transaction, and a word of the message that says so: a lone COMMIT is wrong as well, so are two connections,
/// and one statement that locks many rows.
const TRANSACTIONAL: [(&str, &str); 9] = [
    ("open_transaction_returned", ""),
    ("query_escapes_transaction", ""),
    ("nested_checkout", "transaction"),
    ("shared_connection_transaction", ""),
    ("unordered_row_locks", "one after the other"),
    ("inconsistent_lock_order", ""),
    ("slow_work_in_transaction", ""),
    ("side_effect_in_transaction", ""),
    ("mutex_across_transaction", "inside a transaction"),
];

fn examples() -> Vec<Example> {
    let pages = pages().into_iter().flat_map(|page| [page.bad, page.good]);
    cases().into_iter().chain(pages).collect()
}

/// All findings of all examples in one workspace, each with its code edited: where, and what is said.
fn said(edit: impl Fn(&str) -> String) -> Vec<(String, Vec<String>)> {
    let examples = examples();
    let folder = workspace(&examples, edit);
    let findings = records(folder.path(), &[]);
    let said = findings.iter().map(|record| {
        let related = record["related"].as_array().into_iter().flatten();
        let places = related.flat_map(|place| [&place["path"], &place["message"]]);
        let all = [&record["lint"], &record["message"], &record["help"]];
        let texts = all.into_iter().chain(places).filter_map(Value::as_str);
        let package = record["path"].as_str().expect("a finding has a path");
        let index: usize = package
            .split('/')
            .next()
            .and_then(|name| name.strip_prefix('e')?.parse().ok())
            .expect("a member is called by its number");
        let source = examples[index].source.display().to_string();
        (source, texts.map(str::to_owned).collect())
    });
    said.collect()
}

#[test]
fn edits_change_what_they_should() {
    let code = "fn f(pool: &Pool) {\n    let tx = pool.begin();\n    run(pool);\n}\n";
    assert_eq!(
        without_begins(code),
        code.replace("let tx = pool.begin();", &" ".repeat(22))
    );
    assert_eq!(
        spread("fn f() {}\n  fn g() {}"),
        "fn f() {}\n\n  /* moved */\n  fn g() {}"
    );
    assert_eq!(
        joined(code),
        "fn f(pool: &Pool) { let tx = pool.begin(); run(pool); }\n"
    );
    assert_eq!(
        renamed(code),
        code.replace("pool", "renamed_pool")
            .replace("tx", "renamed_tx")
    );
    let changed = examples();
    let changed = changed
        .iter()
        .filter(|example| renamed(&example.code) != example.code);
    assert!(
        changed.count() > 60,
        "hardly any local has a name of its own"
    );
}

#[test]
fn what_is_left_alone_does_not_matter() {
    let folder = workspace(&examples(), str::to_owned);
    let few = records(folder.path(), &[]);
    let all = records(folder.path(), &["--exhaustive"]);
    assert!(few.len() > 100, "the examples report something");
    let only_in = |these: &[Value], others: &[Value]| {
        let missing = these.iter().filter(|record| !others.contains(record));
        missing.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_none(&only_in(&all, &few));
    assert_none(&only_in(&few, &all));
}

#[test]
fn without_a_begin_nothing_speaks_of_transactions() {
    let said = said(without_begins);
    assert!(
        !said.is_empty(),
        "what needs no transaction is still reported"
    );
    let needs = |texts: &[String]| {
        let mut lints = TRANSACTIONAL.iter();
        lints.any(|(lint, word)| texts[0] == *lint && texts[1].contains(word))
    };
    let about = said.iter().filter(|(_, texts)| needs(texts));
    assert_none(&about.map(|said| format!("{said:?}")).collect::<Vec<_>>());
}

#[test]
fn line_breaks_and_names_of_locals_do_not_matter() {
    let before = said(str::to_owned);
    assert!(before.len() > 100, "the examples report something");
    let allows = |code: &str| code.contains("acid:");
    for (what, edit) in [
        ("spread", spread as fn(&str) -> String),
        ("joined", |code| joined(code)),
        ("renamed", renamed),
    ] {
        let after = said(|code| {
            if allows(code) {
                code.to_owned()
            } else {
                edit(code)
            }
        });
        let mut after: Vec<_> = after;
        for text in after.iter_mut().flat_map(|(_, texts)| texts) {
            *text = text.replace(RENAMED, "");
        }
        let differ = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after);
        let mut complaints: Vec<_> = differ
            .map(|(before, after)| format!("{what}: {before:?}\n  {after:?}"))
            .collect();
        if before.len() != after.len() {
            complaints.push(format!(
                "{what}: {} findings, {} before",
                after.len(),
                before.len()
            ));
        }
        assert_none(&complaints);
    }
}
