//! Format strings.

pub(super) enum Piece {
    Text(String),
    Hole(String),
}

/// A format string's text and holes.
pub(super) fn pieces(template: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut text = String::new();
    let mut chars = template.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '{' if chars.peek() == Some(&'{') => {
                chars.next();
                text.push('{');
            }
            '}' if chars.peek() == Some(&'}') => {
                chars.next();
                text.push('}');
            }
            '{' => {
                found.push(Piece::Text(std::mem::take(&mut text)));
                let inside: String = chars.by_ref().take_while(|char| *char != '}').collect();
                found.push(Piece::Hole(
                    inside
                        .split(':')
                        .next()
                        .unwrap_or_default()
                        .trim()
                        .to_owned(),
                ));
            }
            _ => text.push(char),
        }
    }
    found.push(Piece::Text(text));
    found
}
