//! Branches: which way is taken, and what lives how long on it.

use expect_test::expect;

use crate::{check, check_in};

#[test]
fn let_else() {
    check(
        "let Ok(mut tx) = pool.begin().await else { return two(pool).await };
         one(&mut tx).await?;
         tx.commit().await",
        &expect![[r#"
            0 -> [1 7]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2 5]
                pool.begin().await: drop `two(pool)`
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
            2 -> [3]
                ?: `one(&mut tx)` has failed
                ?: leave by Question
            3 -> [4]
                { let Ok(mut tx) = pool.begin().…: drop tx
            4 -> [] fails
            5 -> [6]
                ?: drop `one(&mut tx)`
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let Ok(mut tx) = pool.begin().…: drop tx
            6 -> [] returns `tx.commit()`
            7 -> [8]
                { return two(pool).await }: `pool.begin()` has failed
                two(pool): call two(1=pool p1)
                two(pool).await: await
                return two(pool).await: leave by Return
                { let Ok(mut tx) = pool.begin().…: drop tx
            8 -> [] returns `two(pool)`
        "#]],
    );
}

#[test]
fn a_match_guard() {
    check(
        "let mut tx = pool.begin().await?;
         match 1 {
             n if one(&mut tx).await.is_ok() => tx.commit().await,
             _ => tx.rollback().await,
         }",
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
            5 -> [6 10]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
                is_ok(): drop `one(&mut tx)`
            6 -> [7]
                is_ok(): `one(&mut tx)` has failed
            7 -> [8]
                rollback(): rollback transaction `pool.begin()`
                tx.rollback().await: await
                tx.rollback().await: leave by End
            8 -> [9]
                { let mut tx = pool.begin().awai…: drop tx
            9 -> [] returns `tx.commit()`|`tx.rollback()`
            10 -> [8]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
        "#]],
    );
}

#[test]
fn a_chain_of_lets() {
    check(
        "if let Ok(mut tx) = pool.begin().await && let Ok(()) = one(&mut tx).await {
             tx.commit().await?;
         } else {
             two(pool).await?;
         }
         Ok(())",
        &expect![[r#"
            0 -> [1 8]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                let Ok(mut tx) = pool.begin().aw…: `pool.begin()` has failed, quietly
            2 -> [3 5]
                let Ok(mut tx) = pool.begin().aw…: drop `one(&mut tx)`
                two(pool): call two(1=pool p1)
                two(pool).await: await
            3 -> [4]
                ?: `two(pool)` has failed
                ?: leave by Question
            4 -> [] fails
            5 -> [6]
                ?: drop `two(pool)`
            6 -> [7]
                Ok(()): leave by End, ok
            7 -> [] returns `()`
            8 -> [9 10]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
            9 -> [2]
                let Ok(()) = one(&mut tx).await: `one(&mut tx)` has failed, quietly
                { if let Ok(mut tx) = pool.begin…: drop tx
            10 -> [11 13]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
            11 -> [12]
                ?: leave by Question
            12 -> [4]
                { if let Ok(mut tx) = pool.begin…: drop tx
            13 -> [6]
                { tx.commit().await?; }: drop `one(&mut tx)`
                { if let Ok(mut tx) = pool.begin…: drop tx
        "#]],
    );
}

#[test]
fn both_arms_of_an_if_end_it() {
    check(
        "let mut tx = pool.begin().await?;
         if one(&mut tx).await.is_ok() { tx.commit().await } else { tx.rollback().await }",
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
            4 -> [5 9]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
                is_ok(): drop `one(&mut tx)`
            5 -> [6]
                is_ok(): `one(&mut tx)` has failed
            6 -> [7]
                rollback(): rollback transaction `pool.begin()`
                tx.rollback().await: await
                tx.rollback().await: leave by End
            7 -> [8]
                { let mut tx = pool.begin().awai…: drop tx
            8 -> [] returns `tx.commit()`|`tx.rollback()`
            9 -> [7]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
        "#]],
    );
}

#[test]
fn the_right_side_of_an_or_may_not_run() {
    check(
        "let mut tx = pool.begin().await?;
         let _ = one(&mut tx).await.is_ok() || two(pool).await.is_ok();
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
            4 -> [5 6]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
            5 -> [6]
                two(pool): call two(1=pool p1)
                two(pool).await: await
            6 -> [7]
                one(&mut tx).await.is_ok() || tw…: drop `one(&mut tx)`
                one(&mut tx).await.is_ok() || tw…: drop `two(pool)`
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            7 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn temporaries_of_a_scrutinee_live_through_the_match() {
    check(
        "match pool.acquire().await?.begin().await {
             Ok(mut tx) => { one(&mut tx).await?; tx.commit().await?; }
             Err(_) => {}
         }
         two(pool).await",
        &expect![[r#"
            0 -> [1 3]
                acquire(): checkout from pool p1
                pool.acquire().await: await
            1 -> [2]
                ?: `pool.acquire()` has failed
                ?: leave by Question
            2 -> [] fails
            3 -> [4 12]
                begin(): begin on checkout `pool.acquire()`
                pool.acquire().await?.begin().aw…: await
            4 -> [5 7]
                one(&mut tx): call one(1=transaction `pool.acquire().await?.begin()`)
                one(&mut tx).await: await
            5 -> [6]
                ?: `one(&mut tx)` has failed
                ?: leave by Question
            6 -> [2]
                { match pool.acquire().await?.be…: drop tx
            7 -> [8 9]
                ?: drop `one(&mut tx)`
                commit(): commit transaction `pool.acquire().await?.begin()`
                tx.commit().await: await
            8 -> [6]
                ?: leave by Question
            9 -> [10]
                { match pool.acquire().await?.be…: drop tx
            10 -> [11]
                match pool.acquire().await?.begi…: drop `pool.acquire()`
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
            11 -> [] returns `two(pool)`
            12 -> [10]
                pool.acquire().await?.begin().aw…: `pool.acquire().await?.begin()` has failed, quietly
        "#]],
    );
}

const IF_LET: &str =
    "if let Ok(_) = sqlx::query(\"SELECT 1\").execute(&mut *pool.acquire().await?).await {
     Ok(())
 } else {
     two(pool).await
 }";

#[test]
fn temporaries_of_an_if_let_die_before_else() {
    check(
        IF_LET,
        &expect![[r#"
        0 -> [1 3]
            acquire(): checkout from pool p1
            pool.acquire().await: await
        1 -> [2]
            ?: `pool.acquire()` has failed
            ?: leave by Question
        2 -> [] fails
        3 -> [4 7]
            execute(&mut *pool.acquire().awa…: statement on connection `pool.acquire()`: select
            sqlx::query("SELECT 1").execute(…: await
        4 -> [5]
            let Ok(_) = sqlx::query("SELECT …: `sqlx::query("SELECT 1").execute(…` has failed
        5 -> [6]
            let Ok(_) = sqlx::query("SELECT …: drop `pool.acquire()`
            two(pool): call two(1=pool p1)
            two(pool).await: await
            two(pool).await: leave by End
        6 -> [] returns `()`|`two(pool)`
        7 -> [6]
            Ok(()): leave by End, ok
            { Ok(()) }: drop `pool.acquire()`
    "#]],
    );
}

#[test]
fn temporaries_of_an_if_let_live_through_else_before_2024() {
    check_in(
        2021,
        IF_LET,
        &expect![[r#"
        0 -> [1 3]
            acquire(): checkout from pool p1
            pool.acquire().await: await
        1 -> [2]
            ?: `pool.acquire()` has failed
            ?: leave by Question
        2 -> [] fails
        3 -> [4 7]
            execute(&mut *pool.acquire().awa…: statement on connection `pool.acquire()`: select
            sqlx::query("SELECT 1").execute(…: await
        4 -> [5]
            let Ok(_) = sqlx::query("SELECT …: `sqlx::query("SELECT 1").execute(…` has failed
        5 -> [6]
            two(pool): call two(1=pool p1)
            two(pool).await: await
            two(pool).await: leave by End
        6 -> [] returns `()`|`two(pool)`
        7 -> [6]
            Ok(()): leave by End, ok
    "#]],
    );
}

#[test]
fn a_return_in_a_closure_leaves_the_closure() {
    check(
        "let tx = pool.begin().await?;
         let even = |n: i32| { if n % 2 == 0 { return true; } false };
         if even(2) { return tx.commit().await; }
         two(pool).await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let tx = pool.begin().await?; …: drop tx
            3 -> [] fails
            4 -> [5 5]
            5 -> [6 8]
            6 -> [7]
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
                { let tx = pool.begin().await?; …: drop tx
            7 -> [] returns `two(pool)`
            8 -> [9]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                return tx.commit().await: leave by Return
                { let tx = pool.begin().await?; …: drop tx
            9 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn what_a_condition_made_dies_before_its_branches() {
    check(
        "if pool.begin().await.is_err() { return Ok(()); }
         two(pool).await",
        &expect![[r#"
            0 -> [1 3]
                begin(): begin on pool p1
                pool.begin().await: await
                is_err(): drop `pool.begin()`
            1 -> [2]
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
            2 -> [] returns `two(pool)`
            3 -> [4]
                is_err(): `pool.begin()` has failed, quietly
                return Ok(()): leave by Return, ok
            4 -> [] returns `()`
        "#]],
    );
}
