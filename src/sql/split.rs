//! Tokens of a whole text to tokens of each statement: procedural blocks and routine bodies stay whole.

use super::token::Token;
use super::{Database, verb};

/// The statements, without their semicolons; empty ones are left out.
pub(super) fn split<'t, 'a>(
    tokens: &'t [Token<'a>],
    databases: &[Database],
) -> Vec<&'t [Token<'a>]> {
    let bare = databases == [Database::MsSql];
    let mut statements = Vec::new();
    let mut start = 0;
    let mut depth = Depth::default();
    for (at, token) in tokens.iter().enumerate() {
        let ends = token.op(";") && depth.is_outside();
        if ends
            || (bare
                && depth.is_outside()
                && depth.parentheses == 0
                && starts_bare(tokens, start, at))
        {
            statements.push(&tokens[start..at]);
            start = at + usize::from(ends);
            depth = Depth::default();
        }
        if !ends {
            depth.step(tokens, start, at);
        }
    }
    statements.push(&tokens[start.min(tokens.len())..]);
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// How deep in parentheses and BEGIN … END blocks.
#[derive(Default)]
struct Depth {
    parentheses: usize,
    blocks: usize,
    /// The statement may have blocks: only there are CASE, BEGIN and END counted.
    procedural: bool,
}

impl Depth {
    fn is_outside(&self) -> bool {
        // Parentheses don't count: one left open by a hole must not swallow the statements that follow.
        self.blocks == 0
    }

    fn step(&mut self, tokens: &[Token], start: usize, at: usize) {
        if at == start {
            self.procedural = is_procedural(&tokens[start..]);
        }
        let token = &tokens[at];
        if token.op("(") {
            self.parentheses += 1;
        } else if token.op(")") {
            self.parentheses = self.parentheses.saturating_sub(1);
        }
        if self.procedural {
            self.blocks = self.blocks.saturating_add_signed(block_step(tokens, at));
        }
    }
}

/// +1 where a block or CASE opens, -1 where one closes.
fn block_step(tokens: &[Token], at: usize) -> isize {
    const CLOSES_OTHER: [&str; 5] = ["IF", "LOOP", "WHILE", "REPEAT", "FOR"];
    let token = &tokens[at];
    let after_end = at > 0 && tokens[at - 1].is("END");
    if token.is("END")
        && !tokens
            .get(at + 1)
            .is_some_and(|next| next.is_any(&CLOSES_OTHER))
    {
        return -1;
    }
    let opens = token.is("CASE") || (token.is("BEGIN") && !verb::begins_transaction(&tokens[at..]));
    isize::from(opens && !after_end)
}

/// Whether a statement may hold blocks: routines, triggers, anonymous blocks, T-SQL control flow.
fn is_procedural(tokens: &[Token]) -> bool {
    const ROUTINES: [&str; 6] = [
        "TRIGGER",
        "FUNCTION",
        "PROCEDURE",
        "PROC",
        "EVENT",
        "PACKAGE",
    ];
    let Some(first) = tokens.first() else {
        return false;
    };
    if first.is_any(&["CREATE", "ALTER"]) {
        return tokens.iter().take(8).any(|token| token.is_any(&ROUTINES));
    }
    first.is_any(&["IF", "WHILE", "DECLARE"])
        || (first.is("BEGIN") && !verb::begins_transaction(tokens))
}

/// T-SQL needs no semicolons: whether a statement starts at `at`, at least around transaction control and SET.
fn starts_bare(tokens: &[Token], start: usize, at: usize) -> bool {
    const STATEMENTS: [&str; 11] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "EXEC", "EXECUTE", "DECLARE", "SET", "IF",
        "WITH",
    ];
    if at <= start {
        return false;
    }
    let short = is_control(tokens, start) || tokens[start].is("SET");
    is_control(tokens, at) || (short && tokens[at].is_any(&STATEMENTS))
}

fn is_control(tokens: &[Token], at: usize) -> bool {
    let tran = || {
        tokens
            .get(at + 1)
            .is_some_and(|next| next.is_any(&["TRAN", "TRANSACTION"]))
    };
    tokens[at].is_any(&["COMMIT", "ROLLBACK"]) || (tokens[at].is_any(&["BEGIN", "SAVE"]) && tran())
}
