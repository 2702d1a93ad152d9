//! One code, typed.

use jiff::civil::Date;
use office::{
    date,
    portal_code::{Code, Coded, Held, import::Line},
    text::clean,
};
use widgets::{
    DateInput, Dialog, Element, column, date::Century, date_field, field, flow, primary, text,
};

use crate::window::{layout, notice::Notice};

/// The code's field.
pub const CODE: &str = "codes-code";
/// The day's field.
const DAY: &str = "codes-day";
/// The source's field.
const WORDS: &str = "codes-words";

const WIDTH: f32 = 620.0;
const DAY_WIDTH: f32 = 220.0;

/// A code as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The code.
    pub line: Line,
    /// Who gave it and how it was checked.
    pub words: String,
}

/// The dialog's state.
pub struct State {
    subject: Coded,
    name: String,
    before: Option<String>,
    proposed: bool,
    code: String,
    line: String,
    from: DateInput,
    words: String,
    notice: Option<Notice>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The code.
    CodeTyped(String),
    /// The receipt's line.
    LineTyped(String),
    /// The day.
    FromTyped(DateInput),
    /// The source.
    WordsTyped(String),
    /// Write it.
    Confirmed,
    /// Rather not.
    Dropped,
}

/// What the screen has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Move the keyboard to this field.
    Focus(&'static str),
    /// Write this.
    Write(Typed),
    /// Close the dialog.
    Close,
}

impl State {
    /// Asks for the code of `subject`, over the last one that was entered; a `proposal` stands in the field.
    pub fn new(
        subject: Coded,
        name: String,
        held: Option<&Held>,
        proposal: Option<Code>,
        words: &str,
    ) -> Self {
        let proposal = proposal.filter(|_| held.is_none());
        let line = match &subject {
            Coded::Fee { line, .. } => line.clone(),
            Coded::Field { .. } | Coded::Collection { .. } => String::new(),
        };
        Self {
            line,
            name,
            before: held.map(|held| held.code.code.to_string()),
            proposed: proposal.is_some(),
            code: proposal.map(String::from).unwrap_or_default(),
            from: DateInput::default(),
            words: words.to_owned(),
            notice: None,
            subject,
        }
    }

    /// A correction holds from today unless another day is said.
    pub fn today(mut self, today: Date) -> Self {
        if self.before.is_some() {
            self.from = DateInput::new(Some(today), Century::This);
        }
        self
    }

    /// The code was refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::CodeTyped(code) => self.code = code,
            Message::LineTyped(line) => self.line = line,
            Message::FromTyped(from) => self.from = from,
            Message::WordsTyped(words) => self.words = words,
            Message::Confirmed => return self.confirm(),
            Message::Dropped => return Action::Close,
        }
        self.notice = None;
        Action::None
    }

    fn confirm(&mut self) -> Action {
        let Ok(from) = self.from.check() else { return Action::Focus(DAY) };
        let (words, code) = (clean(&self.words), clean(&self.code));
        if code.is_empty() {
            self.notice = Some(Notice::caution("Chưa ghi mã. Chưa ghi gì vào sổ."));
            return Action::Focus(CODE);
        }
        if words.is_empty() {
            self.notice = Some(Notice::caution(
                "Chưa ghi mã do ai cấp và đã đối chiếu thế nào. Chưa ghi gì: lời này vào sổ cùng mã.",
            ));
            return Action::Focus(WORDS);
        }
        let subject = match &self.subject {
            Coded::Fee { procedure, .. } => {
                Coded::Fee { procedure: procedure.clone(), line: clean(&self.line) }
            }
            other => other.clone(),
        };
        let line = Line {
            ma: code,
            tu_ngay: from.map(date::format).unwrap_or_default(),
            ..Line::of(&subject)
        };
        Action::Write(Typed { line, words })
    }

    /// Draws the dialog.
    pub fn dialog<'a, Outer: Clone + 'a>(
        &'a self,
        out: impl Fn(Message) -> Outer + Copy + 'a,
    ) -> Dialog<'a, Outer> {
        let code = field("Mã của Cổng", &self.code)
            .id(CODE)
            .required()
            .on_change(Message::CodeTyped)
            .on_submit(Message::Confirmed);
        let code = match (&self.before, self.proposed) {
            (Some(before), _) => code.hint(format!("Mã ghi lần trước: {before}")),
            (None, true) => code
                .hint("Danh mục thủ tục ghi mã này cho một số thủ tục: hãy đối chiếu rồi mới lưu."),
            (None, false) => code.hint("Chữ cái không dấu, chữ số và các dấu . - _ /"),
        };
        let hint = match self.before {
            Some(_) => "Hồ sơ nhận trước ngày này giữ mã cũ.",
            None => "Để trống: dùng cho mọi hồ sơ.",
        };
        let mut content = column([
            text::strong(self.name.as_str()).into(),
            flow::fields([
                code.into(),
                date_field("Dùng cho hồ sơ nhận từ ngày", &self.from)
                    .id(DAY)
                    .width(DAY_WIDTH)
                    .hint(hint)
                    .on_change(Message::FromTyped)
                    .on_submit(Message::Confirmed)
                    .into(),
            ])
            .into(),
        ]);
        if matches!(self.subject, Coded::Fee { .. }) {
            content = content.push(
                field("Khoản ghi trên biên lai", &self.line)
                    .hint("Để trống: mã dùng cho mọi khoản thu của thủ tục này.")
                    .on_change(Message::LineTyped)
                    .on_submit(Message::Confirmed),
            );
        }
        content = content.push(
            field("Ai cấp mã và đã đối chiếu thế nào", &self.words)
                .id(WORDS)
                .required()
                .placeholder("Công văn, thư của tỉnh; đã so với danh mục trên Cổng")
                .on_change(Message::WordsTyped)
                .on_submit(Message::Confirmed),
        );
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        let title = match self.before {
            Some(_) => "Sửa mã",
            None => "Ghi mã",
        };
        let content: Element<'a, Message> = content.into();
        Dialog::new(title, content.map(out))
            .width(WIDTH)
            .action(layout::cancel(out(Message::Dropped)))
            .action(primary("Ghi vào sổ").key("Enter").on_press(out(Message::Confirmed)))
            .on_close(out(Message::Dropped))
    }
}
