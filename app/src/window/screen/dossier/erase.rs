//! Erasing what a remark says: by which ground of the law and why, then what that destroys and what stays.

use widgets::{Dialog, Tone, badge, banner, column, danger, field, pick, primary, text};

use crate::window::{layout, notice::Notice};

/// The choice that has the keyboard first.
pub const GROUND: &str = "erase-ground";
/// The field that has it next.
pub const REASON: &str = "erase-reason";

/// The law's grounds for erasing.
#[derive(Clone, Default)]
pub struct Grounds {
    /// As they are written down.
    pub choices: Vec<String>,
    /// Whether they were compared with the official text.
    pub checked: bool,
}

/// Where the form stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Filled,
    /// What it destroys is in sight.
    Asked,
}

/// An open form.
pub struct Form {
    place: u64,
    /// What the remark says.
    says: String,
    grounds: Grounds,
    ground: Option<usize>,
    reason: String,
    stage: Stage,
    notice: Option<Notice>,
}

/// What happened in the form.
#[derive(Clone, Debug)]
pub enum Message {
    /// A ground was chosen.
    GroundChosen(usize),
    /// The reason was typed.
    ReasonTyped(String),
    /// Go on; or it is meant.
    Submitted,
}

/// What is to be erased, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasing {
    /// Place of the remark.
    pub place: u64,
    /// The law's ground.
    pub legal_basis: String,
    /// Why.
    pub reason: String,
}

impl Form {
    /// An empty form about the remark at this place.
    pub fn new(place: u64, says: String, grounds: Grounds) -> Self {
        let (ground, reason, stage, notice) = (None, String::new(), Stage::Filled, None);
        Self { place, says, grounds, ground, reason, stage, notice }
    }

    /// It could not be written: what was typed stays.
    pub fn refused(&mut self, notice: Notice) {
        (self.stage, self.notice) = (Stage::Filled, Some(notice));
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Option<Erasing> {
        match message {
            Message::GroundChosen(ground) => self.ground = Some(ground),
            Message::ReasonTyped(text) => self.reason = text,
            Message::Submitted => return self.submit(),
        }
        None
    }

    fn ground(&self) -> Option<&String> {
        self.grounds.choices.get(self.ground?)
    }

    fn submit(&mut self) -> Option<Erasing> {
        let reason = office::text::clean_lines(&self.reason);
        let ground = self.ground().cloned();
        let lack = match &ground {
            None => "Chưa chọn căn cứ xóa. Chưa xóa gì.",
            Some(_) if reason.is_empty() => "Chưa ghi lý do xóa. Chưa xóa gì.",
            Some(_) => "",
        };
        self.notice = (!lack.is_empty()).then(|| Notice::caution(lack));
        let legal_basis = ground.filter(|_| lack.is_empty())?;
        match self.stage {
            Stage::Filled => {
                self.stage = Stage::Asked;
                None
            }
            Stage::Asked => Some(Erasing { place: self.place, legal_basis, reason }),
        }
    }

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match self.stage {
            Stage::Filled => "Xóa nội dung ghi chú",
            Stage::Asked => "Xóa hẳn nội dung ghi chú này?",
        }
    }

    /// Draws the form; `dropped` closes it.
    pub fn view<M: Clone + 'static>(
        &self,
        to: impl Fn(Message) -> M + Copy + 'static,
        dropped: M,
    ) -> Dialog<'_, M> {
        let mut content = column([text::strong(self.says.as_str()).into()]);
        let submit = match self.stage {
            Stage::Filled => {
                let grounds = self.grounds.choices.iter().map(String::as_str).enumerate();
                content = content.push(
                    pick("Căn cứ xóa", grounds, self.ground.as_ref())
                        .id(GROUND)
                        .required()
                        .on_pick(move |ground| to(Message::GroundChosen(ground))),
                );
                if !self.grounds.checked {
                    content = content.push(badge("chưa đối chiếu bản chính", Tone::Caution));
                }
                content = content.push(
                    field("Lý do (không ghi tên, số giấy tờ của ai)", &self.reason)
                        .id(REASON)
                        .lines(layout::REASON_LINES)
                        .required()
                        .on_change(move |text| to(Message::ReasonTyped(text)))
                        .on_submit(to(Message::Submitted)),
                );
                primary("Tiếp tục")
            }
            Stage::Asked => {
                content = content
                    .push(layout::facts([
                        layout::fact("Căn cứ", self.ground().map_or("", String::as_str)),
                        layout::fact("Lý do", self.reason.as_str()),
                    ]))
                    .push(banner(Tone::Caution, DESTROYED))
                    .push(text::body(STAYS));
                danger("Xóa nội dung")
            }
        };
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        }
        Dialog::new(self.title(), content)
            .action(layout::cancel(dropped.clone()))
            .action(submit.key("Enter").on_press(to(Message::Submitted)))
            .on_close(dropped)
    }
}

const DESTROYED: &str = "Nội dung bị xóa hẳn trên máy này ngay bây giờ, trên các máy khác của cơ quan ở lần trao đổi dữ liệu tới, và không có trong các bản sao lưu từ nay về sau. Không lấy lại được.";
const STAYS: &str = "Vẫn giữ: ai ghi, lúc nào, số thứ tự và chuỗi của mục ghi, cùng căn cứ và lý do xóa. Bản sao lưu và tệp trao đổi đã làm trước đó vẫn còn nội dung, cho đến khi chính các bản ấy bị hủy.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_twice_and_lacks_nothing() {
        for (ground, reason, asks, erases) in [
            (None, "theo đơn", false, false),
            (Some(0), " ", false, false),
            (Some(2), "theo đơn", false, false),
            (Some(1), " theo  đơn ", true, true),
        ] {
            let choices = vec!["Luật, điểm a".into(), "Luật, điểm b".into()];
            let grounds = Grounds { choices, checked: false };
            let mut form = Form::new(7, "nhầm người".into(), grounds);
            if let Some(ground) = ground {
                form.update(Message::GroundChosen(ground));
            }
            form.update(Message::ReasonTyped(reason.into()));
            assert_eq!(form.update(Message::Submitted), None, "{reason}");
            assert_eq!((form.stage == Stage::Asked, form.notice.is_none()), (asks, asks));
            let expected =
                Erasing {
                    place: 7, legal_basis: "Luật, điểm b".into(), reason: "theo đơn".into()
                };
            assert_eq!(form.update(Message::Submitted), erases.then_some(expected));
            form.refused(Notice::caution("không ghi được"));
            assert_eq!((form.stage, form.reason.as_str()), (Stage::Filled, reason));
        }
    }
}
