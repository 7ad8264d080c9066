//! Statements: where those run that are prepared, and whether they have changed rows.

use expect_test::expect;

use crate::{check, events};

#[test]
fn executed_in_the_same_body() {
    let text = "use rusqlite::{Result, Transaction};
fn shape(tx: &Transaction, names: &[String], again: bool) -> Result<()> {
    let mut add = tx.prepare(\"INSERT INTO names (name) VALUES (?1)\").unwrap();
    for name in names { let _ = add.execute([name]); }
    let mut all = if again { tx.prepare(\"SELECT a FROM names\") } else { tx.prepare_cached(\"SELECT a FROM old\") }.unwrap();
    let _ = all.query_map([], |row| row.get::<_, String>(0));
    tx.prepare(\"DELETE FROM names\").unwrap().execute([])
}
";
    expect![[r#"
        0 -> [1]
            prepare("INSERT INTO names (name…: prepare on transaction p1
        1 -> [2 8]
        2 -> [3 7]
        3 -> [4]
            again: assume p3 false
        4 -> [5]
            prepare_cached("SELECT a FROM ol…: prepare on transaction p1
        5 -> [6]
            query_map([], |row| row.get::<_,…: statement on transaction p1: select names or select old
            query_map([], |row| row.get::<_,…: `all.query_map([], |row| row.get:…` is ignored
            prepare("DELETE FROM names"): prepare on transaction p1
            execute([]): statement on transaction p1: delete names
            execute([]): leave by End
            { let mut add = tx.prepare("INSE…: drop all
            { let mut add = tx.prepare("INSE…: drop add
        6 -> [] returns `tx.prepare("DELETE FROM names").…`
        7 -> [5]
            again: assume p3 true
            prepare("SELECT a FROM names"): prepare on transaction p1
        8 -> [1]
            execute([name]): statement on transaction p1: insert names
            execute([name]): `add.execute([name])` is ignored
    "#]].assert_eq(&events(text, 2024));
}

// Nobody tells here whether it runs.
#[test]
fn executed_elsewhere() {
    let text = "use rusqlite::{Result, Statement, Transaction};
fn shape(tx: &Transaction) -> Result<()> {
    let mut handed = tx.prepare(\"DELETE FROM old\")?;
    run(&mut handed)
}
fn run(statement: &mut Statement<'_>) -> Result<()> { statement.execute([])?; Ok(()) }
";
    expect![[r#"
        0 -> [1 4]
            prepare("DELETE FROM old"): statement on transaction p1: delete old
        1 -> [2]
            ?: `tx.prepare("DELETE FROM old")` has failed
            ?: leave by Question
        2 -> [3]
            { let mut handed = tx.prepare("D…: drop handed
        3 -> [] fails
        4 -> [5]
            run(&mut handed): call run(1=`tx.prepare("DELETE FROM old")`)
            run(&mut handed): leave by End
            { let mut handed = tx.prepare("D…: drop handed
        5 -> [] returns `run(&mut handed)`
    "#]]
    .assert_eq(&events(text, 2024));
}

// Where no row was changed, nothing was written.
#[test]
fn rows_that_are_counted() {
    check(
        "let mut tx = pool.begin().await.unwrap();
         let done = sqlx::query(\"DELETE FROM a\").execute(&mut *tx).await.unwrap();
         let deleted = done.rows_affected();
         if deleted > 0 && 1 > sqlx::query(\"DELETE FROM b\").execute(&mut *tx).await.unwrap().rows_affected() { return Ok(()); }
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
                execute(&mut *tx): statement on connection `pool.begin()`: delete a
                sqlx::query("DELETE FROM a").exe…: await
                done: lend `sqlx::query("DELETE FROM a").exe…`
            1 -> [2]
                deleted > 0: `sqlx::query("DELETE FROM a").exe…` is refused
            2 -> [3]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop done
                { let mut tx = pool.begin().awai…: drop tx
            3 -> [] returns `tx.commit()`
            4 -> [2 5]
                execute(&mut *tx): statement on connection `pool.begin()`: delete b
                sqlx::query("DELETE FROM b").exe…: await
            5 -> [6]
                1 > sqlx::query("DELETE FROM b")…: `sqlx::query("DELETE FROM b").exe…` is refused
                return Ok(()): leave by Return, ok
                { let mut tx = pool.begin().awai…: drop done
                { let mut tx = pool.begin().awai…: drop tx
            6 -> [] returns `()`
        "#]],
    );
}
