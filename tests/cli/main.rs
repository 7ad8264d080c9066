//! The program from the outside: arguments, exit status, every format, configuration, suppression, and bad input.

mod across_files;
mod arguments;
mod bad_input;
mod configuration;
mod formats;
mod hostile;
mod jobs;
mod models;
mod scratch;
mod suppression;
mod wording;
mod workspaces;
