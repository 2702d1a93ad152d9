//! Which modules of a crate import each other in a circle, read from the sources.
//!
//! Modules that stand beside each other are compared, each with everything that is in it: what a folder
//! imports counts for the folder. A module and those in it belong together, and so do files of one folder
//! that have no folders of their own. A name that came into a module by an import leads on to where it came
//! from. Unit tests may import what they like.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A module's path in its crate, or that of something in it.
type Names = Vec<String>;

/// Most imports of imports that are followed; a name that leads back to itself ends here.
const MOST_STEPS: u8 = 8;

/// A circle: the module that it is in, and the names of those that import each other.
pub type Circle = (String, Vec<String>);

/// The circles in the crate whose sources lie in that folder.
pub fn circles_in(folder: &Path) -> Vec<Circle> {
    let mut files: BTreeMap<Names, String> = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.expect("a folder that can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let inner = path.strip_prefix(folder).expect("below the folder").with_extension("");
                let mut module: Names =
                    inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                module.pop_if(|last| ["lib", "main", "mod"].contains(&last.as_str()));
                let text = fs::read_to_string(&path).expect("a source");
                files.entry(module).or_default().push_str(&text);
            }
        }
    }
    circles(files)
}

fn circles(files: BTreeMap<Names, String>) -> Vec<Circle> {
    let krate = Crate::read(files);
    let mut beside: BTreeMap<&[String], BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    for (module, imports) in &krate.modules {
        for target in imports.iter().flat_map(|path| krate.targets(module, path, 0)) {
            let shared = module.iter().zip(&target).take_while(|(a, b)| a == b).count();
            if let (Some(from), Some(to)) = (module.get(shared), target.get(shared)) {
                let there = beside.entry(&module[..shared]).or_default();
                there.entry(from).or_default().insert(to.clone());
            }
        }
    }
    let mut out = BTreeSet::new();
    for (parent, imports) in &beside {
        let is_folder = |name: &&str| {
            let inside = |module: &Names| {
                module.len() > parent.len() + 1
                    && module.starts_with(parent)
                    && module[parent.len()] == **name
            };
            krate.modules.keys().any(inside)
        };
        for name in imports.keys() {
            let circle: Vec<&str> = reached(imports, name)
                .into_iter()
                .filter(|other| reached(imports, other).contains(name))
                .collect();
            if circle.len() > 1 && circle.iter().any(is_folder) {
                out.insert((parent.join("::"), circle.into_iter().map(String::from).collect()));
            }
        }
    }
    out.into_iter().collect()
}

/// Everything that `from` imports, and what that imports.
fn reached<'i>(imports: &'i BTreeMap<&str, BTreeSet<String>>, from: &'i str) -> BTreeSet<&'i str> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(name) = next.pop() {
        let imported = imports.get(name).into_iter().flatten().map(String::as_str);
        next.extend(imported.filter(|name| seen.insert(*name)));
    }
    seen
}

struct Crate {
    /// The paths that each module names; tests are left out.
    modules: BTreeMap<Names, Vec<Names>>,
    /// What an imported name stands for in a module.
    known_as: BTreeMap<(Names, String), Names>,
}

impl Crate {
    fn read(files: BTreeMap<Names, String>) -> Self {
        let (mut modules, mut known_as) = (BTreeMap::new(), BTreeMap::new());
        let mut tests = Vec::new();
        for (module, text) in files {
            let words = words(&text);
            let (code, inner) = without_tests(&words);
            tests.extend(inner.into_iter().map(|name| child(&module, name)));
            let mut paths = Vec::new();
            for (path, name) in imports(code) {
                known_as.insert((module.clone(), name), path.clone());
                paths.push(path);
            }
            modules.insert(module, paths);
        }
        modules.retain(|module: &Names, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { modules, known_as }
    }

    /// The modules to which a path leads that `module` names: the one that it names, and where that one has
    /// the name from. None outside the crate.
    fn targets(&self, module: &[String], path: &[String], steps: u8) -> Vec<Names> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let base = match path.first().map(String::as_str) {
            Some("crate") => &[],
            Some("super") => &module[..module.len().saturating_sub(ups)],
            Some("self") => module,
            Some(first) if self.modules.contains_key(&child(module, first)) => module,
            _ => return Vec::new(),
        };
        let names = path.iter().filter(|name| !["crate", "super", "self"].contains(&name.as_str()));
        let whole: Names = base.iter().chain(names).cloned().collect();
        let known = (0..=whole.len()).rev().find(|at| self.modules.contains_key(&whole[..*at]));
        let Some((found, rest)) = known.map(|at| whole.split_at(at)) else { return Vec::new() };
        let mut out = vec![found.to_vec()];
        if let Some((name, rest)) = rest.split_first()
            && let Some(origin) = self.known_as.get(&(found.to_vec(), name.clone()))
            && steps < MOST_STEPS
        {
            out.extend(self.targets(found, &[origin, rest].concat(), steps + 1));
        }
        out
    }
}

fn child(module: &[String], name: &str) -> Names {
    [module, &[name.to_owned()]].concat()
}

/// Words, `::` and single signs, without comments.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for line in text.lines() {
        let mut rest = line.split("//").next().unwrap_or_default().trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !is_letter(c)).unwrap_or(rest.len());
            let length = if rest.starts_with("::") { 2 } else { word.max(first.len_utf8()) };
            let (one, others) = rest.split_at(length);
            out.push(one);
            rest = others.trim_start();
        }
    }
    out
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Words that tell what an item is.
const ITEMS: [&str; 9] = ["mod", "fn", "use", "impl", "const", "static", "struct", "enum", "type"];

/// The code before the unit tests at its end, and the modules that are there for tests alone.
fn without_tests<'w, 't>(words: &'w [&'t str]) -> (&'w [&'t str], Vec<&'t str>) {
    let mut alone = Vec::new();
    for (at, _) in words.windows(7).enumerate().filter(|(_, w)| w.concat() == "#[cfg(test)]") {
        let item = &words[at + 7..];
        let is_item = |word: &&str| ITEMS.contains(word);
        let Some(keyword) = item.iter().position(is_item) else {
            continue;
        };
        match &item[keyword..] {
            ["mod", name, ";", ..] => alone.push(*name),
            ["mod", _, "{", ..] => return (&words[..at], alone),
            _ => {}
        }
    }
    (words, alone)
}

/// Every path that is imported or begins at the crate or a module above, and the name it is known by.
fn imports(words: &[&str]) -> Vec<(Names, String)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let begins = ["crate", "super"].contains(word) && (at == 0 || words[at - 1] != "::");
        if *word == "use" {
            at = tree(words, at + 1, &[], &mut out);
        } else if begins {
            let mut paths = Vec::new();
            at = tree(words, at, &[], &mut paths);
            // No import: nothing is known by a name.
            out.extend(paths.into_iter().map(|(path, _)| (path, String::new())));
        } else {
            at += 1;
        }
    }
    out
}

/// The paths of the tree that begins at `at`; returns where it ends.
fn tree(words: &[&str], mut at: usize, before: &[String], out: &mut Vec<(Names, String)>) -> usize {
    let mut path = before.to_vec();
    while let Some(word) = words.get(at) {
        at += 1;
        if *word == "{" {
            while words.get(at).is_some_and(|word| *word != "}") {
                at = if words[at] == "," { at + 1 } else { tree(words, at, &path, out) };
            }
            return at + 1;
        }
        if !word.starts_with(is_letter) {
            break;
        }
        path.push((*word).to_owned());
        match words.get(at) {
            Some(&"::") => at += 1,
            Some(&"as") => {
                let name = words.get(at + 1).copied().unwrap_or_default();
                out.push((path, name.to_owned()));
                return at + 2;
            }
            _ => {
                let name = path.iter().rfind(|name| *name != "self").cloned();
                out.push((path, name.unwrap_or_default()));
                return at;
            }
        }
    }
    out.push((path, String::new()));
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_seen() {
        let ab = Some(("", ["a", "b"].as_slice()));
        let abc = Some(("m", ["a", "b", "c"].as_slice()));
        for (what, files, circle) in [
            ("one way", vec![("a", "use crate::b::x::Y;"), ("b::x", "")], None),
            (
                "through a folder",
                vec![("a", "use crate::b::x::Y;"), ("b::x", ""), ("b::z", "use crate::a;")],
                ab,
            ),
            (
                "in a tree, and without an import",
                vec![
                    ("a", "use crate::{c::E, b::{self, x::{Y as Z, W}}};"),
                    ("b", "fn f() -> crate::a::T {}"),
                    ("b::x", ""),
                    ("c", ""),
                ],
                ab,
            ),
            (
                "under a name of the root",
                vec![
                    ("", "pub use a::{S, T as U};"),
                    ("a", "use super::b::V;"),
                    ("b", "use crate::U;"),
                    ("b::x", ""),
                ],
                ab,
            ),
            (
                "three inside a module",
                vec![
                    ("m::a", "use super::b::T;"),
                    ("m::b", "use super::c::T;"),
                    ("m::c", "use crate::m::a::x::T;"),
                    ("m::a::x", "use super::super::c::*;"),
                ],
                abc,
            ),
            ("parent and child", vec![("a", "use x::T;"), ("a::x", "use super::U;")], None),
            ("files of one folder", vec![("a", "use crate::b;"), ("b", "use crate::a;")], None),
            ("another crate", vec![("a", "use crate::b;"), ("b", "use a::T;"), ("b::x", "")], None),
            (
                "words alone",
                vec![
                    ("a", "use crate::b; // too"),
                    ("b", "//! [`crate::a`]\npub(crate) fn f() {}"),
                ],
                None,
            ),
            (
                "tests",
                vec![
                    ("a", "use crate::b;"),
                    (
                        "b",
                        "#[cfg(test)]\nmod t;\nfn f() {}\n#[cfg(test)]\nmod tests { use crate::a; }",
                    ),
                    ("b::t", "use crate::a;"),
                ],
                None,
            ),
            (
                "after a module for tests",
                vec![
                    ("a", "use crate::b;"),
                    ("b", "#[cfg(test)]\nmod t;\nuse crate::a;"),
                    ("b::x", ""),
                ],
                ab,
            ),
        ] {
            let mut crate_files: BTreeMap<Names, String> = BTreeMap::new();
            for (module, text) in files {
                let names: Names =
                    module.split("::").filter(|name| !name.is_empty()).map(Into::into).collect();
                // A folder has its module's file, if only to say what is in it.
                (0..names.len()).for_each(|at| {
                    crate_files.entry(names[..at].to_vec()).or_default();
                });
                crate_files.entry(names).or_default().push_str(text);
            }
            let expected = circle.map(|(module, names)| {
                (module.to_owned(), names.iter().map(ToString::to_string).collect::<Vec<_>>())
            });
            assert_eq!(circles(crate_files), Vec::from_iter(expected), "{what}");
        }
    }
}
