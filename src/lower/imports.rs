//! `use` trees, flattened to one entry an imported name.

use syn::UseTree;

use super::Lower;
use super::items::visibility;
use crate::ir::{Import, ImportAs, Item, ItemKind, Name};

/// What all names of one `use` share.
struct Tree {
    imports: Vec<Import>,
    is_pub: bool,
    cfg_test: bool,
}

impl Lower<'_> {
    pub(super) fn import(&mut self, item: &syn::ItemUse) -> Item {
        let cfg_test = self.places.attrs(&item.attrs).cfg_test;
        let mut tree = Tree {
            imports: Vec::new(),
            is_pub: visibility(&item.vis).is_some(),
            cfg_test,
        };
        let mut prefix = Vec::new();
        prefix.extend(item.leading_colon.map(|_| Name::from("")));
        self.flatten(&item.tree, &mut prefix, &mut tree);
        tree.imports.shrink_to_fit();
        let tokens = [visibility(&item.vis), Some(item.use_token.span)];
        let end = self.places.end(item.semi_token.span);
        let name = (Name::from(""), self.places.range(item.use_token.span));
        self.whole(
            name,
            (&item.attrs, &tokens, end),
            ItemKind::Use(tree.imports),
        )
    }

    fn flatten(&self, tree: &UseTree, prefix: &mut Vec<Name>, into: &mut Tree) {
        match tree {
            UseTree::Path(tree) => {
                prefix.push(self.places.name(&tree.ident));
                self.flatten(&tree.tree, prefix, into);
                prefix.pop();
            }
            UseTree::Name(tree) => {
                let path = join(prefix, self.places.name(&tree.ident));
                let alias = path.last().copied().unwrap_or_default();
                into.add(path, ImportAs::Name(alias));
            }
            UseTree::Rename(tree) => {
                let alias = match self.places.name(&tree.rename) {
                    name if name == "_" => ImportAs::Underscore,
                    name => ImportAs::Name(name),
                };
                into.add(join(prefix, self.places.name(&tree.ident)), alias);
            }
            UseTree::Glob(_) => into.add(prefix.clone(), ImportAs::Glob),
            UseTree::Group(tree) => {
                for tree in &tree.items {
                    self.flatten(tree, prefix, into);
                }
            }
        }
    }
}

impl Tree {
    fn add(&mut self, path: Vec<Name>, alias: ImportAs) {
        self.imports.push(Import {
            path,
            alias,
            is_pub: self.is_pub,
            cfg_test: self.cfg_test,
        });
    }
}

/// `a::{self}` imports `a`.
fn join(prefix: &[Name], name: Name) -> Vec<Name> {
    let mut path = Vec::with_capacity(prefix.len() + 1);
    path.extend_from_slice(prefix);
    if name != "self" || path.iter().all(Name::is_empty) {
        path.push(name);
    }
    path
}
