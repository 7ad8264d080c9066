//! Ways that control and values take.

/// How control leaves a unit before its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// `return`, `bail!`
    Return,
    /// `panic!`
    Panic,
    /// `?`
    Question,
    /// At its end.
    End,
}

/// Where a moved value goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sink {
    /// Into another local or a literal, which owns it now.
    Owner,
    /// Into a call: what the callee does with it is the call's business.
    Call,
    /// Out of the function.
    Return,
    /// Somewhere unknown.
    Unknown,
}
