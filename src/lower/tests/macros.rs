//! How macro calls are read.

use expect_test::expect;

use super::{check, check_body};

#[test]
fn library_macros_are_arguments() {
    check_body(
        "println!(\"{} {a:?} {{b}} {x} {0:>width$.a$}\", b, x = a); vec![a; 3]; vec![a, b]; assert!(a, \"{b}\"); \
         sqlx::query_as!(Row, \"select $1\", a); sqlx::query_as!(Vec<Row>, \"select\"); query!(\"{a}\"); dbg!()",
        &expect![[r#"
            {println!("{} {a:?} {{b}} {x} {0:>width$.a$}", b.1, x = a.0 {a=a.0} {a=a.0} {width=width}); vec!(a.0, 3); vec!(a.0, b.1); assert!(a.0, "{b}" {b=b.1}); sqlx::query_as!(Row, "select $1", a.0); sqlx::query_as!(Vec<Row>, "select"); query!("{a}"); dbg!()}
        "#]],
    );
}

#[test]
fn logging_has_fields_and_sigils() {
    check_body(
        "info!(target: \"t\", user.id = %a.id, ?b, count = a.len(), \"done {a}\"); warn!(a, \"x\"; \"k\" => %b); error!(%a, \"k\" = ?b, \"l\" = a)",
        &expect![[r#"
            {info!(target = "t", id = a.0.id, b.1, count = a.0.len(), "done {a}" {a=a.0}); warn!(a.0, "x", "k", b.1); error!(a.0, b.1, "l" = a.0)}
        "#]],
    );
}

#[test]
fn only_what_is_matched_is_evaluated() {
    check_body(
        "matches!(a.get(), Some(x) if x > 1)",
        &expect![[r#"
        {matches!(a.0.get())}
    "#]],
    );
}

#[test]
fn select_arms_wait_bind_and_run() {
    check_body(
        "tokio::select! { biased; Some(a) = a.next(), if b => a.go().await, _ = &mut b => { return } x = b => x, else => b, }",
        &expect![[r#"
            {tokio::select!select[Some(a.2) = a.0.next() if b.1 => a.2.go().await, _ = &mut b.1 => {return }, x.3 = b.1 => x.3, _ =  => b.1]}
        "#]],
    );
    check_body(
        "futures::select! { a = a => (), complete => break, default => (), }",
        &expect![[r#"
        {futures::select!select[a.2 = a.0 => (), _ =  => break  , _ =  => ()]}
    "#]],
    );
    check_body(
        "select! { recv(a) -> msg => msg, default => () }",
        &expect![[r#"
            {select!opaque}
        "#]],
    );
}

#[test]
fn streams_are_blocks() {
    check_body(
        "try_stream! { let x = a.next().await?; yield x; }",
        &expect![[r#"
        {try_stream!{{let x.2 = a.0.next().await?; yield(x.2);  drop x.2}}}
    "#]],
    );
}

#[test]
fn json_keeps_its_values() {
    check_body(
        "json!({ \"k\": a.b(), \"l\": [b, null, { (a): 1 }] }); doc! { \"x\": a }; named_params! { \":x\": b, }",
        &expect![[r#"
        {json!(a.0.b(), b.1, null, 1); doc!(a.0); named_params!(b.1)}
    "#]],
    );
}

#[test]
fn unknown_macros_are_read_by_their_arguments() {
    check_body(
        "retry!(a, 3, |x| x.go(b)); run! { let x = a; x.go()?; } odd!(a b => c); odd!(=)",
        &expect![[r#"
            {retry!(a.0, 3, |x.2| x.2.go(b.1)); run!{{let x.3 = a.0; x.3.go()?;  drop x.3}}; odd!opaque; odd!opaque}
        "#]],
    );
}

#[test]
fn nested_calls_see_locals() {
    check_body(
        "let x = a; try_join!(async { format!(\"{x}\") }, vec![x])",
        &expect![[r#"
        {let x.2 = a.0; try_join!(async {format!("{x}" {x=x.2})}, vec!(x.2)) drop x.2}
    "#]],
    );
}

#[test]
fn branches_of_cfg_if_are_alternatives() {
    check_body(
        "cfg_if! { if #[cfg(unix)] { a; } else if #[cfg(windows)] { b; } else { let x = a; x } }",
        &expect![[r#"
        {cfg_if!{if missing {a.0; } else {if missing {b.1; } else {{let x.2 = a.0; x.2 drop x.2}}}}}
    "#]],
    );
}

#[test]
fn statics_in_macros_are_values() {
    check(
        "lazy_static! { /// docs\n pub static ref A: Pool = Pool::new(); static ref B: u8 = 1; }
         thread_local!(static C: RefCell<u8> = const { RefCell::new(1) });
         fn f() { lazy_static! { static ref D: u8 = 2; } }",
        &expect![[r#"
            static A: LazyLock<Pool> = Pool::new()
            static B: LazyLock<u8> = 1
            static C: LocalKey<RefCell<u8>> = {RefCell::new(1)}
            fn f() -> () [D] {}
        "#]],
    );
}

#[test]
fn macros_around_items_are_opened() {
    check(
        "cfg_rt! { pub mod a { fn b() {} } use x::y; }
         cfg_if! { if #[cfg(a)] { fn c() {} } else { fn c() {} } }
         #[cfg(test)] wrap! { fn d() {} }
         unknown! { 1 + }
         impl A { cfg! { fn e(&self) {} } }",
        &expect![[r#"
            mod a
              fn b() -> () {}

            use x::y as y
            fn c() -> () {}
            fn c() -> () {}
            #cfg_test fn d() -> () {}
            impl A
              fn e(&self) -> () {}
        "#]],
    );
}

#[test]
fn macro_rules_are_items() {
    check(
        "#[macro_export] macro_rules! m { ($x:expr) => { $x.go() /* why */ }; () => [ 1 ]; }",
        &expect![[r#"
            #macro_use #macro_export macro m
        "#]],
    );
}

#[test]
fn calls_of_own_macros_stand_for_what_they_expand_to() {
    check_body(
        "macro_rules! exec { ($tx:expr, $sql:expr $(, $value:expr)* $(,)?) => {
             sqlx::query($sql)$(.bind($value))*.execute(&mut *$tx).await?
         }; }
         exec!(a, \"x\"); let n = exec!(a + b, \"y\", 1, b.c,); exec!(a)",
        &expect![[r#"
            [macro exec] {sqlx::query("x").execute(&mut *a.0).await?; let n.2 = sqlx::query("y").bind(1).bind(b.1.c).execute(&mut *(a.0 op b.1)).await?; exec!(a.0) drop n.2}
        "#]],
    );
}

#[test]
fn a_macro_binds_names_of_its_own_and_those_it_is_given() {
    check(
        "macro_rules! begin { ($tx:ident, $pool:expr) => { let conn = $pool.get(); let mut $tx = conn.begin(); }; }
         macro_rules! swap { ($x:expr, $y:expr) => { { let a = $y; f(a, $x) } }; }
         fn f(conn: A, a: B) { begin!(tx, conn); tx.go(); conn.go(); swap!(a, tx) }
         fn g(a: A) { macro_rules! h { ($($x:ident).+; $t:ty) => { [$(stringify!($x), $x.len()),+, a as $t] } } h!(a.b.c; A<B>) }",
        &expect![[r#"
            macro begin
            macro swap
            fn f(conn: A, a: B) -> () {let conn.2 = conn.0.get(); let mut tx.3 = conn.2.begin(); tx.3.go(); conn.0.go(); {let a.4 = tx.3; f(a.4, a.1) drop a.4} drop conn.2 drop tx.3}
            fn g(a: A) -> () [macro h] {[stringify!(a.0), a.0.len(), stringify!(b), b.len(), stringify!(c), c.len(), a.0 as A<B>]}
        "#]],
    );
}

#[test]
fn fragments_of_all_kinds() {
    check(
        "macro_rules! all { ($l:literal $p:path, $b:block { $s:stmt } $q:pat => $t:tt $v:lifetime [$($k:ident = $w:tt);*]) => {
             match $p($l, -1) { $q if $t => $v: loop { $s; break $v $b }, _ => ($(S { $k: $w }),*) }
         }; (@ $($any:tt)*) => { all!($($any)*) } }
         fn f(a: A) { all!(@ -1 b::c, { a } { a.d() } Some(e) | Ok(e) => (e) 'l [x = 1; y = [a]]) }",
        &expect![[r#"
            macro all
            fn f(a: A) -> () {match b::c(un 1, un 1) {Some(e.1) | Ok(e.1) if e.1 => 'l: loop {a.0.d(); break 'l {a.0}}, _ => (S {x: 1; }, S {y: [a.0]; })}}
        "#]],
    );
}

#[test]
fn what_is_no_plain_substitution_stays_a_call() {
    check(
        "macro_rules! no { ($x:expr) => { ${count($x)} }; }
         macro_rules! odd { ($($x:expr),*) => { $x }; }
         macro_rules! half { ($x:expr) => { 1 + }; }
         macro_rules! other { (only this) => { 2 }; }
         fn f(a: A) { no!(a); odd!(a); half!(a); other!(a); later!(a) }
         macro_rules! later { ($x:expr) => { $x }; }",
        &expect![[r#"
            macro no
            macro odd
            macro half
            macro other
            fn f(a: A) -> () {no!(a.0); odd!(a.0); half!(a.0); other!(a.0); later!(a.0)}
            macro later
        "#]],
    );
}
