//! "Kết quả kiểm tra chữ ký số": what was found of a signed file, to be kept beside it. Thông tư
//! 15/2025/TT-BKHCN wants signer, time, integrity and result told in Vietnamese; the form is the suite's own.

use jiff::civil::DateTime;
use office::unit::Office;
use serde::Deserialize;

use super::{
    FormTexts, FormWords,
    setting::{Setting, finish},
    words::fill,
};
use crate::{
    Pdf, ReportError,
    page::{Align, font::Cut, paper::PaperSize},
};

/// The words of the form. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct VerificationWords {
    pub title: Vec<String>,
    pub file: String,
    pub sha256: String,
    pub checked_at: String,
    pub checked_by: String,
    pub outcome: String,
    pub about_file: String,
    /// Blank `{number}`.
    pub signature: String,
    pub note: String,
}

impl FormWords for VerificationWords {
    const BUNDLED: &str = include_str!("../../../assets/forms/verification.json");
}

/// What was found, in the words in which the window told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Name of the file.
    pub file: String,
    /// Its SHA-256 in hex; empty where it could not be read.
    pub sha256: String,
    /// When it was verified, Asia/Ho_Chi_Minh.
    pub at: DateTime,
    /// By whom.
    pub by: String,
    /// The outcome as a sentence.
    pub outcome: String,
    /// What concerns the file and no single signature.
    pub about_file: Vec<String>,
    /// The signatures in the order in which they were made, each as names and values.
    pub signatures: Vec<Vec<(String, String)>>,
}

/// Makes the sheet on A4. The same input gives the same bytes.
///
/// # Errors
/// [`ReportError::MissingGlyph`] for a character that cannot be printed, [`ReportError::TooLong`].
pub fn verification_sheet(
    office: &Office,
    found: &Verification,
    form: &FormTexts<VerificationWords>,
) -> Result<Pdf, ReportError> {
    let (words, size) = (&form.texts, PaperSize::A4);
    let mut setting = Setting::new(office, &form.common, size, size.body());
    setting.letterhead("", found.at.date())?;
    setting.title(&words.title)?;
    setting.skip(0.6);
    setting.field(&words.file, setting.bold(&found.file))?;
    setting.field(&words.sha256, setting.plain(&found.sha256))?;
    let at = setting.moment(found.at);
    setting.field(&words.checked_at, setting.plain(&at))?;
    setting.field(&words.checked_by, setting.plain(&found.by))?;
    setting.field(&words.outcome, setting.bold(&found.outcome))?;
    setting.field(&words.about_file, setting.plain(&found.about_file.join("; ")))?;
    for (place, lines) in found.signatures.iter().enumerate() {
        setting.skip(0.5);
        let number = (place + 1).to_string();
        let head = [setting.bold(&fill(&words.signature, &[("number", &number)]))];
        // A head does not stand alone at the end of a page.
        let first = setting.sheets.height(&head)?;
        setting.sheets.keep(first * 3.0)?;
        setting.sheets.paragraph(Align::Left, &head)?;
        for (name, value) in lines {
            setting.field(name, setting.plain(value))?;
        }
    }
    setting.skip(0.6);
    let note = [setting.span(Cut::Italic, 0.9, &words.note)];
    setting.sheets.paragraph(Align::Left, &note)?;
    let id = format!("{} {} {}", form.id, found.sha256, found.at);
    finish(setting.sheets, office, form, &found.file, found.at, id)
}
