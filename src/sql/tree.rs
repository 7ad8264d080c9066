//! A syntax tree to the tables that it reads and writes.

use std::ops::ControlFlow;

use sqlparser::ast::{
    FromTable, Insert, ObjectName, Query, Statement, TableFactor, TableObject, TableWithJoins,
    Visit, Visitor,
};

use super::{Rows, levels, tables};

/// What a statement touches.
#[derive(Debug)]
pub(super) struct Targets {
    pub(super) reads: Vec<String>,
    pub(super) writes: Vec<String>,
    pub(super) rows: Rows,
}

/// The tables and rows of a parsed statement.
pub(super) fn targets(statement: &Statement) -> Targets {
    let mut found = Tables::default();
    let ControlFlow::Continue(()) = statement.visit(&mut found);
    for target in std::mem::take(&mut found.targets) {
        // The visitor meets a target among the tables read: under its alias, and where FROM names it.
        let table = found
            .aliases
            .iter()
            .find(|(alias, _)| *alias == target)
            .map(|(_, table)| table.clone());
        for name in [
            Some(&target),
            table.as_ref().filter(|table| **table != target),
        ]
        .into_iter()
        .flatten()
        {
            if let Some(at) = found.reads.iter().position(|read| read == name) {
                found.reads.swap_remove(at);
            }
        }
        found.writes.push(table.unwrap_or(target));
    }
    let mut writes = found.writes;
    tables::tidy(&mut found.reads, &found.ctes);
    tables::tidy(&mut writes, &[]);
    // The table that the statement is about comes first: words name it.
    if let Statement::Query(query) = statement
        && let Some(main) = first_table(query)
        && let Some(at) = found.reads.iter().position(|read| *read == main)
    {
        found.reads[..=at].rotate_right(1);
    }
    Targets {
        reads: found.reads,
        writes,
        rows: levels::of_statement(statement),
    }
}

#[derive(Default)]
struct Tables {
    reads: Vec<String>,
    writes: Vec<String>,
    /// Written tables that stand where tables that are read stand.
    targets: Vec<String>,
    ctes: Vec<String>,
    /// Alias and table.
    aliases: Vec<(String, String)>,
}

impl Visitor for Tables {
    type Break = std::convert::Infallible;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = ident(&cte.alias.name);
            // SQL Server: a write of one writes its table.
            if let Some(table) = first_table(&cte.query) {
                self.aliases.push((name.clone(), table));
            }
            self.ctes.push(name);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        if let TableFactor::Table {
            name,
            alias,
            args: None,
            ..
        } = factor
            && let Some(table) = tables::object_name(name)
        {
            if let Some(alias) = alias {
                self.aliases.push((ident(&alias.name), table.clone()));
            }
            self.reads.push(table);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<Self::Break> {
        match statement {
            Statement::Insert(Insert {
                table: TableObject::TableName(name),
                ..
            }) => {
                self.writes.extend(tables::object_name(name));
            }
            Statement::Update(update) => self.target(&update.table.relation),
            Statement::Delete(delete) if !delete.tables.is_empty() => {
                self.delete_targets(&delete.tables);
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                for TableWithJoins { relation, .. } in from {
                    self.target(relation);
                }
            }
            Statement::Merge(merge) => self.target(&merge.table),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Tables {
    fn target(&mut self, factor: &TableFactor) {
        if let TableFactor::Table { name, .. } = factor {
            self.targets.extend(tables::object_name(name));
        }
    }

    /// `DELETE a FROM a JOIN b`: names or aliases of tables in FROM.
    fn delete_targets(&mut self, names: &[ObjectName]) {
        self.targets
            .extend(names.iter().filter_map(tables::object_name));
    }
}

fn first_table(query: &Query) -> Option<String> {
    let from = &query.body.as_select()?.from;
    match &from.first()?.relation {
        TableFactor::Table {
            name, args: None, ..
        } => tables::object_name(name),
        _ => None,
    }
}

fn ident(ident: &sqlparser::ast::Ident) -> String {
    if ident.quote_style.is_some() {
        ident.value.clone()
    } else {
        ident.value.to_lowercase()
    }
}
