//! Code with one thing changed throughout: transactions never begun, other line breaks, other names of local variables.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// What locals' new names begin with.
pub const RENAMED: &str = "renamed_";

/// Without the statements that begin transactions, and without what is given one.
pub fn without_begins(code: &str) -> String {
    let file = syn::parse_file(code).expect("an example parses");
    let mut edit = Begins {
        code: code.as_bytes().to_vec(),
    };
    edit.visit_file(&file);
    String::from_utf8(edit.code).expect("blanks replace whole tokens")
}

struct Begins {
    code: Vec<u8>,
}

impl Begins {
    fn text(&self, range: Range<usize>) -> String {
        String::from_utf8_lossy(&self.code[range]).to_lowercase()
    }

    fn blank(&mut self, range: Range<usize>) {
        let bytes = self.code[range].iter_mut();
        bytes
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
    }

    fn function(&mut self, sig: &syn::Signature, body: &syn::Block) {
        let given = self.text(sig.span().byte_range());
        let is_given_one = ["transaction", "dbop"]
            .iter()
            .any(|word| given.contains(word));
        if is_given_one {
            let braces = body.brace_token.span;
            self.blank(braces.open().byte_range().end..braces.close().byte_range().start);
        } else {
            self.visit_block(body);
        }
    }
}

impl<'ast> Visit<'ast> for Begins {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        self.blank(item.span().byte_range());
    }

    /// The innermost statement goes, so that what is around it stays.
    fn visit_stmt(&mut self, stmt: &'ast syn::Stmt) {
        syn::visit::visit_stmt(self, stmt);
        let range = stmt.span().byte_range();
        if !matches!(stmt, syn::Stmt::Item(_)) && begins(&self.text(range.clone())) {
            self.blank(range);
        }
    }
}

fn begins(text: &str) -> bool {
    let words = [
        "begin",
        "start_txn",
        "transaction(",
        "transaction!",
        "transaction::",
        "start transaction",
        "autocommit",
        "savepoint",
    ];
    words.iter().any(|word| text.contains(word))
}

/// With more lines and comments between the tokens.
pub fn spread(code: &str) -> String {
    between_tokens(code, |gap| {
        let indent = gap.rsplit('\n').next().filter(|_| gap.contains('\n'));
        indent.map(|indent| format!("\n\n{indent}/* moved */\n{indent}"))
    })
}

/// With fewer lines.
pub fn joined(code: &str) -> String {
    between_tokens(code, |gap| gap.contains('\n').then(|| " ".to_owned()))
}

/// With white space between tokens edited; comments stay as they are.
fn between_tokens(code: &str, edit: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut end = 0;
    let mut is_doc = false;
    for range in tokens(code) {
        if range.start < end {
            continue;
        }
        let gap = &code[end..range.start];
        let edited = Some(gap).filter(|gap| gap.trim().is_empty() && end > 0 && !is_doc);
        out.push_str(&edited.and_then(&edit).unwrap_or_else(|| gap.to_owned()));
        out.push_str(&code[range.clone()]);
        is_doc = code[range.clone()].starts_with("//");
        end = range.end;
    }
    out.push_str(&code[end..]);
    out
}

fn tokens(code: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    flatten(stream(code), &mut |range, _| found.push(range));
    found
}

fn stream(code: &str) -> TokenStream {
    code.parse().expect("an example is Rust")
}

fn flatten(tokens: TokenStream, each: &mut impl FnMut(Range<usize>, Option<String>)) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                each(group.span_open().byte_range(), None);
                flatten(group.stream(), each);
                each(group.span_close().byte_range(), None);
            }
            TokenTree::Ident(name) => each(name.span().byte_range(), Some(name.to_string())),
            token => each(token.span().byte_range(), None),
        }
    }
}

/// With another name for each local variable whose name means nothing else in the file.
pub fn renamed(code: &str) -> String {
    let file = syn::parse_file(code).expect("an example parses");
    let mut names = Names::default();
    names.visit_file(&file);
    others(stream(code), &mut names.others);
    let is_local = |name: &String| {
        names.locals.contains(name)
            && !names.others.contains(name)
            && !code.contains(&format!("{{{name}"))
    };
    let mut out = code.to_owned();
    let mut places = Vec::new();
    flatten(stream(code), &mut |range, name| {
        places.extend(name.filter(is_local).map(|_| range.start));
    });
    for place in places.into_iter().rev() {
        out.insert_str(place, RENAMED);
    }
    out
}

#[derive(Default)]
struct Names {
    locals: BTreeSet<String>,
    others: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        let name = pat.ident.to_string();
        if name.starts_with(char::is_lowercase) {
            self.locals.insert(name);
        }
        syn::visit::visit_pat_ident(self, pat);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.others
            .extend(field.ident.iter().map(ToString::to_string));
    }

    fn visit_member(&mut self, member: &'ast syn::Member) {
        if let syn::Member::Named(name) = member {
            self.others.insert(name.to_string());
        }
    }
}

/// Names behind `.`, `::`, `fn`, before `::`, `!`, `:` and `=` in macros, and all inside definitions of macros.
fn others(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut in_rules = false;
    for (at, token) in tokens.iter().enumerate() {
        let mark = |at: usize| match tokens.get(at) {
            Some(TokenTree::Punct(mark)) => Some(mark.as_char()),
            _ => None,
        };
        match token {
            TokenTree::Ident(name) => {
                let before = at.checked_sub(1);
                let is_path = before
                    .and_then(mark)
                    .is_some_and(|mark| matches!(mark, '.' | '\'' | '$'))
                    || before.and_then(mark) == Some(':') && at > 1 && mark(at - 2) == Some(':')
                    || mark(at + 1) == Some(':') && mark(at + 2) == Some(':')
                    || mark(at + 1) == Some('!')
                    || matches!(before.map(|at| &tokens[at]), Some(TokenTree::Ident(word)) if word == "fn");
                if is_path {
                    found.insert(name.to_string());
                }
                in_rules |= name == "macro_rules";
            }
            TokenTree::Group(group) if in_rules && group.delimiter() == Delimiter::Brace => {
                in_rules = false;
                flatten(group.stream(), &mut |_, name| found.extend(name));
            }
            TokenTree::Group(group) => others(group.stream(), found),
            _ => {}
        }
    }
}
