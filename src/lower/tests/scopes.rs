//! Which local a name means.

use expect_test::expect;

use super::{check, check_body};

#[test]
fn let_shadows_only_after_its_value() {
    check_body(
        "let a = a.clone(); let a: B = g(a)?; a",
        &expect![[r#"
        {let a.2 = a.0.clone(); let a.3: B = g(a.2)?; a.3 drop a.2 drop a.3}
    "#]],
    );
}

#[test]
fn a_block_gives_its_names_back() {
    check_body(
        "{ let a = 1; a; } 'l: { let x = a; break 'l x } unsafe { a }; const { a }",
        &expect![[r#"
        {{let a.2 = 1; a.2;  drop a.2}; 'l: {let x.3 = a.0; break 'l x.3 drop x.3}; {a.0}; {a.0}}
    "#]],
    );
}

#[test]
fn let_else_binds_after_its_block() {
    check_body(
        "let Some(b) = a else { return b }; b",
        &expect![[r#"
        {let Some(b.2) = a.0 else {return b.1}; b.2 drop b.2}
    "#]],
    );
}

#[test]
fn let_chains_bind_for_later_operands_and_the_block() {
    check_body(
        "if let Some(a) = a && let Ok(b) = a.get(b) && b.ok() { a; b } else if let x = a { x } else { b }; a",
        &expect![[r#"
            {if ((let Some(a.2) = a.0 && let Ok(b.3) = a.2.get(b.1)) && b.3.ok()) {a.2; b.3} else {if let x.4 = a.0 {x.4} else {{b.1}}}; a.0}
        "#]],
    );
}

#[test]
fn while_let_and_for_bind_for_their_block() {
    check_body(
        "while let Some(a) = a.next() { a; } for (a, b) in a.zip(b) { a; } a",
        &expect![[r#"
        {while let Some(a.2) = a.0.next() {a.2; }; for (a.3, b.4) in a.0.zip(b.1) {a.3; }; a.0}
    "#]],
    );
}

#[test]
fn arms_bind_for_guard_and_value() {
    check_body(
        "match a { Some(x) if x > a => x, A::B { b, c: Some(d), .. } | A::C { b, c: Some(d) } => b + d, \
         NONE => a, ref mut x @ (1 | 2) => x, [first, .., (.., last)] => first, _ => b }",
        &expect![[r#"
            {match a.0 {Some(x.2) if (x.2 op a.0) => x.2, A::B {b: b.3, c: Some(d.4)} | A::C {b: b.3, c: Some(d.4)} => (b.3 op d.4), NONE => a.0, ref mut x.5 @ some | some => x.5, [first.6, _, (.., last.7)] => first.6, _ => b.1}}
        "#]],
    );
}

#[test]
fn alternatives_bind_one_local() {
    check_body(
        "let (Ok(x) | Err(x)) = a; x",
        &expect![[r#"
        {let Ok(x.2) | Err(x.2) = a.0; x.2 drop x.2}
    "#]],
    );
}

#[test]
fn an_upper_case_name_is_a_local_once_it_is_bound() {
    check_body(
        "let N @ _ = a; match b { N => N, M => M }",
        &expect![[r#"
        {let N.2 @ _ = a.0; match b.1 {N.3 => N.3, M => M} drop N.2}
    "#]],
    );
}

#[test]
fn closures_see_what_is_around_them() {
    check_body(
        "let g = |a, (x, _): &(A, B)| -> A { a.m(x, b) }; let h = async move |x| x; a.map(move |a| async move { a.get(b).await? })",
        &expect![[r#"
            {let g.4 = |a.2, (x.3, _): &(A, B)| {a.2.m(x.3, b.1)}; let h.6 = async move |x.5| x.5; a.0.map(move |a.7| async move {a.7.get(b.1).await?}) drop g.4 drop h.6}
        "#]],
    );
}

#[test]
fn inner_items_see_no_locals() {
    check(
        "fn f(a: A) { fn g(b: B) { a; b } const C: A = a; use x::y; struct S; a; g(a) }",
        &expect![[r#"
            fn f(a: A) -> () [g] [C] [use x::y as y] [struct S {}] {a.0; g(a.0)}
        "#]],
    );
}

#[test]
fn self_is_a_local() {
    check(
        "impl A { fn f(&self) { self.g(self); Self::h() } fn g(mut self, A { x, .. }: A) { self.x = x } fn h(self: Arc<Self>) { || self } }",
        &expect![[r#"
            impl A
              fn f(&self) -> () {self.0.g(self.0); Self::h()}
              fn g(self, _: A) -> () {self.0.x = x.1}
              fn h(self: Arc<Self>) -> () {|| self.0}
        "#]],
    );
}

#[test]
fn jumps_labels_and_places() {
    check_body(
        "'o: loop { if a { break 'o; } else { continue 'o } } a.x.0.1 = b[1]; a += 1; (a, _) = b; return *&mut a",
        &expect![[r#"
            {'o: loop {if a.0 {break 'o ; } else {{continue 'o}}}; a.0.x.0.1 = b.1[1]; a.0 op= 1; (a.0, missing) = b.1; return *&mut a.0}
        "#]],
    );
}

#[test]
fn values() {
    check_body(
        "(\"a\\n\\u{e9}\", b\"b\", c\"c\", r#\"\"d\"\"#, 0xff_u8, 1.5, 'c', true, -1, !a, a as u8 as u64, 1..=a, ..); \
         A::B { a, x: 1, 0: b, ..Default::default() }; [a; 3]; ::x::y::<T>(); <T as U>::v(); <T>::w; a.m::<A, _>(); a && (b || a)",
        &expect![[r#"
            {("a\né", "b", "c", "\"d\"", 255, lit, lit, true, un 1, un a.0, a.0 as u8 as u64, 1..a.0, ..); A::B {a: a.0, x: 1, 0: b.1; Default::default()}; [a.0, 3]; ::x::y<T>(); <T>::U::v(); <T>::w; a.0.m::<A, ?>(); (a.0 && (b.1 || a.0))}
        "#]],
    );
}

#[test]
fn a_block_ends_with_its_value_or_a_statement() {
    check_body(
        "if a { b; } match b { _ => {} } { a }",
        &expect![[r#"
        {if a.0 {b.1; } else {}; match b.1 {_ => {}}; {a.0}}
    "#]],
    );
    check_body(
        "a;; if b {} m! { a }",
        &expect![[r#"
            {a.0; if b.1 {} else {}; m!(a.0)}
        "#]],
    );
    check_body(
        "async { a }.await; try_it!(b)?; m! { a }.b()",
        &expect![[r#"
            {async {a.0}.await; try_it!(b.1)?; m!(a.0).b()}
        "#]],
    );
}
