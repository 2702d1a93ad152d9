//! The kinds of acts as their data file states them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Medium, Name, Side};
use crate::{
    Explain,
    book::{BookId, BookShelf},
    catalogue::Catalogue,
    eform::{FieldKind, Form, FormData, Forms},
    header::{Header, Mark},
    money::Dong,
    role::Role,
    text,
};

/// A file of kinds or wordings larger than this is none.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// Most kinds.
const MAX_KINDS: usize = 200;
/// Most characters of a text.
pub(super) const MAX_TEXT: usize = 600;

/// A fee by the value of an asset or a contract, in steps.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByValue {
    /// Key of the field with the value, in đồng; where it is empty or 0 the fee is not known.
    pub field: String,
    /// The text of law.
    pub law: String,
    /// The steps, each from its value on; the first from 0.
    pub steps: Vec<FeeStep>,
    /// The most that it costs.
    pub most: Dong,
}

/// A step of a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeStep {
    /// Values from this on.
    pub from: Dong,
    /// What this value itself costs.
    pub base: Dong,
    /// What is above it costs so many đồng of 10,000.
    #[serde(default)]
    pub of_10_000: u64,
}

impl ByValue {
    /// What a value costs; part of a đồng is not asked.
    pub fn fee(&self, value: Dong) -> Option<Dong> {
        let step = self.steps.iter().rev().find(|step| step.from <= value)?;
        let above = u128::from(value.0 - step.from.0) * u128::from(step.of_10_000) / 10_000;
        let fee = u128::from(step.base.0) + above;
        Some(Dong(u64::try_from(fee).unwrap_or(u64::MAX)).min(self.most))
    }

    fn check(&self, form: &Form) -> Result<(), &'static str> {
        let rises = self.steps.windows(2).all(|two| two[0].from < two[1].from);
        if self.steps.first().is_none_or(|first| first.from != Dong(0)) || !rises {
            return Err("mức phí theo giá trị phải bắt đầu từ 0 và tăng dần");
        }
        match form.field(&self.field).map(|field| &field.kind) {
            Some(FieldKind::Money) => Ok(()),
            _ => Err("mức phí theo giá trị cần một ô số tiền của biểu mẫu"),
        }
    }
}

/// Where a form names the earlier act of the same book that its act amends or cancels.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amends {
    /// Key of the field that says what is done to it (`Hủy bỏ`).
    pub does: String,
    /// Key of the field with its number, in front of what else is said of it.
    pub number: String,
    /// Key of the field with its day.
    pub day: String,
}

impl Amends {
    /// Number and day of the earlier act, as a form of such a kind names them.
    pub fn names(&self, form: &FormData) -> Option<(u32, Date)> {
        // `12`, `Số 12, quyển số 01/2026`; a volume's number is none.
        let typed = form.value(&self.number);
        let (before, _) = typed.split_at(typed.find(|c: char| c.is_ascii_digit())?);
        let named = (!text::fold(before).contains("quyen")).then_some(&typed[before.len()..])?;
        let digits = named.split(|c: char| !c.is_ascii_digit()).next()?;
        let day = Date::strptime("%d/%m/%Y", form.value(&self.day)).ok()?;
        Some((digits.parse().ok()?, day))
    }

    fn check(&self, form: &Form) -> Result<(), &'static str> {
        let all = [&self.does, &self.number, &self.day];
        match all.into_iter().all(|key| form.field(key).is_some()) {
            true => Ok(()),
            false => Err("biểu mẫu không có ô nêu việc bị sửa đổi, hủy bỏ"),
        }
    }
}

/// What may not be certified: cases in which the law lets nobody do an act, however well it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// What they are cases of (`Bản chính không được dùng làm cơ sở để chứng thực bản sao`).
    pub title: String,
    /// The article that names them.
    pub law: String,
    /// The first day on which they hold so.
    pub from: Date,
    /// The last.
    #[serde(default)]
    pub until: Option<Date>,
    /// The cases, each as a reason of a refusal.
    pub cases: Vec<String>,
    /// Where they were taken from.
    pub source: String,
    /// How they were found.
    pub mark: Mark,
    /// Whether they were checked against the official text.
    pub checked: bool,
}

impl Exclusion {
    /// Whether they hold so on `day`.
    pub fn is_in_force(&self, day: Date) -> bool {
        holds(self.from, self.until, day)
    }

    fn check(&self) -> Result<(), &'static str> {
        let texts = [&self.title, &self.law, &self.source].into_iter().chain(&self.cases);
        if self.cases.is_empty() {
            Err("trường hợp không được chứng thực chưa nêu trường hợp nào")
        } else if texts.into_iter().any(|words| is_untidy(words)) {
            Err("trường hợp không được chứng thực có chữ trống, quá dài hoặc có khoảng trắng thừa")
        } else if self.until.is_some_and(|until| until < self.from) {
            Err("trường hợp không được chứng thực hết hiệu lực trước khi có hiệu lực")
        } else {
            Ok(())
        }
    }
}

fn is_untidy(words: &str) -> bool {
    words.is_empty() || text::clean(words) != *words || words.chars().nth(MAX_TEXT).is_some()
}

/// A kind of act.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Short name that acts keep; it never changes.
    pub id: Name,
    /// Its name (`Chứng thực bản sao từ bản chính`).
    pub label: String,
    /// The article that it rests on.
    pub law: String,
    /// The first day on which it is done so.
    pub from: Date,
    /// The last.
    #[serde(default)]
    pub until: Option<Date>,
    /// The book that numbers it.
    pub book: BookId,
    /// Id of the form that says what it is about.
    pub form: String,
    /// Code of the procedure in the catalogue whose fee is its fee, where it has one.
    #[serde(default)]
    pub procedure: Option<String>,
    /// The tariff by which it costs what its value says, where no procedure tells, see [`Definitions::by_value`].
    #[serde(default)]
    pub by_value: Option<Name>,
    /// In what form it is handed out.
    #[serde(default)]
    pub medium: Medium,
    /// The sides of a transaction; none where people only ask.
    #[serde(default)]
    pub sides: Vec<Side>,
    /// Whether witnesses and interpreters may take part.
    #[serde(default)]
    pub helpers: bool,
    /// Of a kind that is done only where land or a house lies, how its form tells where.
    #[serde(default)]
    pub only_here: Option<OnlyHere>,
    /// Where its form names the earlier act that it amends or cancels.
    #[serde(default)]
    pub amends: Option<Amends>,
    /// Names of the cases in which it may not be done, see [`Definitions::excluded`].
    #[serde(default)]
    pub excluded: Option<Name>,
    /// Who may certify it.
    pub roles: Vec<Role>,
    /// Where the row was taken from.
    pub source: String,
    /// How it was found.
    pub mark: Mark,
    /// Whether it was checked against the official text.
    pub checked: bool,
}

pub(super) fn holds(from: Date, until: Option<Date>, day: Date) -> bool {
    from <= day && until.is_none_or(|until| day <= until)
}

/// Land and houses are certified only by the office of the commune where they lie (NĐ 23/2015/NĐ-CP, art. 5, as the facts
/// tell it); movables and an authorisation to exercise such rights anywhere. Whether it is about land is always said, so
/// that no empty field passes for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyHere {
    /// Key of the field that says whether it is about land or a house, one of a few choices.
    pub about: String,
    /// Its choices that say yes.
    pub yes: Vec<String>,
    /// Key of the field that names the commune then.
    pub commune: String,
}

impl OnlyHere {
    fn is_asked_by(&self, form: &Form) -> bool {
        let choices = match form.field(&self.about).map(|field| &field.kind) {
            Some(FieldKind::Choice(choices)) => choices.as_slice(),
            _ => return false,
        };
        form.field(&self.commune).is_some() && self.yes.iter().all(|yes| choices.contains(yes))
    }
}

impl Definition {
    /// Whether it is done so on `day`.
    pub fn is_in_force(&self, day: Date) -> bool {
        holds(self.from, self.until, day)
    }

    pub(super) fn check(&self, forms: &Forms, tariffs: &Tariffs) -> Result<(), &'static str> {
        if [&self.label, &self.law, &self.source].into_iter().any(|words| is_untidy(words)) {
            return Err("có chữ trống, quá dài hoặc có khoảng trắng thừa");
        }
        let Some(form) = forms.find(&self.form) else { return Err("không có biểu mẫu này") };
        let repeated = |(place, side): (usize, &Side)| {
            self.sides.iter().take(place).any(|other| other.id == side.id)
        };
        if self.roles.is_empty() {
            Err("thiếu người thực hiện")
        } else if self.sides.len() == 1 || self.sides.iter().enumerate().any(repeated) {
            Err("các bên phải từ hai và khác mã")
        } else if self.only_here.as_ref().is_some_and(|only| !only.is_asked_by(form)) {
            Err("biểu mẫu không có ô nơi có đất, nhà")
        } else if let Some(Err(what)) = self.amends.as_ref().map(|amends| amends.check(form)) {
            Err(what)
        } else if self.medium == Medium::Electronic && form.names_assets() {
            Err("bản điện tử chưa thực hiện được với tài sản")
        } else if self.by_value.is_some() && self.procedure.is_some() {
            Err("phí lấy từ thủ tục hoặc theo giá trị, không cả hai")
        } else if let Some(Err(what)) = self.by_value.as_ref().map(|name| match tariffs.get(name) {
            Some(rule) => rule.check(form),
            None => Err("không có biểu phí này"),
        }) {
            Err(what)
        } else if self.until.is_some_and(|until| until < self.from) {
            Err("ngày hết hiệu lực đứng trước ngày có hiệu lực")
        } else {
            Ok(())
        }
    }
}

/// Why a file of kinds, or of wordings, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// Larger than such a file can be.
    #[error(
        "Tệp loại việc, lời chứng lớn bất thường nên không được nạp. Dữ liệu đang dùng không thay đổi. Hãy chọn đúng tệp."
    )]
    TooLarge,
    /// Not the format.
    #[error(
        "Tệp loại việc, lời chứng không đúng định dạng: {0}. Dữ liệu đang dùng không thay đổi. Hãy sửa tệp hoặc dùng bản gốc."
    )]
    Unreadable(#[from] serde_json::Error),
    /// A kind or a wording that cannot be right.
    #[error(
        "Loại việc, lời chứng “{kind}” có chỗ sai: {what}. Dữ liệu đang dùng không thay đổi. Hãy sửa tệp rồi nạp lại."
    )]
    Wrong {
        /// Its id.
        kind: Name,
        /// What is wrong.
        what: &'static str,
    },
}

impl Explain for DefinitionError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-160",
            Self::Unreadable(_) => "OFF-161",
            Self::Wrong { .. } => "OFF-162",
        }
    }

    fn english(&self) -> String {
        let why = match self {
            Self::TooLarge => {
                "The file of kinds of acts or wordings is unusually large.".to_owned()
            }
            Self::Unreadable(error) => {
                format!("The file of kinds of acts or wordings has a wrong format: {error}.")
            }
            Self::Wrong { kind, .. } => format!("The kind of act or wording “{kind}” is wrong."),
        };
        format!("{why} What is in use is unchanged. Correct the file and load it again.")
    }
}

/// A file of kinds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    header: Header,
    #[serde(default)]
    tariffs: Tariffs,
    #[serde(default)]
    exclusions: BTreeMap<Name, Vec<Exclusion>>,
    kinds: Vec<Definition>,
}

/// Fees by value, by their names.
pub(super) type Tariffs = BTreeMap<Name, ByValue>;

/// The kinds of acts of the office.
#[derive(Clone, Debug)]
pub struct Definitions {
    /// Title, version and source of each file.
    pub headers: Vec<Header>,
    /// The kinds.
    pub kinds: Vec<Definition>,
    pub(super) tariffs: Tariffs,
    exclusions: BTreeMap<Name, Vec<Exclusion>>,
}

impl Definitions {
    /// What a kind costs by its value, where that is how it costs.
    pub fn by_value(&self, kind: &Definition) -> Option<&ByValue> {
        self.tariffs.get(kind.by_value.as_ref()?)
    }

    /// The cases in which a kind may not be done on `day`.
    pub fn excluded(&self, kind: &Definition, day: Date) -> Option<&Exclusion> {
        let all = self.exclusions.get(kind.excluded.as_ref()?)?;
        all.iter().find(|one| one.is_in_force(day))
    }

    /// Reads files of kinds; each has its form among `forms`. A kind may stand in them several times with
    /// periods that do not overlap.
    ///
    /// # Errors
    /// [`DefinitionError`].
    pub fn parse_all(files: &[&[u8]], forms: &Forms) -> Result<Self, DefinitionError> {
        let mut all = Self {
            headers: Vec::new(),
            kinds: Vec::new(),
            tariffs: Tariffs::new(),
            exclusions: BTreeMap::new(),
        };
        for json in files {
            if json.len() > MAX_BYTES {
                return Err(DefinitionError::TooLarge);
            }
            let file: File = serde_json::from_slice(json)?;
            all.headers.push(file.header);
            all.tariffs.extend(file.tariffs);
            all.exclusions.extend(file.exclusions);
            all.kinds.extend(file.kinds);
        }
        if all.kinds.len() > MAX_KINDS {
            return Err(DefinitionError::TooLarge);
        }
        for (place, kind) in all.kinds.iter().enumerate() {
            let wrong = |what| DefinitionError::Wrong { kind: kind.id.clone(), what };
            kind.check(forms, &all.tariffs).map_err(wrong)?;
            if let Some(name) = &kind.excluded {
                let cases = all.exclusions.get(name).ok_or("không có trường hợp nào tên ấy");
                let cases = cases.map_err(wrong)?;
                cases.iter().try_for_each(Exclusion::check).map_err(wrong)?;
            }
            let meets = |other: &Definition| {
                other.id == kind.id
                    && (other.is_in_force(kind.from) || kind.is_in_force(other.from))
            };
            if all.kinds.iter().take(place).any(meets) {
                return Err(wrong("hai dòng cùng mã có hiệu lực cùng lúc"));
            }
        }
        Ok(all)
    }

    /// Whether each has its book on this shelf and its fee in this catalogue.
    ///
    /// # Errors
    /// [`DefinitionError::Wrong`].
    pub fn check_within(
        &self,
        shelf: &BookShelf,
        catalogue: &Catalogue,
    ) -> Result<(), DefinitionError> {
        for kind in &self.kinds {
            let wrong = |what| Err(DefinitionError::Wrong { kind: kind.id.clone(), what });
            if shelf.find(kind.book).is_none() {
                return wrong("không có sổ này");
            }
            let known = |code: &String| catalogue.all().any(|procedure| procedure.code == *code);
            if !kind.procedure.iter().all(known) {
                return wrong("danh mục không có thủ tục này");
            }
        }
        Ok(())
    }

    /// A kind as it is done on `day`.
    pub fn find(&self, id: &Name, day: Date) -> Option<&Definition> {
        self.in_force(day).find(|kind| kind.id == *id)
    }

    /// The kinds that are done on `day`, in the file's order.
    pub fn in_force(&self, day: Date) -> impl Iterator<Item = &Definition> {
        self.kinds.iter().filter(move |kind| kind.is_in_force(day))
    }
}
