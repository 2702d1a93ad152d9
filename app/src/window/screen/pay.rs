//! Money for a dossier or an act: what is due, what was paid, and the taking of it. Nothing counts as taken before
//! the clerk says that it is there; a transfer that is only awaited writes nothing.

mod lines;
mod past;
#[cfg(test)]
mod tests;

use iced::widget::image::Handle;
use office::{
    catalogue::Exemption,
    money::Dong,
    payment::{FeeKind, Method, Origin, PaymentId},
    tariff::{
        self,
        receipt::{Case, Draft, Lack, Receipt, Taking},
    },
    text::{clean, clean_lines},
};
use widgets::{
    Dialog, Element, Tone, banner, check, column, field, pick, picture, primary, quiet, secondary,
    space, text,
};

use crate::window::{layout, notice::Notice};
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

/// What the shell knows of the money.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What it is taken for, as the title names it.
    pub what: String,
    /// Who pays unless said.
    pub payer: String,
    /// What the tariff asks.
    pub cases: Vec<Case>,
    /// Who may be spared.
    pub groups: Vec<Exemption>,
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

/// The field where a lack is put right.
fn field_of(lack: Lack) -> &'static str {
    match lack {
        Lack::Label => LABEL,
        Lack::Amount | Lack::Exemption | Lack::Room => AMOUNT,
        Lack::Payer => PAYER,
        Lack::Arrival => ARRIVED,
    }
}

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
    /// Back.
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
        if !state.about.cases.is_empty() {
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
        (self.method == Method::Transfer).then(|| self.receipt().total()).flatten()
    }

    /// The act was refused; what was typed stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn case(&self) -> Option<&Case> {
        self.about.cases.get(self.chosen?)
    }

    fn choose(&mut self, case: Option<usize>) {
        self.chosen = case;
        if let Some(case) = self.case().cloned() {
            (self.label, self.kind) = (case.label, case.kind);
        }
        self.reckon();
    }

    /// Fills in the amount as far as the tariff and the exemption tell it.
    fn reckon(&mut self) {
        let Some(case) = self.case() else { return };
        let amount = match self.group {
            Some(_) => Some(Dong(0)),
            None => case.cost(&self.pages, &self.copies),
        };
        self.amount = amount.map(Dong::digits).unwrap_or_default();
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

    /// The receipt as it is being written.
    fn receipt(&self) -> Receipt<'_> {
        let group = self.group.and_then(|group| self.about.groups.get(group));
        Receipt {
            lines: self.lines.all(),
            last: Draft {
                label: &self.label,
                amount: &self.amount,
                kind: self.kind,
                origin: match self.chosen {
                    Some(_) => Origin::Tariff,
                    None => Origin::ByHand,
                },
            },
            exempted: group.map(Exemption::exempted),
            method: self.method,
            arrived: self.arrived,
            payer: &self.payer,
        }
    }

    fn add_line(&mut self) -> Action {
        match self.receipt().another() {
            Err(lack) => self.lacks(lack),
            Ok(line) => {
                self.lines.add(line);
                (self.chosen, self.notice) = (None, None);
                for text in [&mut self.label, &mut self.amount] {
                    text.clear();
                }
                (self.pages, self.copies) = ("1".into(), "1".into());
                Action::Focus(LABEL)
            }
        }
    }

    fn lacks(&mut self, lack: Lack) -> Action {
        self.notice = Some(Notice::caution(lack.to_string()));
        Action::Focus(field_of(lack))
    }

    fn take(&mut self) -> Action {
        let taking = match self.receipt().taking() {
            Ok(taking) => taking,
            Err(lack) => return self.lacks(lack),
        };
        let total = match taking.total() {
            Ok(total) => total,
            Err(error) => {
                self.notice = Some(Notice::error(&error));
                return Action::Focus(AMOUNT);
            }
        };
        // What one line of the tariff asks, where the receipt has no other.
        let known = self.case().filter(|_| self.lines.is_empty()).and_then(Case::fixed);
        if self.asked != Some(total) && tariff::is_unusual(total, known) {
            (self.asked, self.notice) = (Some(total), Some(Notice::unusual(total)));
            return Action::None;
        }
        self.notice = None;
        Action::Take(taking)
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
        let words = match self.receipt().total() {
            Some(Dong(0)) => "Lập biên lai miễn thu".to_owned(),
            Some(amount) => format!("Đã nhận {amount}"),
            None => "Đã nhận tiền".to_owned(),
        };
        let more = (!self.lines.full()).then_some(Message::LineAdded);
        Dialog::new(format!("Thu phí, lệ phí – {}", self.about.what), content)
            .width(WIDTH)
            .action(quiet("Đóng").key("Esc").on_press(Message::Closed))
            .action(secondary("Thêm dòng").key("F2").on_press_maybe(more))
            .action(primary(words).key("Enter").on_press(Message::Submitted))
            .on_close(Message::Closed)
    }

    fn form(&self) -> Element<'_, Message> {
        let cases = self.about.cases.iter().enumerate().map(|(n, case)| {
            let amount = match (case.per_page, case.amount) {
                (Some(_), _) => "theo số trang".into(),
                (None, Some(amount)) => amount.to_string(),
                (None, None) => "chưa rõ mức thu".into(),
            };
            (Some(n), format!("{} – {amount}", case.label))
        });
        let cases = cases.chain(std::iter::once((None, "Khoản khác, ghi tay".to_owned())));
        let mut form = column([]);
        if !self.lines.is_empty() {
            form = form.push(self.lines.view(self.receipt().total().unwrap_or_default()));
        }
        form = form.push(
            pick("Trường hợp thu theo danh mục", cases, Some(&self.chosen))
                .on_pick(Message::CaseChosen),
        );
        if let Some(case) = self.case().filter(|case| !case.note.is_empty()) {
            form = form.push(text::small(shortened(&case.note)));
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
        if self.case().is_some_and(|case| case.per_page.is_some()) {
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
            let rule = match group.condition() {
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
                .push(text::small("Mời công dân quét bằng ứng dụng ngân hàng. Số tiền và nội dung đã có sẵn trong mã.")),
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
