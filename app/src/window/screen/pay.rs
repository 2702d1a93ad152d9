//! Money for a dossier: what is due, what was paid, and the taking of it. Nothing counts as taken before
//! the clerk says that it is there; a transfer that is only awaited writes nothing.

mod lines;
mod past;
#[cfg(test)]
mod tests;

use iced::widget::image::Handle;
use office::{
    catalogue::PerPage,
    money::Dong,
    payment::{Exempted, FeeKind, FeeLine, Method, Origin, PaymentId},
    tariff,
    text::{clean, clean_lines},
};
use widgets::{
    Dialog, Element, Tone, banner, check, column, field, pick, picture, primary, quiet, secondary,
    space, text,
};

use crate::{
    desk::money::Taking,
    window::{layout, notice::Notice},
};
use lines::Lines;

/// The field that has the keyboard first.
pub const AMOUNT: &str = "pay-amount";
/// What a line is for.
pub const LABEL: &str = "pay-label";
/// Who pays.
const PAYER: &str = "pay-payer";
/// Whether the bank has told.
const ARRIVED: &str = "pay-arrived";
/// The reason of a cancellation.
pub const REASON: &str = "pay-reason";

const WIDTH: f32 = 860.0;
/// Side of the transfer's code: a telephone reads it from half a metre.
const CODE: f32 = 216.0;
const CODE_ROOM: f32 = 248.0;
const NARROW: f32 = 132.0;
/// Characters of the tariff's remark that are shown.
const REMARK: usize = 400;

/// What the tariff asks in one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The case; for the ordinary one what the receipt shall say.
    pub label: String,
    /// Phí or lệ phí.
    pub kind: FeeKind,
    /// How much, where it is certain.
    pub amount: Option<Dong>,
    /// The rate by pages and copies.
    pub per_page: Option<PerPage>,
    /// What the source adds, or why the amount is not certain.
    pub note: String,
}

/// A group that may be spared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// In the law's words.
    pub label: String,
    /// Article.
    pub basis: String,
    /// What the clerk has to look at first, or empty.
    pub condition: String,
}

/// A payment that was taken.
#[derive(Clone, Debug)]
pub struct Paid {
    /// Which.
    pub id: PaymentId,
    /// Number, amount, way, time.
    pub words: String,
    /// Why it was cancelled, if it was.
    pub cancelled: Option<String>,
}

/// What the shell knows of a dossier's money.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Mã hồ sơ.
    pub code: String,
    /// Who pays unless said.
    pub payer: String,
    /// What the tariff asks.
    pub dues: Vec<Due>,
    /// Who may be spared.
    pub groups: Vec<Group>,
    /// What was taken so far.
    pub paid: Vec<Paid>,
    /// Transfers that a bank statement showed and no receipt was made for yet, in words.
    pub arrived: Vec<String>,
    /// Whether the office has an account.
    pub account: bool,
    /// Whether the user may cancel.
    pub may_cancel: bool,
}

/// The dialog's state: the lines that were added, and the one that is being written.
pub struct State {
    about: About,
    lines: Lines,
    chosen: Option<usize>,
    label: String,
    kind: FeeKind,
    amount: String,
    pages: String,
    copies: String,
    group: Option<usize>,
    method: Method,
    arrived: bool,
    payer: String,
    code: Option<Handle>,
    cancelling: Option<(PaymentId, String)>,
    /// The unusual sum that was asked about: the same once more is meant.
    asked: Option<Dong>,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// A case of the tariff, or something else.
    CaseChosen(Option<usize>),
    /// What is paid for.
    LabelTyped(String),
    /// Phí or lệ phí.
    KindChosen(FeeKind),
    /// How much.
    AmountTyped(String),
    /// Pages of the original.
    PagesTyped(String),
    /// How many copies.
    CopiesTyped(String),
    /// Who is spared.
    GroupChosen(Option<usize>),
    /// Cash or transfer.
    MethodChosen(Method),
    /// The bank has told that the money is there.
    ArrivalTicked(bool),
    /// Who pays.
    PayerTyped(String),
    /// The line is written; another follows.
    LineAdded,
    /// A line that was added is not wanted.
    LineRemoved(usize),
    /// Take it.
    Submitted,
    /// Cancel a payment.
    CancelAsked(PaymentId),
    /// Why.
    ReasonTyped(String),
    /// Rather not.
    Closed,
}

/// What is lacking in a sentence, and the field where it is put right.
type Lack = (&'static str, &'static str);

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Draw the transfer's code anew.
    Code,
    /// Move the keyboard to this field.
    Focus(&'static str),
    /// Write the payment.
    Take(Taking),
    /// Cancel a payment.
    Cancel(PaymentId, String),
    /// Back to the dossier.
    Close,
}

impl State {
    /// Shows what is due; the ordinary case is chosen.
    pub fn new(about: About) -> Self {
        let mut state = Self {
            payer: about.payer.clone(),
            about,
            lines: Lines::default(),
            chosen: None,
            label: String::new(),
            kind: FeeKind::Duty,
            amount: String::new(),
            pages: "1".into(),
            copies: "1".into(),
            group: None,
            method: Method::Cash,
            arrived: false,
            code: None,
            cancelling: None,
            asked: None,
            notice: None,
        };
        if !state.about.dues.is_empty() {
            state.choose(Some(0));
        }
        state
    }

    /// The field that has the keyboard first: the first that must be filled and is not.
    pub fn first_field(&self) -> &'static str {
        if clean(&self.label).is_empty() { LABEL } else { AMOUNT }
    }

    /// The transfer's code, or none while there is nothing to transfer.
    pub fn show_code(&mut self, code: Option<Handle>) {
        self.code = code;
    }

    /// What a transfer would be for; `None` for cash and while there is no amount.
    pub fn transfer(&self) -> Option<Dong> {
        (self.method == Method::Transfer).then(|| self.total()).flatten()
    }

    /// The act was refused; what was typed stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn due(&self) -> Option<&Due> {
        self.about.dues.get(self.chosen?)
    }

    fn choose(&mut self, case: Option<usize>) {
        self.chosen = case;
        if let Some(due) = self.due().cloned() {
            (self.label, self.kind) = (due.label, due.kind);
        }
        self.reckon();
    }

    /// Fills in the amount as far as the tariff and the exemption tell it.
    fn reckon(&mut self) {
        let Some(due) = self.due() else { return };
        let amount = match (due.per_page, due.amount) {
            _ if self.group.is_some() => Some(Dong(0)),
            (Some(rate), _) => match (self.pages.trim().parse(), self.copies.trim().parse()) {
                (Ok(pages), Ok(copies)) => Some(rate.amount(pages, copies)),
                _ => None,
            },
            (None, amount) => amount,
        };
        self.amount = amount.map(Dong::digits).unwrap_or_default();
    }

    fn typed_amount(&self) -> Option<Dong> {
        Dong::parse(&self.amount)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::CaseChosen(case) => self.choose(case),
            Message::LabelTyped(text) => {
                self.label = text;
                return Action::None;
            }
            Message::KindChosen(kind) => {
                self.kind = kind;
                return Action::None;
            }
            Message::AmountTyped(text) => self.amount = text,
            Message::PagesTyped(text) => {
                self.pages = text;
                self.reckon();
            }
            Message::CopiesTyped(text) => {
                self.copies = text;
                self.reckon();
            }
            Message::GroupChosen(group) => {
                self.group = group;
                self.reckon();
            }
            Message::MethodChosen(method) => (self.method, self.arrived) = (method, false),
            Message::ArrivalTicked(arrived) => {
                self.arrived = arrived;
                return Action::None;
            }
            Message::PayerTyped(text) => {
                self.payer = text;
                return Action::None;
            }
            Message::LineAdded if self.cancelling.is_some() => return Action::None,
            Message::LineAdded => return self.add_line(),
            Message::LineRemoved(place) => self.lines.remove(place),
            Message::Submitted if self.cancelling.is_some() => return self.cancel(),
            Message::Submitted => return self.take(),
            Message::CancelAsked(id) => {
                self.cancelling = Some((id, String::new()));
                self.notice = None;
                return Action::Focus(REASON);
            }
            Message::ReasonTyped(text) => {
                if let Some((_, reason)) = &mut self.cancelling {
                    *reason = text;
                }
                return Action::None;
            }
            Message::Closed if self.cancelling.is_some() => {
                self.cancelling = None;
                return Action::Focus(self.first_field());
            }
            Message::Closed => return Action::Close,
        }
        Action::Code
    }

    fn cancel(&mut self) -> Action {
        let Some((id, reason)) = &self.cancelling else { return Action::None };
        let reason = clean_lines(reason);
        if reason.is_empty() {
            self.notice = Some(Notice::caution("Chưa ghi lý do hủy. Chưa hủy biên lai nào."));
            return Action::Focus(REASON);
        }
        Action::Cancel(id.clone(), reason)
    }

    /// What the tariff asks, where it is one amount and the receipt has one line.
    fn tariff(&self) -> Option<Dong> {
        let due = self.due().filter(|_| self.lines.is_empty())?;
        due.amount.filter(|_| due.per_page.is_none())
    }

    /// The sum of the receipt, as far as amounts are typed.
    fn total(&self) -> Option<Dong> {
        match (self.typed_amount(), self.lines.is_empty()) {
            (None, true) => None,
            (typed, _) => Some(self.lines.total() + typed.unwrap_or_default()),
        }
    }

    /// The line that is being written; the sentence says what it lacks, and where.
    fn line(&self) -> Result<FeeLine, Lack> {
        let label = clean(&self.label);
        let origin = match self.chosen {
            Some(_) => Origin::Tariff,
            None => Origin::ByHand,
        };
        match self.typed_amount() {
            _ if label.is_empty() => Err(("Chưa ghi thu khoản gì. Chưa thu gì.", LABEL)),
            None => Err((
                "Chưa có số tiền, hoặc số tiền không đọc được. Chưa thu gì. Hãy ghi bằng chữ số, ví dụ 8.000.",
                AMOUNT,
            )),
            Some(amount) => Ok(FeeLine { label, kind: self.kind, amount, origin }),
        }
    }

    /// The receipt's lines. After an added line the next may stay empty.
    fn receipt(&self) -> Result<Vec<FeeLine>, Lack> {
        let blank = clean(&self.label).is_empty() && self.amount.trim().is_empty();
        let last = if blank && !self.lines.is_empty() { None } else { Some(self.line()?) };
        let lines = self.lines.with(last);
        let spared = self.group.is_some() || lines.iter().all(|line| line.amount > Dong(0));
        match spared {
            true => Ok(lines),
            false => Err((
                "Số tiền là 0 mà chưa chọn diện miễn. Chưa thu gì. Hãy ghi số tiền hoặc chọn diện miễn, giảm.",
                AMOUNT,
            )),
        }
    }

    fn add_line(&mut self) -> Action {
        let (refused, field) = match self.line() {
            _ if self.lines.full() => {
                ("Biên lai có nhiều nhất 6 dòng. Hãy thu rồi lập biên lai khác.", AMOUNT)
            }
            Err(lack) => lack,
            Ok(line) => {
                self.lines.add(line);
                (self.chosen, self.notice) = (None, None);
                for text in [&mut self.label, &mut self.amount] {
                    text.clear();
                }
                (self.pages, self.copies) = ("1".into(), "1".into());
                return Action::Focus(LABEL);
            }
        };
        self.notice = Some(Notice::caution(refused));
        Action::Focus(field)
    }

    fn take(&mut self) -> Action {
        let payer = clean(&self.payer);
        let group = self.group.and_then(|group| self.about.groups.get(group));
        let receipt = self.receipt();
        let awaited = self.method == Method::Transfer && !self.arrived;
        let lack = match &receipt {
            Err(lack) => Some(*lack),
            _ if payer.is_empty() => Some(("Chưa ghi tên người nộp tiền. Chưa thu gì.", PAYER)),
            Ok(_) if awaited && self.total().is_some_and(|total| total > Dong(0)) => Some((
                "Chưa thấy tiền về tài khoản thì chưa phải đã thu. Hãy đánh dấu “Ngân hàng đã báo có”, hoặc đóng và chờ sao kê.",
                ARRIVED,
            )),
            Ok(_) => None,
        };
        self.notice = lack.map(|(words, _)| Notice::caution(words));
        let lines = match (lack, receipt) {
            (Some((_, field)), _) | (None, Err((_, field))) => return Action::Focus(field),
            (None, Ok(lines)) => lines,
        };
        let total = lines.iter().map(|line| line.amount).sum();
        if self.asked != Some(total) && tariff::is_unusual(total, self.tariff()) {
            (self.asked, self.notice) = (Some(total), Some(Notice::unusual(total)));
            return Action::None;
        }
        Action::Take(Taking {
            lines,
            exempted: group
                .map(|group| Exempted { label: group.label.clone(), basis: group.basis.clone() }),
            method: self.method,
            payer,
        })
    }

    /// Draws the dialog.
    pub fn dialog(&self) -> Dialog<'_, Message> {
        if let Some((id, reason)) = &self.cancelling {
            return self.cancellation(id, reason);
        }
        let mut form = column([]);
        if !self.about.paid.is_empty() || !self.about.arrived.is_empty() {
            form = form.push(self.past());
        }
        let form = form.push(self.form());
        let mut content =
            iced::widget::Row::new().push(form.width(iced::Length::Fill)).spacing(space::L);
        if self.method == Method::Transfer {
            content = content.push(self.transfer_side());
        }
        let words = match self.total() {
            Some(Dong(0)) => "Lập biên lai miễn thu".to_owned(),
            Some(amount) => format!("Đã nhận {amount}"),
            None => "Đã nhận tiền".to_owned(),
        };
        let more = (!self.lines.full()).then_some(Message::LineAdded);
        Dialog::new(format!("Thu phí, lệ phí – hồ sơ {}", self.about.code), content)
            .width(WIDTH)
            .action(quiet("Đóng").key("Esc").on_press(Message::Closed))
            .action(secondary("Thêm dòng").key("F2").on_press_maybe(more))
            .action(primary(words).key("Enter").on_press(Message::Submitted))
            .on_close(Message::Closed)
    }

    fn form(&self) -> Element<'_, Message> {
        let cases = self.about.dues.iter().enumerate().map(|(n, due)| {
            let amount = match (due.per_page, due.amount) {
                (Some(_), _) => "theo số trang".into(),
                (None, Some(amount)) => amount.to_string(),
                (None, None) => "chưa rõ mức thu".into(),
            };
            (Some(n), format!("{} – {amount}", due.label))
        });
        let cases = cases.chain(std::iter::once((None, "Khoản khác, ghi tay".to_owned())));
        let mut form = column([]);
        if !self.lines.is_empty() {
            form = form.push(self.lines.view(self.total().unwrap_or_default()));
        }
        form = form.push(
            pick("Trường hợp thu theo danh mục", cases, Some(&self.chosen))
                .on_pick(Message::CaseChosen),
        );
        if let Some(due) = self.due().filter(|due| !due.note.is_empty()) {
            form = form.push(text::small(shortened(&due.note)));
        }
        form = form.push(widgets::flow::fields([
            layout::paper_field("Nội dung ghi trên biên lai", &self.label)
                .id(LABEL)
                .required()
                .on_change(Message::LabelTyped)
                .on_submit(Message::Submitted)
                .into(),
            pick(
                "Loại",
                [FeeKind::Charge, FeeKind::Duty].map(|kind| (kind, kind.label())),
                Some(&self.kind),
            )
            .width(NARROW)
            .on_pick(Message::KindChosen)
            .into(),
        ]));
        let mut sums = widgets::flow::fields([]);
        if self.due().is_some_and(|due| due.per_page.is_some()) {
            for (name, value, message) in [
                ("Số trang bản chính", &self.pages, Message::PagesTyped as fn(String) -> Message),
                ("Số bản", &self.copies, Message::CopiesTyped as fn(String) -> Message),
            ] {
                let part = field(name, value).width(NARROW).on_change(message);
                sums = sums.push(part.on_submit(Message::Submitted));
            }
        }
        let groups = std::iter::once((None, "Không miễn, giảm".to_owned()));
        let groups = groups.chain(
            self.about.groups.iter().enumerate().map(|(n, group)| (Some(n), group.label.clone())),
        );
        form = form.push(
            sums.push(
                field("Số tiền (đồng)", &self.amount)
                    .id(AMOUNT)
                    .required()
                    .on_change(Message::AmountTyped)
                    .on_submit(Message::Submitted),
            )
            .push(
                pick(
                    "Cách nộp",
                    [Method::Cash, Method::Transfer].map(|method| (method, method.label())),
                    Some(&self.method),
                )
                .on_pick(Message::MethodChosen),
            ),
        );
        let group =
            pick("Diện miễn, giảm", groups, Some(&self.group)).on_pick(Message::GroupChosen);
        let payer = layout::paper_field("Người nộp tiền", &self.payer)
            .id(PAYER)
            .required()
            .on_change(Message::PayerTyped)
            .on_submit(Message::Submitted);
        let basis = self.group.and_then(|group| self.about.groups.get(group)).map(|group| {
            let rule = match group.condition.as_str() {
                "" => {
                    "Mức miễn hay giảm do người có thẩm quyền quyết định; sửa số tiền nếu chỉ giảm."
                }
                condition => condition,
            };
            text::small(format!("Căn cứ: {}. {rule}", group.basis))
        });
        // Six lines and a refusal still fit on a low screen.
        form = match self.lines.is_empty() {
            true => form.push(group).push(basis).push(payer),
            false => form.push(widgets::flow::fields([group.into(), payer.into()])).push(basis),
        };
        if let Some(notice) = &self.notice {
            form = form.push(notice.view());
        }
        form.into()
    }

    fn transfer_side(&self) -> Element<'_, Message> {
        let mut side = column([]);
        side = match &self.code {
            Some(code) => side
                .push(picture::code(code.clone(), CODE))
                .push(text::small("Mời công dân quét bằng ứng dụng ngân hàng. Số tiền và mã hồ sơ đã có sẵn trong mã.")),
            None if !self.about.account => side.push(banner(
                Tone::Caution,
                "Cơ quan chưa ghi tài khoản nhận tiền nên chưa có mã VietQR. Lãnh đạo ghi tài khoản trong F10 → Cài đặt cơ quan.",
            )),
            None => side.push(text::small("Mã VietQR hiện khi có số tiền.")),
        };
        side.push(
            check("Ngân hàng đã báo có", self.arrived)
                .id(ARRIVED)
                .on_toggle(Message::ArrivalTicked),
        )
        .push(text::small("Chưa báo có là chờ chuyển khoản, chưa phải đã thu."))
        .width(CODE_ROOM)
        .into()
    }
}

fn shortened(note: &str) -> String {
    match note.char_indices().nth(REMARK) {
        Some((end, _)) => format!("{}…", note.get(..end).unwrap_or(note)),
        None => note.to_owned(),
    }
}
