//! Item skeletons, attributes and types.

use expect_test::{Expect, expect};

use super::{check, dump};
use crate::lower::type_ref;

#[test]
fn imports_are_flattened() {
    check(
        "use a::{self, b::{c, d as e}, f::*, G as _}; pub use ::x::y; pub(crate) use crate::z; use super::w as v; use q; extern crate r as s;",
        &expect![[r#"
            use a as a, a::b::c as c, a::b::d as e, a::f as *, a::G as _
            use pub ::x::y as y
            use pub crate::z as z
            use super::w as v
            use q as q
            extern crate r as s
        "#]],
    );
}

#[test]
fn structs_enums_and_aliases() {
    check(
        "#[derive(Debug, sqlx::FromRow)] pub struct A<T: B = C, 'a, const N: usize> where T: 'a + D, Vec<T>: E { pub x: &'a mut T, #[deref] r#type: [u8; N] }
         struct P(pub A, #[a::b] (u8, !)); struct U; union V { a: *const u8 }
         enum E { A, B(u8), C { x: u8 } = 3 }
         type R<T> = std::result::Result<T, E>; trait Al = A + B;",
        &expect![[r#"
            #derive derive(Debug FromRow) struct A<T: B = C, where T: D, where Vec<T>: E> {x: &mut T, type: [u8] #deref}
            struct P {0: A, 1: (u8, !) #a::b}
            struct U {}
            struct V {a: *u8}
            enum E A{}, B{0: u8}, C{x: u8}
            type R<T: > = std::result::Result<T, E>
            trait Al: A + B
        "#]],
    );
}

#[test]
fn traits_and_impls() {
    check(
        "trait T<X>: A + B<Item = X> { type O: C = D; const N: u8; async fn f(&mut self, x: impl Fn(&A) -> B) -> Self::O; fn g() where Self: Sized { 1 } }
         impl<'a, T> Tr<T> for &'a mut S<T> where T: U { type O = V; const N: u8 = 1; #[inline] fn f(self: Box<Self>, (a, b): (A, B)) {} }
         unsafe extern \"C\" { fn x(); }",
        &expect![[r#"
            trait T<X: >: A + B<Item = X>; type O: C = D
              async fn f(&mut self, x: impl Fn<fn(&A) -> B>) -> Self::O
              fn g<where Self: Sized>() -> () {1}
            impl<T: , where T: U> Tr<T> for &mut S<T>; type O = V; const N: u8
              #inline fn f(self: Box<Self>, _: (A, B)) -> () {}
        "#]],
    );
}

#[test]
fn an_impl_with_a_visibility_is_for_an_attribute_macro() {
    check(
        "#[ext] pub impl A {} #[ext] pub(crate) impl B for A {} pub fn f() {}",
        &expect![[r#"
        #ext impl A
        #ext impl B for A
        fn f() -> () {}
    "#]],
    );
}

#[test]
fn tests_are_known_by_their_attributes() {
    check(
        "#[cfg(test)] mod a; #[cfg(all(test, unix))] mod b {} #[cfg(any(test, unix))] mod c {} #[cfg(not(test))] mod d {}
         #[tokio::test] fn e() {} #[path = \"x.rs\"] mod f; #[macro_use] mod g {} #[cfg_attr(test, derive(A), path = \"y\")] struct H;",
        &expect![[r#"
            #cfg_test #cfg mod a;
            #cfg_test #cfg mod b

            #cfg mod c

            #cfg mod d

            #test #tokio::test fn e() -> () {}
            #path=x.rs #path mod f;
            #macro_use #macro_use mod g

            #path=y #cfg_attr derive path derive(A) struct H {}
        "#]],
    );
    check(
        "#[cfg(feature = \"test-utils\")] mod a {} #[cfg(any(test, feature = \"testing\"))] mod b {} #[cfg(feature = \"latest\")] mod c {}",
        &expect![[r#"
            #cfg_test #cfg mod a

            #cfg_test #cfg mod b

            #cfg mod c

        "#]],
    );
    check(
        "#![cfg(test)] fn a() {}",
        &expect![[r#"
        #cfg_test fn a() -> () {}
    "#]],
    );
}

#[track_caller]
fn check_type(text: &str, expected: &Expect) {
    expected.assert_eq(&type_ref(text).map_or("none".to_owned(), |of| dump::ty(&of)));
}

#[test]
fn types() {
    check_type(
        "impl for<'c> Executor<'c, Database = Postgres> + Send + 'c",
        &expect!["impl Executor<Database = Postgres> + Send"],
    );
    check_type(
        "Pin<Box<dyn Future<Output = Result<(), E>> + Send + '_>>",
        &expect!["Pin<Box<dyn Future<Output = Result<(), E>> + Send>>"],
    );
    check_type(
        "Option<fn(&A, b: B) -> C>",
        &expect!["Option<fn(&A, B) -> C>"],
    );
    check_type("<T as Trait<U>>::Item", &expect!["<T>::Trait<U>::Item"]);
    check_type(
        "::a::B<'_, [C], 3, { N }, impl Into<Item: D>>",
        &expect!["::a::B<[C], impl Into<Item = impl D>>"],
    );
    check_type(
        "Box<dyn FnOnce(&mut A) -> B + 'static>",
        &expect!["Box<dyn FnOnce<fn(&mut A) -> B>>"],
    );
    check_type("*mut (A)", &expect!["*A"]);
    check_type("m!(A)", &expect!["?"]);
    check_type("A B", &expect!["none"]);
    check_type("", &expect!["none"]);
}
