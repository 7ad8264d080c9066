//! Row locks by clause or table hint: what they lock, how they wait, and whether their select is ordered.

use std::ops::Range;

use super::token::{Kind, Token, words_at};
use super::{Statement, Verb, verb};

/// A row lock clause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "words that may stand in any combination"
)]
pub struct RowLock {
    /// FOR SHARE, FOR KEY SHARE, LOCK IN SHARE MODE: several may hold it.
    pub shared: bool,
    /// FOR KEY SHARE: others may change the row, but not its key.
    pub key_only: bool,
    /// SKIP LOCKED
    pub skip_locked: bool,
    /// NOWAIT
    pub no_wait: bool,
    /// It stands there on some of the ways that build the text.
    pub sometimes: bool,
}

/// Table hints of SQL Server that may stand in a hint list.
const HINTS: [&str; 16] = [
    "NOLOCK",
    "READUNCOMMITTED",
    "UPDLOCK",
    "XLOCK",
    "TABLOCKX",
    "TABLOCK",
    "HOLDLOCK",
    "SERIALIZABLE",
    "REPEATABLEREAD",
    "READPAST",
    "ROWLOCK",
    "PAGLOCK",
    "NOWAIT",
    "READCOMMITTED",
    "READCOMMITTEDLOCK",
    "NOEXPAND",
];

/// A query's parentheses: what stands in them, deeper ones excluded.
#[derive(Default)]
struct Group {
    ordered: bool,
    lock: Option<RowLock>,
}

/// Fills in lock facts; returns where the clauses stand, which no parser knows in full.
pub(super) fn read(statement: &mut Statement, tokens: &[Token]) -> Vec<Range<usize>> {
    let skipped = tokens.len() - verb::without_parentheses(tokens).len();
    let mut clauses = Vec::new();
    let mut open = Vec::new();
    let mut group = Group::default();
    let mut inner = None;
    let mut at = skipped;
    while at < tokens.len() {
        if let Some((lock, end)) = clause(tokens, at).or_else(|| hints(statement, tokens, at)) {
            group.lock = merged(group.lock, lock);
            clauses.push(at..end);
            at = end;
            continue;
        }
        if tokens[at].op("(") {
            open.push(std::mem::take(&mut group));
        } else if tokens[at].op(")")
            && let Some(outer) = open.pop()
        {
            let closed = std::mem::replace(&mut group, outer);
            inner = inner.or(closed.lock.map(|lock| (lock, closed.ordered)));
        }
        group.ordered |= words_at(tokens, at, &["ORDER", "BY"]);
        at += 1;
    }
    settle(statement, &group, inner);
    clauses
}

fn settle(statement: &mut Statement, outer: &Group, inner: Option<(RowLock, bool)>) {
    statement.locks_inside = inner.is_some();
    statement.row_lock = outer.lock.or(inner.map(|(lock, _)| lock));
    let outer_decides = outer.lock.is_some() || (inner.is_none() && statement.verb != Verb::Insert);
    statement.ordered = if outer_decides {
        outer.ordered
    } else {
        inner.is_some_and(|(_, ordered)| ordered)
    };
}

/// Two clauses on one select (`FOR UPDATE OF a FOR SHARE OF b`) lock as hard as the harder one.
fn merged(a: Option<RowLock>, b: Option<RowLock>) -> Option<RowLock> {
    let (Some(a), Some(b)) = (a, b) else {
        return a.or(b);
    };
    Some(RowLock {
        shared: a.shared && b.shared,
        key_only: a.key_only && b.key_only,
        skip_locked: a.skip_locked || b.skip_locked,
        no_wait: a.no_wait || b.no_wait,
        sometimes: false,
    })
}

/// A lock clause at `at`, and where it ends.
fn clause(tokens: &[Token], at: usize) -> Option<(Option<RowLock>, usize)> {
    const FORMS: [(&[&str], bool); 6] = [
        (&["FOR", "UPDATE"], false),
        (&["FOR", "NO", "KEY", "UPDATE"], false),
        (&["FOR", "SHARE"], true),
        (&["FOR", "KEY", "SHARE"], true),
        (&["LOCK", "IN", "SHARE", "MODE"], true),
        (&["FOR", "READ", "ONLY"], true),
    ];
    let (words, shared) = FORMS
        .into_iter()
        .find(|(words, _)| words_at(tokens, at, words))?;
    let mut end = at + words.len();
    if words == ["FOR", "READ", "ONLY"] {
        return Some((None, end));
    }
    let mut lock = RowLock {
        shared,
        key_only: words == ["FOR", "KEY", "SHARE"],
        skip_locked: false,
        no_wait: false,
        sometimes: false,
    };
    if words_at(tokens, end, &["OF"]) {
        end = after_names(tokens, end + 1);
    }
    if words_at(tokens, end, &["SKIP", "LOCKED"]) {
        (lock.skip_locked, end) = (true, end + 2);
    } else if words_at(tokens, end, &["NOWAIT"]) {
        (lock.no_wait, end) = (true, end + 1);
    } else if words_at(tokens, end, &["WAIT"]) && tokens.get(end + 1).is_some_and(Token::is_value) {
        end += 2;
    }
    Some((Some(lock), end))
}

/// The index after `a, b.c`.
fn after_names(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(Token::is_name) {
        at += 1;
        if !tokens
            .get(at)
            .is_some_and(|token| token.op(".") || token.op(","))
        {
            break;
        }
        at += 1;
    }
    at
}

/// `WITH (UPDLOCK, …)` or `(NOLOCK)` at `at`: the lock it asks for, if any, and where it ends.
fn hints(
    statement: &mut Statement,
    tokens: &[Token],
    at: usize,
) -> Option<(Option<RowLock>, usize)> {
    let open = at + usize::from(tokens[at].is("WITH"));
    let is_hint = tokens
        .get(open + 1)
        .is_some_and(|token| token.kind == Kind::Word && token.is_any(&HINTS));
    if !is_hint || !tokens[open].op("(") {
        return None;
    }
    let list: Vec<_> = tokens[open + 1..]
        .iter()
        .take(2 * HINTS.len())
        .take_while(|token| !token.op(")"))
        .collect();
    let has = |words: &[&str]| list.iter().any(|token| token.is_any(words));
    if has(&["NOLOCK", "READUNCOMMITTED"]) {
        statement.isolation = Some(super::Isolation::ReadUncommitted);
    }
    let exclusive = has(&["UPDLOCK", "XLOCK", "TABLOCKX"]);
    let locks = exclusive || has(&["HOLDLOCK", "SERIALIZABLE", "REPEATABLEREAD"]);
    let lock = locks.then(|| RowLock {
        shared: !exclusive,
        key_only: false,
        skip_locked: has(&["READPAST"]),
        no_wait: has(&["NOWAIT"]),
        sometimes: false,
    });
    Some((lock, (open + list.len() + 2).min(tokens.len())))
}
