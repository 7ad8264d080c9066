//! SQL text that values carry from the functions that make them to those that send it: in fields, and as prepared statements.

use super::canon::bases;
use super::{Canon, Program, Summary};
use crate::body::{Arg, HeldText};
use crate::infer::{Place, Root, Val};
use crate::ir::Name;
use crate::sql::SqlText;

/// Values in values are followed this deep.
const MAX_DEPTH: usize = 6;
/// Fields of one function's value beyond this are not told.
const MAX_TEXTS: usize = 24;

/// What a value holds as SQL text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// One of these.
    Known(Vec<SqlText>),
    /// What this place holds.
    Of(Place),
}

impl Program<'_> {
    /// The text that a callee's parameter, or a field of it, holds at a call: none where it may be several or isn't told.
    pub(super) fn text_at_call(
        &self,
        canon: &Canon<'_>,
        param: &Place,
        args: &[Arg],
    ) -> Option<Text> {
        let Root::Param(index) = param.root else {
            return None;
        };
        let arg = args.iter().find(|arg| arg.param == index)?;
        if param.path.is_none() && !arg.texts.is_empty() {
            return Some(Text::Known(arg.texts.clone()));
        }
        let given = arg.val.map(|base| Val::One(param.rebased(base)));
        self.only_text(canon, &given)
    }

    /// The text that a value holds, if all that it may stand for hold the same.
    fn only_text(&self, canon: &Canon<'_>, val: &Val) -> Option<Text> {
        let mut found = Vec::new();
        for place in val.places() {
            self.texts_of(canon, place, 0, &mut found)?;
        }
        let only = found.pop()?;
        found.iter().all(|other| *other == only).then_some(only)
    }

    /// The texts that a place may hold; none where some of them aren't told.
    fn texts_of(
        &self,
        canon: &Canon<'_>,
        place: &Place,
        depth: usize,
        found: &mut Vec<Text>,
    ) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        for known in canon.places(self, place) {
            match known.root {
                Root::Param(_) => found.push(Text::Of(known)),
                Root::Static(value) if known.path.is_none() => {
                    found.push(Text::Known(vec![self.types.const_text(value)?]));
                }
                Root::Site(site) => match known.fields() {
                    [] if canon.text(site, None).is_some() => {
                        self.held(canon, canon.text(site, None)?, depth, found)?;
                    }
                    [field] if canon.text(site, Some(*field)).is_some() => {
                        self.held(canon, canon.text(site, Some(*field))?, depth, found)?;
                    }
                    _ => self.handed_back(canon, &known, depth, found)?,
                },
                _ => return None,
            }
        }
        Some(())
    }

    fn held(
        &self,
        canon: &Canon<'_>,
        text: &HeldText,
        depth: usize,
        found: &mut Vec<Text>,
    ) -> Option<()> {
        if !text.texts.is_empty() {
            found.push(Text::Known(text.texts.clone()));
            return Some(());
        }
        for base in text.val.places() {
            self.texts_of(canon, base, depth + 1, found)?;
        }
        Some(())
    }

    /// What the call that made a place put there.
    fn handed_back(
        &self,
        canon: &Canon<'_>,
        place: &Place,
        depth: usize,
        found: &mut Vec<Text>,
    ) -> Option<()> {
        let Root::Site(site) = place.root else {
            return None;
        };
        let (fns, args) = canon.call(site)?;
        for summary in fns.iter().map(|id| self.of_fn(*id)) {
            let mut texts = summary?.texts.iter();
            let (_, text) = texts.find(|(path, _)| path.as_slice() == place.fields())?;
            match text {
                Text::Known(_) => found.push(text.clone()),
                Text::Of(known) => {
                    for base in bases(known, args) {
                        self.texts_of(canon, &base, depth + 1, found)?;
                    }
                }
            }
        }
        Some(())
    }

    /// Adds the texts that a returned value holds.
    pub(super) fn add_texts(&self, summary: &mut Summary, canon: &Canon<'_>, val: &Val) {
        let made = canon.val(self, val);
        let mut paths = Vec::new();
        for place in made.places() {
            self.paths_below(canon, place, 0, &[], &mut paths);
        }
        paths.sort();
        paths.dedup();
        for path in paths.into_iter().take(MAX_TEXTS) {
            let below = |place: &Place| path.iter().fold(place.clone(), |at, name| at.field(*name));
            let all = made.map(|place| Val::One(below(place)));
            let text = self.only_text(canon, &all);
            summary.texts.extend(text.map(|text| (path, text)));
        }
    }

    /// Fields that lead to a text in something made here.
    fn paths_below(
        &self,
        canon: &Canon<'_>,
        place: &Place,
        depth: usize,
        before: &[Name],
        found: &mut Vec<Vec<Name>>,
    ) {
        let Root::Site(site) = place.root else {
            return;
        };
        let after = |path: &[Name]| [before, path].concat();
        if let Some((fns, _)) = canon.call(site) {
            let summaries = fns.iter().filter_map(|id| self.of_fn(*id));
            let texts = summaries.flat_map(|summary| &summary.texts);
            let below = texts.filter_map(|(path, _)| path.strip_prefix(place.fields()));
            found.extend(below.map(after));
        }
        if place.path.is_some() || depth > MAX_DEPTH {
            return;
        }
        found.extend(canon.texts_in(site).map(|field| match field {
            Some(field) => after(&[field]),
            None => after(&[]),
        }));
        for (field, val) in canon.fields(site) {
            for inner in val.places() {
                self.paths_below(canon, inner, depth + 1, &after(&[field]), found);
            }
        }
    }
}
