//! What the office sets for itself: the account for transfers, the series of fee receipts, queues,
//! counters, units. Every change is an entry; the newest holds.

use office::{
    settings::{BankAccount, Settings},
    text::clean,
    vietqr::{self, Bank},
};
use widgets::{
    Element, Icon, Tone, banner, column, field::Field, flow, keys::Pressed, pick, primary, quiet,
    row, section, space, text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
};
use crate::window::{layout, notice::Notice};

/// The first field.
pub const FIRST: &str = "settings-bank";

/// Most names in a list, and characters in a name.
const MOST: usize = 40;
const LONGEST: usize = 80;

/// Which text was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The bank's name.
    Bank,
    /// Its six digits.
    Bin,
    /// The account.
    Number,
    /// Its holder.
    Holder,
    /// Mẫu số, ký hiệu of receipts.
    Series,
    /// Queues.
    Queues,
    /// Counters.
    Counters,
    /// Units.
    Units,
}

/// The screen's state.
pub struct State {
    banks: Vec<Bank>,
    bank: String,
    bin: String,
    number: String,
    holder: String,
    series: String,
    queues: String,
    counters: String,
    units: String,
    may_change: bool,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A text changed.
    Typed(Part, String),
    /// A bank of the list was chosen; `None`: another one.
    BankChosen(Option<String>),
    /// Save all.
    Saved,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Write these.
    Save(Box<Settings>),
    /// Back.
    Close,
}

impl State {
    /// Shows the settings as they are.
    pub fn new(settings: &Settings, may_change: bool) -> Self {
        let account = settings.account.clone();
        let part = |part: fn(BankAccount) -> String| account.clone().map(part).unwrap_or_default();
        Self {
            banks: vietqr::banks(),
            bank: part(|account| account.bank),
            bin: part(|account| account.bin),
            number: part(|account| account.number),
            holder: part(|account| account.holder),
            series: settings.receipt_series.clone(),
            queues: settings.queues.join("; "),
            counters: settings.counters.join("; "),
            units: settings.units.join("; "),
            may_change,
            notice: None,
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(part, text) => {
                let place = match part {
                    Part::Bank => &mut self.bank,
                    Part::Bin => &mut self.bin,
                    Part::Number => &mut self.number,
                    Part::Holder => &mut self.holder,
                    Part::Series => &mut self.series,
                    Part::Queues => &mut self.queues,
                    Part::Counters => &mut self.counters,
                    Part::Units => &mut self.units,
                };
                *place = text;
                self.notice = None;
            }
            Message::BankChosen(bin) => {
                let bank = self.banks.iter().find(|bank| Some(&bank.bin) == bin.as_ref());
                (self.bank, self.bin) =
                    bank.map(|bank| (bank.short.clone(), bank.bin.clone())).unwrap_or_default();
                self.notice = None;
            }
            Message::Saved if self.may_change => match self.settings() {
                Ok(settings) => return Action::Save(Box::new(settings)),
                Err(words) => self.notice = Some(Notice::caution(words)),
            },
            Message::Saved => {}
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn settings(&self) -> Result<Settings, &'static str> {
        Ok(Settings {
            account: self.account()?,
            receipt_series: clean(&self.series),
            queues: names(&self.queues)?,
            counters: names(&self.counters)?,
            units: names(&self.units)?,
        })
    }

    fn account(&self) -> Result<Option<BankAccount>, &'static str> {
        let (bank, holder) = (clean(&self.bank), clean(&self.holder));
        let digits = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let (bin, number) = (digits(&self.bin), digits(&self.number));
        if [&bank, &holder, &bin, &number].iter().all(|part| part.is_empty()) {
            return Ok(None);
        }
        if bin.len() != 6 || !bin.bytes().all(|b| b.is_ascii_digit()) {
            return Err("Mã ngân hàng (BIN) phải có 6 chữ số. Chưa ghi gì.");
        }
        if !(1..=19).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err("Số tài khoản chỉ có chữ số, chữ cái, dài nhất 19 ký tự. Chưa ghi gì.");
        }
        if bank.is_empty() || holder.is_empty() {
            return Err("Chưa ghi tên ngân hàng hoặc chủ tài khoản. Chưa ghi gì.");
        }
        Ok(Some(BankAccount { bin, bank, number, holder }))
    }

    /// A field that only those who may can change.
    fn part<'a>(&self, name: &'a str, value: &'a str, part: Part) -> Field<'a, Message> {
        let field = layout::paper_field(name, value);
        match self.may_change {
            true => field.on_change(move |text| Message::Typed(part, text)),
            false => field,
        }
    }

    /// The list of banks; another one's name and number are typed.
    fn bank_list(&self) -> Element<'_, Message> {
        let chosen =
            self.banks.iter().find(|bank| bank.bin == self.bin).map(|bank| bank.bin.clone());
        let banks = self
            .banks
            .iter()
            .map(|bank| (Some(bank.bin.clone()), format!("{} – {}", bank.short, bank.name)));
        let other = std::iter::once((None, "Ngân hàng khác, ghi tay".to_owned()));
        let list = pick("Chọn ngân hàng", banks.chain(other), Some(&chosen)).id(FIRST);
        match self.may_change {
            true => list.on_pick(Message::BankChosen).into(),
            false => list.into(),
        }
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("settings");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Office, "Cài đặt cơ quan"));

    fn title(&self) -> &'static str {
        "Cài đặt cơ quan"
    }

    fn main_field(&self) -> Option<String> {
        Some(FIRST.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::F(2) | Pressed::Ctrl('s') => Message::Saved,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let account = section(
            "Tài khoản nhận tiền",
            None,
            column([
                text::small("Dùng cho mã VietQR. Để trống cả bốn ô nếu không nhận chuyển khoản.")
                    .into(),
                self.bank_list(),
                flow::fields([
                    self.part("Tên ngân hàng", &self.bank, Part::Bank).into(),
                    self.part("Mã ngân hàng (BIN, 6 số)", &self.bin, Part::Bin)
                        .hint("Mã trong danh sách chưa đối chiếu với NAPAS: so với mã VietQR do ngân hàng cấp.")
                        .into(),
                ])
                .into(),
                flow::fields([
                    self.part("Số tài khoản", &self.number, Part::Number).into(),
                    self.part("Chủ tài khoản", &self.holder, Part::Holder).into(),
                ])
                .into(),
            ]),
        );
        let counter = section(
            "Quầy và hàng chờ",
            None,
            column([
                self.part("Hàng chờ", &self.queues, Part::Queues)
                    .hint("Cách nhau bằng dấu chấm phẩy, ví dụ: Hộ tịch; Chứng thực; Đất đai")
                    .into(),
                self.part("Quầy", &self.counters, Part::Counters)
                    .hint("Tên các quầy gọi số, ví dụ: Quầy 1; Quầy 2")
                    .into(),
            ]),
        );
        let units = section(
            "Nơi giải quyết",
            None,
            column([self
                .part("Đơn vị, công chức chuyên môn", &self.units, Part::Units)
                .hint("Nơi hồ sơ được chuyển tới, cả cơ quan liên thông; đơn vị đầu tiên được điền sẵn.")
                .into()]),
        );
        let receipts = section(
            "Biên lai thu phí, lệ phí",
            None,
            column([self
                .part("Mẫu số, ký hiệu", &self.series, Part::Series)
                .hint("Theo thông báo phát hành biên lai của cơ quan. Để trống nếu chưa có.")
                .into()]),
        );
        let mut head = row([text::title("Cài đặt cơ quan").into(), flow::spring().into()]);
        if self.may_change {
            head = head.push(primary("Lưu cài đặt").key("F2").on_press(Message::Saved));
        }
        let head = head.push(quiet("Về trang chính").key("Esc").on_press(Message::Closed));
        let mut screen = column([head.into()]);
        if !self.may_change {
            screen = screen.push(banner(
                Tone::Info,
                "Chỉ lãnh đạo đổi được cài đặt của cơ quan. Ở đây chỉ xem.",
            ));
        }
        if let Some(notice) = &self.notice {
            screen = screen.push(notice.view());
        }
        let left = column([account.into(), receipts.into()]);
        let right = column([counter.into(), units.into()]);
        screen = screen.push(
            iced::widget::Row::new()
                .push(left.width(iced::Length::FillPortion(1)))
                .push(right.width(iced::Length::FillPortion(1)))
                .spacing(space::L),
        );
        flow::page(screen)
    }
}

/// Names parted by semicolons, each once.
fn names(text: &str) -> Result<Vec<String>, &'static str> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(';').map(clean).filter(|name| !name.is_empty()) {
        if name.chars().count() > LONGEST {
            return Err("Có tên dài quá 80 ký tự. Chưa ghi gì.");
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > MOST {
        Err("Có danh sách dài quá 40 tên. Chưa ghi gì.")
    } else {
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(typed: &[(Part, &str)]) -> State {
        let mut state = State::new(&Settings::default(), true);
        for (part, text) in typed {
            state.update(Message::Typed(*part, (*text).into()));
        }
        state
    }

    #[test]
    fn names_are_parted_cleaned_and_kept_once() {
        let mut state = state(&[(Part::Queues, " Hộ tịch ;Chứng thực;; Hộ tịch")]);
        let expected = Settings {
            queues: vec!["Hộ tịch".into(), "Chứng thực".into()],
            ..Settings::default()
        };
        assert_eq!(state.update(Message::Saved), Action::Save(Box::new(expected)));
    }

    #[test]
    fn a_bank_of_the_list_brings_its_number() {
        let mut state = state(&[(Part::Number, "8800205012345"), (Part::Holder, "UBND XA MAU")]);
        state.update(Message::BankChosen(Some("970405".into())));
        assert!(matches!(
            state.update(Message::Saved),
            Action::Save(settings) if settings.account.as_ref().is_some_and(|a| a.bank == "Agribank")
        ));
        state.update(Message::BankChosen(None));
        assert_eq!(state.update(Message::Saved), Action::None, "another one is typed");
    }

    #[test]
    fn half_an_account_is_none() {
        let whole = [
            (Part::Bank, "Ngân hàng Mẫu"),
            (Part::Bin, "970 400"),
            (Part::Number, "0000 MAU"),
            (Part::Holder, "UBND XA MAU"),
        ];
        for missing in 0..whole.len() {
            let typed: Vec<_> =
                whole.iter().enumerate().filter(|(n, _)| *n != missing).map(|(_, t)| *t).collect();
            assert_eq!(state(&typed).update(Message::Saved), Action::None, "{missing}");
        }
        assert!(matches!(
            state(&whole).update(Message::Saved),
            Action::Save(settings) if settings.account.as_ref().is_some_and(|a| a.bin == "970400")
        ));
    }
}
