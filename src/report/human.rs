//! Findings in their code, for people.

use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic, Label, Severity};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term;
use codespan_reporting::term::termcolor::Buffer;

use super::{Outcome, Reported, short};
use crate::lint::{self, Level};
use crate::source::{FileId, Sources};

/// Findings with their code, then files that were not read, then the summary.
#[must_use]
pub fn render(outcome: &Outcome, colour: bool) -> String {
    let mut buffer = if colour {
        Buffer::ansi()
    } else {
        Buffer::no_color()
    };
    let config = term::Config::default();
    for reported in &outcome.findings {
        // Writing to memory cannot fail, and the places are the files' own.
        let _ = term::emit_to_write_style(
            &mut buffer,
            &config,
            &outcome.sources,
            &diagnostic(reported),
        );
    }
    let findings = String::from_utf8_lossy(buffer.as_slice()).into_owned();
    findings + &short::unread(outcome) + &outcome.summary() + "\n"
}

fn diagnostic(reported: &Reported) -> Diagnostic<FileId> {
    let finding = &reported.finding;
    let severity = if reported.level == Level::Deny {
        Severity::Error
    } else {
        Severity::Warning
    };
    let primary = label(Label::primary, &finding.primary);
    let related = finding
        .related
        .iter()
        .map(|related| label(Label::secondary, related));
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    Diagnostic::new(severity)
        .with_code(reported.lint.name)
        .with_message(&finding.message)
        .with_labels_iter(std::iter::once(primary).chain(related))
        .with_notes_iter(finding.notes.iter().cloned().chain(help))
}

fn label(kind: fn(FileId, Range<usize>) -> Label<FileId>, label: &lint::Label) -> Label<FileId> {
    let range = label.span.range;
    kind(label.span.file, range.start as usize..range.end as usize).with_message(&label.message)
}

impl<'a> Files<'a> for Sources {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.file(id).path)
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.file(id).text)
    }

    fn line_index(&'a self, id: FileId, byte: usize) -> Result<usize, Error> {
        Ok(self.file(id).line_index(byte as u32))
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, Error> {
        let file = self.file(id);
        let max = file.line_count();
        let range = file.line_range(line);
        let known = (line < max).then_some(range.start as usize..range.end as usize);
        known.ok_or(Error::LineTooLarge { given: line, max })
    }
}
