//! A file of authorities is added: which, what it offers, how it was compared. Nothing is kept before whoever
//! adds it has seen subject and fingerprint.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use office::{entry::ContentHash, text::clean};
use widgets::{Dialog, Element, Tone, column, field, primary, quiet, secondary, space, text};

use super::{
    super::trust::words::{day, grouped},
    Action, Message,
};
use crate::{authorities::Offer, browse::unquoted, window::notice::Notice};

/// The path's field.
pub const PATH: &str = "authorities-path";
/// The words' field.
const WORDS: &str = "authorities-words";
const WIDTH: f32 = 880.0;
/// Authorities that are shown whole; more are counted.
const SHOWN: usize = 3;

/// The dialog's state.
#[derive(Default)]
pub struct Add {
    pub(super) path: String,
    pub(super) words: String,
    step: Step,
    notice: Option<Notice>,
}

#[derive(Default)]
enum Step {
    #[default]
    Path,
    Reading(PathBuf),
    /// What the file offers, and which of it is trusted already.
    Offered(Offer, Vec<bool>),
}

impl Add {
    /// A file is being read.
    pub fn read(&mut self, path: PathBuf) {
        (self.step, self.notice) = (Step::Reading(path), None);
    }

    /// Whether no file has come yet.
    pub fn waits(&self) -> bool {
        matches!(self.step, Step::Path)
    }

    /// Whether the dialog waits for this file.
    pub fn awaits(&self, path: &Path) -> bool {
        matches!(&self.step, Step::Reading(awaited) if awaited == path)
    }

    /// The file was read.
    pub fn offered(&mut self, offer: Result<Offer, Notice>, known: &[ContentHash]) {
        match offer {
            Ok(offer) => {
                let held = offer.authorities.iter();
                let held = held.map(|one| known.contains(&one.item.fingerprint)).collect();
                self.step = Step::Offered(offer, held);
            }
            Err(notice) => (self.step, self.notice) = (Step::Path, Some(notice)),
        }
    }

    /// The ledger refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The field to type in.
    pub fn field(&self) -> &'static str {
        match self.step {
            Step::Path | Step::Reading(_) => PATH,
            Step::Offered(..) => WORDS,
        }
    }

    /// Enter: reads the file, or takes what it offers.
    pub fn confirm(&mut self) -> Action {
        match &self.step {
            Step::Reading(_) => Action::None,
            Step::Path => {
                let path = PathBuf::from(unquoted(&self.path));
                if path.as_os_str().is_empty() {
                    self.notice =
                        Some(Notice::caution("Chưa có tệp nào. Hãy chọn tệp, hoặc gõ đường dẫn."));
                    return Action::Focus(PATH);
                }
                self.read(path.clone());
                Action::Read(path)
            }
            Step::Offered(_, held) if held.iter().all(|held| *held) => {
                self.notice =
                    Some(Notice::caution("Không có gì mới để thêm: đã được tin cậy từ trước."));
                Action::None
            }
            Step::Offered(offer, _) => {
                let words = clean(&self.words);
                if words.is_empty() {
                    self.notice = Some(Notice::caution(
                        "Chưa ghi tệp từ đâu và đã đối chiếu thế nào. Chưa thêm gì: lời này được ghi vào sổ cùng chứng thư.",
                    ));
                    return Action::Focus(WORDS);
                }
                Action::Take { offer: offer.clone(), words }
            }
        }
    }

    /// Draws the dialog.
    pub fn dialog(&self, today: Date) -> Dialog<'_, Message> {
        let content = match &self.step {
            Step::Path => self.ask_path(),
            Step::Reading(_) => text::body("Đang đọc tệp…").into(),
            Step::Offered(offer, held) => self.offer(offer, held, today),
        };
        let notice = self.notice.as_ref().map(Notice::view);
        let mut dialog = Dialog::new("Thêm nơi cấp chữ ký số", column([content]).push(notice))
            .width(WIDTH)
            .action(quiet("Thôi").key("Esc").on_press(Message::Forgone))
            .on_close(Message::Forgone);
        if self.waits() {
            dialog = dialog.action(secondary("Chọn tệp…").key("F4").on_press(Message::FileAsked));
        }
        let main = match &self.step {
            Step::Path => Some("Xem tệp"),
            Step::Reading(_) => None,
            Step::Offered(..) => Some("Tin cậy"),
        };
        match main {
            Some(words) => dialog.action(primary(words).key("Enter").on_press(Message::Confirmed)),
            None => dialog,
        }
    }

    fn ask_path(&self) -> Element<'_, Message> {
        column([
            text::body(
                "Tệp chứng thư gốc hoặc chứng thư của tổ chức cấp (DER, PEM, P7B). Nội dung được hiện trước, chưa thêm gì.",
            )
            .into(),
            field("Đường dẫn của tệp", &self.path)
                .id(PATH)
                .required()
                .hint("Hoặc thả tệp vào cửa sổ này.")
                .on_change(Message::PathTyped)
                .on_submit(Message::Confirmed)
                .into(),
        ])
        .into()
    }

    fn offer<'a>(
        &'a self,
        offer: &'a Offer,
        held: &'a [bool],
        today: Date,
    ) -> Element<'a, Message> {
        let mut content = column([text::small(format!("Tệp {}", offer.file)).into()]);
        for (one, held) in offer.authorities.iter().zip(held).take(SHOWN) {
            let item = &one.item;
            let over = item.until < today;
            let validity = format!(
                "Hiệu lực từ {} đến {}{}. Do {} cấp.",
                day(item.from),
                day(item.until),
                if over { ", đã hết hạn" } else { "" },
                one.issuer
            );
            let known = held.then(|| text::toned("Đã được tin cậy từ trước", Tone::Good));
            content = content.push(
                iced::widget::Column::new()
                    .push(text::strong(item.name.as_str()))
                    .push(text::toned(validity, if over { Tone::Caution } else { Tone::Plain }))
                    .push(text::number(format!("SHA-256 {}", grouped(&item.fingerprint))))
                    .push(known)
                    .spacing(space::XS),
            );
        }
        let more = offer.authorities.len().saturating_sub(SHOWN);
        if more > 0 {
            content = content.push(text::toned(
                format!("và {more} chứng thư khác trong tệp, cũng được thêm"),
                Tone::Caution,
            ));
        }
        if offer.left_out > 0 {
            content = content.push(text::small(format!(
                "Bỏ qua {} chứng thư của người ký hoặc lặp lại.",
                offer.left_out
            )));
        }
        content
            .push(text::body(
                "Ai có chứng thư do các nơi này cấp thì chữ ký của họ được coi là của đúng người ấy. Chỉ thêm khi đã đối chiếu từng số của dấu SHA-256.",
            ))
            .push(
                field("Tệp từ đâu, đã đối chiếu SHA-256 với ai", &self.words)
                    .id(WORDS)
                    .required()
                    .placeholder("Nơi cấp gửi kèm công văn, đã đọc SHA-256 qua điện thoại")
                    .on_change(Message::WordsTyped)
                    .on_submit(Message::Confirmed),
            )
            .into()
    }
}
