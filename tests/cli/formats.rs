//! Every format, word for word.

use expect_test::expect;
use serde_json::Value;

use crate::scratch::{FLAWED, Scratch};

#[test]
fn human() {
    let said = Scratch::package(FLAWED).run(&[]);
    expect![[r"
        warning[unknown_lint]: there is no lint `unused_alow`
          ┌─ src/main.rs:1:16
          │
        1 │ // acid: allow(unused_alow) -- a slip
          │                ^^^^^^^^^^^
          │
          = help: did you mean `unused_allow`?

        0 errors, 1 warning in 1 file
    "]]
    .assert_eq(&said.out);
}

#[test]
fn short() {
    let said = Scratch::package(FLAWED).run(&["--format", "short"]);
    expect![[r"
        src/main.rs:1:16: warning[unknown_lint]: there is no lint `unused_alow`
        0 errors, 1 warning in 1 file
    "]]
    .assert_eq(&said.out);
}

#[test]
fn json() {
    let said = Scratch::package(FLAWED).run(&["--format", "json"]);
    let (finding, summary) = said.out.trim_end().split_once('\n').unwrap();
    expect![[r#"{"type":"finding","lint":"unknown_lint","group":"meta","level":"warn","default_level":"warn","message":"there is no lint `unused_alow`","path":"src/main.rs","line":1,"column":16,"end_line":1,"end_column":27,"related":[],"help":"did you mean `unused_allow`?","fix":null,"fingerprint":"c45c0dadfda16e18","function":""}"#]]
    .assert_eq(finding);
    let mut summary: Value = serde_json::from_str(summary).unwrap();
    assert!(
        summary
            .as_object_mut()
            .unwrap()
            .remove("seconds")
            .unwrap()
            .is_f64()
    );
    expect![[r#"{"errors":0,"files":1,"type":"summary","unread":[],"warnings":1}"#]]
        .assert_eq(&summary.to_string());
}

#[test]
fn github() {
    let said = Scratch::package(FLAWED).run(&["--format", "github"]);
    expect![[r"
        ::warning file=src/main.rs,line=1,col=16,endLine=1,endColumn=27,title=unknown_lint::there is no lint `unused_alow`%0Ahelp: did you mean `unused_allow`?
        0 errors, 1 warning in 1 file
    "]]
    .assert_eq(&said.out);
}

#[test]
fn sarif() {
    let said = Scratch::package(FLAWED).run(&["--format", "sarif"]);
    let mut log: Value = serde_json::from_str(&said.out).unwrap();
    let mut result = log["runs"][0]["results"][0].take();
    let index = result.as_object_mut().unwrap().remove("ruleIndex").unwrap();
    let run = &log["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(index.as_u64().unwrap()).unwrap()];
    assert_eq!(
        (&rule["id"], &run["columnKind"]),
        (&"unknown_lint".into(), &"unicodeCodePoints".into())
    );
    assert!(
        rule["helpUri"]
            .as_str()
            .unwrap()
            .ends_with("/lints/meta/unknown_lint/README.md")
    );
    assert_eq!(rule["help"]["markdown"], rule["help"]["text"]);
    expect![[r#"
        {
          "level": "warning",
          "locations": [
            {
              "message": {
                "text": ""
              },
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "src/main.rs"
                },
                "region": {
                  "endColumn": 27,
                  "endLine": 1,
                  "startColumn": 16,
                  "startLine": 1
                }
              }
            }
          ],
          "message": {
            "text": "there is no lint `unused_alow`\nhelp: did you mean `unused_allow`?"
          },
          "partialFingerprints": {
            "primaryLocationLineHash": "c45c0dadfda16e18"
          },
          "ruleId": "unknown_lint"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&result).unwrap());
}

#[test]
fn a_clean_sarif_log_has_results() {
    let said = Scratch::package("fn main() {}\n").run(&["--format", "sarif"]);
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&said.out).unwrap();
    assert_eq!(log.runs[0].results.as_ref().map(Vec::len), Some(0));
}

#[test]
fn fingerprints_survive_moved_lines_and_tell_twins_apart() {
    let fingerprints = |main: &str, dir: &str| -> Vec<String> {
        let said = Scratch::package(main).run_in(dir, &["--format", "json"]);
        let records = said
            .out
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        records
            .filter_map(|record| Some(record["fingerprint"].as_str()?.to_owned()))
            .collect()
    };
    let [first, second] = &fingerprints(&format!("{FLAWED}mod a {{}}\n{FLAWED}"), ".")[..] else {
        panic!("not two")
    };
    assert_ne!(first, second);
    assert_eq!(
        &fingerprints(&format!("mod b {{}}\n\n    {FLAWED}"), "src")[0],
        first
    );
}
