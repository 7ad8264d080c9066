//! The lowering as a specification: what text becomes which shape, where things are, and what is refused.

// expect-test writes them.
#![allow(clippy::needless_raw_string_hashes)]

mod dump;
mod dump_body;
mod fuzz;
mod hostile;
mod items;
mod later;
mod macros;
mod mentions;
mod places;
mod scopes;

use expect_test::Expect;

use rustc_hash::FxHashSet;

use super::{Bodies, Found, Home, LowerError, Macros};
use crate::ir::{Body, BodyId, FileIr};
use crate::source::FileId;

/// Lowers a file that is alone.
fn lower(text: &str) -> Result<FileIr, LowerError> {
    super::lower(text, &macros(text), FileId(0), Bodies::AtOnce)
}

fn macros(text: &str) -> Macros {
    let found = vec![(Home::default(), Found::scan(text))];
    Macros::new(found, FxHashSet::default())
}

/// A body that has been read.
fn body(file: &FileIr, id: BodyId) -> &Body {
    file.bodies[id.index()].get().unwrap()
}

/// On a stack as large as the workers have.
fn with_big_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap()
}

fn read(text: &str) -> FileIr {
    lower(text)
        .unwrap_or_else(|LowerError { offset, message }| panic!("{offset}: {message}\n{text}"))
}

/// Compares a file's items with their dump.
fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&dump::file(&read(text)));
}

/// Compares the body of `fn f(a: A, b: B)` around some statements with its dump.
fn check_body(statements: &str, expected: &Expect) {
    let file = read(&format!("fn f(a: A, b: B) {{ {statements} }}"));
    expected.assert_eq(&format!("{}\n", dump_body::root(&file.bodies[0])));
}
