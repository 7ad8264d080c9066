//! Findings with related places in several files, in every format; and which findings are reported at all.

use std::fs;

use acid::Options;
use acid::config::Config;
use acid::lint::{Finding, Label, Level};
use acid::report::{Chosen, Outcome, github, human, json, sarif, short};
use acid::source::{Sources, Span, TextRange};
use acid::workspace::Workspace;
use expect_test::expect;
use tempfile::TempDir;

const A: &str =
    "fn pay(pool: &Pool) {\n    let tx = pool.begin();\n    audit(\n        pool,\n    );\n}\n";
const B: &str = "fn audit(pool: &Pool) {\n    pool.run(\"INSERT\");\n}\n";

fn scratch(config: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    for (path, text) in [
        ("Cargo.toml", "[package]\nname = \"app\"\n"),
        ("src/a.rs", A),
        ("src/b.rs", B),
        ("acid.toml", config),
    ] {
        fs::write(dir.path().join(path), text).unwrap();
    }
    dir
}

fn label(sources: &Sources, path: &str, text: &str, message: &str) -> Label {
    let file = sources.by_path(path).unwrap();
    let start = sources.file(file).text.find(text).unwrap() as u32;
    let range = TextRange {
        start,
        end: start + text.len() as u32,
    };
    Label {
        span: Span { file, range },
        message: message.to_owned(),
    }
}

/// A finding whose primary label spans lines and whose related places lie in two files.
fn finding(sources: &Sources) -> Finding {
    Finding {
        lint: "unused_allow",
        message: "this INSERT escapes `tx` [50 %]".to_owned(),
        primary: label(
            sources,
            "src/a.rs",
            "audit(\n        pool,\n    )",
            "called here",
        ),
        related: vec![
            label(
                sources,
                "src/a.rs",
                "pool.begin()",
                "the transaction begins here",
            ),
            label(
                sources,
                "src/b.rs",
                "pool.run(\"INSERT\")",
                "runs on the pool",
            ),
        ],
        notes: vec!["it commits on its own".to_owned()],
        help: Some("pass `&mut tx`".to_owned()),
        function: "app::pay".to_owned(),
        in_test: false,
        covers: Vec::new(),
        pedantic: false,
    }
}

fn outcome(config: &str, options: &Options, change: impl Fn(&mut Finding)) -> Outcome {
    let dir = scratch(config);
    let workspace = Workspace::load(&[dir.path().to_path_buf()], None).unwrap();
    let config = Config::load(options, &workspace).unwrap();
    let (sources, unread) = Sources::read(&workspace.files);
    let mut finding = finding(&sources);
    change(&mut finding);
    let chosen = Chosen::new(options, &workspace).unwrap();
    Outcome::new(
        vec![finding.clone(), finding],
        unread,
        sources,
        &workspace,
        &config,
        &chosen,
    )
}

fn plain() -> Outcome {
    outcome("", &Options::default(), |_| {})
}

#[test]
fn people_see_the_way_from_cause_to_harm() {
    expect![[r#"
        warning[unused_allow]: this INSERT escapes `tx` [50 %]
          ┌─ src/a.rs:3:5
          │
        2 │     let tx = pool.begin();
          │              ------------ the transaction begins here
        3 │     audit(
          │     ^^^^^^ called here
          │
          ┌─ src/b.rs:2:5
          │
        2 │     pool.run("INSERT");
          │     ------------------ runs on the pool
          │
          = it commits on its own
          = help: pass `&mut tx`

        0 errors, 1 warning in 2 files
    "#]]
    .assert_eq(&human::render(&plain(), false));
}

#[test]
fn one_line_in_the_others() {
    expect![[r#"
        src/a.rs:3:5: warning[unused_allow]: this INSERT escapes `tx` [50 %]
        0 errors, 1 warning in 2 files
    "#]]
    .assert_eq(&short::render(&plain()));
    expect![[r#"
        ::warning file=src/a.rs,line=3,col=5,endLine=3,endColumn=11,title=unused_allow::this INSERT escapes `tx` [50 %25]%0Ahelp: pass `&mut tx`
        0 errors, 1 warning in 2 files
    "#]].assert_eq(&github::render(&plain()));
}

#[test]
fn json_has_the_related_places() {
    let text = json::render(&plain(), std::time::Duration::ZERO);
    expect![[r#"
        {"type":"finding","lint":"unused_allow","group":"meta","level":"warn","default_level":"warn","message":"this INSERT escapes `tx` [50 %]","path":"src/a.rs","line":3,"column":5,"end_line":3,"end_column":11,"related":[{"path":"src/a.rs","line":2,"column":14,"message":"the transaction begins here"},{"path":"src/b.rs","line":2,"column":5,"message":"runs on the pool"}],"help":"pass `&mut tx`","fix":null,"fingerprint":"48da0b61db7a1f04","function":"app::pay"}
        {"errors":0,"files":2,"seconds":0.0,"type":"summary","unread":[],"warnings":1}
    "#]].assert_eq(&text);
}

#[test]
fn sarif_has_them_as_a_flow_and_as_links() {
    let log: serde_json::Value = serde_json::from_str(&sarif::render(&plain())).unwrap();
    let result = &log["runs"][0]["results"][0];
    expect![[r#"
        this INSERT escapes `tx` \[50 %\]
        [the transaction begins here](0)
        [runs on the pool](1)
        it commits on its own
        help: pass `&mut tx`"#]]
    .assert_eq(result["message"]["text"].as_str().unwrap());
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        .as_array()
        .unwrap()
        .iter();
    let lines: Vec<_> = steps
        .map(|step| step["location"]["physicalLocation"]["region"]["startLine"].to_string())
        .collect();
    assert_eq!(lines, ["2", "2", "3"]);
    let ids = result["relatedLocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|location| location["id"].to_string());
    assert_eq!(ids.collect::<Vec<_>>(), ["0", "1"]);
}

#[test]
fn test_code_gets_what_denies_by_default_unless_configured() {
    let in_test = |config: &str| {
        outcome(config, &Options::default(), |finding| {
            finding.in_test = true;
        })
        .findings
        .len()
    };
    assert_eq!(in_test(""), 0);
    assert_eq!(in_test("lint_tests = true"), 1);
}

#[test]
fn levels_decide() {
    let with = |level: Level| Options {
        levels: vec![("unused_allow".to_owned(), level)],
        ..Options::default()
    };
    assert_eq!(outcome("", &with(Level::Allow), |_| {}).findings.len(), 0);
    assert_eq!(
        outcome("", &with(Level::Deny), |_| {}).summary(),
        "1 error, 0 warnings in 2 files"
    );
}
