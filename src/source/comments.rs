//! Finds the plain line comments of a Rust text: those outside strings, characters, block and doc comments.
//! Linear and without recursion, so that no text can make it slow or deep.

use super::TextRange;

/// A `// …` comment that is no doc comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlainComment<'a> {
    /// From the slashes to the end of the line, the line break excluded.
    pub range: TextRange,
    /// What follows the slashes, trimmed.
    pub text: &'a str,
}

/// Every plain line comment, in order.
#[must_use]
pub fn plain_comments(text: &str) -> Vec<PlainComment<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let end = token_end(bytes, at);
        if bytes[at..].starts_with(b"//") {
            found.extend(plain(text, at, end));
        }
        at = end;
    }
    found
}

fn plain(text: &str, start: usize, end: usize) -> Option<PlainComment<'_>> {
    let comment = text.get(start..end)?;
    let is_doc =
        comment.starts_with("//!") || comment.starts_with("///") && !comment.starts_with("////");
    let range = TextRange {
        start: start as u32,
        end: end as u32,
    };
    (!is_doc).then(|| PlainComment {
        range,
        text: comment.trim_start_matches('/').trim(),
    })
}

/// Where the token, comment or single byte at `at` ends; always past `at`.
fn token_end(bytes: &[u8], at: usize) -> usize {
    match bytes[at] {
        b'/' if bytes[at..].starts_with(b"//") => line_end(bytes, at),
        b'/' if bytes[at..].starts_with(b"/*") => block_comment_end(bytes, at),
        b'"' => string_end(bytes, at + 1),
        b'\'' => char_end(bytes, at),
        byte if is_word(byte) => word_end(bytes, at),
        _ => at + 1,
    }
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let end = bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |found| at + found);
    if bytes[at..end].ends_with(b"\r") {
        end - 1
    } else {
        end
    }
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A character's closing quote; a lifetime ends after its quote.
fn char_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at + 1) {
        Some(b'\\') => {
            let closing = bytes[at..]
                .iter()
                .skip(3)
                .position(|byte| *byte == b'\'' || *byte == b'\n');
            closing.map_or(bytes.len(), |found| at + 3 + found + 1)
        }
        Some(first) => {
            let width = utf8_width(*first);
            if bytes.get(at + 1 + width) == Some(&b'\'') {
                at + 2 + width
            } else {
                at + 1
            }
        }
        None => at + 1,
    }
}

fn utf8_width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// An identifier or number, or the string that it is the prefix of.
fn word_end(bytes: &[u8], at: usize) -> usize {
    let length = bytes[at..]
        .iter()
        .take_while(|byte| is_word(**byte))
        .count();
    let end = at + length;
    match &bytes[at..end] {
        b"r" | b"br" | b"cr" => raw_string_end(bytes, end).unwrap_or(end),
        _ => end,
    }
}

/// `at` is behind the `r`: `#`s and a quote, closed by a quote and as many `#`s.
fn raw_string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let hashes = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    let mut end = at + hashes;
    if bytes.get(end) != Some(&b'"') {
        return None;
    }
    loop {
        end += 1 + bytes
            .get(end + 1..)?
            .iter()
            .position(|byte| *byte == b'"')
            .unwrap_or(bytes.len());
        if end >= bytes.len() {
            return Some(bytes.len());
        }
        let closing = bytes[end + 1..]
            .iter()
            .take(hashes)
            .take_while(|byte| **byte == b'#')
            .count();
        if closing == hashes {
            return Some(end + 1 + hashes);
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        plain_comments(text)
            .iter()
            .map(|comment| comment.text)
            .collect()
    }

    #[test]
    fn plain_comments_only() {
        assert_eq!(
            texts("// a\nx(); // b\r\n/// doc\n//! doc\n//// c"),
            ["a", "b", "c"]
        );
    }

    #[test]
    fn strings_and_characters_hide_slashes() {
        assert_eq!(texts(r#"let s = "// no \" // no"; // yes"#), ["yes"]);
        assert_eq!(
            texts(r##"r#"// no " // no"#; br"// no\"; b"//"; // yes"##),
            ["yes"]
        );
        assert_eq!(
            texts(r#"'"'; '\''; '\u{22}'; '→'; b'"'; fn f<'a>(x: &'a str) {} // yes"#),
            ["yes"]
        );
    }

    #[test]
    fn raw_identifiers_are_no_strings() {
        assert_eq!(texts("let r#type = r; // yes"), ["yes"]);
    }

    #[test]
    fn block_comments_nest() {
        assert_eq!(texts("/* // no /* */ // no */ // yes"), ["yes"]);
    }

    #[test]
    fn what_never_ends_ends_with_the_text() {
        for text in [
            "\"", "'", "'\\", "/*", "r#\"", "r#\" \"", "r", "b'", "\"\\", "'\\x",
        ] {
            assert_eq!(texts(text), [""; 0], "{text}");
        }
    }
}
