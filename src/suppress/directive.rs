//! One comment to a directive: `allow(a, b) -- reason`, `allow-file(a) -- reason`.

use crate::source::{PlainComment, SourceFile, TextRange};

/// What a comment beginning with `acid:` says.
#[derive(Debug)]
pub(super) struct Directive<'a> {
    /// The comment.
    pub range: TextRange,
    /// `allow-file`
    pub whole_file: bool,
    /// Nothing but white space is before it on its line.
    pub own_line: bool,
    /// The names it allows.
    pub entries: Vec<Entry<'a>>,
    /// It gives a reason.
    pub has_reason: bool,
    /// What is wrong with its form; it allows nothing then.
    pub malformed: Option<&'static str>,
}

/// A name in the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub name: &'a str,
    pub range: TextRange,
}

impl<'a> Directive<'a> {
    /// None for a comment that does not speak to this linter.
    pub(super) fn parse(comment: &PlainComment<'a>, source: &'a SourceFile) -> Option<Self> {
        let rest = comment.text.strip_prefix("acid:")?.trim();
        let line = source.line_range(source.line_index(comment.range.start));
        let before = source.slice(TextRange {
            start: line.start,
            end: comment.range.start,
        });
        let mut directive = Self {
            range: comment.range,
            whole_file: rest.starts_with("allow-file"),
            own_line: before.trim().is_empty(),
            entries: Vec::new(),
            has_reason: false,
            malformed: None,
        };
        match split(rest) {
            Ok((names, reason)) => {
                directive.entries = entries(names, source);
                directive.has_reason = !reason.is_empty();
                directive.malformed = directive.entries.is_empty().then_some("no lint is named");
            }
            Err(flaw) => directive.malformed = Some(flaw),
        }
        Some(directive)
    }
}

/// The text between the parentheses, and the reason.
fn split(rest: &str) -> Result<(&str, &str), &'static str> {
    let list = rest
        .strip_prefix("allow-file")
        .or_else(|| rest.strip_prefix("allow"))
        .ok_or("neither `allow` nor `allow-file`")?;
    let list = list
        .trim_start()
        .strip_prefix('(')
        .ok_or("`(` is missing")?;
    let (names, tail) = list.split_once(')').ok_or("`)` is missing")?;
    match tail.trim().strip_prefix("--") {
        Some(reason) => Ok((names, reason.trim())),
        None if tail.trim().is_empty() => Ok((names, "")),
        None => Err("a reason begins with `--`"),
    }
}

/// `names` is a part of the source's text, which tells where each name stands.
fn entries<'a>(names: &'a str, source: &'a SourceFile) -> Vec<Entry<'a>> {
    let offset = |part: &str| (part.as_ptr().addr() - source.text.as_ptr().addr()) as u32;
    let parts = names
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let entry = |name: &'a str| {
        let start = offset(name);
        Entry {
            name,
            range: TextRange {
                start,
                end: start + name.len() as u32,
            },
        }
    };
    parts.map(entry).collect()
}
