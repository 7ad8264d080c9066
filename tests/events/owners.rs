//! Who owns a transaction, and where it dies.

use expect_test::expect;

use crate::check;

#[test]
fn drop_ends_it() {
    check(
        "let mut tx = pool.begin().await?;
         one(&mut tx).await?;
         drop(tx);
         two(pool).await",
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
            5 -> [2]
                ?: `one(&mut tx)` has failed
                ?: leave by Question
            6 -> [7]
                ?: drop `one(&mut tx)`
                drop(tx): drop tx
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            7 -> [] returns `two(pool)`
        "#]],
    );
}

#[test]
fn shadowing_does_not_drop() {
    check(
        "let tx = pool.begin().await?;
         let tx = pool.begin().await?;
         tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let tx = pool.begin().await?; …: drop tx
                { let tx = pool.begin().await?; …: drop tx
            3 -> [] fails
            4 -> [5 6]
                begin(): begin on pool p1
                pool.begin().await: await
            5 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            6 -> [7]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let tx = pool.begin().await?; …: drop tx
                { let tx = pool.begin().await?; …: drop tx
            7 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn assigning_drops_what_was_there() {
    check(
        "let mut tx = pool.begin().await?;
         tx = pool.begin().await?;
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
                tx = pool.begin().await?: drop tx
                begin(): begin on pool p1
                pool.begin().await: await
            5 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            6 -> [7]
                commit(): commit transaction `pool.begin()`|`pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            7 -> [] returns `tx.commit()`
        "#]],
    );
}

#[test]
fn a_struct_takes_it_and_gives_it_back() {
    check(
        "let tx = pool.begin().await?;
         let mut holder = Holder { tx };
         one(&mut holder.tx).await?;
         holder.tx.commit().await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let tx = pool.begin().await?; …: drop holder
                { let tx = pool.begin().await?; …: drop tx
            3 -> [] fails
            4 -> [5 6]
                tx: move tx to Owner
                one(&mut holder.tx): call one(1=transaction `pool.begin()`)
                one(&mut holder.tx).await: await
            5 -> [2]
                ?: `one(&mut holder.tx)` has failed
                ?: leave by Question
            6 -> [7]
                ?: drop `one(&mut holder.tx)`
                commit(): commit transaction `pool.begin()`
                holder.tx.commit().await: await
                holder.tx.commit().await: leave by End
                { let tx = pool.begin().await?; …: drop holder
                { let tx = pool.begin().await?; …: drop tx
            7 -> [] returns `holder.tx.commit()`
        "#]],
    );
}

#[test]
fn a_block_drops_at_its_end() {
    check(
        "{
             let mut tx = pool.begin().await?;
             one(&mut tx).await?;
         }
         two(pool).await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { { let mut tx = pool.begin().aw…: drop tx
            3 -> [] fails
            4 -> [5 6]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
            5 -> [2]
                ?: `one(&mut tx)` has failed
                ?: leave by Question
            6 -> [7]
                ?: drop `one(&mut tx)`
                { { let mut tx = pool.begin().aw…: drop tx
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
            7 -> [] returns `two(pool)`
        "#]],
    );
}

#[test]
fn an_underscore_keeps_nothing() {
    check(
        "let _ = pool.begin().await?;
         let _held = pool.begin().await?;
         two(pool).await",
        &expect![[r#"
            0 -> [1 4]
                begin(): begin on pool p1
                pool.begin().await: await
            1 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            2 -> [3]
                { let _ = pool.begin().await?; l…: drop _held
            3 -> [] fails
            4 -> [5 6]
                ?: drop `pool.begin()`
                begin(): begin on pool p1
                pool.begin().await: await
            5 -> [2]
                ?: `pool.begin()` has failed
                ?: leave by Question
            6 -> [7]
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
                { let _ = pool.begin().await?; l…: drop _held
            7 -> [] returns `two(pool)`
        "#]],
    );
}
