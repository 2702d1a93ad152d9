//! A form filled in, as a dossier keeps it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    FormError,
    definition::{Form, Section, Who},
    value,
};
use crate::{
    evidence::Evidence,
    person::{Contact, Identity},
};

/// The values of a form. Dossiers keep this for ever: fields are added with a default, never changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormData {
    /// Id of the form.
    pub form: String,
    /// Its title when it was filled in.
    pub title: String,
    /// Version of its definition.
    pub version: String,
    /// A value for each field, in the form's order; empty ones among them.
    pub fields: Vec<FieldValue>,
}

/// One value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// Key of the field.
    pub key: String,
    /// Its label.
    pub label: String,
    /// Id of its section.
    pub section: String,
    /// The value in its written form (NFC, `dd/mm/yyyy`, digits); empty: not filled in.
    pub value: String,
    /// Where the value comes from; `None` while it is empty. Anything but
    /// [`Evidence::Typed`] stands only while the value is what the reading said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// Debug output may reach a log: it never shows personal data.
impl fmt::Debug for FormData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormData({}, …)", self.form)
    }
}

/// Debug output may reach a log: it never shows personal data.
impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldValue({}, …)", self.key)
    }
}

impl FormData {
    /// The value of the field; empty where there is none.
    pub fn value(&self, key: &str) -> &str {
        self.fields.iter().find(|field| field.key == key).map_or("", |field| &field.value)
    }

    /// How many values come from a reading and not from a hand.
    pub fn read(&self) -> usize {
        self.fields.iter().filter(|f| f.evidence.is_some_and(|e| e != Evidence::Typed)).count()
    }
}

impl FieldValue {
    fn put(&mut self, value: String, evidence: Evidence) {
        self.evidence = (!value.is_empty()).then_some(evidence);
        self.value = value;
    }
}

impl Form {
    /// The form without any value.
    pub fn blank(&self) -> FormData {
        let fields = self.fields().map(|(section, field)| FieldValue {
            key: field.key.clone(),
            label: field.label.clone(),
            section: section.id.clone(),
            value: String::new(),
            evidence: None,
        });
        FormData {
            form: self.id.clone(),
            title: self.title.clone(),
            version: self.version.clone(),
            fields: fields.collect(),
        }
    }

    /// The form with the applicant's sections filled from their reading and contact data. A reading
    /// that may not be used fills nothing.
    pub fn fill(&self, identity: &Identity, contact: &Contact) -> FormData {
        let mut data = self.blank();
        for section in self.sections.iter().filter(|s| s.subject == Some(Who::Applicant)) {
            if identity.evidence.usable() {
                put_reading(&mut data, section, identity);
            }
            for field in &section.fields {
                let Some(fact) = field.fills_from else { continue };
                let typed = value::of_contact(field, fact, contact);
                if let Some(place) = data.fields.iter_mut().find(|v| v.key == field.key)
                    && !typed.is_empty()
                {
                    place.put(typed, Evidence::Typed);
                }
            }
        }
        data
    }

    /// Fills one section from a reading: the applicant's where the clerk says that they are this
    /// person (the mother hands in), or another person's card. Values of an earlier reading that this
    /// one does not say are emptied, so that no two people mix; what was typed and is not said stays.
    pub fn fill_section(
        &self,
        data: &mut FormData,
        section: &str,
        identity: &Identity,
    ) -> Result<(), FormError> {
        let Some(section) = self.sections.iter().find(|s| s.id == section) else {
            return Err(FormError::NoSection);
        };
        if data.form != self.id {
            return Err(FormError::NoField);
        }
        if !identity.evidence.usable() {
            return Err(FormError::ForgedIdentity);
        }
        if section.sex.zip(identity.person.sex).is_some_and(|(wanted, sex)| wanted != sex) {
            return Err(FormError::OtherSex(section.title.clone()));
        }
        put_reading(data, section, identity);
        Ok(())
    }

    /// Follows a relation that was said: the applicant who is the mother fills the mother's section, and
    /// leaves the section of whom they are no longer said to be. A section that holds anything else is
    /// another person's and stays as it is.
    pub fn relate(
        &self,
        data: &mut FormData,
        relation: &str,
        applicant: &Identity,
    ) -> Result<(), FormError> {
        let Some(field) = self.field(relation) else { return Err(FormError::NoField) };
        let party = field.party(data.value(relation));
        let (now, others): (Vec<&Section>, Vec<&Section>) = self
            .sections
            .iter()
            .filter(|section| field.parties.values().any(|id| *id == section.id))
            .partition(|section| party == Some(section.id.as_str()));
        for section in others {
            if matches!(whose(data, section, applicant), Whose::Applicant) {
                empty_reading(data, section);
            }
        }
        for section in now {
            if matches!(whose(data, section, applicant), Whose::Nobody) {
                self.fill_section(data, &section.id, applicant)?;
            }
        }
        Ok(())
    }

    /// Puts a typed value in, in its written form. The same value as before keeps its evidence.
    pub fn set(&self, data: &mut FormData, key: &str, typed: &str) -> Result<(), FormError> {
        let field = self.field(key).filter(|_| data.form == self.id).ok_or(FormError::NoField)?;
        let place = data.fields.iter_mut().find(|v| v.key == key).ok_or(FormError::NoField)?;
        let typed = value::normalised(field, typed);
        if typed != place.value {
            place.put(typed, Evidence::Typed);
        }
        Ok(())
    }
}

/// Whose data stand in a section.
enum Whose {
    /// It is empty as far as a reading would fill it.
    Nobody,
    /// What the applicant's reading said, untouched.
    Applicant,
    /// Somebody else's, or typed.
    Another,
}

fn whose(data: &FormData, section: &Section, applicant: &Identity) -> Whose {
    let mut whose = Whose::Nobody;
    for field in &section.fields {
        let Some(fact) = field.fills_from else { continue };
        let Some(place) = data.fields.iter().find(|v| v.key == field.key) else { continue };
        let Some(evidence) = place.evidence else { continue };
        if evidence != applicant.evidence
            || place.value != value::of_identity(field, fact, applicant)
        {
            return Whose::Another;
        }
        whose = Whose::Applicant;
    }
    whose
}

fn empty_reading(data: &mut FormData, section: &Section) {
    for field in section.fields.iter().filter(|field| field.fills_from.is_some()) {
        if let Some(place) = data.fields.iter_mut().find(|v| v.key == field.key) {
            place.put(String::new(), Evidence::Typed);
        }
    }
}

fn put_reading(data: &mut FormData, section: &Section, identity: &Identity) {
    for field in &section.fields {
        let Some(fact) = field.fills_from else { continue };
        let read = value::of_identity(field, fact, identity);
        let Some(place) = data.fields.iter_mut().find(|v| v.key == field.key) else { continue };
        if !read.is_empty() || place.evidence.is_some_and(|e| e != Evidence::Typed) {
            place.put(read, value::evidence(fact, identity));
        }
    }
}
