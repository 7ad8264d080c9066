//! Statements under construction: a chain of calls (`sqlx::query(…).bind(…)`, `users.filter(…).for_update()`) read from its end to its root.

use super::{Callee, Place, Root, Typed};
use crate::catalogue::{CallId, Catalogue, Effect};
use crate::ir::{Expr, ExprId, LocalId, Name, Pat, Stmt};

/// Chains longer than this are read no further.
const MAX_LINKS: usize = 2_000;

/// A statement as its chain tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Where its SQL text is, if it is made from text.
    pub sql: Option<ExprId>,
    /// What the chain's calls add, outermost first.
    pub facts: Vec<QueryFact>,
    /// The expression the chain starts from.
    pub root: Option<ExprId>,
    /// Arguments bound to placeholders, in order.
    pub binds: Vec<ExprId>,
    /// The parameter that hands the statement in, where it comes from outside.
    pub param: Option<u32>,
}

impl Query {
    /// Whether its text is in a file, which its argument names.
    #[must_use]
    pub fn is_file(&self) -> bool {
        let mut values = self.facts.iter().rev().filter_map(|fact| fact.value);
        values.next().is_some_and(|value| value == "file")
    }
}

/// What a link adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFact {
    /// The catalogue's word, or none for a call that nothing is known of.
    pub value: Option<Name>,
    /// The method's or function's name.
    pub name: Name,
    /// The call.
    pub at: ExprId,
}

impl Typed<'_> {
    /// The statement that an expression builds.
    #[must_use]
    pub fn query(&self, catalogue: &Catalogue, id: ExprId) -> Query {
        let mut query = Query::default();
        let mut here = Some(id);
        let mut links = 0;
        while let Some(id) = here {
            links += 1;
            if links > MAX_LINKS {
                break;
            }
            query.root = Some(id);
            here = self.link_below(catalogue, id, &mut query);
        }
        query.facts.truncate(MAX_LINKS);
        query.binds.reverse();
        query
    }

    /// Reads one link and tells what it hangs on.
    fn link_below(&self, catalogue: &Catalogue, id: ExprId, query: &mut Query) -> Option<ExprId> {
        match self.body.expr(id) {
            Expr::Method {
                receiver,
                name,
                args,
                ..
            } => {
                let call = self.ext(id);
                if let Some(sql) =
                    call.and_then(|call| self.sql_operand(catalogue, call, Some(*receiver), args))
                {
                    query.sql = Some(sql);
                    note(catalogue, call, *name, id, query);
                    return None;
                }
                if matches!(name.as_str(), "bind" | "push_bind") {
                    query.binds.extend(args.first());
                }
                note(catalogue, call, *name, id, query);
                Some(*receiver)
            }
            Expr::Call { args, callee } => {
                let call = self.ext(id);
                let name = self.called_name(*callee);
                note(catalogue, call, name, id, query);
                query.sql = call.and_then(|call| self.sql_operand(catalogue, call, None, args));
                let same = call
                    .and_then(|call| catalogue.call(call).same_as)
                    .and_then(|operand| operand.of(None, args));
                if query.sql.is_some() {
                    None
                } else {
                    same.or_else(|| table_argument(catalogue, call, args))
                }
            }
            Expr::Macro(macro_call) => {
                let call = self.ext(id)?;
                if let crate::ir::MacroArgs::Exprs { args, .. } = &macro_call.args {
                    let name = macro_call
                        .path
                        .segments
                        .last()
                        .map_or_else(Name::default, |segment| segment.name);
                    note(catalogue, Some(call), name, id, query);
                    query.sql = self.sql_operand(catalogue, call, None, args);
                    if let Some(position) = query
                        .sql
                        .and_then(|sql| args.iter().position(|arg| *arg == sql))
                    {
                        query.binds.extend(args[position + 1..].iter().rev());
                    }
                }
                None
            }
            Expr::Ref(inner, _)
            | Expr::Deref(inner)
            | Expr::Try(inner)
            | Expr::Await(inner)
            | Expr::Cast(inner, _) => Some(*inner),
            Expr::Local(local) => match self.local_vals[local.index()].one() {
                Some(Place {
                    root: Root::Site(site),
                    path: None,
                }) if *site != id => self.init_of(*local).or(Some(*site)),
                Some(Place {
                    root: Root::Param(index),
                    path: None,
                }) => {
                    query.param = Some(*index);
                    None
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The chain that a local is bound to: what it stands for is only the chain's root.
    pub(crate) fn init_of(&self, local: LocalId) -> Option<ExprId> {
        let bound = |stmt: &Stmt| match stmt {
            Stmt::Let {
                pat,
                init: Some(init),
                ..
            } => match self.body.pat(*pat) {
                Pat::Bind { local: known, .. } if *known == local => Some(*init),
                _ => None,
            },
            _ => None,
        };
        self.body.exprs.iter().find_map(|expr| match expr {
            Expr::Block(block) => block.stmts.iter().find_map(bound),
            _ => None,
        })
    }

    fn sql_operand(
        &self,
        catalogue: &Catalogue,
        call: CallId,
        receiver: Option<ExprId>,
        args: &[ExprId],
    ) -> Option<ExprId> {
        let facts = catalogue.call(call);
        let operand = facts.sql?;
        let at = operand.of(receiver, args)?;
        // `conn.execute(query)`: the argument is itself a chain.
        let is_chain = facts.effect != Effect::Statement && self.chain_value(at).is_some();
        if is_chain { None } else { Some(at) }
    }

    /// The chain that a value was made by, if it was.
    #[must_use]
    pub fn chain_value(&self, id: ExprId) -> Option<ExprId> {
        let site = match self.val(id).one()? {
            Place {
                root: Root::Site(site),
                path: None,
            } => *site,
            _ => id,
        };
        matches!(self.calls.get(&site), Some(Callee::Ext(_))).then_some(site)
    }

    /// The catalogue's call that an expression makes.
    #[must_use]
    pub fn ext(&self, id: ExprId) -> Option<CallId> {
        match self.calls.get(&id)? {
            Callee::Ext(call) => Some(*call),
            _ => None,
        }
    }

    fn called_name(&self, callee: ExprId) -> Name {
        match self.body.expr(callee) {
            Expr::Path(path) => path
                .segments
                .last()
                .map_or_else(Name::default, |segment| segment.name),
            _ => Name::default(),
        }
    }
}

/// `diesel::update(users.find(id))`: the statement goes on in the argument, unless that is the key (`Order::find_by_id(id)`).
fn table_argument(catalogue: &Catalogue, call: Option<CallId>, args: &[ExprId]) -> Option<ExprId> {
    let facts = catalogue.call(call?);
    let table = facts.arg.filter(|_| facts.effect == Effect::Statement);
    table.and_then(|operand| operand.of(None, args))
}

fn note(catalogue: &Catalogue, call: Option<CallId>, name: Name, at: ExprId, query: &mut Query) {
    let value = call.and_then(|call| catalogue.call(call).value);
    query.facts.push(QueryFact { value, name, at });
}
