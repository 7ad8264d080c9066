//! What tells a finding from all others although lines move: lint, path, function, the line's text, and which of several.

use std::collections::BTreeMap;
use std::path::Path;

use super::Reported;
use crate::source::Sources;

/// Findings must be in order; paths count from `home`, so that the directory one happens to be in does not matter.
pub(super) fn fill(findings: &mut [Reported], sources: &Sources, home: &Path) {
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    for reported in findings {
        let hash = identity(reported, sources, home);
        let nth = seen.entry(hash).or_default();
        reported.fingerprint = format!("{:016x}", fnv(hash, &nth.to_le_bytes()));
        *nth += 1;
    }
}

fn identity(reported: &Reported, sources: &Sources, home: &Path) -> u64 {
    let finding = &reported.finding;
    let file = sources.file(finding.primary.span.file);
    let path = file
        .absolute
        .strip_prefix(home)
        .unwrap_or(Path::new(&file.path));
    let line = file.slice(file.line_range(file.line_index(finding.primary.span.range.start)));
    let text = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = [
        finding.lint,
        &path.to_string_lossy().replace('\\', "/"),
        &finding.function,
        &text,
    ];
    parts.iter().fold(0xcbf2_9ce4_8422_2325, |hash, part| {
        fnv(fnv(hash, part.as_bytes()), &[0])
    })
}

/// FNV-1a: the same on every machine and in every version.
fn fnv(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(seed, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
