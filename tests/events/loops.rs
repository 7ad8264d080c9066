//! Loops and the jumps out of them.

use expect_test::expect;

use crate::check;

#[test]
fn a_question_mark_in_a_loop() {
    check(
        "let mut tx = pool.begin().await?;
         for _ in 0..3 { one(&mut tx).await?; }
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let mut tx = pool.begin().awai…: drop tx
            3 -> [] fails
            4 -> [5 7]
            5 -> [6]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            6 -> [] returns `tx.commit()`
            7 -> [8 9]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
            8 -> [2]
                ?: `one(&mut tx)` has failed
                ?: leave by Question
            9 -> [4]
                ?: drop `one(&mut tx)`
        "#]],
    );
}

#[test]
fn break_with_a_value() {
    check(
        "let tx = loop {
             match pool.begin().await { Ok(tx) => break tx, Err(_) => continue }
         };
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                tx: move tx to Owner
                { let tx = loop { match pool.beg…: drop tx
            2 -> [3]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let tx = loop { match pool.beg…: drop tx
            3 -> [] returns `tx.commit()`
            4 -> [0]
                pool.begin().await: `pool.begin()` has failed
        "#]],
    );
}

#[test]
fn a_labelled_break_out_of_two_loops() {
    check(
        "let mut tx = pool.begin().await?;
         'all: loop {
             loop {
                 if one(&mut tx).await.is_err() { break 'all; }
                 two(pool).await?;
             }
         }
         tx.rollback().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let mut tx = pool.begin().awai…: drop tx
            3 -> [] fails
            4 -> [5 8]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
                is_err(): drop `one(&mut tx)`
            5 -> [6 7]
                two(pool): call two(1=pool p1)
                two(pool).await: await
            6 -> [2]
                ?: `two(pool)` has failed
                ?: leave by Question
            7 -> [4]
                ?: drop `two(pool)`
            8 -> [9]
                is_err(): `one(&mut tx)` has failed, quietly
            9 -> [10]
                rollback(): rollback transaction `pool.begin()`
                tx.rollback().await: await
                tx.rollback().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            10 -> [] returns `tx.rollback()`
        "#]],
    );
}

#[test]
fn a_labelled_block() {
    check(
        "let mut tx = pool.begin().await?;
         'done: {
             if is_done() { break 'done; }
             one(&mut tx).await?;
         }
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let mut tx = pool.begin().awai…: drop tx
            3 -> [] fails
            4 -> [5 8]
            5 -> [6 7]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
            6 -> [2]
                ?: `one(&mut tx)` has failed
                ?: leave by Question
            7 -> [8]
                ?: drop `one(&mut tx)`
            8 -> [9]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            9 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn continue_drops_what_the_turn_made() {
    check(
        "for skip in [true, false] {
             let tx = pool.begin().await?;
             if skip { continue; }
             tx.commit().await?;
         }
         Ok(())",
        &expect![[r#"
            0 -> [1 3]
            1 -> [2]
                Ok(()): leave by End, ok
            2 -> [] returns `()`
            3 -> [4 7]
                begin(): begin on pool p1
                pool.begin().await: await
            4 -> [5]
                ?: `pool.begin()` has failed
                ?: leave by Question
            5 -> [6]
                { for skip in [true, false] { le…: drop tx
            6 -> [] fails
            7 -> [8 11]
            8 -> [9 10]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
            9 -> [5]
                ?: leave by Question
            10 -> [0]
                { for skip in [true, false] { le…: drop tx
            11 -> [0]
                { for skip in [true, false] { le…: drop tx
        "#]],
    );
}

#[test]
fn rows_of_a_stream() {
    check(
        "let mut rows = sqlx::query(\"SELECT id FROM a\").fetch(pool);
         while let Some(row) = rows.next().await {
             two(pool).await?;
         }
         Ok(())",
        &expect![[r#"
            0 -> [1]
                fetch(pool): statement on pool p1, streams: select a
            1 -> [2 5]
                rows.next().await: await
            2 -> [3]
                let Some(row) = rows.next().awai…: `sqlx::query("SELECT id FROM a").…` isn't there
            3 -> [4]
                Ok(()): leave by End, ok
                { let mut rows = sqlx::query("SE…: drop rows
            4 -> [] returns `()`
            5 -> [6 9]
                two(pool): call two(1=pool p1)
                two(pool).await: await
            6 -> [7]
                ?: `two(pool)` has failed
                ?: leave by Question
            7 -> [8]
                { let mut rows = sqlx::query("SE…: drop rows
            8 -> [] fails
            9 -> [1]
                ?: drop `two(pool)`
        "#]],
    );
}

#[test]
fn a_loop_while_a_transaction_begins() {
    check(
        "while let Ok(mut tx) = pool.begin().await && one(&mut tx).await.is_ok() {
             tx.commit().await?;
         }
         two(pool).await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                let Ok(mut tx) = pool.begin().aw…: `pool.begin()` has failed
            2 -> [3]
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
            3 -> [] returns `two(pool)`
            4 -> [5 6]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
                is_ok(): drop `one(&mut tx)`
            5 -> [2]
                is_ok(): `one(&mut tx)` has failed
                { while let Ok(mut tx) = pool.be…: drop tx
            6 -> [7 10]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
            7 -> [8]
                ?: leave by Question
            8 -> [9]
                { while let Ok(mut tx) = pool.be…: drop tx
            9 -> [] fails
            10 -> [0]
                { while let Ok(mut tx) = pool.be…: drop tx
        "#]],
    );
}
