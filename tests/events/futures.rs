//! Futures: they run where they are awaited, side by side, against a clock, or elsewhere.

use expect_test::expect;

use crate::check;

#[test]
fn an_async_block_that_is_awaited_later() {
    check(
        "let write = async { two(pool).await };
         let tx = pool.begin().await?;
         write.await?;
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let write = async { two(pool).…: drop tx
            3 -> [] fails
            4 -> [5]
                two(pool): call two(1=pool p1)
                two(pool).await: await
            5 -> [6 7]
                write.await: await
            6 -> [2]
                ?: leave by Question
            7 -> [8]
                ?: drop `two(pool)`
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let write = async { two(pool).…: drop tx
            8 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn arms_of_a_select() {
    check(
        "let mut tx = pool.begin().await?;
         tokio::select! {
             done = one(&mut tx) => done?,
             _ = tokio::time::sleep(Duration::from_secs(1)) => return Ok(()),
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
            4 -> [5 15]
            5 -> [6 6]
            6 -> [7 13]
            7 -> [8 10]
            8 -> [9]
                ?: `one(&mut tx)` has failed
                ?: leave by Question
            9 -> [2]
                { let mut tx = pool.begin().awai…: drop done
            10 -> [11]
                { let mut tx = pool.begin().awai…: drop done
            11 -> [12]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            12 -> [] returns `tx.commit()`
            13 -> [14]
                return Ok(()): leave by Return, ok
                { let mut tx = pool.begin().awai…: drop tx
            14 -> [] returns `()`
            15 -> [5]
                one(&mut tx): call one(1=transaction `pool.begin()`)
        "#]],
    );
}

#[test]
fn futures_that_are_joined() {
    check(
        "let mut tx = pool.begin().await?;
         let (first, second) = tokio::join!(one(&mut tx), two(pool));
         first?;
         second?;
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let mut tx = pool.begin().awai…: drop second
                { let mut tx = pool.begin().awai…: drop first
                { let mut tx = pool.begin().awai…: drop tx
            3 -> [] fails
            4 -> [5 6]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                two(pool): call two(1=pool p1)
            5 -> [2]
                ?: leave by Question
            6 -> [7 8]
            7 -> [2]
                ?: leave by Question
            8 -> [9]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop second
                { let mut tx = pool.begin().awai…: drop first
                { let mut tx = pool.begin().awai…: drop tx
            9 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn futures_that_are_joined_until_one_fails() {
    check(
        "let mut tx = pool.begin().await?;
         tokio::try_join!(one(&mut tx), two(pool))?;
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
                two(pool): call two(1=pool p1)
            5 -> [2]
                ?: leave by Question
            6 -> [7]
                ?: drop `one(&mut tx)`
                ?: drop `two(pool)`
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            7 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn a_timeout() {
    check(
        "let mut tx = pool.begin().await?;
         let done = tokio::time::timeout(Duration::from_secs(1), one(&mut tx)).await;
         if done.is_err() { return tx.rollback().await; }
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let mut tx = pool.begin().awai…: drop done
                { let mut tx = pool.begin().awai…: drop tx
            3 -> [] fails
            4 -> [5 7]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                tokio::time::timeout(Duration::f…: await
                tokio::time::timeout(Duration::f…: drop `one(&mut tx)`
            5 -> [6]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop done
                { let mut tx = pool.begin().awai…: drop tx
            6 -> [] returns `tx.commit()`
            7 -> [8]
                rollback(): rollback transaction `pool.begin()`
                tx.rollback().await: await
                return tx.rollback().await: leave by Return
                { let mut tx = pool.begin().awai…: drop done
                { let mut tx = pool.begin().awai…: drop tx
            8 -> [] returns `tx.rollback()`
        "#]],
    );
}

#[test]
fn a_spawned_task() {
    check(
        "let tx = pool.begin().await?;
         let pool = pool.clone();
         let task = tokio::spawn(async move { two(&pool).await });
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let tx = pool.begin().await?; …: drop task
                { let tx = pool.begin().await?; …: drop tx
            3 -> [] fails
            4 -> [5]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let tx = pool.begin().await?; …: drop task
                { let tx = pool.begin().await?; …: drop tx
            5 -> [] returns `tx.commit()`
            Spawned
            0 -> [1]
                two(&pool): call two(1=pool p1)
                two(&pool).await: await
                two(&pool).await: leave by End
            1 -> [] returns `two(&pool)`
        "#]],
    );
}
