//! Advisory lock calls anywhere in a statement.

use super::token::{Kind, Token, after_parenthesis, unquote};
use super::{AdvisoryCall, AdvisoryOp, Database, possible};

/// The advisory call whose name is at `at`.
pub(super) fn call(tokens: &[Token], at: usize, databases: &[Database]) -> Option<AdvisoryCall> {
    let name = tokens[at].text.to_ascii_lowercase();
    if let Some(function) = name.strip_prefix("pg_") {
        return postgres(function, arguments(tokens, at)?);
    }
    match name.as_str() {
        "get_lock" | "release_lock" | "release_all_locks"
            if possible(databases, &[Database::MySql, Database::MariaDb]) =>
        {
            Some(mysql(&name, arguments(tokens, at)?))
        }
        "sp_getapplock" | "sp_releaseapplock" => Some(sql_server(&name, &tokens[at + 1..])),
        "request" | "release"
            if at > 1 && tokens[at - 1].op(".") && tokens[at - 2].is("DBMS_LOCK") =>
        {
            Some(oracle(&name, arguments(tokens, at)?))
        }
        _ => None,
    }
}

/// The tokens between the parentheses after a function's name.
pub(super) fn arguments<'t, 'a>(tokens: &'t [Token<'a>], at: usize) -> Option<&'t [Token<'a>]> {
    tokens.get(at + 1).filter(|token| token.op("("))?;
    // Keys are short: a longer call is cut, so that nested ones stay linear.
    let window = &tokens[at + 1..tokens.len().min(at + 66)];
    let end = after_parenthesis(window, 0);
    let closed = window[..end].last().is_some_and(|token| token.op(")"));
    Some(&window[1..if closed { end - 1 } else { end }.max(1)])
}

/// `[try_]advisory_[xact_](lock|unlock)[_shared|_all]`
fn postgres(function: &str, arguments: &[Token]) -> Option<AdvisoryCall> {
    let tries = function.strip_prefix("try_");
    let rest = tries.unwrap_or(function).strip_prefix("advisory_")?;
    let transaction = rest.strip_prefix("xact_");
    let rest = transaction.unwrap_or(rest);
    let op = match rest.trim_end_matches("_shared") {
        "lock" if tries.is_some() => AdvisoryOp::TryLock,
        "lock" => AdvisoryOp::Lock,
        "unlock" => AdvisoryOp::Unlock,
        "unlock_all" => AdvisoryOp::UnlockAll,
        _ => return None,
    };
    let shared = rest.ends_with("_shared");
    Some(AdvisoryCall {
        op,
        session: transaction.is_none(),
        shared,
        key: key(arguments),
    })
}

/// `GET_LOCK(name, seconds)`; no seconds is a try.
fn mysql(name: &str, arguments: &[Token]) -> AdvisoryCall {
    let comma = arguments
        .iter()
        .position(|token| token.op(","))
        .unwrap_or(arguments.len());
    let no_wait = arguments
        .get(comma + 1)
        .is_some_and(|token| token.text == "0")
        && arguments.len() == comma + 2;
    let op = match name {
        "get_lock" if no_wait => AdvisoryOp::TryLock,
        "get_lock" => AdvisoryOp::Lock,
        "release_lock" => AdvisoryOp::Unlock,
        _ => AdvisoryOp::UnlockAll,
    };
    AdvisoryCall {
        op,
        session: true,
        shared: false,
        key: key(&arguments[..comma]),
    }
}

/// `@Resource = …, @LockMode = …, @LockOwner = …, @LockTimeout = …`, by name or in this order.
fn sql_server(name: &str, rest: &[Token]) -> AdvisoryCall {
    let order: &[&str] = match name {
        "sp_getapplock" => &["@resource", "@lockmode", "@lockowner", "@locktimeout"],
        _ => &["@resource", "@lockowner"],
    };
    let rest = &rest[..rest.len().min(64)];
    let end = rest
        .iter()
        .position(|token| token.op(";"))
        .unwrap_or(rest.len());
    let value = |wanted: &str| {
        rest[..end]
            .split(|token| token.op(","))
            .enumerate()
            .find_map(|(place, argument)| match argument {
                [name, equals, value @ ..] if equals.op("=") => {
                    name.text.eq_ignore_ascii_case(wanted).then_some(value)
                }
                _ => (order.get(place) == Some(&wanted)).then_some(argument),
            })
    };
    let is = |wanted: &str, text: &str| {
        let first = value(wanted).and_then(<[Token]>::first);
        first.is_some_and(|t| t.text == text || unquote(t.text).eq_ignore_ascii_case(text))
    };
    let op = match name {
        "sp_getapplock" if is("@locktimeout", "0") => AdvisoryOp::TryLock,
        "sp_getapplock" => AdvisoryOp::Lock,
        _ => AdvisoryOp::Unlock,
    };
    let key = value("@resource").and_then(key);
    AdvisoryCall {
        op,
        session: is("@lockowner", "session"),
        shared: is("@lockmode", "shared"),
        key,
    }
}

/// `DBMS_LOCK.REQUEST(id, lockmode, timeout, release_on_commit => TRUE)`
fn oracle(name: &str, arguments: &[Token]) -> AdvisoryCall {
    let on_commit = arguments.iter().any(|token| token.is("TRUE"));
    let op = if name == "request" {
        AdvisoryOp::Lock
    } else {
        AdvisoryOp::Unlock
    };
    let comma = arguments
        .iter()
        .position(|token| token.op(","))
        .unwrap_or(arguments.len());
    AdvisoryCall {
        op,
        session: !on_commit,
        shared: false,
        key: key(&arguments[..comma]),
    }
}

/// A key's text where literals and functions of them make all of it.
fn key(arguments: &[Token]) -> Option<String> {
    let constant = |at: usize| {
        let token = &arguments[at];
        match token.kind {
            Kind::Word => {
                arguments.get(at + 1).is_some_and(|next| next.op("("))
                    || (at > 0 && arguments[at - 1].op("::"))
            }
            Kind::Operator => true,
            _ => token.is_literal(),
        }
    };
    if arguments.is_empty() || !(0..arguments.len()).all(constant) {
        return None;
    }
    if let [only] = arguments
        && only.kind == Kind::String
    {
        return Some(unquote(only.text).to_owned());
    }
    Some(arguments.iter().map(|token| token.text).collect())
}
