//! A form as its data file states it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{header::Certainty, lists::ListName, person::Sex, text};

const MAX_SECTIONS: usize = 30;
const MAX_FIELDS: usize = 200;
const MAX_OPTIONS: usize = 100;
const MAX_LABEL: usize = 600;

/// A form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Short name that filled forms keep (`birth_registration`).
    pub id: String,
    /// Title as printed (`Tờ khai đăng ký khai sinh`).
    pub title: String,
    /// Number of the official form (`CT01`), or empty.
    #[serde(default)]
    pub number: String,
    /// The line `Kính gửi:`, or empty where it is not known.
    #[serde(default)]
    pub addressee: String,
    /// Codes of the procedures that use it; what else uses it names it by its id.
    #[serde(default)]
    pub procedures: Vec<String>,
    /// Where the fields come from, for people.
    pub source: String,
    /// How sure the fields are.
    pub certainty: Certainty,
    /// Where it counts the leaves of a text.
    #[serde(default)]
    pub leaves: Option<Leaves>,
    /// The form's parts, in order.
    pub sections: Vec<Section>,
    /// Version of the file it came in.
    #[serde(skip)]
    pub version: String,
    /// Whether it was checked against the official form.
    #[serde(skip)]
    pub checked: bool,
}

/// The keys of the fields that count the leaves of a text, as its wording will tell them: a sheet has one page or two.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaves {
    /// Sheets (tờ).
    pub sheets: String,
    /// Pages (trang).
    pub pages: String,
}

/// A part of a form about one person or one thing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Short name, unique in the form (`mother`).
    pub id: String,
    /// Heading.
    pub title: String,
    /// Whom it is about; `None`: no person.
    #[serde(default)]
    pub subject: Option<Who>,
    /// The sex that its person must have (the mother, the groom): another person's reading fills it never.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// Whom a section is about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The person who hands in: filled from their reading at once.
    Applicant,
    /// Somebody else, named in words (`người mẹ`): filled only when the clerk says from whom.
    Other(String),
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The portal's name of the field where it is known, else a name of ours; unique in the form.
    pub key: String,
    /// Its label.
    pub label: String,
    /// What may stand in it.
    pub kind: FieldKind,
    /// Whether the form cannot be handed in without it.
    #[serde(default)]
    pub required: bool,
    /// The fact of a reading that fills it.
    #[serde(default)]
    pub fills_from: Option<Fact>,
    /// For dates: days to come are possible.
    #[serde(default)]
    pub future: bool,
    /// For dates: a year, or month and year, is enough, as old papers have it.
    #[serde(default)]
    pub partial: bool,
    /// For texts: the list that is suggested; another text stays possible.
    #[serde(default)]
    pub list: Option<ListName>,
    /// For the applicant's relation: which word makes them the person of which section.
    #[serde(default)]
    pub parties: BTreeMap<String, String>,
}

impl Field {
    /// The section whose person the applicant is by this relation.
    pub fn party(&self, relation: &str) -> Option<&str> {
        let relation = text::fold(relation);
        let (_, section) = self.parties.iter().find(|(word, _)| text::fold(word) == relation)?;
        Some(section)
    }
}

/// What may stand in a field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// Several lines of text.
    LongText,
    /// `dd/mm/yyyy`.
    Date,
    /// A whole number.
    Number,
    /// Whole đồng, digits only.
    Money,
    /// Twelve digits.
    PersonalNumber,
    /// A personal number, or the number of another identity paper.
    IdentityNumber,
    /// A telephone number.
    Phone,
    /// An email address.
    Email,
    /// `Nam` or `Nữ`.
    Sex,
    /// One of these.
    Choice(Vec<String>),
    /// An address in words.
    Address,
    /// `Có` or `Không`.
    YesNo,
}

/// A fact of a reading, or of the applicant's contact data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Họ, chữ đệm, tên.
    Name,
    /// Số định danh cá nhân; of a passport its number, where the field takes other papers.
    Number,
    /// Ngày sinh.
    BirthDate,
    /// Giới tính.
    Sex,
    /// Quốc tịch.
    Nationality,
    /// Dân tộc.
    Ethnicity,
    /// Tôn giáo.
    Religion,
    /// Quê quán.
    Origin,
    /// Nơi thường trú.
    Residence,
    /// Ngày cấp.
    IssueDate,
    /// Ngày hết hạn.
    ExpiryDate,
    /// Họ tên cha.
    Father,
    /// Họ tên mẹ.
    Mother,
    /// Họ tên vợ, chồng.
    Spouse,
    /// Số CMND cũ.
    OldNumber,
    /// Số điện thoại, from the contact data.
    Phone,
    /// Thư điện tử, from the contact data.
    Email,
    /// Địa chỉ hiện nay, from the contact data.
    Address,
}

impl Form {
    /// Every field with its section.
    pub fn fields(&self) -> impl Iterator<Item = (&Section, &Field)> {
        self.sections.iter().flat_map(|s| s.fields.iter().map(move |field| (s, field)))
    }

    /// The field of this key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().map(|(_, field)| field).find(|field| field.key == key)
    }

    /// What is wrong with the form, if anything.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let fields: Vec<&Field> = self.fields().map(|(_, field)| field).collect();
        let twice = |keys: Vec<&String>| (1..keys.len()).any(|i| keys[..i].contains(&keys[i]));
        let options_fit = |field: &&Field| match &field.kind {
            FieldKind::Choice(options) => !options.is_empty() && options.len() <= MAX_OPTIONS,
            _ => true,
        };
        let is_party = |id: &String| {
            let of = |section: &Section| section.id == *id && section.subject.is_some();
            self.sections.iter().any(of)
        };
        let is_number = |key: &String| self.field(key).is_some_and(|f| f.kind == FieldKind::Number);
        if self.id.is_empty() || self.title.is_empty() {
            Err("thiếu mã hoặc tên")
        } else if self.sections.len() > MAX_SECTIONS || fields.len() > MAX_FIELDS {
            Err("quá nhiều phần hoặc quá nhiều ô")
        } else if fields.is_empty() || self.sections.iter().any(|s| s.fields.is_empty()) {
            Err("có phần không có ô nào")
        } else if twice(self.sections.iter().map(|s| &s.id).collect())
            || twice(fields.iter().map(|f| &f.key).collect())
        {
            Err("có hai phần hoặc hai ô trùng mã")
        } else if !fields.iter().all(options_fit) {
            Err("ô chọn phải có từ 1 đến 100 lựa chọn")
        } else if fields.iter().any(|f| f.list.is_some() && f.kind != FieldKind::Text) {
            Err("danh sách gợi ý chỉ dùng cho ô chữ")
        } else if !self.leaves.iter().all(|it| is_number(&it.sheets) && is_number(&it.pages)) {
            Err("số tờ, số trang phải là hai ô số")
        } else if !fields.iter().flat_map(|f| f.parties.values()).all(is_party) {
            Err("quan hệ chỉ tới phần không có hoặc không phải của một người")
        } else if self.texts().any(|t| t.chars().nth(MAX_LABEL).is_some()) {
            Err("có chỗ dài quá mức")
        } else if self.texts().any(|t| t.is_empty() || text::clean(t) != **t) {
            Err("có nhãn trống, khoảng trắng thừa hoặc chữ không ở dạng NFC")
        } else {
            Ok(())
        }
    }

    /// Texts that must be there.
    fn texts(&self) -> impl Iterator<Item = &String> {
        [&self.id, &self.title, &self.source].into_iter().chain(&self.procedures).chain(
            self.sections.iter().flat_map(|section| {
                let words = section.fields.iter().flat_map(|field| {
                    let choices = match &field.kind {
                        FieldKind::Choice(choices) => choices.as_slice(),
                        _ => &[],
                    };
                    [&field.key, &field.label].into_iter().chain(choices)
                });
                [&section.id, &section.title].into_iter().chain(words)
            }),
        )
    }
}
