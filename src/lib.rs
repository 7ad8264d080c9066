//! Placeholder: the pipeline follows.
#![allow(missing_docs)]
pub mod body;
pub mod catalogue;
pub mod defs;
pub mod infer;
pub mod ir;
pub mod lint;
pub mod lower;
pub mod source;
pub mod sql;
pub mod ty;

/// What lints ask.
pub struct Context;
