//! A form while it is being filled in: what is typed and not yet in its written form, and the sections that the
//! clerk changes. It is of no procedure and no screen; whoever keeps it as a draft keeps all of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Fact, Field, FieldValue, Form, FormData, FormError, Problem, Section, Who};
use crate::{
    evidence::Evidence,
    person::{Contact, Identity, Sex},
};

/// A form in the making.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Filling {
    data: FormData,
    /// What is being typed and not yet in its written form, by key.
    typed: BTreeMap<String, String>,
    /// Sections in which the clerk changes what a card said.
    open: BTreeSet<String>,
}

impl Filling {
    /// The form filled with what is known of who hands in, and with `preset`: values by their keys that are
    /// known from elsewhere. A form without such a field is left as it is.
    pub fn new(
        form: &Form,
        identity: &Identity,
        contact: &Contact,
        preset: &[(&str, &str)],
    ) -> Self {
        let mut data = form.fill(identity, contact);
        for (key, value) in preset {
            let _ = form.set(&mut data, key, value);
        }
        Self { data, typed: BTreeMap::new(), open: BTreeSet::new() }
    }

    /// The form with nothing known yet.
    pub fn blank(form: &Form) -> Self {
        Self { data: form.blank(), typed: BTreeMap::new(), open: BTreeSet::new() }
    }

    /// The first section about another person that is still empty: often the applicant is that person.
    pub fn next_person<'a>(&self, form: &'a Form, applicant: Option<Sex>) -> Option<&'a Section> {
        form.sections.iter().find(|section| {
            let other_sex = section.sex.zip(applicant).is_some_and(|(wanted, sex)| wanted != sex);
            !other_sex
                && matches!(section.subject, Some(Who::Other(_)))
                && section.fields.iter().any(|field| field.fills_from.is_some())
                && section.fields.iter().all(|field| self.text(&field.key).is_empty())
        })
    }

    /// Whether it was made with this form.
    pub fn is_of(&self, form: &Form) -> bool {
        self.data.form == form.id
            && form.fields().map(|(_, f)| &f.key).eq(self.data.fields.iter().map(|v| &v.key))
    }

    /// What stands in a field, finished or not.
    pub fn text(&self, key: &str) -> &str {
        self.typed.get(key).map_or_else(|| self.data.value(key), String::as_str)
    }

    fn value(&self, key: &str) -> Option<&FieldValue> {
        self.data.fields.iter().find(|value| value.key == key)
    }

    /// Whether a field is being typed in.
    pub fn is_typed(&self, key: &str) -> bool {
        self.typed.contains_key(key)
    }

    /// Evidence of a value that a reading gave and nobody touched.
    pub fn read(&self, section: &Section, key: &str) -> Option<Evidence> {
        let evidence = self.value(key)?.evidence.filter(|e| *e != Evidence::Typed)?;
        (!self.open.contains(&section.id) && !self.typed.contains_key(key)).then_some(evidence)
    }

    /// A field changed.
    pub fn typed(&mut self, key: String, words: String) {
        self.typed.insert(key, words);
    }

    /// A field was left: its value takes its written form.
    pub fn left(&mut self, form: &Form, key: &str, today: Date) {
        let Some(words) = self.typed.remove(key) else { return };
        let in_full = form.field(key).map(|field| field.in_full(&words, today));
        if form.set(&mut self.data, key, in_full.as_ref().unwrap_or(&words)).is_err() {
            self.typed.insert(key.to_owned(), words);
        }
    }

    /// Every field as if it were left.
    pub fn settle(&mut self, form: &Form, today: Date) {
        let keys: Vec<String> = self.typed.keys().cloned().collect();
        for key in keys {
            self.left(form, &key, today);
        }
    }

    /// What was read is no longer of today: it stands there as typed.
    pub fn age(&mut self) {
        let read = self.data.fields.iter_mut().filter(|field| field.evidence.is_some());
        read.for_each(|field| field.evidence = Some(Evidence::Typed));
    }

    /// The applicant's document was read again.
    pub fn reread(&mut self, form: &Form, who: &Identity, today: Date) {
        let own = form.sections.iter().filter(|s| s.subject == Some(Who::Applicant));
        for section in own {
            // A reading that may not be used never comes here, and the sections are the form's own.
            let _ = self.fill(form, &section.id, who, today);
        }
    }

    /// Opens a section for changes.
    pub fn open(&mut self, section: String) {
        self.open.insert(section);
    }

    /// Fills a section from a reading; what was typed there and is not said stays.
    pub fn fill(
        &mut self,
        form: &Form,
        section: &str,
        who: &Identity,
        today: Date,
    ) -> Result<(), FormError> {
        self.settle(form, today);
        form.fill_section(&mut self.data, section, who)?;
        self.open.remove(section);
        Ok(())
    }

    /// Follows a relation that was said.
    pub fn relate(
        &mut self,
        form: &Form,
        key: &str,
        applicant: &Identity,
    ) -> Result<(), FormError> {
        if form.field(key).is_none_or(|field| field.parties.is_empty()) {
            return Ok(());
        }
        form.relate(&mut self.data, key, applicant)
    }

    /// What comes first in each section: the field to be typed in, or nothing where all was read.
    pub fn firsts<'a>(
        &'a self,
        form: &'a Form,
    ) -> impl Iterator<Item = (&'a Section, Option<&'a Field>)> {
        form.sections.iter().map(|section| {
            let free = section.fields.iter().find(|f| self.read(section, &f.key).is_none());
            (section, free)
        })
    }

    /// Telephone, email and address are typed once: the applicant's fields follow the contact data for
    /// as long as they say the same.
    pub fn follow(&mut self, form: &Form, old: &Contact, new: &Contact) {
        let applicant = form.sections.iter().filter(|s| s.subject == Some(Who::Applicant));
        for field in applicant.flat_map(|section| &section.fields) {
            let (before, now) = match field.fills_from {
                Some(Fact::Phone) => (&old.phone, &new.phone),
                Some(Fact::Email) => (&old.email, &new.email),
                Some(Fact::Address) => (&old.address, &new.address),
                _ => continue,
            };
            if before != now
                && (self.text(&field.key) == before || self.text(&field.key).is_empty())
            {
                self.typed.insert(field.key.clone(), now.clone());
            }
        }
    }

    /// What keeps it from being handed in.
    pub fn problems(&self, form: &Form, today: Date) -> Vec<Problem> {
        let mut settled = self.clone();
        settled.settle(form, today);
        form.problems(&settled.data, today)
    }

    /// The first field that must be filled and is not.
    pub fn first_missing<'a>(&self, form: &'a Form) -> Option<&'a Field> {
        let mut fields = form.fields().map(|(_, field)| field);
        fields.find(|f| f.required && self.text(&f.key).trim().is_empty())
    }

    /// The data as they are kept.
    pub fn finished(&self, form: &Form, today: Date) -> FormData {
        let mut settled = self.clone();
        settled.settle(form, today);
        settled.data
    }

    /// How many values come from a reading, how many fields are filled, and how many there are.
    pub fn score(&self) -> (usize, usize, usize) {
        let filled = self.data.fields.iter().filter(|f| !f.value.is_empty()).count();
        (self.data.read(), filled, self.data.fields.len())
    }
}
