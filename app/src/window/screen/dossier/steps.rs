//! The questions of a step: what the clerk has to say before it is written. The answer is an
//! [`office::workflow::Step`]; the dialog itself is the confirmation, nothing is written before it.

mod view;

use jiff::civil::DateTime;
use office::{
    calendar::{Deadline, WorkingCalendar},
    dossier::{PaperForm, Submitted},
    indicators::Gap,
    money::Dong,
    tariff,
    text::{clean, clean_lines},
    workflow::{Handover, Outcome, Return, Step, StepKind},
};
use widgets::{DateInput, date::Century};

use crate::{browse::unquoted, window::notice::Notice};
pub use view::choice;

/// The first field of every form, or its button where it has none.
pub const FIRST: &str = "step-first";
/// The second field.
const SECOND: &str = "step-second";

/// Title of the list of possible steps.
pub const CHOICE: &str = "Chọn bước";

/// The first paper of the checklist.
const CHECKLIST: &str = "step-checklist";
/// Papers of the checklist that are listed without scrolling.
const IN_SIGHT: usize = 6;
const LIST: f32 = 240.0;
const WIDTH: f32 = 640.0;
/// Lines of what is to be supplemented.
const MOST_ITEMS: usize = 30;

/// What the button of a step says, and the title of its form.
pub fn label(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Resolved => "Ghi kết quả",
        StepKind::PaymentAsked => "Yêu cầu nghĩa vụ tài chính",
        StepKind::Undone => "Hoàn tác bước vừa rồi",
        StepKind::SupplementAsked => "Yêu cầu bổ sung (mẫu 02)",
        StepKind::Refused => "Từ chối (mẫu 03)",
        StepKind::Extended => "Xin lỗi và gia hạn (mẫu 04)",
        StepKind::Stopped => "Dừng giải quyết (mẫu 05)",
        StepKind::Supplemented
        | StepKind::Returned
        | StepKind::Transferred
        | StepKind::DueCorrected
        | StepKind::Withdrawn => kind.label(),
    }
}

/// What the step means, under its title.
fn meaning(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Transferred => "Hồ sơ sang trạng thái Đang xử lý; phiếu kiểm soát ghi giờ giao.",
        StepKind::SupplementAsked => {
            "Chỉ được yêu cầu một lần. Thời hạn dừng lại cho đến khi công dân nộp bổ sung."
        }
        StepKind::Supplemented => "Thời hạn chạy tiếp từ lúc này; ngày hẹn trả được tính lại.",
        StepKind::PaymentAsked => "Chờ công dân thực hiện nghĩa vụ tài chính; thời hạn vẫn chạy.",
        StepKind::Extended => "Văn bản xin lỗi được lập để lãnh đạo ký; ngày hẹn trả đổi theo.",
        StepKind::DueCorrected => {
            "Chỉ dùng khi ngày hẹn ghi nhầm và chưa ai xử lý; giấy tiếp nhận cũ vẫn lưu."
        }
        StepKind::Resolved => "Hồ sơ sang trạng thái Đã xử lý xong và chờ trả.",
        StepKind::Returned => "Người nhận ký giấy biên nhận trả kết quả.",
        StepKind::Refused => "Hồ sơ kết thúc; phiếu từ chối nêu lý do được lập.",
        StepKind::Stopped => "Hồ sơ kết thúc; thông báo dừng giải quyết được lập.",
        StepKind::Withdrawn => "Hồ sơ kết thúc theo yêu cầu của công dân.",
        StepKind::Undone => "Bước trước vẫn còn trong sổ, kèm lý do hoàn tác.",
    }
}

/// What a form needs to know of its dossier.
pub struct About<'a> {
    /// The applicant's name.
    pub applicant: &'a str,
    /// What the procedure ends with, as the catalogue says, or empty.
    pub result: &'a str,
    /// The step that would be taken back.
    pub last: Option<&'static str>,
    /// What the province will miss if it is closed as it is.
    pub gaps: Vec<Gap>,
    /// The deadline if the clock runs on now.
    pub resumed: Option<Deadline>,
    /// What the citizen was asked to bring.
    pub asked: &'a [String],
    /// Whether a supplement was asked for and the request taken back.
    pub asked_and_undone: bool,
    /// The papers that the procedure asks for.
    pub checklist: &'a [String],
}

/// A form in the making.
#[derive(Clone, Debug)]
pub struct Form {
    /// Which step.
    pub kind: StepKind,
    first: String,
    second: String,
    third: String,
    ticked: bool,
    paper: Option<PaperForm>,
    day: DateInput,
    due: Option<Deadline>,
    last: Option<&'static str>,
    gaps: Vec<Gap>,
    asked_and_undone: bool,
    /// Papers of the procedure, and whether they are to be supplemented.
    checklist: Vec<(String, bool)>,
    units: Vec<String>,
    /// The unusual amount that was asked about: the same once more is meant.
    asked: Option<Dong>,
    notice: Option<Notice>,
}

/// What happened in the form.
#[derive(Clone, Debug)]
pub enum Message {
    /// The first text.
    First(String),
    /// The second text.
    Second(String),
    /// The third text.
    Third(String),
    /// A file is to be chosen for the third field.
    FileAsked,
    /// The box.
    Ticked(bool),
    /// A paper of the checklist is to be supplemented, or not.
    ItemTicked(usize, bool),
    /// As what the papers were brought.
    Paper(PaperForm),
    /// The day.
    Day(DateInput),
    /// Write it.
    Submitted,
}

impl Form {
    /// An empty form, with what is known filled in. `units`: where dossiers are handed to.
    pub fn new(kind: StepKind, about: &About<'_>, units: &[String], now: DateTime) -> Form {
        let mut form = Form {
            kind,
            first: String::new(),
            second: String::new(),
            third: String::new(),
            ticked: false,
            paper: None,
            day: DateInput::new(None, Century::This),
            due: None,
            last: about.last,
            gaps: match kind {
                StepKind::Resolved | StepKind::Returned => about.gaps.clone(),
                _ => Vec::new(),
            },
            asked_and_undone: about.asked_and_undone,
            checklist: match kind {
                StepKind::SupplementAsked => {
                    about.checklist.iter().map(|c| (c.clone(), false)).collect()
                }
                _ => Vec::new(),
            },
            units: units.to_vec(),
            asked: None,
            notice: None,
        };
        match kind {
            StepKind::Transferred => form.first = units.first().cloned().unwrap_or_default(),
            StepKind::Resolved => {
                form.first = about.result.to_owned();
                form.day = DateInput::new(Some(now.date()), Century::This);
            }
            StepKind::Returned => form.first = about.applicant.to_owned(),
            StepKind::Supplemented => {
                form.first = about.asked.join("; ");
                form.due.clone_from(&about.resumed);
            }
            StepKind::SupplementAsked
            | StepKind::PaymentAsked
            | StepKind::Extended
            | StepKind::DueCorrected
            | StepKind::Refused
            | StepKind::Stopped
            | StepKind::Withdrawn
            | StepKind::Undone => {}
        }
        form
    }

    /// The control that has the keyboard first.
    pub fn first_field(&self) -> &'static str {
        if self.checklist.is_empty() { FIRST } else { CHECKLIST }
    }

    /// The ledger refused: the form stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in; whether the form is sent or dropped is the screen's to see.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::First(text) => self.first = text,
            Message::Second(text) => self.second = text,
            Message::Third(text) => self.third = text,
            Message::Ticked(ticked) => self.ticked = ticked,
            Message::ItemTicked(n, ticked) => {
                if let Some(item) = self.checklist.get_mut(n) {
                    item.1 = ticked;
                }
            }
            Message::Paper(paper) => self.paper = Some(paper),
            Message::Day(day) => self.day = day,
            Message::FileAsked | Message::Submitted => {}
        }
    }

    /// The step; what only the office's rules can refuse is left to them.
    pub fn step(&mut self, calendar: &WorkingCalendar, now: DateTime) -> Option<Step> {
        let (first, second, third) =
            (clean_lines(&self.first), clean_lines(&self.second), clean_lines(&self.third));
        Some(match self.kind {
            StepKind::Transferred => {
                let until = self.closing(calendar)?;
                Step::Transferred(Handover { unit: first, officer: second, note: third, until })
            }
            StepKind::SupplementAsked => {
                let ticked = self.checklist.iter().filter(|(_, ticked)| *ticked);
                let ticked = ticked.map(|(name, _)| name.clone());
                let items = ticked.chain(items(&self.first)).take(MOST_ITEMS).collect();
                Step::SupplementAsked { items, reason: second }
            }
            StepKind::Supplemented => {
                let named: Vec<String> = items(&self.first).collect();
                if !named.is_empty() && self.paper.is_none() {
                    self.notice = Some(Notice::caution(
                        "Chưa chọn dạng giấy tờ đã nộp (bản chính, bản sao hay xuất trình).",
                    ));
                    return None;
                }
                let form = self.paper.unwrap_or(PaperForm::Data);
                let brought = |name| Submitted { name, form, quantity: 1, proof: None };
                let components = named.into_iter().map(brought).collect();
                Step::Supplemented { components, deadline: self.due.clone() }
            }
            StepKind::PaymentAsked => {
                let Some(amount) = Dong::parse(&self.first) else {
                    self.notice =
                        Some(Notice::caution("Hãy ghi số tiền bằng chữ số, ví dụ 8.000."));
                    return None;
                };
                if self.asked != Some(amount) && tariff::is_unusual(amount, None) {
                    (self.asked, self.notice) = (Some(amount), Some(Notice::unusual(amount)));
                    return None;
                }
                Step::PaymentAsked { amount, reason: second }
            }
            StepKind::Extended => {
                Step::Extended { deadline: self.deadline(calendar, now)?, reason: first }
            }
            StepKind::DueCorrected => {
                Step::DueCorrected { deadline: self.deadline(calendar, now)?, reason: first }
            }
            StepKind::Resolved => {
                // The field says itself what is wrong with the day.
                let signed_on = self.day.check().inspect_err(|_| self.notice = None).ok()?;
                Step::Resolved(Outcome { title: first, number: second, signed_on, content: None })
            }
            StepKind::Returned => Step::Returned(Return {
                receiver: first,
                receiver_paper: second,
                by_post: self.ticked,
            }),
            StepKind::Refused => Step::Refused { reason: first },
            StepKind::Stopped => Step::Stopped { reason: first, fees: second },
            StepKind::Withdrawn => Step::Withdrawn { reason: first },
            StepKind::Undone => Step::Undone { reason: first },
        })
    }

    /// Where the electronic result lies, if the clerk names one.
    pub fn result_file(&self) -> Option<&str> {
        let path = unquoted(&self.third);
        (self.kind == StepKind::Resolved && !path.is_empty()).then_some(path)
    }

    /// Closing time of the chosen day; none where none is chosen. A day that cannot be is told.
    fn closing(&mut self, calendar: &WorkingCalendar) -> Option<Option<DateTime>> {
        let words = match self.day.check() {
            Ok(None) => return Some(None),
            Ok(Some(day)) => match calendar.closing(day) {
                Some(at) => return Some(Some(at)),
                None => "Ngày đã ghi là ngày nghỉ. Hãy chọn một ngày làm việc.",
            },
            // The field says itself what is wrong with the day.
            Err(_) => {
                self.notice = None;
                return None;
            }
        };
        self.notice = Some(Notice::caution(words));
        None
    }

    /// The chosen day, until closing time.
    fn deadline(&mut self, calendar: &WorkingCalendar, now: DateTime) -> Option<Deadline> {
        let Some(at) = self.closing(calendar)? else {
            self.notice = Some(Notice::caution("Hãy ghi ngày hẹn mới, ví dụ 15/12/2026."));
            return None;
        };
        Some(Deadline { at, counted_from: now.date() })
    }
}

/// Taking a request back does not take back a paper that was handed over: the law allows one request.
const ASKED_BEFORE: &str = "Lần yêu cầu trước đã hoàn tác. Chỉ yêu cầu lại nếu phiếu trước (mẫu 02) chưa giao cho công dân: quy định chỉ cho phép yêu cầu một lần.";

/// What a clerk lists in one field.
fn items(text: &str) -> impl Iterator<Item = String> {
    text.split(';').map(clean).filter(|item| !item.is_empty()).take(MOST_ITEMS)
}
