//! SET and its kin: what a statement leaves in its session, and where it sets isolation or autocommit instead.

use super::token::{Kind, Token, words_at};
use super::{Database, SessionState, Statement, Verb, assign, control, only, pragma, tables};

/// How far a SET reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Session,
    Local,
    /// MySQL: the server.
    Global,
    /// MySQL's `@@name` without scope: the next transaction, for what belongs to transactions.
    Next,
}

/// Fills in a statement of [`Verb::Session`]; the verb changes where it turns out to be another.
pub(super) fn read(statement: &mut Statement, tokens: &[Token], databases: &[Database]) {
    match tokens[0].text.to_ascii_uppercase().as_str() {
        "SET" => set(statement, tokens, databases),
        "ALTER" => alter_session(statement, tokens),
        "RESET" => reset(statement, tokens),
        "DISCARD" => statement
            .session
            .push(SessionState::Reset(discarded(tokens))),
        "PRAGMA" => pragma::read(statement, tokens),
        "USE" => state(statement, Scope::Session, "database"),
        "ATTACH" => state(statement, Scope::Session, "attach"),
        "DETACH" => statement
            .session
            .push(SessionState::Reset(Some("attach".to_owned()))),
        "LISTEN" => statement.session.push(SessionState::Listen(true)),
        "UNLISTEN" => statement.session.push(SessionState::Listen(false)),
        "DROP" => {
            let at = if words_at(tokens, 3, &["IF", "EXISTS"]) {
                5
            } else {
                3
            };
            statement
                .session
                .push(SessionState::Reset(tables::name_at(tokens, at).0));
        }
        _ => statement.session.push(SessionState::Prepared),
    }
}

pub(super) fn state(statement: &mut Statement, scope: Scope, name: &str) {
    statement.session.push(match scope {
        Scope::Local => SessionState::SetLocal(name.to_owned()),
        _ => SessionState::Set(name.to_owned()),
    });
}

fn set(statement: &mut Statement, tokens: &[Token], databases: &[Database]) {
    if words_at(tokens, 1, &["STATEMENT"]) {
        return statement_only(statement, tokens);
    }
    let mysql = only(databases, &[Database::MySql, Database::MariaDb]);
    let (scope, at) = scope(tokens, 1, mysql);
    let rest = &tokens[at..];
    if scope == Scope::Global
        || rest
            .first()
            .is_some_and(|token| token.is_any(&["PASSWORD", "CLUSTER", "DEFAULT"]))
    {
        statement.verb = Verb::Other;
        return;
    }
    if !special(statement, rest, scope, at > 1, databases) {
        assign::assignments(statement, tokens, mysql, databases);
    }
}

/// MariaDB's `SET STATEMENT name = value FOR statement`: no state stays.
fn statement_only(statement: &mut Statement, tokens: &[Token]) {
    let inner = tokens
        .iter()
        .position(|token| token.is("FOR"))
        .map_or(tokens.len(), |at| at + 1);
    let tokens = &tokens[inner..];
    if tokens.is_empty() || words_at(tokens, 0, &["SET", "STATEMENT"]) {
        statement.verb = Verb::Other;
        return;
    }
    *statement = super::facts::known(tokens, &[Database::MariaDb]);
}

/// The scope word at `at`, and where the name starts.
pub(super) fn scope(tokens: &[Token], at: usize, mysql: bool) -> (Scope, usize) {
    let Some(token) = tokens.get(at) else {
        return (Scope::Session, at);
    };
    let next = at + 1;
    // `SET local = 1` sets a variable called so, `SET SESSION AUTHORIZATION` keeps its first word.
    let is_name = token.kind == Kind::Word
        && tokens
            .get(next)
            .is_some_and(|token| token.op("=") || token.is("TO"));
    if is_name {
        return (Scope::Session, at);
    }
    match token.text.to_ascii_uppercase().as_str() {
        "SESSION" => (Scope::Session, next),
        "LOCAL" if mysql => (Scope::Session, next),
        "LOCAL" => (Scope::Local, next),
        "GLOBAL" | "PERSIST" | "PERSIST_ONLY" | "@@GLOBAL" | "@@PERSIST" => (Scope::Global, next),
        "@@SESSION" | "@@LOCAL" => (Scope::Session, (next + 1).min(tokens.len())),
        _ if token.text.starts_with("@@") => (Scope::Next, at),
        _ => (Scope::Session, at),
    }
}

/// The forms of SET that aren't assignments; whether it was one.
fn special(
    statement: &mut Statement,
    rest: &[Token],
    scope: Scope,
    scoped: bool,
    databases: &[Database],
) -> bool {
    let is = |words: &[&str]| words_at(rest, 0, words);
    if is(&["TRANSACTION"]) {
        transaction(
            statement,
            rest,
            scoped && scope == Scope::Session,
            databases,
        );
    } else if is(&["CHARACTERISTICS"]) {
        characteristics(statement, rest, "default_transaction_");
    } else if is(&["AUTHORIZATION"]) || is(&["SESSION", "AUTHORIZATION"]) {
        role(statement, rest, scope, "session_authorization");
    } else if is(&["ROLE"]) {
        role(statement, rest, scope, "role");
    } else if is(&["CONSTRAINTS"]) {
        state(statement, Scope::Local, "constraints");
    } else if is(&["TIME", "ZONE"]) {
        if scope != Scope::Local
            && rest
                .last()
                .is_some_and(|token| token.is_any(&["DEFAULT", "LOCAL"]))
        {
            statement
                .session
                .push(SessionState::Reset(Some("timezone".to_owned())));
        } else {
            state(statement, scope, "timezone");
        }
    } else if is(&["NAMES"]) {
        state(statement, scope, "names");
    } else if is(&["CHARACTER", "SET"]) || is(&["CHARSET"]) {
        state(statement, scope, "character_set");
    } else if is(&["SCHEMA"]) {
        state(statement, scope, "search_path");
    } else {
        return false;
    }
    true
}

/// `SET [SESSION] TRANSACTION …`: `session` where the word stood there (MySQL). On SQL Server it is the session's always.
fn transaction(statement: &mut Statement, rest: &[Token], session: bool, databases: &[Database]) {
    if session {
        return characteristics(statement, rest, "transaction_");
    }
    control::modes(statement, rest);
    statement.verb = Verb::SetTransaction;
    if databases == [Database::MsSql] {
        state(statement, Scope::Session, "transaction_isolation");
    }
}

/// Transaction modes that later transactions begin with.
fn characteristics(statement: &mut Statement, rest: &[Token], prefix: &str) {
    statement.isolation = control::isolation(rest);
    statement.read_only = control::read_only(rest);
    if statement.read_only.is_some() {
        state(statement, Scope::Session, &format!("{prefix}read_only"));
    }
    if statement.isolation.is_some() || statement.read_only.is_none() {
        state(statement, Scope::Session, &format!("{prefix}isolation"));
    }
}

fn role(statement: &mut Statement, rest: &[Token], scope: Scope, name: &str) {
    let none = rest
        .last()
        .is_some_and(|token| token.is_any(&["NONE", "DEFAULT"]));
    statement.session.push(match scope {
        Scope::Local => SessionState::SetLocal(name.to_owned()),
        _ if none => SessionState::Reset(Some(name.to_owned())),
        _ => SessionState::Role,
    });
}

/// Oracle's `ALTER SESSION SET name = value …`.
fn alter_session(statement: &mut Statement, tokens: &[Token]) {
    statement.isolation = control::isolation(tokens);
    let names: Vec<_> = tokens
        .windows(2)
        .filter(|pair| pair[1].op("="))
        .map(|pair| pair[0].name())
        .collect();
    for name in names {
        state(
            statement,
            Scope::Session,
            if name == "isolation_level" {
                "transaction_isolation"
            } else {
                &name
            },
        );
    }
    if statement.session.is_empty() {
        state(statement, Scope::Session, "?");
    }
}

fn reset(statement: &mut Statement, tokens: &[Token]) {
    let rest = &tokens[1..];
    if rest.first().is_some_and(|token| {
        token.is_any(&["MASTER", "SLAVE", "REPLICA", "QUERY", "BINARY", "PERSIST"])
    }) {
        statement.verb = Verb::Other;
        return;
    }
    let name = match rest {
        [all] if all.is("ALL") => None,
        [a, b] if a.is("SESSION") && b.is("AUTHORIZATION") => {
            Some("session_authorization".to_owned())
        }
        [a, b] if a.is("TIME") && b.is("ZONE") => Some("timezone".to_owned()),
        _ => Some(assign::variable_name(rest)),
    };
    statement.session.push(SessionState::Reset(name));
}

fn discarded(tokens: &[Token]) -> Option<String> {
    tokens
        .get(1)
        .filter(|token| !token.is("ALL"))
        .map(Token::name)
}
