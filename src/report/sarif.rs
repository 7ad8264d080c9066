//! SARIF 2.1.0, as GitHub code scanning reads it: every rule with its page, one-line regions, most severe findings first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif;

use super::{Outcome, Reported, position, severity};
use crate::lint::{Label, Level, Lint};
use crate::lints::LINTS;
use crate::source::{Sources, Unread};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const SOURCE: &str = concat!(
    "https://docs.rs/crate/cargo-acid/",
    env!("CARGO_PKG_VERSION"),
    "/source"
);

/// One run: `results` is there, and empty, when there is nothing to report.
#[must_use]
pub fn render(outcome: &Outcome) -> String {
    let mut findings: Vec<_> = outcome.findings.iter().collect();
    findings.sort_by_key(|reported| Reverse(reported.level));
    let run = sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver()).build())
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![invocation(&outcome.unread)])
        .results(
            findings
                .iter()
                .map(|reported| result(reported, &outcome.sources))
                .collect::<Vec<_>>(),
        )
        .build();
    let log = sarif::Sarif::builder()
        .schema(SCHEMA.to_owned())
        .version(json!("2.1.0"))
        .runs(vec![run])
        .build();
    // Strings and numbers always serialise.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn driver() -> sarif::ToolComponent {
    sarif::ToolComponent::builder()
        .name("cargo-acid")
        .semantic_version(env!("CARGO_PKG_VERSION").to_owned())
        .information_uri("https://docs.rs/crate/cargo-acid".to_owned())
        .rules(LINTS.iter().map(|lint| rule(lint)).collect::<Vec<_>>())
        .build()
}

fn rule(lint: &Lint) -> sarif::ReportingDescriptor {
    let text = |text: &str| {
        sarif::MultiformatMessageString::builder()
            .text(text)
            .build()
    };
    let configuration = sarif::ReportingConfiguration::builder();
    let page = sarif::MultiformatMessageString::builder()
        .text(lint.docs)
        .markdown(lint.docs.to_owned())
        .build();
    sarif::ReportingDescriptor::builder()
        .id(lint.name)
        .name(lint.name.to_owned())
        .short_description(text(lint.summary))
        .full_description(text(lint.summary))
        .help(page)
        .help_uri(format!(
            "{SOURCE}/lints/{}/{}/README.md",
            lint.group, lint.name
        ))
        .default_configuration(match lint.level {
            Level::Allow => configuration.enabled(false).level(level("note")).build(),
            level_by_default => configuration
                .enabled(true)
                .level(level(severity(level_by_default)))
                .build(),
        })
        .build()
}

fn level(name: &str) -> Value {
    Value::from(name)
}

fn result(reported: &Reported, sources: &Sources) -> sarif::Result {
    let finding = &reported.finding;
    let path = finding.related.iter().chain([&finding.primary]);
    let hash = BTreeMap::from([(
        "primaryLocationLineHash".to_owned(),
        reported.fingerprint.clone(),
    )]);
    let related = finding
        .related
        .iter()
        .enumerate()
        .map(|(id, label)| location(label, Some(id), sources));
    let result = sarif::Result::builder()
        .rule_id(reported.lint.name.to_owned())
        .rule_index(
            LINTS
                .iter()
                .position(|lint| lint.name == reported.lint.name)
                .map_or(-1, number),
        )
        .level(severity_of(reported.level))
        .message(message(&text(reported)))
        .locations(vec![location(&finding.primary, None, sources)])
        .partial_fingerprints(hash);
    if finding.related.is_empty() {
        return result.build();
    }
    let steps = path.map(|label| {
        sarif::ThreadFlowLocation::builder()
            .location(location(label, None, sources))
            .build()
    });
    let flow = sarif::ThreadFlow::builder()
        .locations(steps.collect::<Vec<_>>())
        .build();
    let flows = vec![sarif::CodeFlow::builder().thread_flows(vec![flow]).build()];
    result
        .related_locations(related.collect::<Vec<_>>())
        .code_flows(flows)
        .build()
}

/// SARIF's integers are signed.
fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn severity_of(level: Level) -> sarif::ResultLevel {
    if level == Level::Deny {
        sarif::ResultLevel::Error
    } else {
        sarif::ResultLevel::Warning
    }
}

/// The message, a link to each related place, notes, and what to do.
fn text(reported: &Reported) -> String {
    let finding = &reported.finding;
    let links = finding
        .related
        .iter()
        .enumerate()
        .map(|(id, label)| format!("[{}]({id})", plain(&label.message)));
    let mut parts = vec![plain(&finding.message)];
    parts.extend(links);
    parts.extend(finding.notes.iter().map(|note| plain(note)));
    parts.extend(
        finding
            .help
            .iter()
            .map(|help| format!("help: {}", plain(help))),
    );
    parts.join("\n")
}

/// Brackets make links in SARIF messages.
fn plain(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

fn message(text: &str) -> sarif::Message {
    sarif::Message::builder().text(text.to_owned()).build()
}

fn location(label: &Label, id: Option<usize>, sources: &Sources) -> sarif::Location {
    let place = position(label, sources);
    let region = sarif::Region::builder()
        .start_line(i64::from(place.line))
        .start_column(i64::from(place.column))
        .end_line(i64::from(place.end_line))
        .end_column(i64::from(place.end_column))
        .build();
    let location = sarif::Location::builder()
        .physical_location(physical(place.path, region))
        .message(message(&plain(&label.message)));
    match id {
        Some(id) => location.id(number(id)).build(),
        None => location.build(),
    }
}

fn physical(path: &str, region: sarif::Region) -> sarif::PhysicalLocation {
    let file = sarif::ArtifactLocation::builder().uri(uri(path)).build();
    sarif::PhysicalLocation::builder()
        .artifact_location(file)
        .region(region)
        .build()
}

/// Percent-encoded, `/` kept.
fn uri(path: &str) -> String {
    let encode = |byte: u8| {
        let kept = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if kept {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    path.bytes().map(encode).collect()
}

fn invocation(unread: &[Unread]) -> sarif::Invocation {
    let notification = |file: &Unread| {
        let region = sarif::Region::builder()
            .start_line(i64::from(file.line))
            .start_column(i64::from(file.column))
            .build();
        let place = sarif::Location::builder()
            .physical_location(physical(&file.path, region))
            .build();
        let text = format!("not read: {}", plain(&file.reason));
        sarif::Notification::builder()
            .level(level("warning"))
            .message(message(&text))
            .locations(vec![place])
            .build()
    };
    let notifications: Vec<_> = unread.iter().map(notification).collect();
    sarif::Invocation::builder()
        .execution_successful(true)
        .tool_execution_notifications(notifications)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_encoded() {
        assert_eq!(uri("src/a b/ü#.rs"), "src/a%20b/%C3%BC%23.rs");
    }

    #[test]
    fn brackets_make_no_links() {
        assert_eq!(plain("#[test]"), "#\\[test\\]");
    }
}
