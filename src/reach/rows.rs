//! Sets of the workspace's types that have methods, as rows of bits.

use std::ops::BitOrAssign;

/// A set of types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row(Box<[u64]>);

impl Row {
    /// An empty one, of as many types.
    pub(super) fn new(types: usize) -> Self {
        Self(vec![0; types.div_ceil(64)].into_boxed_slice())
    }

    pub(super) fn insert(&mut self, bit: u32) {
        self.0[bit as usize / 64] |= 1 << (bit % 64);
    }

    pub(super) fn has(&self, bit: u32) -> bool {
        let word = self.0.get(bit as usize / 64);
        word.is_some_and(|word| word & (1 << (bit % 64)) != 0)
    }

    /// Adds another set; whether that was news.
    pub(super) fn add(&mut self, other: &Self) -> bool {
        let mut news = 0;
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            news |= other & !*own;
            *own |= other;
        }
        news != 0
    }
}

impl BitOrAssign<&Self> for Row {
    fn bitor_assign(&mut self, other: &Self) {
        self.add(other);
    }
}
