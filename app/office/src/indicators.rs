//! What a dossier still lacks for the indicators by which the province is scored (bộ chỉ số 766), told
//! while a clerk can still mend it: before the dossier is closed.
//!
//! Only what is true counts: a gap is closed by doing the thing, never by ticking it. Where nothing can
//! be done any more, the sentence says so. The rules are data of a transcription that was not checked
//! against the official text ([`Indicators::header`]); what is code here is only what each rule means for
//! one dossier. Rules that need the whole period (1.4 synced, 5.4 satisfaction) are not about one dossier.

#[cfg(test)]
mod tests;

use serde::Deserialize;

use crate::{
    calendar::{self, WorkingCalendar},
    dossier::{Channel, Dossier, Fee},
    evidence::Evidence,
    header::Header,
    payment::Payment,
    workflow::{Course, Move, Punctuality, Step},
};

/// One indicator, as the data has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Number (`4.2`).
    pub id: String,
    /// Its name.
    pub title: String,
    /// The rule on the exchange's fields, for the reader.
    pub rule: String,
    /// What earns full marks, in words, or empty.
    pub full_marks: String,
}

/// `assets/exchange/indicators_766.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicators {
    header: Header,
    indicators: Vec<Indicator>,
}

impl Indicators {
    /// Reads the data.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// Title, version, source and mark.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The indicator of this number.
    pub fn find(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == id)
    }
}

/// How a dossier stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Ended in time, or due later.
    InTime,
    /// Not ended, and due so soon that it has to be finished or apologised for.
    Soon,
    /// Past its deadline.
    Late,
    /// No deadline is known.
    Unknown,
}

/// How the fee came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeState {
    /// Nothing is taken: the indicator leaves the dossier out.
    None,
    /// On the national portal or the province's gateway.
    PaidOnline,
    /// Cash, or a transfer to the office's account.
    PaidOtherwise,
    /// Still due.
    Due,
}

/// What the indicators ask about one dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How it came in.
    pub channel: Channel,
    /// How it stands in time.
    pub timing: Timing,
    /// How often a supplement was asked for, steps that were taken back included: the citizen was told.
    pub supplements: usize,
    /// Components that have a file.
    pub input_files: usize,
    /// Whether the result is there.
    pub resolved: bool,
    /// Whether the result is there as a file.
    pub result_file: bool,
    /// The fee.
    pub fee: FeeState,
    /// Whether the province has confirmed the applicant (VNeID, population database).
    pub confirmed: bool,
    /// Whether a component was taken from the national store.
    pub national_store: bool,
}

impl Facts {
    /// The facts of a dossier by its `course`, all its `moves` and its `payments` (without cancelled ones)
    /// at the local time `now`. `online`: what the office knows was paid on the portal or the province's
    /// gateway; a transfer to the office's own account is not that.
    pub fn of(
        dossier: &Dossier,
        course: &Course,
        moves: &[Move],
        payments: &[&Payment],
        online: bool,
        calendar: &WorkingCalendar,
        now: jiff::civil::DateTime,
    ) -> Facts {
        let timing = match (course.punctuality(), &course.deadline) {
            (Some(Punctuality::Late), _) => Timing::Late,
            (Some(Punctuality::Early | Punctuality::OnTime), _) => Timing::InTime,
            (None, None) => Timing::Unknown,
            (None, Some(_)) if course.paused.is_some() => Timing::InTime,
            (None, Some(due)) if now > due.at => Timing::Late,
            (None, Some(due)) if calendar::is_soon(due, dossier.received_at, calendar, now) => {
                Timing::Soon
            }
            (None, Some(_)) => Timing::InTime,
        };
        let files =
            dossier.components.iter().filter_map(|component| component.proof.as_ref()?.content());
        let fee = match &dossier.fee {
            Fee::Free if payments.is_empty() => FeeState::None,
            _ if online => FeeState::PaidOnline,
            _ if payments.is_empty() => FeeState::Due,
            _ if payments.iter().all(|payment| payment.total().0 == 0) => FeeState::None,
            _ => FeeState::PaidOtherwise,
        };
        Facts {
            channel: dossier.channel,
            timing,
            supplements: moves
                .iter()
                .filter(|movement| matches!(movement.step, Step::SupplementAsked { .. }))
                .count(),
            input_files: files.count(),
            resolved: course.ended.is_some(),
            result_file: course.electronic_result,
            fee,
            confirmed: dossier.applicant.evidence == Evidence::VneidConfirmed,
            national_store: false,
        }
    }
}

/// What a dossier lacks for an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its number in the data (`4.2`).
    pub indicator: &'static str,
    /// What is missing, and what the clerk can still do.
    pub sentence: &'static str,
}

/// What the dossier lacks, in the indicators' order.
pub fn gaps(facts: &Facts) -> Vec<Gap> {
    let mut out = Vec::new();
    let mut gap = |indicator, sentence| out.push(Gap { indicator, sentence });
    match facts.timing {
        Timing::Late if facts.resolved => gap(
            "2.1",
            "Hồ sơ đã kết thúc sau ngày hẹn trả. Không sửa được nữa: cần có văn bản xin lỗi (mẫu 04) trong hồ sơ.",
        ),
        Timing::Late => gap(
            "2.1",
            "Hồ sơ đã quá ngày hẹn trả. Hãy giải quyết ngay và xin lỗi người nộp bằng văn bản (mẫu 04).",
        ),
        Timing::Soon => gap(
            "2.1",
            "Hồ sơ sắp đến hạn. Hãy hoàn thành trong hạn hoặc xin lỗi, gia hạn (mẫu 04) trước ngày hẹn trả ít nhất một ngày.",
        ),
        Timing::Unknown => gap(
            "2.1",
            "Hồ sơ chưa có ngày hẹn trả nên không chứng minh được là đúng hạn. Hãy ghi ngày hẹn trả theo quy định.",
        ),
        Timing::InTime => {}
    }
    if facts.supplements > 1 {
        gap(
            "2.1",
            "Hồ sơ bị yêu cầu bổ sung quá một lần nên bị tính là trễ hạn. Không sửa được nữa: hãy báo lãnh đạo.",
        );
    }
    if facts.channel != Channel::Online {
        gap(
            "3.3",
            "Hồ sơ nộp trực tiếp hoặc qua bưu chính nên không tính là trực tuyến. Lần sau hãy hướng dẫn người nộp dùng Cổng Dịch vụ công.",
        );
    } else if !facts.result_file {
        gap(
            "3.3",
            "Hồ sơ trực tuyến chưa có tệp kết quả nên chưa được tính. Hãy đính kèm bản điện tử của kết quả.",
        );
    }
    match facts.fee {
        FeeState::Due => gap(
            "3.6",
            "Phí, lệ phí chưa nộp. Hãy hướng dẫn người nộp thanh toán trên Cổng Dịch vụ công hoặc cổng thanh toán của tỉnh.",
        ),
        FeeState::PaidOtherwise => gap(
            "3.6",
            "Phí, lệ phí nộp bằng tiền mặt hoặc chuyển khoản tới cơ quan nên không tính là thanh toán trực tuyến. Không sửa được nữa.",
        ),
        FeeState::None | FeeState::PaidOnline => {}
    }
    if !facts.result_file {
        gap(
            "4.1",
            "Chưa có kết quả điện tử. Hãy đính kèm bản điện tử đã ký số hoặc bản số hóa của kết quả trước khi trả.",
        );
    }
    match (facts.input_files > 0, facts.result_file) {
        (true, true) => {}
        (false, true) => gap(
            "4.2",
            "Chưa có tệp nào trong thành phần hồ sơ nên chưa tính là số hóa. Hãy quét giấy tờ đã nhận.",
        ),
        (true, false) => gap(
            "4.2",
            "Thành phần hồ sơ đã có tệp nhưng kết quả thì chưa nên chưa tính là số hóa. Hãy đính kèm tệp kết quả.",
        ),
        (false, false) => gap(
            "4.2",
            "Chưa có tệp thành phần hồ sơ và tệp kết quả nên chưa tính là số hóa. Hãy quét giấy tờ đã nhận và đính kèm tệp kết quả.",
        ),
    }
    if facts.input_files == 0 {
        gap(
            "4.3",
            "Hồ sơ chưa có thành phần số hóa. Hãy dùng lại giấy tờ trong kho của công dân hoặc quét giấy tờ đã nhận.",
        );
    }
    if !facts.national_store {
        gap(
            "4.4",
            "Không có giấy tờ lấy từ kho dữ liệu điện tử quốc gia. Phần mềm chưa kết nối kho này: hãy tra cứu trên Cổng Dịch vụ công nếu cần.",
        );
    }
    if !facts.confirmed && !facts.national_store {
        gap(
            "4.5",
            "Danh tính người nộp chưa được tỉnh xác nhận với VNeID hoặc Cơ sở dữ liệu quốc gia về dân cư. Hãy gửi xác nhận khi có kết nối.",
        );
    }
    out
}
