//! Values that a statement is given, with the columns they are for: what it sets, and what its conditions compare.

use super::build::Builder;
use super::event::{Given, Sql};
use crate::infer::{Query, QueryFact};
use crate::ir::{Expr, ExprId, LocalId, Name};
use crate::sql::{Column, Statement, Term, Value};

/// What a builder's chain adds to the statement that it builds.
#[derive(Default)]
struct Built {
    columns: Option<Vec<Column>>,
    sets: Vec<Given>,
    /// Columns whose new value is made of the old one.
    itself: Vec<Name>,
    picks: Vec<Given>,
    /// Conditions that aren't of one column with one value.
    others: usize,
    /// The object whose key picks the row: a model, a change set.
    object: Option<ExprId>,
}

impl Builder<'_, '_> {
    /// A statement with the values for its columns; `object` is what a call like `model.update(…)` works on.
    pub(super) fn with_given(&self, mut sql: Sql, query: &Query, object: Option<ExprId>) -> Sql {
        if query.sql.is_some() {
            sql.sets = self.given_to(&sql, |statement| &statement.sets).into();
            sql.picks = self
                .given_to(&sql, |statement| &statement.conditions)
                .into();
            return sql;
        }
        let mut built = Built::default();
        for fact in &query.facts {
            self.add_fact(fact, &mut built);
        }
        built.object = object.or(built.object);
        if let Some(object) = built.object {
            built.picks = vec![self.given(Name::default(), object)];
            built.sets = self.set_on(object);
            built.others = 0;
        }
        let with = |statements: &Vec<Statement>| -> Vec<Statement> {
            let statements = statements.iter();
            statements
                .map(|statement| built.statement(statement))
                .collect()
        };
        sql.alternatives = sql.alternatives.iter().map(with).collect();
        sql.sets = built.sets.into();
        sql.picks = built.picks.into();
        sql
    }

    /// The columns that a text sets or compares, with the values bound to them.
    fn given_to(&self, sql: &Sql, terms: impl Fn(&Statement) -> &[Term]) -> Vec<Given> {
        let terms = sql
            .statements()
            .flat_map(|statement| terms(statement).iter());
        let given = terms.filter_map(|term| match term.value {
            Value::Bound(index) => {
                let at = *sql.binds.get(usize::from(index))?;
                Some(self.given(Name::from(&term.column), at))
            }
            _ => None,
        });
        given.collect()
    }

    fn given(&self, column: Name, at: ExprId) -> Given {
        Given {
            column,
            at,
            fields: [].into(),
            val: self.typed.val(at).clone(),
        }
    }

    fn add_fact(&self, fact: &QueryFact, built: &mut Built) {
        let args: &[ExprId] = match self.typed.body.expr(fact.at) {
            Expr::Method { args, .. } | Expr::Call { args, .. } => args,
            _ => &[],
        };
        let says = |word: &str| {
            fact.value
                .is_some_and(|value| value.split(' ').any(|one| one == word))
        };
        match fact.name.as_str() {
            "set" | "values" => args.iter().for_each(|arg| self.assigned(*arg, built)),
            "col_expr" => {
                if let [column, value] = args {
                    self.set(*column, *value, built);
                }
            }
            "filter" | "having" => args.iter().for_each(|arg| self.compared(*arg, built)),
            "or_filter" | "select_only" | "into_model" | "into_tuple" | "into_partial_model" => {
                built.others += 1;
            }
            "count" => built.columns = Some(vec![aggregate()]),
            "select" if fact.value.is_none() && !args.is_empty() => {
                built.columns = Some(args.iter().flat_map(|arg| self.selected(*arg)).collect());
            }
            _ if says("key") && (says("update") || says("delete")) => {
                built.object = args.first().copied();
            }
            _ if says("key") => {
                let key = args.first().map(|arg| self.given(Name::from("id"), *arg));
                built.picks.extend(key);
            }
            _ => {}
        }
    }

    /// `balance.eq(5)`, `(a.eq(1), b.eq(2))`, `&changes`
    fn assigned(&self, arg: ExprId, built: &mut Built) {
        match self.typed.body.expr(arg) {
            Expr::Tuple(parts) | Expr::Array(parts) => {
                parts.iter().for_each(|part| self.assigned(*part, built));
            }
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } if name == "eq" => {
                self.set(*receiver, args.first().copied().unwrap_or(arg), built);
            }
            _ => built.sets.extend(self.set_on(arg)),
        }
    }

    fn set(&self, column: ExprId, value: ExprId, built: &mut Built) {
        let Some(name) = self.column_named(column) else {
            return;
        };
        let body = self.typed.body;
        let inside = (0..body.exprs.len() as u32).map(ExprId);
        let mut inside = inside.filter(|id| body.range(value).holds(body.range(*id)));
        if inside.any(|id| self.column_named(id) == Some(name)) {
            built.itself.push(name);
        } else {
            built.sets.push(self.given(name, value));
        }
    }

    /// `id.eq(x)`, `a.eq(x).and(b.eq(y))`; anything else is another condition.
    fn compared(&self, arg: ExprId, built: &mut Built) {
        match self.typed.body.expr(arg) {
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } if name == "and" => {
                self.compared(*receiver, built);
                args.iter().for_each(|arg| self.compared(*arg, built));
            }
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } if name == "eq" && args.len() == 1 => match self.column_named(*receiver) {
                Some(column) => built.picks.push(self.given(column, args[0])),
                None => built.others += 1,
            },
            _ => built.others += 1,
        }
    }

    /// `accounts::balance`, `account::Column::Balance`
    fn column_named(&self, id: ExprId) -> Option<Name> {
        let Expr::Path(path) = self.typed.body.expr(id) else {
            return None;
        };
        let mut name = String::new();
        for c in path.segments.last()?.name.chars() {
            if c.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(c.to_lowercase());
        }
        Some(Name::from(&name))
    }

    fn selected(&self, id: ExprId) -> Vec<Column> {
        let body = self.typed.body;
        let of = |name: &str, aggregates| Column {
            name: name.to_owned(),
            label: name.to_owned(),
            aggregates,
        };
        match body.expr(id) {
            Expr::Tuple(parts) => parts.iter().flat_map(|part| self.selected(*part)).collect(),
            Expr::Path(_) => self
                .column_named(id)
                .map(|name| of(&name, false))
                .into_iter()
                .collect(),
            Expr::Call { args, callee } if args.is_empty() => match body.expr(*callee) {
                Expr::Path(path)
                    if path
                        .segments
                        .last()
                        .is_some_and(|last| last.name == "count_star") =>
                {
                    vec![aggregate()]
                }
                _ => vec![of("*", false)],
            },
            _ => vec![of("", self.typed.ext(id).is_some())],
        }
    }

    /// Columns of an object that its literal or an assignment sets.
    fn set_on(&self, object: ExprId) -> Vec<Given> {
        let body = self.typed.body;
        let mut found: Vec<Given> = Vec::new();
        match body.expr(object) {
            Expr::Ref(inner, _) | Expr::Deref(inner) => return self.set_on(*inner),
            Expr::Method { receiver, name, .. } if name == "clone" => {
                return self.set_on(*receiver);
            }
            Expr::Struct { fields, .. } => {
                found.extend(fields.iter().map(|(name, value)| self.given(*name, *value)));
            }
            Expr::Local(local) => {
                if let Some(made @ Expr::Struct { .. }) =
                    self.bound_value(*local).map(|id| body.expr(id))
                    && let Expr::Struct { fields, .. } = made
                {
                    found.extend(fields.iter().map(|(name, value)| self.given(*name, *value)));
                }
                for place in self.places_changed(*local) {
                    if let Expr::Field { name, .. } = body.expr(place) {
                        found.retain(|given| given.column != *name);
                        found.push(self.given(*name, place));
                    }
                }
            }
            _ => {}
        }
        found
    }

    /// What a local is bound to by its `let`.
    fn bound_value(&self, local: LocalId) -> Option<ExprId> {
        let body = self.typed.body;
        let mut bindings = body.bindings().filter(|bound| !bound.each);
        let bound = bindings.find(|bound| body.bound_by(bound.pat) == [local])?;
        Some(bound.value)
    }

    /// `local.field`, where it is assigned to or changed in place.
    fn places_changed(&self, local: LocalId) -> Vec<ExprId> {
        let body = self.typed.body;
        let is_field = |id: &ExprId| matches!(body.expr(*id), Expr::Field { base, .. } if matches!(body.expr(*base), Expr::Local(known) if *known == local));
        let changed = body.exprs.iter().filter_map(|expr| match expr {
            Expr::Assign { place, .. } => Some(*place),
            Expr::Method { receiver, name, .. } if crate::values::changes_in_place(*name) => {
                Some(*receiver)
            }
            _ => None,
        });
        changed.filter(is_field).collect()
    }
}

/// `COUNT(*)`
fn aggregate() -> Column {
    Column {
        name: String::new(),
        label: String::new(),
        aggregates: true,
    }
}

impl Built {
    fn statement(&self, statement: &Statement) -> Statement {
        let all = || {
            vec![Column {
                name: "*".to_owned(),
                label: "*".to_owned(),
                aggregates: false,
            }]
        };
        let itself = self
            .itself
            .iter()
            .map(|name| term(name.as_str(), Value::Itself));
        let others = (0..self.others).map(|_| term("", Value::Other));
        let columns = self.columns.clone().unwrap_or_else(all);
        Statement {
            columns: if statement.is_write() {
                Vec::new()
            } else {
                columns
            },
            sets: self.sets.iter().map(bound).chain(itself).collect(),
            conditions: self.picks.iter().map(bound).chain(others).collect(),
            ..statement.clone()
        }
    }
}

fn bound(given: &Given) -> Term {
    term(given.column.as_str(), Value::Bound(0))
}

fn term(column: &str, value: Value) -> Term {
    Term {
        column: column.to_owned(),
        value,
    }
}
