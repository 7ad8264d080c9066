//! A directive's place to the code it covers.

use super::directive::Directive;
use crate::source::{SourceFile, TextRange};

/// Ranges in which findings are allowed; none where nothing follows the comment.
pub(super) fn ranges(
    source: &SourceFile,
    directive: &Directive,
    statements: &[TextRange],
) -> Vec<TextRange> {
    if directive.whole_file {
        return vec![TextRange {
            start: 0,
            end: u32::MAX,
        }];
    }
    if directive.own_line {
        return below(&source.text, directive.range.end, statements)
            .into_iter()
            .collect();
    }
    beside(source, directive.range.start, statements)
}

/// The whole of what begins on the next line of code, attributes and documentation included; in the middle of a
/// statement, that statement.
fn below(text: &str, from: u32, statements: &[TextRange]) -> Option<TextRange> {
    let documented = next_code(text, from as usize, false)?;
    let code = next_code(text, documented, true)?;
    let begins = |at: usize| {
        statements
            .iter()
            .filter(move |range| range.start as usize == at)
    };
    let largest = begins(documented)
        .chain(begins(code))
        .max_by_key(|range| range.len());
    let closes = text[code..].starts_with(['}', ')', ']']);
    largest
        .copied()
        .or_else(|| smallest_around(code as u32, statements).filter(|_| !closes))
}

/// The smallest statement that the line begins in, and those that begin on the line before the comment.
fn beside(source: &SourceFile, comment: u32, statements: &[TextRange]) -> Vec<TextRange> {
    let line = source.line_range(source.line_index(comment));
    let before = source.slice(TextRange {
        start: line.start,
        end: comment,
    });
    let first = line.start + (before.len() - before.trim_start().len()) as u32;
    let starting = statements
        .iter()
        .filter(|range| first < range.start && range.start < comment && range.end <= comment);
    smallest_around(first, statements)
        .into_iter()
        .chain(starting.copied())
        .collect()
}

fn smallest_around(offset: u32, statements: &[TextRange]) -> Option<TextRange> {
    statements
        .iter()
        .filter(|range| range.contains(offset))
        .min_by_key(|range| range.len())
        .copied()
}

/// The offset of the next text that is neither white space nor a plain comment (nor a doc comment, if those are skipped).
fn next_code(text: &str, from: usize, skip_docs: bool) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..];
        let is_doc =
            rest.starts_with("///") && !rest.starts_with("////") || rest.starts_with("//!");
        if rest.is_empty() || !rest.starts_with("//") || is_doc && !skip_docs {
            return (!rest.is_empty()).then_some(at);
        }
        at += rest.find('\n').unwrap_or(rest.len());
    }
}
