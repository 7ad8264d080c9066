//! Every sheet of the catalogue is well formed: known keys, types that parse, receivers that exist, paths that lead into
//! the client, and one meaning a call and version.

mod used;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use acid::catalogue::{CallEntry, Sheet};

struct Named {
    file: String,
    sheet: Sheet,
}

fn sheets() -> Vec<Named> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    assert!(!files.is_empty());
    let read = |file: &Path| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        match toml::from_str(&fs::read_to_string(file).unwrap()) {
            Ok(sheet) => Named { file: name, sheet },
            Err(error) => panic!("{name}: {error}"),
        }
    };
    files.iter().map(|file| read(file)).collect()
}

fn calls(sheet: &Sheet) -> impl Iterator<Item = &CallEntry> {
    sheet.fns.iter().chain(&sheet.methods)
}

/// What a call is named in a failure.
fn label(call: &CallEntry) -> String {
    match (&call.path, &call.on) {
        (Some(path), _) => path.clone(),
        (None, on) => format!(
            "{}.{}",
            on.as_deref().unwrap_or_default(),
            call.names.join("|")
        ),
    }
}

fn none(failures: &[String]) {
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Every type a sheet writes, with its owner's name.
fn written_types<'sheet>(sheet: &'sheet Sheet) -> Vec<(String, &'sheet str)> {
    let of_call = |call: &'sheet CallEntry| {
        let written = call.returns.iter().chain(&call.closure_params);
        written.map(move |written| (label(call), written.as_str()))
    };
    let types = sheet
        .types
        .iter()
        .filter_map(|ty| Some((ty.path.clone(), ty.deref.as_deref()?)));
    let aliases = sheet
        .aliases
        .iter()
        .map(|alias| (alias.path.clone(), alias.is.as_str()));
    calls(sheet)
        .flat_map(of_call)
        .chain(types)
        .chain(aliases)
        .collect()
}

#[test]
fn every_type_parses() {
    let mut failures = Vec::new();
    for Named { file, sheet } in &sheets() {
        for (owner, written) in written_types(sheet) {
            if syn::parse_str::<syn::Type>(written).is_err() {
                failures.push(format!("{file}: {owner}: `{written}` is no type"));
            }
        }
    }
    none(&failures);
}

/// Crates of a family count as its first.
fn canonical(path: &str, families: &HashMap<String, String>) -> Option<String> {
    let (first, rest) = path.split_once("::")?;
    Some(format!("{}::{rest}", families.get(first)?))
}

#[test]
fn every_path_in_a_type_is_defined() {
    let sheets = sheets();
    let family = |sheet: &Sheet| {
        let first = sheet.crates.first().cloned().unwrap_or_default();
        sheet
            .crates
            .iter()
            .map(move |name| (name.clone(), first.clone()))
            .collect::<Vec<_>>()
    };
    let families: HashMap<String, String> = sheets
        .iter()
        .flat_map(|named| family(&named.sheet))
        .collect();
    let mut defined = HashSet::new();
    for Named { sheet, .. } in &sheets {
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
        defined.extend(
            types
                .chain(aliases)
                .chain(traits)
                .filter_map(|path| canonical(path, &families)),
        );
    }
    let mut failures = Vec::new();
    for Named { file, sheet } in &sheets {
        for (owner, written) in written_types(sheet) {
            let words = written
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':');
            let undefined = words.filter(|word| {
                canonical(word, &families).is_some_and(|path| !defined.contains(&path))
            });
            failures.extend(
                undefined.map(|path| format!("{file}: {owner}: `{path}` is defined nowhere")),
            );
        }
    }
    none(&failures);
}

#[test]
fn every_receiver_is_defined() {
    let sheets = sheets();
    let types = sheets
        .iter()
        .flat_map(|named| &named.sheet.types)
        .map(|ty| ty.path.as_str());
    let traits = sheets
        .iter()
        .flat_map(|named| &named.sheet.traits)
        .map(|item| item.path.as_str());
    let defined: HashSet<&str> = types.chain(traits).chain(["*"]).collect();
    let mut failures = Vec::new();
    for Named { file, sheet } in &sheets {
        let receivers = sheet
            .methods
            .iter()
            .map(|method| method.on.as_deref().unwrap_or_default());
        let implemented = sheet
            .types
            .iter()
            .flat_map(|ty| &ty.implements)
            .map(String::as_str);
        let supers = sheet
            .traits
            .iter()
            .flat_map(|item| &item.supers)
            .map(String::as_str);
        for name in receivers.chain(implemented).chain(supers) {
            if !defined.contains(name) {
                failures.push(format!("{file}: `{name}` is defined nowhere"));
            }
        }
    }
    none(&failures);
}

#[test]
fn every_path_leads_into_the_client() {
    let mut failures = Vec::new();
    for Named { file, sheet } in sheets() {
        // `also` may lead elsewhere: other crates show the same item under paths of theirs.
        let types = sheet.types.iter().map(|ty| &ty.path);
        let aliases = sheet.aliases.iter().map(|alias| &alias.path);
        let traits = sheet.traits.iter().map(|item| &item.path);
        let fns = sheet.fns.iter().filter_map(|call| call.path.as_ref());
        for path in types.chain(aliases).chain(traits).chain(fns) {
            let first = path
                .split("::")
                .next()
                .unwrap_or_default()
                .trim_end_matches('!');
            let known = sheet.crates.is_empty() || sheet.crates.iter().any(|name| name == first);
            if !known {
                failures.push(format!(
                    "{file}: `{path}` begins with none of {:?}",
                    sheet.crates
                ));
            }
        }
    }
    none(&failures);
}

#[test]
fn functions_have_paths_and_methods_have_receivers() {
    let mut failures = Vec::new();
    for Named { file, sheet } in sheets() {
        for call in &sheet.fns {
            if call.path.is_none() || call.on.is_some() || !call.names.is_empty() {
                failures.push(format!(
                    "{file}: {}: a [[fn]] has `path`, and neither `on` nor `names`",
                    label(call)
                ));
            }
        }
        for call in &sheet.methods {
            if call.path.is_some() || call.on.is_none() || call.names.is_empty() {
                failures.push(format!(
                    "{file}: {}: a [[method]] has `on` and `names`, and no `path`",
                    label(call)
                ));
            }
        }
    }
    none(&failures);
}

/// `[since, until)` as comparable numbers.
type Versions = (Vec<u32>, Vec<u32>);

fn versions(since: Option<&str>, until: Option<&str>) -> Versions {
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap()).collect();
    (
        since.map_or(vec![0], numbers),
        until.map_or(vec![u32::MAX], numbers),
    )
}

/// Pairs of entries under one key whose versions overlap.
fn overlapping(entries: &[(String, Versions)]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, (key, (since, until))) in entries.iter().enumerate() {
        let again =
            |(other, (from, to)): &(String, Versions)| other == key && since < to && from < until;
        if entries[..index].iter().any(again) {
            found.push(key.clone());
        }
    }
    found
}

#[test]
fn every_call_has_one_meaning() {
    let mut failures = Vec::new();
    for Named { file, sheet } in sheets() {
        let mut entries = Vec::new();
        for call in calls(&sheet) {
            let range = versions(call.since.as_deref(), call.until.as_deref());
            let paths = call.path.iter().chain(&call.also).cloned();
            let on = call.on.as_deref().unwrap_or_default();
            let methods = call.names.iter().map(|name| format!("{on}.{name}"));
            let given = call.given.join(" ");
            let keys = paths.chain(methods).map(|key| format!("{key} {given}"));
            entries.extend(keys.map(|key| (key, range.clone())));
        }
        failures.extend(
            overlapping(&entries)
                .iter()
                .map(|key| format!("{file}: {key} has two entries")),
        );
    }
    none(&failures);
}

#[test]
fn every_type_is_defined_once() {
    let mut entries = Vec::new();
    for Named { sheet, .. } in sheets() {
        for ty in &sheet.types {
            let range = versions(ty.since.as_deref(), ty.until.as_deref());
            entries.extend(
                ty.also
                    .iter()
                    .chain([&ty.path])
                    .map(|path| (path.clone(), range.clone())),
            );
        }
        let aliases = sheet
            .aliases
            .iter()
            .flat_map(|alias| alias.also.iter().chain([&alias.path]));
        entries.extend(aliases.map(|path| (path.clone(), versions(None, None))));
    }
    none(&overlapping(&entries));
}

#[test]
fn every_sheet_is_loaded() {
    let files: Vec<String> = sheets().into_iter().map(|named| named.file).collect();
    let mut loaded: Vec<String> = acid::catalogue::sheets()
        .unwrap()
        .into_iter()
        .map(|(name, _)| format!("{name}.toml"))
        .collect();
    loaded.sort();
    assert_eq!(files, loaded);
}
