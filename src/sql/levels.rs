//! A syntax tree to the rows that its outermost level names.

use sqlparser::ast::{
    BinaryOperator, Delete, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
    Insert, LimitClause, Merge, Query, Select, SetExpr, Statement, TableFactor, TableWithJoins,
    TopQuantity, Update, UpdateTableFromKind, Value, With,
};

use super::Rows;
use super::dialect::{HOLE_NAME, NAMED_NAME, is_placeholder};
use super::rows::{Conjunct, Level, Source, rows};

/// The rows of a common table expression, by its name in lower case.
type Cte = (String, Rows);

/// The rows that a statement names.
pub(super) fn of_statement(statement: &Statement) -> Rows {
    match statement {
        Statement::Query(query) => of_query(query, &[]),
        Statement::Insert(insert) => of_insert(insert, &[]),
        Statement::Update(update) => of_update(update, &[]),
        Statement::Delete(delete) => of_delete(delete, &[]),
        Statement::Merge(merge) => of_merge(merge, &[]),
        _ => Rows::Unknown,
    }
}

fn of_query(query: &Query, outer: &[Cte]) -> Rows {
    let own = query.with.as_ref().map(|with| with_ctes(with, outer));
    let ctes = own.as_deref().unwrap_or(outer);
    match query.body.as_ref() {
        SetExpr::Select(select) => of_select(select, query, ctes),
        SetExpr::Query(inner) => of_query(inner, ctes),
        SetExpr::Values(values) => made_rows(values.rows.iter().map(|row| &row.content)),
        SetExpr::Insert(Statement::Insert(insert)) => of_insert(insert, ctes),
        SetExpr::Update(Statement::Update(update)) => of_update(update, ctes),
        SetExpr::Delete(Statement::Delete(delete)) => of_delete(delete, ctes),
        SetExpr::Merge(Statement::Merge(merge)) => of_merge(merge, ctes),
        SetExpr::Table(_) => Rows::All,
        _ => Rows::Range,
    }
}

/// As a source of an outer level: a list that is sorted or grouped there no longer gives its rows in its own order.
fn of_inner(query: &Query, ctes: &[Cte]) -> Rows {
    let rows = of_query(query, ctes);
    let reorders = query.order_by.is_some() || query.body.as_select().is_some_and(is_grouped);
    if rows == Rows::List && reorders {
        Rows::Range
    } else {
        rows
    }
}

fn is_grouped(select: &Select) -> bool {
    match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(by, _) => !by.is_empty(),
    }
}

/// Each once, with those before it: a recursive one is a table to itself.
fn with_ctes(with: &With, outer: &[Cte]) -> Vec<Cte> {
    with.cte_tables
        .iter()
        .fold(outer.to_vec(), |mut ctes, cte| {
            let rows = of_inner(&cte.query, &ctes);
            ctes.push((cte.alias.name.value.to_lowercase(), rows));
            ctes
        })
}

fn of_select(select: &Select, query: &Query, ctes: &[Cte]) -> Rows {
    let unnests = select
        .projection
        .iter()
        .any(|item| item.to_string().to_lowercase().starts_with("unnest("));
    if select.from.is_empty() {
        return if unnests { Rows::List } else { Rows::One };
    }
    rows(&Level {
        filter: filter(select.selection.as_ref(), ctes),
        sources: sources(&select.from, ctes),
        ordered: query.order_by.is_some(),
        one: takes_one(select, query),
    })
}

fn takes_one(select: &Select, query: &Query) -> bool {
    let limit = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit, .. }) => limit.as_ref().is_some_and(is_one),
        Some(LimitClause::OffsetCommaLimit { limit, .. }) => is_one(limit),
        None => false,
    };
    let fetch = query
        .fetch
        .as_ref()
        .is_some_and(|fetch| fetch.quantity.as_ref().is_none_or(is_one));
    let top = select.top.as_ref().is_some_and(|top| match &top.quantity {
        Some(TopQuantity::Constant(count)) => *count == 1,
        Some(TopQuantity::Expr(count)) => is_one(count),
        None => false,
    });
    limit || fetch || top
}

fn is_one(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(&value.value, Value::Number(number, _) if number == "1"),
        Expr::Nested(inner) => is_one(inner),
        _ => false,
    }
}

fn of_insert(insert: &Insert, ctes: &[Cte]) -> Rows {
    insert
        .source
        .as_ref()
        .map_or(Rows::One, |source| of_inner(source, ctes))
}

fn of_update(update: &Update, ctes: &[Cte]) -> Rows {
    let mut joined = sources_of_joins(&update.table, ctes);
    if let Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) =
        &update.from
    {
        joined.extend(sources(from, ctes));
    }
    of_change(
        update.selection.as_ref(),
        joined,
        !update.order_by.is_empty(),
        update.limit.as_ref(),
        ctes,
    )
}

fn of_delete(delete: &Delete, ctes: &[Cte]) -> Rows {
    let joined = delete
        .using
        .as_ref()
        .map_or_else(Vec::new, |using| sources(using, ctes));
    of_change(
        delete.selection.as_ref(),
        joined,
        !delete.order_by.is_empty(),
        delete.limit.as_ref(),
        ctes,
    )
}

fn of_change(
    selection: Option<&Expr>,
    joined: Vec<Source>,
    ordered: bool,
    limit: Option<&Expr>,
    ctes: &[Cte],
) -> Rows {
    let mut sources = vec![Source::Table];
    sources.extend(joined);
    rows(&Level {
        filter: filter(selection, ctes),
        sources,
        ordered,
        one: limit.is_some_and(is_one),
    })
}

fn of_merge(merge: &Merge, ctes: &[Cte]) -> Rows {
    match source(&merge.source, ctes) {
        Source::Made(rows) => rows,
        Source::Table => Rows::Range,
    }
}

fn made_rows<'a>(mut made: impl Iterator<Item = &'a Vec<Expr>>) -> Rows {
    let Some(first) = made.next() else {
        return Rows::Unknown;
    };
    if first.is_empty() {
        return Rows::Unknown;
    }
    if made.next().is_some() {
        Rows::List
    } else {
        Rows::One
    }
}

fn sources(from: &[TableWithJoins], ctes: &[Cte]) -> Vec<Source> {
    from.iter()
        .flat_map(|table| {
            std::iter::once(source(&table.relation, ctes)).chain(sources_of_joins(table, ctes))
        })
        .collect()
}

fn sources_of_joins(table: &TableWithJoins, ctes: &[Cte]) -> Vec<Source> {
    table
        .joins
        .iter()
        .map(|join| source(&join.relation, ctes))
        .collect()
}

fn source(factor: &TableFactor, ctes: &[Cte]) -> Source {
    match factor {
        TableFactor::Table {
            name, args: None, ..
        } => {
            let name = name.to_string().to_lowercase();
            ctes.iter()
                .rfind(|cte| cte.0 == name)
                .map_or(Source::Table, |cte| Source::Made(cte.1))
        }
        TableFactor::Derived { subquery, .. } => Source::Made(of_inner(subquery, ctes)),
        TableFactor::Table { .. }
        | TableFactor::Function { .. }
        | TableFactor::TableFunction { .. }
        | TableFactor::UNNEST { .. }
        | TableFactor::JsonTable { .. }
        | TableFactor::OpenJsonTable { .. } => Source::Made(Rows::List),
        _ => Source::Table,
    }
}

fn filter(selection: Option<&Expr>, ctes: &[Cte]) -> Option<Vec<Conjunct>> {
    let mut conjuncts = Vec::new();
    let mut open = vec![selection?];
    while let Some(expr) = open.pop() {
        match expr {
            Expr::Nested(inner) => open.push(inner),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => open.extend([left.as_ref(), right.as_ref()]),
            _ => conjuncts.push(conjunct(expr, ctes)),
        }
    }
    Some(conjuncts)
}

fn conjunct(expr: &Expr, ctes: &[Cte]) -> Conjunct {
    match expr {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => equality(left, right, ctes),
        Expr::InList {
            expr,
            list,
            negated: false,
        } => in_list(expr, list),
        Expr::InUnnest { negated: false, .. }
        | Expr::AnyOp {
            compare_op: BinaryOperator::Eq,
            ..
        } => Conjunct::List,
        Expr::InSubquery {
            subquery,
            negated: false,
            ..
        } => Conjunct::Query(match of_query(subquery, ctes) {
            inner @ (Rows::First | Rows::List) => inner,
            _ => Rows::Range,
        }),
        Expr::Identifier(ident) if ident.value.contains(HOLE_NAME) => Conjunct::Unknown,
        _ => Conjunct::Other,
    }
}

fn in_list(expr: &Expr, list: &[Expr]) -> Conjunct {
    match list {
        [] => Conjunct::Unknown,
        [Expr::Identifier(ident)]
            if ident.value.contains(HOLE_NAME) || ident.value == NAMED_NAME =>
        {
            Conjunct::List
        }
        [value] => match (column(expr), constant(value)) {
            (Some(column), Some(literal)) => Conjunct::Equal { column, literal },
            _ => Conjunct::Other,
        },
        _ => {
            let literal = list.iter().all(|value| constant(value) == Some(true));
            Conjunct::list(&column(expr).unwrap_or_default(), literal)
        }
    }
}

fn equality(left: &Expr, right: &Expr, ctes: &[Cte]) -> Conjunct {
    for (side, other) in [(left, right), (right, left)] {
        match (column(side), other) {
            (Some(_), Expr::Subquery(query)) => {
                let inner = of_query(query, ctes);
                return Conjunct::Query(if inner == Rows::First {
                    inner
                } else {
                    Rows::One
                });
            }
            (Some(column), value) => {
                if let Some(literal) = constant(value) {
                    return Conjunct::Equal { column, literal };
                }
            }
            _ => {}
        }
    }
    Conjunct::Other
}

/// The column a side of a comparison is made of: `t.id`, `lower(email)`, `(a, b)`, `id::text`.
fn column(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) if is_placeholder(&ident.value) => None,
        Expr::Identifier(ident) => Some(ident.value.to_lowercase()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.to_lowercase()),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => column(inner),
        Expr::Tuple(parts) => parts.iter().find_map(column),
        Expr::Function(function) => arguments(&function.args).find_map(column),
        _ => None,
    }
}

/// A value known before the statement runs: `Some(true)` if only literals make it, else placeholders do too.
fn constant(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Value(_) | Expr::TypedString { .. } => Some(true),
        Expr::Identifier(ident) => {
            (is_placeholder(&ident.value) || ident.value.contains(HOLE_NAME)).then_some(false)
        }
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, .. }
        | Expr::UnaryOp { expr: inner, .. } => constant(inner),
        Expr::Tuple(parts) => parts
            .iter()
            .try_fold(true, |all, part| Some(constant(part)? && all)),
        Expr::BinaryOp { left, right, .. } => Some(constant(left)? && constant(right)?),
        Expr::Function(function) => {
            arguments(&function.args).try_fold(true, |all, part| Some(constant(part)? && all))
        }
        _ => None,
    }
}

fn arguments(arguments: &FunctionArguments) -> impl Iterator<Item = &Expr> {
    let list = match arguments {
        FunctionArguments::List(list) => &list.args[..],
        _ => &[],
    };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    })
}
