//! Lints by name, group, `pedantic` or `all`, and the level of each.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::error::{Error, nearest};
use crate::lint::{Level, Lint};
use crate::lints::LINTS;

/// The level of every lint, and of those of its findings that are judgements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    lints: BTreeMap<&'static str, Level>,
    /// Allowed unless the lint is named, alone or with others, or `pedantic` is.
    judgements: BTreeMap<&'static str, Level>,
}

/// What a name on the command line or in `[levels]` stands for. The order is from coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LevelSet {
    /// `all`
    All,
    /// `pedantic`: those allowed by default.
    Pedantic,
    /// A folder of `lints/`.
    Group(&'static str),
    /// One lint.
    Lint(&'static str),
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            lints: LINTS.iter().map(|lint| (lint.name, lint.level)).collect(),
            judgements: BTreeMap::new(),
        }
    }
}

impl Levels {
    /// The level of a lint; what is unknown is allowed.
    #[must_use]
    pub fn of(&self, lint: &str) -> Level {
        self.lints.get(lint).copied().unwrap_or(Level::Allow)
    }

    /// The level of a lint's judgements.
    #[must_use]
    pub fn of_judgements(&self, lint: &str) -> Level {
        self.judgements.get(lint).copied().unwrap_or(Level::Allow)
    }

    /// Whether anything that a lint finds is shown.
    #[must_use]
    pub fn runs(&self, lint: &str) -> bool {
        self.of(lint).max(self.of_judgements(lint)) > Level::Allow
    }

    /// Sets the level of all that `set` stands for.
    pub fn set(&mut self, set: LevelSet, level: Level) {
        for lint in LINTS {
            if set.holds(lint) {
                self.lints.insert(lint.name, level);
            }
            if set.holds(lint) || set == LevelSet::Pedantic {
                self.judgements.insert(lint.name, level);
            }
        }
    }

    /// Sets levels by name; later ones win.
    ///
    /// # Errors
    /// A name that stands for nothing.
    pub fn set_all(&mut self, levels: &[(String, Level)]) -> Result<(), Error> {
        for (name, level) in levels {
            self.set(LevelSet::parse(name)?, *level);
        }
        Ok(())
    }

    /// Turns off all but `only` (which are at least warnings then), and `skip`.
    ///
    /// # Errors
    /// A name that stands for nothing.
    pub fn narrow(&mut self, only: &[String], skip: &[String]) -> Result<(), Error> {
        if !only.is_empty() {
            let wanted = only
                .iter()
                .map(|name| LevelSet::parse(name))
                .collect::<Result<Vec<_>, _>>()?;
            for lint in LINTS {
                let named = wanted.iter().any(|set| set.holds(lint));
                let judged = named || wanted.contains(&LevelSet::Pedantic);
                let raised = |level: Level, wanted| {
                    if wanted {
                        level.max(Level::Warn)
                    } else {
                        Level::Allow
                    }
                };
                let (level, judgement) = (self.of(lint.name), self.of_judgements(lint.name));
                self.lints.insert(lint.name, raised(level, named));
                self.judgements.insert(lint.name, raised(judgement, judged));
            }
        }
        for name in skip {
            self.set(LevelSet::parse(name)?, Level::Allow);
        }
        Ok(())
    }
}

impl LevelSet {
    /// What a name stands for.
    ///
    /// # Errors
    /// A name that stands for nothing, with the nearest one.
    pub fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "all" => return Ok(Self::All),
            "pedantic" => return Ok(Self::Pedantic),
            _ => {}
        }
        let lint = LINTS
            .iter()
            .find(|lint| lint.name == name)
            .map(|lint| Self::Lint(lint.name));
        let group = || {
            LINTS
                .iter()
                .find(|lint| lint.group == name)
                .map(|lint| Self::Group(lint.group))
        };
        lint.or_else(group).ok_or_else(|| unknown(name))
    }

    fn holds(self, lint: &Lint) -> bool {
        match self {
            Self::All => true,
            Self::Pedantic => lint.level == Level::Allow,
            Self::Group(group) => lint.group == group,
            Self::Lint(name) => lint.name == name,
        }
    }
}

fn unknown(name: &str) -> Error {
    let groups = LINTS.iter().map(|lint| lint.group);
    let known = LINTS
        .iter()
        .map(|lint| lint.name)
        .chain(groups)
        .chain(["all", "pedantic"]);
    let mut help = "`cargo acid rules` lists all lints and groups".to_owned();
    if let Some(near) = nearest(name, known) {
        // Writing to a string cannot fail.
        let _ = write!(help, "; did you mean `{near}`?");
    }
    Error::new(format!("unknown lint or group `{name}`")).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(levels: &[(&str, Level)], lint: &str) -> Level {
        let mut all = Levels::default();
        let owned: Vec<_> = levels
            .iter()
            .map(|(name, level)| ((*name).to_owned(), *level))
            .collect();
        all.set_all(&owned).unwrap();
        all.of(lint)
    }

    #[test]
    fn later_levels_win() {
        assert_eq!(
            level(
                &[("all", Level::Deny), ("unused_allow", Level::Allow)],
                "unused_allow"
            ),
            Level::Allow
        );
        assert_eq!(
            level(
                &[("unused_allow", Level::Allow), ("all", Level::Deny)],
                "unused_allow"
            ),
            Level::Deny
        );
    }

    #[test]
    fn pedantic_is_what_is_off() {
        assert_eq!(
            level(&[("pedantic", Level::Warn)], "allow_without_reason"),
            Level::Warn
        );
        assert_eq!(
            level(&[("pedantic", Level::Allow)], "unused_allow"),
            Level::Warn
        );
        assert_eq!(
            level(&[("meta", Level::Deny)], "allow_without_reason"),
            Level::Deny
        );
    }

    #[test]
    fn only_raises_and_silences() {
        let mut levels = Levels::default();
        levels.narrow(&["pedantic".to_owned()], &[]).unwrap();
        assert_eq!(
            (levels.of("allow_without_reason"), levels.of("unused_allow")),
            (Level::Warn, Level::Allow)
        );
    }

    #[test]
    fn judgements_are_off_until_asked_for() {
        let lint = "unused_allow";
        let mut levels = Levels::default();
        assert_eq!(levels.of_judgements(lint), Level::Allow);
        levels.set(LevelSet::Pedantic, Level::Warn);
        assert_eq!(
            (levels.of(lint), levels.of_judgements(lint)),
            (Level::Warn, Level::Warn)
        );
        levels.set(LevelSet::Lint(lint), Level::Allow);
        assert!(!levels.runs(lint));
    }

    #[test]
    fn the_nearest_name_is_offered() {
        let error = LevelSet::parse("unused_alow").unwrap_err();
        assert!(
            error.to_string().ends_with("did you mean `unused_allow`?"),
            "{error}"
        );
    }
}
