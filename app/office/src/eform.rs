//! Electronic application forms.

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;

/// A filled form, as a dossier keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormData {
    /// Id of the form's definition.
    pub form: String,
    /// Its official title.
    pub title: String,
    /// Version of the definition.
    pub version: String,
    /// Every field, in order.
    pub fields: Vec<FieldValue>,
}

/// One filled field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// Name in the exchange.
    pub key: String,
    /// Label on the form.
    pub label: String,
    /// Heading it stands under.
    pub section: String,
    /// Normalised text.
    pub value: String,
    /// Where the value comes from; `None` where nothing is filled in.
    pub evidence: Option<Evidence>,
}
