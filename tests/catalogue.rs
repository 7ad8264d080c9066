//! Every sheet of the catalogue is well formed: known keys, types that parse, receivers that exist, paths that lead into
//! the client, and one meaning a call and version.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use acid::catalogue::{CallEntry, Sheet};

struct Named {
    file: String,
    sheet: Sheet,
}

fn sheets() -> Vec<Named> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
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
        (None, on) => format!("{}.{}", on.as_deref().unwrap_or_default(), call.names.join("|")),
    }
}

fn none(failures: &[String]) {
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_type_parses() {
    let mut failures = Vec::new();
    for Named { file, sheet } in sheets() {
        let from_calls = calls(&sheet).flat_map(|call| {
            call.returns.iter().chain(&call.closure_params).map(move |written| (label(call), written))
        });
        let from_types = sheet.types.iter().filter_map(|ty| Some((ty.path.clone(), ty.deref.as_ref()?)));
        let from_aliases = sheet.aliases.iter().map(|alias| (alias.path.clone(), &alias.is));
        for (owner, written) in from_calls.chain(from_types).chain(from_aliases) {
            if syn::parse_str::<syn::Type>(written).is_err() {
                failures.push(format!("{file}: {owner}: `{written}` is no type"));
            }
        }
    }
    none(&failures);
}

#[test]
fn every_receiver_is_defined() {
    let sheets = sheets();
    let types = sheets.iter().flat_map(|named| &named.sheet.types).map(|ty| ty.path.as_str());
    let traits = sheets.iter().flat_map(|named| &named.sheet.traits).map(|item| item.path.as_str());
    let defined: HashSet<&str> = types.chain(traits).chain(["*"]).collect();
    let mut failures = Vec::new();
    for Named { file, sheet } in &sheets {
        let receivers = sheet.methods.iter().map(|method| method.on.as_deref().unwrap_or_default());
        let implemented = sheet.types.iter().flat_map(|ty| &ty.implements).map(String::as_str);
        let supers = sheet.traits.iter().flat_map(|item| &item.supers).map(String::as_str);
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
        let types = sheet.types.iter().flat_map(|ty| ty.also.iter().chain([&ty.path]));
        let aliases = sheet.aliases.iter().flat_map(|alias| alias.also.iter().chain([&alias.path]));
        let traits = sheet.traits.iter().flat_map(|item| item.also.iter().chain([&item.path]));
        let fns = sheet.fns.iter().flat_map(|call| call.also.iter().chain(&call.path));
        for path in types.chain(aliases).chain(traits).chain(fns) {
            let first = path.split("::").next().unwrap_or_default().trim_end_matches('!');
            let known = sheet.crates.is_empty() || sheet.crates.iter().any(|name| name == first);
            if !known {
                failures.push(format!("{file}: `{path}` begins with none of {:?}", sheet.crates));
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
                failures.push(format!("{file}: {}: a [[fn]] has `path`, and neither `on` nor `names`", label(call)));
            }
        }
        for call in &sheet.methods {
            if call.path.is_some() || call.on.is_none() || call.names.is_empty() {
                failures.push(format!("{file}: {}: a [[method]] has `on` and `names`, and no `path`", label(call)));
            }
        }
    }
    none(&failures);
}

/// `[since, until)` as comparable numbers.
fn versions(since: Option<&str>, until: Option<&str>) -> (Vec<u32>, Vec<u32>) {
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap()).collect();
    (since.map_or(vec![0], numbers), until.map_or(vec![u32::MAX], numbers))
}

/// Pairs of entries under one key whose versions overlap.
fn overlapping(entries: &[(String, (Vec<u32>, Vec<u32>))]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, (key, (since, until))) in entries.iter().enumerate() {
        let again = |(other, (from, to)): &(String, (Vec<u32>, Vec<u32>))| other == key && since < to && from < until;
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
            entries.extend(paths.chain(methods).map(|key| (key, range.clone())));
        }
        failures.extend(overlapping(&entries).iter().map(|key| format!("{file}: {key} has two entries")));
    }
    none(&failures);
}

#[test]
fn every_type_is_defined_once() {
    let mut entries = Vec::new();
    for Named { sheet, .. } in sheets() {
        for ty in &sheet.types {
            let range = versions(ty.since.as_deref(), ty.until.as_deref());
            entries.extend(ty.also.iter().chain([&ty.path]).map(|path| (path.clone(), range.clone())));
        }
        let aliases = sheet.aliases.iter().flat_map(|alias| alias.also.iter().chain([&alias.path]));
        entries.extend(aliases.map(|path| (path.clone(), versions(None, None))));
    }
    none(&overlapping(&entries));
}
