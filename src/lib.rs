//! Placeholder: the pipeline follows.
#![allow(missing_docs)]
pub mod catalogue;
pub mod defs;
pub mod infer;
pub mod ir;
pub mod lint;
pub mod lower { pub fn type_ref(_: &str) -> Option<crate::ir::TypeRef> { None } }
pub mod source;
pub mod sql;
pub mod ty;

/// What lints ask.
pub struct Context;
