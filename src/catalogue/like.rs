//! Methods that a derive makes for each column: `find_by_*`, `list_by_*_in_op`.

use super::CallId;
use crate::ir::Name;

/// Methods whose names have one open place.
#[derive(Debug)]
pub(super) struct Like {
    prefix: Name,
    suffix: Name,
    /// What they do.
    pub(super) calls: Vec<CallId>,
}

impl Like {
    /// From `prefix*suffix`.
    pub(super) fn new(pattern: &str, call: CallId) -> Option<Self> {
        let (prefix, suffix) = pattern.split_once('*')?;
        Some(Self {
            prefix: Name::from(prefix),
            suffix: Name::from(suffix),
            calls: vec![call],
        })
    }

    /// How much of a name it says, if it fits: of two the one that says more counts.
    pub(super) fn fits(&self, name: Name) -> Option<usize> {
        let rest = name.as_str().strip_prefix(self.prefix.as_str())?;
        let open = rest.strip_suffix(self.suffix.as_str())?;
        (!open.is_empty()).then_some(name.as_str().len() - open.len())
    }
}
