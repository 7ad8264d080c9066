//! Cut, spliced and scrambled text: an answer or an error, never a panic.

use super::{lower, with_big_stack};
use crate::ir::Slot;
use crate::lower::{statement_ranges, type_ref};
use crate::source::TextRange;

const SEED: &str = include_str!("../macros.rs");

const ODD: [&str; 40] = [
    "(/*ERROR*/)",
    "r#\"",
    "'",
    "\"",
    "\\",
    "é",
    "\u{feff}",
    "\u{0}",
    "\u{200e}",
    "r##a",
    "0x",
    "1e",
    "1.",
    "'\\u{110000}'",
    "b'é'",
    "/*",
    "/**",
    "//!",
    "#!",
    "#![",
    "$",
    "$crate",
    "macro_rules! m {",
    "select! {",
    "stream! {",
    "_",
    "r#_",
    "'_",
    "''",
    "..=",
    "<<",
    ">>",
    "=>",
    "::<",
    "\r",
    "\r\n",
    "\u{2028}",
    "🦀",
    "c\"\\0\"",
    "x.0.1.2",
];

/// A small generator of the same numbers on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn cut(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }
}

fn is_in(range: TextRange, text: &str) -> bool {
    text.get(range.start as usize..range.end as usize).is_some()
}

fn read_all(text: &str) {
    match lower(text) {
        Ok(file) => {
            let bodies = file.bodies.iter().filter_map(Slot::get);
            let ranges = bodies.flat_map(|body| &body.ranges).copied();
            assert!(
                ranges
                    .chain(statement_ranges(text))
                    .all(|range| is_in(range, text)),
                "{text}"
            );
        }
        Err(error) => assert!(error.offset as usize <= text.len(), "{error:?}\n{text}"),
    }
    let _ = type_ref(text);
}

#[test]
fn scrambled_text_is_read_or_refused() {
    with_big_stack(|| {
        let mut numbers = Numbers(1);
        for _ in 0..400 {
            let mut text = SEED.to_owned();
            for _ in 0..=numbers.below(3) {
                let (from, to) = (numbers.cut(&text), numbers.cut(&text));
                let piece = text[from.min(to)..from.max(to)].to_owned();
                let at = numbers.cut(&text);
                match numbers.below(3) {
                    0 => text.replace_range(from.min(to)..from.max(to), ""),
                    1 => text.insert_str(at, &piece[..piece.floor_char_boundary(200)]),
                    _ => text.insert_str(at, ODD[numbers.below(ODD.len())]),
                }
            }
            read_all(&text);
        }
    });
}

#[test]
fn odd_tokens_alone_and_in_pairs() {
    with_big_stack(|| {
        for first in ODD {
            read_all(first);
            for second in ODD {
                read_all(&format!("{first}{second}"));
                read_all(&format!("fn f() {{ m!({first} {second}); {first} }}"));
            }
        }
    });
}
