//! Format strings: the names that `"{name}"` captures.

/// Names captured by the holes of a format string, in order; a hole's width and precision count too.
pub(super) fn captures(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some(close) = rest.find('}') else {
            break;
        };
        hole(&rest[..close], &mut names);
        rest = &rest[close + 1..];
    }
    names
}

fn hole<'a>(hole: &'a str, names: &mut Vec<&'a str>) {
    let (name, spec) = hole.split_once(':').unwrap_or((hole, ""));
    let sizes = spec.split('$').rev().skip(1).map(|size| {
        let start = size
            .rfind(|c: char| !is_name_char(c))
            .map_or(0, |at| at + 1);
        &size[size.ceil_char_boundary(start)..]
    });
    names.extend(
        std::iter::once(name.trim())
            .chain(sizes)
            .filter(|name| is_name(name)),
    );
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
