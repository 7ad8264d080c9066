//! Bytes to text with places: files, byte ranges, lines and columns, and the plain comments that speak to this linter.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::workspace::{FileEntry, PackageId};

mod comments;

pub use comments::{PlainComment, plain_comments};

/// Larger files are not read: no one writes them by hand, and offsets stay far below 4 GiB.
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;

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

impl TextRange {
    /// Whether all of another lies in it.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// Where in it.
    pub range: TextRange,
}

/// A Rust file's text, with a byte order mark or `#!` line where it has one.
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the run's base, with `/`.
    pub path: String,
    /// Where it is on disk.
    pub absolute: PathBuf,
    /// The package whose directory it lies in.
    pub package: Option<PackageId>,
    /// All of it.
    pub text: String,
    /// Written by a program: read, never reported on.
    pub generated: bool,
    line_starts: OnceLock<Vec<u32>>,
}

/// All files of a run that could be read, in the order of their paths.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// A file that could not be read or parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unread {
    /// Relative to the run's base, with `/`.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// In Unicode scalars, from 1.
    pub column: u32,
    /// Why.
    pub reason: String,
}

impl Sources {
    /// Reads `entries`, which must be sorted by path, in parallel.
    #[must_use]
    pub fn read(entries: &[FileEntry]) -> (Self, Vec<Unread>) {
        let read: Vec<_> = entries.par_iter().map(read_file).collect();
        let mut files = Vec::with_capacity(read.len());
        let mut unread = Vec::new();
        for result in read {
            match result {
                Ok(file) => files.push(file),
                Err(problem) => unread.push(problem),
            }
        }
        (Self { files }, unread)
    }

    /// Every file with its id.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId(index as u32), file))
    }

    /// The files, indexed by [`FileId`].
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// One file.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The file at a path relative to the run's base.
    #[must_use]
    pub fn by_path(&self, path: &str) -> Option<FileId> {
        let found = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        found.ok().map(|index| FileId(index as u32))
    }
}

impl SourceFile {
    /// A file from its text.
    #[must_use]
    pub fn new(path: String, absolute: PathBuf, package: Option<PackageId>, text: String) -> Self {
        let generated = is_generated(&path, &text);
        Self {
            path,
            absolute,
            package,
            text,
            generated,
            line_starts: OnceLock::new(),
        }
    }

    /// Where lines start: few files are asked.
    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.bytes().enumerate();
            let newlines = bytes.filter(|(_, byte)| *byte == b'\n');
            let after = newlines.map(|(at, _)| at as u32 + 1);
            std::iter::once(0).chain(after).collect()
        })
    }

    /// Line and column of a byte offset, both from 1; the column counts Unicode scalars.
    #[must_use]
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let line = self.line_index(offset);
        let start = self.line_starts()[line] as usize;
        let end = self.text.floor_char_boundary(offset as usize);
        let column = self
            .text
            .get(start..end)
            .map_or(0, |before| before.chars().count());
        (line as u32 + 1, column as u32 + 1)
    }

    /// Which line, from 0, holds a byte offset.
    #[must_use]
    pub fn line_index(&self, offset: u32) -> usize {
        self.line_starts()
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// How many lines there are; an empty file has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// Bytes of a line, from 0, with its line break.
    #[must_use]
    pub fn line_range(&self, line: usize) -> TextRange {
        let start = self
            .line_starts()
            .get(line)
            .copied()
            .unwrap_or(self.text.len() as u32);
        let end = self
            .line_starts()
            .get(line + 1)
            .copied()
            .unwrap_or(self.text.len() as u32);
        TextRange { start, end }
    }

    /// A range's text; empty where the range does not fit the text.
    #[must_use]
    pub fn slice(&self, range: TextRange) -> &str {
        self.text
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    /// The part of a range that lies on its first line, without trailing white space.
    #[must_use]
    pub fn first_line(&self, range: TextRange) -> TextRange {
        let line = self.line_range(self.line_index(range.start));
        let end = range.end.min(line.end).max(range.start);
        let kept = self
            .slice(TextRange {
                start: range.start,
                end,
            })
            .trim_end()
            .len();
        TextRange {
            start: range.start,
            end: range.start + kept as u32,
        }
    }
}

impl TextRange {
    /// Whether a byte offset lies inside.
    #[must_use]
    pub fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// How many bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl Unread {
    /// A file that could not be used from one place on.
    #[must_use]
    pub fn at(file: &SourceFile, offset: u32, reason: String) -> Self {
        let (line, column) = file.line_col(offset);
        Self {
            path: file.path.clone(),
            line,
            column,
            reason,
        }
    }
}

fn read_file(entry: &FileEntry) -> Result<SourceFile, Unread> {
    let unread = |line, column, reason| Unread {
        path: entry.path.clone(),
        line,
        column,
        reason,
    };
    let bytes = read_bytes(&entry.absolute).map_err(|reason| unread(1, 1, reason))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let (line, column) = place_of_bad_byte(error.as_bytes(), error.utf8_error().valid_up_to());
        unread(line, column, "not UTF-8".to_owned())
    })?;
    Ok(SourceFile::new(
        entry.path.clone(),
        entry.absolute.clone(),
        entry.package,
        text,
    ))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let reason = |error: io::Error| format!("cannot be read: {error}");
    let size = fs::metadata(path).map_err(reason)?.len();
    if size > MAX_BYTES {
        return Err(format!("larger than {} MB", MAX_BYTES / 1024 / 1024));
    }
    fs::read(path).map_err(reason)
}

fn place_of_bad_byte(bytes: &[u8], valid: usize) -> (u32, u32) {
    let before = String::from_utf8_lossy(&bytes[..valid]);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count() as u32
        + 1;
    (line, column)
}

/// Says so in its first 20 lines, or lies in a build script's output.
fn is_generated(path: &str, text: &str) -> bool {
    const MARKS: [&str; 3] = ["@generated", "Code generated", "DO NOT EDIT"];
    let is_comment =
        |line: &&str| line.trim_start().starts_with("//") || line.trim_start().starts_with("/*");
    let says_so = |line: &str| {
        let is_left_alone = line.contains("generated") && line.contains("Do not modify");
        is_left_alone || MARKS.iter().any(|mark| line.contains(mark))
    };
    path.contains("/out/") && path.contains("target/")
        || text.lines().take(20).filter(is_comment).any(says_so)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile::new("a.rs".into(), PathBuf::new(), None, text.into())
    }

    #[test]
    fn columns_count_scalars() {
        let source = file("a\né→x\r\n");
        assert_eq!(source.line_col(0), (1, 1));
        assert_eq!(source.line_col(2), (2, 1));
        assert_eq!(source.line_col(7), (2, 3));
        assert_eq!(source.line_col(u32::MAX), (3, 1));
    }

    #[test]
    fn a_long_range_is_cut_at_its_first_line() {
        let source = file("let a =\r\n  b;\n");
        let cut = source.first_line(TextRange { start: 4, end: 13 });
        assert_eq!(source.slice(cut), "a =");
    }

    #[test]
    fn generated_files_say_so() {
        assert!(file("// @generated by diesel\n").generated);
        assert!(file("/* Code generated by x */\n").generated);
        assert!(file("// This file was generated with `x`. Do not modify.\n").generated);
        assert!(!file("// The ids are generated.\n").generated);
        assert!(!file("const A: &str = \"@generated\";\n").generated);
    }

    #[test]
    fn a_bad_byte_has_a_place() {
        assert_eq!(place_of_bad_byte(b"ok\n  \xff", 5), (2, 3));
    }
}
