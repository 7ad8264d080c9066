//! What texts name, by tokens.

use super::super::mentions;

fn paths(text: &str) -> Vec<String> {
    let found = mentions(text);
    let joined = |path: &[crate::ir::Name]| {
        let names: Vec<&str> = path.iter().map(crate::ir::Name::as_str).collect();
        names.join("::")
    };
    found.paths().map(joined).collect()
}

fn has(text: &str, path: &str) -> bool {
    paths(text).iter().any(|known| known == path)
}

#[test]
fn a_path_is_one_whatever_stands_between() {
    let text = "fn f() { Store::<Map<K, Vec<V>>>::open::<T>(&x) }";
    for path in ["Store::open", "Map", "K", "Vec", "V", "T"] {
        assert!(has(text, path), "{path} in {:?}", paths(text));
    }
    assert!(has("fn f() { ::std::mem::drop(a) }", "::std::mem::drop"));
    assert!(has("fn f() { Self::step() }", "Self::step"));
}

#[test]
fn members_of_types_that_are_no_paths_stand_alone() {
    let found = mentions("fn f() { <T as Make>::new(); <[u8]>::len(b) }");
    let members: Vec<&str> = found.members.iter().map(crate::ir::Name::as_str).collect();
    assert_eq!(members, ["new", "len"]);
}

#[test]
fn functions_that_are_handed_over_are_named_and_locals_are_not() {
    let text = "fn f() { let own = 1; each(own, helper); let g = other; table = [third as F]; fourth.layer(x) }";
    for path in ["each", "helper", "other", "third", "fourth"] {
        assert!(has(text, path), "{path} in {:?}", paths(text));
    }
    assert!(!has(text, "own"));
}

#[test]
fn methods_macros_and_calls_that_are_given_code() {
    let found = mentions("fn f() { a.run::<T>().await; note!(b); router.route(path, |r| r.go()) }");
    let names =
        |all: &[crate::ir::Name]| -> Vec<String> { all.iter().map(ToString::to_string).collect() };
    assert_eq!(names(&found.methods), ["run", "into_future", "route", "go"]);
    assert_eq!(names(&found.macros), ["note"]);
    assert_eq!(names(&found.given_code), ["route"]);
}
