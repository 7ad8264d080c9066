//! The files of a run, lowered: skeletons at once, the body of a function when somebody asks for it. When that is never changes what
//! it says, so runs that ask for all bodies and runs that ask for few find the same.

use std::cmp::Reverse;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{Body, BodyId, FileIr, Name};
use crate::lower::{self, Bodies, Found, Home, LowerError, Macros, Mentions};
use crate::source::{FileId, SourceFile, Sources, Unread};
use crate::workspace::{Target, TargetKind, Workspace};

/// Every file of a run.
#[derive(Debug)]
pub struct Lowered<'a> {
    sources: &'a Sources,
    macros: Macros,
    files: Vec<Option<FileIr>>,
    /// What did not parse.
    unread: Mutex<Vec<Unread>>,
}

impl<'a> Lowered<'a> {
    /// Reads all files; `including` are the names of macros that take a file's path. One that does not parse is reported and empty.
    #[must_use]
    pub fn read(
        workspace: &Workspace,
        sources: &'a Sources,
        including: FxHashSet<Name>,
        bodies: Bodies,
    ) -> Self {
        let homes = sources.files().par_iter();
        let found = homes.map(|file| (home(workspace, file), Found::scan(&file.text)));
        let macros = Macros::new(found.collect(), including);
        let lower = |id: FileId| {
            let file = sources.file(id);
            let lowered = guarded(file, || lower::lower(&file.text, &macros, id, bodies));
            (id, lowered)
        };
        // Long files first: one that is begun at the end keeps the other threads waiting.
        let mut ids: Vec<FileId> = sources.iter().map(|(id, _)| id).collect();
        ids.sort_by_key(|id| Reverse(sources.file(*id).text.len()));
        let mut lowered: Vec<_> = ids.into_par_iter().with_max_len(1).map(lower).collect();
        lowered.sort_by_key(|(id, _)| *id);
        let mut unread = Vec::new();
        let mut keep =
            |result: Result<FileIr, Unread>| result.map_err(|problem| unread.push(problem)).ok();
        Self {
            sources,
            macros,
            files: lowered
                .into_iter()
                .map(|(_, result)| keep(result))
                .collect(),
            unread: Mutex::new(unread),
        }
    }

    /// A file's skeleton, if it could be read.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&FileIr> {
        self.files[id.0 as usize].as_ref()
    }

    /// All skeletons, by file.
    #[must_use]
    pub fn files(&self) -> &[Option<FileIr>] {
        &self.files
    }

    /// A body, read now if it hasn't been; none if it could not be.
    #[must_use]
    pub fn body(&self, file: FileId, body: BodyId) -> Option<&Body> {
        let slot = self.file(file)?.bodies.get(body.index())?;
        let read = || {
            let source = self.sources.file(file);
            let body = guarded(source, || {
                lower::body(&source.text, slot, &self.macros, file)
            });
            body.map_err(|problem| self.report(problem)).ok()
        };
        slot.body.get_or_init(read).as_ref()
    }

    /// What the text of a body names.
    #[must_use]
    pub fn mentions(&self, file: FileId, body: BodyId) -> Mentions {
        lower::mentions(self.text(file, body))
    }

    /// The text of a body.
    #[must_use]
    pub fn text(&self, file: FileId, body: BodyId) -> &str {
        let slot = self.file(file).and_then(|ir| ir.bodies.get(body.index()));
        slot.map_or("", |slot| self.sources.file(file).slice(slot.source))
    }

    /// What the workspace's macros write, by their names.
    #[must_use]
    pub fn macro_mentions(&self) -> &FxHashMap<Name, Mentions> {
        self.macros.mentions()
    }

    /// Files that did not parse, or not in all of the bodies that were asked for.
    #[must_use]
    pub fn take_unread(&self) -> Vec<Unread> {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut unread)
    }

    fn report(&self, problem: Unread) {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.push(problem);
    }
}

fn guarded<T>(
    file: &SourceFile,
    lower: impl FnOnce() -> Result<T, LowerError>,
) -> Result<T, Unread> {
    let lowered = catch_unwind(AssertUnwindSafe(lower));
    let lowered = lowered.map_err(|_| Unread::at(file, 0, "the parser gave up".to_owned()))?;
    lowered.map_err(|error| Unread::at(file, error.offset, error.message))
}

/// To whom the macros of a file belong.
fn home(workspace: &Workspace, file: &SourceFile) -> Home {
    let Some(id) = file.package else {
        return Home::default();
    };
    let package = workspace.package(id);
    let is_library = |target: &Target| target.kind == TargetKind::Lib;
    let has_library = package.targets.iter().any(is_library);
    let mut others = package.targets.iter().filter(|target| !is_library(target));
    Home {
        package: Some(id.0),
        krate: Name::from(&package.crate_name),
        beside_library: has_library && others.any(|target| target.root == file.path),
    }
}
