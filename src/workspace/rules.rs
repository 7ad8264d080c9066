//! `.gitignore` files on the way down, those above the root included; the deepest has the last word.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::Gitignore;
use rustc_hash::FxHashMap;
use walkdir::DirEntry;

/// The rules of each directory that has any.
pub(super) struct Rules(FxHashMap<PathBuf, Gitignore>);

impl Rules {
    /// Those of the directories above `root`, up to the repository's.
    pub(super) fn above(root: &Path) -> Self {
        let mut rules = Self(FxHashMap::default());
        let is_top = |dir: &Path| dir.join(".git").exists();
        if !is_top(root) {
            for dir in root.ancestors().skip(1) {
                rules.read(dir);
                if is_top(dir) {
                    break;
                }
            }
        }
        rules
    }

    fn read(&mut self, dir: &Path) {
        let file = dir.join(".gitignore");
        if file.is_file() {
            // What is wrong in one rule leaves the others in force, as git has it.
            let (rules, _) = Gitignore::new(&file);
            self.0.insert(dir.to_path_buf(), rules);
        }
    }

    /// Whether no rule leaves an entry out; the rules of a directory that is let in count below it.
    pub(super) fn let_in(&mut self, entry: &DirEntry) -> bool {
        let is_dir = entry.file_type().is_dir();
        let is_left_out = entry.depth() > 0 && self.leave_out(entry.path(), is_dir);
        if is_dir && !is_left_out {
            self.read(entry.path());
        }
        !is_left_out
    }

    fn leave_out(&self, path: &Path, is_dir: bool) -> bool {
        let mut said = path
            .ancestors()
            .skip(1)
            .filter_map(|dir| self.0.get(dir))
            .map(|rules| rules.matched(path, is_dir))
            .skip_while(Match::is_none);
        said.next().is_some_and(|said| said.is_ignore())
    }
}
