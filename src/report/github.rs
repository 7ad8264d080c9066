//! GitHub workflow commands: one annotation a finding.

use std::fmt::Write;

use super::{Outcome, Reported, position, severity};
use crate::source::Sources;

/// Annotations for findings and for files that were not read, then the summary as a plain line.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let mut out: String = outcome
        .findings
        .iter()
        .map(|reported| annotation(reported, &outcome.sources))
        .collect();
    for file in &outcome.unread {
        let place = format!(
            "file={},line={},col={}",
            property(&file.path),
            file.line,
            file.column
        );
        let _ = writeln!(
            out,
            "::warning {place},title=not read::{}",
            data(&file.reason)
        );
    }
    out + &outcome.summary() + "\n"
}

fn annotation(reported: &Reported, sources: &Sources) -> String {
    let finding = &reported.finding;
    let place = position(&finding.primary, sources);
    let lines = format!(
        "line={},col={},endLine={},endColumn={}",
        place.line, place.column, place.end_line, place.end_column
    );
    let help = finding.help.as_ref().map_or_else(String::new, |help| {
        format!(
            "
help: {help}"
        )
    });
    let message = data(&format!("{}{help}", finding.message));
    let (path, title) = (property(place.path), property(reported.lint.name));
    format!(
        "::{} file={path},{lines},title={title}::{message}\n",
        severity(reported.level)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_is_escaped() {
        assert_eq!(data("50 %\r\na:b"), "50 %25%0D%0Aa:b");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}
