//! TOML sheets to the joined table: paths canonical, types parsed, receivers looked up.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::like::Like;
use super::sheets::SHEETS;
use super::{
    AliasEntry, CallEntry, CallId, Catalogue, Client, ExtAlias, ExtCall, ExtId, ExtTrait, ExtType,
    PathMeaning, Sheet, SheetId, TraitExtId, TypeEntry,
};
use crate::ir::{Name, PathRef, TypeRef};
use crate::ty::{Args, Ty};

/// A sheet that says something impossible: which one, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueError {
    /// The sheet's name.
    pub sheet: String,
    /// What is wrong.
    pub message: String,
}

/// All sheets of this house, parsed.
///
/// # Errors
/// A sheet that isn't TOML of the schema.
pub fn sheets() -> Result<Vec<(String, Sheet)>, CatalogueError> {
    let parse = |(name, text): &(&str, &str)| match toml::from_str(text) {
        Ok(sheet) => Ok(((*name).to_owned(), sheet)),
        Err(error) => Err(CatalogueError {
            sheet: (*name).to_owned(),
            message: error.to_string(),
        }),
    };
    SHEETS.par_iter().map(parse).collect()
}

impl Catalogue {
    /// Joins sheets.
    ///
    /// # Errors
    /// A path, type or receiver that no sheet defines.
    pub fn join(sheets: Vec<(String, Sheet)>) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::default();
        for (_, sheet) in &sheets {
            catalogue.add_families(sheet);
        }
        for (index, (name, sheet)) in sheets.iter().enumerate() {
            catalogue
                .declare(SheetId(index as u32), sheet)
                .map_err(|message| CatalogueError {
                    sheet: name.clone(),
                    message,
                })?;
        }
        for (index, (name, sheet)) in sheets.into_iter().enumerate() {
            catalogue
                .define(SheetId(index as u32), &name, sheet)
                .map_err(|message| CatalogueError {
                    sheet: name,
                    message,
                })?;
        }
        Ok(catalogue)
    }

    fn add_families(&mut self, sheet: &Sheet) {
        self.add_reexports(&sheet.reexports);
        if let Some(first) = sheet.crates.first() {
            for name in &sheet.crates {
                let family = self.crates.entry(name.clone());
                family.or_insert_with(|| Name::from(first));
            }
        }
    }

    /// Ids for all names, so that types may refer to each other.
    fn declare(&mut self, id: SheetId, sheet: &Sheet) -> Result<(), String> {
        let is_std = sheet.crates.first().is_some_and(|name| name == "std");
        for entry in &sheet.types {
            let meaning = PathMeaning::Type(ExtId(self.types.len() as u32));
            self.bind(&entry.path, &entry.also, meaning, is_std)?;
            self.types.push(ExtType {
                path: self.canonical(&entry.path),
                sheet: id,
                params: names(&entry.params),
                role: entry.role,
                deref: None,
                database: entry.database,
                implements: Vec::new(),
                fields: Vec::new(),
            });
        }
        for entry in &sheet.aliases {
            self.bind(
                &entry.path,
                &entry.also,
                PathMeaning::Alias(self.aliases.len()),
                is_std,
            )?;
            self.aliases.push(ExtAlias {
                params: names(&entry.params),
                ty: Ty::Unknown,
            });
        }
        for entry in &sheet.traits {
            self.bind(
                &entry.path,
                &entry.also,
                PathMeaning::Trait(TraitExtId(self.traits.len() as u32)),
                is_std,
            )?;
            let path = self.canonical(&entry.path);
            self.traits.push(ExtTrait {
                path,
                sheet: id,
                role: entry.role,
                supers: Vec::new(),
                database: entry.database,
                runs_alone: entry.runs_alone,
                derefs: entry.derefs,
            });
        }
        Ok(())
    }

    fn bind(
        &mut self,
        path: &str,
        also: &[String],
        meaning: PathMeaning,
        is_std: bool,
    ) -> Result<(), String> {
        for path in std::iter::once(path).chain(also.iter().map(String::as_str)) {
            let path = self.canonical(path);
            if self
                .paths
                .insert(path.to_string(), meaning)
                .is_some_and(|before| before != meaning)
            {
                return Err(format!("`{path}` is defined twice"));
            }
            if is_std && let Some((_, last)) = path.rsplit_once("::") {
                self.std_names.entry(Name::from(last)).or_insert(path);
            }
        }
        Ok(())
    }

    /// Everything the names mean.
    fn define(&mut self, id: SheetId, name: &str, sheet: Sheet) -> Result<(), String> {
        for entry in &sheet.types {
            self.define_type(entry)?;
        }
        for entry in &sheet.aliases {
            self.define_alias(entry)?;
        }
        for entry in &sheet.traits {
            let Some(PathMeaning::Trait(of)) = self.path(&entry.path) else {
                continue;
            };
            let supers = self.trait_ids(&entry.supers)?;
            self.traits[of.0 as usize].supers = supers;
        }
        for entry in sheet.fns {
            self.define_fn(id, &entry)?;
        }
        for entry in sheet.methods {
            self.define_methods(id, &entry)?;
        }
        let told = &sheet.behaviour;
        let (server, client) = (names(&told.server_errors), names(&told.client_errors));
        self.errors
            .extend(client.into_iter().map(|name| (name, false)));
        self.errors
            .extend(server.into_iter().map(|name| (name, true)));
        self.clients.push(Client {
            name: sheet
                .packages
                .first()
                .cloned()
                .unwrap_or_else(|| name.to_owned()),
            packages: sheet.packages,
            library: sheet.library.as_deref().map(Name::from),
            reexports: sheet.reexports,
            databases: sheet.databases,
            drivers: sheet.drivers,
            behaviour: sheet.behaviour,
            handlers: sheet.handlers,
        });
        Ok(())
    }

    fn define_type(&mut self, entry: &TypeEntry) -> Result<(), String> {
        let Some(PathMeaning::Type(id)) = self.path(&entry.path) else {
            return Ok(());
        };
        let deref = entry
            .deref
            .as_deref()
            .map(|text| self.parse_ty(text))
            .transpose()?;
        let implements = self.trait_ids(&entry.implements)?;
        let fields = entry.fields.iter();
        let fields = fields
            .map(|(name, ty)| Ok((Name::from(name), self.parse_ty(ty)?)))
            .collect::<Result<_, String>>()?;
        let ty = &mut self.types[id.0 as usize];
        (ty.deref, ty.implements, ty.fields) = (deref, implements, fields);
        Ok(())
    }

    fn define_alias(&mut self, entry: &AliasEntry) -> Result<(), String> {
        let Some(PathMeaning::Alias(index)) = self.path(&entry.path) else {
            return Ok(());
        };
        self.aliases[index].ty = self.parse_ty(&entry.is)?;
        Ok(())
    }

    fn trait_ids(&self, paths: &[String]) -> Result<Vec<TraitExtId>, String> {
        let find = |path: &String| match self.path(path) {
            Some(PathMeaning::Trait(id)) => Ok(id),
            _ => Err(format!("`{path}` is not a trait of the catalogue")),
        };
        paths.iter().map(find).collect()
    }

    fn define_fn(&mut self, sheet: SheetId, entry: &CallEntry) -> Result<(), String> {
        let path = entry.path.as_deref().ok_or("a `[[fn]]` without `path`")?;
        let last = path
            .rsplit("::")
            .next()
            .unwrap_or(path)
            .trim_end_matches('!');
        let id = self.add_call(sheet, last, entry)?;
        let is_std = self.canonical(path).starts_with("std::");
        for path in std::iter::once(path).chain(entry.also.iter().map(String::as_str)) {
            let path = self.canonical(path);
            let (path, calls) = match path.strip_suffix('!') {
                Some(path) => {
                    let last = path.rsplit("::").next().unwrap_or(path);
                    self.macro_names.insert(Name::from(last));
                    (Name::from(path), &mut self.macros)
                }
                None => (path, &mut self.fns),
            };
            calls.entry(path.to_string()).or_default().push(id);
            if is_std && let Some((_, last)) = path.rsplit_once("::") {
                self.std_names.entry(Name::from(last)).or_insert(path);
            }
        }
        Ok(())
    }

    fn define_methods(&mut self, sheet: SheetId, entry: &CallEntry) -> Result<(), String> {
        let on = entry.on.as_deref().ok_or("a `[[method]]` without `on`")?;
        let meaning = if on == "*" {
            None
        } else {
            Some(
                self.path(on)
                    .ok_or_else(|| format!("`{on}` is not in the catalogue"))?,
            )
        };
        for name in &entry.names {
            let id = self.add_call(sheet, name, entry)?;
            let name = Name::from(name);
            match meaning {
                None => self.on_any.entry(name).or_default().push(id),
                Some(PathMeaning::Type(ty)) => self.on_type.entry((ty, name)).or_default().push(id),
                Some(PathMeaning::Trait(of)) => match Like::new(&name, id) {
                    Some(like) => self.like.entry(of).or_default().push(like),
                    None => self.on_trait.entry((of, name)).or_default().push(id),
                },
                Some(PathMeaning::Alias(_)) => {
                    return Err(format!("`{on}` is an alias: name the type"));
                }
            }
        }
        Ok(())
    }

    fn add_call(
        &mut self,
        sheet: SheetId,
        name: &str,
        entry: &CallEntry,
    ) -> Result<CallId, String> {
        let version = |text: &Option<String>| text.as_deref().map(parse_version).transpose();
        let call = ExtCall {
            name: Name::from(name),
            sheet,
            effect: entry.effect,
            is_method: entry.on.is_some(),
            handle: entry.handle,
            sql: entry.sql,
            multi: entry.multi,
            returns: entry
                .returns
                .as_deref()
                .map(|text| self.parse_ty(text))
                .transpose()?
                .unwrap_or_default(),
            is_async: entry.is_async,
            same_as: entry.same_as,
            closure: entry.closure,
            closure_params: entry
                .closure_params
                .iter()
                .map(|text| self.parse_ty(text))
                .collect::<Result<_, _>>()?,
            arg: entry.arg,
            value: entry.value.as_deref().map(Name::from),
            given: entry.given.clone(),
            since: version(&entry.since)?,
            until: version(&entry.until)?,
        };
        self.calls.push(call);
        Ok(CallId(self.calls.len() as u32 - 1))
    }

    /// A type as sheets write it.
    fn parse_ty(&self, text: &str) -> Result<Ty, String> {
        let written =
            crate::lower::type_ref(text).ok_or_else(|| format!("`{text}` is not a type"))?;
        Ok(self.ty_of(&written))
    }

    fn ty_of(&self, written: &TypeRef) -> Ty {
        let all = |types: &[TypeRef]| -> Args { types.iter().map(|ty| self.ty_of(ty)).collect() };
        match written {
            TypeRef::Path(path) => self.ty_of_path(path, &all),
            TypeRef::Ref(inner, mutable) => Ty::Ref(self.ty_of(inner).into(), *mutable),
            TypeRef::Tuple(types) => Ty::Tuple(all(types)),
            TypeRef::Slice(inner) => Ty::Slice(self.ty_of(inner).into()),
            TypeRef::Fn(params, ret) => Ty::FnPointer(all(params), self.ty_of(ret).into()),
            TypeRef::Never => Ty::Never,
            _ => Ty::Unknown,
        }
    }

    fn ty_of_path(&self, path: &PathRef, all: &dyn Fn(&[TypeRef]) -> Args) -> Ty {
        let joined = path
            .segments
            .iter()
            .map(|segment| segment.name.as_str())
            .collect::<Vec<_>>()
            .join("::");
        let args = path
            .segments
            .last()
            .map(|segment| all(&segment.args))
            .unwrap_or_default();
        let meaning = self
            .path(&joined)
            .or_else(|| self.path(&self.std_path(Name::from(&joined))?));
        match meaning {
            Some(PathMeaning::Type(id)) => Ty::Ext(id, args),
            Some(PathMeaning::Alias(index)) => {
                let alias = &self.aliases[index];
                let subst = alias
                    .params
                    .iter()
                    .copied()
                    .zip(args.iter().cloned())
                    .collect::<FxHashMap<_, _>>();
                alias.ty.subst(&subst)
            }
            Some(PathMeaning::Trait(_)) => Ty::Unknown,
            None if path.segments.len() == 1 => Ty::Param(Name::from(&joined)),
            None => Ty::Foreign(Name::from(&joined), args),
        }
    }
}

fn names(names: &[String]) -> Vec<Name> {
    names.iter().map(|name| Name::from(name)).collect()
}

/// `0.8` and `0.8.4` alike.
fn parse_version(text: &str) -> Result<semver::Version, String> {
    let dots = text.matches('.').count();
    let padded = format!("{text}{}", [".0.0", ".0", ""].get(dots).unwrap_or(&""));
    semver::Version::parse(&padded).map_err(|error| format!("`{text}` is not a version: {error}"))
}
