//! What decides: a negated condition, a function's own flags and options, how a request's builder ends.

use expect_test::expect;

use crate::{PRELUDE, check, events};

// What is signed isn't sent.
#[test]
fn a_request_that_is_only_signed() {
    check(
        "let client = aws_sdk_s3::Client::from_conf(todo());
         let signed = client.get_object().bucket(name()).key(name()).presigned(limit()).await;
         client.get_object().bucket(name()).key(signed.uri()).send().await;
         two(pool).await",
        &expect![[r#"
            0 -> [1]
                client.get_object().bucket(name(…: await
                get_object(): slow object_storage
                client.get_object().bucket(name(…: await
                two(pool): call two(1=pool p1)
                two(pool).await: await
                two(pool).await: leave by End
            1 -> [] returns `two(pool)`
        "#]],
    );
}

// A flag and an option of its own decide where control comes.
#[test]
fn own_parameters() {
    let text = format!(
        "{PRELUDE}async fn shape(pool: &PgPool, flag: bool, name: Option<&str>) -> Option<()> {{
    let Some(name) = name else {{ return None }};
    if flag && name.is_empty() {{ two(pool).await.ok()?; }}
    match flag {{ true => one(other()).await.ok(), false => None }}
}}
"
    );
    expect![[r#"
        0 -> [1 12]
        1 -> [2 7]
            { return None }: assume p3 true
        2 -> [3]
            flag: assume p2 false
        3 -> [4 6]
        4 -> [5]
            flag: assume p2 true
            one(other()): call one(1=`other()`)
            one(other()).await: await
            ok(): leave by End
        5 -> [] returns `one(other())`|`None`
        6 -> [5]
            flag: assume p2 false
            flag: assume p2 false
            None: leave by End
        7 -> [3 8]
            flag: assume p2 true
        8 -> [9 11]
            two(pool): call two(1=pool p1)
            two(pool).await: await
        9 -> [10]
            ?: leave by Question
        10 -> [] fails
        11 -> [3]
            ?: drop `two(pool)`
        12 -> [13]
            { return None }: assume p3 false
            return None: leave by Return
        13 -> [] returns `None`
    "#]]
    .assert_eq(&events(&text, 2024));
}

#[test]
fn a_negated_or() {
    check(
        "let mut tx = pool.begin().await?;
         if !(one(&mut tx).await.is_ok() || two(pool).await.is_err()) { return Ok(()); }
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
            4 -> [5 10]
                one(&mut tx): call one(1=transaction `pool.begin()`)
                one(&mut tx).await: await
                is_ok(): drop `one(&mut tx)`
            5 -> [6]
                is_ok(): `one(&mut tx)` has failed, quietly
            6 -> [7 9]
                two(pool): call two(1=pool p1)
                two(pool).await: await
                is_err(): drop `two(pool)`
            7 -> [8]
                return Ok(()): leave by Return, ok
                { let mut tx = pool.begin().awai…: drop tx
            8 -> [] returns `()`
            9 -> [10]
                is_err(): `two(pool)` has failed, quietly
            10 -> [11]
                commit(): commit transaction `pool.begin()`
                tx.commit().await: await
                tx.commit().await: leave by End
                { let mut tx = pool.begin().awai…: drop tx
            11 -> [] returns `tx.commit()`
        "#]],
    );
}

// Which variant its own enum is decides where control comes, and so does the one that a call writes out.
#[test]
fn own_variants() {
    let text = format!(
        "{PRELUDE}enum Kind {{ One, Two(u8), Three {{ at: u8 }} }}
async fn shape(pool: &PgPool, kind: Kind) -> sqlx::Result<()> {{
    if let Kind::Two(1) | Kind::One = kind {{ two(pool).await?; }}
    match &kind {{ Kind::Three {{ .. }} => two(pool).await, Kind::Two(at) if *at > 3 => Ok(()), _ => Ok(()) }}
}}
"
    );
    expect![[r#"
        0 -> [1 8]
        1 -> [2]
            let Kind::Two(1) | Kind::One = k…: assume p2 isn't One
        2 -> [3 5 6]
        3 -> [4]
            &kind: assume p2 isn't One
            &kind: assume p2 isn't Two
            two(pool): call two(1=pool p1)
            two(pool).await: await
            two(pool).await: leave by End
        4 -> [] returns `two(pool)`|`()`|`()`
        5 -> [6 7]
            &kind: assume p2 isn't One
            &kind: assume p2 isn't Three
            &kind: assume p2 isn't Three
        6 -> [4]
            &kind: assume p2 isn't Three
            Ok(()): leave by End, ok
        7 -> [4]
            Ok(()): leave by End, ok
        8 -> [9 11]
            let Kind::Two(1) | Kind::One = k…: assume p2 isn't Three
            two(pool): call two(1=pool p1)
            two(pool).await: await
        9 -> [10]
            ?: `two(pool)` has failed
            ?: leave by Question
        10 -> [] fails
        11 -> [2]
            ?: drop `two(pool)`
    "#]]
    .assert_eq(&events(&text, 2024));
}
