//! The assignments of SET: ordinary variables, and those that mean autocommit or isolation.

use super::session::{Scope, scope, state};
use super::token::{Kind, Token, after_parenthesis, unquote};
use super::{Database, SessionState, Statement, Verb, control, only};

/// `a = 1, @@session.b = 2, c TO x, y` (Postgres's list), `NAME ON` (SQL Server).
pub(super) fn assignments(
    statement: &mut Statement,
    tokens: &[Token],
    mysql: bool,
    databases: &[Database],
) {
    let mut at = 1;
    while at < tokens.len() {
        let end = next_assignment(tokens, at);
        let (scope, name) = scope(tokens, at, mysql);
        if scope != Scope::Global && name < end {
            assignment(statement, &tokens[name..end], scope, databases);
        }
        at = end + 1;
    }
    if databases == [Database::MsSql]
        && statement.session.is_empty()
        && statement.autocommit.is_none()
    {
        statement.verb = Verb::Other;
    }
}

/// The comma that ends the assignment at `at` (the next one has an `=` soon), or the end.
fn next_assignment(tokens: &[Token], at: usize) -> usize {
    let mut comma = at;
    while comma < tokens.len() {
        if tokens[comma].op("(") {
            comma = after_parenthesis(tokens, comma);
            continue;
        }
        let assigns = || {
            tokens[comma + 1..]
                .iter()
                .take(4)
                .any(|token| token.op("=") || token.op(":="))
        };
        if tokens[comma].op(",") && assigns() {
            return comma;
        }
        comma += 1;
    }
    tokens.len()
}

/// One `name = value`, its scope's words removed.
fn assignment(statement: &mut Statement, tokens: &[Token], scope: Scope, databases: &[Database]) {
    if tokens[0].kind == Kind::Variable && scope != Scope::Next {
        if databases != [Database::MsSql] {
            statement.session.push(SessionState::UserVariable);
        }
        return;
    }
    let split = tokens
        .iter()
        .position(|token| token.op("=") || token.op(":=") || token.is("TO"));
    let name_end = split.unwrap_or(1);
    let value = &tokens[split.map_or(1, |at| at + 1).min(tokens.len())..];
    if value.is_empty() {
        return;
    }
    let name = variable_name(&tokens[..name_end]);
    match name.as_str() {
        "autocommit" => switch(statement, &name, value, false),
        "implicit_transactions" => switch(statement, &name, value, true),
        // Sent before every T-SQL batch, and without effect on any other statement's meaning.
        "nocount" => {}
        "tx_isolation" | "transaction_isolation" | "transaction_read_only" | "tx_read_only" => {
            transaction_variable(statement, &name, value, scope, databases);
        }
        _ => plain(statement, &name, value, scope),
    }
}

/// `app.user_id` from its tokens; a name put in at run time is `?`.
pub(super) fn variable_name(tokens: &[Token]) -> String {
    if tokens.iter().any(Token::has_hole) {
        return "?".to_owned();
    }
    let name: String = tokens.iter().map(Token::name).collect();
    name.trim_start_matches('@').to_owned()
}

/// Autocommit's new value; `inverse` for `IMPLICIT_TRANSACTIONS`.
fn switch(statement: &mut Statement, name: &str, value: &[Token], inverse: bool) {
    let on = match value
        .first()
        .map(|token| unquoted(token).to_ascii_lowercase())
        .as_deref()
    {
        Some("1" | "on" | "true") => true,
        Some("0" | "off" | "false") => false,
        _ => return state(statement, Scope::Session, name),
    };
    statement.autocommit = Some(on != inverse);
}

fn unquoted<'a>(token: &Token<'a>) -> &'a str {
    if token.kind == Kind::String {
        unquote(token.text)
    } else {
        token.text
    }
}

/// Postgres sets the current transaction by these, MySQL the session (or, by `@@name`, the next transaction).
fn transaction_variable(
    s: &mut Statement,
    name: &str,
    value: &[Token],
    scope: Scope,
    databases: &[Database],
) {
    if name.ends_with("isolation") {
        s.isolation = control::level_value(value);
    } else {
        s.read_only = value
            .first()
            .map(|token| matches!(unquoted(token), "1" | "on" | "ON" | "true" | "TRUE"));
    }
    let postgres = only(databases, &[Database::Postgres, Database::CockroachDb]);
    if scope != Scope::Session || postgres {
        s.verb = Verb::SetTransaction;
        return;
    }
    state(
        s,
        Scope::Session,
        if name.ends_with("isolation") {
            "transaction_isolation"
        } else {
            "transaction_read_only"
        },
    );
}

fn plain(statement: &mut Statement, name: &str, value: &[Token], scope: Scope) {
    if name == "default_transaction_isolation" {
        statement.isolation = control::level_value(value);
    } else if name == "default_transaction_read_only" {
        statement.read_only = value
            .first()
            .map(|token| matches!(unquoted(token), "on" | "ON" | "true" | "TRUE"));
    }
    if scope != Scope::Local && value.len() == 1 && value[0].is("DEFAULT") {
        statement
            .session
            .push(SessionState::Reset(Some(name.to_owned())));
    } else {
        state(statement, scope, name);
    }
}
