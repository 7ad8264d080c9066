//! Every page and every case: findings equal the markers, both ways, and the shown output is true word for word.

use rayon::prelude::*;

use crate::support::acid::{Reported, findings, stdout};
use crate::support::example::{Example, Mark, cases};
use crate::support::page::{Page, pages};
use crate::support::{assert_none, update};

#[test]
fn cases_report_what_they_mark() {
    let complaints: Vec<String> = cases().par_iter().flat_map_iter(compare).collect();
    assert_none(&complaints);
}

#[test]
fn pages_report_what_they_mark() {
    let complaints: Vec<String> = pages().par_iter().flat_map_iter(compare_page).collect();
    assert_none(&complaints);
}

#[test]
fn pages_show_what_is_printed() {
    let complaints: Vec<String> = pages().par_iter().filter_map(compare_output).collect();
    assert_none(&complaints);
}

#[test]
fn commented_out_code_is_silent() {
    let mut examples = cases();
    examples.extend(pages().into_iter().map(|page| page.bad));
    let complaints: Vec<String> = examples
        .par_iter()
        .map(Example::commented_out)
        .flat_map_iter(|example| compare(&example))
        .collect();
    assert_none(&complaints);
}

/// What the markers ask for and isn't reported, and what is reported and not asked for.
fn compare(example: &Example) -> Vec<String> {
    let reported = findings(example);
    let marks: Vec<Mark> = reported
        .iter()
        .map(|finding| finding.mark.clone())
        .collect();
    let mut complaints: Vec<(Mark, String)> = Vec::new();
    for mark in without(&example.expected, &marks) {
        let text = format!("missed {}", mark.lint);
        complaints.push((mark, text));
    }
    for mark in without(&marks, &example.expected) {
        let text = format!("unasked {}: {}", mark.lint, message(&reported, &mark));
        complaints.push((mark, text));
    }
    for finding in &reported {
        let wrong = finding.messages.iter().filter(|text| badly_worded(text));
        complaints.extend(wrong.map(|text| (finding.mark.clone(), format!("wording: {text:?}"))));
    }
    complaints.sort();
    let complaints = complaints.into_iter();
    complaints
        .map(|(mark, text)| format!("{}: {text}", example.place(mark.line)))
        .collect()
}

/// `all` less `taken`, each as often as it occurs more.
fn without(all: &[Mark], taken: &[Mark]) -> Vec<Mark> {
    let mut taken = taken.to_vec();
    let mut rest = all.to_vec();
    rest.retain(|mark| match taken.iter().position(|other| other == mark) {
        Some(index) => {
            taken.swap_remove(index);
            false
        }
        None => true,
    });
    rest
}

fn message(reported: &[Reported], mark: &Mark) -> String {
    let found = reported.iter().find(|finding| finding.mark == *mark);
    found
        .and_then(|finding| finding.messages.last())
        .cloned()
        .unwrap_or_default()
}

/// Messages are one line, lower case, without a full stop; SQL keywords may begin them as they are.
fn badly_worded(text: &str) -> bool {
    let mut letters = text.chars();
    let capital = letters.next().is_none_or(char::is_uppercase)
        && letters.next().is_none_or(char::is_lowercase);
    capital || text.ends_with('.') || text.contains('\n')
}

/// Both blocks, and that the bad one shows the page's own lint and the good one nothing.
fn compare_page(page: &Page) -> Vec<String> {
    let mut complaints = compare(&page.bad);
    complaints.extend(compare(&page.good));
    if !page.bad.expected.iter().any(|mark| mark.lint == page.lint) {
        complaints.push(format!(
            "{}: the bad example doesn't mark {}",
            page.path.display(),
            page.lint
        ));
    }
    complaints.extend(page.good.expected.iter().map(|mark| {
        format!(
            "{}: a marker in the good example",
            page.good.place(mark.line)
        )
    }));
    complaints
}

/// The output that the page shows; written instead when asked to.
fn compare_output(page: &Page) -> Option<String> {
    let printed = stdout(&page.bad, &["--format", "human", "-W", "pedantic"]);
    if printed == page.shown && !printed.is_empty() {
        return None;
    }
    if update() && !printed.is_empty() {
        page.rewrite(&printed);
        return None;
    }
    Some(format!(
        "{}: the shown output differs (UPDATE=1 writes it); printed is:\n{printed}",
        page.path.display()
    ))
}
