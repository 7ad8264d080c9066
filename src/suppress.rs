//! `// acid: allow(lint, …) -- reason` and `// acid: allow-file(lint, …) -- reason`: which findings they take away, and
//! which of them are unused, unknown or without a reason.

use rayon::prelude::*;

use crate::config::{Config, Settings};
use crate::error::nearest;
use crate::lint::{Finding, Label, Level};
use crate::lints::LINTS;
use crate::lower::statement_ranges;
use crate::source::{FileId, SourceFile, Sources, Span, TextRange, plain_comments};

mod cover;
mod directive;

use directive::{Directive, Entry};

const UNUSED: &str = "unused_allow";
const UNKNOWN: &str = "unknown_lint";
const NO_REASON: &str = "allow_without_reason";
const META: [&str; 3] = [UNUSED, UNKNOWN, NO_REASON];

/// A file's directives with what each covers.
struct FileDirectives<'a> {
    file: FileId,
    source: &'a SourceFile,
    settings: &'a Settings,
    directives: Vec<Covering<'a>>,
}

struct Covering<'a> {
    directive: Directive<'a>,
    ranges: Vec<TextRange>,
    /// Parallel to the directive's entries.
    used: Vec<bool>,
}

/// The findings that no comment allows, and findings about the comments themselves.
#[must_use]
pub fn apply(found: Vec<Finding>, sources: &Sources, config: &Config) -> Vec<Finding> {
    let files = sources.files().par_iter().enumerate();
    let read = files.filter_map(|(index, file)| {
        read(FileId(index as u32), file, config.settings(file.package))
    });
    let mut files: Vec<_> = read.collect();
    let mut kept = allow(&mut files, found);
    let about: Vec<_> = files
        .iter()
        .flat_map(|file| file.flaws(|name| !META.contains(&name)))
        .collect();
    kept.extend(allow(&mut files, about));
    kept.extend(
        files
            .iter()
            .flat_map(|file| file.unused(|name| META.contains(&name))),
    );
    kept
}

/// None for a file without directives, which is nearly every file, and for one that does not parse.
fn read<'a>(
    file: FileId,
    source: &'a SourceFile,
    settings: &'a Settings,
) -> Option<FileDirectives<'a>> {
    if !source.text.contains("acid:") || settings.is_excluded(source) {
        return None;
    }
    let comments = plain_comments(&source.text);
    let directives: Vec<_> = comments
        .iter()
        .filter_map(|comment| Directive::parse(comment, source))
        .collect();
    if directives.is_empty() {
        return None;
    }
    let statements = statement_ranges(&source.text);
    if statements.is_empty() {
        return None;
    }
    let covering = |directive: Directive<'a>| {
        let ranges = cover::ranges(source, &directive, &statements);
        let used = vec![false; directive.entries.len()];
        Covering {
            directive,
            ranges,
            used,
        }
    };
    Some(FileDirectives {
        file,
        source,
        settings,
        directives: directives.into_iter().map(covering).collect(),
    })
}

/// Takes away what is allowed, and remembers which directives did it.
fn allow(files: &mut [FileDirectives], findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept = Vec::with_capacity(findings.len());
    for finding in findings {
        let file = files.binary_search_by_key(&finding.primary.span.file, |file| file.file);
        if !file.is_ok_and(|index| files[index].allows(&finding)) {
            kept.push(finding);
        }
    }
    kept
}

/// The lints that a name stands for: itself, or those of a group.
fn names(name: &str) -> impl Iterator<Item = &'static str> {
    let meant = LINTS
        .iter()
        .filter(move |lint| lint.name == name || lint.group == name);
    meant.map(|lint| lint.name)
}

impl FileDirectives<'_> {
    /// Every directive that covers the finding counts as used.
    fn allows(&mut self, finding: &Finding) -> bool {
        let at = finding.primary.span.range.start;
        let mut allowed = false;
        for covering in self
            .directives
            .iter_mut()
            .filter(|covering| covering.ranges.iter().any(|range| range.contains(at)))
        {
            for (entry, used) in covering.directive.entries.iter().zip(&mut covering.used) {
                let covers = names(entry.name).any(|name| name == finding.lint);
                *used |= covers;
                allowed |= covers;
            }
        }
        allowed
    }

    /// What is wrong with the directives; unused ones only among the names that `judged` accepts.
    fn flaws(&self, judged: impl Fn(&str) -> bool) -> Vec<Finding> {
        let mut flaws = self.unused(judged);
        for Covering { directive, .. } in &self.directives {
            if let Some(flaw) = directive.malformed {
                let help = "write `// acid: allow(lint) -- reason` or `// acid: allow-file(lint) -- reason`";
                flaws.push(self.finding(
                    UNKNOWN,
                    directive.range,
                    format!("this comment allows nothing: {flaw}"),
                    help.to_owned(),
                ));
                continue;
            }
            let unknown = directive
                .entries
                .iter()
                .filter(|entry| names(entry.name).next().is_none());
            flaws.extend(unknown.map(|entry| self.unknown(entry)));
            if !directive.has_reason {
                let message = "this comment does not say why".to_owned();
                flaws.push(self.finding(
                    NO_REASON,
                    directive.range,
                    message,
                    "add `-- reason` at its end".to_owned(),
                ));
            }
        }
        flaws
    }

    fn unknown(&self, entry: &Entry) -> Finding {
        let near = nearest(entry.name, LINTS.iter().map(|lint| lint.name));
        let help = near.map_or_else(
            || "`cargo acid rules` lists all lints".to_owned(),
            |name| format!("did you mean `{name}`?"),
        );
        self.finding(
            UNKNOWN,
            entry.range,
            format!("there is no lint `{}`", entry.name),
            help,
        )
    }

    /// Names that took nothing away, of lints that ran here.
    fn unused(&self, judged: impl Fn(&str) -> bool) -> Vec<Finding> {
        let entries = self
            .directives
            .iter()
            .flat_map(|covering| covering.directive.entries.iter().zip(&covering.used));
        let ran = |name: &str| names(name).any(|name| self.settings.levels.of(name) > Level::Allow);
        let unused =
            entries.filter(|(entry, used)| !**used && judged(entry.name) && ran(entry.name));
        let finding = |(entry, _): (&Entry, _)| {
            let message = format!("`{}` is allowed here, but nothing is reported", entry.name);
            self.finding(
                UNUSED,
                entry.range,
                message,
                "remove it, so that it does not hide what comes later".to_owned(),
            )
        };
        unused.map(finding).collect()
    }

    fn finding(
        &self,
        lint: &'static str,
        range: TextRange,
        message: String,
        help: String,
    ) -> Finding {
        Finding {
            lint,
            message,
            primary: Label {
                span: Span {
                    file: self.file,
                    range: self.source.first_line(range),
                },
                message: String::new(),
            },
            related: Vec::new(),
            notes: Vec::new(),
            help: Some(help),
            function: String::new(),
            in_test: false,
            covers: Vec::new(),
            pedantic: false,
        }
    }
}
