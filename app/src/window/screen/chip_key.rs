//! The key of a chip that no code gives: the machine readable zone of a passport, or the six digits of a
//! CAN. It is asked for once and kept for one reading, never longer.

use identity::{
    access::Keys,
    mrz::{
        Mrz,
        typed::{Remark, Typed},
    },
};
use office::person::Identity;
use widgets::{Element, Tone, banner, column, field, primary, quiet, row, space, text};

use crate::window::notice::Notice;

/// The zone's field.
pub const ZONE: &str = "chip-key-zone";

/// The screen's state.
#[derive(Default)]
pub struct State {
    zone: String,
    can: String,
    /// Who was named before the chip asked for more.
    declared: Option<Identity>,
    notice: Option<Notice>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The zone changed.
    ZoneTyped(String),
    /// The CAN changed.
    CanTyped(String),
    /// Enter or the button.
    Submitted,
    /// Back.
    Closed,
}

/// What is to be done.
pub enum Action {
    /// Nothing.
    None,
    /// Read the chip with a key that names nobody.
    Read(Box<Keys>, Option<Box<Identity>>),
    /// A zone names its holder and opens the chip.
    Zone(Box<Mrz>, Option<Box<Identity>>),
    /// The code of a card was scanned instead.
    Code(String),
    /// Back.
    Close,
}

impl State {
    /// Asks, and says why if a reading wanted it.
    pub fn new(declared: Option<Identity>, notice: Option<Notice>) -> Self {
        Self { declared, notice, ..Self::default() }
    }

    /// Lines that a scanner read.
    pub fn scanned(&mut self, lines: String) -> Action {
        self.zone = lines;
        self.update(Message::Submitted)
    }

    fn submitted(&mut self) -> Result<Action, Notice> {
        if !self.can.trim().is_empty() {
            let keys = Keys::can(&self.can).ok_or_else(|| {
                Notice::caution("CAN là 6 chữ số in trên thẻ. Hãy xem lại trên giấy tờ.")
            })?;
            return Ok(Action::Read(Box::new(keys), self.declared.take().map(Box::new)));
        }
        let typed = Typed::new(&self.zone);
        let mrz = typed.mrz().map_err(|error| match typed.remark() {
            Remark::Empty => Notice::caution("Hãy nhập dòng MRZ hoặc 6 số CAN in trên giấy tờ."),
            _ => Notice::error(&error),
        })?;
        Ok(Action::Zone(Box::new(mrz), self.declared.take().map(Box::new)))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::ZoneTyped(zone) => self.zone = zone,
            Message::CanTyped(can) => self.can = can,
            Message::Submitted if self.zone.contains('|') => {
                return Action::Code(std::mem::take(&mut self.zone));
            }
            Message::Submitted => match self.submitted() {
                Ok(action) => return action,
                Err(notice) => self.notice = Some(notice),
            },
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    /// Draws the form.
    pub fn view(&self) -> Element<'_, Message> {
        let typed = Typed::new(&self.zone);
        let remark = typed.remark();
        let tone = match remark {
            Remark::Right => Tone::Good,
            Remark::Empty | Remark::Going { .. } => Tone::Plain,
            _ => Tone::Bad,
        };
        // What no check digit sees is said before the chip is asked.
        let doubts = typed.mrz().map(|mrz| mrz.doubts()).unwrap_or_default();
        let doubts = doubts.into_iter().map(|doubt| banner(Tone::Caution, doubt).into());
        let lines = typed.lines().iter().map(|line| text::number(line.clone()).into());
        let mut content = column([
            text::body("Chip chỉ mở khi có khóa in trên chính giấy tờ đó. Khóa chỉ dùng cho lần đọc này, không lưu lại.").into(),
            field("Dòng MRZ (các dòng có dấu <<<)", &self.zone)
                .id(ZONE)
                .plain()
                .on_change(Message::ZoneTyped)
                .on_submit(Message::Submitted)
                .into(),
            column(lines).spacing(0.0).into(),
            column(std::iter::once(text::toned(remark.to_string(), tone).into()).chain(doubts))
                .spacing(space::S)
                .into(),
            field("Hoặc 6 số CAN", &self.can)
                .plain()
                .width(CAN_WIDTH)
                .on_change(Message::CanTyped)
                .on_submit(Message::Submitted)
                .into(),
        ])
        .spacing(space::M);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        content
            .push(row([
                primary("Mở chip").key("Enter").on_press(Message::Submitted).into(),
                quiet("Đóng").key("Esc").on_press(Message::Closed).into(),
            ]))
            .into()
    }
}

const CAN_WIDTH: f32 = 200.0;
