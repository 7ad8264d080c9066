//! Expressions to the SQL text they hold: literals, constants, `concat!`, `format!` with known and unknown holes, strings built piece by piece.

mod branches;
mod constant;
mod known;
mod template;

use known::join;
use template::{Piece, pieces};

use super::{Callee, Root, Typed, Types};

use crate::catalogue::Effect;
use crate::ir::{Expr, ExprId, LocalId, MacroArgs, MacroCall, Name};
use crate::sql::SqlText;

/// Alternatives (`if … { "FOR UPDATE" } else { "" }`) beyond this are left out.
const MAX_ALTERNATIVES: usize = 8;
/// Strings made of strings are followed this deep.
const MAX_DEPTH: usize = 12;

/// Reads the text of expressions of one body.
pub struct TextReader<'x, 'a> {
    /// All types.
    pub types: &'x Types<'a>,
    /// The body.
    pub typed: &'x Typed<'a>,
    /// Leaves out what need not have been added to a string or builder where this runs.
    pub sure_at: Option<ExprId>,
}

impl TextReader<'_, '_> {
    /// The texts an expression may hold; a single hole where nothing is known.
    #[must_use]
    pub fn texts(&self, id: ExprId) -> Vec<SqlText> {
        let mut found = self.read(id, 0);
        found.truncate(MAX_ALTERNATIVES);
        found
    }

    /// The texts that a local holds with all that is added to it.
    #[must_use]
    pub fn texts_of(&self, local: LocalId) -> Vec<SqlText> {
        let mut found = self.local(local, 0);
        found.truncate(MAX_ALTERNATIVES);
        found
    }

    fn read(&self, id: ExprId, depth: usize) -> Vec<SqlText> {
        if depth > MAX_DEPTH {
            return vec![SqlText::hole()];
        }
        match self.typed.body.expr(id) {
            Expr::Str(text) => vec![SqlText::known(text)],
            Expr::Int(value) => vec![SqlText::known(&value.to_string())],
            Expr::Ref(inner, _) | Expr::Deref(inner) | Expr::Cast(inner, _) | Expr::Try(inner) => {
                self.read(*inner, depth + 1)
            }
            Expr::Local(local) => self.local(*local, depth),
            Expr::Binary(..) => self.sum(id, depth),
            Expr::Path(_) | Expr::If { .. } | Expr::Match { .. } | Expr::Block(_) => {
                self.of_value(id, depth)
            }
            Expr::Macro(call) => self.of_macro(call, depth),
            Expr::Call { args, .. } => self.of_call(id, args, depth),
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } => self.of_method(id, *receiver, *name, args, depth),
            _ => vec![SqlText::hole()],
        }
    }

    /// `String::from("…")`, `AssertSqlSafe(format!(…))`: what the call passes on.
    /// `a + b + …`, as long as it is.
    fn sum(&self, last: ExprId, depth: usize) -> Vec<SqlText> {
        let (mut first, mut others) = (last, Vec::new());
        while let Expr::Binary(left, right) = self.typed.body.expr(first) {
            others.push(*right);
            first = *left;
        }
        let mut whole = self.read(first, depth + 1);
        for part in others.iter().rev() {
            whole = join(&whole, &self.read(*part, depth + 1));
        }
        whole
    }

    fn of_call(&self, id: ExprId, args: &[ExprId], depth: usize) -> Vec<SqlText> {
        let passes_on = match self.typed.callee(id) {
            Some(Callee::Ext(call)) => {
                self.types.defs.catalogue.call(*call).same_as.is_some()
                    || self.types.defs.catalogue.call(*call).sql.is_some()
            }
            _ => false,
        };
        match args {
            [only] if passes_on || self.is_string_from(id) => self.read(*only, depth + 1),
            _ => self.of_value(id, depth),
        }
    }

    fn is_string_from(&self, id: ExprId) -> bool {
        let Expr::Call { callee, .. } = self.typed.body.expr(id) else {
            return false;
        };
        let Expr::Path(path) = self.typed.body.expr(*callee) else {
            return false;
        };
        let mut last = path
            .segments
            .iter()
            .rev()
            .map(|segment| segment.name.as_str());
        matches!(
            (last.next(), last.next()),
            (Some("from"), Some("String" | "Cow")) | (Some("Borrowed" | "Owned"), Some("Cow"))
        )
    }

    fn of_method(
        &self,
        id: ExprId,
        receiver: ExprId,
        method: Name,
        args: &[ExprId],
        depth: usize,
    ) -> Vec<SqlText> {
        match method.as_str() {
            "to_string" | "to_owned" | "as_str" | "into" | "clone" | "as_ref" | "into_owned"
            | "trim" | "as_bytes" | "into_string" | "leak" | "into_sql_str" => {
                self.read(receiver, depth + 1)
            }
            "concat" | "join" => self.joined(receiver, args, depth),
            "replace" => vec![SqlText::hole()],
            _ => match self.prepared(id, receiver, args) {
                Some(text) => self.read(text, depth + 1),
                None => self.of_value(id, depth),
            },
        }
    }

    /// The text that a call prepares.
    fn prepared(&self, id: ExprId, receiver: ExprId, args: &[ExprId]) -> Option<ExprId> {
        let Some(Callee::Ext(call)) = self.typed.callee(id) else {
            return None;
        };
        let facts = self.types.defs.catalogue.call(*call);
        let text = facts.sql.filter(|_| facts.effect == Effect::Prepare)?;
        text.of(Some(receiver), args)
    }

    /// `["…", "…"].join(" ")`
    fn joined(&self, receiver: ExprId, args: &[ExprId], depth: usize) -> Vec<SqlText> {
        let site = match self.typed.val(receiver).one() {
            Some(super::Place {
                root: Root::Site(site),
                path: None,
            }) => *site,
            _ => receiver,
        };
        let Expr::Array(parts) = self.typed.body.expr(site) else {
            return vec![SqlText::hole()];
        };
        let separator = args
            .first()
            .map(|arg| self.read(*arg, depth + 1))
            .unwrap_or_default();
        let mut whole = vec![SqlText::default()];
        for (index, part) in parts.iter().enumerate() {
            if index > 0 && !separator.is_empty() {
                whole = join(&whole, &separator);
            }
            whole = join(&whole, &self.read(*part, depth + 1));
        }
        whole
    }

    /// Through what the expression stands for.
    fn of_value(&self, id: ExprId, depth: usize) -> Vec<SqlText> {
        let mut found = Vec::new();
        for place in self.typed.val(id).places() {
            match place.root {
                Root::Site(site) if site != id && place.path.is_none() => {
                    found.extend(self.read(site, depth + 1));
                }
                Root::Static(value) => {
                    found.push(self.types.const_text(value).unwrap_or_else(SqlText::hole));
                }
                _ => found.push(SqlText::hole()),
            }
        }
        if found.is_empty() {
            vec![SqlText::hole()]
        } else {
            found
        }
    }

    fn local(&self, local: LocalId, depth: usize) -> Vec<SqlText> {
        let mut found = Vec::new();
        for place in self.typed.local_vals[local.index()].places() {
            match place.root {
                Root::Site(site) if place.path.is_none() => {
                    found.extend(self.read(site, depth + 1));
                }
                Root::Static(value) => {
                    found.push(self.types.const_text(value).unwrap_or_else(SqlText::hole));
                }
                _ => found.push(SqlText::hole()),
            }
        }
        if found.is_empty() {
            found.push(SqlText::hole());
        }
        for at in self.typed.appended.get(&local).into_iter().flatten() {
            if self.is_added(local, *at) {
                found = join(&found, &self.appended(*at, depth));
            }
        }
        found
    }

    /// What `push_str(…)` or `+= …` adds; a bind adds a value.
    fn appended(&self, at: ExprId, depth: usize) -> Vec<SqlText> {
        match self.typed.body.expr(at) {
            Expr::Method { name, args, .. }
                if matches!(name.as_str(), "push_str" | "push" | "write_str") =>
            {
                args.first()
                    .map_or_else(|| vec![SqlText::hole()], |arg| self.read(*arg, depth + 1))
            }
            Expr::Method { name, .. } if name == "push_values" => vec![value_rows()],
            Expr::Method { .. } => vec![SqlText::hole()],
            _ => self.read(at, depth + 1),
        }
    }

    /// The text of the file that an argument names relative to the package.
    #[must_use]
    pub fn file(&self, path: ExprId) -> SqlText {
        let (file, body) = (self.typed.file, self.typed.body);
        let text = self.types.included.named(file, body, path);
        text.map_or_else(SqlText::hole, SqlText::known)
    }

    fn of_macro(&self, call: &MacroCall, depth: usize) -> Vec<SqlText> {
        let (file, body) = (self.typed.file, self.typed.body);
        if let Some(text) = self.types.included.included(file, body, call) {
            return vec![SqlText::known(text)];
        }
        let MacroArgs::Exprs { args, captures } = &call.args else {
            return vec![SqlText::hole()];
        };
        match call
            .path
            .segments
            .last()
            .map(|segment| segment.name.as_str())
        {
            Some("concat") => args.iter().fold(vec![SqlText::default()], |whole, arg| {
                join(&whole, &self.read(*arg, depth + 1))
            }),
            Some(
                "format" | "indoc" | "formatdoc" | "const_format" | "formatcp" | "concatcp"
                | "format_args",
            ) => {
                let Some((first, rest)) = args.split_first() else {
                    return vec![SqlText::hole()];
                };
                match self.typed.body.expr(*first) {
                    Expr::Str(template) => self.formatted(template, rest, captures, depth),
                    _ => self.read(*first, depth + 1),
                }
            }
            _ => vec![SqlText::hole()],
        }
    }

    fn formatted(
        &self,
        template: &str,
        args: &[ExprId],
        captures: &[(Name, ExprId)],
        depth: usize,
    ) -> Vec<SqlText> {
        let mut whole = vec![SqlText::default()];
        let mut next = 0;
        for piece in pieces(template) {
            let found = match piece {
                Piece::Text(text) => vec![SqlText::known(&text)],
                Piece::Hole(name) => self
                    .argument(&name, args, captures, &mut next)
                    .map_or_else(|| vec![SqlText::hole()], |id| self.read(id, depth + 1)),
            };
            whole = join(&whole, &found);
        }
        whole
    }

    fn argument(
        &self,
        name: &str,
        args: &[ExprId],
        captures: &[(Name, ExprId)],
        next: &mut usize,
    ) -> Option<ExprId> {
        if name.is_empty() {
            *next += 1;
            return args.get(*next - 1).map(|id| self.value_of(*id));
        }
        if let Ok(index) = name.parse::<usize>() {
            return args.get(index).map(|id| self.value_of(*id));
        }
        let named = args.iter().find_map(|id| match self.typed.body.expr(*id) {
            Expr::Assign { place, value, .. } if self.names(*place, name) => Some(*value),
            _ => None,
        });
        named.or_else(|| {
            captures
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, id)| *id)
        })
    }

    fn value_of(&self, id: ExprId) -> ExprId {
        match self.typed.body.expr(id) {
            Expr::Assign { value, .. } => *value,
            _ => id,
        }
    }

    fn names(&self, place: ExprId, name: &str) -> bool {
        match self.typed.body.expr(place) {
            Expr::Path(path) => path
                .segments
                .last()
                .is_some_and(|segment| segment.name == name),
            Expr::Local(local) => self.typed.body.locals[local.index()].name == name,
            _ => false,
        }
    }
}

/// What a list of rows stands in the text as: any number of them.
fn value_rows() -> SqlText {
    let row = SqlText::known("(")
        .then(&SqlText::hole())
        .then(&SqlText::known(")"));
    let rows = row.then(&SqlText::known(", ")).then(&row);
    SqlText::known(" VALUES ").then(&rows)
}
