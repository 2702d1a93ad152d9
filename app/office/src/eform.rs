//! Electronic forms (tờ khai, biểu mẫu điện tử): what a citizen declares, filled from the identity
//! that was read and from what is typed.
//!
//! A form is dated data (`assets/eforms`), one for all that use it: procedures, kinds of acts. Only what concerns the
//! person of a section is filled, and only from a reading of that person: the applicant's card never
//! fills the mother's section unless the clerk says that the applicant is the mother
//! ([`Form::fill_section`]). Every filled value keeps its evidence for as long as it is what the
//! reading said; a value changed by hand is typed.

mod data;
mod definition;
mod filling;
mod problem;
#[cfg(test)]
mod tests;
mod value;

pub use data::{FieldValue, FormData};
pub use definition::{Fact, Field, FieldKind, Form, Leaves, Section, Who};
pub use filling::Filling;
pub use problem::Problem;

use serde::Deserialize;

use crate::{Explain, header::Header};

/// A file of forms larger than this is none.
const MAX_BYTES: usize = 4 << 20;
/// Most forms together.
const MAX_FORMS: usize = 1_000;

/// Why a form, or a value in it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// Larger than forms can be.
    #[error(
        "Tệp biểu mẫu lớn bất thường nên không được nạp. Các biểu mẫu đang dùng không thay đổi. Hãy chọn đúng tệp."
    )]
    TooLarge,
    /// Not the format.
    #[error(
        "Tệp biểu mẫu không đúng định dạng: {0}. Các biểu mẫu đang dùng không thay đổi. Hãy sửa tệp hoặc dùng bản gốc."
    )]
    Unreadable(#[from] serde_json::Error),
    /// A form that cannot be right.
    #[error(
        "Biểu mẫu “{form}” có chỗ sai: {what}. Các biểu mẫu đang dùng không thay đổi. Hãy sửa tệp rồi nạp lại."
    )]
    WrongForm {
        /// Id of the form.
        form: String,
        /// What is wrong.
        what: &'static str,
    },
    /// The form has no such field, or the data are of another form.
    #[error(
        "Biểu mẫu không có ô này. Nội dung đã nhập vẫn còn nguyên. Hãy mở lại tờ khai của thủ tục."
    )]
    NoField,
    /// The form has no such section.
    #[error(
        "Biểu mẫu không có phần này. Nội dung đã nhập vẫn còn nguyên. Hãy mở lại tờ khai của thủ tục."
    )]
    NoSection,
    /// A chip that failed its checks.
    #[error(
        "Chip của giấy tờ không vượt qua kiểm tra nên không dùng để điền tờ khai. Nội dung đã nhập vẫn còn nguyên. Hãy kiểm tra giấy tờ bằng cách khác rồi nhập tay."
    )]
    ForgedIdentity,
    /// The section is a man's, the reading a woman's, or the other way round.
    #[error(
        "Giới tính trên giấy tờ không hợp với phần “{0}” nên phần này không được điền. Nội dung đã nhập vẫn còn nguyên. Hãy kiểm tra lại quan hệ, hoặc đọc giấy tờ của đúng người."
    )]
    OtherSex(String),
}

impl Explain for FormError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-70",
            Self::Unreadable(_) => "OFF-71",
            Self::WrongForm { .. } => "OFF-72",
            Self::NoField => "OFF-73",
            Self::NoSection => "OFF-74",
            Self::ForgedIdentity => "OFF-75",
            Self::OtherSex(_) => "OFF-76",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The file of forms is unusually large and was not loaded. The forms in use are unchanged. Choose the right file.".into(),
            Self::Unreadable(e) => format!("The file of forms has a wrong format: {e}. The forms in use are unchanged. Correct the file or use the original."),
            Self::WrongForm { form, .. } => format!("The form “{form}” is wrong. The forms in use are unchanged. Correct the file and load it again."),
            Self::NoField => "The form has no such field. What was entered is kept. Open the procedure's form again.".into(),
            Self::NoSection => "The form has no such section. What was entered is kept. Open the procedure's form again.".into(),
            Self::ForgedIdentity => "The document's chip failed its checks and does not fill a form. What was entered is kept. Check the document another way and type the data.".into(),
            Self::OtherSex(section) => format!("The sex on the document does not fit the section “{section}”, which was not filled. What was entered is kept. Check the relation or read the right person's document."),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    header: Header,
    forms: Vec<Form>,
}

/// The forms of the office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    forms: Vec<Form>,
}

impl Forms {
    /// Reads one file of `assets/eforms`: `header` and `forms`.
    pub fn parse(json: &[u8]) -> Result<Self, FormError> {
        Self::parse_all(&[json])
    }

    /// Reads several files together; ids and procedures may not come twice.
    pub fn parse_all(files: &[&[u8]]) -> Result<Self, FormError> {
        let mut forms: Vec<Form> = Vec::new();
        for json in files {
            if json.len() > MAX_BYTES {
                return Err(FormError::TooLarge);
            }
            let file: File = serde_json::from_slice(json)?;
            if forms.len() + file.forms.len() > MAX_FORMS {
                return Err(FormError::TooLarge);
            }
            for mut form in file.forms {
                form.version = file.header.version.to_string();
                form.checked = file.header.checked;
                let wrong = |what| FormError::WrongForm { form: form.id.clone(), what };
                form.check().map_err(wrong)?;
                let taken = |other: &Form| {
                    other.id == form.id
                        || other.procedures.iter().any(|c| form.procedures.contains(c))
                };
                if forms.iter().any(taken) {
                    return Err(wrong("mã biểu mẫu hoặc thủ tục đã có ở biểu mẫu khác"));
                }
                forms.push(form);
            }
        }
        Ok(Self { forms })
    }

    /// Every form.
    pub fn all(&self) -> &[Form] {
        &self.forms
    }

    /// The form of the procedure of this code.
    pub fn of(&self, procedure: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.procedures.iter().any(|code| code == procedure))
    }

    /// The form of this id, for data that a dossier kept.
    pub fn find(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.id == id)
    }
}
