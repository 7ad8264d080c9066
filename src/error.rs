//! What stops a run: a message, the place in the file that is to blame, and what to do about it.

use std::fmt;
use std::ops::Range;

/// Why nothing could be checked: wrong arguments, manifests or configuration, or nothing to check. Exit status 2.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Error {
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<String>,
}

/// A place in a file that is no Rust source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file, as shown.
    pub path: String,
    /// Line and column from 1, and that line's text; none for the file as a whole.
    pub spot: Option<Spot>,
}

/// A part of one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spot {
    /// From 1.
    pub line: usize,
    /// In Unicode scalars, from 1.
    pub column: usize,
    /// The line's text.
    pub text: String,
    /// How many scalars are meant, at least 1.
    pub width: usize,
}

impl Error {
    /// An error that has no place in a file.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// The same, in a file.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        self.place = Some(Place {
            path: path.to_owned(),
            spot: None,
        });
        self
    }

    /// The same, at bytes of a file's text.
    #[must_use]
    pub fn at(mut self, path: &str, text: &str, range: Range<usize>) -> Self {
        self.place = Some(Place {
            path: path.to_owned(),
            spot: Some(Spot::of(text, range)),
        });
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Spot {
    fn of(text: &str, range: Range<usize>) -> Self {
        let start = text.floor_char_boundary(range.start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        let end = text
            .floor_char_boundary(range.end)
            .min(line_start + line.len())
            .max(start);
        Self {
            line: before.matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            text: line.to_owned(),
            width: text[start..end].chars().count().max(1),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some(place) = &self.place {
            write!(f, "{place}")?;
        }
        self.help
            .as_ref()
            .map_or(Ok(()), |help| write!(f, "\n  = help: {help}"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(spot) = &self.spot else {
            return write!(f, "\n  --> {}", self.path);
        };
        let number = spot.line.to_string();
        let margin = " ".repeat(number.len());
        let tabs_kept = |c: char| if c == '\t' { '\t' } else { ' ' };
        let indent: String = spot
            .text
            .chars()
            .take(spot.column - 1)
            .map(tabs_kept)
            .collect();
        writeln!(
            f,
            "\n{margin}--> {}:{}:{}",
            self.path, spot.line, spot.column
        )?;
        writeln!(f, "{margin} |\n{number} | {}", spot.text)?;
        write!(f, "{margin} | {indent}{}", "^".repeat(spot.width))
    }
}

impl std::error::Error for Error {}

/// The candidate nearest to what was written, where one is near enough to be meant.
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let scored = candidates
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), name));
    let (distance, name) = scored.min()?;
    (distance <= written.chars().count().max(3) / 3).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_shown() {
        let text = "[pool]\n\tmix = 3\n";
        let error = Error::new("unknown key `mix`")
            .at("acid.toml", text, 8..11)
            .help("did you mean `max`?");
        let shown = "error: unknown key `mix`\n --> acid.toml:2:2\n  |\n2 | \tmix = 3\n  | \t^^^\n  = help: did you mean `max`?";
        assert_eq!(error.to_string(), shown);
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let error = Error::new("unexpected end").at("a", "é", 2..9);
        assert_eq!(
            error.place.and_then(|place| place.spot).map(|spot| (
                spot.line,
                spot.column,
                spot.width
            )),
            Some((1, 2, 1))
        );
    }

    #[test]
    fn near_names_are_offered_and_far_ones_not() {
        assert_eq!(
            nearest("autocomit_off", ["autocommit_off", "nested_checkout"]),
            Some("autocommit_off")
        );
        assert_eq!(nearest("wrn", ["warn", "deny"]), Some("warn"));
        assert_eq!(nearest("postgres", ["warn", "deny"]), None);
    }
}
