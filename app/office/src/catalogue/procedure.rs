//! One procedure (thủ tục hành chính) as the catalogue has it.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FeeRule, PerPage};
use crate::{
    calendar::TimeLimit,
    document,
    dossier::{Channel, Fee},
    header::Mark,
    payment::FeeKind,
    text::{self, TEXT_LIMIT},
};

/// Most components, notes, channels, results or laws of a procedure.
pub(super) const MAX_PARTS: usize = 300;
/// Most characters of a remark; names keep to what a dossier takes.
pub(super) const MAX_REMARK: usize = 4_000;

/// A procedure and what is doubtful about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// National code: a digit, a dot, six digits (`1.001193`).
    pub code: String,
    /// Official name.
    pub name: String,
    /// The name counters use, where the official one is long; see [`Procedure::short_name`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) short_name: String,
    /// Lĩnh vực.
    pub field: String,
    /// The portal's code of the field (MALINHVUC), or empty: it is never made up here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field_code: String,
    /// Cấp thực hiện, as the portal words it.
    pub level: String,
    /// Often asked for at a counter, so found first. A choice of this catalogue, not of its source.
    #[serde(default, skip_serializing_if = "is_false")]
    pub common: bool,
    /// What has to be handed in or shown.
    pub components: Vec<Component>,
    /// Remarks of the source on the components, for the clerk to read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Time limit and fees by channel; the ordinary case of a channel comes first.
    pub channels: Vec<ChannelRule>,
    /// What the citizen gets.
    pub results: Vec<String>,
    /// The portal's codes of the results (MAKETQUA), one for each of `results`, or none at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub result_codes: Vec<String>,
    /// Numbers of the legal documents.
    pub legal_basis: Vec<String>,
    /// In force from this day; `None`: before the catalogue's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// In force up to and with this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Where the row was taken from.
    pub source: String,
    /// When the source was read, as it says (a day, or only a year).
    pub source_date: String,
    /// How it was found.
    pub mark: Mark,
    /// Whether it was checked against the official text.
    pub checked: bool,
    /// What is doubtful.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}

/// A paper of the dossier (thành phần hồ sơ).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its name as the receipt prints it.
    pub name: String,
    /// The portal's code of the paper (MAGIAYTO), or empty: it is never made up here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The heading it stands under, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// When it is needed, in words; empty: always.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub when: String,
    /// Bản chính asked for; 0 with 0 `copies`: the source does not say.
    pub originals: u16,
    /// Bản sao asked for.
    pub copies: u16,
    /// Whether every applicant needs it. With [`Flag::ObligatoryInferred`] this is a guess from the
    /// wording: propose it, never insist.
    pub obligatory: bool,
    /// Shown and given back, not handed in.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shown_only: bool,
    /// Number of the form to fill in, or empty (`CT01`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub form_no: String,
    /// What may stand in the paper's place; any one of them is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub satisfied_by: Vec<Means>,
}

/// What may stand in a paper's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// The electronic form of this procedure.
    ApplicationForm,
    /// The applicant's identity card or passport, or its verified data.
    Identity,
    /// Proof of where the applicant lives: data of the state, else a paper.
    Residence,
    /// A paper of this kind from the person's store.
    Document(document::Kind),
}

impl Means {
    /// The means in words.
    pub fn label(self) -> &'static str {
        match self {
            Means::ApplicationForm => "Tờ khai điện tử của thủ tục",
            Means::Identity => "Căn cước hoặc hộ chiếu của người nộp",
            Means::Residence => "Thông tin về nơi cư trú",
            Means::Document(kind) => kind.label(),
        }
    }
}

impl Component {
    /// Whether verified data of the applicant may stand for it, where they waive the identity paper: see
    /// [`crate::waiver`].
    pub fn is_identity(&self) -> bool {
        self.satisfied_by.contains(&Means::Identity)
    }

    fn texts(&self) -> [&String; 5] {
        [&self.name, &self.code, &self.group, &self.when, &self.form_no]
    }
}

/// Time limit and fees of one case of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    /// The channel.
    pub kind: Channel,
    /// When this case applies, in words; empty for the ordinary case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    /// How long it may take; in the file the source's words.
    #[serde(deserialize_with = "time_limit", serialize_with = "time_limit_words")]
    pub time_limit: TimeLimit,
    /// What it costs; several rules are alternatives.
    pub fees: Vec<FeeRule>,
    /// When each of `fees` is due, in words, one for each, or none at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fee_names: Vec<String>,
    /// The portal's codes of the fees (MAPHILEPHI), one for each of `fees`, or none at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fee_codes: Vec<String>,
    /// What the source adds about the fee.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fee_note: String,
    /// Where the fees were taken from, where that is not the row's source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_source: Option<FeeSource>,
    /// Fees that are set already for later, by the day from which they replace the ones before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later_fees: Vec<LaterFees>,
}

/// Fees from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaterFees {
    /// The first day.
    pub from: Date,
    /// As [`ChannelRule::fees`].
    pub fees: Vec<FeeRule>,
    /// As [`ChannelRule::fee_names`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Where they were taken from.
    pub source: FeeSource,
}

/// What a channel costs on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates<'a> {
    /// Several rules are alternatives.
    pub fees: &'a [FeeRule],
    /// When each is due, or empty.
    pub names: &'a [String],
    /// Where they were taken from, where that is not the row's source.
    pub source: Option<&'a FeeSource>,
}

impl ChannelRule {
    fn texts(&self) -> impl Iterator<Item = &String> {
        let later = self.later_fees.iter();
        let later = later.flat_map(|later| later.names.iter().chain([&later.source.source]));
        let source = self.fee_source.iter().map(|source| &source.source);
        self.fee_codes.iter().chain(&self.fee_names).chain(source).chain(later)
    }

    /// What it costs on `day`.
    pub fn rates(&self, day: Date) -> Rates<'_> {
        match self.later_fees.iter().rev().find(|later| later.from <= day) {
            Some(later) => {
                Rates { fees: &later.fees, names: &later.names, source: Some(&later.source) }
            }
            None => {
                Rates { fees: &self.fees, names: &self.fee_names, source: self.fee_source.as_ref() }
            }
        }
    }
}

/// Where the fees of a channel were taken from: a circular knows them better than the portal's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeSource {
    /// The text of law, and the copy that was read.
    pub source: String,
    /// How it was found.
    pub mark: Mark,
    /// Phí or lệ phí; `None`: the source names both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FeeKind>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The words that [`TimeLimit::read`] reads back as the same limit.
pub(super) fn words_of(limit: &TimeLimit) -> String {
    match limit {
        TimeLimit::WorkingDays(n) => format!("{n} ngày làm việc"),
        TimeLimit::Days(n) => format!("{n} ngày"),
        TimeLimit::WorkingHours(n) => format!("{n} giờ làm việc"),
        TimeLimit::SameDay => "Trong ngày".into(),
        TimeLimit::Unclear(words) => words.clone(),
    }
}

fn time_limit_words<S: Serializer>(limit: &TimeLimit, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&words_of(limit))
}

fn time_limit<'de, D: Deserializer<'de>>(from: D) -> Result<TimeLimit, D::Error> {
    String::deserialize(from).map(|words| TimeLimit::read(&words))
}

/// What is doubtful about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The source's time limit lost its unit.
    TimeLimitUnitMissing,
    /// The time limit was taken from the steps or the law, not from the channel's line.
    TimeLimitFromText,
    /// Several time limits by case; the source does not say which is the ordinary one.
    TimeLimitHasCases,
    /// The source contradicts itself about the fee, or the province decides it.
    FeeDoubtful,
    /// Cases exist in which another fee is due.
    FeeHasCases,
    /// Which components are obligatory was guessed from their wording.
    ObligatoryInferred,
    /// The source's text of the components could not be parted into papers.
    ComponentsUnsplit,
    /// The source names no counter channel.
    CounterNotListed,
    /// The source is a hand-made excerpt.
    Excerpt,
    /// The source tells the code and the name only.
    NameOnly,
}

impl Flag {
    /// The doubt in words, for the clerk.
    pub fn label(self) -> &'static str {
        match self {
            Flag::TimeLimitUnitMissing => "Nguồn ghi thời hạn mà thiếu đơn vị ngày hay giờ",
            Flag::TimeLimitFromText => {
                "Thời hạn lấy từ trình tự thực hiện hoặc văn bản luật, không từ dòng cách thức thực hiện"
            }
            Flag::TimeLimitHasCases => "Thời hạn khác nhau theo từng trường hợp",
            Flag::FeeDoubtful => {
                "Nguồn ghi mức thu không thống nhất hoặc do Hội đồng nhân dân tỉnh quyết định"
            }
            Flag::FeeHasCases => "Có trường hợp phải nộp mức phí, lệ phí khác",
            Flag::ObligatoryInferred => "Giấy tờ bắt buộc được suy ra từ câu chữ, cần đối chiếu",
            Flag::ComponentsUnsplit => "Nguồn chưa tách rõ từng giấy tờ trong thành phần hồ sơ",
            Flag::CounterNotListed => "Nguồn không nêu kênh trực tiếp",
            Flag::Excerpt => "Nguồn là bản trích rút gọn",
            Flag::NameOnly => {
                "Nguồn chỉ cho biết mã và tên: thành phần hồ sơ, thời hạn, mức thu phải theo văn bản công bố"
            }
        }
    }
}

/// Whether `code` has the form of a procedure's national code (`1.001193`).
pub(super) fn is_code(code: &str) -> bool {
    code.split_once('.').is_some_and(|(kind, number)| {
        kind.len() == 1
            && number.len() == 6
            && kind.bytes().chain(number.bytes()).all(|b| b.is_ascii_digit())
    })
}

/// Whether a text has more than `limit` characters.
fn is_longer(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().nth(limit).is_some()
}

impl Procedure {
    /// What is wrong with the row, if anything.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let parts = [
            self.components.len(),
            self.notes.len(),
            self.channels.len(),
            self.results.len(),
            self.legal_basis.len(),
        ];
        let later_fit = |later: &LaterFees| {
            later.fees.len() <= MAX_PARTS
                && (later.names.is_empty() || later.names.len() == later.fees.len())
        };
        let fees_fit = |rule: &ChannelRule| {
            rule.fees.len() <= MAX_PARTS
                && rule.later_fees.len() <= MAX_PARTS
                && rule.later_fees.iter().all(later_fit)
                && rule.later_fees.is_sorted_by(|a, b| a.from < b.from)
                && [rule.fee_codes.len(), rule.fee_names.len()]
                    .into_iter()
                    .all(|count| count == 0 || count == rule.fees.len())
        };
        let results_fit =
            self.result_codes.is_empty() || self.result_codes.len() == self.results.len();
        if !is_code(&self.code) {
            Err("mã thủ tục phải có dạng 1.001193")
        } else if self.name.is_empty() || self.components.iter().any(|c| c.name.is_empty()) {
            Err("thiếu tên")
        } else if parts.into_iter().any(|count| count > MAX_PARTS) {
            Err("quá nhiều thành phần hồ sơ, ghi chú, kênh, kết quả hoặc căn cứ")
        } else if !results_fit || !self.channels.iter().all(fees_fit) {
            Err("số mã hoặc tên không khớp số kết quả hoặc số mức phí")
        } else if self.from.zip(self.until).is_some_and(|(from, until)| from > until) {
            Err("ngày hết hiệu lực đứng trước ngày có hiệu lực")
        } else if self.names().any(|t| is_longer(t, TEXT_LIMIT))
            || self.remarks().any(|t| is_longer(t, MAX_REMARK))
        {
            Err("có chỗ dài quá mức")
        } else if !self.names().chain(self.remarks()).all(|t| text::is_clean(t)) {
            Err("có khoảng trắng thừa hoặc chữ không ở dạng NFC")
        } else {
            Ok(())
        }
    }

    /// Texts that a dossier or a receipt may take over.
    fn names(&self) -> impl Iterator<Item = &String> {
        [&self.name, &self.short_name, &self.field, &self.field_code, &self.level]
            .into_iter()
            .chain(self.components.iter().flat_map(Component::texts))
            .chain(&self.results)
            .chain(&self.result_codes)
            .chain(&self.legal_basis)
            .chain(self.channels.iter().flat_map(ChannelRule::texts))
            .chain([&self.source, &self.source_date])
    }

    /// Texts that are only read.
    fn remarks(&self) -> impl Iterator<Item = &String> {
        self.notes.iter().chain(self.channels.iter().flat_map(|rule| {
            let later = rule.later_fees.iter().flat_map(|later| &later.fees);
            let words = rule.fees.iter().chain(later).filter_map(|fee| match fee {
                FeeRule::Unknown(words) => Some(words),
                FeeRule::Free | FeeRule::Fixed(_) | FeeRule::PerPage(_) => None,
            });
            [&rule.case, &rule.fee_note].into_iter().chain(words)
        }))
    }

    /// The name for lists and buttons.
    pub fn short_name(&self) -> &str {
        if self.short_name.is_empty() { &self.name } else { &self.short_name }
    }

    /// Whether the row applies to what is received on `day`.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// The cases of a channel, the ordinary one first; empty where the source names none.
    pub fn cases(&self, channel: Channel) -> impl Iterator<Item = &ChannelRule> {
        self.channels.iter().filter(move |rule| rule.kind == channel)
    }

    /// The time limit of the channel's ordinary case.
    pub fn time_limit(&self, channel: Channel) -> TimeLimit {
        match self.cases(channel).next() {
            Some(rule) => rule.time_limit.clone(),
            None => TimeLimit::Unclear(String::new()),
        }
    }

    /// How the fee of the channel's ordinary case goes by page on `day`, if it does.
    pub fn per_page(&self, channel: Channel, day: Date) -> Option<&PerPage> {
        match self.cases(channel).next()?.rates(day).fees {
            [FeeRule::PerPage(rate)] => Some(rate),
            _ => None,
        }
    }

    /// The fee of the channel's ordinary case on `day`. Alternatives, and what the source contradicts, are
    /// [`Fee::Unknown`] with the reason.
    pub fn fee(&self, channel: Channel, day: Date) -> Fee {
        let Some(rule) = self.cases(channel).next() else {
            return Fee::Unknown(format!(
                "Danh mục không ghi phí cho kênh {}",
                channel.label().to_lowercase()
            ));
        };
        match rule.rates(day).fees {
            [] => Fee::Unknown("Danh mục không ghi phí".into()),
            [one] => one.fee(),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => first.fee(),
            _ => Fee::Unknown("Danh mục ghi nhiều mức phí, cần chọn theo trường hợp".into()),
        }
    }
}
