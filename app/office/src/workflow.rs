//! A dossier's way through the office: the states that the law knows and the steps between them.
//!
//! Each step is an entry ([`Move`]); where a dossier stands ([`Course`]) is a fold over its steps. A step
//! that was a mistake is taken back by another step with its reason, never erased. Steps carry the
//! deadline that results from them, so that a fold needs no calendar and gives the same years later. The
//! national statuses 2–10 are all that a dossier can be in, besides annulled.
//!
//! | from | steps |
//! |---|---|
//! | 2 received | transfer, supplement, payment, extend, correct the date, resolve, refuse, stop, withdraw |
//! | 4 processing | the same, but the date is only extended |
//! | 5 supplement asked | supplemented, refuse, stop, withdraw |
//! | 6 payment asked | paid up (transfer), extend, resolve, refuse, stop, withdraw |
//! | 9 resolved | return |
//! | 3, 7, 8, 10 | nothing but taking the last step back |

#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::{
    Explain,
    book::Number,
    calendar::Deadline,
    dossier::{Dossier, DossierId, Status, Submitted},
    id::ContentHash,
    money::Dong,
    text::TEXT_LIMIT,
};

/// What was decided about a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Chuyển xử lý: handed over to a unit or specialist; the control sheet (mẫu 06) shows it.
    Transferred(Handover),
    /// Yêu cầu bổ sung (mẫu 02), once; the clock stands still.
    SupplementAsked {
        /// What is missing or wrong, one line each.
        items: Vec<String>,
        /// Why.
        reason: String,
    },
    /// The citizen brought what was asked for; the clock runs on.
    Supplemented {
        /// What was brought.
        components: Vec<Submitted>,
        /// Deadline from here on.
        deadline: Option<Deadline>,
    },
    /// Yêu cầu thực hiện nghĩa vụ tài chính.
    PaymentAsked {
        /// How much.
        amount: Dong,
        /// What for.
        reason: String,
    },
    /// Văn bản xin lỗi và đề nghị gia hạn (mẫu 04).
    Extended {
        /// New deadline.
        deadline: Deadline,
        /// Why it is late.
        reason: String,
    },
    /// The day of return was wrong and is set right, before anybody works on it.
    DueCorrected {
        /// Right deadline.
        deadline: Deadline,
        /// Why.
        reason: String,
    },
    /// The result is there.
    Resolved(Outcome),
    /// Trả kết quả.
    Returned(Return),
    /// Từ chối (mẫu 03).
    Refused {
        /// Why.
        reason: String,
    },
    /// Dừng giải quyết (mẫu 05).
    Stopped {
        /// Why.
        reason: String,
        /// What happens to fees already paid, in words, or empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        fees: String,
    },
    /// The citizen takes the dossier back.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// Takes the last step that still counts back.
    Undone {
        /// Why.
        reason: String,
    },
}

/// From hand to hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The unit.
    pub unit: String,
    /// Who takes it over: full name, or empty where the unit decides.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub officer: String,
    /// Remark on the control sheet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Until when the unit has to be ready, where the office's own rules say so; see [`crate::stage`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime>,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Name of the result paper.
    pub title: String,
    /// Its number and sign, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<Date>,
    /// The electronic result, as a blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
}

/// How the result left the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Who received it.
    pub receiver: String,
    /// Their identity paper where it is not the applicant, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub receiver_paper: String,
    /// At the counter or by post.
    pub by_post: bool,
}

/// The steps that there are; in the order in which they are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// [`Step::Supplemented`]
    Supplemented,
    /// [`Step::Returned`]
    Returned,
    /// [`Step::Transferred`]
    Transferred,
    /// [`Step::Resolved`]
    Resolved,
    /// [`Step::SupplementAsked`]
    SupplementAsked,
    /// [`Step::PaymentAsked`]
    PaymentAsked,
    /// [`Step::DueCorrected`]
    DueCorrected,
    /// [`Step::Extended`]
    Extended,
    /// [`Step::Refused`]
    Refused,
    /// [`Step::Stopped`]
    Stopped,
    /// [`Step::Withdrawn`]
    Withdrawn,
    /// [`Step::Undone`]
    Undone,
}

impl StepKind {
    /// All of them.
    pub const ALL: [StepKind; 12] = [
        StepKind::Supplemented,
        StepKind::Returned,
        StepKind::Transferred,
        StepKind::Resolved,
        StepKind::SupplementAsked,
        StepKind::PaymentAsked,
        StepKind::DueCorrected,
        StepKind::Extended,
        StepKind::Refused,
        StepKind::Stopped,
        StepKind::Withdrawn,
        StepKind::Undone,
    ];

    /// What happened, in words.
    pub fn label(self) -> &'static str {
        match self {
            StepKind::Transferred => "Chuyển xử lý",
            StepKind::SupplementAsked => "Yêu cầu bổ sung",
            StepKind::Supplemented => "Nhận bổ sung",
            StepKind::PaymentAsked => "Yêu cầu thực hiện nghĩa vụ tài chính",
            StepKind::Extended => "Xin lỗi và gia hạn",
            StepKind::DueCorrected => "Sửa ngày hẹn trả",
            StepKind::Resolved => "Có kết quả",
            StepKind::Returned => "Trả kết quả",
            StepKind::Refused => "Từ chối",
            StepKind::Stopped => "Dừng giải quyết",
            StepKind::Withdrawn => "Công dân rút hồ sơ",
            StepKind::Undone => "Hoàn tác",
        }
    }

    /// Whether the step is told to the citizen on a numbered paper (forms 02, 03, 04, 05).
    pub fn is_notified(self) -> bool {
        match self {
            StepKind::SupplementAsked
            | StepKind::Refused
            | StepKind::Extended
            | StepKind::Stopped => true,
            StepKind::Transferred
            | StepKind::Supplemented
            | StepKind::PaymentAsked
            | StepKind::DueCorrected
            | StepKind::Resolved
            | StepKind::Returned
            | StepKind::Withdrawn
            | StepKind::Undone => false,
        }
    }

    /// The step that usually comes next.
    pub fn next(status: Status) -> Option<StepKind> {
        match status {
            Status::Received | Status::PaymentAsked => Some(StepKind::Transferred),
            Status::Processing => Some(StepKind::Resolved),
            Status::SupplementAsked => Some(StepKind::Supplemented),
            Status::Resolved => Some(StepKind::Returned),
            Status::NotAccepted
            | Status::Withdrawn
            | Status::Stopped
            | Status::Returned
            | Status::Annulled => None,
        }
    }
}

impl Step {
    /// Which step it is.
    pub fn kind(&self) -> StepKind {
        match self {
            Step::Transferred(_) => StepKind::Transferred,
            Step::SupplementAsked { .. } => StepKind::SupplementAsked,
            Step::Supplemented { .. } => StepKind::Supplemented,
            Step::PaymentAsked { .. } => StepKind::PaymentAsked,
            Step::Extended { .. } => StepKind::Extended,
            Step::DueCorrected { .. } => StepKind::DueCorrected,
            Step::Resolved(_) => StepKind::Resolved,
            Step::Returned(_) => StepKind::Returned,
            Step::Refused { .. } => StepKind::Refused,
            Step::Stopped { .. } => StepKind::Stopped,
            Step::Withdrawn { .. } => StepKind::Withdrawn,
            Step::Undone { .. } => StepKind::Undone,
        }
    }

    /// What happened, in words.
    pub fn label(&self) -> &'static str {
        self.kind().label()
    }

    /// See [`StepKind::is_notified`].
    pub fn is_notified(&self) -> bool {
        self.kind().is_notified()
    }

    /// The reason that the step must give, where it must.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Step::SupplementAsked { reason, .. }
            | Step::PaymentAsked { reason, .. }
            | Step::Extended { reason, .. }
            | Step::DueCorrected { reason, .. }
            | Step::Refused { reason }
            | Step::Stopped { reason, .. }
            | Step::Withdrawn { reason }
            | Step::Undone { reason } => Some(reason),
            Step::Transferred(_)
            | Step::Supplemented { .. }
            | Step::Resolved(_)
            | Step::Returned(_) => None,
        }
    }

    /// What was typed for the step, by its names on the screen.
    pub fn texts(&self) -> Vec<(&'static str, &str)> {
        let mut texts: Vec<(&'static str, &str)> = match self {
            Step::Transferred(handover) => vec![
                ("Đơn vị nhận", &handover.unit),
                ("Người nhận", &handover.officer),
                ("Ghi chú", &handover.note),
            ],
            Step::SupplementAsked { items, .. } => {
                items.iter().map(|item| ("Nội dung cần bổ sung", item.as_str())).collect()
            }
            Step::Supplemented { components, .. } => {
                components.iter().map(|part| ("Giấy tờ đã nộp", part.name.as_str())).collect()
            }
            Step::Resolved(outcome) => {
                vec![("Tên giấy tờ kết quả", &outcome.title), ("Số, ký hiệu", &outcome.number)]
            }
            Step::Returned(back) => vec![
                ("Người nhận kết quả", &back.receiver),
                ("Giấy tờ của người nhận thay", &back.receiver_paper),
            ],
            Step::Stopped { fees, .. } => vec![("Xử lý phí, lệ phí", fees)],
            Step::PaymentAsked { .. }
            | Step::Extended { .. }
            | Step::DueCorrected { .. }
            | Step::Refused { .. }
            | Step::Withdrawn { .. }
            | Step::Undone { .. } => Vec::new(),
        };
        texts.extend(self.reason().map(|reason| ("Lý do", reason)));
        texts
    }
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Of which dossier.
    pub dossier: DossierId,
    /// Steps that whoever decides had seen: another one in between refuses this one, so that two
    /// officers never decide over each other.
    pub seen: u32,
    /// Local time.
    pub at: DateTime,
    /// Who: full name, as printed.
    pub by: String,
    /// What.
    pub step: Step,
    /// Number of the paper that tells it ([`Step::is_notified`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Number>,
}

/// Where a dossier stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// National status.
    pub status: Status,
    /// Unit that has it; empty at the counter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Officer who has it: full name.
    pub officer: String,
    /// When the result is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
    /// The clock stands still since. It stays where the work ended meanwhile (refused, stopped,
    /// withdrawn): time in which the citizen had the word never makes the office late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<DateTime>,
    /// Whether a supplement was asked for: the law allows it once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub supplement_asked: bool,
    /// When the work ended (status 9, 3, 7 or 8): what lateness is measured by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<DateTime>,
    /// When the result was handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<DateTime>,
    /// Whether there is an electronic result.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub electronic_result: bool,
    /// Steps taken so far, those taken back and their undoing included.
    pub steps: u32,
}

/// How the work ended against its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Punctuality {
    /// Before the day it was due.
    Early,
    /// On the day.
    OnTime,
    /// After the deadline.
    Late,
}

impl Punctuality {
    /// Of work that ended at `ended` and was due at `due`.
    pub fn of(ended: DateTime, due: DateTime) -> Punctuality {
        if ended > due {
            Punctuality::Late
        } else if ended.date() < due.date() {
            Punctuality::Early
        } else {
            Punctuality::OnTime
        }
    }
}

impl Course {
    /// At reception.
    pub fn begin(dossier: &Dossier) -> Course {
        Course {
            status: Status::Received,
            unit: String::new(),
            officer: dossier.receiver.clone(),
            deadline: dossier.deadline.clone(),
            paused: None,
            supplement_asked: false,
            ended: None,
            returned: None,
            electronic_result: false,
            steps: 0,
        }
    }

    /// How the work ended; `None` while it goes on or where no deadline is known.
    pub fn punctuality(&self) -> Option<Punctuality> {
        let (ended, due) = (self.ended?, self.deadline.as_ref()?.at);
        Some(Punctuality::of(self.paused.unwrap_or(ended), due))
    }

    /// Whether this step may follow; the reason if not. `undoable`: a step is there to take back.
    pub fn check(&self, movement: &Move, undoable: bool) -> Result<(), WorkflowError> {
        let step = &movement.step;
        if movement.seen != self.steps {
            return Err(WorkflowError::Overtaken);
        }
        if step.reason().is_some_and(|reason| crate::text::clean(reason).is_empty()) {
            return Err(WorkflowError::NoReason);
        }
        let long = |(_, text): &(&str, &str)| text.chars().nth(TEXT_LIMIT).is_some();
        if let Some((field, _)) = step.texts().into_iter().find(long) {
            return Err(WorkflowError::TooLong { field });
        }
        self.allows(step.kind(), undoable)?;
        match step {
            Step::SupplementAsked { items, .. } if items.is_empty() => {
                Err(WorkflowError::NothingAsked)
            }
            Step::Transferred(handover) if handover.unit.is_empty() => Err(WorkflowError::NoUnit),
            Step::Transferred(Handover { until: Some(until), .. })
                if *until <= movement.at
                    || self.deadline.as_ref().is_some_and(|due| *until > due.at) =>
            {
                Err(WorkflowError::StageOutside)
            }
            Step::Resolved(outcome) if outcome.title.is_empty() => Err(WorkflowError::NoResult),
            Step::Returned(back) if back.receiver.is_empty() => Err(WorkflowError::NoReceiver),
            Step::Extended { deadline, .. }
                if self.deadline.as_ref().is_some_and(|old| deadline.at <= old.at) =>
            {
                Err(WorkflowError::NotLater)
            }
            Step::Supplemented { deadline, .. }
                if self
                    .deadline
                    .as_ref()
                    .is_some_and(|old| deadline.as_ref().is_none_or(|new| new.at < old.at)) =>
            {
                Err(WorkflowError::DeadlineLost)
            }
            _ => Ok(()),
        }
    }

    /// Whether the law knows such a step here; the reason if not. `undoable`: a step is there to take back.
    pub fn allows(&self, step: StepKind, undoable: bool) -> Result<(), WorkflowError> {
        let status = self.status;
        let allowed = match step {
            _ if status == Status::Annulled => false,
            StepKind::Undone => undoable,
            StepKind::SupplementAsked if self.supplement_asked => {
                return Err(WorkflowError::SupplementOnce);
            }
            StepKind::Transferred | StepKind::Extended | StepKind::Resolved => {
                matches!(status, Status::Received | Status::Processing | Status::PaymentAsked)
            }
            StepKind::SupplementAsked | StepKind::PaymentAsked => {
                matches!(status, Status::Received | Status::Processing)
            }
            StepKind::DueCorrected => status == Status::Received,
            StepKind::Supplemented => status == Status::SupplementAsked,
            StepKind::Returned => status == Status::Resolved,
            StepKind::Refused | StepKind::Stopped | StepKind::Withdrawn => status.is_open(),
        };
        if allowed { Ok(()) } else { Err(WorkflowError::Impossible { status }) }
    }

    /// Every step that the law knows here, the usual one first.
    pub fn possible(&self, undoable: bool) -> Vec<StepKind> {
        let usual = StepKind::next(self.status);
        let others = StepKind::ALL.into_iter().filter(|kind| Some(*kind) != usual);
        let allowed = |kind: &StepKind| self.allows(*kind, undoable).is_ok();
        usual.into_iter().chain(others).filter(allowed).collect()
    }

    /// Where it stands after a step that [`Course::check`] lets through. `before` is the course before
    /// the last step that still counts: an undoing goes back to it.
    pub fn after(&self, movement: &Move, before: Option<&Course>) -> Course {
        let mut next = self.clone();
        let at = movement.at;
        match &movement.step {
            Step::Transferred(handover) => {
                next.status = Status::Processing;
                next.unit = handover.unit.clone();
                next.officer = handover.officer.clone();
            }
            Step::SupplementAsked { .. } => {
                next.status = Status::SupplementAsked;
                next.supplement_asked = true;
                next.paused = Some(at);
            }
            Step::Supplemented { deadline, .. } => {
                next.status = Status::Processing;
                next.deadline = deadline.clone();
                next.paused = None;
            }
            Step::PaymentAsked { .. } => next.status = Status::PaymentAsked,
            Step::Extended { deadline, .. } | Step::DueCorrected { deadline, .. } => {
                next.deadline = Some(deadline.clone());
            }
            Step::Resolved(outcome) => {
                next.status = Status::Resolved;
                next.ended = Some(at);
                next.electronic_result = outcome.content.is_some();
            }
            Step::Returned(_) => {
                next.status = Status::Returned;
                next.returned = Some(at);
            }
            Step::Refused { .. } => next.end(Status::NotAccepted, at),
            Step::Stopped { .. } => next.end(Status::Stopped, at),
            Step::Withdrawn { .. } => next.end(Status::Withdrawn, at),
            Step::Undone { .. } => {
                if let Some(before) = before {
                    next = before.clone();
                }
            }
        }
        next.steps = self.steps + 1;
        next
    }

    fn end(&mut self, status: Status, at: DateTime) {
        self.status = status;
        self.ended = Some(at);
    }
}

/// A dossier's courses, one for each step that still counts: the fold over all its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Courses(Vec<Course>);

impl Courses {
    /// At reception.
    pub fn begin(dossier: &Dossier) -> Courses {
        Courses(vec![Course::begin(dossier)])
    }

    /// Where the dossier stands.
    pub fn now(&self) -> &Course {
        // Never empty: it begins with one, and an undoing takes none but the others.
        &self.0[self.0.len() - 1]
    }

    /// Takes a step.
    ///
    /// # Errors
    /// Those of [`Course::check`]; then nothing changed.
    pub fn take(&mut self, movement: &Move) -> Result<(), WorkflowError> {
        let undoable = self.0.len() > 1;
        self.now().check(movement, undoable)?;
        let before = self.0.len().checked_sub(2).and_then(|i| self.0.get(i));
        let next = self.now().after(movement, before);
        if matches!(movement.step, Step::Undone { .. }) {
            self.0.truncate(self.0.len() - 2);
        }
        self.0.push(next);
        Ok(())
    }
}

/// The steps that still count: without those taken back and without their undoing, in order.
pub fn standing(moves: &[Move]) -> Vec<&Move> {
    let mut out = Vec::new();
    for movement in moves {
        if matches!(movement.step, Step::Undone { .. }) {
            out.pop();
        } else {
            out.push(movement);
        }
    }
    out
}

/// Whether a dossier has waited for its supplement for more than `days` calendar days at `now`: what a
/// list of forgotten dossiers shows. It is only shown: no dossier moves by itself.
pub fn waits_longer(course: &Course, now: DateTime, days: u32) -> bool {
    course.status == Status::SupplementAsked
        && course.paused.is_some_and(|since| {
            since.date().duration_until(now.date()).as_hours() / 24 > i64::from(days)
        })
}

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// The law knows no such step here.
    #[error(
        "Hồ sơ đang ở trạng thái “{}” nên không làm được bước này. Chưa ghi gì vào sổ. Hãy chọn bước khác hoặc hoàn tác bước trước.",
        status.label()
    )]
    Impossible {
        /// Where the dossier stands.
        status: Status,
    },
    /// Somebody else was faster.
    #[error(
        "Người khác vừa xử lý hồ sơ này. Chưa ghi gì vào sổ. Hãy mở lại hồ sơ, xem bước mới rồi làm tiếp."
    )]
    Overtaken,
    /// No reason.
    #[error("Chưa ghi lý do. Chưa ghi gì vào sổ. Hãy ghi lý do rồi làm lại.")]
    NoReason,
    /// A second supplement.
    #[error(
        "Hồ sơ đã được yêu cầu bổ sung một lần; quy định chỉ cho phép một lần. Chưa ghi gì vào sổ. Hãy giải quyết, từ chối hoặc xin lỗi và gia hạn."
    )]
    SupplementOnce,
    /// A supplement of nothing.
    #[error(
        "Chưa ghi giấy tờ hoặc nội dung cần bổ sung. Chưa ghi gì vào sổ. Hãy ghi ít nhất một dòng."
    )]
    NothingAsked,
    /// A transfer to nobody.
    #[error("Chưa chọn đơn vị nhận hồ sơ. Chưa ghi gì vào sổ. Hãy chọn đơn vị.")]
    NoUnit,
    /// A result without a name.
    #[error("Chưa ghi tên giấy tờ kết quả. Chưa ghi gì vào sổ. Hãy ghi tên kết quả.")]
    NoResult,
    /// Nobody receives the result.
    #[error("Chưa ghi người nhận kết quả. Chưa ghi gì vào sổ. Hãy ghi tên người nhận.")]
    NoReceiver,
    /// An extension that does not extend.
    #[error("Ngày hẹn mới phải sau ngày hẹn đang có. Chưa ghi gì vào sổ. Hãy chọn ngày muộn hơn.")]
    NotLater,
    /// A supplement that takes the deadline away or makes it earlier.
    #[error(
        "Ngày hẹn trả sau khi nhận bổ sung không được bỏ trống hoặc sớm hơn ngày đã hẹn. Chưa ghi gì vào sổ. Hãy ghi lại ngày hẹn trả."
    )]
    DeadlineLost,
    /// A stage that ends before it begins or after the whole.
    #[error(
        "Hạn xử lý của bước phải sau lúc này và không quá ngày hẹn trả. Chưa ghi gì vào sổ. Hãy ghi lại hạn của bước hoặc bỏ trống."
    )]
    StageOutside,
    /// A text longer than [`TEXT_LIMIT`].
    #[error(
        "Ô “{field}” dài quá {TEXT_LIMIT} ký tự. Chưa ghi gì vào sổ. Hãy rút ngắn nội dung rồi làm lại."
    )]
    TooLong {
        /// Which text.
        field: &'static str,
    },
}

impl Explain for WorkflowError {
    fn code(&self) -> &'static str {
        match self {
            Self::Impossible { .. } => "OFF-80",
            Self::Overtaken => "OFF-81",
            Self::NoReason => "OFF-82",
            Self::SupplementOnce => "OFF-83",
            Self::NothingAsked => "OFF-84",
            Self::NoUnit => "OFF-85",
            Self::NoResult => "OFF-86",
            Self::NoReceiver => "OFF-87",
            Self::NotLater => "OFF-88",
            Self::TooLong { .. } => "OFF-89",
            Self::DeadlineLost => "OFF-90",
            Self::StageOutside => "OFF-107",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Impossible { .. } => "The dossier's status does not allow this step. Nothing was recorded. Choose another step or take the last one back.",
            Self::Overtaken => "Somebody else has just worked on this dossier. Nothing was recorded. Open it again, look at the new step and go on.",
            Self::NoReason => "The reason is missing. Nothing was recorded. Enter the reason.",
            Self::SupplementOnce => "A supplement was asked for already, and the rule allows it once. Nothing was recorded. Resolve, refuse, or apologise and extend.",
            Self::NothingAsked => "Nothing to be supplemented is named. Nothing was recorded. Enter at least one line.",
            Self::NoUnit => "The receiving unit is missing. Nothing was recorded. Choose a unit.",
            Self::NoResult => "The result's name is missing. Nothing was recorded. Enter it.",
            Self::NoReceiver => "The result's receiver is missing. Nothing was recorded. Enter the name.",
            Self::NotLater => "The new deadline is not later than the present one. Nothing was recorded. Choose a later day.",
            Self::DeadlineLost => "After a supplement the deadline cannot be left out or be earlier than before. Nothing was recorded. Enter the deadline again.",
            Self::StageOutside => "The stage's end must be later than now and not after the deadline. Nothing was recorded. Enter it again or leave it out.",
            Self::TooLong { field } => {
                return format!("A text is longer than {TEXT_LIMIT} characters ({field}). Nothing was recorded. Shorten it and try again.");
            }
        }
        .into()
    }
}
