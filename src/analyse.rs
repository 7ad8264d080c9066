//! Lowered files to findings.

use crate::config::Config;
use crate::ir::FileIr;
use crate::lint::Finding;
use crate::source::Sources;
use crate::workspace::Workspace;

/// Runs every lint that is on.
#[must_use]
pub fn run(
    _workspace: &Workspace,
    _sources: &Sources,
    _config: &Config,
    _lowered: &[FileIr],
) -> Vec<Finding> {
    Vec::new()
}
