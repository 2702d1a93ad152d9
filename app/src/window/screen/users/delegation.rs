//! Delegations to certify on the users' screen: the form of a decision, and what somebody certifies by.

use jiff::civil::Date;
use ledger::{DelegationRecord, WhyEnded};
use office::{
    act::{DelegationError, DelegationId, Name, delegation::Terms},
    date,
    entry::UserName,
};
use widgets::{
    DateInput, Dialog, Element, Tone, badge, check, column, danger, date::Century, date_field,
    field, flow, primary, quiet, row, space, text,
};

use super::{Delegations, FORM_WIDTH, Message as Screen, REASON};
use crate::{
    clock,
    window::{layout, notice::Notice},
};

/// The decision's number.
pub const DECISION: &str = "delegation-decision";
const DECIDED: &str = "delegation-decided";
const SIGNS_AS: &str = "delegation-signs-as";
const FROM: &str = "delegation-from";
const UNTIL: &str = "delegation-until";
/// The first kind's box.
const KINDS: &str = "delegation-kinds";
/// The dialog's title.
pub const TITLE: &str = "Ủy quyền chứng thực";
const DAY_WIDTH: f32 = 160.0;
/// Delegations of one user that are shown at first; more where more of them still hold.
const SHOWN: usize = 3;

/// How many of somebody's delegations are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Length {
    /// Those that hold, and a few that are over.
    #[default]
    Short,
    /// All of them.
    Whole,
}

/// What is typed of a decision.
pub struct Form {
    decision: String,
    decided: DateInput,
    signs_as: String,
    from: DateInput,
    until: DateInput,
    /// The kinds, and whether each is meant.
    kinds: Vec<(Name, String, bool)>,
    notice: Option<Notice>,
}

/// What happened in the form.
#[derive(Clone)]
pub enum Message {
    /// Number of the decision.
    DecisionTyped(String),
    /// Its day.
    DecidedTyped(DateInput),
    /// What stands above the signature.
    SignsAsTyped(String),
    /// The first day.
    FromTyped(DateInput),
    /// The last.
    UntilTyped(DateInput),
    /// A kind is meant, or is not.
    Ticked(usize, bool),
}

impl Form {
    /// For kinds of acts with their names.
    pub fn new(kinds: Vec<(Name, String)>) -> Self {
        let day = || DateInput::new(None, Century::This);
        Self {
            decision: String::new(),
            decided: day(),
            signs_as: "TUQ. CHỦ TỊCH".into(),
            from: day(),
            until: day(),
            kinds: kinds.into_iter().map(|(id, label)| (id, label, false)).collect(),
            notice: None,
        }
    }

    /// It was not written: everything stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::DecisionTyped(words) => self.decision = words,
            Message::DecidedTyped(day) => self.decided = day,
            Message::SignsAsTyped(words) => self.signs_as = words,
            Message::FromTyped(day) => self.from = day,
            Message::UntilTyped(day) => self.until = day,
            Message::Ticked(place, meant) => {
                if let Some(kind) = self.kinds.get_mut(place) {
                    kind.2 = meant;
                }
            }
        }
    }

    /// What the decision says, or the field to correct, with a sentence.
    pub fn submit(&mut self) -> Result<Terms, &'static str> {
        self.notice = None;
        let day = |input: &mut DateInput| input.check().ok().flatten();
        let meant = self.kinds.iter().filter(|kind| kind.2).map(|kind| kind.0.clone());
        let terms = Terms {
            decision: self.decision.clone(),
            decided: day(&mut self.decided),
            signs_as: self.signs_as.clone(),
            kinds: meant.collect(),
            from: day(&mut self.from),
            until: day(&mut self.until),
        };
        let missing = if terms.decision.trim().is_empty() {
            Some((DelegationError::NoDecision, DECISION))
        } else if terms.decided.is_none() {
            Some((DelegationError::NoDecision, DECIDED))
        } else if terms.signs_as.trim().is_empty() {
            Some((DelegationError::NoDecision, SIGNS_AS))
        } else if terms.from.is_none() {
            Some((DelegationError::Period, FROM))
        } else if terms.until.is_none() {
            Some((DelegationError::Period, UNTIL))
        } else if terms.kinds.is_empty() {
            Some((DelegationError::NoKind, KINDS))
        } else {
            None
        };
        match missing {
            Some((error, field)) => {
                self.notice = Some(Notice::error(&error));
                Err(field)
            }
            None => Ok(terms),
        }
    }

    /// The form as it is asked for.
    pub(super) fn dialog(&self, whom: &str) -> Dialog<'_, Screen> {
        Dialog::new(TITLE, self.view(whom).map(Screen::Delegation))
            .width(FORM_WIDTH)
            .action(layout::cancel(Screen::Dropped))
            .action(primary("Ghi ủy quyền").key("Enter").on_press(Screen::Confirmed))
            .on_close(Screen::Dropped)
    }

    fn view(&self, whom: &str) -> Element<'_, Message> {
        let day = |label, id: &'static str, input, message: fn(DateInput) -> Message| {
            date_field(label, input).id(id).width(DAY_WIDTH).required().on_change(message).into()
        };
        let kinds = self.kinds.iter().enumerate().map(|(place, (_, label, meant))| {
            let tick =
                check(label.as_str(), *meant).on_toggle(move |meant| Message::Ticked(place, meant));
            if place == 0 { tick.id(KINDS).into() } else { tick.into() }
        });
        column([
            text::body(format!(
                "{whom} được chứng thực các loại việc được chọn trong thời hạn của quyết định, và không được ủy quyền lại."
            ))
            .into(),
            flow::fields([
                layout::paper_field("Số quyết định", &self.decision)
                    .id(DECISION)
                    .required()
                    .placeholder("12/QĐ-UBND")
                    .on_change(Message::DecisionTyped)
                    .into(),
                day("Ngày quyết định", DECIDED, &self.decided, Message::DecidedTyped),
            ])
            .into(),
            flow::fields([
                layout::paper_field("Thể thức ký ghi trong quyết định", &self.signs_as)
                    .id(SIGNS_AS)
                    .required()
                    .on_change(Message::SignsAsTyped)
                    .into(),
                day("Từ ngày", FROM, &self.from, Message::FromTyped),
                day("Đến hết ngày", UNTIL, &self.until, Message::UntilTyped),
            ])
            .into(),
            text::label("Loại việc *").into(),
            column(kinds).spacing(space::XS).into(),
        ])
        .push(self.notice.as_ref().map(Notice::view))
        .into()
    }
}

impl Delegations {
    /// What somebody certifies by: what holds or will, then what is over, each newest first; `may_end`: the user may
    /// end it.
    pub(super) fn of<'a>(
        &self,
        whom: &UserName,
        may_end: bool,
        length: Length,
    ) -> Option<Element<'a, Screen>> {
        let own = self.all.iter().rev().filter(|one| one.delegation.to == *whom);
        let (lasting, over): (Vec<_>, Vec<_>) = own.partition(|one| self.lasts(one));
        let shown = match length {
            Length::Short => lasting.len().max(SHOWN),
            Length::Whole => usize::MAX,
        };
        let own = [lasting, over].concat();
        if own.is_empty() {
            return None;
        }
        let older = own.len().saturating_sub(shown);
        let lines = own.into_iter().take(shown).map(|record| self.line(record, may_end));
        let more = (older > 0).then(|| {
            quiet(format!("Xem thêm {older} ủy quyền cũ hơn")).on_press(Screen::OlderAsked)
        });
        Some(column(lines).spacing(space::XS).push(more).into())
    }

    /// Whether it holds, or will.
    fn lasts(&self, record: &DelegationRecord) -> bool {
        record.ended.is_none() && self.today <= record.delegation.until
    }

    fn line<'a>(&self, record: &DelegationRecord, may_end: bool) -> Element<'a, Screen> {
        let one = &record.delegation;
        let (words, tone) = standing(record, self.today);
        let labels = self.kinds.iter().filter(|(id, _)| one.kinds.contains(id));
        let labels: Vec<&str> = labels.map(|(_, label)| label.as_str()).collect();
        let told = column([
            text::body(format!("Ủy quyền chứng thực: {}", one.words())).into(),
            text::small(labels.join("; ")).into(),
        ])
        .spacing(0.0)
        .width(iced::Length::Fill);
        let id: DelegationId = one.id.clone();
        let end = (may_end && self.lasts(record))
            .then(|| quiet("Chấm dứt").on_press(Screen::EndDelegationAsked(id)));
        row([told.into(), badge(words, tone).into()]).push(end).into()
    }
}

/// Asks why a delegation ends.
pub(super) fn ending<'a>(
    words: &str,
    reason: &'a str,
    notice: Option<&'a Notice>,
) -> Dialog<'a, Screen> {
    let told = format!(
        "{words}. Từ bây giờ không chứng thực được theo ủy quyền này nữa; việc đã chứng thực vẫn giữ nguyên."
    );
    let field = field("Lý do", reason)
        .id(REASON)
        .lines(layout::REASON_LINES)
        .required()
        .placeholder("Quyết định thu hồi số …")
        .on_change(Screen::ReasonTyped)
        .on_submit(Screen::Confirmed);
    let content = column([text::body(told).into(), field.into()]).push(notice.map(Notice::view));
    Dialog::new("Chấm dứt ủy quyền?", content)
        .action(layout::cancel(Screen::Dropped))
        .action(danger("Chấm dứt").on_press(Screen::Confirmed))
        .on_close(Screen::Dropped)
}

/// Whether a delegation holds.
fn standing(record: &DelegationRecord, today: Date) -> (String, Tone) {
    let one = &record.delegation;
    match &record.ended {
        Some((at, why)) => {
            let ended = format!("Đã chấm dứt ngày {}", date::format(clock::local(*at).date()));
            let why = match why {
                WhyEnded::Said(reason) => reason.as_deref(),
                WhyEnded::GiverLeft => Some("người ủy quyền không còn thẩm quyền"),
                WhyEnded::ReceiverLeft => {
                    Some("người được ủy quyền đã ngừng quyền hoặc đổi vai trò")
                }
            };
            (why.map_or(ended.clone(), |why| format!("{ended}: {why}")), Tone::Plain)
        }
        None if today < one.from => ("Chưa đến ngày".into(), Tone::Caution),
        None if today > one.until => ("Đã hết hạn".into(), Tone::Plain),
        None => ("Đang có hiệu lực".into(), Tone::Good),
    }
}
