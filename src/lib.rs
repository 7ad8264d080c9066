//! Placeholder: the pipeline follows.
#![allow(missing_docs)]
pub mod catalogue;
pub mod ir;
pub mod lint;
pub mod lower;
pub mod source;
pub mod sql;

/// What lints ask.
pub struct Context;
