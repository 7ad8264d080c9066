//! Bytes to text with places: files, byte ranges, lines and columns, and the plain comments that speak to this linter.

/// A file of the run; ids follow the order of paths, so they are the same on every run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// Byte offsets in a file's text as it is on disk, end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct TextRange {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// Where in it.
    pub range: TextRange,
}
