//! A scratch directory, and what the program says about it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A directory that goes away with its test.
pub struct Scratch(TempDir);

/// What a run said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

/// A file with one warning: a comment that names no lint.
pub const FLAWED: &str = "// acid: allow(unused_alow) -- a slip\nfn main() {}\n";

impl Scratch {
    /// With these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let scratch = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            scratch.write(path, text.as_bytes());
        }
        scratch
    }

    /// A package whose `src/main.rs` is `main`.
    pub fn package(main: &str) -> Self {
        Self::new(&[("Cargo.toml", MANIFEST), ("src/main.rs", main)])
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the program in the directory.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_in(".", arguments)
    }

    /// Runs it in a directory below.
    pub fn run_in(&self, dir: &str, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-acid"));
        command.args(arguments).current_dir(self.path().join(dir));
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command.output().unwrap().into()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}
