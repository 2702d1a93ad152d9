//! What later revisions changed of the form and of pages' annotations: the only places where something may be
//! added or filled in and what was signed still be shown as it was.
//!
//! A further signature brings a field, and its picture is an annotation: both are harmless only together, and only
//! where the picture leaves the page readable.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    super::{
        change::Change,
        field::{Field, text},
        object::{Dictionary, Flaw, Id, Object, Text},
    },
    Later, MAX_DEPTH, Walk, keys,
};

/// Largest part of a page that a later signature's picture may take without being told as a change.
const MAX_SHARE: f64 = 0.25;

impl Walk<'_, '_> {
    /// A page's annotations: those of old, in order, and widgets of further signatures behind or between.
    pub(super) fn annotations(&mut self, old: &Dictionary, new: &Dictionary) -> Result<(), Flaw> {
        let (before, after) = self.both(old, new, b"Annots")?;
        let change = Change::Annotation(self.page);
        let odd = |object: &Object| !matches!(object, Object::Array(_) | Object::Null);
        if odd(&before) || odd(&after) {
            if self.differs(old.get(b"Annots"), new.get(b"Annots"))? {
                self.add(change);
            }
            return Ok(());
        }
        let (before, after) =
            (before.array().unwrap_or_default(), after.array().unwrap_or_default());
        let is_new = |object: &&Object| match object {
            Object::Reference(id) => !self.widgets.contains(&id.number) || before.contains(object),
            _ => true,
        };
        let rest: Vec<&Object> = after.iter().filter(is_new).collect();
        if rest.len() != before.len() {
            self.add(change.clone());
        }
        for (before, after) in before.iter().zip(rest) {
            if self.differs(Some(before), Some(after))? {
                self.add(change.clone());
            }
        }
        // Whatever was added is told above; it is no unused object beside it.
        for object in after {
            self.closure(Some(object))?;
        }
        Ok(())
    }

    pub(super) fn form(
        &mut self,
        old: &Dictionary,
        new: &Dictionary,
        old_fields: &[Field],
        new_fields: &[Field],
    ) -> Result<(), Flaw> {
        let (before, after) = self.both(old, new, b"AcroForm")?;
        let none = Dictionary::default();
        let (before, after) =
            (before.dictionary().unwrap_or(&none), after.dictionary().unwrap_or(&none));
        for key in keys(before, after) {
            match key.as_slice() {
                b"Fields" => {}
                b"SigFlags" => {
                    let flags = self.open(after.get(b"SigFlags"))?;
                    if !matches!(*flags, Object::Integer(0..=3)) {
                        self.add(Change::Form);
                    }
                }
                _ => {
                    if self.differs(before.get(&key), after.get(&key))? {
                        self.add(Change::Form);
                    }
                }
            }
        }
        let known: HashMap<u32, &Field> =
            old_fields.iter().map(|field| (field.id.number, field)).collect();
        let (roots_before, roots_after) = self.both(before, after, b"Fields")?;
        let roots = |object: &Rc<Object>| object.array().map(<[_]>::to_vec).unwrap_or_default();
        self.fields_in_order(&roots(&roots_before), &roots(&roots_after), &known);
        let still: HashSet<u32> = new_fields.iter().map(|field| field.id.number).collect();
        if old_fields.iter().any(|field| !still.contains(&field.id.number)) {
            self.add(Change::Form);
        }
        for field in new_fields {
            self.touched.insert(field.id.number);
            match known.get(&field.id.number) {
                Some(before) => self.field(before, field, &known)?,
                None => self.new_field(field, new_fields)?,
            }
        }
        Ok(())
    }

    /// Old fields stand as they stood; between and behind them new ones may stand.
    fn fields_in_order(
        &mut self,
        before: &[Object],
        after: &[Object],
        known: &HashMap<u32, &Field>,
    ) {
        let is_old = |object: &&Object| match object {
            Object::Reference(id) => known.contains_key(&id.number),
            _ => true,
        };
        if !after.iter().filter(is_old).eq(before.iter()) {
            self.add(Change::Form);
        }
    }

    fn field(
        &mut self,
        before: &Field,
        after: &Field,
        known: &HashMap<u32, &Field>,
    ) -> Result<(), Flaw> {
        let (Object::Dictionary(old), Object::Dictionary(new)) = (&*before.object, &*after.object)
        else {
            if before.object != after.object {
                self.add(Change::Form);
            }
            return Ok(());
        };
        if before.kind != after.kind || before.name != after.name {
            self.add(Change::Form);
        }
        let signs = after.kind == b"Sig";
        let newly = signs && old.get(b"V").is_none() && after.value.is_some();
        for key in keys(old, new) {
            match key.as_slice() {
                b"Kids" => {
                    let (kids_before, kids_after) = self.both(old, new, b"Kids")?;
                    let kids = |object: &Rc<Object>| object.array().map(<[_]>::to_vec);
                    let (kids_before, kids_after) = (kids(&kids_before), kids(&kids_after));
                    // A field that was its own widget would no longer be one.
                    if kids_before.is_none() != kids_after.is_none() {
                        self.add(Change::Form);
                    }
                    let kids_after = kids_after.unwrap_or_default();
                    self.fields_in_order(&kids_before.unwrap_or_default(), &kids_after, known);
                }
                b"V" if newly => self.signature(&after.name, after.value, new)?,
                b"AP" | b"M" | b"F" if newly => self.closure(new.get(&key))?,
                b"V" | b"AP" | b"AS" | b"M" | b"RV" | b"I" if !signs => {
                    if self.differs(old.get(&key), new.get(&key))? {
                        let name = after.name.clone();
                        let filled = key != b"AP" || self.is_refilled(before, after)?;
                        self.add(if filled {
                            Change::Filled(name)
                        } else {
                            Change::Appearance(name)
                        });
                        self.closure(new.get(&key))?;
                    }
                }
                _ => {
                    if self.differs(old.get(&key), new.get(&key))? {
                        self.add(Change::Form);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the value of a field, which may stand above its widget, was changed.
    fn is_refilled(&mut self, before: &Field, after: &Field) -> Result<bool, Flaw> {
        let (mut old, mut new) = (Rc::clone(&before.object), Rc::clone(&after.object));
        for _ in 0..MAX_DEPTH {
            let (Some(one), Some(other)) = (old.dictionary(), new.dictionary()) else { break };
            for key in [&b"V"[..], b"AS"] {
                if self.differs(one.get(key), other.get(key))? {
                    return Ok(true);
                }
            }
            let above = (
                self.file.value(one, b"Parent", self.old)?,
                self.file.value(other, b"Parent", self.new)?,
            );
            (old, new) = above;
        }
        Ok(false)
    }

    /// A field that the signed form did not have: harmless only as one more signature.
    fn new_field(&mut self, field: &Field, all: &[Field]) -> Result<(), Flaw> {
        let was = self.file.resolve(field.id, self.old)?;
        let Object::Dictionary(entries) = &*field.object else {
            self.add(Change::Form);
            return Ok(());
        };
        let plain = entries.keys().all(|key| {
            matches!(
                key,
                b"FT"
                    | b"Type"
                    | b"Subtype"
                    | b"T"
                    | b"TU"
                    | b"V"
                    | b"P"
                    | b"Rect"
                    | b"F"
                    | b"Ff"
                    | b"AP"
                    | b"Kids"
                    | b"Lock"
                    | b"SV"
                    | b"MK"
                    | b"Parent"
                    | b"DA"
                    | b"M"
                    | b"NM"
                    | b"BS"
                    | b"Border"
                    | b"DR"
                    | b"Q"
                    | b"H"
            )
        });
        if *was != Object::Null || field.kind != b"Sig" || !plain {
            self.add(Change::Form);
            return Ok(());
        }
        for key in [&b"AP"[..], b"Lock", b"SV", b"MK", b"BS", b"Border", b"DR"] {
            self.closure(entries.get(key))?;
        }
        self.widgets.insert(field.id.number);
        if entries.get(b"V").is_some() {
            return self.signature(&field.name, field.value, entries);
        }
        // The widget of a field whose value stands above it, or one that waits for a signature.
        let parent = match entries.get(b"Parent") {
            Some(Object::Reference(parent)) => all.iter().find(|one| one.id == *parent),
            _ => None,
        };
        match parent.and_then(|parent| self.later(parent.value)) {
            None => self.add(Change::Form),
            Some(later) if self.is_covered(later, entries)? => {
                self.add(Change::DoubtfulSignature(field.name.clone()));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// A signature in a field that had none.
    fn signature(&mut self, name: &str, id: Option<Id>, field: &Dictionary) -> Result<(), Flaw> {
        let later = self.later(id);
        if let Some(id) = id {
            self.closure(Some(&Object::Reference(id)))?;
        }
        let covers = self.is_covered(later.unwrap_or(Later::Broken), field)?;
        let name = name.to_owned();
        self.add(match later {
            Some(Later::SoundTimeStamp) if !covers => Change::TimeStamp,
            Some(Later::Sound) if !covers => Change::Signature(name),
            _ => Change::DoubtfulSignature(name),
        });
        Ok(())
    }

    /// What is known of the signature that a field's value names.
    fn later(&self, value: Option<Id>) -> Option<Later> {
        let place = self.file.place(value?.number, self.new).0;
        self.known.get(&place).copied()
    }

    /// Whether a widget takes more of its page than its signature needs. A time stamp needs nothing: nobody
    /// answers for its picture, as its authority may be anybody.
    fn is_covered(&self, later: Later, widget: &Dictionary) -> Result<bool, Flaw> {
        let most = match later {
            Later::Sound => MAX_SHARE,
            Later::SoundTimeStamp | Later::Broken => 0.0,
        };
        let area = |object: &Object| {
            let sides: Option<Vec<f64>> =
                object.array().map(|all| all.iter().filter_map(Object::number).collect());
            match sides.as_deref() {
                Some([a, b, c, d]) => ((c - a) * (d - b)).abs(),
                _ => 0.0,
            }
        };
        let own = area(&*self.file.value(widget, b"Rect", self.new)?);
        let mut page = self.file.value(widget, b"P", self.new)?;
        let mut whole = 0.0;
        for _ in 0..MAX_DEPTH {
            let Some(entries) = page.dictionary() else { break };
            whole = area(&*self.file.value(entries, b"MediaBox", self.new)?);
            if whole > 0.0 {
                break;
            }
            page = self.file.value(entries, b"Parent", self.new)?;
        }
        // A page without its size: A4, in points.
        let whole = if whole > 0.0 { whole } else { 595.0 * 842.0 };
        Ok(own > whole * most)
    }
}

/// A locked field by its signature's rules (12.8.2.4).
pub(in super::super) fn is_locked(lock: &Dictionary, name: &str) -> bool {
    let listed =
        lock.get(b"Fields").and_then(Object::array).unwrap_or_default().iter().any(|one| {
            let Object::Text(Text { bytes, .. }) = one else { return false };
            let one = text(bytes);
            name == one || name.strip_prefix(&one).is_some_and(|rest| rest.starts_with('.'))
        });
    match lock.name(b"Action") {
        Some(b"All") => true,
        Some(b"Include") => listed,
        Some(b"Exclude") => !listed,
        _ => false,
    }
}
