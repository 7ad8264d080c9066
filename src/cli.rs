//! What was typed to what is to be done.

use std::ffi::OsString;
use std::path::PathBuf;

use acid::Options;
use acid::lint::Level;
use clap::{
    ArgMatches, Args, Command as Clap, CommandFactory, FromArgMatches, Parser, Subcommand,
    ValueEnum,
};

/// A linter for database-transaction misuse in Rust source.
#[derive(Debug, Parser)]
#[command(
    name = "cargo-acid",
    bin_name = "cargo acid",
    version,
    max_term_width = 100
)]
#[command(
    after_help = "Without a command, `check` is run.\nExit status: 0 clean, 1 findings, 2 trouble."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the packages that the paths belong to
    Check(Box<Check>),
    /// Print a lint's page
    Explain {
        /// A lint, as `cargo acid rules` lists them
        lint: String,
        #[command(flatten)]
        colour: Colour,
    },
    /// List all lints with their groups and default levels
    Rules {
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: RulesFormat,
    },
}

/// `cargo acid check`
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Check {
    /// Report on these files and directories; the whole workspaces they belong to are analysed
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    paths: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The lowest level of a finding that makes the exit status 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub fail_on: FailOn,
    /// Exit with status 1, too, if a file could not be read or parsed; implies --exhaustive
    #[arg(long)]
    pub fail_on_unread: bool,
    /// Parse all bodies, also those in which nothing can touch a database: finds the same, and all that doesn't parse
    #[arg(long)]
    exhaustive: bool,
    #[command(flatten)]
    colour: Colour,
    /// Allow a lint or group: nothing is reported
    #[arg(
        short = 'A',
        long,
        value_name = "LINT|GROUP",
        value_delimiter = ',',
        help_heading = "Lints"
    )]
    allow: Vec<String>,
    /// Warn about a lint or group
    #[arg(
        short = 'W',
        long,
        value_name = "LINT|GROUP",
        value_delimiter = ',',
        help_heading = "Lints"
    )]
    warn: Vec<String>,
    /// Deny a lint or group: findings are errors; of -A, -W and -D the last one wins
    #[arg(
        short = 'D',
        long,
        value_name = "LINT|GROUP",
        value_delimiter = ',',
        help_heading = "Lints"
    )]
    deny: Vec<String>,
    /// Run only these, those that are off by default as warnings
    #[arg(
        long,
        value_name = "LINT|GROUP",
        value_delimiter = ',',
        help_heading = "Lints"
    )]
    only: Vec<String>,
    /// Don't run these
    #[arg(
        long,
        value_name = "LINT|GROUP",
        value_delimiter = ',',
        help_heading = "Lints"
    )]
    skip: Vec<String>,
    /// Report on this package only
    #[arg(short, long, value_name = "PACKAGE", help_heading = "Packages")]
    package: Vec<String>,
    /// Report on all packages, as is done anyway
    #[arg(
        long,
        alias = "all",
        conflicts_with = "package",
        help_heading = "Packages"
    )]
    workspace: bool,
    /// Don't report on this package
    #[arg(long, value_name = "PACKAGE", help_heading = "Packages")]
    exclude: Vec<String>,
    /// Start from this Cargo.toml
    #[arg(long, value_name = "PATH", help_heading = "Packages")]
    manifest_path: Option<PathBuf>,
    /// Read this instead of acid.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long)]
    isolated: bool,
    /// How many threads; as many as there are processors by default
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    #[arg(skip)]
    levels: Vec<(String, Level)>,
    #[arg(skip)]
    paths_given: bool,
}

/// `--color`
#[derive(Debug, Args)]
pub struct Colour {
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    color: When,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
#[expect(clippy::doc_markdown, reason = "the help shows it as written")]
enum When {
    /// On a terminal, unless NO_COLOR is set; CLICOLOR_FORCE counts as a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// In their code
    #[default]
    Human,
    /// One line each
    Short,
    /// One JSON object a line
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub workflow annotations
    Github,
}

/// How lints are listed.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum RulesFormat {
    /// A table
    #[default]
    Human,
    /// One JSON object a line
    Json,
}

/// What makes the exit status 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Deny,
    /// Errors and warnings
    #[default]
    Warn,
    /// Nothing
    Never,
}

/// Reads the command line; prints and exits on `--help`, `--version` and on wrong arguments, the last with status 2.
#[must_use]
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Command {
    let matches = Cli::command().get_matches_from(completed(arguments, &Cli::command()));
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    if let (Command::Check(check), Some(("check", matches))) =
        (&mut cli.command, matches.subcommand())
    {
        check.levels = levels(matches);
        check.paths_given =
            matches.value_source("paths") == Some(clap::parser::ValueSource::CommandLine);
    }
    cli.command
}

/// Cargo passes the subcommand's own name first; and `check` may be left out.
fn completed(arguments: impl Iterator<Item = OsString>, command: &Clap) -> Vec<OsString> {
    const OWN: [&str; 5] = ["help", "-h", "--help", "-V", "--version"];
    let mut arguments: Vec<_> = arguments.collect();
    if arguments.get(1).is_some_and(|first| first == "acid") {
        arguments.remove(1);
    }
    let is_command = |word: &OsString| {
        command.find_subcommand(word).is_some() || OWN.iter().any(|own| word == own)
    };
    if !arguments.get(1).is_some_and(is_command) {
        arguments.insert(1.min(arguments.len()), "check".into());
    }
    arguments
}

/// `-A`, `-W` and `-D` in the order they were typed.
fn levels(matches: &ArgMatches) -> Vec<(String, Level)> {
    let mut found = Vec::new();
    for (name, level) in [
        ("allow", Level::Allow),
        ("warn", Level::Warn),
        ("deny", Level::Deny),
    ] {
        let indices = matches.indices_of(name).into_iter().flatten();
        let values = matches.get_many::<String>(name).into_iter().flatten();
        found.extend(
            indices
                .zip(values)
                .map(|(index, value)| (index, value.clone(), level)),
        );
    }
    found.sort_by_key(|(index, ..)| *index);
    found
        .into_iter()
        .map(|(_, name, level)| (name, level))
        .collect()
}

impl Check {
    /// What the library is asked for.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            paths: if self.paths_given || self.manifest_path.is_none() {
                self.paths.clone()
            } else {
                Vec::new()
            },
            manifest_path: self.manifest_path.clone(),
            packages: self.package.clone(),
            exclude: self.exclude.clone(),
            levels: self.levels.clone(),
            only: self.only.clone(),
            skip: self.skip.clone(),
            config: self.config.clone(),
            isolated: self.isolated,
            exhaustive: self.exhaustive || self.fail_on_unread,
            jobs: self.jobs.map(usize::from),
        }
    }

    /// Whether to print in colour.
    #[must_use]
    pub fn in_colour(&self, terminal: bool) -> bool {
        self.colour.wanted(terminal)
    }
}

impl Colour {
    /// Whether to print in colour on what is, or is not, a terminal.
    #[must_use]
    pub fn wanted(&self, terminal: bool) -> bool {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto if set("NO_COLOR") => false,
            When::Auto => {
                terminal || std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str]) -> Options {
        let Command::Check(check) = parse(arguments.iter().map(OsString::from)) else {
            panic!("not a check")
        };
        check.options()
    }

    #[test]
    fn cargo_and_plain_spellings_mean_the_same() {
        for arguments in [
            &["cargo-acid"][..],
            &["cargo-acid", "acid"],
            &["cargo-acid", "check"],
            &["cargo-acid", "acid", "check"],
        ] {
            assert_eq!(check(arguments).paths, [PathBuf::from(".")]);
        }
        assert_eq!(
            check(&["cargo-acid", "acid", "--isolated", "src"]).paths,
            [PathBuf::from("src")]
        );
    }

    #[test]
    fn levels_keep_their_order() {
        let levels = check(&["cargo-acid", "-D", "all", "-A", "x,y", "-W", "z", "-D", "x"]).levels;
        let names: Vec<_> = levels
            .iter()
            .map(|(name, level)| (name.as_str(), *level))
            .collect();
        let expected = [
            ("all", Level::Deny),
            ("x", Level::Allow),
            ("y", Level::Allow),
            ("z", Level::Warn),
            ("x", Level::Deny),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_manifest_stands_for_its_directory() {
        assert!(
            check(&["cargo-acid", "--manifest-path", "a/Cargo.toml"])
                .paths
                .is_empty()
        );
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
