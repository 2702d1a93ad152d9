//! Files handed over to be trusted: which, what they offer, and how they were checked. Nothing is kept
//! before whoever hands them over has seen what is in them.

use std::{path::PathBuf, sync::Arc};

use identity::trust::Kind;
use jiff::civil::Date;
use office::{
    text::clean,
    trust::{TrustItem, Voucher},
};
use widgets::{
    Dialog, Element, Tone, check, field, primary,
    progress::dotted,
    quiet, secondary, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Action,
    words::{day, grouped, until},
};
use crate::{
    browse::unquoted,
    trust::{Parcel, Parcels},
    window::notice::Notice,
};

/// The path's field.
pub const PATH: &str = "trust-path";
/// The words' field.
const WORDS: &str = "trust-words";
/// The list of what is offered.
const ITEMS: &str = "trust-offered";

const WIDTH: f32 = 920.0;
const ITEMS_HEIGHT: f32 = 168.0;
/// Files and refusals named; the rest is counted.
const NAMED: usize = 2;

/// The dialog's state.
#[derive(Default)]
pub struct Handover {
    path: String,
    paths: Vec<PathBuf>,
    step: Step,
    notice: Option<Notice>,
}

#[derive(Default)]
enum Step {
    #[default]
    Path,
    Reading,
    Offered(Offered),
}

/// What the files offer, in words.
#[derive(Default)]
pub struct Offered {
    /// The files.
    pub parcels: Arc<Parcels>,
    /// Each file with its signer.
    pub files: Vec<(String, Tone)>,
    /// What is offered, and whether it is trusted already; document signers are only counted.
    pub items: Vec<(TrustItem, bool)>,
    /// What is left out, and why.
    pub skipped: Vec<String>,
    /// Files that are refused.
    pub refused: Vec<Notice>,
    /// New document signers.
    pub signers: usize,
    /// Whether words are obligatory.
    pub needs_words: bool,
    /// How the files were checked.
    pub words: String,
    /// Whether document signers are wanted.
    pub with_signers: bool,
    /// The selected row.
    pub selected: Option<u64>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The path.
    PathTyped(String),
    /// How the files were checked.
    WordsTyped(String),
    /// Document signers too, or not.
    SignersSwitched(bool),
    /// A row was selected.
    Selected(u64),
}

impl Handover {
    /// The dialog with files that were read.
    pub fn at(offered: Offered) -> Self {
        Self { step: Step::Offered(offered), ..Self::default() }
    }

    /// Further files; gives all that are to be read.
    pub fn read(&mut self, paths: Vec<PathBuf>) -> Vec<PathBuf> {
        self.paths.extend(paths);
        (self.step, self.notice) = (Step::Reading, None);
        self.paths.clone()
    }

    /// Whether no file has come yet.
    pub fn waits(&self) -> bool {
        matches!(self.step, Step::Path)
    }

    /// Whether the dialog waits for these files.
    pub fn awaits(&self, paths: &[PathBuf]) -> bool {
        matches!(self.step, Step::Reading) && self.paths == paths
    }

    /// The files were read. What cannot be used at all is told where the path was typed.
    pub fn offered(&mut self, mut offered: Offered) {
        if offered.files.is_empty() {
            self.notice = offered
                .refused
                .pop()
                .or_else(|| Some(Notice::caution("Thư mục không có tệp nào. Chưa thêm gì.")));
            self.paths.clear();
            self.step = Step::Path;
        } else {
            self.step = Step::Offered(offered);
        }
    }

    /// The ledger refused.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The field to type in.
    pub fn first_field(&self) -> &'static str {
        match self.step {
            Step::Path | Step::Reading => PATH,
            Step::Offered(_) => WORDS,
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) {
        match (message, &mut self.step) {
            (Message::PathTyped(path), _) => self.path = path,
            (Message::WordsTyped(words), Step::Offered(offered)) => offered.words = words,
            (Message::SignersSwitched(on), Step::Offered(offered)) => {
                offered.with_signers = on;
                offered.needs_words = offered.parcels.needs_words(on);
            }
            (Message::Selected(place), Step::Offered(offered)) => offered.selected = Some(place),
            _ => {}
        }
    }

    /// Enter: reads the file, or takes what it offers.
    pub fn confirm(&mut self) -> Action {
        match &self.step {
            Step::Reading => Action::None,
            Step::Path => {
                let path = unquoted(&self.path);
                if path.is_empty() {
                    self.notice =
                        Some(Notice::caution("Chưa có tệp nào. Hãy chọn tệp, hoặc gõ đường dẫn."));
                    return Action::Focus(PATH);
                }
                Action::Read(self.read(vec![path.into()]))
            }
            Step::Offered(offered) if offered.count_new() == 0 => {
                self.notice = Some(Notice::caution(
                    "Không có gì mới để thêm: mọi mục đã được tin cậy từ trước.",
                ));
                Action::None
            }
            Step::Offered(offered) => {
                let words = clean(&offered.words);
                if offered.needs_words && words.is_empty() {
                    self.notice = Some(Notice::caution(
                        "Chưa ghi tệp từ đâu và đã đối chiếu thế nào. Chưa thêm gì: lời này được ghi vào sổ cùng chứng thư.",
                    ));
                    return Action::Focus(WORDS);
                }
                let parcels = offered.parcels.clone();
                Action::Take { parcels, words, signers: offered.with_signers }
            }
        }
    }

    /// Draws the dialog.
    pub fn dialog(&self, today: Date) -> Dialog<'_, super::Message> {
        let close = quiet("Thôi").key("Esc").on_press(super::Message::Forgone);
        let main = |words: String| primary(words).key("Enter").on_press(super::Message::Confirmed);
        let notice = self.notice.as_ref().map(Notice::view);
        let content = iced::widget::Column::new().spacing(space::M);
        let (content, main) = match &self.step {
            Step::Path => (content.push(self.ask_path()), Some(main("Xem tệp".into()))),
            Step::Reading => {
                (content.push(text::body("Đang đọc và kiểm tra chữ ký trong tệp…")), None)
            }
            Step::Offered(offered) => {
                let words = format!("Thêm {} mục", offered.count_new());
                (content.push(offered.view(today)), Some(main(words)))
            }
        };
        let mut dialog = Dialog::new("Thêm chứng thư tin cậy", content.push(notice))
            .width(WIDTH)
            .action(close)
            .on_close(super::Message::Forgone);
        if self.waits() {
            let choose = secondary("Chọn tệp…").key("F4");
            dialog = dialog.action(choose.on_press(super::Message::FileAsked));
        }
        if let Some(main) = main {
            dialog = dialog.action(main);
        }
        dialog
    }

    fn ask_path(&self) -> Element<'_, super::Message> {
        iced::widget::Column::new()
            .push(text::body(
                "Tệp chứng thư gốc (DER, PEM), danh sách gốc (.ml), danh bạ (.ldif) hoặc danh sách thu hồi (.crl). Nội dung được hiện trước, chưa thêm gì.",
            ))
            .push(
                field("Đường dẫn của tệp hoặc thư mục", &self.path)
                    .id(PATH)
                    .required()
                    .hint("Hoặc thả tệp vào cửa sổ này.")
                    .on_change(|path| super::Message::Handover(Message::PathTyped(path)))
                    .on_submit(super::Message::Confirmed),
            )
            .spacing(space::M)
            .into()
    }
}

impl Offered {
    /// What the files offer.
    pub fn of(parcels: Arc<Parcels>) -> Self {
        let offers = || parcels.parcels.iter().map(|parcel| &parcel.offer);
        let certificates = offers()
            .flat_map(|offer| &offer.certificates)
            .filter(|one| one.kind != Kind::DocumentSigner)
            .map(|one| (one.item(), one.known));
        let lists = offers().flat_map(|offer| &offer.revocations);
        let items: Vec<_> = certificates.chain(lists.map(|one| (one.item(), one.known))).collect();
        let skipped = offers().flat_map(|offer| &offer.skipped);
        Self {
            files: parcels.parcels.iter().map(file).collect(),
            selected: (!items.is_empty()).then_some(0),
            items,
            skipped: skipped.map(|one| format!("{} mục {}", one.count, one.reason)).collect(),
            refused: parcels.refused.iter().map(|error| Notice::error(error)).collect(),
            signers: parcels.signers(),
            needs_words: parcels.needs_words(false),
            words: String::new(),
            with_signers: false,
            parcels,
        }
    }

    fn count_new(&self) -> usize {
        let signers = if self.with_signers { self.signers } else { 0 };
        self.items.iter().filter(|(_, known)| !known).count() + signers
    }

    fn view(&self, today: Date) -> Element<'_, super::Message> {
        let mut content = iced::widget::Column::new().spacing(space::S);
        for (words, tone) in self.files.iter().take(NAMED) {
            content = content.push(text::toned(words.as_str(), *tone));
        }
        if self.files.len() > NAMED {
            content =
                content.push(text::small(format!("và {} tệp khác", self.files.len() - NAMED)));
        }
        for notice in self.refused.iter().take(NAMED) {
            content = content.push(notice.view());
        }
        if !self.items.is_empty() {
            content = content.push(self.list(today)).push(self.chosen());
        }
        if !self.skipped.is_empty() {
            content = content.push(text::small(format!("Bỏ qua: {}.", self.skipped.join("; "))));
        }
        if self.signers > 0 {
            let words = format!(
                "Thêm cả {} chứng thư người ký giấy tờ (ít khi cần: chip thường mang theo chứng thư ấy)",
                dotted(self.signers as u64)
            );
            content = content.push(
                check(words, self.with_signers)
                    .on_toggle(|on| super::Message::Handover(Message::SignersSwitched(on))),
            );
        }
        let words = field("Tệp từ đâu, đã đối chiếu SHA-256 với ai", &self.words)
            .id(WORDS)
            .placeholder("Công an tỉnh trao tận tay, đã đọc SHA-256 qua điện thoại với nơi cấp")
            .on_change(|words| super::Message::Handover(Message::WordsTyped(words)))
            .on_submit(super::Message::Confirmed);
        content.push(if self.needs_words { words.required() } else { words }).into()
    }

    fn list(&self, today: Date) -> Element<'_, super::Message> {
        table(
            [
                Column::fixed("Nước", 64.0),
                Column::share("Tên", 1),
                Column::fixed("Loại", 200.0),
                Column::fixed("Hiệu lực đến", 112.0),
                Column::fixed("Tình trạng", 104.0),
            ],
            self.items.len() as u64,
            move |place, column| {
                let (item, known) = self.items.get(usize::try_from(place).ok()?)?;
                Some(match column {
                    0 => item.country.as_str().into(),
                    1 => item.name.as_str().into(),
                    2 => item.kind.label().into(),
                    3 => until(item.until, today),
                    _ if *known => "Đã có".into(),
                    _ => Cell::toned("Mới", Tone::Good),
                })
            },
        )
        .id(ITEMS)
        .height(ITEMS_HEIGHT)
        .selected(self.selected)
        .on_select(|place| super::Message::Handover(Message::Selected(place)))
        .into()
    }

    /// The selected one's fingerprint, to be compared.
    fn chosen(&self) -> Option<Element<'_, super::Message>> {
        let (item, _) = self.items.get(usize::try_from(self.selected?).ok()?)?;
        Some(text::number(format!("SHA-256 {}", grouped(&item.fingerprint))).into())
    }
}

/// A file and who vouches for it.
fn file(parcel: &Parcel) -> (String, Tone) {
    let name = &parcel.file;
    let print = format!("SHA-256 của tệp: {}", parcel.sha256.0);
    let [list, ..] = &parcel.offer.lists[..] else {
        let (words, tone) = match &parcel.offer.revocations[..] {
            lists
                if parcel.offer.certificates.is_empty()
                    && lists.iter().all(|list| list.vouched) =>
            {
                ("danh sách thu hồi có chữ ký đúng của nơi cấp đã biết", Tone::Good)
            }
            lists if lists.iter().any(|list| !list.vouched) => (
                "danh sách thu hồi chưa rõ người ký, chưa có tác dụng khi thiếu chứng thư gốc của nơi cấp",
                Tone::Caution,
            ),
            _ => (
                "tệp lẻ, không nằm trong danh sách gốc; hãy đối chiếu dấu SHA-256 từng mục",
                Tone::Plain,
            ),
        };
        return (format!("{name}: {words}. {print}"), tone);
    };
    let made = list.made.map(|made| format!(" ngày {}", day(made))).unwrap_or_default();
    let (words, tone) = match parcel.offer.voucher() {
        Voucher::KnownListSigner { .. } => {
            ("người ký do một chứng thư đã được tin cậy xác nhận", Tone::Good)
        }
        Voucher::OwnListSigner { .. } => {
            ("tệp nguyên vẹn, nhưng người ký chỉ được chính danh sách xác nhận", Tone::Caution)
        }
        Voucher::Person => (
            "tệp còn có mục ngoài danh sách này; hãy đối chiếu dấu SHA-256 từng mục",
            Tone::Caution,
        ),
    };
    (format!("{name}: danh sách gốc do {} ký{made}; {words}. {print}", list.signer), tone)
}
