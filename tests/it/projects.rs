//! The projects under `fixtures/projects/`: each prints what its `expected.txt` says, and its repaired twin prints nothing to complain about.

use std::path::{Path, PathBuf};

use crate::support::acid::run;
use crate::support::{assert_none, files, read, root, update};

/// Folders of the projects, relative to the root.
fn projects() -> Vec<PathBuf> {
    let manifests = files("fixtures/projects", |path| path.ends_with("Cargo.toml"));
    let folders = manifests
        .iter()
        .filter_map(|path| path.parent())
        .map(Path::to_path_buf);
    let projects: Vec<_> = folders
        .filter(|path| path.parent() == Some(Path::new("fixtures/projects")))
        .collect();
    assert!(!projects.is_empty(), "no project found");
    projects
}

fn is_repaired(project: &Path) -> bool {
    project.to_string_lossy().ends_with("_repaired")
}

#[test]
fn projects_print_what_is_expected() {
    assert_none(
        &projects()
            .iter()
            .filter_map(|project| compare(project))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_project_has_a_repaired_twin() {
    let projects = projects();
    for project in projects.iter().filter(|project| !is_repaired(project)) {
        let twin = PathBuf::from(format!("{}_repaired", project.display()));
        assert!(projects.contains(&twin), "{} is missing", twin.display());
    }
}

/// Exit code 1 with findings for a project, 0 and none for its twin.
fn compare(project: &Path) -> Option<String> {
    let output = run(&root().join(project), &[]);
    let code = i32::from(!is_repaired(project));
    if output.status.code() != Some(code) {
        let trouble = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        return Some(format!(
            "{}: expected exit code {code}: {}\n{printed}{trouble}",
            project.display(),
            output.status
        ));
    }
    let printed = String::from_utf8(output.stdout).expect("the output is UTF-8");
    let expected = project.join("expected.txt");
    if update() {
        std::fs::write(root().join(expected), printed).expect("the project's folder is writable");
        return None;
    }
    (printed != read(&expected)).then(|| {
        format!(
            "{} differs (UPDATE=1 writes it); printed is:\n{printed}",
            expected.display()
        )
    })
}
