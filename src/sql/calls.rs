//! What functions and variables anywhere in a statement ask of the session.

use super::token::{Kind, Token, unquote};
use super::{Database, SessionState, Statement, advisory, lexer, only, possible};

/// Functions whose result belongs to the session's last statement, and the databases that have them.
const LAST_VALUES: [(&str, &[Database]); 10] = [
    ("currval", POSTGRES),
    ("lastval", POSTGRES),
    ("last_insert_id", MYSQL),
    ("row_count", MYSQL),
    ("found_rows", MYSQL),
    ("scope_identity", &[Database::MsSql]),
    ("last_insert_rowid", SQLITE),
    ("changes", SQLITE),
    ("total_changes", SQLITE),
    ("sqlite3_changes", SQLITE),
];
const POSTGRES: &[Database] = &[Database::Postgres, Database::CockroachDb, Database::DuckDb];
const MYSQL: &[Database] = &[Database::MySql, Database::MariaDb];
const SQLITE: &[Database] = &[Database::Sqlite];

/// Adds the calls in a statement's tokens, and in the bodies it runs (`DO $$ … $$`).
pub(super) fn read(statement: &mut Statement, tokens: &[Token], databases: &[Database]) {
    for at in 0..tokens.len() {
        match tokens[at].kind {
            Kind::Word => word(statement, tokens, at, databases),
            Kind::Variable => variable(statement, tokens, at, databases),
            Kind::Body if tokens[0].is("DO") => {
                let body = tokens[at].text.trim_matches('$');
                let inner = lexer::tokens(body, databases);
                (0..inner.len()).for_each(|at| word(statement, &inner, at, databases));
            }
            _ => {}
        }
    }
}

fn word(statement: &mut Statement, tokens: &[Token], at: usize, databases: &[Database]) {
    statement
        .advisory
        .extend(advisory::call(tokens, at, databases));
    let Some(arguments) = advisory::arguments(tokens, at) else {
        return;
    };
    if tokens[at].is("set_config") {
        statement.session.extend(set_config(arguments));
    }
    let known = LAST_VALUES.iter().find(|(name, _)| tokens[at].is(name));
    if let Some((name, of)) = known
        && possible(databases, of)
        && (arguments.is_empty() || *name == "currval")
    {
        statement
            .session
            .push(SessionState::LastValue((*name).to_owned()));
    }
}

/// `set_config(name, value, is_local)`; nothing where the last isn't constant.
fn set_config(arguments: &[Token]) -> Option<SessionState> {
    let (first, last) = (arguments.first()?, arguments.last()?);
    let name = if first.is_literal() {
        unquote(first.text).to_lowercase()
    } else {
        "?".to_owned()
    };
    match last.text.to_ascii_lowercase().as_str() {
        "true" | "'t'" | "'true'" => Some(SessionState::SetLocal(name)),
        "false" | "'f'" | "'false'" => Some(SessionState::Set(name)),
        _ => None,
    }
}

/// `@@IDENTITY`, `@@ROWCOUNT`, and MySQL's `@x`.
fn variable(statement: &mut Statement, tokens: &[Token], at: usize, databases: &[Database]) {
    let name = tokens[at].text.to_ascii_lowercase();
    if matches!(
        name.as_str(),
        "@@identity" | "@@rowcount" | "@@last_insert_id"
    ) {
        return statement.session.push(SessionState::LastValue(name));
    }
    let assigned = tokens.get(at + 1).is_some_and(|next| next.op(":="));
    let mysql = only(databases, MYSQL);
    let user = !name.starts_with("@@") && (mysql || (assigned && databases.is_empty()));
    if user && !statement.session.contains(&SessionState::UserVariable) {
        statement.session.push(SessionState::UserVariable);
    }
}
