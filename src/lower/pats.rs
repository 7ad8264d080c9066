//! Patterns, and the locals they bind.

use rustc_hash::FxHashMap;
use syn::punctuated::Punctuated;
use syn::{Member, Pat as SynPat, Token};

use super::Lower;
use super::exprs::own_name;
use super::types::lone;
use crate::ir::{Local, LocalId, Name, Pat, PatId};
use crate::source::TextRange;

impl Lower<'_> {
    /// Lowers a pattern; its names are in scope from here on.
    pub(super) fn pat(&mut self, pat: &SynPat) -> PatId {
        let lowered = match pat {
            SynPat::Guard(pat) => return self.pat(&pat.pat),
            SynPat::Paren(pat) => return self.pat(&pat.pat),
            SynPat::Ident(pat) => self.ident_pat(pat),
            SynPat::Lit(pat) => match &pat.lit {
                syn::Lit::Bool(value) => Pat::Bool(value.value),
                _ => Pat::Literal,
            },
            SynPat::Or(pat) => self.or_pat(pat),
            SynPat::Path(pat) => {
                Pat::Path(Box::new(self.places.path(&pat.path, pat.qself.as_ref())))
            }
            SynPat::Reference(pat) => Pat::Ref(self.pat(&pat.pat)),
            SynPat::Slice(pat) => Pat::Slice(pat.elems.iter().map(|elem| self.pat(elem)).collect()),
            SynPat::Struct(pat) => self.struct_pat(pat),
            SynPat::Tuple(pat) => {
                let (elems, rest) = self.elements(&pat.elems);
                Pat::Tuple { pats: elems, rest }
            }
            SynPat::TupleStruct(pat) => {
                let path = self.places.path(&pat.path, pat.qself.as_ref());
                let (elems, rest) = self.elements(&pat.elems);
                Pat::TupleStruct {
                    path: Box::new(path),
                    pats: elems,
                    rest,
                }
            }
            SynPat::Type(pat) => Pat::Typed(self.pat(&pat.pat), self.places.ty(&pat.ty)),
            SynPat::Wild(_) | SynPat::Rest(_) => Pat::Wild,
            _ => Pat::Literal,
        };
        self.add_pat(lowered)
    }

    pub(super) fn add_pat(&mut self, pat: Pat) -> PatId {
        let pats = &mut self.body.ir.pats;
        pats.push(pat);
        PatId(pats.len() as u32 - 1)
    }

    fn elements(&mut self, elems: &Punctuated<SynPat, Token![,]>) -> (Vec<PatId>, Option<usize>) {
        let mut rest = None;
        let mut pats = Vec::with_capacity(elems.len());
        for elem in elems {
            if matches!(elem, SynPat::Rest(_)) {
                rest = Some(pats.len());
            } else {
                pats.push(self.pat(elem));
            }
        }
        (pats, rest)
    }

    fn ident_pat(&mut self, pat: &syn::PatIdent) -> Pat {
        let (name, range) = self.places.named(&pat.ident);
        let plain = pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none();
        if plain && starts_upper(name) && self.body.scope.get(name).is_none() {
            return Pat::Path(Box::new(lone(name)));
        }
        let local = self.bind(name, range, pat.mutability.is_some());
        let sub = pat.subpat.as_ref().map(|(_, sub)| self.pat(sub));
        Pat::Bind {
            local,
            by_ref: pat.by_ref.is_some(),
            sub,
        }
    }

    fn struct_pat(&mut self, pat: &syn::PatStruct) -> Pat {
        let path = self.places.path(&pat.path, pat.qself.as_ref());
        let fields = pat
            .fields
            .iter()
            .map(|field| (self.member(&field.member), self.pat(&field.pat)));
        let fields = fields.collect();
        Pat::Struct {
            path: Box::new(path),
            fields,
        }
    }

    /// Alternatives bind the same names, so the first one's locals serve all.
    fn or_pat(&mut self, pat: &syn::PatOr) -> Pat {
        let outermost = self.body.alternatives.is_none();
        self.body
            .alternatives
            .get_or_insert_with(FxHashMap::default);
        let cases = pat.cases.iter().map(|case| self.pat(case)).collect();
        if outermost {
            self.body.alternatives = None;
        }
        Pat::Or(cases)
    }

    fn bind(&mut self, name: Name, range: TextRange, is_mut: bool) -> LocalId {
        if let Some(&local) = self
            .body
            .alternatives
            .as_ref()
            .and_then(|bound| bound.get(&name))
        {
            return local;
        }
        let local = self.declare(name, range, is_mut);
        if let Some(bound) = &mut self.body.alternatives {
            bound.insert(name, local);
        }
        local
    }

    /// A new local, visible from here on.
    pub(super) fn declare(&mut self, name: Name, range: TextRange, is_mut: bool) -> LocalId {
        let locals = &mut self.body.ir.locals;
        locals.push(Local {
            name,
            range,
            is_mut,
        });
        let local = LocalId(locals.len() as u32 - 1);
        let visible = match self.places.written_by(range) {
            Some(by) => own_name(name, by.mark),
            None => name,
        };
        self.body.scope.declare(visible, local);
        local
    }

    /// A field's name, or its number.
    pub(super) fn member(&mut self, member: &Member) -> Name {
        match member {
            Member::Named(ident) => self.places.name(ident),
            Member::Unnamed(index) => Name::from(&index.index.to_string()),
        }
    }
}

fn starts_upper(name: Name) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}
