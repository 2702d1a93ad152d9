//! What later revisions changed, seen from a signed one.
//!
//! The signed document and the newest one are walked side by side from the catalog. Every place of the
//! document has a role, and only some roles may differ: proof that was added (DSS), further signatures,
//! fields that were filled in. An object that several places share is compared in the role of each, so that
//! a harmless place lends nothing to a page: a stream that a signed page already named, and that a later
//! revision writes as "a certificate", is a changed page. What was written and is reached by no walk is told
//! too.

mod form;

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

pub(super) use form::is_locked;

use super::{
    change::Change,
    field::{self, catalog, text},
    file::{File, Place},
    object::{Dictionary, Flaw, Id, Object, Stream},
    stream::unpacked,
};

/// Deepest page tree.
const MAX_DEPTH: usize = 64;
/// Most changes that are listed.
const MAX_CHANGES: usize = 40;

/// What is known of the signatures that later revisions brought, by where their dictionaries lie.
pub(super) type Known = HashMap<Place, Later>;

/// A later signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Later {
    Sound,
    SoundTimeStamp,
    Broken,
}

/// Compares revision `old` with revision `new`.
///
/// # Errors
/// What can be read in two ways; what cannot be read at all is a change.
pub(super) fn between(
    file: &File<'_>,
    old: usize,
    new: usize,
    known: &Known,
) -> Result<Vec<Change>, Flaw> {
    let mut walk = Walk {
        file,
        old,
        new,
        known,
        apart: HashSet::new(),
        same: HashSet::new(),
        touched: HashSet::new(),
        widgets: HashSet::new(),
        page: 0,
        changes: Vec::new(),
    };
    match walk.document() {
        Ok(()) => {}
        Err(flaw @ (Flaw::Ambiguous | Flaw::DuplicateKey)) => return Err(flaw),
        Err(Flaw::Syntax | Flaw::Limit | Flaw::Filter) => walk.add(Change::Unreadable),
    }
    Ok(walk.changes)
}

struct Walk<'a, 'f> {
    file: &'a File<'f>,
    old: usize,
    new: usize,
    known: &'a Known,
    /// Pages, fields and the catalog: compared in their own role, and by number wherever else they are named.
    apart: HashSet<u32>,
    /// References that were compared and are the same.
    same: HashSet<Id>,
    /// Objects of the newest revision that some role explains.
    touched: HashSet<u32>,
    /// Widgets of further signatures.
    widgets: HashSet<u32>,
    page: usize,
    changes: Vec<Change>,
}

/// A dictionary's value in both documents.
type Pair = (Rc<Object>, Rc<Object>);

impl Walk<'_, '_> {
    fn add(&mut self, change: Change) {
        if self.changes.len() < MAX_CHANGES && !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    fn document(&mut self) -> Result<(), Flaw> {
        let (old_id, old) = catalog(self.file, self.old)?;
        let (new_id, new) = catalog(self.file, self.new)?;
        if old_id != new_id {
            self.add(Change::Catalog("Root".into()));
            return Ok(());
        }
        self.apart.insert(old_id.number);
        self.touched.insert(old_id.number);
        let (Some(old), Some(new)) = (old.dictionary(), new.dictionary()) else {
            return Err(Flaw::Syntax);
        };
        let old_fields = field::fields(self.file, self.old)?;
        let new_fields = field::fields(self.file, self.new)?;
        for revision in [self.old, self.new] {
            let root = if revision == self.old { old } else { new };
            self.collect_pages(root.get(b"Pages"), revision, 0)?;
        }
        self.apart.extend(old_fields.iter().chain(&new_fields).map(|field| field.id.number));
        // Fields come before pages: pages show the widgets of further signatures.
        self.form(old, new, &old_fields, &new_fields)?;
        self.pages(old.get(b"Pages"), new.get(b"Pages"), 0)?;
        for key in keys(old, new) {
            self.catalog_entry(&key, old, new)?;
        }
        self.information()?;
        // Proof that a still later revision replaced.
        for revision in self.old + 1..self.new {
            let (_, root) = catalog(self.file, revision)?;
            let store = root.dictionary().and_then(|root| root.get(b"DSS")).cloned();
            self.closure_in(store.as_ref(), revision)?;
        }
        self.unexplained();
        Ok(())
    }

    fn catalog_entry(
        &mut self,
        key: &[u8],
        old: &Dictionary,
        new: &Dictionary,
    ) -> Result<(), Flaw> {
        match key {
            b"AcroForm" | b"Pages" => {}
            b"DSS" => {
                let (before, after) = self.both(old, new, key)?;
                let (before, after) = (before.dictionary(), after.dictionary());
                if self.differs(old.get(key), new.get(key))? {
                    match (before, after) {
                        (_, None) => self.add(Change::Catalog("DSS".into())),
                        _ => self.add(Change::Proof),
                    }
                }
                self.closure(new.get(key))?;
            }
            // Which standard the file follows says nothing of what it shows.
            b"Version" => {
                let (before, after) = self.both(old, new, key)?;
                let names = matches!(*after, Object::Name(_))
                    && matches!(*before, Object::Name(_) | Object::Null);
                if before != after && !names {
                    self.add(Change::Catalog("Version".into()));
                }
            }
            b"Extensions"
                if !self.differs(old.get(key), new.get(key))? || self.is_plain(new.get(key))? => {}
            b"Metadata" => {
                if self.differs(old.get(key), new.get(key))? && !self.is_housekeeping(old, new)? {
                    self.add(Change::Information);
                }
                self.closure(new.get(key))?;
            }
            _ => {
                if self.differs(old.get(key), new.get(key))? {
                    self.add(Change::Catalog(text(key)));
                }
            }
        }
        Ok(())
    }

    /// A value in both documents, references followed and counted as explained.
    fn both(&mut self, old: &Dictionary, new: &Dictionary, key: &[u8]) -> Result<Pair, Flaw> {
        let before = self.file.value(old, key, self.old)?;
        let after = self.open(new.get(key))?;
        Ok((before, after))
    }

    /// A value of the newest document, counted as explained.
    fn open(&mut self, object: Option<&Object>) -> Result<Rc<Object>, Flaw> {
        if let Some(Object::Reference(id)) = object {
            self.touched.insert(id.number);
        }
        self.file.follow(object.unwrap_or(&Object::Null), self.new)
    }

    /// Whether two values differ anywhere, as far as references lead.
    fn differs(&mut self, old: Option<&Object>, new: Option<&Object>) -> Result<bool, Flaw> {
        let mut fresh = Vec::new();
        let null = Object::Null;
        let mut open =
            vec![(Rc::new(old.unwrap_or(&null).clone()), Rc::new(new.unwrap_or(&null).clone()))];
        let mut differs = false;
        while let Some((old, new)) = open.pop() {
            self.file.step()?;
            differs = match (&*old, &*new) {
                (Object::Reference(before), Object::Reference(after)) => {
                    if before != after {
                        true
                    } else {
                        self.touched.insert(before.number);
                        if !self.apart.contains(&before.number) && self.same.insert(*before) {
                            fresh.push(*before);
                            let before = self.file.resolve(*before, self.old)?;
                            open.push((before, self.file.resolve(*after, self.new)?));
                        }
                        false
                    }
                }
                (Object::Array(before), Object::Array(after)) => {
                    push_all(&mut open, before, after);
                    before.len() != after.len()
                }
                (Object::Dictionary(before), Object::Dictionary(after)) => {
                    push_entries(&mut open, before, after)
                }
                (Object::Stream(before), Object::Stream(after)) => {
                    let data = |stream: &Stream| &self.file.bytes[stream.data.clone()];
                    push_entries(&mut open, &before.dictionary, &after.dictionary)
                        || (before.data != after.data && data(before) != data(after))
                }
                (before, after) => before != after,
            };
            if differs {
                break;
            }
        }
        if differs {
            // What was not compared to its end must not count as the same elsewhere.
            for id in fresh {
                self.same.remove(&id);
            }
        }
        Ok(differs)
    }

    /// Counts everything that a value of the newest document leads to as explained.
    fn closure(&mut self, object: Option<&Object>) -> Result<(), Flaw> {
        self.closure_in(object, self.new)
    }

    fn closure_in(&mut self, object: Option<&Object>, view: usize) -> Result<(), Flaw> {
        let Some(object) = object else { return Ok(()) };
        let mut seen = HashSet::new();
        let mut open = vec![Rc::new(object.clone())];
        while let Some(object) = open.pop() {
            self.file.step()?;
            match &*object {
                Object::Reference(id) if !self.apart.contains(&id.number) && seen.insert(*id) => {
                    self.touched.insert(id.number);
                    open.push(self.file.resolve(*id, view)?);
                }
                Object::Array(items) => open.extend(items.iter().cloned().map(Rc::new)),
                Object::Dictionary(entries)
                | Object::Stream(Stream { dictionary: entries, .. }) => {
                    open.extend(entries.values().cloned().map(Rc::new));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Names, numbers and strings in dictionaries and arrays: nothing that could be shown.
    fn is_plain(&mut self, object: Option<&Object>) -> Result<bool, Flaw> {
        let Some(object) = object else { return Ok(true) };
        let mut open = vec![Rc::new(object.clone())];
        for _ in 0..256 {
            let Some(object) = open.pop() else { return Ok(true) };
            match &*object {
                Object::Reference(_) => open.push(self.open(Some(&object))?),
                Object::Array(items) => open.extend(items.iter().cloned().map(Rc::new)),
                Object::Dictionary(entries) => {
                    open.extend(entries.values().cloned().map(Rc::new));
                }
                Object::Stream(_) => return Ok(false),
                _ => {}
            }
        }
        Ok(false)
    }

    /// Document metadata that says when and by which program the file was saved, and else the same.
    fn is_housekeeping(&mut self, old: &Dictionary, new: &Dictionary) -> Result<bool, Flaw> {
        let (before, after) = self.both(old, new, b"Metadata")?;
        let (Object::Stream(after), file) = (&*after, self.file) else { return Ok(false) };
        let Ok(after) = unpacked(file.bytes, after) else { return Ok(false) };
        let before = match &*before {
            Object::Stream(before) => unpacked(file.bytes, before).unwrap_or_default(),
            _ => Vec::new(),
        };
        Ok(facts(&after).is_subset(&facts(&before)))
    }

    /// The information dictionary: time and program of the save may differ.
    fn information(&mut self) -> Result<(), Flaw> {
        let trailer = |revision: usize| self.file.revisions.get(revision).map(|one| &one.trailer);
        let (Some(old), Some(new)) = (trailer(self.old), trailer(self.new)) else {
            return Err(Flaw::Limit);
        };
        if old.get(b"Encrypt") != new.get(b"Encrypt") {
            self.add(Change::Catalog("Encrypt".into()));
        }
        let (before, after) = self.both(old, new, b"Info")?;
        let none = Dictionary::default();
        let entries = |object: &Rc<Object>| object.dictionary().cloned().unwrap_or(none.clone());
        let (before, after) = (entries(&before), entries(&after));
        for key in keys(&before, &after) {
            let told = !matches!(key.as_slice(), b"ModDate" | b"Producer");
            if self.differs(before.get(&key), after.get(&key))? && told {
                self.add(Change::Information);
            }
        }
        self.closure(new.get(b"Info"))
    }

    // ---- pages

    fn collect_pages(
        &mut self,
        node: Option<&Object>,
        view: usize,
        depth: usize,
    ) -> Result<(), Flaw> {
        self.file.step()?;
        let Some(Object::Reference(id)) = node else { return Ok(()) };
        if depth > MAX_DEPTH {
            return Err(Flaw::Limit);
        }
        self.apart.insert(id.number);
        let object = self.file.resolve(*id, view)?;
        let Some(entries) = object.dictionary() else { return Ok(()) };
        let kids = self.file.value(entries, b"Kids", view)?;
        for kid in kids.array().unwrap_or_default() {
            self.collect_pages(Some(kid), view, depth + 1)?;
        }
        Ok(())
    }

    fn pages(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
        depth: usize,
    ) -> Result<(), Flaw> {
        self.file.step()?;
        if depth > MAX_DEPTH {
            return Err(Flaw::Limit);
        }
        let (Some(Object::Reference(before)), Some(Object::Reference(after))) = (old, new) else {
            self.add(Change::Pages);
            return Ok(());
        };
        if before != after {
            self.add(Change::Pages);
            return Ok(());
        }
        self.touched.insert(before.number);
        let (old, new) =
            (self.file.resolve(*before, self.old)?, self.file.resolve(*after, self.new)?);
        let (Object::Dictionary(old), Object::Dictionary(new)) = (&*old, &*new) else {
            self.add(Change::Pages);
            return Ok(());
        };
        let (kids_before, kids_after) = self.both(old, new, b"Kids")?;
        let is_leaf = kids_before.array().is_none() && kids_after.array().is_none();
        if is_leaf {
            self.page += 1;
        }
        for key in keys(old, new) {
            let apart = key == b"Kids" || (is_leaf && key == b"Annots");
            if !apart && self.differs(old.get(&key), new.get(&key))? {
                let change = if is_leaf { Change::Page(self.page) } else { Change::Pages };
                self.add(change);
            }
        }
        if is_leaf {
            return self.annotations(old, new);
        }
        let (Some(before), Some(after)) = (kids_before.array(), kids_after.array()) else {
            self.add(Change::Pages);
            return Ok(());
        };
        if before.len() != after.len() {
            self.add(Change::Pages);
        }
        for (before, after) in before.iter().zip(after) {
            self.pages(Some(before), Some(after), depth + 1)?;
        }
        Ok(())
    }

    /// Objects that were written since and that no role explains.
    fn unexplained(&mut self) {
        let revisions = self.file.revisions.get(self.old + 1..=self.new).unwrap_or_default();
        let packers: HashSet<u32> = revisions
            .iter()
            .flat_map(|revision| revision.places.values())
            .filter_map(|place| match place {
                Place::Packed(stream, _) => Some(*stream),
                Place::Free | Place::At(..) => None,
            })
            .collect();
        let strays = revisions.iter().any(|revision| {
            revision.places.iter().any(|(number, place)| {
                *place != Place::Free
                    && self.file.place(*number, self.old).0 != *place
                    && !self.touched.contains(number)
                    && !packers.contains(number)
                    && !revision.tables.contains(number)
            })
        });
        if strays {
            self.add(Change::Unused);
        }
    }
}

fn keys(old: &Dictionary, new: &Dictionary) -> Vec<Vec<u8>> {
    let mut keys: Vec<Vec<u8>> = old.keys().chain(new.keys()).map(<[u8]>::to_vec).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn push_all(open: &mut Vec<Pair>, old: &[Object], new: &[Object]) {
    let pairs = old.iter().zip(new);
    open.extend(pairs.map(|(old, new)| (Rc::new(old.clone()), Rc::new(new.clone()))));
}

/// Queues the values of both; tells whether the keys differ.
fn push_entries(open: &mut Vec<Pair>, old: &Dictionary, new: &Dictionary) -> bool {
    let null = Object::Null;
    for key in keys(old, new) {
        let (before, after) = (old.get(&key).unwrap_or(&null), new.get(&key).unwrap_or(&null));
        if (before == &null) != (after == &null) {
            return true;
        }
        open.push((Rc::new(before.clone()), Rc::new(after.clone())));
    }
    false
}

/// What XMP metadata say beside time and program: its tags' texts and attributes, cut up.
fn facts(xmp: &[u8]) -> HashSet<Vec<u8>> {
    const SAVED: [&str; 6] =
        ["ModifyDate", "MetadataDate", "Producer", "InstanceID", "CreatorTool", "CreateDate"];
    let text = String::from_utf8_lossy(xmp);
    let saved = |name: &str| {
        let local = name.rsplit(':').next().unwrap_or_default();
        SAVED.contains(&local) || matches!(local, "xmptk" | "about") || name.starts_with("xmlns")
    };
    let mut facts = HashSet::new();
    for piece in text.split('<') {
        let (head, words) = piece.split_once('>').unwrap_or((piece, ""));
        let head = head.trim();
        let (tag, attributes) = head.split_once(char::is_whitespace).unwrap_or((head, ""));
        let tag = tag.trim_end_matches('/');
        // Processing instructions, comments and closing tags say nothing.
        if tag.starts_with(['/', '?', '!']) {
            continue;
        }
        if !words.trim().is_empty() && !saved(tag) {
            facts.insert(words.trim().as_bytes().to_vec());
        }
        let mut quoted = attributes.split('"');
        while let (Some(name), Some(value)) = (quoted.next(), quoted.next()) {
            let name = name.trim().trim_end_matches('=');
            if !saved(name) {
                facts.insert(format!("{name}={value}").into_bytes());
            }
        }
        // Attributes between other quotation marks are facts as they stand.
        if attributes.contains('\'') {
            facts.insert(attributes.as_bytes().to_vec());
        }
    }
    facts
}
