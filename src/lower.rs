//! Text to `FileIr`.

use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::ir::FileIr;
use crate::source::TextRange;

/// Why a file could not be lowered.
#[derive(Debug)]
pub struct LowerError {
    /// Where, in bytes.
    pub offset: u32,
    /// Why.
    pub message: String,
}

/// Parses and lowers.
///
/// # Errors
/// What syn says.
pub fn lower(text: &str) -> Result<FileIr, LowerError> {
    let error = |error: syn::Error| LowerError {
        offset: error.span().byte_range().start as u32,
        message: error.to_string(),
    };
    syn::parse_file(text)
        .map(|_| FileIr::default())
        .map_err(error)
}

/// Ranges of statements, arms, items, fields.
#[must_use]
pub fn statement_ranges(text: &str) -> Vec<TextRange> {
    let mut ranges = Ranges(Vec::new());
    if let Ok(file) = syn::parse_file(text) {
        ranges.visit_file(&file);
    }
    ranges.0
}

struct Ranges(Vec<TextRange>);

impl Ranges {
    fn add(&mut self, spanned: &impl Spanned) {
        let range = spanned.span().byte_range();
        self.0.push(TextRange {
            start: range.start as u32,
            end: range.end as u32,
        });
    }
}

impl<'ast> Visit<'ast> for Ranges {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.add(item);
        syn::visit::visit_item(self, item);
    }
    fn visit_stmt(&mut self, stmt: &'ast syn::Stmt) {
        self.add(stmt);
        syn::visit::visit_stmt(self, stmt);
    }
    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.add(arm);
        syn::visit::visit_arm(self, arm);
    }
    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.add(field);
        syn::visit::visit_field(self, field);
    }
    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        self.add(item);
        syn::visit::visit_impl_item(self, item);
    }
}
