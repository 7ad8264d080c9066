//! `[[model]]` to a catalogue sheet. Each entry has one key that says what it is, the rest are the catalogue's own keys:
//! `type` (with `role`, `deref`, `params`…), `alias` (with `is`), `trait` (with `role`), `fn` and `method` (with `effect`, `returns`…).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::{Spanned, Table, Value};

use super::read::{File, reword};
use super::unmatched::Modelled;
use crate::catalogue::{Behaviour, Sheet};
use crate::error::Error;

/// One entry, as written.
pub(super) type Model = HashMap<Spanned<String>, Value>;

const KINDS: [&str; 5] = ["type", "alias", "trait", "fn", "method"];

/// The entries of one file as sheets that count for every package, one for each crate that they are about.
pub(super) fn sheets(
    models: &[Spanned<Model>],
    file: &File,
    modelled: &mut Vec<Modelled>,
) -> Result<Vec<Sheet>, Error> {
    let mut sheets: BTreeMap<&str, Sheet> = BTreeMap::new();
    for model in models {
        let entry = Entry::new(model, file)?;
        modelled.push(entry.modelled());
        let about = entry.path.split("::").next().unwrap_or_default();
        let sheet = sheets.entry(about).or_insert_with(|| empty(about));
        match entry.kind.get_ref().as_str() {
            "type" => sheet.types.push(entry.read()?),
            "alias" => sheet.aliases.push(entry.read()?),
            "trait" => sheet.traits.push(entry.read()?),
            "fn" => sheet.fns.push(entry.read()?),
            _ => sheet.methods.push(entry.read()?),
        }
    }
    Ok(sheets.into_values().collect())
}

fn empty(about: &str) -> Sheet {
    Sheet {
        packages: Vec::new(),
        library: None,
        crates: vec![about.to_owned()],
        reexports: Vec::new(),
        databases: Vec::new(),
        drivers: Vec::new(),
        behaviour: Behaviour::default(),
        types: Vec::new(),
        aliases: Vec::new(),
        traits: Vec::new(),
        fns: Vec::new(),
        methods: Vec::new(),
        handlers: Vec::new(),
    }
}

/// One entry: the key that says what it is, the path under that key, and all the rest.
struct Entry<'a> {
    kind: &'a Spanned<String>,
    path: &'a str,
    model: &'a Model,
    file: &'a File<'a>,
}

impl<'a> Entry<'a> {
    fn new(model: &'a Spanned<Model>, file: &'a File<'a>) -> Result<Self, Error> {
        let keys = model.get_ref().iter();
        let mut kinds: Vec<_> = keys
            .filter(|(key, _)| KINDS.contains(&key.get_ref().as_str()))
            .collect();
        kinds.sort_by_key(|(key, _)| key.span().start);
        let [(kind, value)] = kinds[..] else {
            let span = kinds
                .get(1)
                .map_or_else(|| first_key(model), |(key, _)| key.span());
            let message =
                "a model has exactly one of the keys `type`, `alias`, `trait`, `fn`, `method`";
            return Err(file.place(Error::new(message), span));
        };
        let is_path =
            |text: &&str| text.contains("::") && text.split("::").all(|part| !part.is_empty());
        let Some(path) = value.as_str().filter(is_path) else {
            let message = format!("`{}` is a path such as `my_crate::Name`", kind.get_ref());
            return Err(file.place(Error::new(message), kind.span()));
        };
        Ok(Self {
            kind,
            path,
            model: model.get_ref(),
            file,
        })
    }

    fn modelled(&self) -> Modelled {
        let at = self.file.place(Error::default(), self.kind.span());
        Modelled {
            path: self.path.to_owned(),
            place: at.place,
        }
    }

    /// In the catalogue's own form.
    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let rest = self.model.iter().filter(|(key, _)| *key != self.kind);
        let mut table: Table = rest
            .map(|(key, value)| (key.get_ref().clone(), value.clone()))
            .collect();
        for (key, value) in self.own_keys() {
            if table.insert(key.to_owned(), value).is_some() {
                return Err(self.error(&format!("unknown field `{key}`")));
            }
        }
        T::deserialize(table).map_err(|error| self.error(error.message()))
    }

    /// `my_crate::Db::run` is the method `run` on `my_crate::Db`.
    fn own_keys(&self) -> Vec<(&'static str, Value)> {
        match self
            .path
            .rsplit_once("::")
            .filter(|_| self.kind.get_ref() == "method")
        {
            Some((on, name)) => vec![("on", Value::from(on)), ("names", Value::from(vec![name]))],
            None => vec![("path", Value::from(self.path))],
        }
    }

    /// At the key that the message speaks of, else at the entry's kind.
    fn error(&self, message: &str) -> Error {
        let (message, help) = reword(message);
        let speaks_of = |key: &&Spanned<String>| message.contains(&format!("`{}`", key.get_ref()));
        let values = |(key, value): (&'a Spanned<String>, &Value)| {
            value
                .as_str()
                .is_some_and(|text| message.contains(&format!("`{text}`")))
                .then_some(key)
        };
        let key = self
            .model
            .keys()
            .find(speaks_of)
            .or_else(|| self.model.iter().find_map(values));
        let span = key.unwrap_or(self.kind).span();
        self.file.place(
            Error {
                message,
                help,
                place: None,
            },
            span,
        )
    }
}

fn first_key(model: &Spanned<Model>) -> Range<usize> {
    let spans = model.get_ref().keys().map(Spanned::span);
    spans
        .min_by_key(|span| span.start)
        .unwrap_or_else(|| model.span())
}
