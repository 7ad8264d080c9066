//! What a statement says: its SQL text parsed, or its builder's chain read as the statement it builds.

use std::sync::Arc;

use super::build::Builder;
use super::event::Sql;
use crate::catalogue::{CallId, Effect};
use crate::infer::{Part, Place, Query, Root, TextReader};
use crate::ir::{Expr, ExprId, LocalId, Name, PathRef};
use crate::sql::{Database, RowLock, Rows, SqlText, Statement, Verb};

impl Builder<'_, '_> {
    /// What the call at `id` runs.
    pub(super) fn sql_of(
        &self,
        call: CallId,
        receiver: Option<ExprId>,
        args: &[ExprId],
        part: Option<Part>,
    ) -> Sql {
        let facts = self.types.defs.catalogue.call(call);
        let given = facts.sql.and_then(|operand| operand.of(receiver, args));
        let prepared = || receiver.and_then(|statement| self.prepared_text(statement));
        let operand = given.or_else(prepared);
        let mut query = match (operand, receiver) {
            (Some(text), _) if !self.is_built(text) => Query {
                sql: Some(text),
                binds: self.binds(args, given),
                ..Query::default()
            },
            (Some(chain), _) | (None, Some(chain)) => {
                self.typed.query(self.types.defs.catalogue, chain)
            }
            (None, None) => Query::default(),
        };
        if let Some(value) = facts.value {
            let name = facts.name;
            query.facts.insert(
                0,
                crate::infer::QueryFact {
                    value: Some(value),
                    name,
                    at: query.root.unwrap_or(ExprId(0)),
                },
            );
        }
        let sql = self.read(&query, facts.effect, part, operand.or(receiver));
        let works_on_object = facts.effect == Effect::Write && facts.value.is_some();
        let sql = self.with_given(sql, &query, receiver.filter(|_| works_on_object));
        self.with_values(sql, &query)
    }

    /// `conn.query("…", &[&a, &b])`, `exec(…, (a, b))`, `prepared.execute(&[&a, &b])`: what is bound, after the text if that stands here.
    fn binds(&self, args: &[ExprId], text: Option<ExprId>) -> Vec<ExprId> {
        let before = text.map_or(0, |text| {
            let at = args.iter().position(|arg| *arg == text);
            at.map_or(args.len(), |at| at + 1)
        });
        args[before..]
            .iter()
            .flat_map(|arg| self.parts_of(*arg))
            .collect()
    }

    fn parts_of(&self, id: ExprId) -> Vec<ExprId> {
        match self.typed.body.expr(id) {
            Expr::Ref(inner, _) => self.parts_of(*inner),
            Expr::Array(parts) | Expr::Tuple(parts) => parts.clone(),
            Expr::Macro(call) => match &call.args {
                crate::ir::MacroArgs::Exprs { args, .. } => args.clone(),
                _ => vec![id],
            },
            _ => vec![id],
        }
    }

    /// Whether a value was made by a chain of calls that builds a statement.
    fn is_built(&self, value: ExprId) -> bool {
        let site = self.typed.chain_value(value);
        site.is_some_and(|site| self.builds(site))
    }

    /// Whether an expression's call makes or extends a statement.
    fn builds(&self, site: ExprId) -> bool {
        self.typed.ext(site).is_some_and(|call| {
            matches!(
                self.types.defs.catalogue.call(call).effect,
                Effect::Statement | Effect::Build | Effect::None
            )
        })
    }

    /// `at` is where it is sent.
    fn read(&self, query: &Query, effect: Effect, part: Option<Part>, at: Option<ExprId>) -> Sql {
        let binds: Arc<[ExprId]> = query.binds.clone().into();
        if let Some(text) = query.sql {
            let texts = self.texts(query, text, effect, None);
            let param = self
                .param_of(text)
                .filter(|_| !texts.iter().any(SqlText::has_text));
            let databases = self.databases(part);
            let parsed = |texts: &[SqlText]| -> Vec<Vec<Statement>> {
                let each = texts.iter();
                each.map(|text| crate::sql::statements(text, &databases))
                    .collect()
            };
            let mut alternatives = parsed(&texts);
            if alternatives.iter().flatten().any(has_lock) {
                let sure = at.map(|_| parsed(&self.texts(query, text, effect, at)));
                weigh_locks(&mut alternatives, &sure.unwrap_or_default());
            }
            alternatives.dedup();
            return Sql {
                alternatives: alternatives.into(),
                param,
                binds,
                ..Sql::default()
            };
        }
        if let Some(param) = query.param.filter(|_| !names_verb(query)) {
            return Sql {
                alternatives: [].into(),
                param: Some(Place::root(Root::Param(param))),
                binds,
                ..Sql::default()
            };
        }
        Sql {
            alternatives: [vec![self.built(query, effect)]].into(),
            param: None,
            binds,
            ..Sql::default()
        }
    }

    /// What a text may be; given where it is sent, with what is surely added until then.
    fn texts(
        &self,
        query: &Query,
        text: ExprId,
        effect: Effect,
        sure_at: Option<ExprId>,
    ) -> Vec<SqlText> {
        let reader = TextReader {
            types: self.types,
            typed: self.typed,
            sure_at,
        };
        match query.root.and_then(|root| self.appended_builder(root)) {
            Some(builder) => reader.texts_of(builder),
            None if effect == Effect::AfterConnect => {
                let listed = self.parts_of(text);
                listed.iter().flat_map(|text| reader.texts(*text)).collect()
            }
            None if query.is_file() => vec![reader.file(text)],
            None => reader.texts(text),
        }
    }

    /// The local that holds a builder and gets more text after it is made.
    fn appended_builder(&self, root: ExprId) -> Option<LocalId> {
        let made = crate::infer::Val::site(root);
        let mut locals: Vec<LocalId> = self.typed.appended.keys().copied().collect();
        locals.sort_unstable();
        locals
            .into_iter()
            .find(|local| self.typed.local_vals[local.index()] == made)
    }

    /// The parameter that a text comes from, or the field of one.
    fn param_of(&self, text: ExprId) -> Option<Place> {
        let place = self.typed.val(text).one()?;
        matches!(place.root, Root::Param(_)).then(|| place.clone())
    }

    /// The databases that a statement may run on.
    pub(super) fn databases(&self, part: Option<Part>) -> Vec<Database> {
        let Some(part) = part else { return Vec::new() };
        match part.database {
            Some(database) => vec![database],
            None => self
                .types
                .defs
                .catalogue
                .client(part.sheet)
                .databases
                .clone(),
        }
    }

    /// A builder's chain as a statement.
    fn built(&self, query: &Query, effect: Effect) -> Statement {
        let mut statement = Statement::unknown();
        statement.parsed = query.facts.iter().any(|fact| fact.value.is_some());
        for word in words(query) {
            add_word(&mut statement, &word);
        }
        let lists = || query.facts.iter().any(|fact| self.lists_keys(fact.at));
        if statement.rows == Rows::Range && lists() {
            statement.rows = Rows::List;
        }
        statement.keeps_rows = statement.verb == Verb::Upsert && self.does_nothing(query);
        if statement.verb == Verb::Unknown && effect == Effect::Write {
            statement.verb = Verb::Other;
        }
        let Some(table) = self.table_of(query) else {
            return statement;
        };
        // `users.filter(…).load(conn)`: what says nothing else reads.
        if statement.verb == Verb::Unknown && matches!(effect, Effect::Run | Effect::Stream) {
            statement.verb = Verb::Select;
        }
        if statement.is_write() || effect == Effect::Write {
            statement.writes = vec![table];
        } else {
            statement.reads = vec![table];
        }
        statement
    }

    /// `on_conflict(OnConflict::column(id).do_nothing())`, `on_conflict_do_nothing()`
    fn does_nothing(&self, query: &Query) -> bool {
        let body = self.typed.body;
        let links: Vec<_> = query.facts.iter().map(|fact| body.range(fact.at)).collect();
        body.exprs.iter().zip(&body.ranges).any(|(expr, at)| {
            matches!(expr, Expr::Method { name, .. } if name.contains("do_nothing"))
                && links.iter().any(|link| link.holds(*at))
        })
    }

    /// `filter(id.eq_any(ids))`: a link's argument names a list.
    fn lists_keys(&self, link: ExprId) -> bool {
        let body = self.typed.body;
        let (Expr::Method { args, .. } | Expr::Call { args, .. }) = body.expr(link) else {
            return false;
        };
        let catalogue = self.types.defs.catalogue;
        let is_list = |id: &ExprId| {
            self.typed
                .ext(*id)
                .and_then(|call| catalogue.call(call).value)
                .is_some_and(|value| value == "list")
        };
        let inside = |id: &ExprId| {
            args.iter()
                .any(|arg| body.range(*arg).holds(body.range(*id)))
        };
        self.typed.calls.keys().any(|id| inside(id) && is_list(id))
    }

    /// `users::table`, `schema::users::dsl::users`, `user::Entity::find()`.
    fn table_of(&self, query: &Query) -> Option<String> {
        let root = query.root?;
        let path = match self.typed.body.expr(root) {
            Expr::Path(path) => path,
            // What else makes a model, or another crate's builder, isn't called after a table.
            Expr::Call { callee, .. } => match self.typed.body.expr(*callee) {
                Expr::Path(path) if self.typed.ext(root).is_some() || is_models(path) => path,
                _ => return None,
            },
            _ => return None,
        };
        let mut names: Vec<Name> = path.segments.iter().map(|segment| segment.name).collect();
        if matches!(self.typed.body.expr(root), Expr::Call { .. }) {
            names.pop();
        }
        let plain = |name: &&Name| {
            !matches!(
                name.as_str(),
                "table"
                    | "dsl"
                    | "Entity"
                    | "Model"
                    | "ActiveModel"
                    | "crate"
                    | "self"
                    | "super"
                    | "Self"
                    | "columns"
                    | "Insert"
                    | "Update"
                    | "Delete"
            )
        };
        names.iter().rev().find(plain).map(ToString::to_string)
    }
}

/// `user::ActiveModel::from(…)`: a derive writes that.
fn is_models(path: &PathRef) -> bool {
    let mut owner = path.segments.iter().rev().skip(1);
    owner.next().is_some_and(|of| {
        matches!(
            of.name.as_str(),
            "Entity" | "ActiveModel" | "Model" | "ModelEx" | "ActiveModelEx"
        )
    })
}

fn has_lock(statement: &Statement) -> bool {
    statement.row_lock.is_some()
}

/// A lock clause that one of the texts is without stands there sometimes only.
fn weigh_locks(alternatives: &mut [Vec<Statement>], sure: &[Vec<Statement>]) {
    let mut all = alternatives.iter().chain(sure);
    if all.all(|text| text.iter().any(Statement::locks_rows)) {
        return;
    }
    let locks = alternatives.iter_mut().flatten();
    for lock in locks.filter_map(|statement| statement.row_lock.as_mut()) {
        lock.sometimes = true;
    }
}

/// What a chain's links add, from its root on; an entry may say several things.
fn words(query: &Query) -> Vec<String> {
    let values = query.facts.iter().rev().filter_map(|fact| fact.value);
    values
        .flat_map(|value| value.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// What is known of what runs, whatever it is called on: `model.insert(pool)`.
fn names_verb(query: &Query) -> bool {
    const VERBS: [&str; 4] = ["insert", "update", "delete", "upsert"];
    words(query)
        .iter()
        .any(|word| VERBS.contains(&word.as_str()))
}

/// One word of a builder's entry, added to the statement.
fn add_word(statement: &mut Statement, word: &str) {
    const LOCK: RowLock = RowLock {
        shared: false,
        key_only: false,
        skip_locked: false,
        no_wait: false,
        sometimes: false,
    };
    match word {
        "select" => statement.verb = Verb::Select,
        "insert" => statement.verb = Verb::Insert,
        "update" => statement.verb = Verb::Update,
        "delete" => statement.verb = Verb::Delete,
        "upsert" => statement.verb = Verb::Upsert,
        "for_update" => statement.row_lock = Some(LOCK),
        "for_share" => {
            statement.row_lock = Some(RowLock {
                shared: true,
                ..LOCK
            });
        }
        "skip_locked" => {
            statement.row_lock = statement.row_lock.map(|lock| RowLock {
                skip_locked: true,
                ..lock
            });
        }
        "no_wait" => {
            statement.row_lock = statement.row_lock.map(|lock| RowLock {
                no_wait: true,
                ..lock
            });
        }
        "order" => statement.ordered = true,
        "key" => statement.rows = Rows::One,
        "list" => statement.rows = Rows::List,
        "limit" if statement.rows != Rows::One => statement.rows = Rows::First,
        "filter" if statement.rows == Rows::Unknown => statement.rows = Rows::Range,
        _ => {}
    }
}
