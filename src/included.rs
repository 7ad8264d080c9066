//! Files that code includes as text (`include_str!`, and macros that the catalogue says take a file): read once, before bodies are.
//! Only regular files below the package's directory, also behind links, are read; another one is unknown text.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{Body, Expr, ExprId, FileIr, MacroArgs, MacroCall, Name, Slot};
use crate::lowered::Lowered;
use crate::source::{FileId, Sources};
use crate::workspace::{Workspace, normal};

/// A larger file is no statement.
const MAX_BYTES: u64 = 1024 * 1024;
/// What is read of all files together.
const MAX_TOTAL: u64 = 64 * MAX_BYTES;

/// Text of included files.
#[derive(Debug, Default)]
pub struct Included {
    /// By file: what its paths are relative to.
    homes: Vec<Home>,
    texts: FxHashMap<PathBuf, String>,
}

#[derive(Debug)]
struct Home {
    beside: PathBuf,
    package: Option<PathBuf>,
}

impl Included {
    /// Reads what the bodies of all files include, by `include_str!` and by the macros of these names: such bodies are never read later.
    #[must_use]
    pub fn read(
        workspace: &Workspace,
        sources: &Sources,
        named: &FxHashSet<Name>,
        lowered: &Lowered<'_>,
    ) -> Self {
        let homes = sources.files().iter().map(|file| Home {
            beside: file
                .absolute
                .parent()
                .map(Path::to_path_buf)
                .unwrap_or_default(),
            package: file.package.map(|id| workspace.package(id).dir.clone()),
        });
        let mut included = Self {
            homes: homes.collect(),
            texts: FxHashMap::default(),
        };
        let wanted: Vec<_> = lowered
            .files()
            .par_iter()
            .enumerate()
            .flat_map_iter(|(index, ir)| included.wanted(FileId(index as u32), ir.as_ref(), named))
            .collect();
        included.texts = texts(wanted.into_iter().collect());
        included
    }

    /// What `include_str!(…)` in a body of a file stands for.
    #[must_use]
    pub fn included(&self, file: FileId, body: &Body, call: &MacroCall) -> Option<&str> {
        let (path, _) = self.path_of(file, body, call)?;
        self.texts.get(&path).map(String::as_str)
    }

    /// The text of the file that an argument names relative to the package.
    #[must_use]
    pub fn named(&self, file: FileId, body: &Body, argument: ExprId) -> Option<&str> {
        let (path, _) = self.below_package(file, literal(body, argument)?)?;
        self.texts.get(&path).map(String::as_str)
    }

    /// Files and their packages' directories.
    fn wanted(
        &self,
        file: FileId,
        ir: Option<&FileIr>,
        named: &FxHashSet<Name>,
    ) -> Vec<(PathBuf, PathBuf)> {
        let bodies = ir.map(|ir| ir.bodies.as_slice()).unwrap_or_default();
        let mut found = Vec::new();
        for body in bodies.iter().filter_map(Slot::get) {
            for expr in &body.exprs {
                let Expr::Macro(call) = expr else {
                    continue;
                };
                let is_named = last(call).is_some_and(|last| named.contains(&last));
                if is_named && let MacroArgs::Exprs { args, .. } = &call.args {
                    let path = args.iter().find_map(|arg| literal(body, *arg));
                    found.extend(path.and_then(|path| self.below_package(file, path)));
                } else {
                    found.extend(self.path_of(file, body, call));
                }
            }
        }
        found
    }

    fn path_of(&self, file: FileId, body: &Body, call: &MacroCall) -> Option<(PathBuf, PathBuf)> {
        if last(call)? != "include_str" {
            return None;
        }
        let MacroArgs::Exprs { args, .. } = &call.args else {
            return None;
        };
        let [path] = args.as_slice() else {
            return None;
        };
        if let Some(path) = literal(body, *path) {
            let home = self.homes.get(file.0 as usize)?;
            return Some((normal(&home.beside.join(path)), home.package.clone()?));
        }
        self.below_package(file, &below_manifest(body, *path)?)
    }

    fn below_package(&self, file: FileId, path: &str) -> Option<(PathBuf, PathBuf)> {
        let package = self.homes.get(file.0 as usize)?.package.clone()?;
        Some((normal(&package.join(path)), package))
    }
}

fn last(call: &MacroCall) -> Option<Name> {
    call.path.segments.last().map(|segment| segment.name)
}

fn literal(body: &Body, id: ExprId) -> Option<&str> {
    match body.expr(id) {
        Expr::Str(text) => Some(text),
        _ => None,
    }
}

/// `concat!(env!("CARGO_MANIFEST_DIR"), "/a", "/b")`: the path below the package.
fn below_manifest(body: &Body, id: ExprId) -> Option<String> {
    let parts = arguments(body, id, "concat")?;
    let (first, rest) = parts.split_first()?;
    let variable = arguments(body, *first, "env")?;
    if literal(body, *variable.first()?)? != "CARGO_MANIFEST_DIR" {
        return None;
    }
    let rest: Option<String> = rest.iter().map(|part| literal(body, *part)).collect();
    Some(rest?.trim_start_matches('/').to_owned())
}

fn arguments<'a>(body: &'a Body, id: ExprId, name: &str) -> Option<&'a [ExprId]> {
    match body.expr(id) {
        Expr::Macro(call) if last(call)? == name => match &call.args {
            MacroArgs::Exprs { args, .. } => Some(args),
            _ => None,
        },
        _ => None,
    }
}

/// Reads in the order of paths, until it is too much.
fn texts(wanted: BTreeSet<(PathBuf, PathBuf)>) -> FxHashMap<PathBuf, String> {
    let mut left = MAX_TOTAL;
    let mut found = FxHashMap::default();
    for (path, package) in wanted {
        let Some(text) = text(&path, &package, left) else {
            continue;
        };
        left -= text.len() as u64;
        found.insert(path, text);
    }
    found
}

fn text(path: &Path, package: &Path, left: u64) -> Option<String> {
    let real = path.canonicalize().ok()?;
    let facts = real.metadata().ok()?;
    let limit = MAX_BYTES.min(left);
    if !real.starts_with(package.canonicalize().ok()?) || !facts.is_file() || facts.len() > limit {
        return None;
    }
    let mut text = String::new();
    let file = File::open(real).ok()?;
    // It may have grown since.
    file.take(limit).read_to_string(&mut text).ok()?;
    Some(text)
}
