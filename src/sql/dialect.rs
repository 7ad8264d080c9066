//! One statement's tokens to what it touches, by the dialects of the databases it may be sent to.

use std::ops::Range;

use sqlparser::dialect::{
    Dialect, DuckDbDialect, GenericDialect, MsSqlDialect, MySqlDialect, OracleDialect,
    PostgreSqlDialect, SQLiteDialect,
};
use sqlparser::parser::{Parser, ParserError};

use super::Database;
use super::token::{HOLE, Kind, Token};
use super::tree::{self, Targets};

/// What the parser sees where something is put in at run time: a name and an expression.
pub(super) const HOLE_NAME: &str = "__hole__";
/// … where one value is.
const VALUE_NAME: &str = "__value__";
/// … where a client may expand one name to a list.
pub(super) const NAMED_NAME: &str = "__named__";

/// Levels parsed on the caller's stack: sqlparser recurses, by up to 80 KiB a level in debug builds.
const SHALLOW: usize = 10;
/// Levels parsed on a stack of their own; a statement nested deeper isn't parsed.
const DEEP: usize = 50;
/// The size of that stack, in bytes.
const STACK: usize = 8 << 20;
/// With more operators than this it isn't either: sqlparser nests a chain of them to its left, one level each.
const MAX_OPERATORS: usize = 400;

/// Whether a name in the tree stands for a value.
pub(super) fn is_placeholder(name: &str) -> bool {
    name == VALUE_NAME || name == NAMED_NAME
}

/// What a statement without `skip` touches, by the first dialect that knows it.
pub(super) fn targets(
    tokens: &[Token],
    skip: &[Range<usize>],
    databases: &[Database],
) -> Option<Targets> {
    if is_too_deep(tokens) {
        return None;
    }
    let sql = render(tokens, skip);
    let (targets, exceeded) = parse(&sql, databases, SHALLOW);
    if targets.is_some() || !exceeded {
        return targets;
    }
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(STACK);
        let thread = deep
            .spawn_scoped(scope, || parse(&sql, databases, DEEP))
            .ok()?;
        thread.join().ok()?.0
    })
}

/// What the text touches, and whether a dialect gave up for its depth.
fn parse(sql: &str, databases: &[Database], depth: usize) -> (Option<Targets>, bool) {
    let mut exceeded = false;
    for dialect in dialects(databases) {
        let parser = Parser::new(dialect.as_ref())
            .with_recursion_limit(depth)
            .try_with_sql(sql);
        match parser.and_then(|mut parser| parser.parse_statements()) {
            Ok(statements) if statements.len() == 1 => {
                return (statements.first().map(tree::targets), false);
            }
            Err(ParserError::RecursionLimitExceeded) => exceeded = true,
            _ => {}
        }
    }
    (None, exceeded)
}

fn is_too_deep(tokens: &[Token]) -> bool {
    const CHAINS: [&str; 14] = [
        "AND",
        "OR",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "MINUS",
        "IS",
        "LIKE",
        "ILIKE",
        "IN",
        "BETWEEN",
        "COLLATE",
        "NOT",
        "AT",
    ];
    let (mut depth, mut deepest, mut operators) = (0_usize, 0, 0);
    for token in tokens {
        if token.op("(") || token.op("[") || token.is("CASE") {
            depth += 1;
            deepest = deepest.max(depth);
        } else if token.op(")") || token.op("]") {
            depth = depth.saturating_sub(1);
        } else if token.is_any(&CHAINS)
            || (token.kind == Kind::Operator && !token.op(",") && !token.op("."))
        {
            operators += 1;
        }
    }
    deepest > DEEP || operators > MAX_OPERATORS
}

fn dialects(databases: &[Database]) -> Vec<Box<dyn Dialect>> {
    let mut dialects: Vec<Box<dyn Dialect>> = Vec::new();
    let mut push = |dialect: Box<dyn Dialect>| {
        if !dialects
            .iter()
            .any(|known| known.dialect() == dialect.dialect())
        {
            dialects.push(dialect);
        }
    };
    for database in databases {
        push(dialect(*database));
    }
    push(Box::new(GenericDialect {}));
    if databases.is_empty() {
        push(Box::new(PostgreSqlDialect {}));
        push(Box::new(MySqlDialect {}));
        push(Box::new(SQLiteDialect {}));
    }
    dialects
}

fn dialect(database: Database) -> Box<dyn Dialect> {
    match database {
        Database::Postgres | Database::CockroachDb => Box::new(PostgreSqlDialect {}),
        Database::MySql | Database::MariaDb => Box::new(MySqlDialect {}),
        Database::Sqlite => Box::new(SQLiteDialect {}),
        Database::MsSql => Box::new(MsSqlDialect {}),
        Database::Oracle => Box::new(OracleDialect {}),
        Database::DuckDb => Box::new(DuckDbDialect {}),
    }
}

fn after_operator(tokens: &[Token], at: usize) -> bool {
    at > 0 && tokens[at - 1].kind == Kind::Operator
}

/// The statement's text for the parser: no comments, placeholders and holes as names.
fn render(tokens: &[Token], skip: &[Range<usize>]) -> String {
    let mut sql = String::new();
    let mut skip = skip.iter().peekable();
    for (at, token) in tokens.iter().enumerate() {
        while skip.next_if(|range| range.end <= at).is_some() {}
        if skip.peek().is_some_and(|range| range.contains(&at)) {
            continue;
        }
        let name = match token.kind {
            Kind::Placeholder | Kind::Variable => Some(VALUE_NAME),
            Kind::Named => Some(NAMED_NAME),
            Kind::Hole => Some(HOLE_NAME),
            // A value like any other, not the literal that its known part makes it look.
            Kind::String if token.has_hole() && after_operator(tokens, at) => Some(VALUE_NAME),
            _ => None,
        };
        if token.gap || name.is_some() {
            sql.push(' ');
        }
        match name {
            Some(name) => sql.extend([name, " "]),
            None if token.has_hole() => sql.push_str(&token.text.replace(HOLE, HOLE_NAME)),
            // CockroachDB's, in which all that follows is INSERT's.
            None if at == 0 && token.is("UPSERT") => sql.push_str("INSERT"),
            None => sql.push_str(token.text),
        }
    }
    sql
}
