//! Text and the facts expected of it, side by side in `cases/`; `UPDATE_EXPECT=1` rewrites the facts.

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
        add("lock=", set(&flags).join("+"));
    }
    for call in &statement.advisory {
        add("advisory=", advisory(call));
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
    if statement.within != Within::Joins {
        add("within=", format!("{:?}", statement.within));
    }
    let flags = [
        (statement.ordered, "ordered"),
        (statement.locks_inside, "inside"),
        (statement.immediate, "immediate"),
        (statement.holes, "holes"),
        (!statement.parsed, "unparsed"),
    ];
    for flag in set(&flags) {
        add("", flag.to_owned());
    }
    out
}

fn set(flags: &[(bool, &'static str)]) -> Vec<&'static str> {
    let set = flags.iter().filter(|flag| flag.0);
    set.map(|flag| flag.1).collect()
}

fn advisory(call: &AdvisoryCall) -> String {
    let level = if call.session {
        "session"
    } else {
        "transaction"
    };
    let shared = if call.shared { " shared" } else { "" };
    format!("({:?} {level}{shared} {:?})", call.op, call.key)
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

/// On a stack as small as a worker's.
fn on_a_small_stack(text: String, databases: &'static [Database]) -> Vec<Statement> {
    let read = move || statements(&SqlText(vec![SqlPiece::Text(text)]), databases);
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(read)
        .unwrap()
        .join()
        .unwrap()
}

#[test]
fn hostile_text_is_read_without_overflow() {
    let every: [&[Database]; 2] = [&[], &[Database::MsSql]];
    let texts = [
        format!("SELECT {}1{}", "(".repeat(50_000), ")".repeat(50_000)),
        format!("SELECT {}", "(".repeat(200_000)),
        format!("SELECT 1{}", " + 1".repeat(50_000)),
        format!("SELECT * FROM t WHERE {}a", "a = 1 AND ".repeat(390)),
        format!("SELECT {}1", "NOT ".repeat(390)),
        format!("SELECT {}1", "-".repeat(390).replace('-', "- ")),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(390)),
        format!(
            "SELECT {}1{}",
            "CASE WHEN ".repeat(30),
            " THEN 1 END".repeat(30)
        ),
        format!(
            "SELECT * FROM {}t{}",
            "(SELECT * FROM ".repeat(38),
            ") x".repeat(38)
        ),
        format!(
            "SELECT * FROM t WHERE {}1{}",
            "id IN (SELECT id FROM t WHERE ".repeat(2_000),
            ")".repeat(2_000)
        ),
        "SET STATEMENT a = 1 FOR ".repeat(8_000),
        "EXPLAIN ANALYZE ".repeat(16_000),
        "WITH a AS (".repeat(20_000),
        "SELECT * FROM ( FROM ".repeat(10_000),
        "CREATE TRIGGER BEGIN ".repeat(10_000),
        "DO $$".repeat(20_000) + "pg_advisory_lock(".repeat(2_000).as_str(),
        "pg_advisory_lock(".repeat(15_000),
        "[".repeat(250_000),
        "/*".repeat(125_000),
        "'".repeat(249_999),
        ";".repeat(250_000),
        "SELECT 1;".repeat(2_000),
        "@".repeat(250_000),
        "a.".repeat(100_000),
        "\u{0}é\u{2028}𝄞'".repeat(10_000),
    ];
    for text in texts {
        for databases in every {
            let count = on_a_small_stack(text.clone(), databases).len();
            assert!(count <= text.len(), "{count}");
        }
    }
}

#[test]
fn text_too_long_is_read_by_its_first_keywords() {
    let long = format!("INSERT INTO t VALUES ('{}')", "x".repeat(MAX_LENGTH));
    let read = statements(&text(&long), &[]);
    let expected = Statement {
        verb: Verb::Insert,
        holes: true,
        ..Statement::unknown()
    };
    assert_eq!(read, [expected]);
}

#[test]
fn a_cut_text_never_panics() {
    for cases in [
        include_str!("cases/postgres.txt"),
        include_str!("cases/mysql.txt"),
        include_str!("cases/mssql.txt"),
    ] {
        for line in cases.lines().filter(|line| line.len() < 120) {
            for (at, _) in line.char_indices() {
                let pieces = [
                    SqlPiece::Text(line[..at].to_owned()),
                    SqlPiece::Hole,
                    SqlPiece::Text(line[at..].to_owned()),
                ];
                let with_hole = statements(&SqlText(pieces.to_vec()), &[]);
                let cut = statements(&text(&line[..at]), &[]);
                assert!(with_hole.len() <= line.len() && cut.len() <= line.len());
            }
        }
    }
}

#[test]
fn a_hole_is_a_piece_or_braces() {
    let pieces = [
        SqlPiece::Text("SELECT * FROM t WHERE id IN (".to_owned()),
        SqlPiece::Hole,
        SqlPiece::Text(")".to_owned()),
    ];
    let by_piece = statements(&SqlText(pieces.to_vec()), &[]);
    assert_eq!(
        by_piece,
        statements(&text("SELECT * FROM t WHERE id IN ({ids})"), &[])
    );
    assert_eq!(by_piece[0].rows, Rows::List);
}

#[test]
fn no_text_has_no_statements() {
    assert_eq!(statements(&SqlText::default(), &[]), []);
    assert_eq!(statements(&text(" ; -- nothing"), &[]), []);
}

#[test]
fn a_statement_says_what_it_does() {
    let one = |sql: &str| statements(&text(sql), &[]).remove(0);
    assert!(one("INSERT INTO t VALUES (1)").is_write());
    assert!(one("WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d").is_write());
    assert!(one("CALL f(1)").writes.is_empty() && !one("CALL f(1)").is_write());
    assert!(!one("SELECT * FROM t FOR UPDATE").is_write());
    assert!(!one("TRUNCATE t").is_write() && !Statement::unknown().is_write());
    assert!(one("SELECT * FROM t FOR UPDATE").locks_rows());
    assert!(one("UPDATE t SET a = 1").locks_rows());
    assert!(!one("INSERT INTO t VALUES (1)").locks_rows() && !one("SELECT 1").locks_rows());
    assert!(one("ROLLBACK TO a").is_transaction_control() && one("BEGIN").is_transaction_control());
    assert!(!one("SET TRANSACTION READ ONLY").is_transaction_control());
}
