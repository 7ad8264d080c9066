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
    for target in &found.targets {
        // The visitor meets an UPDATE's or DELETE's target among the tables read.
        if let Some(at) = found.reads.iter().position(|name| name == target) {
            found.reads.swap_remove(at);
        }
    }
    let mut writes: Vec<_> = found.writes.into_iter().chain(found.targets).collect();
    for name in &mut writes {
        if let Some((_, table)) = found
            .aliases
            .iter()
            .find(|(alias, table)| alias == name && table != name)
        {
            name.clone_from(table);
        }
    }
    tables::tidy(&mut found.reads, &found.ctes);
    tables::tidy(&mut writes, &found.ctes);
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
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
        self.ctes.extend(ctes.map(|cte| ident(&cte.alias.name)));
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
                self.delete_targets(&delete.tables)
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                from.iter()
                    .for_each(|TableWithJoins { relation, .. }| self.target(relation));
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

fn ident(ident: &sqlparser::ast::Ident) -> String {
    if ident.quote_style.is_some() {
        ident.value.clone()
    } else {
        ident.value.to_lowercase()
    }
}
