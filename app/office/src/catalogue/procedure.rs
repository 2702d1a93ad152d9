//! One procedure (thủ tục hành chính) as the catalogue has it.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

use super::{FeeRule, Mark};
use crate::{
    calendar::TimeLimit,
    dossier::{Channel, Fee},
    text,
};

const MAX_COMPONENTS: usize = 300;

/// A procedure and what is doubtful about it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// National code: a digit, a dot, six digits (`1.001193`).
    pub code: String,
    /// Official name.
    pub name: String,
    /// The name counters use, where the official one is long; see [`Procedure::short_name`].
    #[serde(default)]
    pub(super) short_name: String,
    /// Lĩnh vực.
    pub field: String,
    /// Cấp thực hiện, as the portal words it.
    pub level: String,
    /// What has to be handed in or shown.
    pub components: Vec<Component>,
    /// Remarks of the source on the components, for the clerk to read.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Time limit and fees by channel; the ordinary case of a channel comes first.
    pub channels: Vec<ChannelRule>,
    /// What the citizen gets.
    pub results: Vec<String>,
    /// Numbers of the legal documents.
    pub legal_basis: Vec<String>,
    /// In force from this day; `None`: before the catalogue's version.
    #[serde(default)]
    pub from: Option<Date>,
    /// In force up to and with this day.
    #[serde(default)]
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
    #[serde(default)]
    pub flags: Vec<Flag>,
}

/// A paper of the dossier (thành phần hồ sơ).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its name as the receipt prints it.
    pub name: String,
    /// The heading it stands under, or empty.
    #[serde(default)]
    pub group: String,
    /// When it is needed, in words; empty: always.
    #[serde(default)]
    pub when: String,
    /// Bản chính asked for.
    pub originals: u16,
    /// Bản sao asked for.
    pub copies: u16,
    /// Whether every applicant needs it. With [`Flag::ObligatoryInferred`] this is a guess from the
    /// wording: propose it, never insist.
    pub obligatory: bool,
    /// Shown and given back, not handed in.
    #[serde(default)]
    pub shown_only: bool,
    /// Number of the form to fill in, or empty (`CT01`).
    #[serde(default)]
    pub form_no: String,
}

/// Time limit and fees of one case of a channel.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    /// The channel.
    pub kind: Channel,
    /// When this case applies, in words; empty for the ordinary case.
    #[serde(default)]
    pub case: String,
    /// How long it may take; in the file the source's words.
    #[serde(deserialize_with = "time_limit")]
    pub time_limit: TimeLimit,
    /// What it costs; several rules are alternatives.
    pub fees: Vec<FeeRule>,
    /// What the source adds about the fee.
    #[serde(default)]
    pub fee_note: String,
}

fn time_limit<'de, D: Deserializer<'de>>(from: D) -> Result<TimeLimit, D::Error> {
    String::deserialize(from).map(|words| TimeLimit::read(&words))
}

/// What is doubtful about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The source's time limit lost its unit.
    TimeLimitUnitMissing,
    /// The time limit was taken from the steps or the law, not from the channel's line.
    TimeLimitFromText,
    /// The source says free, and also that the province decides.
    FeeDoubtful,
    /// Cases exist in which another fee is due.
    FeeHasCases,
    /// Which components are obligatory was guessed from their wording.
    ObligatoryInferred,
    /// The source names no counter channel.
    CounterNotListed,
    /// The source is a hand-made excerpt.
    Excerpt,
}

impl Flag {
    /// The doubt in words, for the clerk.
    pub fn label(self) -> &'static str {
        match self {
            Flag::TimeLimitUnitMissing => "Nguồn ghi thời hạn mà thiếu đơn vị ngày hay giờ",
            Flag::TimeLimitFromText => {
                "Thời hạn lấy từ trình tự thực hiện hoặc văn bản luật, không từ dòng cách thức thực hiện"
            }
            Flag::FeeDoubtful => {
                "Nguồn ghi miễn phí nhưng cũng ghi mức thu do Hội đồng nhân dân tỉnh quyết định"
            }
            Flag::FeeHasCases => "Có trường hợp phải nộp mức phí, lệ phí khác",
            Flag::ObligatoryInferred => "Giấy tờ bắt buộc được suy ra từ câu chữ, cần đối chiếu",
            Flag::CounterNotListed => "Nguồn không nêu kênh trực tiếp",
            Flag::Excerpt => "Nguồn là bản trích rút gọn",
        }
    }
}

impl Procedure {
    /// What is wrong with the row, if anything.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let code_holds = self.code.split_once('.').is_some_and(|(kind, number)| {
            kind.len() == 1
                && number.len() == 6
                && kind.bytes().chain(number.bytes()).all(|b| b.is_ascii_digit())
        });
        let texts = [&self.name, &self.short_name, &self.field]
            .into_iter()
            .chain(self.components.iter().map(|c| &c.name));
        if !code_holds {
            Err("mã thủ tục phải có dạng 1.001193")
        } else if self.name.is_empty() || self.components.iter().any(|c| c.name.is_empty()) {
            Err("thiếu tên")
        } else if self.components.len() > MAX_COMPONENTS {
            Err("quá nhiều thành phần hồ sơ")
        } else if self.from.zip(self.until).is_some_and(|(from, until)| from > until) {
            Err("ngày hết hiệu lực đứng trước ngày có hiệu lực")
        } else if texts.into_iter().any(|t| text::clean(t) != **t) {
            Err("có khoảng trắng thừa hoặc chữ không ở dạng NFC")
        } else {
            Ok(())
        }
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

    /// The fee of the channel's ordinary case. Alternatives, and what the source contradicts, are
    /// [`Fee::Unknown`] with the reason.
    pub fn fee(&self, channel: Channel) -> Fee {
        let Some(rule) = self.cases(channel).next() else {
            return Fee::Unknown(format!(
                "Danh mục không ghi phí cho kênh {}",
                channel.label().to_lowercase()
            ));
        };
        match rule.fees.as_slice() {
            [] => Fee::Unknown("Danh mục không ghi phí".into()),
            [one] => one.fee(),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => first.fee(),
            _ => Fee::Unknown("Danh mục ghi nhiều mức phí, cần chọn theo trường hợp".into()),
        }
    }
}
