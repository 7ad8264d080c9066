//! A lint's page for the terminal.

use crate::config::LevelSet;
use crate::error::Error;
use crate::lint::Lint;
use crate::lints::LINTS;

/// The page of a lint, its headings and code in colour if asked for.
///
/// # Errors
/// A name that no lint has.
pub fn explain(name: &str, colour: bool) -> Result<String, Error> {
    let Some(lint) = LINTS.iter().find(|lint| lint.name == name) else {
        LevelSet::parse(name)?;
        return Err(
            Error::new(format!("`{name}` is a group")).help("`cargo acid rules` lists its lints")
        );
    };
    let page = format!("{}\n", lint.docs.trim_end());
    Ok(if colour { painted(&page) } else { page })
}

/// Name, group, level and summary of every lint, as a table.
#[must_use]
pub fn rules() -> String {
    let width = LINTS
        .iter()
        .map(|lint| lint.name.len())
        .max()
        .unwrap_or_default();
    let row = |lint: &&Lint| {
        format!(
            "{:width$}  {:11}  {:5}  {}\n",
            lint.name,
            lint.group,
            level(lint),
            lint.summary
        )
    };
    LINTS.iter().map(row).collect()
}

/// The same, one JSON object a line.
#[must_use]
pub fn rules_json() -> String {
    let row = |lint: &&Lint| {
        let row = serde_json::json!({ "lint": lint.name, "group": lint.group, "level": lint.level, "summary": lint.summary });
        format!("{row}\n")
    };
    LINTS.iter().map(row).collect()
}

fn level(lint: &Lint) -> String {
    format!("{:?}", lint.level).to_lowercase()
}

fn painted(page: &str) -> String {
    let mut in_code = false;
    let mut paint = |line: &str| {
        let fence = line.starts_with("```");
        in_code ^= fence;
        match () {
            () if fence => format!("\x1b[2m{line}\x1b[0m\n"),
            () if in_code => format!("\x1b[36m{line}\x1b[0m\n"),
            () if line.starts_with('#') => format!("\x1b[1m{line}\x1b[0m\n"),
            () => format!("{line}\n"),
        }
    };
    page.lines().map(&mut paint).collect()
}
