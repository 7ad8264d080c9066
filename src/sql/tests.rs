//! Text and the facts expected of it, side by side in `cases/`; `UPDATE=1` rewrites the facts.

use std::fmt::Write as _;

use expect_test::{ExpectFile, expect_file};

use super::*;

fn text(text: &str) -> SqlText {
    SqlText(vec![SqlPiece::Text(text.to_owned())])
}

/// Every line of a case file with its facts below; `\n` in a line is a line break, `{}` a hole.
fn check(file: &ExpectFile, cases: &str, databases: &[Database]) {
    let mut rendered = String::new();
    for line in cases.lines().filter(|line| !line.starts_with("  ")) {
        rendered.push_str(line);
        rendered.push('\n');
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        for statement in statements(&text(&line.replace("\\n", "\n")), databases) {
            let _ = writeln!(rendered, "    {}", render(&statement));
        }
    }
    file.assert_eq(&rendered);
}

/// The verb and what isn't as in [`Statement::unknown`] once parsed.
fn render(statement: &Statement) -> String {
    let mut out = format!("{:?}", statement.verb);
    let mut add = |name: &str, value: String| {
        let _ = write!(out, " {name}{value}");
    };
    let names = |names: &[String]| names.join(",");
    if !statement.reads.is_empty() {
        add("reads=", names(&statement.reads));
    }
    if !statement.writes.is_empty() {
        add("writes=", names(&statement.writes));
    }
    if statement.rows != Rows::Unknown {
        add("rows=", format!("{:?}", statement.rows));
    }
    if let Some(lock) = statement.row_lock {
        let flags = [
            (lock.shared, "shared"),
            (!lock.shared, "exclusive"),
            (lock.skip_locked, "skip"),
            (lock.no_wait, "nowait"),
        ];
        let flags: Vec<_> = flags
            .iter()
            .filter(|flag| flag.0)
            .map(|flag| flag.1)
            .collect();
        add("lock=", flags.join("+"));
    }
    for call in &statement.advisory {
        let level = if call.session {
            "session"
        } else {
            "transaction"
        };
        let shared = if call.shared { " shared" } else { "" };
        add(
            "advisory=",
            format!("({:?} {level}{shared} {:?})", call.op, call.key),
        );
    }
    for state in &statement.session {
        add("", format!("{state:?}"));
    }
    if let Some(autocommit) = statement.autocommit {
        add("autocommit=", autocommit.to_string());
    }
    if let Some(isolation) = statement.isolation {
        add("isolation=", format!("{isolation:?}"));
    }
    if let Some(read_only) = statement.read_only {
        add("read_only=", read_only.to_string());
    }
    let flags = [
        (statement.ordered, "ordered"),
        (statement.locks_inside, "inside"),
        (statement.immediate, "immediate"),
        (statement.holes, "holes"),
        (!statement.parsed, "unparsed"),
    ];
    for (_, flag) in flags.iter().filter(|flag| flag.0) {
        add("", (*flag).to_owned());
    }
    out
}

macro_rules! cases {
    ($($name:ident: $($database:ident)*;)*) => {
        $(#[test]
        fn $name() {
            let path = concat!("cases/", stringify!($name), ".txt");
            check(&expect_file![path], include_str!(concat!("cases/", stringify!($name), ".txt")), &[$(Database::$database),*]);
        })*
    };
}

cases! {
    any:;
    postgres: Postgres;
    locking: Postgres;
    session: Postgres;
    cockroachdb: CockroachDb;
    mysql: MySql;
    mariadb: MariaDb;
    sqlite: Sqlite;
    mssql: MsSql;
    oracle: Oracle;
    duckdb: DuckDb;
    several: Postgres Sqlite;
}
