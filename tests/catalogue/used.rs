//! Every sheet of the catalogue is used by a page or a case, or listed with a reason.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use acid::catalogue::Sheet;

use crate::{Named, none, sheets, written_types};

/// Sheets that no page and no case uses, and why.
const UNUSED: &[(&str, &[&str])] = &[
    (
        "takes time or can't be undone, as reqwest, lettre and redis do",
        &[
            "archives",
            "aws",
            "channels",
            "jobs",
            "object_store",
            "ureq",
            "websocket",
        ],
    ),
    (
        "runs migrations: no lint asks for them yet",
        &["diesel_migrations", "rusqlite_migration"],
    ),
    (
        "handlers by attribute or router, as those of axum, actix-web and rocket are",
        &[
            "aide",
            "async_graphql",
            "dropshot",
            "leptos",
            "salvo",
            "tauri",
            "utoipa",
        ],
    ),
    (
        "hands values through, as futures does",
        &[
            "activitypub_federation",
            "moka",
            "rayon",
            "retry",
            "scoped_futures",
            "tracing",
        ],
    ),
    (
        "a thin layer over a client or pool that has cases",
        &["async_bb8_diesel", "async_sqlite", "diesel_dtrace", "qorb"],
    ),
];

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Identifiers in the code of all pages and cases, a set for each.
fn words_of_examples() -> Vec<HashSet<String>> {
    let words = |code: &str| {
        code.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
            .map(str::to_owned)
            .collect()
    };
    let code = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        if path.ends_with("README.md") {
            let blocks = text.split("\n```rust\n").skip(1);
            blocks
                .filter_map(|block| block.split("\n```").next())
                .collect()
        } else {
            text
        }
    };
    let lints = Path::new(env!("CARGO_MANIFEST_DIR")).join("lints");
    files_below(&lints)
        .into_iter()
        .filter(|path| path.ends_with("README.md") || path.parent().unwrap().ends_with("cases"))
        .map(|path| words(&code(&path)))
        .collect()
}

/// Last segments of all that a sheet tells about.
fn names(sheet: &Sheet) -> HashSet<&str> {
    let types = sheet
        .types
        .iter()
        .flat_map(|ty| ty.also.iter().chain([&ty.path]));
    let aliases = sheet
        .aliases
        .iter()
        .flat_map(|alias| alias.also.iter().chain([&alias.path]));
    let traits = sheet
        .traits
        .iter()
        .flat_map(|item| item.also.iter().chain([&item.path]));
    let fns = sheet
        .fns
        .iter()
        .flat_map(|call| call.also.iter().chain(&call.path));
    let methods = sheet.methods.iter().flat_map(|call| &call.names);
    let handlers = sheet.handlers.iter().flat_map(|entry| {
        entry
            .attribute
            .iter()
            .chain(&entry.call)
            .chain(&entry.implements)
    });
    let paths = types
        .chain(aliases)
        .chain(traits)
        .chain(fns)
        .chain(methods)
        .chain(handlers);
    paths
        .filter_map(|path| path.rsplit("::").next())
        .map(|name| name.trim_end_matches('!'))
        .collect()
}

/// Crates that a sheet's types lead into.
fn leads_to(sheet: &Sheet) -> HashSet<&str> {
    let written = written_types(sheet).into_iter().map(|(_, written)| written);
    written
        .flat_map(|written| {
            written.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        })
        .collect()
}

/// An example uses a sheet if it names a crate of it and something that the sheet tells about; so it uses those that the sheet leads to.
#[test]
fn every_sheet_is_used_by_a_page_or_case() {
    let (examples, sheets) = (words_of_examples(), sheets());
    let is_named = |sheet: &Sheet| {
        let names = names(sheet);
        examples.iter().any(|words| {
            sheet.crates.iter().any(|name| words.contains(name))
                && names.iter().any(|name| words.contains(*name))
        })
    };
    let named = sheets.iter().filter(|named| is_named(&named.sheet));
    let reached: HashSet<&str> = named.flat_map(|named| leads_to(&named.sheet)).collect();
    let mut failures = Vec::new();
    for Named { file, sheet } in &sheets {
        let is_used = is_named(sheet)
            || sheet
                .crates
                .iter()
                .any(|name| reached.contains(name.as_str()));
        let name = file.trim_end_matches(".toml");
        let is_excused = UNUSED.iter().any(|(_, sheets)| sheets.contains(&name));
        match (is_used, is_excused) {
            (false, false) => failures.push(format!("{file}: no page and no case uses it")),
            (true, true) => failures.push(format!("{file}: is used: take it off the list")),
            _ => {}
        }
    }
    none(&failures);
}
