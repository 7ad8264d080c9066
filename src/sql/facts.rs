//! One statement's tokens to its facts.

use super::holes::{self, Holes};
use super::token::{Kind, Token, words_at};
use super::{
    Database, Rows, Statement, Verb, calls, choice, columns, control, ddl, dialect, locks, scan,
    session, tables, verb, within,
};

/// The facts of one statement; two for `COMMIT AND CHAIN`.
pub(super) fn facts(tokens: &[Token], databases: &[Database]) -> Vec<Statement> {
    let statement = known(tokens, databases);
    let next = control::chained(&statement, tokens);
    std::iter::once(statement).chain(next).collect()
}

/// The verb alone: what a text too long to read says at its start.
pub(super) fn leading(tokens: &[Token], databases: &[Database]) -> Statement {
    Statement {
        verb: verb::verb(tokens, databases),
        holes: true,
        ..Statement::unknown()
    }
}

/// The facts of one statement.
pub(super) fn known(tokens: &[Token], databases: &[Database]) -> Statement {
    if tokens.first().is_some_and(|first| first.is("EXPLAIN")) {
        return explain(tokens, databases);
    }
    let holes = holes::holes(tokens);
    let mut statement = Statement {
        verb: verb::verb(tokens, databases),
        ..Statement::unknown()
    };
    statement.holes = holes != Holes::Values;
    statement.parsed = !statement.holes;
    match statement.verb {
        Verb::Begin | Verb::SetTransaction => control::modes(&mut statement, tokens),
        Verb::Session => session::read(&mut statement, tokens, databases),
        Verb::LockTable => control::lock_tables(&mut statement, tokens),
        Verb::Ddl => ddl::read(&mut statement, tokens),
        Verb::Select | Verb::Insert | Verb::Upsert | Verb::Update | Verb::Delete => {
            query(&mut statement, tokens, holes, databases);
        }
        Verb::Call | Verb::Copy | Verb::Unknown => unparsed(&mut statement, tokens),
        _ => {}
    }
    if statement.verb != Verb::Ddl {
        calls::read(&mut statement, tokens, databases);
    }
    tables::tidy(&mut statement.reads, &[]);
    tables::tidy(&mut statement.writes, &[]);
    statement.within = within::of(&statement, tokens, databases);
    statement
}

fn query(statement: &mut Statement, tokens: &[Token], holes: Holes, databases: &[Database]) {
    let clauses = locks::read(statement, tokens);
    let known = dialect::targets(tokens, &clauses, databases);
    statement.parsed = known.is_some();
    let targets = known.unwrap_or_else(|| scan::targets(tokens, statement.verb));
    (statement.reads, statement.writes) = (targets.reads, targets.writes);
    // A hole may be the WHERE, or the FROM, that the known text lacks.
    let bare = statement.verb == Verb::Select && statement.reads.is_empty();
    let open = holes == Holes::Clause && (bare || matches!(targets.rows, Rows::All | Rows::Range));
    statement.rows = if open { Rows::Unknown } else { targets.rows };
    statement.open_end =
        holes == Holes::Clause && tokens.last().is_some_and(|last| last.kind == Kind::Hole);
    choice::read(statement, tokens);
    columns::read(statement, tokens);
    if statement.verb == Verb::Select {
        statement.session.extend(ddl::select_into(tokens));
        statement.writes.retain(|name| {
            !statement
                .session
                .contains(&super::SessionState::TempTable(name.clone()))
        });
    }
}

/// Procedural text and COPY: the tables are found, the rest is left unknown.
fn unparsed(statement: &mut Statement, tokens: &[Token]) {
    statement.parsed = false;
    let targets = scan::targets(tokens, statement.verb);
    (statement.reads, statement.writes) = (targets.reads, targets.writes);
    let bulk = tokens.first().is_some_and(|first| first.is("BULK"));
    if bulk || words_at(tokens, 0, &["COPY"]) {
        let (name, _) = tables::name_at(tokens, 1 + usize::from(bulk));
        let reads = tokens.iter().any(|token| token.is("TO"));
        let names = if reads {
            &mut statement.reads
        } else {
            &mut statement.writes
        };
        names.extend(name);
        statement.reads.retain(|name| name != "stdin");
    }
}

/// With ANALYZE the statement runs, else it is only planned.
fn explain(tokens: &[Token], databases: &[Database]) -> Statement {
    const OPTIONS: [&str; 12] = [
        "ANALYZE", "ANALYSE", "VERBOSE", "FORMAT", "QUERY", "PLAN", "EXTENDED", "JSON", "TREE",
        "TRUE", "ON", "BUFFERS",
    ];
    let is_option = |token: &&Token| token.is_any(&OPTIONS) || token.kind == Kind::Operator;
    let (options, inner) = tokens[1..].split_at(tokens[1..].iter().take_while(is_option).count());
    let runs = options
        .iter()
        .any(|option| option.is_any(&["ANALYZE", "ANALYSE"]));
    match inner.first() {
        Some(first) if runs && !first.is("EXPLAIN") => known(inner, databases),
        _ => Statement {
            verb: Verb::Select,
            parsed: true,
            ..Statement::unknown()
        },
    }
}
