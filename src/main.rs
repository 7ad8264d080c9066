//! The program: reads the command line, prints what the library found, and exits.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use acid::error::Error;
use acid::report::{Outcome, github, human, json, sarif, short};
use acid::{check, explain};

mod cli;

use cli::{Check, Command, FailOn, Format, RulesFormat};

fn main() -> ExitCode {
    let done = match cli::parse(std::env::args_os()) {
        Command::Check(arguments) => run(&arguments),
        Command::Explain { lint, colour } => {
            explain::explain(&lint, colour.wanted(io::stdout().is_terminal()))
                .map(|page| print(&page, ExitCode::SUCCESS))
        }
        Command::Rules {
            format: RulesFormat::Human,
        } => Ok(print(&explain::rules(), ExitCode::SUCCESS)),
        Command::Rules {
            format: RulesFormat::Json,
        } => Ok(print(&explain::rules_json(), ExitCode::SUCCESS)),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(2)
    })
}

fn run(arguments: &Check) -> Result<ExitCode, Error> {
    let started = Instant::now();
    let outcome = check(&arguments.options())?;
    for note in &outcome.notes {
        eprintln!("note: {note}");
    }
    let text = match arguments.format {
        Format::Human => human::render(&outcome, arguments.in_colour(io::stdout().is_terminal())),
        Format::Short => short::render(&outcome),
        Format::Json => json::render(&outcome, started.elapsed()),
        Format::Sarif => sarif::render(&outcome),
        Format::Github => github::render(&outcome),
    };
    Ok(print(&text, exit_code(arguments, &outcome)))
}

fn exit_code(arguments: &Check, outcome: &Outcome) -> ExitCode {
    let (errors, warnings) = outcome.counts();
    let failing = match arguments.fail_on {
        FailOn::Deny => errors,
        FailOn::Warn => errors + warnings,
        FailOn::Never => 0,
    };
    let unread = arguments.fail_on_unread && !outcome.unread.is_empty();
    ExitCode::from(u8::from(failing > 0 || unread))
}

/// A reader that has seen enough (`| head`) is no trouble; a full disk is.
fn print(text: &str, code: ExitCode) -> ExitCode {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("error: cannot write the report: {error}");
            ExitCode::from(2)
        }
        _ => code,
    }
}
